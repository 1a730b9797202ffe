/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel says of an open uverbs file in /proc/self/fdinfo.
 */
#ifndef UVERBS_FDINFO_H
#define UVERBS_FDINFO_H

#include "uverbs.h"
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* A line of the fdinfo of a descriptor of ours. */
static inline bool info(int fd, const char *key, char *value, size_t room)
{
	char path[64], line[256];
	size_t length = strlen(key);
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "r");
	check(file);
	while (!found && fgets(line, sizeof(line), file)) {
		if (strncmp(line, key, length) || line[length] != ':')
			continue;
		check(line[length + 1] == '\t');
		line[strcspn(line, "\n")] = 0;
		snprintf(value, room, "%s", line + length + 2);
		found = true;
	}
	fclose(file);
	return found;
}

static inline bool info_is(int fd, const char *key, const char *wanted)
{
	char value[256] = "(none)";

	info(fd, key, value, sizeof(value));
	if (strcmp(value, wanted))
		fprintf(stderr, "%s is %s instead of %s\n", key, value, wanted);
	return !strcmp(value, wanted);
}

static inline long number(int fd, const char *key)
{
	char value[256];

	return info(fd, key, value, sizeof(value)) ? atol(value) : 0;
}

static inline long pinned_pages(int fd)
{
	return number(fd, "uverbs-pinned-pages");
}

/* How many pages of the file behind another descriptor. */
static inline long pinned_of(int fd, int source)
{
	char path[64], line[256];
	unsigned int major_, minor_;
	unsigned long long inode;
	struct stat about;
	long pages, found = 0;
	FILE *file;

	check(!fstat(source, &about));
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "r");
	check(file);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "uverbs-pinned-file:\t%x:%x %llu %ld",
			   &major_, &minor_, &inode, &pages) != 4)
			continue;
		if (inode != about.st_ino || major_ != major(about.st_dev) ||
		    minor_ != minor(about.st_dev))
			fail("pages of a file that is not ours: %s", line);
		check(!found);
		found = pages;
	}
	fclose(file);
	return found;
}

#endif /* UVERBS_FDINFO_H */
