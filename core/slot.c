// SPDX-License-Identifier: GPL-2.0
/*
 * Slots: look-up, first allocation and references.
 *
 * Why a look-up is safe against removal without taking a lock:
 *
 *  1. Publish: the allocating caller initializes the data, then stores
 *     slot->data with rcu_assign_pointer().  Whoever loads the pointer sees
 *     initialized data with core's reference on it.
 *  2. Look-up: ib_get_client_data() loads slot->data and takes its reference
 *     inside one RCU read-side section.
 *  3. Unpublish: the remover stores NULL, then waits for a grace period, and
 *     only then drops core's reference.  A section that loaded the pointer
 *     before ends before the grace period does, so its kref_get() comes before
 *     core's put: it can not meet a count of zero.  A section that begins after
 *     the grace period began loads NULL.
 *  4. Last put: kref_put() is a release and, for the last one, an acquire
 *     operation; complete() and wait_for_completion() order it before
 *     free_client_data().  All that users did to the data before their puts is
 *     therefore visible to, and over before, the free.
 *  5. The slot itself is unlinked after the store and before the grace period of
 *     (3), and freed by kfree_rcu() after the wait; callers that sleep hold
 *     slot->ref across it.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include "core.h"
#include "trace.h"

/**
 * ib_client_data_slot_create() - make the slot of a device and a client
 * @thunk: the client's registration
 * @device: the device that ib_core is adding to the client
 *
 * Look-ups find the slot when this returns.
 *
 * Context: May sleep.
 * Return: the slot, with one reference that ib_client_data_slot_remove()
 * consumes, or an ERR_PTR.
 */
struct ib_client_data_slot *
ib_client_data_slot_create(struct ib_client_data_thunk *thunk,
			   struct ib_device *device)
{
	struct ib_client_data_slot *slot;
	int ret;

	slot = kzalloc(sizeof(*slot), GFP_KERNEL);
	if (!slot)
		return ERR_PTR(-ENOMEM);

	refcount_set(&slot->ref, 1);
	slot->device = device;
	slot->client = thunk->client;
	slot->thunk = thunk;
	spin_lock_init(&slot->lock);
	slot->state = IB_CLIENT_DATA_EMPTY;
	init_waitqueue_head(&slot->wait);
	init_completion(&slot->idle);
	slot->since = ktime_get();
	ib_client_data_track_init(slot);

	ret = ib_client_data_lists_add_slot(slot);
	if (ret)
		goto err_free;
	ret = xa_insert(&thunk->slots, device->index, slot, GFP_KERNEL);
	if (ret)
		goto err_lists;
	return slot;

err_lists:
	ib_client_data_lists_del_slot(slot);
err_free:
	kfree(slot);
	return ERR_PTR(ret);
}

/**
 * ib_client_data_slot_put() - drop a reference to a slot's memory
 * @slot: the slot
 *
 * Context: Any context.
 */
void ib_client_data_slot_put(struct ib_client_data_slot *slot)
{
	if (refcount_dec_and_test(&slot->ref))
		kfree_rcu(slot, rcu);
}

/**
 * ib_client_data_slot_lookup() - find the slot of a device and a client
 * @device: the device
 * @client: the client, registered or not
 *
 * The thunk is static memory and may serve another client by now, and a device
 * index may be in use again: the slot knows whose it is.
 *
 * Context: Any context, inside an RCU read-side section.
 * Return: the slot, valid until the end of that section, or NULL.
 */
struct ib_client_data_slot *
ib_client_data_slot_lookup(struct ib_device *device, struct ib_client *client)
{
	struct ib_client_data_thunk *thunk = READ_ONCE(client->thunk);
	struct ib_client_data_slot *slot;

	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "slot look-up outside of RCU");

	if (!thunk)
		return NULL;
	slot = xa_load(&thunk->slots, device->index);
	if (!slot || slot->device != device || slot->client != client)
		return NULL;
	return slot;
}

