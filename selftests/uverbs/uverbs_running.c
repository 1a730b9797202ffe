// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs -lpthread
 *
 * uverbs_running DEVICE mock NETDEV: a command stays in the driver while its
 * device goes.  It finishes, the removal waits for it, and whoever begins one
 * meanwhile is refused at once.
 */
#include "makers.h"
#include "mock_parameter.h"

/* The shortest that it stays there, and the longest, if nobody else got on. */
#define SHORT_MS	500
#define LONG_MS		32000

struct running {
	pthread_t thread;
	__u32 first, second;
	int ms, ret;
	long begin;
};

struct removal {
	pthread_t thread;
	long begin, end;
};

static void *run_command(void *argument)
{
	struct running *running = argument;

	/* Who looks whether it runs may be in its way. */
	do {
		running->begin = now_ms();
		running->ret = pair(running->first, running->second,
				    running->ms * 1000);
	} while (running->ret == EBUSY);
	return NULL;
}

static void *remove_device(void *argument)
{
	struct removal *removal = argument;

	removal->begin = now_ms();
	mock_parameter("device", "0");
	removal->end = now_ms();
	return NULL;
}

/* Whether all happened as long as the command was running. */
static bool removed_meanwhile(int ms)
{
	struct running running = { .ms = ms };
	struct removal removal = {};
	__u32 third, fourth;
	long refused;
	int ret;

	mock_parameter("device", "1");
	mock_parameter("log", "");
	raw_open();
	check(!ioctl_own(&running.first) && !ioctl_own(&running.second));
	check(!ioctl_own(&third) && !ioctl_own(&fourth));

	check(!pthread_create(&running.thread, NULL, run_command, &running));
	while (!(ret = pair(running.first, running.second, 0)))
		sleep_ms(1);
	check(ret == EBUSY);
	check(!pthread_create(&removal.thread, NULL, remove_device, &removal));
	while (!(ret = pair(third, fourth, 0)))
		sleep_ms(1);
	refused = now_ms();
	check(ret == EIO);

	check(!pthread_join(running.thread, NULL));
	check(!pthread_join(removal.thread, NULL));
	check(!running.ret);
	printf("%d ms: removal from %ld to %ld, refused from %ld on\n", ms,
	       removal.begin - running.begin, removal.end - running.begin,
	       refused - running.begin);
	check(removal.end - running.begin >= ms);
	check(ioctl_own(&third) == EIO);
	close(file);
	return refused - running.begin < ms;
}

int main(int argc, char **argv)
{
	int ms;

	arguments(argc, argv);
	/* Who waits for ever ends here. */
	alarm(2 * LONG_MS / 1000 + 2 * PATIENCE);
	raw_init();
	for (ms = SHORT_MS; ms <= LONG_MS; ms *= 2)
		if (removed_meanwhile(ms))
			return 0;
	fail("no command was refused while the other one was running");
}
