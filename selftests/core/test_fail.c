// SPDX-License-Identifier: GPL-2.0
/*
 * Operations for fail-nth: any of their allocations may fail.  What they return
 * is what went wrong first; what must hold whatever goes wrong is EXPECT()ed.
 */
#include <linux/slab.h>
#include "test.h"

static void test_fail_use(struct ib_device *device, struct test_client *tc,
			  struct ib_client_data *data)
{
	EXPECT(ib_get_client_data(device, &tc->ib) == data);
	EXPECT(ib_client_data_get(data) == data);
	test_client_check_data(data);
	EXPECT(!ib_put_client_data(data));
	EXPECT(!ib_put_client_data(data));
	EXPECT(!ib_put_client_data(data));
}

/* A client that could not be told of the device has not got it. */
static int test_fail_alloc(struct ib_device *device, struct test_client *tc)
{
	struct ib_client_data *data;

	data = ib_alloc_or_get_client_data(device, &tc->ib);
	if (!IS_ERR(data)) {
		test_fail_use(device, tc, data);
		return 0;
	}
	EXPECT(data == ERR_PTR(-ENOMEM) || data == ERR_PTR(-ENODEV));
	EXPECT(!ib_get_client_data(device, &tc->ib));
	return PTR_ERR(data);
}

/**
 * test_fail_calls() - register, allocate, look up, put, unregister
 * @name: of a device
 *
 * Context: May sleep.
 * Return: 0 or a negative errno.
 */
int test_fail_calls(const char *name)
{
	struct ib_device *device;
	struct test_client tc;
	int ret;

	device = ib_device_get_by_name(name, RDMA_DRIVER_UNKNOWN);
	if (!device)
		return -ENODEV;
	test_client_init(&tc, "icd_fail");
	ret = ib_register_client(&tc.ib);
	if (!ret) {
		ret = test_fail_alloc(device, &tc);
		EXPECT(ret != -ENODEV || !atomic_read(&tc.adds));
		ib_unregister_client(&tc.ib);
	}
	EXPECT(!ib_get_client_data(device, &tc.ib));
	EXPECT(!atomic_read(&tc.live));
	EXPECT(atomic_read(&tc.adds) == atomic_read(&tc.removes));
	ib_device_put(device);
	return ret;
}

#define MANY_CLIENTS	64

/**
 * test_fail_table() - register clients until the table is full
 * @name: not used
 *
 * Context: May sleep.
 * Return: 0 when it was full, or a negative errno.
 */
int test_fail_table(const char *name)
{
	struct test_client *many;
	int n, ret = 0;

	many = kvcalloc(MANY_CLIENTS, sizeof(*many), GFP_KERNEL);
	if (!many)
		return -ENOMEM;
	for (n = 0; n < MANY_CLIENTS && !ret; n++) {
		test_client_init(&many[n], "icd_many");
		ret = ib_register_client(&many[n].ib);
	}
	EXPECT(ret);
	for (n--; n-- > 0;) {
		test_client_use(&many[n]);
		ib_unregister_client(&many[n].ib);
		EXPECT(!atomic_read(&many[n].live));
		EXPECT(atomic_read(&many[n].adds) ==
		       atomic_read(&many[n].removes));
	}
	kvfree(many);
	return ret == -ENOSPC ? 0 : ret;
}

/**
 * test_fail_device() - a device comes and goes, a client allocates in its add()
 * @name: not used
 *
 * Context: May sleep.
 * Return: 0 or a negative errno.
 */
int test_fail_device(const char *name)
{
	struct ib_device *device;
	struct test_client tc;
	int ret;

	test_client_init(&tc, "icd_fail_device");
	tc.add_allocs = true;
	tc.may_fail = true;
	ret = ib_register_client(&tc.ib);
	if (ret)
		return ret;
	device = test_mock_try(true, 0x1bcf);
	if (IS_ERR(device)) {
		ret = PTR_ERR(device);
	} else {
		ret = test_fail_alloc(device, &tc);
		test_mock_del(device);
	}
	ib_unregister_client(&tc.ib);
	EXPECT(!atomic_read(&tc.live));
	return ret;
}
