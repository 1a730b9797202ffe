// SPDX-License-Identifier: GPL-2.0
/*
 * The target's client data on RDMA devices.
 *
 * Allocated when a device is added, so that configfs finds its ports, and freed
 * when the device or the module goes, once every login and channel has put its
 * reference.  Removal closes the channels and does not wait for them: core does.
 */

/*
 * Protects which devices there are, what their ports are called and which
 * directories stand for them.  Taken by configfs, by logins and by removals;
 * nothing that waits for one of these is done under it.  Taken outside of
 * &srpt_port.mutex and &srpt_port_id.mutex.
 */
static DEFINE_MUTEX(srpt_ports_mutex);
static LIST_HEAD(srpt_dev_list);

static struct srpt_device *srpt_data_device(void *client_data)
{
	struct ib_client_data *data = client_data;

	return data ? container_of(data, struct srpt_device, data) : NULL;
}

static struct ib_client_data *srpt_alloc_client_data(struct ib_device *device)
{
	struct srpt_device *sdev;
	struct srpt_port *sport;
	int ret;
	u32 i;

	sdev = kzalloc(struct_size(sdev, port, device->phys_port_cnt),
		       GFP_KERNEL);
	if (!sdev)
		return ERR_PTR(-ENOMEM);

	sdev->pd = ib_alloc_pd(device, 0);
	if (IS_ERR(sdev->pd)) {
		ret = PTR_ERR(sdev->pd);
		kfree(sdev);
		return ERR_PTR(ret);
	}

	sdev->device = device;
	sdev->lkey = sdev->pd->local_dma_lkey;
	sdev->srq_size = min(srpt_srq_size, device->attrs.max_srq_wr);
	mutex_init(&sdev->sdev_mutex);
	INIT_LIST_HEAD(&sdev->list);
	INIT_IB_EVENT_HANDLER(&sdev->event_handler, device, srpt_event_handler);

	for (i = 0; i < device->phys_port_cnt; i++) {
		sport = &sdev->port[i];
		sport->sdev = sdev;
		sport->port = i + 1;
		sport->port_attrib = (struct srpt_port_attrib) {
			.srp_max_rdma_size = DEFAULT_MAX_RDMA_SIZE,
			.srp_max_rsp_size = DEFAULT_MAX_RSP_SIZE,
			.srp_sq_size = DEF_SRPT_SQ_SIZE,
		};
		mutex_init(&sport->mutex);
		INIT_LIST_HEAD(&sport->nexus_list);
		init_waitqueue_head(&sport->idle);
		INIT_WORK(&sport->work, srpt_refresh_port_work);
	}
	return &sdev->data;
}

static void srpt_free_port(struct srpt_port *sport)
{
	struct srpt_nexus *nexus, *next;

	WARN_ON_ONCE(atomic_read(&sport->refcount));
	list_for_each_entry_safe(nexus, next, &sport->nexus_list, entry) {
		WARN_ON_ONCE(!list_empty(&nexus->ch_list));
		list_del(&nexus->entry);
		kfree_rcu(nexus, rcu);
	}
	mutex_destroy(&sport->mutex);
}

static void srpt_free_client_data(struct ib_client_data *data)
{
	struct srpt_device *sdev = srpt_data_device(data);
	u32 i;

	for (i = 0; i < sdev->device->phys_port_cnt; i++)
		srpt_free_port(&sdev->port[i]);
	srpt_free_srq(sdev);
	ib_dealloc_pd(sdev->pd);
	mutex_destroy(&sdev->sdev_mutex);
	kfree(sdev);
}

/**
 * srpt_get_device() - look up the data of a device for a login
 * @device: the device that the login came over
 *
 * Context: May sleep.
 * Return: the data, with a reference, or NULL once the device is going away.
 */
static struct srpt_device *srpt_get_device(struct ib_device *device)
{
	return srpt_data_device(ib_get_client_data(device, &srpt_client));
}

