// SPDX-License-Identifier: GPL-2.0
/*
 * The initiator's client data on RDMA devices.
 *
 * Allocated when a device is added, before the file appears that logins are
 * written to.  Each SCSI host holds a reference, from the begin of its login
 * until its memory is given back.
 */

static struct srp_device *srp_data_device(void *client_data)
{
	struct ib_client_data *data = client_data;

	return data ? container_of(data, struct srp_device, data) : NULL;
}

static void srp_free_client_data(struct ib_client_data *data)
{
	struct srp_device *srp_dev = srp_data_device(data);
	struct srp_host *host, *next;

	/* It queues itself for hosts only, and there are none. */
	cancel_delayed_work_sync(&srp_dev->abort_work);
	list_for_each_entry_safe(host, next, &srp_dev->dev_list, list) {
		WARN_ON_ONCE(!list_empty(&host->target_list));
		put_device(&host->dev);
	}
	ib_dealloc_pd(srp_dev->pd);
	mutex_destroy(&srp_dev->abort_mutex);
	kfree(srp_dev);
}

static int srp_add_one(struct ib_device *device)
{
	struct ib_client_data *data;
	struct srp_device *srp_dev;
	struct srp_host *host;
	u32 port;

	data = ib_alloc_or_get_client_data(device, &srp_client);
	if (IS_ERR(data)) {
		dev_err(&device->dev, "can not be an SRP initiator: %pe\n",
			data);
		return PTR_ERR(data);
	}

	srp_dev = srp_data_device(data);
	rdma_for_each_port(device, port) {
		host = srp_add_port(srp_dev, port);
		if (host)
			list_add_tail(&host->list, &srp_dev->dev_list);
		else
			dev_err(&device->dev, "no SRP logins over port %u\n",
				port);
	}
	ib_put_client_data(data);
	return 0;
}

/**
 * srp_put_target() - a SCSI host is done with its device
 * @target: the host, without any resources of the device; may be gone when this
 *	returns
 *
 * Context: May sleep.
 */
static void srp_put_target(struct srp_target_port *target)
{
	struct srp_device *srp_dev = target->srp_host->srp_dev;

	scsi_host_put(target->scsi_host);
	ib_put_client_data(&srp_dev->data);
}
