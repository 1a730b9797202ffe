// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs -lpthread
 *
 * uverbs_handles DEVICE mock NETDEV ROUNDS: ask for the handles of all
 * PDs while the device goes whose driver refuses each of them once.  Who asks
 * walks the list of PDs, newest first, that the refused ones are taken out of.
 */
#include "makers.h"
#include "mock_parameter.h"

#define PDS	4000
#define ASKED	16

static atomic_bool stop;
/* Answers with PDs in an order. */
static atomic_long asked;

/* Few are asked for: what is worth meeting is the begin of the list. */
static int ask(__u32 *handles, __u32 *total)
{
	struct ib_uverbs_attr attr[] = {
		NUMBER(UVERBS_ATTR_INFO_OBJECT_ID, __u64, UVERBS_OBJECT_PD),
		INPUT(UVERBS_ATTR_INFO_TOTAL_HANDLES, total, sizeof(*total)),
		INPUT(UVERBS_ATTR_INFO_HANDLES_LIST, handles,
		      ASKED * sizeof(*handles)),
	};

	return own_ioctl(UVERBS_OBJECT_DEVICE, UVERBS_METHOD_INFO_HANDLES, attr,
			 ARRAY_SIZE(attr));
}

/* Handles were given out in order, hence newest first means downwards. */
static void *ask_always(void *argument)
{
	__u32 handles[ASKED], total, i;

	(void)argument;
	while (!stop) {
		check(!ask(handles, &total));
		check(total <= ASKED);
		for (i = 1; i < total; i++)
			if (handles[i] >= handles[i - 1])
				fail("PD %u comes after PD %u", handles[i],
				     handles[i - 1]);
		asked += total > 1;
	}
	return NULL;
}

/* How often it was asked while the device went. */
static long round_of(void)
{
	char refuse[32];
	pthread_t thread;
	__u32 pd, i;
	long before;

	mock_parameter("device", "1");
	raw_open();
	for (i = 0; i < PDS; i++)
		check(!make_pd(&pd));
	snprintf(refuse, sizeof(refuse), "pd %d", PDS);
	mock_parameter("refuse", refuse);

	stop = false;
	check(!pthread_create(&thread, NULL, ask_always, NULL));
	sleep_ms(20);
	before = asked;
	mock_parameter("device", "0");
	stop = true;
	check(!pthread_join(thread, NULL));
	close(file);
	return asked - before;
}

int main(int argc, char **argv)
{
	long met = 0;
	int rounds, i;

	arguments(argc, argv);
	check(argc > 4);
	rounds = atoi(argv[4]);
	raw_init();
	for (i = 0; i < rounds; i++)
		met += round_of();
	printf("asked %ld times, %ld of them during removals\n", (long)asked,
	       met);
	/* A round may be over before it is asked, not all of them. */
	check(met > 0);
	return 0;
}
