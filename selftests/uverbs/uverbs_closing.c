// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs -lpthread
 *
 * uverbs_closing DEVICE TYPE NETDEV ROUNDS: threads create objects on a file
 * that is closed under them.  They finish what they have begun, and nothing is
 * left of it.
 */
#include "raw.h"

#define THREADS	4
/* New descriptors are the lowest that are free: none gets this number again. */
#define FAR	900

static atomic_int begun;

static void *create(void *unused)
{
	/* Each thread has an answer of its own. */
	union {
		struct ib_uverbs_create_comp_channel_resp channel;
		char room[ROOM];
	} response;
	struct ib_uverbs_create_comp_channel new_channel = {
		.response = (uintptr_t)&response,
	};
	struct ib_uverbs_alloc_pd new_pd = {
		.response = (uintptr_t)&response,
	};
	int ret;

	(void)unused;
	for (;;) {
		ret = raw_write(IB_USER_VERBS_CMD_ALLOC_PD, &new_pd,
				sizeof(new_pd));
		if (ret)
			break;
		ret = raw_write(IB_USER_VERBS_CMD_CREATE_COMP_CHANNEL,
				&new_channel, sizeof(new_channel));
		if (ret)
			break;
		check(!close(response.channel.fd));
		atomic_fetch_add(&begun, 1);
	}
	if (ret != EBADF)
		fail("%s", strerror(ret));
	return NULL;
}

static void close_under_them(int pause)
{
	pthread_t thread[THREADS];
	int i, near;

	raw_open();
	check(!close(ANSWER(ib_uverbs_get_context_resp)->async_fd));
	near = file;
	check((file = fcntl(near, F_DUPFD_CLOEXEC, FAR)) == FAR);
	check(!close(near));
	begun = 0;
	for (i = 0; i < THREADS; i++)
		check(!pthread_create(&thread[i], NULL, create, NULL));
	while (begun < THREADS)
		sleep_ms(1);
	usleep(pause);
	check(!close(file));
	for (i = 0; i < THREADS; i++)
		check(!pthread_join(thread[i], NULL));
}

int main(int argc, char **argv)
{
	int round, rounds;
	struct held before;

	arguments(argc, argv);
	check(argc == 5 && (rounds = atoi(argv[4])) > 0);
	alarm(3 * PATIENCE * slow());
	raw_init();
	device_add();
	before = held();
	for (round = 0; round < rounds; round++) {
		close_under_them(700 * (round % 5));
		same_held("a close", before);
	}
	device_remove();
	return 0;
}
