// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of ib_alloc_or_get_client_data().
 */
#include <linux/delay.h>
#include <linux/slab.h>
#include "test.h"

/**
 * struct test_racer - one of many callers
 * @tc: the client that they all use
 * @device: the device that they all use
 * @ready: counts those that run
 * @start: what they wait for, to begin at once
 * @result: what this one got
 * @task: its thread
 */
struct test_racer {
	struct test_client *tc;
	struct ib_device *device;
	atomic_t *ready;
	struct completion *start;
	struct ib_client_data *result;
	struct task_struct *task;
};

static int test_racer_thread(void *arg)
{
	struct test_racer *racer = arg;

	atomic_inc(racer->ready);
	wait_for_completion(racer->start);
	racer->result = ib_alloc_or_get_client_data(racer->device,
						    &racer->tc->ib);
	return 0;
}

/* Lets @n callers ask at once; the caller puts what they got and frees them. */
static struct test_racer *test_race(struct test_client *tc,
				    struct ib_device *device, int n)
{
	DECLARE_COMPLETION_ONSTACK(start);
	atomic_t ready = ATOMIC_INIT(0);
	struct test_racer *racers;
	int i, expected = 0;

	racers = kcalloc(n, sizeof(*racers), GFP_KERNEL);
	if (!EXPECT(racers))
		return NULL;
	for (i = 0; i < n; i++) {
		struct test_racer *racer = &racers[i];

		racer->tc = tc;
		racer->device = device;
		racer->ready = &ready;
		racer->start = &start;
		racer->result = ERR_PTR(-ECANCELED);
		racer->task = kthread_create(test_racer_thread, racer,
					     "icd_racer%d", i);
		if (!EXPECT(!IS_ERR(racer->task))) {
			racer->task = NULL;
			continue;
		}
		get_task_struct(racer->task);
		wake_up_process(racer->task);
		expected++;
	}
	while (atomic_read(&ready) < expected)
		msleep(20);
	complete_all(&start);
	for (i = 0; i < n; i++) {
		if (!racers[i].task)
			continue;
		kthread_stop(racers[i].task);
		put_task_struct(racers[i].task);
	}
	return racers;
}

#define RACERS	64

/**
 * test_alloc_race() - 64 first callers, one allocation
 * @device: a device
 */
void test_alloc_race(struct ib_device *device)
{
	struct test_racer *racers;
	struct test_client tc;
	int i, round;

	for (round = 0; round < 10; round++) {
		test_client_init(&tc, "icd_alloc_race");
		tc.alloc_delay_ms = round & 1 ? 20 : 0;
		if (!EXPECT(!ib_register_client(&tc.ib)))
			return;
		racers = test_race(&tc, device, RACERS);
		EXPECT(atomic_read(&tc.allocs) == 1);
		for (i = 0; racers && i < RACERS; i++) {
			EXPECT(racers[i].result == racers[0].result);
			if (EXPECT(!IS_ERR_OR_NULL(racers[i].result)))
				EXPECT(!ib_put_client_data(racers[i].result));
		}
		kfree(racers);
		ib_unregister_client(&tc.ib);
		EXPECT(atomic_read(&tc.frees) == 1);
	}
}

/**
 * test_alloc_fails() - the error reaches all who waited; the next one tries
 * @device: a device
 */
void test_alloc_fails(struct ib_device *device)
{
	struct ib_client_data *data;
	struct test_racer *racers;
	struct test_client tc;
	int i;

	test_client_init(&tc, "icd_alloc_fails");
	tc.alloc_error = -EDQUOT;
	/* Who comes later than that would rightly try again. */
	tc.alloc_delay_ms = 2000;
	if (!EXPECT(!ib_register_client(&tc.ib)))
		return;
	racers = test_race(&tc, device, RACERS);
	EXPECT(atomic_read(&tc.allocs) == 1);
	for (i = 0; racers && i < RACERS; i++)
		EXPECT(racers[i].result == ERR_PTR(-EDQUOT));
	kfree(racers);
	EXPECT(!ib_get_client_data(device, &tc.ib));

	tc.alloc_error = 0;
	tc.alloc_delay_ms = 0;
	data = ib_alloc_or_get_client_data(device, &tc.ib);
	if (EXPECT(!IS_ERR(data)))
		EXPECT(!ib_put_client_data(data));
	EXPECT(atomic_read(&tc.allocs) == 2);
	ib_unregister_client(&tc.ib);
	EXPECT(atomic_read(&tc.frees) == 1);
}

/**
 * test_alloc_recursion() - the callback asks for what it allocates
 * @device: a device
 */
void test_alloc_recursion(struct ib_device *device)
{
	struct ib_client_data *data;
	struct test_client tc;

	test_client_init(&tc, "icd_recursion");
	tc.recurse = true;
	if (!EXPECT(!ib_register_client(&tc.ib)))
		return;
	data = ib_alloc_or_get_client_data(device, &tc.ib);
	EXPECT(tc.recurse_result == ERR_PTR(-EDEADLK));
	if (EXPECT(!IS_ERR(data)))
		EXPECT(!ib_put_client_data(data));
	ib_unregister_client(&tc.ib);
	EXPECT(atomic_read(&tc.frees) == 1);
}

/**
 * test_alloc_removal() - removal begins while the callback runs
 * @device: a device
 *
 * A caller that waits gets its error at once, not when the callback is over;
 * the one that runs the callback gets it afterwards; removal waits for it, and
 * says so (core's report_seconds is 1 in this test).
 */
void test_alloc_removal(struct ib_device *device)
{
	DECLARE_COMPLETION_ONSTACK(start);
	struct task_struct *remover, *threads[2];
	struct test_racer racers[2] = { };
	atomic_t ready = ATOMIC_INIT(0);
	struct test_client tc;
	int i;

	complete_all(&start);
	test_client_init(&tc, "icd_alloc_removal");
	tc.alloc_block = true;
	if (!EXPECT(!ib_register_client(&tc.ib)))
		return;

	for (i = 0; i < 2; i++) {
		racers[i] = (struct test_racer) {
			.tc = &tc, .device = device,
			.ready = &ready, .start = &start,
			.result = ERR_PTR(-ECANCELED),
		};
		threads[i] = kthread_create(test_racer_thread, &racers[i],
					    "icd_alloc%d", i);
		if (WARN_ON(IS_ERR(threads[i])))
			return;
		get_task_struct(threads[i]);
		wake_up_process(threads[i]);
		if (!i)
			EXPECT(wait_for_completion_timeout(&tc.alloc_began,
							   TEST_PATIENCE));
	}
	while (atomic_read(&ready) < 2)
		msleep(20);
	msleep(50);

	remover = test_unregister_begin(&tc);
	kthread_stop(threads[1]);
	put_task_struct(threads[1]);
	EXPECT(racers[1].result == ERR_PTR(-ENODEV));
	EXPECT(racers[0].result == ERR_PTR(-ECANCELED));
	msleep(1500);
	EXPECT(!atomic_read(&tc.frees));

	complete(&tc.alloc_go);
	kthread_stop(threads[0]);
	put_task_struct(threads[0]);
	EXPECT(racers[0].result == ERR_PTR(-ENODEV));
	test_unregister_end(remover);
	EXPECT(atomic_read(&tc.allocs) == 1);
	EXPECT(atomic_read(&tc.frees) == 1);
	EXPECT(!tc.last_data);
}
