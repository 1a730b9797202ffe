// SPDX-License-Identifier: GPL-2.0
/*
 * For the rule unchecked: each line that it must report is marked, and it must
 * report no other.
 */
#include "ulp.h"

/* Bugs. */

void check_none(struct ib_device *device)
{
	struct ib_client_data *data = ib_get_client_data(device, &client);

	pr_info("%s is in use\n", dev_name(&data->device->dev)); /* unchecked */
	ib_put_client_data(data);
}

void check_none_before_put(struct ib_device *device)
{
	struct ib_client_data *data;

	data = ib_alloc_or_get_client_data(device, &client);
	ib_put_client_data(data); /* unchecked */
}

void check_none_around(struct ib_device *device)
{
	struct ib_client_data *data;
	struct ulp_device *ulp;

	data = ib_alloc_or_get_client_data(device, &client);
	ulp = container_of(data, struct ulp_device, data);
	mutex_lock(&ulp->lock); /* unchecked */
	ulp->removing = true;
	mutex_unlock(&ulp->lock);
	ib_put_client_data(&ulp->data);
}

void check_nested(struct ib_device *device)
{
	ib_put_client_data(ib_get_client_data(device, &client)); /* unchecked */
}

int check_null_for_error(struct ib_device *device)
{
	struct ib_client_data *data;

	data = ib_alloc_or_get_client_data(device, &client);
	if (!data) /* unchecked */
		return -ENOMEM;
	ib_put_client_data(data);
	return 0;
}

int check_error_for_null(struct ib_device *device)
{
	struct ib_client_data *data;

	data = ib_get_client_data(device, &client);
	if (IS_ERR(data)) /* unchecked */
		return PTR_ERR(data);
	ib_put_client_data(data);
	return 0;
}

bool check_too_late(struct ib_device *device)
{
	struct ib_client_data *data;

	data = ib_get_client_data(device, &client);
	if (data->device != device) /* unchecked */
		pr_info("it is another one\n");
	if (!data)
		return false;
	return ib_put_client_data(data);
}

/* None. */

bool check_good_in_condition(struct ib_device *device)
{
	struct ib_client_data *data;
	bool same;

	data = ib_get_client_data(device, &client);
	same = data && data->device == device;
	if (data)
		ib_put_client_data(data);
	return same;
}

int check_good(struct ib_device *device)
{
	struct ib_client_data *data;

	data = ib_alloc_or_get_client_data(device, &client);
	if (IS_ERR(data))
		return PTR_ERR(data);
	pr_info("%s is in use\n", dev_name(&data->device->dev));
	ib_put_client_data(data);
	return 0;
}

int check_good_result(struct ib_device *device)
{
	struct ib_client_data *data;
	int ret;

	data = ib_alloc_or_get_client_data(device, &client);
	ret = PTR_ERR_OR_ZERO(data);
	if (ret)
		return ret;
	ib_put_client_data(data);
	return 0;
}

void check_good_loop(struct ib_device *device)
{
	struct ib_client_data *data;

	while ((data = ib_get_client_data(device, &client))) {
		ulp_shut_down(data->device);
		ib_put_client_data(data);
	}
}

struct ulp_device *check_good_both(struct ib_device *device)
{
	struct ib_client_data *data;

	data = ib_get_client_data(device, &client);
	if (!data) {
		data = ib_alloc_or_get_client_data(device, &client);
		if (IS_ERR(data))
			return NULL;
	}
	return container_of(data, struct ulp_device, data);
}

int check_good_either(struct ib_device *device, bool allocate)
{
	struct ib_client_data *data;

	if (allocate)
		data = ib_alloc_or_get_client_data(device, &client);
	else
		data = ib_get_client_data(device, &client);
	if (IS_ERR_OR_NULL(data))
		return IS_ERR(data) ? PTR_ERR(data) : -ENOENT;
	ib_put_client_data(data);
	return 0;
}
