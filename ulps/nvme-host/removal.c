// SPDX-License-Identifier: GPL-2.0
/*
 * Removal of an RDMA device, or of this module: every queue on the device is
 * made to let go.
 *
 * Controllers are reached through the queues that hold a reference, so that
 * one which merely used the device earlier is left alone.  A controller that
 * works is deleted in good order, as always: its data are written back, the
 * target is told.  That is cut short wherever it could last: a queue is aborted
 * when its controller is being set up, when the transport reports an error, or
 * when a request gets no answer for a while.  From then on the queue takes no
 * request, its queue pair is stopped, and whoever waits for a CM event or for a
 * request on it gets an error.
 *
 * Core waits for the references of the queues after nvme_rdma_remove_one().  Why
 * that ends soon, by what a controller with a queue on the device is doing:
 *
 * creation:
 *	not deleted, its creator undoes it: all its queues here are aborted, so
 *	the next wait or command fails; a new queue fails in the look-up.  If
 *	creation just succeeded, nvme_rdma_ctrl_created() deletes it.
 * live:
 *	deleted.  I/O and the shutdown commands pass, or the queues are aborted
 *	by abort_work: if the port is down, at the first error, at the latest
 *	10 s after a request went unanswered.
 * error recovery:
 *	needs no answer from the target; deletion waits for it.
 * reset:
 *	first it is torn down, as in deletion; then, since it is in deletion by
 *	now, it cannot go on to reconnect.
 * reconnect, or the second half of a reset:
 *	aborted like creation.  In deletion it does not reconnect again.
 * deletion, by anybody:
 *	as live; queues that are not live are aborted at once, since deletion
 *	may be waiting for a reconnect.
 * waiting to reconnect:
 *	has no queue and no reference.  It is not touched and tries again.
 *
 * The queues of a controller whose deletion has begun take no new requests
 * once aborted, and requests that come back for a retry run out of retries.
 */
#include "rdma.h"
#include <linux/rcupdate.h>
#include <rdma/ib_cache.h>

/**
 * nvme_rdma_removal_init() - prepare a controller that is being created
 * @removal: what is embedded in the controller; all zeroes
 */
void nvme_rdma_removal_init(struct nvme_rdma_removal *removal)
{
	mutex_init(&removal->lock);
}

/**
 * nvme_rdma_queue_halt() - stop the queue pair of a queue, whatever its state
 * @queue: the queue; its CM id must be valid if the queue is allocated
 *
 * Other than nvme_rdma_stop_queue() this also stops queues that are not live
 * yet.  Both drain under the queue's lock: a queue pair has room for one drain
 * at a time.  Destroying drains, too, when nobody finds the queue any more.
 *
 * Context: May sleep.
 */
void nvme_rdma_queue_halt(struct nvme_rdma_queue *queue)
{
	if (!test_bit(NVME_RDMA_Q_ALLOCATED, &queue->flags))
		return;

	mutex_lock(&queue->queue_lock);
	clear_bit(NVME_RDMA_Q_LIVE, &queue->flags);
	rdma_disconnect(queue->cm_id);
	ib_drain_qp(queue->qp);
	mutex_unlock(&queue->queue_lock);
}

/* Nothing comes through a port that is down, or gone with its netdev. */
static bool nvme_rdma_port_down(struct nvme_rdma_queue *queue)
{
	enum ib_port_state state;

	/* One that is being set up or freed may have no identifier. */
	if (!test_bit(NVME_RDMA_Q_ALLOCATED, &queue->flags))
		return false;
	return ib_get_cached_port_state(queue->device->dev,
					queue->cm_id->port_num, &state) ||
	       state != IB_PORT_ACTIVE;
}

/*
 * Deletes the controller of a queue if it is complete, and decides whether the
 * queue must be aborted.  Returns true if it must and was not before.
 */
