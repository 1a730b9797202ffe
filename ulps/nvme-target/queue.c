// SPDX-License-Identifier: GPL-2.0
/*
 * Queues against the removal of their device.
 *
 * A queue holds one reference to its device's client data; the release work
 * puts it.  A queue whose connection was accepted is on nvmet_rdma_queue_list
 * until somebody takes it off, under nvmet_rdma_queue_mutex: removal of the
 * device, of the controller or of the port, a failed connection, the peer.
 * Taking it off is the one right to disconnect it, which queues the release
 * work.  So the reference is put once, and as soon as anybody wants it back.
 */

/**
 * nvmet_rdma_refuse_queue() - reject a connection if its device is going away
 * @queue: the queue, not accepted yet
 *
 * The look-up of the device succeeded, but making a queue takes its time.
 * Whether removal has begun is looked at without the lock: it may begin right
 * after this as well, and nvmet_rdma_list_queue() is there for that.
 *
 * Context: The queue's connection request handler.
 * Return: true if the host has been told so, and the queue has to be freed.
 */
static bool nvmet_rdma_refuse_queue(struct nvmet_rdma_queue *queue)
{
	if (!READ_ONCE(queue->dev->removing))
		return false;
	nvmet_rdma_cm_reject(queue->cm_id, NVME_RDMA_CM_NO_RSC);
	return true;
}

/**
 * nvmet_rdma_list_queue() - make an accepted queue one that others can end
 * @queue: the queue; may be gone when this returns
 *
 * Removal may have been over the list before the queue came, when its look-up
 * of the device succeeded just before removal began.  Then nobody else will end
 * the queue, and the host, which sees an accepted connection, might use it for
 * as long as it likes: end it here.
 *
 * Context: The queue's connection request handler, which keeps the queue's
 * release from being completed.
 */
static void nvmet_rdma_list_queue(struct nvmet_rdma_queue *queue)
{
	bool removing;

	mutex_lock(&nvmet_rdma_queue_mutex);
	removing = queue->dev->removing;
	if (!removing)
		list_add_tail(&queue->queue_list, &nvmet_rdma_queue_list);
	mutex_unlock(&nvmet_rdma_queue_mutex);

	if (removing)
		__nvmet_rdma_queue_disconnect(queue);
}