/**
 * ib_client_data_slot_kept() - the data that a slot owns, for a callback
 * @slot: the slot
 *
 * Context: Process context, while removal can not free the data: from the
 * remover, or from a callback that ib_core fences against it.
 * Return: the data, without a reference, or NULL if none was allocated.
 */
struct ib_client_data *
ib_client_data_slot_kept(struct ib_client_data_slot *slot)
{
	struct ib_client_data *data;

	spin_lock(&slot->lock);
	data = slot->kept;
	spin_unlock(&slot->lock);
	return data;
}

static void ib_client_data_got(struct ib_client_data *data)
{
	trace_get(data->slot, kref_read(&data->kref));
	ib_client_data_track_get(data->slot);
}

/**
 * ib_get_client_data() - look up a client's data on a device
 * @device: the device; the caller knows that it is not freed meanwhile
 * @client: the client
 *
 * Never allocates and never waits, for an allocation or a removal in progress
 * neither.
 *
 * Context: Any context, hard interrupts included, but not NMI.
 * Return: the data, with a reference that the caller gives back with
 * ib_put_client_data(); or NULL: the client is not registered, has refused or
 * not yet got the device, nothing was allocated yet, or the removal of the device
 * or of the client has begun.
 */
struct ib_client_data *ib_get_client_data(struct ib_device *device,
					  struct ib_client *client)
{
	struct ib_client_data_slot *slot;
	struct ib_client_data *data = NULL;

	rcu_read_lock();
	slot = ib_client_data_slot_lookup(device, client);
	if (slot)
		data = rcu_dereference(slot->data);
	if (data)
		kref_get(&data->kref);
	rcu_read_unlock();

	if (data)
		ib_client_data_got(data);
	return data;
}
EXPORT_SYMBOL_GPL(ib_get_client_data);

/**
 * ib_client_data_get() - take one more reference
 * @data: the data, to which the caller holds a reference
 *
 * Context: Any context.
 * Return: @data.
 */
struct ib_client_data *ib_client_data_get(struct ib_client_data *data)
{
	kref_get(&data->kref);
	ib_client_data_got(data);
	return data;
}
EXPORT_SYMBOL_GPL(ib_client_data_get);

static void ib_client_data_release(struct kref *kref)
{
	struct ib_client_data *data =
		container_of(kref, struct ib_client_data, kref);

	complete(&data->slot->idle);
}

/**
 * ib_client_data_drop() - give core's own reference back
 * @data: the data; &ib_client_data_slot.idle completes with the last reference
 *
 * Context: May sleep, on the remover's thread after the look-ups' grace period.
 */
void ib_client_data_drop(struct ib_client_data *data)
{
	kref_put(&data->kref, ib_client_data_release);
}

/**
 * ib_put_client_data() - give a reference back
 * @data: the data; consumes the caller's reference
 *
 * The data are not freed here but on the remover's thread, so the last put may
 * come from anywhere.  Core holds a reference of its own until removal: while
 * the device is in use no put is the last.
 *
 * Context: Any context.
 * Return: true if this was the last reference.
 */
bool ib_put_client_data(struct ib_client_data *data)
{
	struct ib_client_data_slot *slot = data->slot;

	trace_put(slot, kref_read(&data->kref));
	ib_client_data_lockdep_put(slot);
	ib_client_data_track_put(slot);
	return kref_put(&data->kref, ib_client_data_release);
}
EXPORT_SYMBOL_GPL(ib_put_client_data);

static void ib_client_data_attempt_put(struct ib_client_data_attempt *attempt)
{
	if (refcount_dec_and_test(&attempt->ref))
		kfree(attempt);
}

/* Calls the client.  Returns initialized data or an ERR_PTR, never NULL. */
static struct ib_client_data *
ib_client_data_call_alloc(struct ib_client_data_slot *slot)
{
	struct ib_client_data *data;

	data = slot->client->alloc_client_data(slot->device);
	if (!data)
		data = ERR_PTR(-ENOMEM);
	trace_alloc(slot, PTR_ERR_OR_ZERO(data));
	if (IS_ERR(data))
		return data;

	kref_init(&data->kref);
	data->device = slot->device;
	data->client = slot->client;
	data->slot = slot;
	INIT_LIST_HEAD(&data->device_entry);
	INIT_LIST_HEAD(&data->client_entry);
	return data;
}

