// SPDX-License-Identifier: GPL-2.0
/*
 * Names of ports, and the directories of configfs that have these names.
 *
 * A port has two names that are made of its GID, and devices may have equal
 * GIDs.  A plain name means the port that was there first; any port can be meant
 * by its device as well: name@device_port.  A directory waits for its port when
 * the device goes.  As long as nobody else has been seen with its name the port
 * that comes with the name is the one; else it must be on the same device.
 */

/* All there are; under srpt_ports_mutex. */
static LIST_HEAD(srpt_port_ids);

/* Where the directory of that name belongs, NULL if the port is not called so. */
static struct srpt_port_id **srpt_place(struct srpt_port *sport,
					const char *plain)
{
	if (!strcmp(sport->guid_name, plain))
		return &sport->guid_id;
	if (!strcmp(sport->gid_name, plain))
		return &sport->gid_id;
	return NULL;
}

/* The first port that has the name, or the one on a certain device. */
static struct srpt_port *srpt_find_port(const char *plain, const char *owner)
{
	struct srpt_device *sdev;
	struct srpt_port *sport;
	u32 i;

	lockdep_assert_held(&srpt_ports_mutex);

	list_for_each_entry(sdev, &srpt_dev_list, list) {
		for (i = 0; i < sdev->device->phys_port_cnt; i++) {
			sport = &sdev->port[i];
			if (srpt_place(sport, plain) &&
			    (!owner || !strcmp(sport->owner, owner)))
				return sport;
		}
	}
	return NULL;
}

/* Another port than @sport that has the name. */
static struct srpt_port *srpt_find_rival(struct srpt_port *self,
					 const char *plain)
{
	struct srpt_device *sdev;
	struct srpt_port *sport;
	u32 i;

	lockdep_assert_held(&srpt_ports_mutex);

	list_for_each_entry(sdev, &srpt_dev_list, list) {
		for (i = 0; i < sdev->device->phys_port_cnt; i++) {
			sport = &sdev->port[i];
			if (sport != self && srpt_place(sport, plain))
				return sport;
		}
	}
	return NULL;
}

/* From here on the directories of that name know that it is not unique. */
static void srpt_report_rival(struct srpt_port *sport, const char *plain)
{
	struct srpt_port *rival = srpt_find_rival(sport, plain);
	struct srpt_port_id *port_id;

	if (!rival)
		return;
	pr_warn("%s has the name of %s: it is %s@%s\n", sport->owner,
		rival->owner, plain, sport->owner);
	list_for_each_entry(port_id, &srpt_port_ids, entry) {
		if (!strcmp(port_id->plain, plain))
			port_id->shared = true;
	}
}

static void srpt_bind(struct srpt_port_id *port_id, struct srpt_port *sport)
{
	*srpt_place(sport, port_id->plain) = port_id;
	port_id->sport = sport;
	strscpy(port_id->owner, sport->owner, sizeof(port_id->owner));
}

/**
 * srpt_claim_directories() - give a port the directories that wait for it
 * @sport: the port; its names are set
 *
 * With them comes what was configured.  A shared receive queue is the caller's
 * to make, by srpt_settle_srq(): until then there are no logins.
 *
 * Context: srpt_ports_mutex is held.
 */
static void srpt_claim_directories(struct srpt_port *sport)
{
	struct srpt_port_id *port_id, **place;

	lockdep_assert_held(&srpt_ports_mutex);

	if (sport->sdev->removing)
		return;
	list_for_each_entry(port_id, &srpt_port_ids, entry) {
		if (port_id->sport)
			continue;
		place = srpt_place(sport, port_id->plain);
		if (!place || *place)
			continue;
		if (port_id->shared && strcmp(port_id->owner, sport->owner)) {
			pr_info("%s is not %s, which %s belongs to\n",
				sport->owner, port_id->owner, port_id->name);
			continue;
		}
		srpt_bind(port_id, sport);
		sport->port_attrib = port_id->port_attrib;
		if (sport->port_attrib.use_srq != sport->sdev->use_srq)
			sport->sdev->changing = true;
		pr_info("%s is back: %s\n", port_id->name, sport->owner);
	}
	srpt_apply_enabled(sport);
}

/**
 * srpt_leave_directories() - the device of a port goes
 * @sport: the port
 *
 * Its directories stay, with what was configured.
 *
 * Context: srpt_ports_mutex is held.
 */
static void srpt_leave_directories(struct srpt_port *sport)
{
	struct srpt_port_id **places[] = { &sport->guid_id, &sport->gid_id };
	int i;

	lockdep_assert_held(&srpt_ports_mutex);

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		if (!*places[i])
			continue;
		pr_info("%s waits for its device, %s is gone\n",
			(*places[i])->name, sport->owner);
		(*places[i])->sport = NULL;
		*places[i] = NULL;
	}
}

/**
 * srpt_own_port() - note which device a port is on
 * @sport: the port
 *
 * Context: srpt_ports_mutex is held.
 */
static void srpt_own_port(struct srpt_port *sport)
{
	lockdep_assert_held(&srpt_ports_mutex);

	snprintf(sport->owner, sizeof(sport->owner), "%s_%d",
		 dev_name(&sport->sdev->device->dev), sport->port);
	if (sport->guid_id)
		strscpy(sport->guid_id->owner, sport->owner,
			sizeof(sport->guid_id->owner));
	if (sport->gid_id)
		strscpy(sport->gid_id->owner, sport->owner,
			sizeof(sport->gid_id->owner));
}

/**
 * srpt_name_port() - name a port after its GID
 * @sport: the port; its GID is set
 *
 * A directory that has the old name keeps it, and its port.
 *
 * Context: May sleep.
 */
