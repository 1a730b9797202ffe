// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs
 *
 * uverbs_mapping DEVICE mock NETDEV [reset]: map the device's page, both ways it
 * has, and look at it when the device has gone; with "reset", the device takes it
 * back while it is being mapped, and lives on.
 */
#include "raw.h"
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

static void check_reset(void)
{
	long until = now_ms() + 20 * 1000;
	char *page;

	mock_parameter("reset", "1");
	page = map_page();
	/* The reset waits for mmap(), or mmap() for the reset. */
	while (look(page)) {
		if (now_ms() > until)
			fail("the device's page is still mapped");
		sleep_ms(10);
	}
	check_taken(page);
	check(!munmap(page, PAGE));

	/* It was reset, and goes on. */
	page = map_page();
	check(look(page) == MOCK_PAGE_BYTE);
	check(!munmap(page, PAGE));
}

static void check_removal(void)
{
	char *page = map_page(), *area = map_at(MOCK_AREA_OFFSET), *moved;

	check(look(page) == MOCK_PAGE_BYTE);
	check(look(page + PAGE - 1) == MOCK_PAGE_BYTE);
	check(look(area) == MOCK_PAGE_BYTE);
	moved = mremap(page, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		       PLACE + 64 * PAGE);
	check(moved == PLACE + 64 * PAGE && look(moved) == MOCK_PAGE_BYTE);
	mock_parameter("device", "0");
	check_taken(moved);
	check_taken(area);
	check(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file,
		   MOCK_PAGE_OFFSET * PAGE) == MAP_FAILED && errno == EIO);
	check(!munmap(moved, PAGE) && !munmap(area, PAGE));
}

int main(int argc, char **argv)
{
	arguments(argc, argv);
	raw_init();
	raw_open();
	if (argc > 4)
		check_reset();
	else
		check_removal();
	return 0;
}
