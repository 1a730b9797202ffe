// SPDX-License-Identifier: GPL-2.0
/*
 * A CQ that the mock driver does not destroy: it goes on to tell of it, as a device
 * may that has not let go.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include "objects.h"
#include "restrack.h"
#include "mock.h"

/* The last one that was refused. */
static struct ib_cq *mock_kept;
/* protects mock_kept */
static DEFINE_MUTEX(mock_kept_lock);

/**
 * mock_cq_gone() - may this CQ be destroyed
 * @cq: the CQ
 *
 * Remembers it if not.
 *
 * Context: May sleep.
 * Return: as mock_gone().
 */
int mock_cq_gone(struct ib_cq *cq)
{
	int ret = mock_gone("cq");

	mutex_lock(&mock_kept_lock);
	if (ret)
		mock_kept = cq;
	else if (mock_kept == cq)
		mock_kept = NULL;
	mutex_unlock(&mock_kept_lock);
	return ret;
}

static void mock_kept_tell(struct ib_cq *cq)
{
	struct ib_event event = {
		.device = cq->device,
		.event = IB_EVENT_CQ_ERR,
		.element.cq = cq,
	};

	cq->comp_handler(cq, cq->cq_context);
	cq->event_handler(&event, cq->cq_context);
}

/* What core leaves to a driver that refuses: its channel, too. */
static void mock_kept_free(struct ib_cq *cq)
{
	struct ib_uverbs_event_queue *queue = cq->cq_context;

	if (queue)
		uverbs_uobject_put(&container_of(queue, struct ib_uverbs_completion_event_file,
						 ev_queue)->uobj);
	rdma_restrack_del(&cq->res);
	kfree(cq);
	mock_kept = NULL;
}

static int mock_kept_set(const char *value, const struct kernel_param *kp)
{
	bool tell;
	int ret = kstrtobool(value, &tell);

	if (ret)
		return ret;
	mutex_lock(&mock_kept_lock);
	if (!mock_kept)
		ret = -ENOENT;
	else if (tell)
		mock_kept_tell(mock_kept);
	else
		mock_kept_free(mock_kept);
	mutex_unlock(&mock_kept_lock);
	return ret;
}

static const struct kernel_param_ops mock_kept_ops = {
	.set = mock_kept_set,
};
module_param_cb(kept, &mock_kept_ops, NULL, 0200);
MODULE_PARM_DESC(kept, "1: tell of a completion and of an error of the CQ that was refused last, 0: free it");
