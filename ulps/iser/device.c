// SPDX-License-Identifier: GPL-2.0
/*
 * The record of an RDMA device: one per device, found by the device itself,
 * made when the first connection needs it.
 */
#include "iscsi_iser.h"

static void iser_device_event(struct ib_event_handler *handler,
			      struct ib_event *event)
{
	iser_err("%s port %u: %s (%d)\n", dev_name(&event->device->dev),
		 event->element.port_num, ib_event_msg(event->event),
		 event->event);
}

static struct ib_client_data *
iser_alloc_client_data(struct ib_device *ib_device)
{
	struct iser_device *device;
	int ret;

	if (!(ib_device->attrs.device_cap_flags & IB_DEVICE_MEM_MGT_EXTENSIONS)) {
		iser_err("%s cannot register memory the way iSER does\n",
			 dev_name(&ib_device->dev));
		return ERR_PTR(-EOPNOTSUPP);
	}

	device = kzalloc(sizeof(*device), GFP_KERNEL);
	if (!device)
		return ERR_PTR(-ENOMEM);

	device->ib_device = ib_device;
	mutex_init(&device->lock);
	INIT_LIST_HEAD(&device->conns);

	device->pd = ib_alloc_pd(ib_device, iser_always_reg ?
				 0 : IB_PD_UNSAFE_GLOBAL_RKEY);
	if (IS_ERR(device->pd)) {
		ret = PTR_ERR(device->pd);
		kfree(device);
		return ERR_PTR(ret);
	}

	INIT_IB_EVENT_HANDLER(&device->event_handler, ib_device,
			      iser_device_event);
	ib_register_event_handler(&device->event_handler);
	return &device->data;
}

static void iser_free_client_data(struct ib_client_data *data)
{
	struct iser_device *device =
		container_of(data, struct iser_device, data);

	WARN_ON_ONCE(!list_empty(&device->conns));
	ib_unregister_event_handler(&device->event_handler);
	ib_dealloc_pd(device->pd);
	mutex_destroy(&device->lock);
	kfree(device);
}

/* Core waits for all connections when the device or this client goes. */
struct ib_client iser_ib_client = {
	.name			= "iser",
	.remove			= iser_remove_one,
	.alloc_client_data	= iser_alloc_client_data,
	.free_client_data	= iser_free_client_data,
};

/**
 * iser_device_get() - let a connection use the device of its identifier
 * @iser_conn: the connection
 * @ib_device: the device that its address was resolved to
 *
 * Sets the connection's device, with a reference, and shows the connection to a
 * removal of the device.
 *
 * Context: CM handler, with the connection's state_mutex held.
 * Return: 0 or a negative error, -ENODEV once the device is being removed.
 */
int iser_device_get(struct iser_conn *iser_conn, struct ib_device *ib_device)
{
	struct iser_device *device;
	struct ib_client_data *data;
	int ret = 0;

	lockdep_assert_held(&iser_conn->state_mutex);

	data = ib_alloc_or_get_client_data(ib_device, &iser_ib_client);
	if (IS_ERR(data)) {
		ret = PTR_ERR(data);
		goto err;
	}
	device = container_of(data, struct iser_device, data);

	/* The removal that begins after the look-up must not miss us. */
	mutex_lock(&device->lock);
	if (device->removing) {
		ret = -ENODEV;
	} else {
		iser_conn->ib_conn.device = device;
		list_add_tail(&iser_conn->life.entry, &device->conns);
	}
	mutex_unlock(&device->lock);
	if (!ret)
		return 0;

	ib_put_client_data(data);
err:
	iser_err("cannot use %s for %s: %pe\n", dev_name(&ib_device->dev),
		 iser_conn->name, ERR_PTR(ret));
	return ret;
}

/**
 * iser_device_put() - a connection no longer uses its device
 * @iser_conn: the connection; has nothing left on the device but an identifier
 *	that is about to be destroyed
 *
 * Undoes iser_device_get().
 *
 * Context: May sleep, with the connection's state_mutex held.
 */
void iser_device_put(struct iser_conn *iser_conn)
{
	struct iser_device *device = iser_conn->ib_conn.device;

	lockdep_assert_held(&iser_conn->state_mutex);

	iser_conn->ib_conn.device = NULL;
	mutex_lock(&device->lock);
	list_del_init(&iser_conn->life.entry);
	mutex_unlock(&device->lock);
	ib_put_client_data(&device->data);
}
