// SPDX-License-Identifier: GPL-2.0
/*
 * failnth [OPTION...] OPERATION A B [CHECK]: do it with the kernel failing the
 * 1st, 2nd, 3rd ... of the fault injection points (slab, pages, user copies) that it
 * passes, until it passes none that fails.  What the operation leaves to other
 * tasks is not met: with -w these tasks, and only these, let it fail (workers.h).
 *
 *   write FILE STRING      for files whose write() does the work in this task
 *   symlink TARGET LINK    configfs enables a port so
 *   newlink NAME NETDEV    add a soft-RoCE device, as rdma link add does
 *   dellink NAME -         remove that RDMA device
 *   iser ADDRESS PORT      log in there with ib_iser, and leave again (iscsi.h)
 *
 * After each the shell command CHECK runs without injection, with ERRNO (0 when
 * it succeeded) and NTH in its environment: it takes down what was made and says
 * what is wrong; if it fails, so does failnth.  With -r the operation itself is
 * done once more, without a failure, and has to succeed.  With -e it may fail
 * with these only ("12,14").  With -n about so many points fail: a third of them
 * are the first there are, a third the last, the others are spread in between.
 * With -s the last so many points are left out, with -x 70-80 these.  One line
 * tells about each, the last about them all.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/netlink.h>
#include <rdma/rdma_netlink.h>

#define MOST	100000

struct request {
	struct nlmsghdr head;
	char attributes[256];
};

static int fail_nth;

/* Its own copy from user space is a point, too: the second attempt is none. */
static void set_fail_nth(unsigned int nth)
{
	char number[16];
	int length = snprintf(number, sizeof(number), "%u", nth);

	if (pwrite(fail_nth, number, length, 0) != length &&
	    pwrite(fail_nth, number, length, 0) != length) {
		perror("failnth: /proc/self/fail-nth");
		exit(2);
	}
}

/* Ends injection; what is left of the count, 0 if there was a failure. */
static unsigned int end_fail_nth(void)
{
	char number[16] = "";
	unsigned int left;

	if (pread(fail_nth, number, sizeof(number) - 1, 0) > 0) {
		left = strtoul(number, NULL, 10);
	} else if (errno == EFAULT) {
		left = 1;	/* it was the next point */
	} else {
		perror("failnth: /proc/self/fail-nth");
		exit(2);
	}
	set_fail_nth(0);
	return left;
}

#include "iscsi.h"
#include "workers.h"

static void put(struct request *request, int type, const void *data, size_t len)
{
	struct nlattr *attribute = (void *)((char *)request +
			NLMSG_ALIGN(request->head.nlmsg_len));

	attribute->nla_type = type;
	attribute->nla_len = NLA_HDRLEN + len;
	memcpy((char *)attribute + NLA_HDRLEN, data, len);
	request->head.nlmsg_len = NLMSG_ALIGN(request->head.nlmsg_len) +
				  NLA_ALIGN(attribute->nla_len);
}

/* The operations: an errno or 0; what is left of nth goes to *left. */
static int do_write(const char *path, const char *string, unsigned int nth,
		    unsigned int *left)
{
	int file, error = 0;

	file = open(path, O_RDWR | O_CLOEXEC);
	if (file < 0)
		file = open(path, O_WRONLY | O_CLOEXEC);
	if (file < 0) {
		perror(path);
		exit(2);
	}
	set_fail_nth(nth);
	if (write(file, string, strlen(string)) < 0)
		error = errno;
	*left = end_fail_nth();
	close(file);
	return error;
}

static int do_symlink(const char *target, const char *path, unsigned int nth,
		      unsigned int *left)
{
	int error = 0;

	set_fail_nth(nth);
	if (symlink(target, path))
		error = errno;
	*left = end_fail_nth();
	return error;
}

