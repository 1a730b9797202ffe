// SPDX-License-Identifier: GPL-2.0
/*
 * Logins and channels against the removal of their device, and against the
 * removal of what they log in to.
 *
 * Who finds a device for a login takes a reference to its client data, as long
 * as look-ups succeed; a channel holds another one until it is freed.  Removal
 * disables the port and closes the channels that it finds, under the port's
 * mutex; a channel that comes later finds the port disabled under the same mutex
 * and closes itself.  Closing does not need the peer: it puts the queue pair into
 * the error state, and the work that the last completion queues releases all.
 */

/**
 * srpt_sport_get() - count a login or a channel of a port
 * @sport: the port, which the caller keeps valid
 *
 * Context: Any.
 */
static void srpt_sport_get(struct srpt_port *sport)
{
	ib_client_data_get(&sport->sdev->data);
	atomic_inc(&sport->refcount);
}

/**
 * srpt_sport_put() - a login or a channel is done with its port
 * @sport: the port; may be gone when this returns
 *
 * Context: Any.
 */
static void srpt_sport_put(struct srpt_port *sport)
{
	if (atomic_dec_and_test(&sport->refcount))
		wake_up(&sport->idle);
	ib_put_client_data(&sport->sdev->data);
}

/**
 * srpt_login() - handle a login request
 * @sdev: the device that it came over, which the caller keeps valid
 * @ib_cm_id: the connection, over IB/CM
 * @rdma_cm_id: the connection, over RDMA/CM
 * @port_num: the port of the device
 * @pkey: partition of the connection
 * @req: what the initiator says
 * @src_addr: who the initiator is
 *
 * Context: The handler of the connection request.
 * Return: 0 if the connection now belongs to a channel, else an error.
 */
static int srpt_login(struct srpt_device *sdev, struct ib_cm_id *ib_cm_id,
		      struct rdma_cm_id *rdma_cm_id, u8 port_num, __be16 pkey,
		      const struct srp_login_req *req, const char *src_addr)
{
	struct srpt_port *sport = &sdev->port[port_num - 1];
	int ret;

	/* Who disables the port and then counts does not miss this login. */
	mutex_lock(&sport->mutex);
	srpt_sport_get(sport);
	mutex_unlock(&sport->mutex);

	ret = srpt_cm_req_recv(sdev, ib_cm_id, rdma_cm_id, port_num, pkey, req,
			       src_addr);
	srpt_sport_put(sport);
	return ret;
}

/**
 * srpt_rdma_cm_login() - handle a login request that came over RDMA/CM
 * @cm_id: the connection; it tells the device
 * @pkey: partition of the connection
 * @req: what the initiator says
 * @src_addr: who the initiator is
 *
 * Context: The handler of the connection request.
 * Return: 0 if the connection now belongs to a channel, else an error.
 */
static int srpt_rdma_cm_login(struct rdma_cm_id *cm_id, __be16 pkey,
			      const struct srp_login_req *req,
			      const char *src_addr)
{
	struct srpt_device *sdev = srpt_get_device(cm_id->device);
	int ret;

	if (!sdev) {
		/* Initiators may try in their thousands while a device goes. */
		pr_info_ratelimited("rejected %s: %s is going away\n", src_addr,
				    dev_name(&cm_id->device->dev));
		return -ECONNREFUSED;
	}
	ret = srpt_login(sdev, NULL, cm_id, cm_id->port_num, pkey, req,
			 src_addr);
	ib_put_client_data(&sdev->data);
	return ret;
}

static struct se_session *srpt_try_directory(struct srpt_port_id *port_id,
					     struct srpt_rdma_ch *ch,
					     const char *initiator,
					     unsigned int tag_num,
					     unsigned int tag_size)
{
	struct se_session *sess = ERR_PTR(-EACCES);
	struct srpt_tpg *stpg;

	if (!port_id)
		return sess;
	mutex_lock(&port_id->mutex);
	list_for_each_entry(stpg, &port_id->tpg_list, entry) {
		sess = target_setup_session(&stpg->tpg, tag_num, tag_size,
					    TARGET_PROT_NORMAL, initiator, ch,
					    NULL);
		if (!IS_ERR(sess))
			break;
	}
	mutex_unlock(&port_id->mutex);
	return sess;
}

/**
 * srpt_setup_session() - find who lets an initiator in
 * @ch: the channel; its session is set when srpt_ports_mutex is released
 * @i_port_id: the initiator's port, with 0x in front of it
 * @tag_num: how many commands the session may have
 * @tag_size: size of our part of a command
 *
 * Return: the session, or an ERR_PTR, never NULL.
 */
static struct se_session *srpt_setup_session(struct srpt_rdma_ch *ch,
					     const char *i_port_id,
					     unsigned int tag_num,
					     unsigned int tag_size)
{
	struct srpt_port *sport = ch->sport;
	const struct {
		struct srpt_port_id **port_id;
		const char *initiator;
	} tries[] = {
		{ &sport->guid_id, ch->sess_name },
		{ &sport->gid_id, i_port_id },
		{ &sport->gid_id, i_port_id + strlen("0x") },
	};
	struct se_session *sess;
	int i;

	mutex_lock(&srpt_ports_mutex);
	for (i = 0; i < ARRAY_SIZE(tries); i++) {
		sess = srpt_try_directory(*tries[i].port_id, ch,
					  tries[i].initiator, tag_num,
					  tag_size);
		if (!IS_ERR(sess))
			break;
	}
	/* A logout may come as soon as the session is registered. */
	ch->sess = sess;
	mutex_unlock(&srpt_ports_mutex);
	return sess;
}

/**
 * srpt_await_logout() - wait until no logout is about to use a session
 * @ch: the channel of a session that is stopped
 *
 * The target core takes a session off the list of its ACL and then, without any
 * lock, calls srpt_close_session().  Once the session is stopped it no longer
 * begins to.
 *
 * Context: The release of @ch; may sleep.
 */
static void srpt_await_logout(struct srpt_rdma_ch *ch)
{
	struct se_node_acl *nacl = ch->sess->se_node_acl;
	bool begun;

	spin_lock_irq(&nacl->nacl_sess_lock);
	begun = list_empty(&ch->sess->sess_acl_list);
	spin_unlock_irq(&nacl->nacl_sess_lock);
	if (begun)
		wait_for_completion(&ch->logout);
}

/**
 * srpt_close_session() - end a session because its ACL goes
 * @se_sess: the session; srpt_await_logout() keeps it
 *
 * Context: May sleep; returns when the session is gone.
 */
static void srpt_close_session(struct se_session *se_sess)
{
	struct srpt_rdma_ch *ch = se_sess->fabric_sess_ptr;
	struct srpt_port *sport = ch->sport;

	kref_get(&ch->kref);
	/* The login has stored the session where the release looks for it. */
	mutex_lock(&srpt_ports_mutex);
	mutex_unlock(&srpt_ports_mutex);
	complete(&ch->logout);

	mutex_lock(&sport->mutex);
	srpt_disconnect_ch(ch);
	/* The other end need not be there to agree. */
	srpt_close_ch(ch);
	mutex_unlock(&sport->mutex);

	while (!wait_for_completion_timeout(&ch->released, 5 * HZ))
		pr_info("%s: still %s after logout\n", ch->sess_name,
			get_ch_state_name(ch->state));
	kref_put(&ch->kref, srpt_free_ch);
}
