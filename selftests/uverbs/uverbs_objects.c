// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs -lpthread
 *
 * uverbs_objects DEVICE TYPE NETDEV: handles, locks and descriptors of the object
 * layer, by raw commands where the library would be in the way.
 */
#include "absent.h"
#include "harness.h"
#include <dirent.h>
#include <rdma/ib_user_verbs.h>

#define COMMAND(name, type) \
	struct { \
		struct ib_uverbs_cmd_hdr header; \
		struct type command; \
	} name = { .header.in_words = sizeof(name) / 4 }

/* Sends one; returns 0 or the errno. */
static int send_raw(int fd, const void *command, size_t size)
{
	ssize_t sent = write(fd, command, size);

	if (sent == (ssize_t)size)
		return 0;
	check(sent == -1);
	return errno;
}

/* The descriptor of asynchronous events is for the caller to close, or not. */
static int get_context_to(int fd, int *async, void *response)
{
	COMMAND(request, ib_uverbs_get_context);
	/* with room for what drivers answer */
	char room[256] = "";
	int ret;

	request.header.command = IB_USER_VERBS_CMD_GET_CONTEXT;
	request.header.out_words = sizeof(room) / 4;
	request.command.response = (uintptr_t)(response ? response : room);
	ret = send_raw(fd, &request, sizeof(request));
	*async = ret ? -1 :
		 (int)((struct ib_uverbs_get_context_resp *)room)->async_fd;
	return ret;
}

static int get_context(int fd)
{
	int async;

	return get_context_to(fd, &async, NULL);
}

static int alloc_pd(int fd, unsigned int *handle, void *response)
{
	COMMAND(request, ib_uverbs_alloc_pd);
	char room[64] = "";
	int ret;

	request.header.command = IB_USER_VERBS_CMD_ALLOC_PD;
	request.header.out_words = sizeof(room) / 4;
	request.command.response = (uintptr_t)(response ? response : room);
	ret = send_raw(fd, &request, sizeof(request));
	*handle = ((struct ib_uverbs_alloc_pd_resp *)room)->pd_handle;
	return ret;
}

static int dealloc_pd(int fd, unsigned int handle)
{
	COMMAND(request, ib_uverbs_dealloc_pd);

	request.header.command = IB_USER_VERBS_CMD_DEALLOC_PD;
	request.command.pd_handle = handle;
	return send_raw(fd, &request, sizeof(request));
}

static int create_channel(int fd, int *channel, void *response)
{
	COMMAND(request, ib_uverbs_create_comp_channel);
	struct ib_uverbs_create_comp_channel_resp room = { .fd = -1 };
	int ret;

	request.header.command = IB_USER_VERBS_CMD_CREATE_COMP_CHANNEL;
	request.header.out_words = sizeof(room) / 4;
	request.command.response = (uintptr_t)(response ? response : &room);
	ret = send_raw(fd, &request, sizeof(request));
	*channel = room.fd;
	return ret;
}

/* What rdma-core counts on: how many objects of a kind the device has. */
static int count(const char *kind)
{
	char command[128];
	FILE *answer;
	int found = -1;

	snprintf(command, sizeof(command),
		 "rdma resource show %s | sed 's/.*%s \\([0-9]*\\).*/\\1/'",
		 rdma_name, kind);
	answer = popen(command, "r");
	check(answer);
	if (fscanf(answer, "%d", &found) != 1)
		found = -1;
	pclose(answer);
	return found;
}

static int open_descriptors(void)
{
	DIR *fds = opendir("/proc/self/fd");
	int open = 0;

	check(fds);
	while (readdir(fds))
		open++;
	closedir(fds);
	return open;
}

struct attempt {
	pthread_t thread;
	int fd, ret, async;
};

static void *get_context_thread(void *argument)
{
	struct attempt *attempt = argument;

	attempt->ret = get_context_to(attempt->fd, &attempt->async, NULL);
	return NULL;
}

/* Of any number of attempts one makes the context. */
CASE(get_context)
{
	int round, i, won, fd, before = count("ctx"), open;
	struct attempt attempt[4];

	check(before >= 0);
	/* the library keeps some of its own */
	check((fd = device_open_raw()) >= 0);
	close(fd);
	open = open_descriptors();
	for (round = 0; round < 50; round++) {
		check((fd = device_open_raw()) >= 0);
		won = -1;
		for (i = 0; i < 4; i++) {
			attempt[i].fd = fd;
			check(!pthread_create(&attempt[i].thread, NULL,
					      get_context_thread, &attempt[i]));
		}
		for (i = 0; i < 4; i++) {
			check(!pthread_join(attempt[i].thread, NULL));
			if (attempt[i].ret) {
				check(attempt[i].ret == EINVAL);
				continue;
			}
			check(won < 0);
			won = i;
		}
		check(won >= 0);
		check(get_context(fd) == EINVAL);
		/* The uverbs file and that of the one context. */
		check(open_descriptors() == open + 2);
		check(!close(attempt[won].async) && !close(fd));
		check(open_descriptors() == open);
	}
	check(count("ctx") == before);
}

