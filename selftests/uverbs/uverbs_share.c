// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs -lpthread
 *
 * uverbs_share DEVICE TYPE NETDEV: descriptors that a process has got through a
 * socket work there, under its own numbers, when who made them has closed them.
 * So do the handles of objects that it imports.
 */
#include "makers.h"
#include "pass.h"

/* Numbers that the other process does not have. */
#define FAR	500

enum {
	COMMANDS,
	CHANNEL,
	EVENTS,
	DESCRIPTORS
};

/* Objects of the first process, for the other one to import. */
struct given {
	__u32 pd, mr;
	struct queried_mr is;
};

static void unpinned(void)
{
	long until = now_ms() + PATIENCE * 1000;

	while (pinned_kb()) {
		check(now_ms() < until);
		sleep_ms(5);
	}
}

/* As the library imports a device, a region and a PD, and what it does then. */
static void import(int there)
{
	const struct queried_mr *is = ANSWER(queried_mr);
	struct given given;
	__u32 handle;

	check(read(there, &given, sizeof(given)) == sizeof(given));
	/* Soft drivers say nothing of a context. */
	check(query_context() == EOPNOTSUPP);
	check(!query_mr(given.mr));
	check(is->lkey == given.is.lkey && is->rkey == given.is.rkey);
	check(is->length == given.is.length && is->iova == given.is.iova);
	check(query_mr(given.mr + 1000) == ENOENT);

	/* Pages of this process, under a PD of the other's. */
	base.pd = given.pd;
	base.memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(base.memory != MAP_FAILED);
	by_ioctl = true;
	check(!pinned_kb());
	check(!make_mr(&handle));
	check(pinned_kb() == MEMORY / 1024);
	check(!drop_mr(handle));
	check(!pinned_kb());
	/* This one is left to the removal. */
	check(!make_mr(&handle));
	by_ioctl = false;
}

static void wait_for_error(int fd)
{
	struct pollfd events = { .fd = fd, .events = POLLIN };

	check(poll(&events, 1, PATIENCE * 1000) == 1);
}

/* Another process: has got three descriptors, and inherited none. */
static void other(int there)
{
	struct ib_uverbs_async_event_desc event;
	int fd[DESCRIPTORS], near, i;
	__u32 handle;

	for (i = 0; i < DESCRIPTORS; i++) {
		near = receive(there);
		check((fd[i] = fcntl(near, F_DUPFD, FAR)) >= FAR);
		close(near);
	}
	raw_init();
	file = fd[COMMANDS];
	/* By write() it has no right to: it might have been made to. */
	check(get_context() == EACCES);
	check(!ioctl_cq_on(fd[CHANNEL], &handle));
	check(!ioctl_drop_cq(handle));
	check(ioctl_cq_on(fd[EVENTS], &handle) == EBADF);
	check(ioctl_cq_on(FAR + 100, &handle) == EBADF);
	import(there);

	/* The first process lets go of them, then of the device. */
	say(there);
	hear(there);
	check(!ioctl_cq_on(fd[CHANNEL], &handle));
	say(there);
	wait_for_error(fd[EVENTS]);
	check(read(fd[EVENTS], &event, sizeof(event)) == sizeof(event));
	check(event.event_type == IBV_EVENT_DEVICE_FATAL);
	wait_for_error(fd[CHANNEL]);
	check(read(fd[CHANNEL], &event, sizeof(event)) == -1 && errno == EIO);
	check(ioctl_cq_on(fd[CHANNEL], &handle) == EIO);
	unpinned();
	_exit(0);
}

int main(int argc, char **argv)
{
	struct everything *e;
	struct given given;
	int there[2], status;
	pid_t child;

	arguments(argc, argv);
	device_add();
	check(!socketpair(AF_UNIX, SOCK_STREAM, 0, there));
	child = fork();
	check(child >= 0);
	/* Each is to notice when the other one has failed. */
	alarm(100);
	close(there[!!child]);
	if (!child)
		other(there[1]);
	e = hold();
	pass(there[0], e->context->cmd_fd);
	pass(there[0], e->channel->fd);
	pass(there[0], e->context->async_fd);
	given = (struct given){
		.pd = e->pd->handle, .mr = e->mr->handle,
		.is = { .lkey = e->mr->lkey, .rkey = e->mr->rkey,
			.length = BUFFER, .iova = (uintptr_t)e->buffer },
	};
	check(write(there[0], &given, sizeof(given)) == sizeof(given));
	hear(there[0]);
	/* As if it had ended, of which the library knows nothing. */
	close(e->channel->fd);
	close(e->context->async_fd);
	close(e->context->cmd_fd);
	say(there[0]);
	hear(there[0]);
	device_remove();
	check(waitpid(child, &status, 0) == child && !status);
	return 0;
}