/* Marks the attempt over.  From here on the slot may take another one. */
static void ib_client_data_attempt_done(struct ib_client_data_slot *slot,
					struct ib_client_data_attempt *attempt,
					int error)
{
	lockdep_assert_held(&slot->lock);

	attempt->error = error;
	attempt->done = true;
	/*
	 * Pairs with ib_client_data_wait(): what the callbacks did to the
	 * device comes before the remover goes on.
	 */
	smp_store_release(&slot->attempt, NULL);
}

/* Publishes @data, or the failure; false if removal was quicker. */
static bool ib_client_data_publish(struct ib_client_data_slot *slot,
				   struct ib_client_data_attempt *attempt,
				   struct ib_client_data *data)
{
	bool intime;

	spin_lock(&slot->lock);
	intime = slot->state != IB_CLIENT_DATA_REMOVING;
	if (intime) {
		if (IS_ERR(data)) {
			slot->state = IB_CLIENT_DATA_EMPTY;
		} else {
			slot->state = IB_CLIENT_DATA_LIVE;
			slot->since = ktime_get();
			slot->kept = data;
			rcu_assign_pointer(slot->data, data);
		}
		ib_client_data_attempt_done(slot, attempt,
					    PTR_ERR_OR_ZERO(data));
	}
	spin_unlock(&slot->lock);
	return intime;
}

/*
 * Ends the attempt.  Returns @data with a reference for the caller, or an
 * ERR_PTR; data that came too late for the device are freed.
 */
static struct ib_client_data *
ib_client_data_attempt_end(struct ib_client_data_slot *slot,
			   struct ib_client_data_attempt *attempt,
			   struct ib_client_data *data)
{
	/* Listed first: what can be looked up can also be seen there. */
	if (!IS_ERR(data)) {
		kref_get(&data->kref);
		ib_client_data_lists_add(data);
	}

	if (!ib_client_data_publish(slot, attempt, data)) {
		/* The remover waits for the attempt: the device is there. */
		if (!IS_ERR(data)) {
			ib_client_data_lists_del(data);
			slot->client->free_client_data(data);
		}
		data = ERR_PTR(-ENODEV);
		spin_lock(&slot->lock);
		ib_client_data_attempt_done(slot, attempt, -ENODEV);
		spin_unlock(&slot->lock);
	}
	wake_up_all(&slot->wait);

	if (!IS_ERR(data))
		ib_client_data_got(data);
	return data;
}

/*
 * One step towards data: returns the data or an ERR_PTR if that settles it, or
 * NULL with the attempt in *@attempt, which the caller runs or waits for.
 * Consumes *@attempt if it becomes the slot's.
 */
static struct ib_client_data *
ib_client_data_attempt_begin(struct ib_client_data_slot *slot,
			     struct ib_client_data_attempt **attempt,
			     bool *run)
{
	struct ib_client_data *data = NULL;

	*run = false;
	spin_lock(&slot->lock);
	switch (slot->state) {
	case IB_CLIENT_DATA_LIVE:
		data = slot->kept;
		kref_get(&data->kref);
		break;
	case IB_CLIENT_DATA_REMOVING:
		data = ERR_PTR(-ENODEV);
		break;
	case IB_CLIENT_DATA_EMPTY:
		*run = true;
		refcount_set(&(*attempt)->ref, 1);
		(*attempt)->owner = current;
		slot->attempt = *attempt;
		slot->state = IB_CLIENT_DATA_ALLOCATING;
		break;
	case IB_CLIENT_DATA_ALLOCATING:
		if (slot->attempt->owner == current) {
			data = ERR_PTR(-EDEADLK);
			break;
		}
		*attempt = slot->attempt;
		refcount_inc(&(*attempt)->ref);
		break;
	}
	spin_unlock(&slot->lock);

	if (!IS_ERR_OR_NULL(data))
		ib_client_data_got(data);
	return data;
}

