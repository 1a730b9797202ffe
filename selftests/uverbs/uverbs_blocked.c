// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs -lpthread
 *
 * uverbs_blocked DEVICE TYPE NETDEV: a device goes while a command waits for
 * memory that its own process provides.  The removal waits for the command, and
 * no longer: until the memory is there, or the process is killed.  Exit status 4
 * if the kernel does not let a process provide memory.
 */
#include "absent.h"
#include "pass.h"
#include "raw.h"

static atomic_bool gone;

/* Has its answer where nothing is. */
static void *command(void *page)
{
	struct ib_uverbs_alloc_pd new_pd = { .response = (uintptr_t)page };
	int ret;

	check(!raw_write(IB_USER_VERBS_CMD_ALLOC_PD, &new_pd, sizeof(new_pd)));
	/* That had begun before the device went; soon no other does. */
	do {
		ret = raw_write(IB_USER_VERBS_CMD_ALLOC_PD, &new_pd,
				sizeof(new_pd));
	} while (!ret);
	check(ret == EIO);
	return NULL;
}

static void other(int there)
{
	struct absent absent = absent_page();
	pthread_t thread;

	raw_init();
	raw_open();
	check(!pthread_create(&thread, NULL, command, absent.page));
	absent_wanted(&absent);
	say(there);
	hear(there);
	absent_provide(&absent);
	check(!pthread_join(thread, NULL));
	_exit(0);
}

static void *remover(void *unused)
{
	(void)unused;
	device_remove();
	gone = true;
	return NULL;
}

static void removal_waits(bool killed)
{
	int there[2], status;
	pthread_t thread;
	pid_t child;
	long begin;

	device_add();
	gone = false;
	check(!socketpair(AF_UNIX, SOCK_STREAM, 0, there));
	child = fork();
	check(child >= 0);
	/* Each is to notice when the other one has failed. */
	alarm(2 * PATIENCE * slow());
	close(there[!!child]);
	if (!child)
		other(there[1]);
	hear(there[0]);
	check(!pthread_create(&thread, NULL, remover, NULL));
	wait_for_removal();
	sleep_ms(500);
	check(!gone);

	begin = now_ms();
	if (killed)
		kill(child, SIGKILL);
	else
		say(there[0]);
	check(!pthread_join(thread, NULL));
	printf("%s: gone %ld ms later\n", killed ? "killed" : "provided",
	       now_ms() - begin);
	check(waitpid(child, &status, 0) == child);
	if (killed)
		check(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	else
		check(!status);
	close(there[0]);
}

int main(int argc, char **argv)
{
	arguments(argc, argv);
	if (!absent_possible()) {
		fprintf(stderr, "no userfaultfd: %s\n", strerror(errno));
		return 4;
	}
	removal_waits(false);
	removal_waits(true);
	return 0;
}
