// SPDX-License-Identifier: GPL-2.0
/*
 * What is configured for a port.
 *
 * Kept twice: by the port, for logins, and by its directories, for the time
 * when the device is away.  Meanwhile there is nothing to configure, and
 * whatever needs the port answers -ENODEV; only taking away is always possible.
 */

/**
 * srpt_apply_enabled() - let initiators log in, or end their sessions
 * @sport: the port
 *
 * Context: srpt_ports_mutex is held.
 */
static void srpt_apply_enabled(struct srpt_port *sport)
{
	struct srpt_device *sdev = sport->sdev;
	bool enabled;

	lockdep_assert_held(&srpt_ports_mutex);

	enabled = (sport->guid_id && sport->guid_id->enabled) ||
		  (sport->gid_id && sport->gid_id->enabled);
	if (sdev->removing || sdev->changing)
		enabled = false;
	mutex_lock(&sport->mutex);
	srpt_set_enabled(sport, enabled);
	mutex_unlock(&sport->mutex);
}

/* Both directories of the port keep what it is told. */
static void srpt_keep_attrib(struct srpt_port *sport)
{
	lockdep_assert_held(&srpt_ports_mutex);

	if (sport->guid_id)
		sport->guid_id->port_attrib = sport->port_attrib;
	if (sport->gid_id)
		sport->gid_id->port_attrib = sport->port_attrib;
}

static void srpt_apply_all(struct srpt_device *sdev)
{
	u32 i;

	for (i = 0; i < sdev->device->phys_port_cnt; i++)
		srpt_apply_enabled(&sdev->port[i]);
}

/*
 * Whether the shared receive queue must come or go.  It is one for all ports of
 * the device, and there if any wants it.
 */
static bool srpt_srq_differs(struct srpt_device *sdev, bool *wanted)
{
	u32 i;

	lockdep_assert_held(&srpt_ports_mutex);

	*wanted = false;
	for (i = 0; i < sdev->device->phys_port_cnt; i++)
		if (sdev->port[i].port_attrib.use_srq)
			*wanted = true;
	return *wanted != sdev->use_srq;
}

/* With no login and no channel on the device, which waits until they are gone. */
static int srpt_replace_srq(struct srpt_device *sdev, bool wanted)
{
	int ret;
	u32 i;

	for (i = 0; i < sdev->device->phys_port_cnt; i++) {
		struct srpt_port *sport = &sdev->port[i];

		ret = wait_event_interruptible(sport->idle,
					       !atomic_read(&sport->refcount));
		if (ret)
			return ret;
	}
	return srpt_use_srq(sdev, wanted);
}

/* Makes the device have what its ports want. */
static int srpt_change_srq(struct srpt_device *sdev)
{
	bool wanted;
	int ret = 0;

	lockdep_assert_held(&sdev->sdev_mutex);

	mutex_lock(&srpt_ports_mutex);
	sdev->changing = !sdev->removing && srpt_srq_differs(sdev, &wanted);
	srpt_apply_all(sdev);
	if (!sdev->changing) {
		mutex_unlock(&srpt_ports_mutex);
		return 0;
	}
	mutex_unlock(&srpt_ports_mutex);

	ret = srpt_replace_srq(sdev, wanted);

	mutex_lock(&srpt_ports_mutex);
	sdev->changing = false;
	srpt_apply_all(sdev);
	mutex_unlock(&srpt_ports_mutex);
	return ret;
}

/**
 * srpt_settle_srq() - give a device the receive queue that its ports ask for
 * @sdev: the device
 *
 * After directories came to a port with what was configured before.
 *
 * Context: May sleep.
 */
static void srpt_settle_srq(struct srpt_device *sdev)
{
	int ret;

	mutex_lock(&sdev->sdev_mutex);
	ret = srpt_change_srq(sdev);
	mutex_unlock(&sdev->sdev_mutex);
	if (ret)
		dev_warn(&sdev->device->dev,
			 "ib_srpt goes on without a shared receive queue: %pe\n",
			 ERR_PTR(ret));
}

/**
 * srpt_enable_tpg() - enable or disable a port
 * @se_tpg: a target portal group in one of its directories
 * @enable: whether initiators may log in
 *
 * Disabling does not need the device, so that what is left of a port can be
 * taken down; enabling does.
 *
 * Return: 0, or -ENODEV.
 */
static int srpt_enable_tpg(struct se_portal_group *se_tpg, bool enable)
{
	struct srpt_port_id *port_id = srpt_wwn_to_sport_id(se_tpg->se_tpg_wwn);
	struct srpt_port *sport;

	mutex_lock(&srpt_ports_mutex);
	sport = port_id->sport;
	if (!sport && enable) {
		mutex_unlock(&srpt_ports_mutex);
		return -ENODEV;
	}
	port_id->enabled = enable;
	if (sport) {
		if (sport->guid_id)
			sport->guid_id->enabled = enable;
		if (sport->gid_id)
			sport->gid_id->enabled = enable;
		srpt_apply_enabled(sport);
	}
	mutex_unlock(&srpt_ports_mutex);
	return 0;
}

static struct srpt_port_id *srpt_item_directory(struct config_item *item)
{
	return srpt_wwn_to_sport_id(attrib_to_tpg(item)->se_tpg_wwn);
}

