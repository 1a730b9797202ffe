// SPDX-License-Identifier: GPL-2.0
/*
 * For the rule use-after-put: each line that it must report is marked, and it
 * must report no other.
 */
#include "ulp.h"

/* Bugs. */

void use_member(struct ib_client_data *data)
{
	ib_put_client_data(data);
	pr_info("%s was in use\n", dev_name(&data->device->dev)); /* use-after-put */
}

void use_lock(struct ulp_queue *queue)
{
	struct ulp_device *ulp = queue->ulp;

	mutex_lock(&ulp->lock);
	list_del(&queue->entry);
	ib_put_client_data(&ulp->data);
	mutex_unlock(&ulp->lock); /* use-after-put */
}

int use_on_one_path(struct ib_client_data *data, bool quick)
{
	if (quick)
		ib_put_client_data(data);
	return ulp_is_idle(data->device); /* use-after-put */
}

void use_put_twice(struct ib_device *device)
{
	struct ib_client_data *data;

	data = ib_alloc_or_get_client_data(device, &client);
	if (IS_ERR(data))
		return;
	if (ulp_is_idle(device))
		ib_put_client_data(data);
	ib_put_client_data(data); /* use-after-put */
}

struct ulp_device *use_returned(struct ib_device *device)
{
	struct ib_client_data *data;
	struct ulp_device *ulp;

	data = ib_get_client_data(device, &client);
	if (!data)
		return NULL;
	ulp = container_of(data, struct ulp_device, data);
	ib_put_client_data(&ulp->data);
	return ulp; /* use-after-put */
}

void use_stored(struct ulp_queue *queue, struct ib_client_data *data)
{
	ib_put_client_data(data);
	queue->data = data; /* use-after-put */
}

void use_around(struct ib_client_data *data)
{
	struct ulp_device *ulp;

	ib_put_client_data(data);
	ulp = container_of(data, struct ulp_device, data); /* use-after-put */
	mutex_destroy(&ulp->lock);
}

bool use_embedded_by_its_data(struct ib_device *device)
{
	struct ib_client_data *data = ib_get_client_data(device, &client);
	struct ulp_device *ulp;

	if (!data)
		return false;
	ulp = container_of(data, struct ulp_device, data);
	ib_put_client_data(data);
	return list_empty(&ulp->queues); /* use-after-put */
}

/* None. */

void use_good(struct ib_client_data *data)
{
	struct ib_device *device = data->device;

	ib_put_client_data(data);
	pr_info("%s was in use\n", dev_name(&device->dev));
}

int use_good_branches(struct ib_client_data *data, bool quick)
{
	int ret;

	if (quick) {
		ib_put_client_data(data);
		return 0;
	}
	ret = ulp_is_idle(data->device);
	ib_put_client_data(data);
	return ret;
}

void use_good_loop(struct ib_device **devices, int n)
{
	struct ib_client_data *data;
	int i;

	for (i = 0; i < n; i++) {
		data = ib_get_client_data(devices[i], &client);
		if (!data)
			continue;
		ulp_shut_down(data->device);
		ib_put_client_data(data);
	}
}

void use_good_list(struct list_head *queues)
{
	struct ulp_queue *queue, *next;
	struct ulp_device *ulp;

	list_for_each_entry_safe(queue, next, queues, entry) {
		ulp = queue->ulp;
		queue->ulp = NULL;
		mutex_lock(&ulp->lock);
		list_del(&queue->entry);
		mutex_unlock(&ulp->lock);
		ib_put_client_data(&ulp->data);
	}
}

void use_good_two_references(struct ib_client_data *data)
{
	ib_client_data_get(data);
	ib_put_client_data(data);
	ulp_shut_down(data->device);
	ib_put_client_data(data);
}
