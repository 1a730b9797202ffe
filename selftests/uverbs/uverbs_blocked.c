// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs -lpthread
 *
 * uverbs_blocked DEVICE TYPE NETDEV: a device goes while a command waits for
 * memory that its own process provides.  The removal waits for the command, and
 * no longer: until the memory is there, or the process is killed.  Exit status 4
 * if the kernel does not let a process provide memory.
 */
#include "pass.h"
#include "raw.h"
#include <linux/userfaultfd.h>
#include <sys/syscall.h>

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

/* A page whose faults are told to the descriptor. */
static char *absent_page(int fd)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register area = {
		.range.len = PAGE, .mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	check(page != MAP_FAILED);
	area.range.start = (uintptr_t)page;
	check(!ioctl(fd, UFFDIO_API, &api));
	check(!ioctl(fd, UFFDIO_REGISTER, &area));
	return page;
}

static void other(int there)
{
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);
	struct uffdio_zeropage provided = { .range.len = PAGE };
	struct uffd_msg message;
	pthread_t thread;
	char *page;

	check(fd >= 0);
	page = absent_page(fd);
	raw_init();
	raw_open();
	check(!pthread_create(&thread, NULL, command, page));
	check(read(fd, &message, sizeof(message)) == sizeof(message));
	check(message.event == UFFD_EVENT_PAGEFAULT);
	check(message.arg.pagefault.address == (uintptr_t)page);
	say(there);
	hear(there);
	provided.range.start = (uintptr_t)page;
	check(!ioctl(fd, UFFDIO_ZEROPAGE, &provided));
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

/* Until nobody can open the device any more: the removal has come so far. */
static void wait_for_removal(void)
{
	long until = now_ms() + PATIENCE * 1000;
	int fd;

	while ((fd = raw_device()) >= 0) {
		close(fd);
		check(now_ms() < until);
		sleep_ms(10);
	}
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
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	arguments(argc, argv);
	if (fd < 0) {
		fprintf(stderr, "no userfaultfd: %s\n", strerror(errno));
		return 4;
	}
	close(fd);
	removal_waits(false);
	removal_waits(true);
	return 0;
}
