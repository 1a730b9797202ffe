// SPDX-License-Identifier: GPL-2.0
/*
 * The target's client data on RDMA devices.
 *
 * Allocated by the first connection over a device, freed when the device or
 * the module goes.  What depends on the port that is connected to (inline data,
 * shared receive queues) is set up by the first connection and lasts as long as
 * there are any, so that an idle device takes a changed port as a new one
 * would.
 */

static int nvmet_rdma_add_one(struct ib_device *device)
{
	nvmet_rdma_watch_device(device);
	return 0;
}

static struct ib_client_data *
nvmet_rdma_alloc_client_data(struct ib_device *device)
{
	struct nvmet_rdma_device *ndev;
	struct ib_pd *pd;

	ndev = kzalloc(sizeof(*ndev), GFP_KERNEL);
	if (!ndev)
		return ERR_PTR(-ENOMEM);

	pd = ib_alloc_pd(device, 0);
	if (IS_ERR(pd)) {
		kfree(ndev);
		return ERR_CAST(pd);
	}

	ndev->device = device;
	ndev->pd = pd;
	mutex_init(&ndev->setup_mutex);
	return &ndev->data;
}

static void nvmet_rdma_free_client_data(struct ib_client_data *data)
{
	struct nvmet_rdma_device *ndev = nvmet_rdma_data_device(data);

	/* Each user held a reference, and the last one took the SRQs along. */
	WARN_ON_ONCE(ndev->users);
	ib_dealloc_pd(ndev->pd);
	mutex_destroy(&ndev->setup_mutex);
	kfree(ndev);
}

/**
 * nvmet_rdma_data_device() - get from core's view of a device to ours
 * @client_data: the &struct ib_client_data, or NULL
 *
 * Return: the structure that it is embedded in, or NULL.
 */
static struct nvmet_rdma_device *nvmet_rdma_data_device(void *client_data)
{
	struct ib_client_data *data = client_data;

	return data ? container_of(data, struct nvmet_rdma_device, data) : NULL;
}

/**
 * nvmet_rdma_get_device() - look up the data of a device
 * @device: the device that a connection request came over
 *
 * Context: May sleep.
 * Return: the data, with a reference that nvmet_rdma_begin_setup() turns into
 * one for nvmet_rdma_put_device(); NULL if there are none to be had, above all
 * because the device is being removed.
 */
static struct nvmet_rdma_device *nvmet_rdma_get_device(struct ib_device *device)
{
	struct ib_client_data *data;

	data = ib_alloc_or_get_client_data(device, &nvmet_rdma_ib_client);
	if (!IS_ERR(data))
		return nvmet_rdma_data_device(data);

	/* Hosts may try in their thousands while a device goes. */
	if (data == ERR_PTR(-ENODEV))
		pr_debug("%s is going away\n", dev_name(&device->dev));
	else
		pr_err_ratelimited("%s can not be used: %pe\n",
				   dev_name(&device->dev), data);
	return NULL;
}

/**
 * nvmet_rdma_put_device() - a connection is done with its device
 * @ndev: the device; consumes the connection's reference
 *
 * Context: May sleep.
 */
static void nvmet_rdma_put_device(struct nvmet_rdma_device *ndev)
{
	mutex_lock(&ndev->setup_mutex);
	if (!--ndev->users) {
		nvmet_rdma_destroy_srqs(ndev);
		ndev->srqs = NULL;
	}
	mutex_unlock(&ndev->setup_mutex);
	ib_put_client_data(&ndev->data);
}

/**
 * nvmet_rdma_begin_setup() - become a user of a device
 * @ndev: the device, with a reference
 *
 * Context: May sleep.  Returns with &nvmet_rdma_device.setup_mutex held, for
 * nvmet_rdma_end_setup() or nvmet_rdma_fail_setup().
 * Return: true for the first user, who has to decide what depends on the port.
 */
static bool nvmet_rdma_begin_setup(struct nvmet_rdma_device *ndev)
{
	mutex_lock(&ndev->setup_mutex);
	return !ndev->users++;
}

/**
 * nvmet_rdma_end_setup() - the device is ready for the caller's connection
 * @ndev: the device; the caller now owes an nvmet_rdma_put_device()
 */
static void nvmet_rdma_end_setup(struct nvmet_rdma_device *ndev)
{
	mutex_unlock(&ndev->setup_mutex);
}

/**
 * nvmet_rdma_fail_setup() - the first user's set-up failed
 * @ndev: the device; consumes the caller's reference
 *
 * The next connection is the first one again.
 */
static void nvmet_rdma_fail_setup(struct nvmet_rdma_device *ndev)
{
	/* nvmet_rdma_init_srqs() freed them and left the pointer. */
	ndev->srqs = NULL;
	ndev->users--;
	mutex_unlock(&ndev->setup_mutex);
	ib_put_client_data(&ndev->data);
}
