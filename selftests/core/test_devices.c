// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of devices that only a mock can be: without kernel verbs, or with a
 * GUID that another one has.
 */
#include "test.h"

/**
 * test_no_kverbs() - no_kverbs_req is respected
 * @unused: a device without kernel verbs is needed
 */
void test_no_kverbs(struct ib_device *unused)
{
	struct ib_device *device = test_mock_add(false, 1);
	struct ib_client_data *data;
	struct test_client tc;

	if (!device)
		return;
	test_client_init(&tc, "icd_kverbs");
	EXPECT(!ib_register_client(&tc.ib));
	EXPECT(ib_alloc_or_get_client_data(device, &tc.ib) == ERR_PTR(-ENODEV));
	ib_unregister_client(&tc.ib);

	test_client_init(&tc, "icd_no_kverbs");
	tc.ib.no_kverbs_req = 1;
	EXPECT(!ib_register_client(&tc.ib));
	data = ib_alloc_or_get_client_data(device, &tc.ib);
	if (EXPECT(!IS_ERR(data)))
		ib_put_client_data(data);
	ib_unregister_client(&tc.ib);
	EXPECT(atomic_read(&tc.frees) == 1);
	test_mock_del(device);
}

/**
 * test_equal_guids() - two devices with one GUID have two data
 * @unused: two mock devices are used
 */
void test_equal_guids(struct ib_device *unused)
{
	struct ib_client_data *first, *second;
	struct ib_device *devices[2];
	struct test_client tc;

	devices[0] = test_mock_add(true, 0x1bcd);
	devices[1] = test_mock_add(true, 0x1bcd);
	if (!devices[0] || !devices[1])
		return;
	test_client_init(&tc, "icd_guid");
	EXPECT(!ib_register_client(&tc.ib));
	first = ib_alloc_or_get_client_data(devices[0], &tc.ib);
	second = ib_alloc_or_get_client_data(devices[1], &tc.ib);
	EXPECT(first != second);
	EXPECT(atomic_read(&tc.allocs) == 2);
	if (EXPECT(!IS_ERR(first))) {
		EXPECT(first->device == devices[0]);
		ib_put_client_data(first);
	}
	if (EXPECT(!IS_ERR(second))) {
		EXPECT(second->device == devices[1]);
		ib_put_client_data(second);
	}
	test_mock_del(devices[0]);
	EXPECT(atomic_read(&tc.frees) == 1);
	second = ib_get_client_data(devices[1], &tc.ib);
	if (EXPECT(second))
		ib_put_client_data(second);
	ib_unregister_client(&tc.ib);
	EXPECT(atomic_read(&tc.frees) == 2);
	test_mock_del(devices[1]);
}
