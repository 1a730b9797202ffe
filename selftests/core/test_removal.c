// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of removal as a fence.
 */
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/mutex.h>
#include "test.h"

/**
 * test_fence() - a reference held across removal
 * @device: a device
 *
 * Removal waits and says so (core's report_seconds is 1 in this test), look-ups
 * fail meanwhile, more references can be taken from the one that is held, and
 * the data are freed once, after the last put, which is told that it was.
 */
void test_fence(struct ib_device *device)
{
	struct task_struct *remover;
	struct ib_client_data *data;
	struct test_client tc;
	unsigned long begin;

	test_client_init(&tc, "icd_fence");
	if (!EXPECT(!ib_register_client(&tc.ib)))
		return;
	data = ib_alloc_or_get_client_data(device, &tc.ib);
	if (!EXPECT(!IS_ERR(data)))
		goto out;

	remover = test_unregister_begin(&tc);
	begin = jiffies;
	while (ib_get_client_data(device, &tc.ib)) {
		ib_put_client_data(data);
		if (!EXPECT(time_before(jiffies, begin + TEST_PATIENCE)))
			break;
		cond_resched();
	}
	EXPECT(ib_alloc_or_get_client_data(device, &tc.ib) == ERR_PTR(-ENODEV));
	msleep(2500);
	EXPECT(atomic_read(&tc.removes) >= 1);
	EXPECT(!atomic_read(&tc.frees));
	test_client_check_data(data);
	EXPECT(ib_client_data_get(data) == data);
	EXPECT(!ib_put_client_data(data));
	EXPECT(kref_read(&data->kref) == 1);
	EXPECT(!atomic_read(&tc.frees));
	EXPECT(ib_put_client_data(data));
	test_unregister_end(remover);
	EXPECT(atomic_read(&tc.frees) == 1);
	EXPECT(tc.last_data == data);
	return;
out:
	ib_unregister_client(&tc.ib);
}

/**
 * test_remove_puts() - a reference from add() that remove() gives back
 * @device: a device
 *
 * What a client does that needs its data as long as it has the device.  Both
 * puts are made under ib_core's locks, which is no deadlock to lockdep.
 */
void test_remove_puts(struct ib_device *device)
{
	struct test_client tc;

	test_client_init(&tc, "icd_remove_puts");
	tc.add_allocs = true;
	tc.add_keeps = true;
	if (!EXPECT(!ib_register_client(&tc.ib)))
		return;
	EXPECT(atomic_read(&tc.allocs) == atomic_read(&tc.adds));
	ib_unregister_client(&tc.ib);
	EXPECT(atomic_read(&tc.frees) == atomic_read(&tc.adds));
}

/**
 * struct test_irq - look-ups from a hard interrupt
 * @timer: fires every 50 us, or less often where that takes long.
 * @tc: the client.
 * @device: the device.
 * @hits: look-ups that found data.
 * @misses: look-ups that found none.
 */
struct test_irq {
	struct hrtimer timer;
	struct test_client *tc;
	struct ib_device *device;
	atomic_t hits;
	atomic_t misses;
};

#define TEST_IRQ_PERIOD_NS	(50 * NSEC_PER_USEC)

static enum hrtimer_restart test_irq_fire(struct hrtimer *timer)
{
	struct test_irq *irq = container_of(timer, struct test_irq, timer);
	struct ib_client_data *data;
	ktime_t begin = ktime_get();
	u64 pause;

	EXPECT(in_hardirq());
	data = ib_get_client_data(irq->device, &irq->tc->ib);
	if (data) {
		test_client_check_data(data);
		ib_client_data_get(data);
		ib_put_client_data(data);
		ib_put_client_data(data);
		atomic_inc(&irq->hits);
	} else {
		atomic_inc(&irq->misses);
	}
	/* A debug kernel that does nothing else would never come to the end. */
	pause = max_t(u64, TEST_IRQ_PERIOD_NS,
		      4 * ktime_to_ns(ktime_sub(ktime_get(), begin)));
	hrtimer_forward_now(timer, ns_to_ktime(pause));
	return HRTIMER_RESTART;
}

/**
 * test_get_irq() - look-ups from hard interrupts during allocation and removal
 * @device: a device
 */
void test_get_irq(struct ib_device *device)
{
	struct test_irq irq = { .device = device };
	struct ib_client_data *data;
	struct test_client tc;
	int round;

	test_client_init(&tc, "icd_irq");
	irq.tc = &tc;
	hrtimer_init_on_stack(&irq.timer, CLOCK_MONOTONIC,
			      HRTIMER_MODE_REL_HARD);
	irq.timer.function = test_irq_fire;
	hrtimer_start(&irq.timer, ns_to_ktime(TEST_IRQ_PERIOD_NS),
		      HRTIMER_MODE_REL_HARD);

	for (round = 0; round < 20; round++) {
		int before = atomic_read(&irq.hits);
		unsigned long begin = jiffies;

		if (!EXPECT(!ib_register_client(&tc.ib)))
			break;
		data = ib_alloc_or_get_client_data(device, &tc.ib);
		if (EXPECT(!IS_ERR(data)))
			ib_put_client_data(data);
		while (atomic_read(&irq.hits) < before + 20 &&
		       time_before(jiffies, begin + TEST_PATIENCE))
			usleep_range(100, 200);
		EXPECT(atomic_read(&irq.hits) >= before + 20);
		ib_unregister_client(&tc.ib);
		EXPECT(atomic_read(&tc.frees) == round + 1);
	}
	hrtimer_cancel(&irq.timer);
	destroy_hrtimer_on_stack(&irq.timer);
	EXPECT(atomic_read(&irq.misses));
	pr_test("%d look-ups from interrupts found data, %d found none\n",
		atomic_read(&irq.hits), atomic_read(&irq.misses));
}

/**
 * test_lockdep_put() - a put under a lock that is held across removal
 * @device: a device
 *
 * The mistake that lockdep must report; without its chance to deadlock.
 */
void test_lockdep_put(struct ib_device *device)
{
	static DEFINE_MUTEX(held);
	struct ib_client_data *data;
	struct test_client tc;

	test_client_init(&tc, "icd_lockdep");
	if (!EXPECT(!ib_register_client(&tc.ib)))
		return;
	data = ib_alloc_or_get_client_data(device, &tc.ib);
	if (EXPECT(!IS_ERR(data))) {
		mutex_lock(&held);
		ib_put_client_data(data);
		mutex_unlock(&held);
	}
	/* Lockdep learns of the put from another thread. */
	msleep(200);
	mutex_lock(&held);
	ib_unregister_client(&tc.ib);
	mutex_unlock(&held);
}
