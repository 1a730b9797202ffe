// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that end without the target's answer.
 *
 * A removal cancels requests of a controller that another thread is setting up
 * or tearing down.  So tag sets are made known while they can be iterated, and
 * all who complete requests early take turns.
 */
#include "rdma.h"

/* How long a target may take for a request once the device is going. */
#define NVME_RDMA_PATIENCE_JIFFIES	(10 * HZ)

static struct nvme_rdma_removal *nvme_rdma_removal(struct nvme_ctrl *ctrl)
{
	return &to_rdma_ctrl(ctrl)->removal;
}

static void nvme_rdma_set_admin_tags(struct nvme_ctrl *ctrl,
				     struct blk_mq_tag_set *set)
{
	struct nvme_rdma_removal *removal = nvme_rdma_removal(ctrl);

	mutex_lock(&removal->lock);
	removal->admin_tags = set;
	mutex_unlock(&removal->lock);
}

static void nvme_rdma_set_io_tags(struct nvme_ctrl *ctrl,
				  struct blk_mq_tag_set *set)
{
	struct nvme_rdma_removal *removal = nvme_rdma_removal(ctrl);

	mutex_lock(&removal->lock);
	removal->io_tags = set;
	mutex_unlock(&removal->lock);
}

/**
 * nvme_rdma_alloc_admin_tag_set() - nvme_alloc_admin_tag_set(), and tell
 * @ctrl: the controller
 * @set: where the tag set is made
 * @ops: the operations of its queues
 * @cmd_size: size of our part of a request
 *
 * Return: 0 or a negative error.
 */
int nvme_rdma_alloc_admin_tag_set(struct nvme_ctrl *ctrl,
				  struct blk_mq_tag_set *set,
				  const struct blk_mq_ops *ops,
				  unsigned int cmd_size)
{
	int ret = nvme_alloc_admin_tag_set(ctrl, set, ops, cmd_size);

	if (!ret)
		nvme_rdma_set_admin_tags(ctrl, set);
	return ret;
}

/**
 * nvme_rdma_alloc_io_tag_set() - nvme_alloc_io_tag_set(), and tell
 * @ctrl: the controller
 * @set: where the tag set is made
 * @ops: the operations of its queues
 * @nr_maps: how many kinds of queues there are
 * @cmd_size: size of our part of a request
 *
 * Return: 0 or a negative error.
 */
int nvme_rdma_alloc_io_tag_set(struct nvme_ctrl *ctrl,
			       struct blk_mq_tag_set *set,
			       const struct blk_mq_ops *ops,
			       unsigned int nr_maps, unsigned int cmd_size)
{
	int ret = nvme_alloc_io_tag_set(ctrl, set, ops, nr_maps, cmd_size);

	if (!ret)
		nvme_rdma_set_io_tags(ctrl, set);
	return ret;
}

/**
 * nvme_rdma_remove_admin_tag_set() - hide the tag set, then remove it
 * @ctrl: the controller
 */
void nvme_rdma_remove_admin_tag_set(struct nvme_ctrl *ctrl)
{
	nvme_rdma_set_admin_tags(ctrl, NULL);
	nvme_remove_admin_tag_set(ctrl);
}

/**
 * nvme_rdma_remove_io_tag_set() - hide the tag set, then remove it
 * @ctrl: the controller
 */
void nvme_rdma_remove_io_tag_set(struct nvme_ctrl *ctrl)
{
	nvme_rdma_set_io_tags(ctrl, NULL);
	nvme_remove_io_tag_set(ctrl);
}

/**
 * nvme_rdma_update_nr_hw_queues() - change the number of I/O queues
 * @ctrl: the controller; its namespaces are frozen, no I/O is in flight
 * @nr_hw_queues: the new number
 *
 * Reallocates what an iteration over the tag set would read.
 */
void nvme_rdma_update_nr_hw_queues(struct nvme_ctrl *ctrl,
				   unsigned int nr_hw_queues)
{
	nvme_rdma_set_io_tags(ctrl, NULL);
	blk_mq_update_nr_hw_queues(ctrl->tagset, nr_hw_queues);
	nvme_rdma_set_io_tags(ctrl, ctrl->tagset);
}

/**
 * nvme_rdma_cancel_admin_tagset() - nvme_cancel_admin_tagset(), in turn
 * @ctrl: the controller; its admin queue is stopped
 */
void nvme_rdma_cancel_admin_tagset(struct nvme_ctrl *ctrl)
{
	mutex_lock(&nvme_rdma_removal(ctrl)->lock);
	nvme_cancel_admin_tagset(ctrl);
	mutex_unlock(&nvme_rdma_removal(ctrl)->lock);
}