static void srpt_name_port(struct srpt_port *sport)
{
	char guid[SRPT_PLAIN_LEN], gid[SRPT_PLAIN_LEN];

	srpt_format_guid(guid, sizeof(guid), &sport->gid.global.interface_id);
	snprintf(gid, sizeof(gid), "0x%016llx%016llx",
		 be64_to_cpu(sport->gid.global.subnet_prefix),
		 be64_to_cpu(sport->gid.global.interface_id));

	mutex_lock(&srpt_ports_mutex);
	if (!strcmp(guid, sport->guid_name) && !strcmp(gid, sport->gid_name)) {
		mutex_unlock(&srpt_ports_mutex);
		return;
	}
	strscpy(sport->guid_name, guid, sizeof(sport->guid_name));
	strscpy(sport->gid_name, gid, sizeof(sport->gid_name));
	srpt_report_rival(sport, sport->guid_name);
	srpt_report_rival(sport, sport->gid_name);
	srpt_claim_directories(sport);
	mutex_unlock(&srpt_ports_mutex);
	srpt_settle_srq(sport->sdev);
}

static struct srpt_port_id *srpt_wwn_to_sport_id(struct se_wwn *wwn)
{
	return container_of(wwn, struct srpt_port_id, wwn);
}

/**
 * srpt_port_is_present() - whether the device of a directory's port is there
 * @port_id: the directory
 *
 * Context: May sleep.
 * Return: true if so; it may go at any time.
 */
static bool srpt_port_is_present(struct srpt_port_id *port_id)
{
	bool present;

	mutex_lock(&srpt_ports_mutex);
	present = port_id->sport;
	mutex_unlock(&srpt_ports_mutex);
	return present;
}

/**
 * srpt_make_nodeacl() - a directory for an initiator is being made
 * @nacl: its ACL
 * @name: what the directory is called
 *
 * Context: May sleep.
 * Return: 0, -ENODEV while the device of the port is away, or another negative
 * error if no initiator can have that name.
 */
static int srpt_make_nodeacl(struct se_node_acl *nacl, const char *name)
{
	int ret = -ENODEV;

	if (srpt_port_is_present(srpt_wwn_to_sport_id(nacl->se_tpg->se_tpg_wwn)))
		ret = srpt_init_nodeacl(nacl, name);
	/*
	 * The target core frees a refused ACL, but not a name that is too long
	 * to be a part of it.
	 */
	if (ret)
		config_item_set_name(&nacl->acl_group.cg_item, "refused");
	return ret;
}

/* Finds the port that a new directory's name means, or says why there is none. */
static int srpt_bind_new(struct srpt_port_id *port_id)
{
	const char *owner = strchr(port_id->name, '@');
	struct srpt_port *sport;

	lockdep_assert_held(&srpt_ports_mutex);

	sport = srpt_find_port(port_id->plain, owner ? owner + 1 : NULL);
	if (!sport) {
		pr_info("no RDMA port is called %s\n", port_id->name);
		return -ENODEV;
	}
	if (*srpt_place(sport, port_id->plain)) {
		pr_info("%s has a directory of that name: %s\n", sport->owner,
			(*srpt_place(sport, port_id->plain))->name);
		return -EEXIST;
	}
	port_id->shared = owner || srpt_find_rival(sport, port_id->plain);
	port_id->port_attrib = sport->port_attrib;
	port_id->enabled = (sport->guid_id && sport->guid_id->enabled) ||
			   (sport->gid_id && sport->gid_id->enabled);
	srpt_bind(port_id, sport);
	list_add_tail(&port_id->entry, &srpt_port_ids);
	return 0;
}

/**
 * srpt_make_tport() - mkdir of a directory for a port
 * @tf: not used
 * @group: not used
 * @name: what it is to be called
 *
 * Return: what the target core shall know it as; -EINVAL for what can not be a
 * name; -ENODEV if no port has the name; -EEXIST if the port has a directory
 * whose name differs only in whether it tells the device.
 */
static struct se_wwn *srpt_make_tport(struct target_fabric_configfs *tf,
				      struct config_group *group,
				      const char *name)
{
	size_t plain_len = strcspn(name, "@");
	struct srpt_port_id *port_id;
	int ret;

	port_id = kzalloc(sizeof(*port_id), GFP_KERNEL);
	if (!port_id)
		return ERR_PTR(-ENOMEM);
	mutex_init(&port_id->mutex);
	INIT_LIST_HEAD(&port_id->tpg_list);

	/* No port is called so, or has no name yet. */
	if (!plain_len || plain_len >= sizeof(port_id->plain) ||
	    strscpy(port_id->name, name, sizeof(port_id->name)) < 0) {
		ret = -EINVAL;
		goto err_free;
	}
	memcpy(port_id->plain, name, plain_len);

	mutex_lock(&srpt_ports_mutex);
	ret = srpt_bind_new(port_id);
	mutex_unlock(&srpt_ports_mutex);
	if (ret)
		goto err_free;
	return &port_id->wwn;

err_free:
	mutex_destroy(&port_id->mutex);
	kfree(port_id);
	return ERR_PTR(ret);
}

/**
 * srpt_drop_tport() - rmdir of a port's directory
 * @wwn: what the target core knew it as
 */
static void srpt_drop_tport(struct se_wwn *wwn)
{
	struct srpt_port_id *port_id = srpt_wwn_to_sport_id(wwn);
	struct srpt_port *sport;

	mutex_lock(&srpt_ports_mutex);
	list_del(&port_id->entry);
	sport = port_id->sport;
	if (sport) {
		if (sport->guid_id == port_id)
			sport->guid_id = NULL;
		else
			sport->gid_id = NULL;
		srpt_apply_enabled(sport);
	}
	mutex_unlock(&srpt_ports_mutex);

	mutex_destroy(&port_id->mutex);
	kfree(port_id);
}
