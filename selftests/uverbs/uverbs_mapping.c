// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs -lpthread
 *
 * uverbs_mapping DEVICE mock NETDEV [moving|reset|shared]: map the device's page, all
 * ways it has, and look at it when the device has gone; with "moving", it is moved
 * while the device goes; with "reset", the device takes it back while it is being
 * mapped, and lives on; with "shared", two programs look on while it does that.
 */
#include "raw.h"
#include <sys/wait.h>
#include "mock_abi.h"
#include "mock_parameter.h"

/* The compiler does not know that a device changes it. */
static char look(const char *byte)
{
	return __atomic_load_n(byte, __ATOMIC_RELAXED);
}

static char *map_at(long offset)
{
	char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file,
			  offset * PAGE);

	check(page != MAP_FAILED);
	return page;
}

static char *map_page(void)
{
	return map_at(MOCK_PAGE_OFFSET);
}

/* Nothing of the device is there, and what is written stays ours. */
static void check_taken(char *page)
{
	check(!look(page) && !look(page + PAGE - 1));
	__atomic_store_n(page, 1, __ATOMIC_RELAXED);
	check(look(page) == 1);
	__atomic_store_n(page, 0, __ATOMIC_RELAXED);
}

static void await_taken(char *page)
{
	long until = now_ms() + 20 * 1000;

	while (look(page)) {
		if (now_ms() > until)
			fail("the device's page is still mapped");
		sleep_ms(10);
	}
	check_taken(page);
}

static void check_reset(void)
{
	char *page;

	mock_parameter("reset", "1");
	page = map_page();
	/* The reset waits for mmap(), or mmap() for the reset. */
	await_taken(page);
	check(!munmap(page, PAGE));

	/* It was reset, and goes on. */
	page = map_page();
	check(look(page) == MOCK_PAGE_BYTE);
	check(!munmap(page, PAGE));
}

/*
 * The first file whose pages are taken back loses them before its area, whose close
 * takes a while.  Those of the other are out with them, as they are at the same
 * place, and its turn comes later.
 */
static void check_shared(void)
{
	char *area, *page, c;
	int ready[2], status;
	pid_t other;

	check(!pipe(ready));
	other = fork();
	check(other >= 0);
	if (!other)
		raw_open();
	area = map_at(MOCK_AREA_OFFSET);
	page = map_page();
	check(look(area) == MOCK_PAGE_BYTE && look(page) == MOCK_PAGE_BYTE);
	if (!other) {
		check(write(ready[1], "", 1) == 1);
		await_taken(page);
		exit(0);
	}
	check(read(ready[0], &c, 1) == 1);
	mock_parameter("close_ms", "1000");
	mock_parameter("reset", "1");
	check(!munmap(map_page(), PAGE));
	await_taken(page);
	mock_parameter("close_ms", "0");
	check(waitpid(other, &status, 0) == other);
	if (WIFSIGNALED(status))
		fail("the other program: %s", strsignal(WTERMSIG(status)));
	check(!status);
	check(!munmap(area, PAGE) && !munmap(page, PAGE));
}

/* A driver may map what only this process sees, and changes. */
static char *map_private(void)
{
	char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file,
			  MOCK_RAW_OFFSET * PAGE);

	check(page != MAP_FAILED && look(page) == MOCK_PAGE_BYTE);
	return page;
}

static void check_removal(void)
{
	char *page = map_page(), *area = map_at(MOCK_AREA_OFFSET), *moved;
	char *raw = map_at(MOCK_RAW_OFFSET), *own = map_private();
	char *changed = map_private();

	__atomic_store_n(changed, 1, __ATOMIC_RELAXED);
	check(look(own) == MOCK_PAGE_BYTE && look(raw) == MOCK_PAGE_BYTE);

	check(look(page) == MOCK_PAGE_BYTE);
	check(look(page + PAGE - 1) == MOCK_PAGE_BYTE);
	check(look(area) == MOCK_PAGE_BYTE);
	moved = mremap(page, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		       PLACE + 64 * PAGE);
	check(moved == PLACE + 64 * PAGE && look(moved) == MOCK_PAGE_BYTE);
	/* What the driver has not been asked for nobody could take back. */
	check(mremap(area, PAGE, 2 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED &&
	      errno == EFAULT);
	mock_parameter("device", "0");
	check_taken(moved);
	check_taken(area);
	check_taken(raw);
	check_taken(own);
	check_taken(changed);
	check(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file,
		   MOCK_PAGE_OFFSET * PAGE) == MAP_FAILED && errno == EIO);
	check(!munmap(moved, PAGE) && !munmap(area, PAGE));
}

static int gone;

static void *remover(void *unused)
{
	mock_parameter("device", "0");
	__atomic_store_n(&gone, 1, __ATOMIC_SEQ_CST);
	return unused;
}

/*
 * The area goes first, for a second: whoever moves the page meanwhile copies what
 * the kernel notes of it, and finds it taken back.
 */
static void check_moving(void)
{
	char *page = map_page(), *area = map_at(MOCK_AREA_OFFSET), *moved;
	pthread_t thread;

	check(look(page) == MOCK_PAGE_BYTE && look(area) == MOCK_PAGE_BYTE);
	mock_parameter("close_ms", "1000");
	check(!pthread_create(&thread, NULL, remover, NULL));
	wait_until_closed(raw_device);
	sleep_ms(200);
	check(!__atomic_load_n(&gone, __ATOMIC_SEQ_CST));
	moved = mremap(page, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		       PLACE + 64 * PAGE);
	check(moved == PLACE + 64 * PAGE);
	check_taken(moved);
	check(!munmap(moved, PAGE));
	check(!pthread_join(thread, NULL));
	mock_parameter("close_ms", "0");
	check_taken(area);
	check(!munmap(area, PAGE));
}

int main(int argc, char **argv)
{
	arguments(argc, argv);
	raw_init();
	raw_open();
	if (argc > 4 && !strcmp(argv[4], "shared"))
		check_shared();
	else if (argc > 4 && !strcmp(argv[4], "moving"))
		check_moving();
	else if (argc > 4)
		check_reset();
	else
		check_removal();
	return 0;
}
