// SPDX-License-Identifier: GPL-2.0
/*
 * The removal of a device under running programs.
 *
 * A driver that can be removed so says it by a disassociate_ucontext operation.
 * Whatever such an operation could do for the others is done by this layer:
 * commands are fenced by SRCU, objects destroyed by cleanup.c, mappings taken
 * back by mapping.c.  What remains is to say so in the place of the driver, to
 * ib_core (which then lets the device move between network namespaces) as well
 * as to ib_uverbs_open() and ib_uverbs_remove_one().
 */
#include "objects.h"

static void uverbs_disassociate(struct ib_ucontext *context)
{
}

/**
 * uverbs_removable() - let a device be removed while programs use it
 * @device: the device
 *
 * Context: The device's add(), before it can be opened.
 */
void uverbs_removable(struct ib_device *device)
{
	if (!device->ops.disassociate_ucontext)
		WRITE_ONCE(device->ops.disassociate_ucontext,
			   uverbs_disassociate);
}

/**
 * uverbs_not_removable() - undo uverbs_removable()
 * @device: the device
 *
 * Context: The device's remove(), when no context is left.
 */
void uverbs_not_removable(struct ib_device *device)
{
	if (device->ops.disassociate_ucontext == uverbs_disassociate)
		WRITE_ONCE(device->ops.disassociate_ucontext, NULL);
}

/**
 * uverbs_events_end() - no event will come any more
 * @queue: the event queue
 *
 * What is in the queue can still be read (events of objects went with these);
 * readers and pollers are told the end after it.
 *
 * Context: May sleep.
 */
void uverbs_events_end(struct ib_uverbs_event_queue *queue)
{
	spin_lock_irq(&queue->lock);
	queue->is_closed = 1;
	spin_unlock_irq(&queue->lock);

	wake_up_interruptible(&queue->poll_wait);
	kill_fasync(&queue->async_queue, SIGIO, POLL_IN);
}
