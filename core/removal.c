// SPDX-License-Identifier: GPL-2.0
/*
 * Removal of a device from a client: a fence.  When it is over, nobody uses
 * the client's data on the device any more and they are freed.
 */
#include <linux/jiffies.h>
#include <linux/module.h>
#include "core.h"
#include "trace.h"

unsigned int ib_client_data_report_seconds = 5;
module_param_named(report_seconds, ib_client_data_report_seconds, uint, 0644);
MODULE_PARM_DESC(report_seconds,
		 "Report a removal that waits for references this often (default 5 s, 0: never)");

static unsigned long ib_client_data_report_jiffies(void)
{
	unsigned int seconds = READ_ONCE(ib_client_data_report_seconds);

	/* An hour at the most keeps the product in range. */
	return seconds ? min(seconds, 3600U) * HZ : MAX_SCHEDULE_TIMEOUT;
}

static void ib_client_data_report_alloc(struct ib_client_data_slot *slot,
					ktime_t begin)
{
	dev_warn(&slot->device->dev,
		 "ib_client_data: waiting %lld s for %s: alloc_client_data() has not returned\n",
		 ktime_ms_delta(ktime_get(), begin) / MSEC_PER_SEC,
		 slot->client->name);
}

static void ib_client_data_report_refs(struct ib_client_data_slot *slot,
				       struct ib_client_data *data,
				       ktime_t begin)
{
	ktime_t now = ktime_get();
	unsigned int refs = kref_read(&data->kref);

	dev_warn(&slot->device->dev,
		 "ib_client_data: waiting %lld s for %s: %u reference%s to data %lld s old\n",
		 ktime_ms_delta(now, begin) / MSEC_PER_SEC,
		 slot->client->name, refs, refs == 1 ? "" : "s",
		 ktime_ms_delta(now, slot->since) / MSEC_PER_SEC);
	ib_client_data_track_print(slot, NULL);
}

/* From here on look-ups fail and callers that wait for data give up. */
static struct ib_client_data *
ib_client_data_unpublish(struct ib_client_data_slot *slot)
{
	struct ib_client_data *data;

	spin_lock(&slot->lock);
	slot->state = IB_CLIENT_DATA_REMOVING;
	RCU_INIT_POINTER(slot->data, NULL);
	data = slot->kept;
	spin_unlock(&slot->lock);

	xa_erase(&slot->thunk->slots, slot->device->index);
	wake_up_all(&slot->wait);
	return data;
}

static bool ib_client_data_allocates(struct ib_client_data_slot *slot)
{
	/* Pairs with ib_client_data_attempt_done(). */
	return smp_load_acquire(&slot->attempt);
}

/* Waits until no allocation runs and, if there are data, no user is left. */
static void ib_client_data_wait(struct ib_client_data_slot *slot,
				struct ib_client_data *data)
{
	ktime_t begin = ktime_get();

	ib_client_data_lockdep_wait(slot->thunk);

	while (!wait_event_timeout(slot->wait, !ib_client_data_allocates(slot),
				   ib_client_data_report_jiffies()))
		ib_client_data_report_alloc(slot, begin);
	if (!data)
		return;
	while (!wait_for_completion_timeout(&slot->idle,
					    ib_client_data_report_jiffies()))
		ib_client_data_report_refs(slot, data, begin);
}

/* Nobody finds the data any more, debugfs neither. */
static void ib_client_data_forget(struct ib_client_data_slot *slot,
				  struct ib_client_data *data)
{
	ib_client_data_lists_del(data);
	spin_lock(&slot->lock);
	slot->kept = NULL;
	spin_unlock(&slot->lock);
}

/**
 * ib_client_data_slot_remove() - end a client's use of a device
 * @slot: the slot; consumes the reference of ib_client_data_slot_create()
 * @notify: call the client's remove(); false after a failed add()
 *
 * Look-ups stop, the client's remove() makes its users let go, core drops its
 * reference and waits for the others, free_client_data() is called.
 *
 * Context: May sleep; the device is valid and ib_core calls no other callback
 * of this client for it.
 */
void ib_client_data_slot_remove(struct ib_client_data_slot *slot, bool notify)
{
	struct ib_client *client = slot->client;
	struct ib_client_data *data;
	ktime_t begin, waiting;
	unsigned long gp;

	might_sleep();

	begin = ktime_get();
	ib_client_data_lockdep_remove(slot);
	data = ib_client_data_unpublish(slot);
	/* The grace period passes while remove() works. */
	gp = start_poll_synchronize_rcu();
	trace_remove(slot, data ? kref_read(&data->kref) : 0);
	if (notify && client->remove)
		client->remove(slot->device, data);

	waiting = ktime_get();
	if (data) {
		cond_synchronize_rcu(gp);
		ib_client_data_drop(data);
	}
	ib_client_data_wait(slot, data);

	if (data) {
		trace_free(slot, ktime_us_delta(waiting, begin),
			   ktime_us_delta(ktime_get(), waiting));
		ib_client_data_forget(slot, data);
		client->free_client_data(data);
	}
	ib_client_data_lists_del_slot(slot);
	ib_client_data_track_destroy(slot);
	ib_client_data_slot_put(slot);
}
