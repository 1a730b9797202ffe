// SPDX-License-Identifier: GPL-2.0
/*
 * failnth FILE STRING [CHECK]: write STRING to FILE, with the kernel failing
 * the 1st, 2nd, 3rd ... of its fault injection points (slab, pages, user copies)
 * that the write passes, until a write passes none that fails.
 *
 * FILE is a file whose write() does the work in the writing task, such as the
 * test module's run_here or /dev/nvme-fabrics.  After each write the shell
 * command CHECK runs without injection, with ERRNO (0 when the write succeeded)
 * and NTH in its environment, and takes down what the write made; if it fails,
 * so does failnth.  One line tells about each write, the last about them all.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST	2000

static void set_fail_nth(int fd, unsigned int nth)
{
	char number[16];
	int length = snprintf(number, sizeof(number), "%u", nth);

	if (pwrite(fd, number, length, 0) != length) {
		perror("failnth: /proc/self/fail-nth");
		exit(2);
	}
}

/* What is left of the count: 0 if the failure was injected. */
static unsigned int left_of_fail_nth(int fd)
{
	char number[16] = "";

	if (pread(fd, number, sizeof(number) - 1, 0) <= 0) {
		perror("failnth: /proc/self/fail-nth");
		exit(2);
	}
	return strtoul(number, NULL, 10);
}

static int check(const char *command, unsigned int nth, int error)
{
	char text[16];

	if (!command)
		return 0;
	snprintf(text, sizeof(text), "%u", nth);
	setenv("NTH", text, 1);
	snprintf(text, sizeof(text), "%d", error);
	setenv("ERRNO", text, 1);
	return system(command);
}

int main(int argc, char **argv)
{
	unsigned int nth, left, injected = 0, failed = 0;
	int fail_nth, file, error;
	ssize_t written;

	if (argc < 3 || argc > 4) {
		fprintf(stderr, "usage: failnth FILE STRING [CHECK]\n");
		return 2;
	}
	fail_nth = open("/proc/self/fail-nth", O_RDWR | O_CLOEXEC);
	if (fail_nth < 0) {
		perror("failnth: /proc/self/fail-nth");
		return 4;
	}

	for (nth = 1; nth <= MOST; nth++) {
		file = open(argv[1], O_RDWR | O_CLOEXEC);
		if (file < 0)
			file = open(argv[1], O_WRONLY | O_CLOEXEC);
		if (file < 0) {
			perror(argv[1]);
			return 2;
		}
		set_fail_nth(fail_nth, nth);
		written = write(file, argv[2], strlen(argv[2]));
		error = written < 0 ? errno : 0;
		left = left_of_fail_nth(fail_nth);
		set_fail_nth(fail_nth, 0);
		close(file);

		if (!left) {
			injected++;
			failed += !!error;
			printf("%u: %s\n", nth, error ? strerror(error) : "success");
			fflush(stdout);
		}
		if (check(argc == 4 ? argv[3] : NULL, nth, error)) {
			printf("failnth: the check failed after point %u (%s)\n",
			       nth, error ? strerror(error) : "success");
			return 1;
		}
		if (!left)
			continue;
		printf("%u points, %u made the write fail, %u did not\n",
		       injected, failed, injected - failed);
		if (error)
			printf("failnth: without a failure: %s\n",
			       strerror(error));
		return !!error || !injected;
	}
	printf("failnth: more than %u points\n", MOST);
	return 1;
}
