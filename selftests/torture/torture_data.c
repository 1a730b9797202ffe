// SPDX-License-Identifier: GPL-2.0
/*
 * The data that clients keep for devices, and what must hold for whoever has a
 * reference to them.
 *
 * Freed data are kept for a while, filled with poison, to see on any kernel who
 * uses or changes them still.  With KASAN that is its work.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "torture.h"

unsigned int torture_quarantine = IS_ENABLED(CONFIG_KASAN) ? 0 : 1024;
module_param_named(quarantine, torture_quarantine, uint, 0444);
MODULE_PARM_DESC(quarantine, "Freed data that are watched, 0: none (default 1024, with KASAN 0)");

/* Freed data, the oldest where the next will go. */
static struct torture_data **torture_freed;
static unsigned int torture_freed_next;
static DEFINE_SPINLOCK(torture_freed_lock);

/**
 * torture_data_alloc() - make data
 * @pair: the client and the device
 *
 * Context: May sleep.
 * Return: the data, or NULL.
 */
struct torture_data *torture_data_alloc(struct torture_pair *pair)
{
	struct torture_data *data = kzalloc(sizeof(*data), GFP_KERNEL);

	if (!data)
		return NULL;
	data->magic = TORTURE_MAGIC;
	data->lifetime = torture_lifetime(pair);
	data->pair = pair;
	return data;
}

/* Nobody has written to freed data. */
static void torture_data_release(struct torture_data *data)
{
	if (!data)
		return;
	/* What has been changed may still be in use: leave it. */
	if (TORTURE_CHECK(!memchr_inv(data, TORTURE_POISON, sizeof(*data))))
		kfree(data);
}

/**
 * torture_data_free() - free data, or poison them and free the oldest
 * @data: the data, to which no reference is left
 *
 * Context: Process context.
 */
void torture_data_free(struct torture_data *data)
{
	if (!torture_quarantine) {
		kfree(data);
		return;
	}
	memset(data, TORTURE_POISON, sizeof(*data));
	spin_lock(&torture_freed_lock);
	swap(data, torture_freed[torture_freed_next]);
	torture_freed_next = (torture_freed_next + 1) % torture_quarantine;
	spin_unlock(&torture_freed_lock);
	torture_data_release(data);
}

/**
 * torture_data_check() - what holds while one has a reference
 * @data: the data
 *
 * Context: Any context.
 * Return: whether it does; otherwise the caller keeps off the data.
 */
bool torture_data_check(struct torture_data *data)
{
	/* The first says whether the others can be looked at. */
	return TORTURE_CHECK(READ_ONCE(data->magic) == TORTURE_MAGIC) &&
	       TORTURE_CHECK(kref_read(&data->ib.kref) > 0) &&
	       TORTURE_CHECK(READ_ONCE(data->pair->live) == data) &&
	       TORTURE_CHECK(torture_lifetime(data->pair) == data->lifetime);
}

/**
 * torture_data_got() - what holds for data that a call of core returned
 * @actor: who called
 * @data: the data
 * @client: the client that was asked for
 * @td: the device that was asked for
 * @before: the last lifetime that was fenced before the call
 *
 * Context: The actor's.
 * Return: whether the actor has the reference and shall put it.
 */
bool torture_data_got(struct torture_actor *actor, struct torture_data *data,
		      struct torture_client *client, struct torture_device *td,
		      u32 before)
{
	if (!torture_data_check(data) ||
	    !TORTURE_CHECK(data->ib.device == td->ib) ||
	    !TORTURE_CHECK(data->ib.client == &client->ib))
		return false;
	atomic_inc(&data->pair->holders);
	TORTURE_CHECK(torture_later(data->lifetime, before));
	TORTURE_CHECK(!READ_ONCE(td->gone));
	return true;
}

/**
 * torture_data_put_fast() - give back a reference that was hardly used
 * @actor: who does
 * @data: the data; no holder was counted
 *
 * Context: The actor's.
 * Return: false if these are no data: then they are left alone.
 */
bool torture_data_put_fast(struct torture_actor *actor,
			   struct torture_data *data)
{
	struct torture_pair *pair;
	u32 lifetime, ending;

	if (!TORTURE_CHECK(READ_ONCE(data->magic) == TORTURE_MAGIC))
		return false;
	pair = data->pair;
	lifetime = data->lifetime;
	torture_count(actor, TORTURE_PUTS);
	if (!ib_put_client_data(&data->ib))
		return true;
	torture_count(actor, TORTURE_LASTS);
	/* Core has dropped its own, after this was stored on the remover. */
	ending = smp_load_acquire(&pair->ending);
	TORTURE_CHECK(!torture_later(lifetime, ending));
	TORTURE_CHECK(xchg(&pair->last_lifetime, lifetime) != lifetime);
	return true;
}

/**
 * torture_data_put() - give a reference back
 * @actor: who does
 * @data: the data
 *
 * Context: The actor's.
 */
void torture_data_put(struct torture_actor *actor, struct torture_data *data)
{
	if (!torture_data_check(data))
		return;
	atomic_dec(&data->pair->holders);
	torture_data_put_fast(actor, data);
}

/**
 * torture_data_init() - get room for freed data
 *
 * Context: Module initialization.
 * Return: 0 or -ENOMEM.
 */
int torture_data_init(void)
{
	if (!torture_quarantine)
		return 0;
	torture_freed = kvcalloc(torture_quarantine, sizeof(*torture_freed),
				 GFP_KERNEL);
	return torture_freed ? 0 : -ENOMEM;
}

/**
 * torture_data_exit() - free the data that are kept
 *
 * Context: May sleep; no actor runs any more.
 */
void torture_data_exit(void)
{
	unsigned int i;

	for (i = 0; torture_freed && i < torture_quarantine; i++)
		torture_data_release(torture_freed[i]);
	kvfree(torture_freed);
	torture_freed = NULL;
}