/* Handles that are not what they should be. */
CASE(handles)
{
	COMMAND(cq, ib_uverbs_destroy_cq);
	int fd, other, before = count("pd"), i;
	unsigned int pd, theirs, handle[100];
	struct ib_uverbs_destroy_cq_resp response;

	check((fd = device_open_raw()) >= 0 && (other = device_open_raw()) >= 0);
	/* nothing without a context */
	check(alloc_pd(fd, &pd, NULL) == EINVAL);
	check(!get_context(fd) && !get_context(other));
	check(!alloc_pd(fd, &pd, NULL));
	for (i = 0; i < 100; i++)
		check(!alloc_pd(other, &handle[i], NULL));
	theirs = handle[99];

	check(dealloc_pd(fd, 4711) == ENOENT);
	check(dealloc_pd(fd, ~0u) == ENOENT || errno == EINVAL);
	check(dealloc_pd(fd, theirs) == ENOENT);
	cq.header.command = IB_USER_VERBS_CMD_DESTROY_CQ;
	cq.header.out_words = sizeof(response) / 4;
	cq.command.response = (uintptr_t)&response;
	cq.command.cq_handle = pd;
	check(send_raw(fd, &cq, sizeof(cq)) == EINVAL);
	check(!dealloc_pd(fd, pd));
	check(dealloc_pd(fd, pd) == ENOENT);

	/* A response that cannot be written undoes the command. */
	check(alloc_pd(fd, &pd, (void *)8) == EFAULT);
	check(count("pd") == before + 100);
	close(fd);
	/* The rest goes with the file. */
	close(other);
	check(count("pd") == before);
}

#define GUESSES	64

/* The least that one must have looked at all of them. */
#define GUESS_ROUNDS	20

struct guess {
	/* with a context, without one */
	int fd, fresh;
	bool known[GUESSES];
	atomic_bool stop;
	atomic_long rounds, guessed;
};

/* A number is no descriptor before the command has succeeded. */
static void *guess_descriptors(void *argument)
{
	struct guess *guess = argument;
	struct pollfd poll_it = { .events = POLLIN };
	int fd;

	for (; !guess->stop; guess->rounds++)
		for (fd = 0; fd < GUESSES; fd++) {
			poll_it.fd = fd;
			check(poll(&poll_it, 1, 0) >= 0);
			if (!guess->known[fd] && !(poll_it.revents & POLLNVAL))
				guess->guessed++;
		}
	return NULL;
}

/* One of asynchronous events says nothing when its uverbs file is closed. */
CASE(async_descriptor)
{
	struct ibv_context *context = device_open();
	struct pollfd events = { .events = POLLIN };

	events.fd = dup(context->async_fd);
	check(events.fd >= 0);
	check(!ibv_close_device(context));
	check(!poll(&events, 1, 100));
	close(events.fd);
}

typedef int maker(int fd, int *made, void *response);

struct pending {
	pthread_t thread;
	maker *make;
	int fd, ret;
	/* where the answer goes */
	char *response;
};

static void *make_descriptor(void *argument)
{
	struct pending *pending = argument;
	int unknown;

	pending->ret = pending->make(pending->fd, &unknown, pending->response);
	return NULL;
}

/* While a command waits for room for its answer, its number is taken and no more. */
static int test_pending(int fd, maker *make, size_t number_at)
{
	struct absent absent = absent_page();
	struct pending pending = {
		.make = make, .fd = fd, .response = absent.page,
	};
	int number = dup(fd), other, made;

	/* Without other threads, it is the lowest that is free. */
	check(number >= 0 && !close(number));
	check(!pthread_create(&pending.thread, NULL, make_descriptor, &pending));
	absent_wanted(&absent);
	other = dup(fd);
	check(other > number);
	errno = 0;
	check(fcntl(number, F_GETFD) == -1 && errno == EBADF);
	check(dup(number) == -1 && errno == EBADF);
	absent_provide(&absent);
	check(!pthread_join(pending.thread, NULL) && !pending.ret);
	memcpy(&made, absent.page + number_at, sizeof(made));
	check(made == number && fcntl(number, F_GETFD) >= 0);
	check(!close(other) && !munmap(absent.page, ABSENT_SIZE) &&
	      !close(absent.fd));
	return made;
}

CASE(pendings)
{
	int fd, async, channel;

	if (!absent_possible()) {
		printf("  no userfaultfd: not held up\n");
		return;
	}
	check((fd = device_open_raw()) >= 0);
	async = test_pending(fd, get_context_to,
			     offsetof(struct ib_uverbs_get_context_resp,
				      async_fd));
	channel = test_pending(fd, create_channel,
			       offsetof(struct ib_uverbs_create_comp_channel_resp,
					fd));
	check(!close(channel) && !close(async) && !close(fd));
}

