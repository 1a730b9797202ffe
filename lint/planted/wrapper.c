// SPDX-License-Identifier: GPL-2.0
/*
 * For the rules, of functions that lint/references names: each line that a rule
 * must report is marked, and no other may be.
 */
#include "ulp.h"

/* Bugs. */

int wrapper_returned(struct ib_device *device)
{
	struct ulp_device *ulp = ulp_get_device(device); /* missing-put */

	if (!ulp)
		return -ENODEV;
	return ulp_use(ulp);
}

int wrapper_returned_error(struct ulp_queue *queue, struct ib_device *device)
{
	struct ulp_device *ulp;
	int ret;

	ulp = ulp_get_device(device); /* missing-put */
	if (!ulp)
		return -ENODEV;
	ret = ulp_use(ulp);
	if (ret)
		goto out;
	mutex_lock(&ulp->lock);
	list_add_tail(&queue->entry, &ulp->queues);
	mutex_unlock(&ulp->lock);
	return 0;

out:
	return ret;
}

int wrapper_taken(struct ulp_queue *queue, struct ib_device *device)
{
	int ret;

	ret = ulp_queue_get(queue, device); /* missing-put */
	if (ret)
		return ret;
	ret = ulp_set_up(queue);
	if (ret)
		goto out;
	return 0;

out:
	return ret;
}

int wrapper_taken_outer(struct ulp_queue *queue, struct ib_device *device)
{
	int ret;

	ret = ulp_queue_get(queue, device); /* missing-put */
	if (ret)
		goto out;
	ret = ulp_set_up(queue);
	if (ret)
		goto out;
	return 0;

out:
	pr_err("no queue\n");
	return ret;
}

int wrapper_taken_in_condition(struct ulp_queue *queue, struct ib_device *device)
{
	if (ulp_queue_get(queue, device)) /* missing-put */
		return -ENODEV;
	if (ulp_set_up(queue))
		return -ENOMEM;
	return 0;
}

int wrapper_held(struct ulp_device *ulp, struct ulp_queue *queue)
{
	int ret;

	ulp_hold(ulp); /* missing-put */
	ret = ulp_set_up(queue);
	if (ret)
		return ret;
	ulp_release(ulp);
	return 0;
}

int wrapper_held_on_failure(struct ulp_device *ulp, struct ulp_queue *queue)
{
	int ret;

	ib_client_data_get(&ulp->data); /* missing-put */
	ret = ulp_set_up(queue);
	if (ret < 0)
		pr_err("no queue\n");
	return ret;
}

int wrapper_held_inside(struct ulp_queue *queue)
{
	if (queue)
		ib_client_data_get(&queue->ulp->data); /* missing-put */
	if (!queue)
		return -ENODEV;
	return ulp_set_up(queue);
}

/* One that puts nothing. */
void ulp_release(struct ulp_device *ulp) /* missing-put */
{
	mutex_lock(&ulp->lock);
	mutex_unlock(&ulp->lock);
}

/* One that does not always. */
void ulp_queue_put(struct ulp_queue *queue) /* missing-put */
{
	if (!ulp_set_up(queue))
		return;
	ib_put_client_data(&queue->ulp->data);
}

/* One that may leave it sometimes, but not for ever. */
void ulp_queue_end(struct ulp_queue *queue) /* missing-put */
{
	if (queue->ulp)
		ulp_shut_down(queue->ulp->data.device);
}

void wrapper_used(struct ib_device *device)
{
	struct ulp_device *ulp = ulp_get_device(device);

	if (!ulp)
		return;
	ulp_release(ulp);
	mutex_destroy(&ulp->lock); /* use-after-put */
}

void wrapper_used_twice(struct ulp_device *ulp)
{
	ulp_release(ulp);
	ulp_release(ulp); /* use-after-put */
}

void wrapper_used_device(struct ulp_queue *queue)
{
	ulp_queue_put(queue);
	pr_info("%p\n", queue->ulp->data.device); /* use-after-put */
}

void wrapper_dropped_twice(struct ulp_queue *queue)
{
	ulp_queue_put(queue);
	ulp_queue_put(queue); /* use-after-put */
}

void wrapper_unchecked(struct ib_device *device)
{
	struct ulp_device *ulp = ulp_get_device(device);

	mutex_lock(&ulp->lock); /* unchecked */
	mutex_unlock(&ulp->lock);
	ulp_release(ulp);
}

void wrapper_unchecked_put(struct ib_device *device)
{
	struct ulp_device *ulp = ulp_get_device(device);

	ulp_release(ulp); /* unchecked */
}

/* None. */

int wrapper_good_returned(struct ib_device *device)
{
	struct ulp_device *ulp = ulp_get_device(device);
	int ret;

	if (!ulp)
		return -ENODEV;
	ret = ulp_use(ulp);
	ulp_release(ulp);
	return ret;
}

struct ulp_device *wrapper_good_handed_on(struct ib_device *device)
{
	struct ulp_device *ulp;

	ulp = ulp_get_device(device);
	if (!ulp)
		return NULL;
	if (ulp_use(ulp))
		goto out;
	return ulp;

out:
	ulp_release(ulp);
	return NULL;
}

int wrapper_good_stored(struct ulp_queue *queue, struct ib_device *device)
{
	struct ulp_device *ulp = ulp_get_device(device);

	if (!ulp)
		return -ENODEV;
	queue->ulp = ulp;
	return ulp_set_up(queue);
}

int wrapper_good_taken(struct ulp_queue *queue, struct ib_device *device)
{
	int ret;

	ret = ulp_queue_get(queue, device);
	if (ret)
		goto out;
	ret = ulp_set_up(queue);
	if (ret)
		goto out_put;
	return 0;

out_put:
	ulp_queue_put(queue);
out:
	return ret;
}

int wrapper_good_held(struct ulp_device *ulp)
{
	int ret;

	ulp_hold(ulp);
	ret = ulp_use(ulp);
	ulp_release(ulp);
	return ret;
}

int wrapper_good_held_by_result(struct ulp_device *ulp, struct ulp_queue *queue)
{
	int ret;

	ib_client_data_get(&ulp->data);
	ret = ulp_set_up(queue);
	if (ret < 0)
		ib_put_client_data(&ulp->data);
	return ret;
}

void wrapper_good_dropped(struct ulp_queue *queue)
{
	ulp_queue_put(queue);
	queue->ulp = NULL;
	kfree(queue);
}
