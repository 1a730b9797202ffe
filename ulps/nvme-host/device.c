// SPDX-License-Identifier: GPL-2.0
/*
 * The record of an RDMA device: one per device, found by the device itself,
 * made when the first queue needs it.
 */
#include "rdma.h"

static struct ib_client_data *
nvme_rdma_alloc_client_data(struct ib_device *device)
{
	struct nvme_rdma_device *ndev;
	int ret;

	if (!(device->attrs.device_cap_flags & IB_DEVICE_MEM_MGT_EXTENSIONS)) {
		dev_err(&device->dev, "Memory registrations not supported.\n");
		return ERR_PTR(-EOPNOTSUPP);
	}

	ndev = kzalloc(sizeof(*ndev), GFP_KERNEL);
	if (!ndev)
		return ERR_PTR(-ENOMEM);

	ndev->dev = device;
	ndev->num_inline_segments = min(NVME_RDMA_MAX_INLINE_SEGMENTS,
					device->attrs.max_send_sge - 1);
	mutex_init(&ndev->lock);
	INIT_LIST_HEAD(&ndev->queues);
	INIT_DELAYED_WORK(&ndev->abort_work, nvme_rdma_abort_work);

	ndev->pd = ib_alloc_pd(device,
			       register_always ? 0 : IB_PD_UNSAFE_GLOBAL_RKEY);
	if (IS_ERR(ndev->pd)) {
		ret = PTR_ERR(ndev->pd);
		kfree(ndev);
		return ERR_PTR(ret);
	}
	return &ndev->data;
}

static void nvme_rdma_free_client_data(struct ib_client_data *data)
{
	struct nvme_rdma_device *ndev =
		container_of(data, struct nvme_rdma_device, data);

	WARN_ON_ONCE(!list_empty(&ndev->queues));
	/* Queued by queues only, and there are none: it cannot come back. */
	cancel_delayed_work_sync(&ndev->abort_work);
	ib_dealloc_pd(ndev->pd);
	mutex_destroy(&ndev->lock);
	kfree(ndev);
}

/* Core waits for all queues when the device or this client goes. */
struct ib_client nvme_rdma_ib_client = {
	.name			= "nvme_rdma",
	.remove			= nvme_rdma_remove_one,
	.alloc_client_data	= nvme_rdma_alloc_client_data,
	.free_client_data	= nvme_rdma_free_client_data,
};

/**
 * nvme_rdma_dev_get() - let a queue use the device of its CM id
 * @queue: the queue; its device is set
 *
 * Takes a reference for the queue and shows the queue to a removal of the
 * device.
 *
 * Context: CM handler; may sleep.
 * Return: 0 or a negative error, -ENODEV once the device is being removed.
 */
int nvme_rdma_dev_get(struct nvme_rdma_queue *queue)
{
	struct nvme_rdma_ctrl *ctrl = queue->ctrl;
	struct ib_device *device = queue->cm_id->device;
	struct nvme_rdma_device *ndev;
	struct ib_client_data *data;
	int ret = 0;

	data = ib_alloc_or_get_client_data(device, &nvme_rdma_ib_client);
	if (IS_ERR(data)) {
		ret = PTR_ERR(data);
		goto err;
	}
	ndev = container_of(data, struct nvme_rdma_device, data);

	/* The removal that begins after the look-up must not miss the queue. */
	mutex_lock(&ndev->lock);
	if (ndev->removing) {
		ret = -ENODEV;
	} else {
		queue->device = ndev;
		queue->aborted = false;
		if (queue == &ctrl->queues[0])
			WRITE_ONCE(ctrl->removal.failed, false);
		list_add_tail(&queue->device_entry, &ndev->queues);
	}
	mutex_unlock(&ndev->lock);
	if (!ret)
		return 0;

	ib_put_client_data(data);
err:
	dev_err(ctrl->ctrl.device, "cannot use RDMA device %s: %pe\n",
		dev_name(&device->dev), ERR_PTR(ret));
	return ret;
}

/**
 * nvme_rdma_dev_hide() - no removal may touch a queue any more
 * @queue: the queue; keeps its reference
 *
 * To be called before the CM id or the queue pair of a connected queue is
 * destroyed.  Calling it twice does no harm.
 *
 * Context: May sleep; waits for a removal that is busy with the device.
 */
void nvme_rdma_dev_hide(struct nvme_rdma_queue *queue)
{
	struct nvme_rdma_device *ndev = queue->device;

	mutex_lock(&ndev->lock);
	list_del_init(&queue->device_entry);
	mutex_unlock(&ndev->lock);
}

/**
 * nvme_rdma_dev_put() - a queue no longer uses its device
 * @queue: the queue; has nothing left on the device
 *
 * Undoes nvme_rdma_dev_get().
 *
 * Context: May sleep.
 */
void nvme_rdma_dev_put(struct nvme_rdma_queue *queue)
{
	struct nvme_rdma_device *ndev = queue->device;
	struct nvme_rdma_ctrl *ctrl = queue->ctrl;

	nvme_rdma_dev_hide(queue);
	/* The controller borrows the device of its admin queue. */
	if (queue == &ctrl->queues[0])
		ctrl->device = NULL;
	ib_put_client_data(&ndev->data);
}