static bool nvme_rdma_condemn(struct nvme_rdma_queue *queue)
{
	struct nvme_rdma_ctrl *ctrl = queue->ctrl;
	struct nvme_rdma_removal *removal = &ctrl->removal;
	bool abort = true;

	if (queue->aborted)
		return false;

	mutex_lock(&removal->lock);
	if (removal->created) {
		/* Deletion waits for a reconnect, so that must end as well. */
		if (READ_ONCE(ctrl->ctrl.state) == NVME_CTRL_CONNECTING ||
		    nvme_rdma_port_down(queue) || nvme_rdma_queue_stuck(queue))
			WRITE_ONCE(removal->failed, true);
		nvme_delete_ctrl(&ctrl->ctrl);
		abort = READ_ONCE(removal->failed) ||
			!test_bit(NVME_RDMA_Q_LIVE, &queue->flags);
	}
	if (abort)
		WRITE_ONCE(queue->aborted, true);
	mutex_unlock(&removal->lock);

	if (abort) {
		queue->cm_error = -ENODEV;
		complete(&queue->cm_done);
	}
	return abort;
}

/*
 * One look at the queues on a device that goes.  Under the lock throughout:
 * queues on the list have a valid CM id and queue pair once they are allocated,
 * and cannot be freed.
 */
static void nvme_rdma_abort_queues(struct nvme_rdma_device *ndev)
{
	struct nvme_rdma_queue *queue;
	unsigned int aborted = 0;

	mutex_lock(&ndev->lock);
	list_for_each_entry(queue, &ndev->queues, device_entry)
		aborted += nvme_rdma_condemn(queue);
	if (!aborted)
		goto unlock;

	/*
	 * nvme_rdma_queue_rq() runs in an RCU read-side section.  After this
	 * no request is posted to an aborted queue; after the drain the device
	 * is done with those that were; what is in flight now stays there.
	 */
	synchronize_rcu();
	list_for_each_entry(queue, &ndev->queues, device_entry) {
		if (!queue->aborted)
			continue;
		nvme_rdma_queue_halt(queue);
		nvme_rdma_cancel_queue(queue);
	}
unlock:
	/* Those that still have a chance are looked at again. */
	if (!list_empty(&ndev->queues))
		queue_delayed_work(system_unbound_wq, &ndev->abort_work, HZ);
	mutex_unlock(&ndev->lock);
	if (aborted)
		dev_info(&ndev->dev->dev, "aborted %u NVMe queue%s\n", aborted,
			 aborted == 1 ? "" : "s");
}

/**
 * nvme_rdma_abort_work() - look after the queues on a device that goes
 * @work: the device's abort_work
 */
void nvme_rdma_abort_work(struct work_struct *work)
{
	nvme_rdma_abort_queues(container_of(to_delayed_work(work),
					    struct nvme_rdma_device,
					    abort_work));
}

/**
 * nvme_rdma_queue_failed() - note that a queue does not work
 * @queue: a queue that met a transport error or a time-out
 *
 * A controller in deletion still talks to its target.  If its device goes there
 * is no point in waiting for the time-out of each command.
 *
 * Errors of queues that are not live are expected, when they are stopped.
 *
 * Context: Any.
 */
void nvme_rdma_queue_failed(struct nvme_rdma_queue *queue)
{
	struct nvme_rdma_device *ndev = queue->device;

	if (!test_bit(NVME_RDMA_Q_LIVE, &queue->flags))
		return;

	WRITE_ONCE(queue->ctrl->removal.failed, true);
	/* Pairs with the barrier in nvme_rdma_remove_one(): one sees the other. */
	smp_mb();
	if (READ_ONCE(ndev->removing))
		mod_delayed_work(system_unbound_wq, &ndev->abort_work, 0);
}

/**
 * nvme_rdma_remove_one() - make all queues let go of a device
 * @ib_device: the device that goes, or that this module leaves
 * @client_data: our data on it, NULL if no queue has used it
 *
 * Context: May sleep.
 */
void nvme_rdma_remove_one(struct ib_device *ib_device, void *client_data)
{
	struct ib_client_data *data = client_data;
	struct nvme_rdma_device *ndev;

	if (!data)
		return;
	ndev = container_of(data, struct nvme_rdma_device, data);

	mutex_lock(&ndev->lock);
	/* Orders this before the look at the queues, see above. */
	smp_store_mb(ndev->removing, true);
	mutex_unlock(&ndev->lock);

	nvme_rdma_abort_queues(ndev);
}
