// SPDX-License-Identifier: GPL-2.0
/*
 * A client that stays registered while user space adds, renames and removes
 * devices: "standing-begin", "-hold", "-drop" and "-end".
 */
#include "test.h"

static struct test_client test_standing;
static struct test_readers *test_standing_readers;
static struct ib_client_data *test_standing_held;
static bool test_standing_active;

/**
 * test_standing_begin() - register the client and start its readers
 * @device: the device that the readers look for
 *
 * Context: May sleep.
 * Return: 0 or a negative errno.
 */
int test_standing_begin(const char *device)
{
	int ret;

	if (test_standing_active)
		return -EBUSY;
	test_client_init(&test_standing, "icd_standing");
	test_standing.add_allocs = true;
	ret = ib_register_client(&test_standing.ib);
	if (ret)
		return ret;
	test_standing_readers = test_readers_start(&test_standing.ib, device);
	test_standing_active = true;
	return 0;
}

/**
 * test_standing_hold() - take a reference and keep it
 * @device: on which device
 *
 * Context: May sleep.
 * Return: 0 or a negative errno.
 */
int test_standing_hold(const char *device)
{
	struct ib_device *ib;

	if (!test_standing_active || test_standing_held)
		return -EBUSY;
	ib = ib_device_get_by_name(device, RDMA_DRIVER_UNKNOWN);
	if (!ib)
		return -ENODEV;
	test_standing_held = ib_get_client_data(ib, &test_standing.ib);
	ib_device_put(ib);
	return test_standing_held ? 0 : -ENODEV;
}

/**
 * test_standing_drop() - give the kept reference back
 * @device: not used
 *
 * Context: May sleep.
 * Return: 0 or a negative errno.
 */
int test_standing_drop(const char *device)
{
	if (!test_standing_held)
		return -ENOENT;
	test_client_check_data(test_standing_held);
	ib_put_client_data(test_standing_held);
	test_standing_held = NULL;
	return 0;
}

/**
 * test_standing_show() - print what the callbacks saw
 * @m: where to
 *
 * Context: May sleep.
 */
void test_standing_show(struct seq_file *m)
{
	struct test_client *tc = &test_standing;

	seq_printf(m, "adds=%d removes=%d renames=%d allocs=%d frees=%d data=%d\n",
		   atomic_read(&tc->adds), atomic_read(&tc->removes),
		   atomic_read(&tc->renames), atomic_read(&tc->allocs),
		   atomic_read(&tc->frees), !!tc->last_data);
}

/**
 * test_standing_end() - stop the readers and unregister the client
 * @device: not used
 *
 * Context: May sleep.
 * Return: 0 or a negative errno.
 */
int test_standing_end(const char *device)
{
	struct test_client *tc = &test_standing;
	u64 gets;

	if (!test_standing_active)
		return -ENOENT;
	gets = test_readers_stop(test_standing_readers);
	ib_unregister_client(&tc->ib);
	test_standing_active = false;
	EXPECT(!test_standing_held);
	EXPECT(atomic_read(&tc->allocs) == atomic_read(&tc->frees));
	EXPECT(atomic_read(&tc->adds) == atomic_read(&tc->removes));
	EXPECT(!atomic_read(&tc->live));
	pr_test("data allocated and freed %d times, %llu references\n",
		atomic_read(&tc->allocs), gets);
	return 0;
}