static int do_netlink(struct request *request, unsigned int nth,
		      unsigned int *left)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct timeval patience = { .tv_sec = 20 };
	char answer[4096];
	struct nlmsgerr *told = NLMSG_DATA((struct nlmsghdr *)answer);
	int sock, error = 0;

	sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_RDMA);
	if (sock < 0 || setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &patience,
				   sizeof(patience))) {
		perror("failnth: RDMA netlink");
		exit(2);
	}
	request->head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	set_fail_nth(nth);
	if (sendto(sock, request, request->head.nlmsg_len, 0, (void *)&kernel,
		   sizeof(kernel)) < 0)
		error = errno;
	*left = end_fail_nth();
	/* The answer itself may have failed to be made. */
	if (!error && recv(sock, answer, sizeof(answer), 0) < 0)
		error = errno;
	else if (!error)
		error = -told->error;
	close(sock);
	return error;
}

static int do_newlink(const char *name, const char *netdev, unsigned int nth,
		      unsigned int *left)
{
	struct request request = { 0 };

	request.head.nlmsg_len = NLMSG_HDRLEN;
	request.head.nlmsg_type = RDMA_NL_GET_TYPE(RDMA_NL_NLDEV,
						   RDMA_NLDEV_CMD_NEWLINK);
	put(&request, RDMA_NLDEV_ATTR_DEV_NAME, name, strlen(name) + 1);
	put(&request, RDMA_NLDEV_ATTR_LINK_TYPE, "rxe", 4);
	put(&request, RDMA_NLDEV_ATTR_NDEV_NAME, netdev, strlen(netdev) + 1);
	return do_netlink(&request, nth, left);
}

static int do_dellink(const char *name, const char *unused, unsigned int nth,
		      unsigned int *left)
{
	struct request request = { 0 };
	unsigned int index;
	char command[128];
	FILE *pipe;

	(void)unused;
	/* Each time it is another device, and another index. */
	snprintf(command, sizeof(command), "rdma dev show %s", name);
	pipe = popen(command, "r");
	if (!pipe || fscanf(pipe, "%u:", &index) != 1) {
		fprintf(stderr, "failnth: no RDMA device %s\n", name);
		exit(2);
	}
	pclose(pipe);
	request.head.nlmsg_len = NLMSG_HDRLEN;
	request.head.nlmsg_type = RDMA_NL_GET_TYPE(RDMA_NL_NLDEV,
						   RDMA_NLDEV_CMD_DELLINK);
	put(&request, RDMA_NLDEV_ATTR_DEV_INDEX, &index, sizeof(index));
	return do_netlink(&request, nth, left);
}

static const struct operation {
	const char *name;
	int (*run)(const char *a, const char *b, unsigned int nth,
		   unsigned int *left);
} operations[] = {
	{ "write", do_write },
	{ "symlink", do_symlink },
	{ "newlink", do_newlink },
	{ "dellink", do_dellink },
	{ "iser", do_iser },
};

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

static unsigned int times;
static unsigned int spared;
static unsigned int skip_from, skip_to;
static const char *allowed;
static int again;
static const char *worker_names;

/* The operation, with the nth point failing: here, or in each of the workers. */
static int attempt(const struct operation *operation, char **argument,
		   unsigned int nth, unsigned int *left)
{
	unsigned int none;
	int error;

	if (!worker_names)
		return operation->run(argument[0], argument[1], nth, left);
	workers_arm(worker_names, nth);
	error = operation->run(argument[0], argument[1], 0, &none);
	*left = workers_disarm(nth);
	return error;
}

static int may_be(int error)
{
	char list[128], number[16];

	if (!error || !allowed)
		return 1;
	snprintf(list, sizeof(list), ",%s,", allowed);
	snprintf(number, sizeof(number), ",%d,", error);
	return !!strstr(list, number);
}

/* What has to hold after each attempt; says what does not. */
static int settle(const struct operation *operation, char **argument,
		  unsigned int nth, int error)
{
	unsigned int left;
	int clean = 0;

	if (!may_be(error)) {
		printf("failnth: point %u: this error is not right: %d (%s)\n",
		       nth, error, strerror(error));
		return 1;
	}
	if (again)
		clean = operation->run(argument[0], argument[1], 0, &left);
	if (clean) {
		printf("failnth: after point %u (%s) it cannot be done again: %s\n",
		       nth, strerror(error), strerror(clean));
		return 1;
	}
	if (check(argument[2], nth, error)) {
		printf("failnth: the check failed after point %u (%s)\n",
		       nth, error ? strerror(error) : "success");
		return 1;
	}
	return 0;
}