CASE(descriptors)
{
	struct guess guess = {};
	pthread_t thread;
	int channel, async, i;

	check((guess.fd = device_open_raw()) >= 0 && !get_context(guess.fd));
	check((guess.fresh = device_open_raw()) >= 0);
	for (i = 0; i < GUESSES; i++)
		guess.known[i] = fcntl(i, F_GETFD) >= 0;
	check(!pthread_create(&thread, NULL, guess_descriptors, &guess));
	/* All fail at their last step: none must ever have been seen. */
	for (i = 0; i < 2000 || guess.rounds < GUESS_ROUNDS; i++) {
		check(create_channel(guess.fd, &channel, (void *)8) == EFAULT);
		check(get_context_to(guess.fresh, &async, (void *)8) == EFAULT);
	}
	check(!guess.guessed);
	/* It would have noticed one. */
	check(!create_channel(guess.fd, &channel, NULL));
	while (!guess.guessed)
		sleep_ms(1);
	guess.stop = true;
	check(!pthread_join(thread, NULL));
	printf("  %ld rounds\n", guess.rounds);
	close(channel);
	close(guess.fresh);

	check(!create_channel(guess.fd, &channel, NULL));
	check(fcntl(channel, F_GETFD) & FD_CLOEXEC);
	/* It outlives its context, and says that nothing will come. */
	close(guess.fd);
	close(channel);
}

/* Or as long as SECONDS_EACH says. */
#define STORM_SECONDS	3

struct storm {
	struct everything *e;
	struct ibv_cq *first, *second;
	atomic_bool stop;
	long made, busy, refused;
};

/* Two threads use two CQs in opposite order, which both lock to read ... */
static void *storm_create(void *argument)
{
	struct storm *storm = argument;
	struct ibv_qp_init_attr attr = {
		.send_cq = storm->first, .recv_cq = storm->second,
		.qp_type = IBV_QPT_RC,
		.cap = { .max_send_wr = 1, .max_recv_wr = 1,
			 .max_send_sge = 1, .max_recv_sge = 1 },
	};
	struct ibv_qp *qp;

	while (!storm->stop) {
		errno = 0;
		qp = ibv_create_qp(storm->e->pd, &attr);
		if (qp) {
			storm->made++;
			check(!ibv_destroy_qp(qp));
		} else {
			/* Another thread tries to destroy one: by chance. */
			check(errno == EBUSY);
			storm->busy++;
		}
	}
	return NULL;
}

static int destroy_cq_raw(struct ibv_context *context, struct ibv_cq *cq)
{
	COMMAND(request, ib_uverbs_destroy_cq);
	struct ib_uverbs_destroy_cq_resp response;

	request.header.command = IB_USER_VERBS_CMD_DESTROY_CQ;
	request.header.out_words = sizeof(response) / 4;
	request.command.response = (uintptr_t)&response;
	request.command.cq_handle = cq->handle;
	return send_raw(context->cmd_fd, &request, sizeof(request));
}

/*
 * ... while two more lock them to be destroyed, which a QP that is there forbids.
 * That an object is locked is no reason which is to be told from this one here:
 * uverbs_storm is about that.
 */
static void *storm_destroy(void *argument)
{
	struct storm *storm = argument;

	while (!storm->stop) {
		check(destroy_cq_raw(storm->e->context, storm->first) == EBUSY);
		check(destroy_cq_raw(storm->e->context, storm->second) ==
		      EBUSY);
		storm->refused++;
	}
	return NULL;
}

/* Of CQs in use: they can be used on, and are destroyed by nobody. */
CASE(use)
{
	const char *seconds = getenv("SECONDS_EACH");
	struct everything *e = hold();
	struct ibv_cq *other = ibv_create_cq(e->context, 16, NULL, NULL, 0);
	struct ibv_qp_init_attr keep = {
		.send_cq = other, .recv_cq = e->cq, .qp_type = IBV_QPT_RC,
		.cap = { .max_send_wr = 1, .max_recv_wr = 1,
			 .max_send_sge = 1, .max_recv_sge = 1 },
	};
	struct storm storm[4];
	struct ibv_qp *qp;
	pthread_t thread[4];
	long made = 0, busy = 0, refused = 0;
	int i;

	check(other && (qp = ibv_create_qp(e->pd, &keep)));
	for (i = 0; i < 4; i++) {
		storm[i] = (struct storm){ .e = e };
		storm[i].first = i & 1 ? other : e->cq;
		storm[i].second = i & 1 ? e->cq : other;
		check(!pthread_create(&thread[i], NULL,
				      i < 2 ? storm_create : storm_destroy,
				      &storm[i]));
	}
	sleep_ms((seconds ? atoi(seconds) : STORM_SECONDS) * 1000);
	for (i = 0; i < 4; i++)
		storm[i].stop = true;
	for (i = 0; i < 4; i++) {
		check(!pthread_join(thread[i], NULL));
		made += storm[i].made;
		busy += storm[i].busy;
		refused += storm[i].refused;
	}
	printf("  %ld made, %ld times busy, %ld times refused\n", made, busy,
	       refused);
	check(made && refused);
	check(!ibv_destroy_qp(qp));
	/* Nobody has left a lock or a use. */
	check(!ibv_destroy_cq(other));
	drop_all(e);
}

int main(int argc, char **argv)
{
	return run_cases(argc, argv);
}
