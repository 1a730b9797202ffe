// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that look data up, allocate, hold and put without a pause.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/slab.h>
#include "test.h"

#define READERS	4

/**
 * struct test_readers - the threads and what they did
 * @client: the client whose data they use
 * @device: name of the device that they look for; it may come and go
 * @gets: references taken, and given back, so far
 * @tasks: the threads
 */
struct test_readers {
	struct ib_client *client;
	char device[IB_DEVICE_NAME_MAX];
	atomic64_t gets;
	struct task_struct *tasks[READERS];
};

static void test_reader_use(struct test_readers *readers,
			    struct ib_device *device, bool alloc)
{
	struct ib_client_data *data;

	if (alloc)
		data = ib_alloc_or_get_client_data(device, readers->client);
	else
		data = ib_get_client_data(device, readers->client);
	if (IS_ERR_OR_NULL(data)) {
		EXPECT(!IS_ERR(data) || data == ERR_PTR(-ENODEV));
		return;
	}
	EXPECT(data->device == device);
	EXPECT(data->client == readers->client);
	ib_client_data_get(data);
	udelay(5);
	test_client_check_data(data);
	ib_put_client_data(data);
	cond_resched();
	test_client_check_data(data);
	ib_put_client_data(data);
	atomic64_inc(&readers->gets);
}

static int test_reader_thread(void *arg)
{
	struct test_readers *readers = arg;
	struct ib_device *device;
	unsigned int turn = 0;

	while (!kthread_should_stop()) {
		device = ib_device_get_by_name(readers->device,
					       RDMA_DRIVER_UNKNOWN);
		if (device) {
			/* The removal of the device waits for this one. */
			for (turn++; turn % 16; turn++)
				test_reader_use(readers, device, turn % 4 == 1);
			ib_device_put(device);
		}
		/* With one processor the writer wants a turn, too. */
		usleep_range(50, 100);
	}
	return 0;
}

/**
 * test_readers_start() - start the threads
 * @client: the client whose data to use
 * @device: name of the device to look for
 *
 * Context: May sleep.
 * Return: the threads, for test_readers_stop(), or NULL.
 */
struct test_readers *test_readers_start(struct ib_client *client,
					const char *device)
{
	struct test_readers *readers = kzalloc(sizeof(*readers), GFP_KERNEL);
	int i;

	if (!EXPECT(readers))
		return NULL;
	readers->client = client;
	strscpy(readers->device, device, sizeof(readers->device));
	for (i = 0; i < READERS; i++) {
		readers->tasks[i] = kthread_run(test_reader_thread, readers,
						"icd_reader%d", i);
		if (!EXPECT(!IS_ERR(readers->tasks[i])))
			readers->tasks[i] = NULL;
	}
	return readers;
}

/**
 * test_readers_stop() - stop the threads
 * @readers: from test_readers_start()
 *
 * Context: May sleep.
 * Return: how many references they took.
 */
u64 test_readers_stop(struct test_readers *readers)
{
	u64 gets;
	int i;

	if (!readers)
		return 0;
	for (i = 0; i < READERS; i++)
		if (readers->tasks[i])
			kthread_stop(readers->tasks[i]);
	gets = atomic64_read(&readers->gets);
	kfree(readers);
	return gets;
}

static unsigned int cycles = 1000;
module_param(cycles, uint, 0644);
MODULE_PARM_DESC(cycles, "Registrations and devices in the cycle tests (default 1000)");

/**
 * test_register_cycles() - 1000 registrations with readers running
 * @device: a device
 */
void test_register_cycles(struct ib_device *device)
{
	struct test_readers *readers;
	struct test_client tc;
	unsigned int round;
	int allocs;
	u64 gets;

	test_client_init(&tc, "icd_cycles");
	readers = test_readers_start(&tc.ib, dev_name(&device->dev));
	for (round = 0; round < cycles; round++) {
		if (!EXPECT(!ib_register_client(&tc.ib)))
			break;
		/* Now and then the readers get time to find the client. */
		if (round % 8 == 0)
			usleep_range(1000, 2000);
		ib_unregister_client(&tc.ib);
		if (!EXPECT(!atomic_read(&tc.live)))
			break;
	}
	allocs = atomic_read(&tc.allocs);
	gets = test_readers_stop(readers);
	EXPECT(allocs == atomic_read(&tc.frees));
	EXPECT(allocs > 0);
	EXPECT(gets > 0);
	pr_test("%u cycles, data allocated and freed %d times, %llu references\n",
		round, allocs, gets);
}

/**
 * test_mock_cycles() - 1000 devices come and go with readers running
 * @unused: mock devices are used
 */
void test_mock_cycles(struct ib_device *unused)
{
	struct test_readers *readers;
	struct ib_device *device;
	struct test_client tc;
	unsigned int round;
	u64 gets;

	test_client_init(&tc, "icd_mock_cycles");
	if (!EXPECT(!ib_register_client(&tc.ib)))
		return;
	readers = test_readers_start(&tc.ib, "icd_mock0");
	for (round = 0; round < cycles; round++) {
		device = test_mock_add(true, 0x1bcd);
		if (!device)
			break;
		if (round % 8 == 0)
			usleep_range(1000, 2000);
		test_mock_del(device);
		if (!EXPECT(!atomic_read(&tc.live)))
			break;
	}
	gets = test_readers_stop(readers);
	ib_unregister_client(&tc.ib);
	EXPECT(round == cycles);
	EXPECT(gets > 0);
	EXPECT(atomic_read(&tc.adds) >= cycles);
	EXPECT(atomic_read(&tc.removes) == atomic_read(&tc.adds));
	EXPECT(atomic_read(&tc.allocs) == atomic_read(&tc.frees));
	pr_test("%u cycles, data allocated and freed %d times, %llu references\n",
		round, atomic_read(&tc.allocs), gets);
}