static unsigned int step(unsigned int nth, unsigned int points)
{
	unsigned int third = times / 3, gap;

	if (spared && nth + spared >= points)
		return MOST;
	if (!times || times >= points || nth < third || nth + third >= points)
		return nth + 1;
	gap = (points - 2 * third) / (third + 1);
	if (nth + gap + third > points)
		return points - third;
	return nth + gap;
}

/* The point to fail after this one, of so many that a clean run passes. */
static unsigned int next(unsigned int nth, unsigned int points)
{
	nth = step(nth, points);
	return nth >= skip_from && nth <= skip_to ? skip_to + 1 : nth;
}

/* How many of so many points shall fail. */
static unsigned int planned(unsigned int points)
{
	unsigned int nth, n = 0;

	for (nth = 1; nth <= points; nth = next(nth, points))
		n++;
	return n;
}

static int run(const struct operation *operation, char **argument)
{
	unsigned int nth, left, points, injected = 0, failed = 0;
	int error;

	/* Nothing fails, but what could is counted; the first time there is more. */
	for (nth = 0; nth < 2; nth++) {
		error = attempt(operation, argument, MOST, &left);
		points = MOST - left;
		if (error || !left || settle(operation, argument, 0, error)) {
			printf("failnth: without a failure: %s, %u points\n",
			       strerror(error), points);
			return 1;
		}
	}
	for (nth = 1; nth <= MOST; nth = next(nth, points)) {
		error = attempt(operation, argument, nth, &left);
		if (!left) {
			injected++;
			failed += !!error;
			printf("%u: %s\n", nth, error ? strerror(error) : "success");
			fflush(stdout);
		}
		if (settle(operation, argument, nth, error))
			return 1;
		/* What a worker has to do is not the same each time. */
		if (!left || (worker_names && nth < points))
			continue;
		printf("%u of %u points, %u made it fail, %u did not\n",
		       injected, nth < MOST ? nth - 1 : points, failed,
		       injected - failed);
		if (error)
			printf("failnth: without a failure: %s\n",
			       strerror(error));
		else if (injected * 2 < planned(points))
			printf("failnth: of %u points to fail half were not met\n",
			       planned(points));
		else
			return 0;
		return 1;
	}
	printf("failnth: more than %u points\n", MOST);
	return 1;
}

int main(int argc, char **argv)
{
	size_t i;
	int c;

	while ((c = getopt(argc, argv, "+n:s:x:w:re:")) != -1) {
		if (c == 'n')
			times = strtoul(optarg, NULL, 10);
		else if (c == 's')
			spared = strtoul(optarg, NULL, 10);
		else if (c == 'x' &&
			 sscanf(optarg, "%u-%u", &skip_from, &skip_to) == 2)
			continue;
		else if (c == 'w')
			worker_names = optarg;
		else if (c == 'r')
			again = 1;
		else if (c == 'e')
			allowed = optarg;
		else
			argc = 0;	/* getopt has said why */
	}
	argc -= optind - 1;
	argv += optind - 1;
	for (i = 0; i < sizeof(operations) / sizeof(*operations); i++)
		if ((argc == 4 || argc == 5) &&
		    !strcmp(argv[1], operations[i].name))
			break;
	if (i == sizeof(operations) / sizeof(*operations)) {
		fprintf(stderr,
			"usage: failnth [-n TIMES] [-s SPARED] [-x FROM-TO] [-w NAMES] [-r] [-e ERRNOS]\n"
			"\twrite|symlink|newlink|dellink|iser A B [CHECK]\n");
		return 2;
	}
	fail_nth = open("/proc/self/fail-nth", O_RDWR | O_CLOEXEC);
	if (fail_nth < 0) {
		perror("failnth: /proc/self/fail-nth");
		return 4;
	}
	return run(&operations[i], argv + 2);
}
