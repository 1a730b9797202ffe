// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that add devices and remove them.
 */
#include <linux/kthread.h>
#include <linux/slab.h>
#include "torture.h"

/*
 * The devices there are, by number.  A device stays here until it is
 * unregistered: users race with its removal and may also come too late.
 */
struct torture_device __rcu *torture_devices[TORTURE_DEVICES];

static struct torture_actor *torture_device_actors[TORTURE_DEVICES];

/**
 * torture_device_get() - a device, for a user that may sleep
 * @nr: its number
 *
 * Keeps the memory only: the device may be removed meanwhile.
 *
 * Context: Process context.
 * Return: the device, for torture_device_put(), or NULL.
 */
struct torture_device *torture_device_get(unsigned int nr)
{
	struct torture_device *td;

	rcu_read_lock();
	td = rcu_dereference(torture_devices[nr]);
	if (td && !refcount_inc_not_zero(&td->ref))
		td = NULL;
	rcu_read_unlock();
	return td;
}

/**
 * torture_device_put() - drop a reference to a device
 * @td: the device
 *
 * Context: May sleep.
 */
void torture_device_put(struct torture_device *td)
{
	if (!refcount_dec_and_test(&td->ref))
		return;
	/* ib_core waits for a grace period, too, before it frees the device. */
	put_device(&td->ib->dev);
	kfree_rcu(td, rcu);
}

static struct torture_device *torture_device_add(unsigned int nr)
{
	struct torture_device *td = kzalloc(sizeof(*td), GFP_KERNEL);
	int i;

	if (!td)
		return NULL;
	for (i = 0; i < TORTURE_CLIENTS; i++)
		torture_pair_begin(&torture_clients[i].pairs[nr]);
	td->ib = test_mock_add(true, TORTURE_GUID << 8 | nr);
	if (!TORTURE_CHECK(td->ib)) {
		kfree(td);
		return NULL;
	}
	get_device(&td->ib->dev);
	refcount_set(&td->ref, 1);
	rcu_assign_pointer(torture_devices[nr], td);
	return td;
}

static void torture_device_del(struct torture_device *td, unsigned int nr)
{
	struct torture_pair *pair;
	int i;

	test_mock_del(td->ib);
	WRITE_ONCE(td->gone, true);
	for (i = 0; i < TORTURE_CLIENTS; i++) {
		pair = &torture_clients[i].pairs[nr];
		TORTURE_CHECK(!READ_ONCE(pair->live));
		TORTURE_CHECK(!READ_ONCE(pair->added));
		TORTURE_CHECK(!ib_get_client_data(td->ib,
						  &torture_clients[i].ib));
		TORTURE_CHECK(ib_alloc_or_get_client_data(td->ib,
							  &torture_clients[i].ib) ==
			      ERR_PTR(-ENODEV));
	}
	RCU_INIT_POINTER(torture_devices[nr], NULL);
	torture_device_put(td);
}

static int torture_device_thread(void *arg)
{
	struct torture_actor *actor = arg;
	struct torture_device *td;
	unsigned int nr = 0;

	while (torture_device_actors[nr] != actor)
		nr++;
	while (!kthread_should_stop()) {
		if (torture_stopping()) {
			torture_sleep_us(1000);
			continue;
		}
		torture_choose(actor);
		td = torture_device_add(nr);
		if (td) {
			torture_count(actor, TORTURE_DEVICES_ADDED);
			torture_sleep_us(actor->what & 0x7fff);
			torture_target((actor->what >> 15 & 7) %
				       TORTURE_CLIENTS, nr);
			torture_sleep_us(200 + (actor->what >> 22));
			torture_device_del(td, nr);
		}
		torture_sleep_us(actor->what >> 20);
	}
	return 0;
}

/**
 * torture_devices_start() - begin to add devices
 *
 * Context: May sleep.
 * Return: 0 or a negative errno.
 */
int torture_devices_start(void)
{
	struct torture_actor *actor;
	int i, ret;

	for (i = 0; i < TORTURE_DEVICES; i++) {
		actor = torture_actor_new(TORTURE_THREAD, "device", i);
		if (!actor)
			return -ENOMEM;
		torture_device_actors[i] = actor;
		ret = torture_thread_start(actor, torture_device_thread);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * torture_devices_stop() - remove all devices and end
 *
 * Context: May sleep.
 */
void torture_devices_stop(void)
{
	int i;

	for (i = 0; i < TORTURE_DEVICES; i++)
		if (torture_device_actors[i])
			torture_thread_stop(torture_device_actors[i]);
}
