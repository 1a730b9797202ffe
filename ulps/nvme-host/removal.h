/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What becomes of controllers and queues when their RDMA device goes.
 */
#ifndef NVME_RDMA_REMOVAL_H
#define NVME_RDMA_REMOVAL_H

#include <linux/blk-mq.h>
#include <linux/mutex.h>
#include <linux/types.h>

struct ib_device;
struct nvme_ctrl;
struct nvme_rdma_ctrl;
struct nvme_rdma_queue;

/**
 * struct nvme_rdma_removal - what the removal of a device may do to a controller
 * @lock: protects all members except @failed.  Whoever completes requests of
 *	the controller in place of the target holds it, so that no request is
 *	completed twice.  Innermost: taken inside &nvme_rdma_device.lock, never
 *	together with a queue's queue_lock.
 * @admin_tags: the tag set of the admin queue, NULL unless its requests may be
 *	iterated.
 * @io_tags: the tag set of the I/O queues; as @admin_tags.
 * @created: nvme_rdma_create_ctrl() has succeeded: the controller may be
 *	deleted.  Until then its creator is the one to undo it.  Never cleared.
 * @lost: error recovery gave the controller up before it was @created, which is
 *	when it is deleted then.  Never cleared.
 * @failed: a queue is known not to work.  Set by nvme_rdma_queue_failed() in
 *	any context and by a removal, cleared when a new admin queue is made.
 *
 * Embedded in struct nvme_rdma_ctrl, initialized by nvme_rdma_removal_init()
 * before the controller has a queue, lives as long as the controller.
 */
struct nvme_rdma_removal {
	/* whose turn it is to complete requests early */
	struct mutex lock;
	struct blk_mq_tag_set *admin_tags;
	struct blk_mq_tag_set *io_tags;
	bool created;
	bool lost;
	bool failed;
};

/* removal.c */
struct work_struct;

void nvme_rdma_removal_init(struct nvme_rdma_removal *removal);
void nvme_rdma_remove_one(struct ib_device *ib_device, void *client_data);
void nvme_rdma_abort_work(struct work_struct *work);
void nvme_rdma_queue_failed(struct nvme_rdma_queue *queue);
void nvme_rdma_queue_halt(struct nvme_rdma_queue *queue);

/* life.c */
bool nvme_rdma_in_deletion(struct nvme_rdma_ctrl *ctrl);
int nvme_rdma_setup_error(struct nvme_rdma_ctrl *ctrl, int ret);
void nvme_rdma_ctrl_created(struct nvme_rdma_ctrl *ctrl);
void nvme_rdma_ctrl_lost(struct nvme_rdma_ctrl *ctrl);
void nvme_rdma_ctrl_freed(void);
void nvme_rdma_wait_ctrls_freed(void);

/* requests.c */
int nvme_rdma_alloc_admin_tag_set(struct nvme_ctrl *ctrl,
				  struct blk_mq_tag_set *set,
				  const struct blk_mq_ops *ops,
				  unsigned int cmd_size);
int nvme_rdma_alloc_io_tag_set(struct nvme_ctrl *ctrl,
			       struct blk_mq_tag_set *set,
			       const struct blk_mq_ops *ops,
			       unsigned int nr_maps, unsigned int cmd_size);
void nvme_rdma_remove_admin_tag_set(struct nvme_ctrl *ctrl);
void nvme_rdma_remove_io_tag_set(struct nvme_ctrl *ctrl);
void nvme_rdma_update_nr_hw_queues(struct nvme_ctrl *ctrl,
				   unsigned int nr_hw_queues);
void nvme_rdma_cancel_admin_tagset(struct nvme_ctrl *ctrl);
void nvme_rdma_cancel_tagset(struct nvme_ctrl *ctrl);
void nvme_rdma_cancel_queue(struct nvme_rdma_queue *queue);
bool nvme_rdma_queue_stuck(struct nvme_rdma_queue *queue);
void nvme_rdma_complete_timed_out_request(struct request *rq);
blk_status_t nvme_rdma_fail_request(struct nvme_rdma_queue *queue,
				    struct request *rq);

#endif /* NVME_RDMA_REMOVAL_H */
