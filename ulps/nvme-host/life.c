// SPDX-License-Identifier: GPL-2.0
/*
 * Where controllers begin and end, as far as removals and the unloading of
 * this module are concerned.
 */
#include "rdma.h"
#include <linux/wait_bit.h>

#define NVME_RDMA_REPORT_JIFFIES	(5 * HZ)

/* How many controllers were created and not freed. */
static atomic_t nvme_rdma_ctrls = ATOMIC_INIT(0);

/**
 * nvme_rdma_in_deletion() - is a controller being deleted
 * @ctrl: the controller
 *
 * Return: true from nvme_delete_ctrl() on.
 */
bool nvme_rdma_in_deletion(struct nvme_rdma_ctrl *ctrl)
{
	enum nvme_ctrl_state state = READ_ONCE(ctrl->ctrl.state);

	return state == NVME_CTRL_DELETING || state == NVME_CTRL_DELETING_NOIO;
}

static bool nvme_rdma_any_aborted(struct nvme_rdma_ctrl *ctrl)
{
	int i;

	for (i = 0; i < ctrl->ctrl.queue_count; i++)
		if (READ_ONCE(ctrl->queues[i].aborted))
			return true;
	return false;
}

/**
 * nvme_rdma_setup_error() - why a controller could not be set up
 * @ctrl: the controller, in creation
 * @ret: what setting it up returned
 *
 * Return: 0 if @ret is 0; -ENODEV if a removal is the reason; else @ret.
 */
int nvme_rdma_setup_error(struct nvme_rdma_ctrl *ctrl, int ret)
{
	return ret && nvme_rdma_any_aborted(ctrl) ? -ENODEV : ret;
}

/**
 * nvme_rdma_ctrl_created() - a controller is complete
 * @ctrl: the controller; its creator holds a reference
 *
 * From now on removals and error recovery delete it.  What came earlier left
 * that to us.
 *
 * Context: May sleep.
 */
void nvme_rdma_ctrl_created(struct nvme_rdma_ctrl *ctrl)
{
	bool delete;

	atomic_inc(&nvme_rdma_ctrls);

	mutex_lock(&ctrl->removal.lock);
	ctrl->removal.created = true;
	delete = ctrl->removal.lost || nvme_rdma_any_aborted(ctrl);
	mutex_unlock(&ctrl->removal.lock);

	if (delete)
		nvme_delete_ctrl(&ctrl->ctrl);
}

/**
 * nvme_rdma_ctrl_lost() - error recovery gives a controller up
 * @ctrl: the controller
 *
 * A controller is live, and so may fail, before its creator has called
 * nvme_start_ctrl().  Deleted by then, it would be freed with its keep-alive
 * timer running.
 *
 * Context: May sleep.
 */
void nvme_rdma_ctrl_lost(struct nvme_rdma_ctrl *ctrl)
{
	bool delete;

	mutex_lock(&ctrl->removal.lock);
	delete = ctrl->removal.created;
	ctrl->removal.lost = true;
	mutex_unlock(&ctrl->removal.lock);

	if (delete)
		nvme_delete_ctrl(&ctrl->ctrl);
}

/**
 * nvme_rdma_ctrl_freed() - a controller that was created is freed
 */
void nvme_rdma_ctrl_freed(void)
{
	if (atomic_dec_and_test(&nvme_rdma_ctrls))
		wake_up_var(&nvme_rdma_ctrls);
}

/**
 * nvme_rdma_wait_ctrls_freed() - wait until no controller is left
 *
 * Deletions that were asked for in sysfs run in the asking process, and an open
 * file may hold a controller: neither may outlive this module.
 *
 * Context: May sleep; module exit.
 */
void nvme_rdma_wait_ctrls_freed(void)
{
	while (!wait_var_event_timeout(&nvme_rdma_ctrls,
				       !atomic_read(&nvme_rdma_ctrls),
				       NVME_RDMA_REPORT_JIFFIES))
		pr_warn("unloading waits for %d controller(s) in use\n",
			atomic_read(&nvme_rdma_ctrls));
}