/* Has IB/CM listen for logins, on devices that have one. */
static int srpt_listen(struct srpt_device *sdev)
{
	struct ib_cm_id *cm_id;
	int ret;

	mutex_lock(&srpt_ports_mutex);
	/* Initiators know the target by the GUID of the first device. */
	if (!srpt_service_guid)
		srpt_service_guid = be64_to_cpu(sdev->device->node_guid);
	mutex_unlock(&srpt_ports_mutex);

	if (rdma_port_get_link_layer(sdev->device, 1) !=
	    IB_LINK_LAYER_INFINIBAND)
		return 0;

	cm_id = ib_create_cm_id(sdev->device, srpt_cm_handler, sdev);
	if (IS_ERR(cm_id)) {
		dev_err(&sdev->device->dev, "no IB/CM identifier: %pe\n",
			cm_id);
		/* Logins over RDMA/CM do not need it. */
		return READ_ONCE(rdma_cm_id) ? 0 : PTR_ERR(cm_id);
	}

	ret = ib_cm_listen(cm_id, cpu_to_be64(srpt_service_guid));
	if (ret) {
		dev_err(&sdev->device->dev, "IB/CM does not listen: %pe\n",
			ERR_PTR(ret));
		ib_destroy_cm_id(cm_id);
		return ret;
	}
	sdev->cm_id = cm_id;
	return 0;
}

/*
 * No new logins, and the end of those that there are.  The event handler is
 * unregistered: what it may have queued registers MAD agents.
 */
static void srpt_close_device(struct srpt_device *sdev)
{
	struct srpt_port *sport;
	u32 i;

	for (i = 0; i < sdev->device->phys_port_cnt; i++)
		cancel_work_sync(&sdev->port[i].work);
	srpt_unregister_mad_agent(sdev, sdev->device->phys_port_cnt);
	/* Waits for logins over IB/CM. */
	if (sdev->cm_id)
		ib_destroy_cm_id(sdev->cm_id);

	mutex_lock(&srpt_ports_mutex);
	sdev->removing = true;
	list_del_init(&sdev->list);
	for (i = 0; i < sdev->device->phys_port_cnt; i++) {
		sport = &sdev->port[i];
		srpt_leave_directories(sport);
		srpt_apply_enabled(sport);
	}
	mutex_unlock(&srpt_ports_mutex);
}

static int srpt_open_device(struct srpt_device *sdev)
{
	struct srpt_port *sport;
	int ret;
	u32 i;

	ret = srpt_listen(sdev);
	if (ret)
		return ret;

	mutex_lock(&srpt_ports_mutex);
	list_add_tail(&sdev->list, &srpt_dev_list);
	for (i = 0; i < sdev->device->phys_port_cnt; i++)
		srpt_own_port(&sdev->port[i]);
	mutex_unlock(&srpt_ports_mutex);

	for (i = 0; i < sdev->device->phys_port_cnt; i++) {
		sport = &sdev->port[i];
		ret = srpt_refresh_port(sport);
		if (ret) {
			dev_err(&sdev->device->dev,
				"port %u can not be used: %pe\n", sport->port,
				ERR_PTR(ret));
			return ret;
		}
	}

	ib_register_event_handler(&sdev->event_handler);
	/* What changed before that nobody was told of. */
	for (i = 0; i < sdev->device->phys_port_cnt; i++)
		schedule_work(&sdev->port[i].work);
	return 0;
}

static int srpt_add_one(struct ib_device *device)
{
	struct ib_client_data *data;
	struct srpt_device *sdev;
	int ret;

	data = ib_alloc_or_get_client_data(device, &srpt_client);
	if (IS_ERR(data)) {
		dev_err(&device->dev, "can not be an SRP target: %pe\n", data);
		return PTR_ERR(data);
	}

	sdev = srpt_data_device(data);
	ret = srpt_open_device(sdev);
	if (ret)
		srpt_close_device(sdev);
	ib_put_client_data(data);
	return ret;
}

/**
 * srpt_remove_one() - make logins and channels let go of a device
 * @device: the device that goes, or that this module leaves
 * @client_data: our data on it
 *
 * Context: May sleep.
 */
static void srpt_remove_one(struct ib_device *device, void *client_data)
{
	struct srpt_device *sdev = srpt_data_device(client_data);

	if (!sdev)
		return;
	ib_unregister_event_handler(&sdev->event_handler);
	srpt_close_device(sdev);
}

static void srpt_rename_one(struct ib_device *device, void *client_data)
{
	struct srpt_device *sdev = srpt_data_device(client_data);
	u32 i;

	if (!sdev)
		return;
	mutex_lock(&srpt_ports_mutex);
	for (i = 0; i < device->phys_port_cnt; i++) {
		srpt_own_port(&sdev->port[i]);
		srpt_claim_directories(&sdev->port[i]);
	}
	mutex_unlock(&srpt_ports_mutex);
	srpt_settle_srq(sdev);
}