/**
 * nvme_rdma_cancel_tagset() - nvme_cancel_tagset(), in turn
 * @ctrl: the controller; its I/O queues are stopped
 */
void nvme_rdma_cancel_tagset(struct nvme_ctrl *ctrl)
{
	mutex_lock(&nvme_rdma_removal(ctrl)->lock);
	nvme_cancel_tagset(ctrl);
	mutex_unlock(&nvme_rdma_removal(ctrl)->lock);
}

/* The tag set of a queue if it may be iterated. */
static struct blk_mq_tag_set *nvme_rdma_tags(struct nvme_rdma_queue *queue)
{
	struct nvme_rdma_ctrl *ctrl = queue->ctrl;

	lockdep_assert_held(&ctrl->removal.lock);
	return queue == &ctrl->queues[0] ? ctrl->removal.admin_tags :
					   ctrl->removal.io_tags;
}

static bool nvme_rdma_cancel_request(struct request *rq, void *data)
{
	struct nvme_rdma_request *req = blk_mq_rq_to_pdu(rq);
	struct nvme_rdma_queue *queue = data;

	if (req->queue != queue || blk_mq_rq_state(rq) != MQ_RQ_IN_FLIGHT)
		return true;
	return nvme_cancel_request(rq, &queue->ctrl->ctrl);
}

/**
 * nvme_rdma_cancel_queue() - fail the requests that are in flight on a queue
 * @queue: an aborted and drained queue, on the list of its device
 *
 * Context: May sleep.
 */
void nvme_rdma_cancel_queue(struct nvme_rdma_queue *queue)
{
	struct nvme_rdma_removal *removal = &queue->ctrl->removal;
	struct blk_mq_tag_set *set;

	mutex_lock(&removal->lock);
	set = nvme_rdma_tags(queue);
	if (set)
		blk_mq_tagset_busy_iter(set, nvme_rdma_cancel_request, queue);
	mutex_unlock(&removal->lock);
}

/**
 * struct nvme_rdma_wait - search for a request that gets no answer
 * @queue: the queue whose requests count
 * @stuck: one was found
 *
 * Lives on the stack of the searcher.
 */
struct nvme_rdma_wait {
	struct nvme_rdma_queue *queue;
	bool stuck;
};

static bool nvme_rdma_check_request(struct request *rq, void *data)
{
	struct nvme_rdma_request *req = blk_mq_rq_to_pdu(rq);
	struct nvme_rdma_wait *wait = data;
	unsigned long start;

	if (req->queue != wait->queue ||
	    blk_mq_rq_state(rq) != MQ_RQ_IN_FLIGHT)
		return true;
	start = READ_ONCE(rq->deadline) - rq->timeout;
	wait->stuck = time_after(jiffies, start + NVME_RDMA_PATIENCE_JIFFIES);
	return !wait->stuck;
}

/**
 * nvme_rdma_queue_stuck() - does a request get no answer
 * @queue: a queue on the list of its device
 *
 * The time-out of a request, up to a minute, is meant for targets that may come
 * back; on a device that goes they will not.
 *
 * Context: &nvme_rdma_removal.lock is held.
 * Return: true if a request is in flight for longer than is reasonable.
 */
bool nvme_rdma_queue_stuck(struct nvme_rdma_queue *queue)
{
	struct nvme_rdma_wait wait = { .queue = queue };
	struct blk_mq_tag_set *set = nvme_rdma_tags(queue);

	if (set)
		blk_mq_tagset_busy_iter(set, nvme_rdma_check_request, &wait);
	return wait.stuck;
}

/**
 * nvme_rdma_complete_timed_out_request() - fail a request that timed out
 * @rq: the request; its queue is stopped
 *
 * Context: The block layer's time-out work; may sleep.
 */
void nvme_rdma_complete_timed_out_request(struct request *rq)
{
	struct nvme_rdma_request *req = blk_mq_rq_to_pdu(rq);
	struct nvme_rdma_removal *removal = &req->queue->ctrl->removal;

	mutex_lock(&removal->lock);
	nvmf_complete_timed_out_request(rq);
	mutex_unlock(&removal->lock);
}

/**
 * nvme_rdma_fail_request() - refuse a request for an aborted queue
 * @queue: the queue
 * @rq: the request, not started
 *
 * A thread waits for a command: it gets an error at once, whatever the state of
 * the controller.  File system I/O may take another path, or wait.
 *
 * Return: what queue_rq() returns.
 */
blk_status_t nvme_rdma_fail_request(struct nvme_rdma_queue *queue,
				    struct request *rq)
{
	if (blk_rq_is_passthrough(rq))
		return nvme_host_path_error(rq);
	return nvme_fail_nonready_command(&queue->ctrl->ctrl, rq);
}