static int srpt_read_attrib(struct config_item *item,
			    struct srpt_port_attrib *attrib)
{
	struct srpt_port_id *port_id = srpt_item_directory(item);
	int ret = -ENODEV;

	mutex_lock(&srpt_ports_mutex);
	if (port_id->sport) {
		*attrib = port_id->sport->port_attrib;
		ret = 0;
	}
	mutex_unlock(&srpt_ports_mutex);
	return ret;
}

/* Sets the number at an offset in the attributes. */
static ssize_t srpt_write_attrib(struct config_item *item, const char *page,
				 size_t count, size_t offset, u32 min, u32 max)
{
	struct srpt_port_id *port_id = srpt_item_directory(item);
	ssize_t ret = -ENODEV;
	u32 val;

	if (kstrtou32(page, 0, &val) || val < min || val > max) {
		pr_err("%s: expected a number from %u to %u\n", port_id->name,
		       min, max);
		return -EINVAL;
	}
	mutex_lock(&srpt_ports_mutex);
	if (port_id->sport) {
		*(u32 *)((void *)&port_id->sport->port_attrib + offset) = val;
		srpt_keep_attrib(port_id->sport);
		ret = count;
	}
	mutex_unlock(&srpt_ports_mutex);
	return ret;
}

static ssize_t srpt_tpg_attrib_srp_max_rdma_size_show(struct config_item *item,
						      char *page)
{
	struct srpt_port_attrib attrib;

	return srpt_read_attrib(item, &attrib) ?:
	       sysfs_emit(page, "%u\n", attrib.srp_max_rdma_size);
}

static ssize_t srpt_tpg_attrib_srp_max_rdma_size_store(struct config_item *item,
						       const char *page,
						       size_t count)
{
	return srpt_write_attrib(item, page, count,
				 offsetof(struct srpt_port_attrib,
					  srp_max_rdma_size),
				 DEFAULT_MAX_RDMA_SIZE, MAX_SRPT_RDMA_SIZE);
}

static ssize_t srpt_tpg_attrib_srp_max_rsp_size_show(struct config_item *item,
						     char *page)
{
	struct srpt_port_attrib attrib;

	return srpt_read_attrib(item, &attrib) ?:
	       sysfs_emit(page, "%u\n", attrib.srp_max_rsp_size);
}

static ssize_t srpt_tpg_attrib_srp_max_rsp_size_store(struct config_item *item,
						      const char *page,
						      size_t count)
{
	return srpt_write_attrib(item, page, count,
				 offsetof(struct srpt_port_attrib,
					  srp_max_rsp_size),
				 MIN_MAX_RSP_SIZE, MAX_SRPT_RSP_SIZE);
}

static ssize_t srpt_tpg_attrib_srp_sq_size_show(struct config_item *item,
						char *page)
{
	struct srpt_port_attrib attrib;

	return srpt_read_attrib(item, &attrib) ?:
	       sysfs_emit(page, "%u\n", attrib.srp_sq_size);
}

static ssize_t srpt_tpg_attrib_srp_sq_size_store(struct config_item *item,
						 const char *page,
						 size_t count)
{
	return srpt_write_attrib(item, page, count,
				 offsetof(struct srpt_port_attrib, srp_sq_size),
				 MIN_SRPT_SRQ_SIZE, MAX_SRPT_SRQ_SIZE);
}

static ssize_t srpt_tpg_attrib_use_srq_show(struct config_item *item,
					    char *page)
{
	struct srpt_port_attrib attrib;

	return srpt_read_attrib(item, &attrib) ?:
	       sysfs_emit(page, "%d\n", attrib.use_srq);
}

/* With the device kept by a reference. */
static int srpt_set_use_srq(struct srpt_port *sport, bool use_srq)
{
	struct srpt_device *sdev = sport->sdev;
	bool before;
	int ret;

	ret = mutex_lock_interruptible(&sdev->sdev_mutex);
	if (ret)
		return ret;

	mutex_lock(&srpt_ports_mutex);
	before = sport->port_attrib.use_srq;
	sport->port_attrib.use_srq = use_srq;
	srpt_keep_attrib(sport);
	mutex_unlock(&srpt_ports_mutex);

	ret = srpt_change_srq(sdev);
	if (ret) {
		mutex_lock(&srpt_ports_mutex);
		sport->port_attrib.use_srq = before;
		srpt_keep_attrib(sport);
		mutex_unlock(&srpt_ports_mutex);
	}
	mutex_unlock(&sdev->sdev_mutex);
	return ret;
}

static ssize_t srpt_tpg_attrib_use_srq_store(struct config_item *item,
					     const char *page, size_t count)
{
	struct srpt_port_id *port_id = srpt_item_directory(item);
	struct srpt_port *sport;
	unsigned long val;
	int ret;

	ret = kstrtoul(page, 0, &val);
	if (ret)
		return ret;
	if (val > 1)
		return -EINVAL;

	/* Changing the queue waits for sessions to end: not under the mutex. */
	mutex_lock(&srpt_ports_mutex);
	sport = port_id->sport;
	if (sport)
		ib_client_data_get(&sport->sdev->data);
	mutex_unlock(&srpt_ports_mutex);
	if (!sport)
		return -ENODEV;

	ret = srpt_set_use_srq(sport, val);
	ib_put_client_data(&sport->sdev->data);
	return ret ?: count;
}
