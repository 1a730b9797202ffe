// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs -lpthread
 *
 * uverbs_multicast DEVICE rxe NETDEV ADDRESS [twice|removal]: an id of the
 * connection manager joins and leaves a multicast group, several threads the same
 * one.  With "twice" two joins of one group, of which the first is left, are all
 * right: what the kernel makes of that is for others to see.  With "removal" the
 * device goes, by somebody else's hand, while groups are joined.
 */
#include "ucm.h"

#define STORM_MS	3000
#define THREADS		3
#define PAIRS		64

static __u32 id;
static struct sockaddr_in group;
static atomic_bool stop;
static atomic_long joins, refused, events;

static void make_id(const char *address)
{
	struct sockaddr_in own = ucm_address(address);

	ucm_open();
	check(!ucm_create_id(RDMA_PS_UDP, 1, &id));
	check(!ucm_bind(id, &own));
}

static void next_group(int by)
{
	group.sin_addr.s_addr = htonl(ntohl(group.sin_addr.s_addr) + by);
}

static int join(__u32 *joined, void *answer)
{
	struct rdma_ucm_create_id_resp resp = {};
	int ret = ucm_join(id, 2, &group, answer ?: &resp);

	*joined = resp.id;
	return ret;
}

static int leave(__u32 joined)
{
	return ucm_end(RDMA_USER_CM_CMD_LEAVE_MCAST, joined);
}

/* The next event, unless there is none. */
static bool event(struct rdma_ucm_event_resp *resp)
{
	int ret = ucm_event(resp);

	check(!ret || ret == EAGAIN);
	return !ret;
}

static void *read_events(void *unused)
{
	struct rdma_ucm_event_resp resp;

	(void)unused;
	while (!stop) {
		if (!event(&resp)) {
			usleep(100);
			continue;
		}
		/* of a join, as it says by its uid */
		check(resp.uid == 2);
		check(resp.event == EVENT_MULTICAST_JOIN);
		events++;
	}
	return NULL;
}

static void *join_and_leave(void *answer)
{
	__u32 joined;
	int ret;

	while (!stop) {
		ret = join(&joined, answer);
		if (answer)
			check(ret == EFAULT || ret == EADDRINUSE);
		else
			check(!ret || ret == EADDRINUSE);
		if (ret) {
			refused++;
		} else {
			joins++;
			check(!leave(joined));
		}
	}
	return NULL;
}

/* The last of the threads is never told what it has joined. */
static void test_storm(void)
{
	pthread_t thread[THREADS + 1];
	int i;

	stop = false;
	for (i = 0; i < THREADS; i++)
		check(!pthread_create(&thread[i], NULL, join_and_leave,
				      i == THREADS - 1 ? (void *)8 : NULL));
	check(!pthread_create(&thread[i], NULL, read_events, NULL));
	sleep_ms(STORM_MS);
	stop = true;
	for (i = 0; i <= THREADS; i++)
		check(!pthread_join(thread[i], NULL));
	printf("  %ld joins, %ld refused, %ld reported\n", joins, refused, events);
	check(joins);
}

static void test_once(void)
{
	__u32 first, second;

	check(!join(&first, NULL));
	check(join(&second, NULL) == EADDRINUSE);
	/* another group is another matter */
	next_group(1);
	check(!join(&second, NULL));
	check(!leave(second));
	next_group(-1);
	check(!leave(first));
	check(leave(first) == ENOENT);
	check(!join(&first, NULL));
	check(!leave(first));
}

/* Many at once, so that the last joins still wait to be reported. */
static void test_twice(void)
{
	__u32 joined[PAIRS][2];
	int round, i;

	for (round = 0; round < 30; round++) {
		for (i = 0; i < PAIRS; i++) {
			next_group(1);
			check(!join(&joined[i][0], NULL));
			check(!join(&joined[i][1], NULL));
		}
		while (i-- > 0)
			check(!leave(joined[i][0]));
		for (i = 0; i < PAIRS; i++)
			check(!leave(joined[i][1]));
		next_group(-PAIRS);
	}
}

/* What the removal leaves is an id that can only be closed, with its file. */
static void test_removal(void)
{
	struct rdma_ucm_event_resp resp;
	long until = now_ms() + PATIENCE * 1000;
	__u32 joined[3], other;
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(joined); i++) {
		check(!join(&joined[i], NULL));
		next_group(1);
	}
	printf("joined\n");
	fflush(stdout);
	do {
		while (!event(&resp)) {
			check(now_ms() < until);
			sleep_ms(10);
		}
	} while (resp.event != EVENT_DEVICE_REMOVAL);
	check(resp.uid == 1);
	/* The id is closed by itself, soon after it said so. */
	while ((ret = join(&other, NULL)) != ENXIO) {
		check(ret && now_ms() < until);
		sleep_ms(10);
	}
	for (i = 0; i < ARRAY_SIZE(joined); i++)
		check(leave(joined[i]) == ENXIO);
}

int main(int argc, char **argv)
{
	arguments(argc, argv);
	check(argc > 4);
	group = ucm_address("239.1.2.3");
	make_id(argv[4]);
	if (argc > 5 && !strcmp(argv[5], "twice")) {
		test_twice();
	} else if (argc > 5) {
		test_removal();
	} else {
		test_once();
		test_storm();
	}
	check(!close(ucm));
	return 0;
}
