// SPDX-License-Identifier: GPL-2.0
/*
 * The target's client data on RDMA devices.
 *
 * Made by the first connection over a device, freed when the device or the
 * module goes.
 */

static int isert_add_one(struct ib_device *ib_device)
{
	isert_watch_device(ib_device);
	return 0;
}

static struct ib_client_data *
isert_alloc_client_data(struct ib_device *ib_device)
{
	struct isert_device *device;
	struct ib_pd *pd;

	device = kzalloc(sizeof(*device), GFP_KERNEL);
	if (!device)
		return ERR_PTR(-ENOMEM);

	pd = ib_alloc_pd(ib_device, 0);
	if (IS_ERR(pd)) {
		kfree(device);
		return ERR_CAST(pd);
	}

	device->ib_device = ib_device;
	device->pd = pd;
	device->pi_capable = ib_device->attrs.kernel_cap_flags &
			     IBK_INTEGRITY_HANDOVER;
	mutex_init(&device->lock);
	INIT_LIST_HEAD(&device->conns);
	return &device->data;
}

static void isert_free_client_data(struct ib_client_data *data)
{
	struct isert_device *device =
		container_of(data, struct isert_device, data);

	WARN_ON_ONCE(!list_empty(&device->conns));
	ib_dealloc_pd(device->pd);
	mutex_destroy(&device->lock);
	kfree(device);
}

/* Has every connection end, wherever it is; core waits for that. */
static void isert_remove_one(struct ib_device *ib_device, void *client_data)
{
	struct ib_client_data *data = client_data;
	struct isert_device *device;
	struct isert_conn *isert_conn;

	isert_unwatch_device(ib_device);
	if (!data)
		return;
	device = container_of(data, struct isert_device, data);

	mutex_lock(&device->lock);
	device->removing = true;
	list_for_each_entry(isert_conn, &device->conns, life.entry)
		isert_conn_end(isert_conn);
	mutex_unlock(&device->lock);
}

static struct ib_client isert_ib_client = {
	.name			= "isert",
	.add			= isert_add_one,
	.remove			= isert_remove_one,
	.alloc_client_data	= isert_alloc_client_data,
	.free_client_data	= isert_free_client_data,
};

/**
 * isert_device_get() - let a connection use a device
 * @isert_conn: the connection, not accepted yet
 * @ib_device: the device that it was requested over
 *
 * Context: CM handler; may sleep.
 * Return: 0, and the connection has the device, with a reference for
 * isert_device_put(); or a negative error, -ENODEV once the device is being
 * removed.
 */
static int isert_device_get(struct isert_conn *isert_conn,
			    struct ib_device *ib_device)
{
	struct ib_client_data *data;

	data = ib_alloc_or_get_client_data(ib_device, &isert_ib_client);
	if (IS_ERR(data)) {
		/* Initiators may try in their thousands while a device goes. */
		if (data != ERR_PTR(-ENODEV))
			pr_err_ratelimited(PFX "%s cannot be used: %pe\n",
					   dev_name(&ib_device->dev), data);
		return PTR_ERR(data);
	}

	isert_conn->device = container_of(data, struct isert_device, data);
	INIT_LIST_HEAD(&isert_conn->life.entry);
	return 0;
}

/**
 * isert_device_put() - a connection is done with its device
 * @isert_conn: the connection; has nothing left on the device
 *
 * Context: May sleep, without the connection's mutex.  A removal that is busy
 * with the connections of the device has forgotten this one on return.
 */
static void isert_device_put(struct isert_conn *isert_conn)
{
	struct isert_device *device = isert_conn->device;

	mutex_lock(&device->lock);
	list_del_init(&isert_conn->life.entry);
	mutex_unlock(&device->lock);
	ib_put_client_data(&device->data);
}
