/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's threads that work for others: those of workqueues, which handle what
 * the connection manager tells and more.  Each of them whose name begins as told
 * ("kworker/u,iscsi_np") lets its nth point fail from the begin of an operation until
 * it ends.  Which of them does what is the scheduler's choice, and they do other work
 * in between: the same number need not be the same point again.
 */
#ifndef WORKERS_H
#define WORKERS_H

#include <dirent.h>

#define MOST_WORKERS	512

/* Their files fail-nth. */
static int worker[MOST_WORKERS];
static int workers;

static int is_worker(const char *pid, const char *names)
{
	char path[300], name[64] = "";
	size_t length;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	file = fopen(path, "r");
	if (!file)
		return 0;	/* it has gone */
	if (!fgets(name, sizeof(name), file))
		name[0] = 0;
	fclose(file);
	for (; *names; names += length + !!names[length]) {
		length = strcspn(names, ",");
		if (length && !strncmp(name, names, length))
			return 1;
	}
	return 0;
}

static int worker_put(int file, unsigned int nth)
{
	char number[16];
	int length = snprintf(number, sizeof(number), "%u", nth);

	return pwrite(file, number, length, 0) == length;
}

static void workers_arm(const char *names, unsigned int nth)
{
	struct dirent *entry;
	char path[300];
	DIR *proc;
	int file;

	proc = opendir("/proc");
	if (!proc) {
		perror("failnth: /proc");
		exit(2);
	}
	workers = 0;
	while ((entry = readdir(proc)) && workers < MOST_WORKERS) {
		if (atoi(entry->d_name) <= 0 || !is_worker(entry->d_name, names))
			continue;
		snprintf(path, sizeof(path), "/proc/%s/fail-nth", entry->d_name);
		file = open(path, O_RDWR | O_CLOEXEC);
		if (file < 0)
			continue;	/* it has gone */
		worker[workers++] = file;
	}
	closedir(proc);
	for (file = 0; file < workers; file++)
		worker_put(worker[file], nth);
}

/* What is left of nth where it is least; 0 if there was a failure. */
static unsigned int workers_disarm(unsigned int nth)
{
	char number[16] = "";
	unsigned int left, least = nth;
	int i;

	for (i = 0; i < workers; i++) {
		/* One that has ended meanwhile is not asked. */
		memset(number, 0, sizeof(number));
		if (pread(worker[i], number, sizeof(number) - 1, 0) > 0) {
			left = strtoul(number, NULL, 10);
			if (left < least)
				least = left;
			worker_put(worker[i], 0);
		}
		close(worker[i]);
	}
	return least;
}

#endif /* WORKERS_H */
