// SPDX-License-Identifier: GPL-2.0
/*
 * For the rule missing-put: each line that it must report is marked, and it
 * must report no other.
 */
#include "ulp.h"

/* Bugs. */

int put_early_return(struct ib_device *device)
{
	struct ib_client_data *data;

	data = ib_alloc_or_get_client_data(device, &client); /* missing-put */
	if (IS_ERR(data))
		return PTR_ERR(data);
	if (!device->ops.query_port)
		return -EINVAL;
	ib_put_client_data(data);
	return 0;
}

void put_end_of_function(struct ib_device *device)
{
	struct ib_client_data *data;

	data = ib_get_client_data(device, &client); /* missing-put */
	if (data)
		pr_info("it is in use\n");
}

int put_goto(struct ulp_queue *queue, struct ib_device *device)
{
	struct ib_client_data *data;
	struct ulp_device *ulp;
	int ret;

	data = ib_alloc_or_get_client_data(device, &client); /* missing-put */
	if (IS_ERR(data))
		return PTR_ERR(data);
	ulp = container_of(data, struct ulp_device, data);
	ret = ulp_set_up(queue);
	if (ret)
		goto out;
	mutex_lock(&ulp->lock);
	queue->ulp = ulp;
	list_add_tail(&queue->entry, &ulp->queues);
	mutex_unlock(&ulp->lock);
out:
	return ret;
}

int put_loop(struct ib_device **devices, int n)
{
	struct ib_client_data *data;
	int i, found = 0;

	for (i = 0; i < n; i++) {
		data = ib_get_client_data(devices[i], &client); /* missing-put */
		if (!data)
			continue;
		if (data->device != devices[i])
			continue;
		found++;
		ib_put_client_data(data);
	}
	return found;
}

void put_second_reference(struct ib_client_data *data)
{
	struct ib_client_data *more;

	more = ib_client_data_get(data); /* missing-put */
	if (ulp_is_idle(more->device))
		return;
	ib_put_client_data(more);
}

void put_around_only(struct ib_device *device)
{
	struct ib_client_data *data = ib_get_client_data(device, &client); /* missing-put */
	struct ulp_device *ulp;

	if (!data)
		return;
	ulp = container_of(data, struct ulp_device, data);
	if (list_empty(&ulp->queues))
		return;
	ib_put_client_data(&ulp->data);
}

int put_in_a_switch(struct ib_device *device, int event)
{
	struct ib_client_data *data;

	data = ib_get_client_data(device, &client); /* missing-put */
	if (!data)
		return 0;
	switch (event) {
	case 0:
		return -EINVAL;
	case 1:
		ulp_shut_down(device);
		break;
	}
	ib_put_client_data(data);
	return 0;
}

int put_lost_at_a_break(struct ib_device **devices)
{
	struct ib_client_data *data;
	struct ulp_device *ulp;
	int found = 0;

	while (*devices) {
		data = ib_get_client_data(*devices++, &client); /* missing-put */
		if (!data)
			continue;
		ulp = container_of(data, struct ulp_device, data);
		if (list_empty(&ulp->queues))
			break;
		found++;
		ib_put_client_data(data);
	}
	return found;
}

int put_same_passed(struct ib_device *device)
{
	struct ib_client_data *data;
	struct ulp_device *ulp;

	data = ib_alloc_or_get_client_data(device, &client); /* missing-put */
	if (IS_ERR(data))
		return PTR_ERR(data);
	ulp = ulp_data_device(data);
	return ulp_use(ulp);
}

int put_passed(struct ib_device *device)
{
	struct ib_client_data *data = ib_get_client_data(device, &client); /* missing-put */

	if (!data)
		return -ENODEV;
	pr_info("it is in use\n");
	return ulp_use(container_of(data, struct ulp_device, data));
}

/* None. */

int put_good_goto(struct ib_device *device)
{
	struct ib_client_data *data;
	int ret = 0;

	data = ib_alloc_or_get_client_data(device, &client);
	if (IS_ERR(data))
		return PTR_ERR(data);
	if (!device->ops.query_port) {
		ret = -EINVAL;
		goto out;
	}
	ulp_shut_down(device);
out:
	ib_put_client_data(data);
	return ret;
}

void put_good_nested(struct ib_device *device)
{
	struct ib_client_data *data;

	data = ib_get_client_data(device, &client);
	if (data) {
		dev_info(&device->dev, "it is in use\n");
		ib_put_client_data(data);
	}
}

int put_good_stored(struct ulp_queue *queue, struct ib_device *device)
{
	struct ib_client_data *data;
	struct ulp_device *ulp;

	data = ib_alloc_or_get_client_data(device, &client);
	if (IS_ERR(data)) {
		dev_err(&device->dev, "no data: %pe\n", data);
		return PTR_ERR(data);
	}
	ulp = container_of(data, struct ulp_device, data);
	mutex_lock(&ulp->lock);
	if (ulp->removing) {
		mutex_unlock(&ulp->lock);
		ib_put_client_data(&ulp->data);
		return -ENODEV;
	}
	queue->ulp = ulp;
	mutex_unlock(&ulp->lock);
	return 0;
}

struct ulp_device *put_good_returned(struct ib_device *device)
{
	struct ib_client_data *data;

	data = ib_get_client_data(device, &client);
	return data ? container_of(data, struct ulp_device, data) : NULL;
}

struct ulp_device *put_good_returned_around(struct ib_device *device)
{
	struct ib_client_data *data;
	struct ulp_device *ulp;

	data = ib_alloc_or_get_client_data(device, &client);
	if (IS_ERR(data))
		return ERR_CAST(data);
	ulp = container_of(data, struct ulp_device, data);
	return ulp;
}

int put_good_passed(struct ib_device *device)
{
	struct ib_client_data *data;

	data = ib_alloc_or_get_client_data(device, &client);
	if (IS_ERR(data))
		return PTR_ERR(data);
	return ulp_take(data);
}

void put_good_member(struct ulp_queue *queue, struct ib_device *device)
{
	queue->data = ib_get_client_data(device, &client);
}

int put_good_loop(struct ib_device **devices, int n)
{
	struct ib_client_data *data;
	int i, found = 0;

	for (i = 0; i < n; i++) {
		data = ib_get_client_data(devices[i], &client);
		if (!data)
			continue;
		found++;
		ib_put_client_data(data);
	}
	return found;
}

void put_good_while(struct ib_device **devices)
{
	struct ib_client_data *data;
	struct ulp_device *ulp;

	while (*devices) {
		data = ib_get_client_data(*devices++, &client);
		if (!data)
			continue;
		ulp = container_of(data, struct ulp_device, data);
		if (!ulp_leave(ulp))
			break;
	}
}