/* Waits for another caller's attempt; 0 or its error, -ENODEV on removal. */
static int ib_client_data_attempt_wait(struct ib_client_data_slot *slot,
				       struct ib_client_data_attempt *attempt)
{
	int error;

	wait_event(slot->wait, READ_ONCE(attempt->done) ||
		   READ_ONCE(slot->state) == IB_CLIENT_DATA_REMOVING);

	spin_lock(&slot->lock);
	if (slot->state == IB_CLIENT_DATA_REMOVING)
		error = -ENODEV;
	else
		error = attempt->error;
	spin_unlock(&slot->lock);
	ib_client_data_attempt_put(attempt);
	return error;
}

static void ib_client_data_warn_deadlk(struct ib_client_data_slot *slot)
{
	if (xchg(&slot->thunk->deadlk_warned, true))
		return;
	dev_warn(&slot->device->dev,
		 "ib_client_data: %s: alloc_client_data() asks for the data that it allocates\n",
		 slot->client->name);
	dump_stack();
}

/* The slow path, with a reference on @slot that keeps its memory. */
static struct ib_client_data *
ib_client_data_slot_alloc(struct ib_client_data_slot *slot)
{
	struct ib_client_data_attempt *mine, *attempt;
	struct ib_client_data *data;
	bool run;
	int ret;

	do {
		mine = kzalloc(sizeof(*mine), GFP_KERNEL);
		if (!mine)
			return ERR_PTR(-ENOMEM);

		attempt = mine;
		data = ib_client_data_attempt_begin(slot, &attempt, &run);
		if (run) {
			data = ib_client_data_call_alloc(slot);
			data = ib_client_data_attempt_end(slot, mine, data);
			ib_client_data_attempt_put(mine);
			return data;
		}
		kfree(mine);
		if (data)
			break;

		ret = ib_client_data_attempt_wait(slot, attempt);
		if (ret)
			return ERR_PTR(ret);
	} while (1);

	if (data == ERR_PTR(-EDEADLK))
		ib_client_data_warn_deadlk(slot);
	return data;
}

/**
 * ib_alloc_or_get_client_data() - a client's data on a device, made on demand
 * @device: the device; the caller knows that it is not freed meanwhile
 * @client: the client
 *
 * The first caller runs &ib_client.alloc_client_data; those that come while it
 * runs wait, and share its result.  After a failure the next call tries again.
 *
 * Context: May sleep.
 * Return: the data, with a reference that the caller gives back with
 * ib_put_client_data(); or an ERR_PTR: what the callback failed with; -ENODEV
 * if the client is not registered, has not got (or refused) the device, or if
 * the removal of either has begun, even while the caller waited; -EDEADLK from
 * inside the callback for the same device; -EOPNOTSUPP if the client has no
 * &ib_client.alloc_client_data; -ENOMEM.
 */
struct ib_client_data *ib_alloc_or_get_client_data(struct ib_device *device,
						   struct ib_client *client)
{
	struct ib_client_data_slot *slot;
	struct ib_client_data *data;

	might_sleep();

	data = ib_get_client_data(device, client);
	if (data)
		return data;
	if (!client->alloc_client_data)
		return ERR_PTR(-EOPNOTSUPP);

	rcu_read_lock();
	slot = ib_client_data_slot_lookup(device, client);
	if (slot && !refcount_inc_not_zero(&slot->ref))
		slot = NULL;
	rcu_read_unlock();
	if (!slot)
		return ERR_PTR(-ENODEV);

	data = ib_client_data_slot_alloc(slot);
	ib_client_data_slot_put(slot);
	return data;
}
EXPORT_SYMBOL_GPL(ib_alloc_or_get_client_data);
