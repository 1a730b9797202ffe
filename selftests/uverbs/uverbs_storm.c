// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs -lpthread
 *
 * uverbs_storm DEVICE mock NETDEV SECONDS [removal]: threads lock two objects
 * for writing, in opposite orders, while others use one of them with itself and
 * make and destroy a third.  Some of the former get -EBUSY, which only a lock is
 * a reason for, and nobody ever waits.
 * Two more attach one QP to multicast groups: these commands have always waited
 * for each other, and are never busy.  One makes and closes channels, while the
 * last one guesses their numbers and makes CQs on them.  With "removal" the
 * device goes in the middle of it.
 */
#include "makers.h"
#include "mock_parameter.h"

#define THREADS	10

static __u32 one, two;
/* A UD QP, which no other thread uses. */
static __u32 member;
/* The number of a channel that is there, or was a moment ago. */
static atomic_int channel = -1;
static atomic_bool stop;

struct thread {
	pthread_t thread;
	void (*storm)(struct thread *thread);
	__u32 first, second;
	long done, busy, gone, closed;
};

static void count(struct thread *thread, int error)
{
	switch (error) {
	case 0:
		thread->done++;
		break;
	case EBUSY:
		thread->busy++;
		break;
	case EIO:
		thread->gone++;
		break;
	default:
		fail("neither done nor busy: %s", strerror(error));
	}
}

/* Every second time it sleeps with both locked, so that others come along. */
static void storm_pair(struct thread *thread)
{
	int round;

	for (round = 0; !stop; round++)
		count(thread, pair(thread->first, thread->second,
				   round & 1 ? 20 : 0));
}

/* Who has it already does not get it, not even from himself. */
static void storm_self(struct thread *thread)
{
	int ret;

	while (!stop) {
		ret = pair(thread->first, thread->first, 0);
		check(ret == EBUSY || ret == EIO);
		count(thread, ret);
	}
}

/* An object of its own comes, is used together with one of all, and goes. */
static void storm_churn(struct thread *thread)
{
	__u32 handle;
	int ret;

	while (!stop) {
		ret = ioctl_own(&handle);
		if (ret) {
			count(thread, ret);
			continue;
		}
		count(thread, pair(handle, thread->first, 0));
		count(thread, pair(thread->second, handle, 0));
		/* Nobody else knows it: it is never busy. */
		check(!drop_own(handle));
	}
}

static int group(unsigned int command, struct thread *thread)
{
	struct ib_uverbs_attach_mcast request = {
		.gid = { 0xff, 0x0e, [15] = thread->first },
		.qp_handle = member, .mlid = 0xc001,
	};

	return raw_write(command, &request, sizeof(request));
}

static void storm_groups(struct thread *thread)
{
	static const unsigned int commands[] = {
		IB_USER_VERBS_CMD_ATTACH_MCAST, IB_USER_VERBS_CMD_DETACH_MCAST,
	};
	unsigned int round;
	int ret;

	for (round = 0; !stop; round++) {
		ret = group(commands[round % 2], thread);
		check(ret != EBUSY);
		count(thread, ret);
	}
}

/* An answer on the stack, with the room that raw_write() says there is. */
#define ROOMY(type)	union { struct type is; char room[ROOM]; }

static int cq_on(int fd, __u32 *handle)
{
	ROOMY(ib_uverbs_create_cq_resp) answered = {};
	struct ib_uverbs_create_cq request = {
		.response = (uintptr_t)&answered, .cqe = 4,
		.comp_channel = fd,
	};
	int ret = raw_write(IB_USER_VERBS_CMD_CREATE_CQ, &request,
			    sizeof(request));

	*handle = answered.is.cq_handle;
	return ret;
}

static void cq_gone(__u32 handle)
{
	ROOMY(ib_uverbs_destroy_cq_resp) answered;
	struct ib_uverbs_destroy_cq request = {
		.response = (uintptr_t)&answered, .cq_handle = handle,
	};

	check(!raw_write(IB_USER_VERBS_CMD_DESTROY_CQ, &request,
			 sizeof(request)));
}

/* The CQ keeps the channel until it goes itself. */
static void storm_channels(struct thread *thread)
{
	ROOMY(ib_uverbs_create_comp_channel_resp) answered;
	struct ib_uverbs_create_comp_channel request = {
		.response = (uintptr_t)&answered,
	};
	__u32 cq;
	int ret;

	while (!stop) {
		ret = raw_write(IB_USER_VERBS_CMD_CREATE_COMP_CHANNEL,
				&request, sizeof(request));
		count(thread, ret);
		if (ret)
			continue;
		channel = answered.is.fd;
		ret = cq_on(answered.is.fd, &cq);
		count(thread, ret);
		check(!close(answered.is.fd));
		if (!ret)
			cq_gone(cq);
	}
}

static void storm_guess(struct thread *thread)
{
	__u32 cq;
	int fd, ret;

	while (!stop) {
		fd = channel;
		/* That would be a CQ without one. */
		if (fd < 0) {
			sleep_ms(1);
			continue;
		}
		ret = cq_on(fd, &cq);
		if (ret == EBADF) {
			thread->closed++;
			continue;
		}
		count(thread, ret);
		if (!ret)
			cq_gone(cq);
	}
}

static void *run_thread(void *argument)
{
	struct thread *thread = argument;

	thread->storm(thread);
	return NULL;
}

static void remove_device(void)
{
	long begin = now_ms();

	mock_parameter("device", "0");
	printf("removed in %ld ms\n", now_ms() - begin);
}

int main(int argc, char **argv)
{
	static struct thread threads[THREADS];
	/* of those that lock two objects; and of all */
	long done = 0, busy = 0, gone = 0;
	bool removal = argc > 5;
	int seconds, i;

	arguments(argc, argv);
	seconds = argc > 4 ? atoi(argv[4]) : 3;
	/* A deadlock ends here. */
	alarm(seconds + 3 * PATIENCE);
	raw_init();
	raw_open();
	make_base();
	check(!ioctl_own(&one) && !ioctl_own(&two) && !make_qp_more(&member));
	for (i = 0; i < THREADS; i++) {
		threads[i].storm = i < 4 ? storm_pair :
				   i < 5 ? storm_self :
				   i < 6 ? storm_churn :
				   i < 8 ? storm_groups :
				   i < 9 ? storm_channels : storm_guess;
		threads[i].first = i & 1 ? one : two;
		threads[i].second = i & 1 ? two : one;
		check(!pthread_create(&threads[i].thread, NULL, run_thread,
				      &threads[i]));
	}
	sleep_ms(seconds * 1000);
	if (removal) {
		remove_device();
		sleep_ms(500);
	}
	stop = true;
	for (i = 0; i < THREADS; i++) {
		check(!pthread_join(threads[i].thread, NULL));
		/* These meet nobody who would keep them from it. */
		if (threads[i].storm == storm_groups ||
		    threads[i].storm == storm_channels)
			check(threads[i].done);
		if (threads[i].storm == storm_guess) {
			printf("guesses: %ld open, %ld closed\n",
			       threads[i].done, threads[i].closed);
			check(threads[i].done && threads[i].closed);
		}
		if (threads[i].storm == storm_pair) {
			done += threads[i].done;
			busy += threads[i].busy;
		}
		gone += threads[i].gone;
	}
	printf("pairs: %ld done, %ld busy; %ld gone\n", done, busy, gone);
	check(done && busy);
	check(!!gone == removal);
	/* Nobody has left a lock. */
	if (!removal)
		check(!pair(one, two, 0) && !pair(two, one, 0));
	check(!drop_own(one) && !drop_own(two));
	return 0;
}
