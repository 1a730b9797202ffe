/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the NVMe-oF RDMA host keeps for an RDMA device.
 */
#ifndef NVME_RDMA_DEVICE_H
#define NVME_RDMA_DEVICE_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>
#include <rdma/ib_client_data.h>
#include "removal.h"

struct nvme_rdma_queue;

/**
 * struct nvme_rdma_device - client data of the NVMe-oF RDMA host
 * @data: makes this structure client data.  Every member of @queues holds one
 *	reference, from nvme_rdma_dev_get() to nvme_rdma_dev_put().
 * @dev: the device; the same as @data.device, but known from the allocation
 *	on.  Constant.
 * @pd: protection domain of all queues on the device.  Constant; lives as long
 *	as this structure.
 * @num_inline_segments: how many segments of a command's data a send work
 *	request may carry.  Constant.
 * @lock: protects @queues.  What a removal does to a queue happens under it,
 *	hence a queue that has been taken off the list may be torn down.  Taken
 *	inside the CM's handlers: never destroy a CM id with it held.  Taken
 *	outside of a queue's queue_lock and of &nvme_rdma_removal.lock.
 * @queues: the queues that use the device, linked by their device_entry.
 * @removing: the device or this module goes.  Set once, under @lock; read
 *	without it by nvme_rdma_queue_failed().
 * @abort_work: while @removing, aborts queues that fail or do not answer; looks
 *	once a second as long as there are @queues, at once when one fails.
 *	Cancelled before this structure is freed.
 */
struct nvme_rdma_device {
	struct ib_client_data data;
	struct ib_device *dev;
	struct ib_pd *pd;
	unsigned int num_inline_segments;

	/* protects queues */
	struct mutex lock;
	struct list_head queues;
	bool removing;
	struct delayed_work abort_work;
};

extern struct ib_client nvme_rdma_ib_client;
extern bool register_always;

int nvme_rdma_dev_get(struct nvme_rdma_queue *queue);
void nvme_rdma_dev_hide(struct nvme_rdma_queue *queue);
void nvme_rdma_dev_put(struct nvme_rdma_queue *queue);

#endif /* NVME_RDMA_DEVICE_H */
