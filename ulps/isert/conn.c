// SPDX-License-Identifier: GPL-2.0
/*
 * How connections end, whoever has them.
 *
 * A connection belongs to
 *
 *  - its portal, from before it is accepted until the portal's thread takes it:
 *    it is on one of the portal's lists, with one reference.  Whoever takes it
 *    off, under isert_portal_conns_mutex, has that reference: to bind the
 *    connection, or to queue its release.
 *  - the iSCSI target, once it is bound, which takes a second reference.  The
 *    target ends it by isert_wait_conn() and isert_free_conn(), after a failed
 *    login or with the session.  The portal's thread, which begins the login,
 *    has a third one until it goes on to the next.
 *
 * isert_conn_end() has a connection end whose other end or device has gone.  One
 * of its portal's is released at once.  One of the target's is only marked and
 * its owner woken, from whatever it waits for: the login's thread or work, which
 * would wait for a request until the login's time is up, or the session's
 * threads.  Nobody waits there, and all of it may be called again.
 *
 * The RDMA/CM identifier and the reference to the device last as long as the
 * connection.  So no connection is left when the connection manager's own
 * removal of the device begins.
 *
 * Locks: &isert_device.lock, then &isert_conn.mutex, then
 * isert_portal_conns_mutex.  Nobody drains a queue pair with one of the latter
 * two held, as completions take them.
 */

/* Protects the lists of connections of all portals. */
static DEFINE_MUTEX(isert_portal_conns_mutex);

/* Takes a connection from its portal, unless somebody else has. */
static bool isert_take_conn(struct isert_conn *isert_conn)
{
	bool listed;

	mutex_lock(&isert_portal_conns_mutex);
	listed = !list_empty(&isert_conn->node);
	list_del_init(&isert_conn->node);
	mutex_unlock(&isert_portal_conns_mutex);
	return listed;
}

/* Ends a connection that the caller has taken from its portal. */
static void isert_release_unbound(struct isert_conn *isert_conn)
{
	lockdep_assert_held(&isert_conn->mutex);

	isert_conn_terminate(isert_conn);
	queue_work(isert_release_wq, &isert_conn->release_work);
}

/**
 * isert_drain_unbound() - wait for the completions of an unbound connection
 * @isert_conn: the connection, about to be released
 *
 * Context: Process context.
 */
static void isert_drain_unbound(struct isert_conn *isert_conn)
{
	/* isert_wait_conn() did so for the others. */
	if (!isert_conn->conn)
		ib_drain_qp(isert_conn->qp);
}

/* From here on a removal sees the connection, and so does its portal. */
static int isert_list_conn(struct isert_np *isert_np,
			   struct isert_conn *isert_conn)
{
	struct isert_device *device = isert_conn->device;
	int ret = 0;

	mutex_lock(&device->lock);
	if (device->removing) {
		ret = -ENODEV;
	} else {
		list_add_tail(&isert_conn->life.entry, &device->conns);
		mutex_lock(&isert_portal_conns_mutex);
		list_add_tail(&isert_conn->node, &isert_np->accepted);
		mutex_unlock(&isert_portal_conns_mutex);
	}
	mutex_unlock(&device->lock);
	return ret;
}

/**
 * isert_accept_conn() - accept a connection for a portal
 * @isert_np: the portal, which handles the request and is therefore there
 * @isert_conn: the connection, set up; the portal's on success
 *
 * Context: The connection's request handler, which keeps the release of the
 * connection from being completed.
 * Return: 0, or a negative error and the connection is still the caller's.
 */
static int isert_accept_conn(struct isert_np *isert_np,
			     struct isert_conn *isert_conn)
{
	int ret;

	ret = isert_list_conn(isert_np, isert_conn);
	if (ret)
		goto drain;

	ret = isert_rdma_accept(isert_conn);
	if (!ret)
		return 0;

	/* A removal that was quicker releases it. */
	if (!isert_take_conn(isert_conn))
		return 0;
drain:
	/* The login's buffer is posted. */
	ib_drain_qp(isert_conn->qp);
	return ret;
}

/**
 * isert_connected_handler() - a connection is established
 * @cma_id: its identifier
 *
 * Context: CM handler.
 */
static void isert_connected_handler(struct rdma_cm_id *cma_id)
{
	struct isert_conn *isert_conn = cma_id->qp->qp_context;
	struct isert_np *isert_np = cma_id->context;

	mutex_lock(&isert_conn->mutex);
	mutex_lock(&isert_portal_conns_mutex);
	/* Somebody took it, perhaps because the portal goes. */
	if (isert_conn->state == ISER_CONN_INIT && !isert_conn->life.gone &&
	    !list_empty(&isert_conn->node)) {
		isert_conn->state = ISER_CONN_UP;
		list_move_tail(&isert_conn->node, &isert_np->pending);
		up(&isert_np->sem);
	}
	mutex_unlock(&isert_portal_conns_mutex);
	mutex_unlock(&isert_conn->mutex);
}

/**
 * isert_queue_login() - have the login work run
 * @isert_conn: the connection of the login, which was parked
 *
 * The work may end the login and free the target's side of the connection: not
 * while the portal's thread still looks at it.
 *
 * Context: Process context, with the connection's mutex held.
 */
static void isert_queue_login(struct isert_conn *isert_conn)
{
	lockdep_assert_held(&isert_conn->mutex);

	if (isert_conn->life.held)
		isert_conn->life.due = true;
	else
		queue_delayed_work(isert_login_wq,
				   &isert_conn->conn->login_work, 0);
}

/**
 * isert_let_go() - a portal's thread is done with its last login
 * @isert_np: the portal
 *
 * Context: The portal's thread, or whoever takes the portal down after it.
 */
static void isert_let_go(struct isert_np *isert_np)
{
	struct isert_conn *isert_conn = isert_np->served;

	if (!isert_conn)
		return;
	isert_np->served = NULL;

	mutex_lock(&isert_conn->mutex);
	isert_conn->life.held = false;
	if (isert_conn->life.due) {
		isert_conn->life.due = false;
		isert_queue_login(isert_conn);
	}
	mutex_unlock(&isert_conn->mutex);
	isert_put_conn(isert_conn);
}

/* Wakes a login from whatever it waits for. */
static void isert_end_login(struct isert_conn *isert_conn)
{
	lockdep_assert_held(&isert_conn->mutex);

	/* The thread that waits for the first request, or the work for others. */
	complete(&isert_conn->login_req_comp);
	complete(&isert_conn->login_comp);
	if (isert_conn->life.parked) {
		isert_conn->life.parked = false;
		isert_queue_login(isert_conn);
	}
}

/**
 * isert_conn_end() - a connection shall end
 * @isert_conn: the connection, which the caller knows to be there
 *
 * Context: Process context, CM handlers included; waits for nobody.
 */
static void isert_conn_end(struct isert_conn *isert_conn)
{
	mutex_lock(&isert_conn->mutex);
	isert_conn->life.gone = true;
	wake_up(&isert_conn->life.wait);
	switch (isert_conn->state) {
	case ISER_CONN_INIT:
	case ISER_CONN_UP:
		if (isert_take_conn(isert_conn))
			isert_release_unbound(isert_conn);
		break;
	case ISER_CONN_BOUND:
		/* A thread that is woken in a login stays away from a session. */
		if (isert_conn->life.complete)
			break;
		isert_end_login(isert_conn);
		fallthrough;
	case ISER_CONN_FULL_FEATURE:
		iscsit_cause_connection_reinstatement(isert_conn->conn, 0);
		break;
	default:
		break;
	}
	mutex_unlock(&isert_conn->mutex);
}

static struct isert_conn *isert_take_first(struct list_head *list)
{
	struct isert_conn *isert_conn;

	mutex_lock(&isert_portal_conns_mutex);
	isert_conn = list_first_entry_or_null(list, struct isert_conn, node);
	if (isert_conn)
		list_del_init(&isert_conn->node);
	mutex_unlock(&isert_portal_conns_mutex);
	return isert_conn;
}

/**
 * isert_take_pending() - take an established connection from a portal
 * @isert_np: the portal
 *
 * Context: Process context.
 * Return: the connection, which the caller has to bind or to release; NULL if
 * there is none.
 */
static struct isert_conn *isert_take_pending(struct isert_np *isert_np)
{
	return isert_take_first(&isert_np->pending);
}

/**
 * isert_bind_conn() - the iSCSI target takes a connection over
 * @isert_np: the portal, which holds on to the connection until isert_let_go()
 * @isert_conn: the connection, which the caller took from its portal
 * @conn: the target's side of it
 *
 * Context: The portal's thread.
 * Return: false if the connection is gone, and released.
 */
static bool isert_bind_conn(struct isert_np *isert_np,
			    struct isert_conn *isert_conn,
			    struct iscsit_conn *conn)
{
	bool gone;

	mutex_lock(&isert_conn->mutex);
	gone = isert_conn->life.gone;
	if (gone) {
		isert_release_unbound(isert_conn);
	} else {
		/* One for the target, one for the portal's thread. */
		kref_get(&isert_conn->kref);
		kref_get(&isert_conn->kref);
		isert_np->served = isert_conn;
		isert_conn->life.held = true;
		conn->context = isert_conn;
		isert_conn->conn = conn;
		isert_conn->state = ISER_CONN_BOUND;
	}
	mutex_unlock(&isert_conn->mutex);
	return !gone;
}

/**
 * isert_drop_np_conns() - release the connections of a portal that goes
 * @isert_np: the portal, which has no listener any more
 *
 * Context: Process context.
 */
static void isert_drop_np_conns(struct isert_np *isert_np)
{
	struct isert_conn *isert_conn;

	while ((isert_conn = isert_take_pending(isert_np)) ||
	       (isert_conn = isert_take_first(&isert_np->accepted))) {
		mutex_lock(&isert_conn->mutex);
		isert_release_unbound(isert_conn);
		mutex_unlock(&isert_conn->mutex);
	}
}

/**
 * isert_conn_gone() - shall a login end?
 * @isert_conn: its connection
 *
 * Context: The owner of the login.
 */
static bool isert_conn_gone(struct isert_conn *isert_conn)
{
	return READ_ONCE(isert_conn->life.gone);
}

/**
 * isert_park_login() - a login is about to wait for the next request
 * @isert_conn: its connection
 *
 * Context: The owner of the login, which it stays until a request can come.
 * Return: 0, or -ENODEV if no request will come: the login has failed.
 */
static int isert_park_login(struct isert_conn *isert_conn)
{
	int ret = 0;

	mutex_lock(&isert_conn->mutex);
	if (isert_conn->life.gone)
		ret = -ENODEV;
	else
		isert_conn->life.parked = true;
	mutex_unlock(&isert_conn->mutex);
	return ret;
}

/**
 * isert_unpark_login() - the initiator could not be answered
 * @isert_conn: the connection of the login
 * @login: the login, which was parked unless it has failed
 * @error: why
 *
 * Context: Whoever had the login.
 * Return: @error, and the caller has the login again; or 0, and the login work
 * has it, which somebody queued to end it.
 */
static int isert_unpark_login(struct isert_conn *isert_conn,
			      struct iscsi_login *login, int error)
{
	/* The work that would end a parked one waits for us or has it. */
	if (READ_ONCE(login->login_failed))
		return error;

	mutex_lock(&isert_conn->mutex);
	if (isert_conn->life.parked)
		isert_conn->life.parked = false;
	else
		error = 0;
	mutex_unlock(&isert_conn->mutex);
	return error;
}

/* For a refusal to reach the initiator, unless that has gone. */
#define ISERT_REFUSAL_TIMEOUT	(3 * HZ)

/**
 * isert_answer_login() - send the answer to a login request
 * @isert_conn: the connection of the login
 * @login: the login, parked unless the answer refuses it
 * @tx_desc: the answer
 *
 * The owner of a login that is refused disconnects next, which has the queue pair
 * drop what it has not sent: that is waited for.
 *
 * Context: The owner of the login.  May sleep.
 * Return: 0, or a negative error and the login is still the caller's.
 */
static int isert_answer_login(struct isert_conn *isert_conn,
			      struct iscsi_login *login,
			      struct iser_tx_desc *tx_desc)
{
	/* It may have gone on when an answer of another kind is posted. */
	bool refused = login->login_failed;
	int ret;

	ret = isert_login_post_send(isert_conn, tx_desc);
	if (ret)
		return isert_unpark_login(isert_conn, login, ret);
	if (refused)
		wait_event_timeout(isert_conn->life.wait,
				   !atomic_read(&isert_conn->life.unsent) ||
				   isert_conn_gone(isert_conn),
				   ISERT_REFUSAL_TIMEOUT);
	return 0;
}

/**
 * isert_post_answer() - post an answer to a login request
 * @isert_conn: the connection
 * @send_wr: the request that sends it, completed by isert_answer_sent()
 *
 * Context: Process context.
 * Return: 0 or the error of the device.
 */
static int isert_post_answer(struct isert_conn *isert_conn,
			     struct ib_send_wr *send_wr)
{
	int ret;

	atomic_inc(&isert_conn->life.unsent);
	ret = ib_post_send(isert_conn->qp, send_wr, NULL);
	if (ret)
		atomic_dec(&isert_conn->life.unsent);
	return ret;
}

/**
 * isert_answer_sent() - an answer is with the initiator, or will not be
 * @isert_conn: the connection; its queue pair is drained before it is freed
 *
 * Context: The connection's completion handler.
 */
static void isert_answer_sent(struct isert_conn *isert_conn)
{
	if (atomic_dec_and_test(&isert_conn->life.unsent))
		wake_up(&isert_conn->life.wait);
}

/**
 * isert_complete_login() - a login is about to succeed
 * @isert_conn: its connection
 *
 * The response is sent by the session's receive thread.
 *
 * Context: The owner of the login.
 * Return: 0, or -ENODEV if the connection is gone: the login has failed.
 */
static int isert_complete_login(struct isert_conn *isert_conn)
{
	int ret = 0;

	mutex_lock(&isert_conn->mutex);
	if (isert_conn->life.gone) {
		ret = -ENODEV;
	} else {
		isert_conn->life.complete = true;
		isert_conn->login_rsp_pending = true;
	}
	mutex_unlock(&isert_conn->mutex);
	return ret;
}

/**
 * isert_login_req_received() - a login request is in the connection's buffer
 * @isert_conn: the connection
 *
 * The first one the portal's thread waits for, the others the login work is
 * queued for.
 *
 * Context: The connection's completion handler.
 */
static void isert_login_req_received(struct isert_conn *isert_conn)
{
	mutex_lock(&isert_conn->mutex);
	/* As long as a login is parked, nobody frees it. */
	if (isert_conn->life.parked &&
	    !isert_conn->conn->conn_login->first_request) {
		/* Left waiting like one whose initiator says nothing. */
		if (isert_check_login_req(isert_conn))
			goto out;
		isert_conn->life.parked = false;
		isert_rx_login_req(isert_conn);
	}
	complete(&isert_conn->login_req_comp);
out:
	mutex_unlock(&isert_conn->mutex);
}

/**
 * isert_enter_full_feature() - a login was successful
 * @isert_conn: its connection
 *
 * Context: The session's receive thread, which is woken from here on when the
 * connection shall end.
 * Return: false if it shall end already.
 */
static bool isert_enter_full_feature(struct isert_conn *isert_conn)
{
	bool enter;

	mutex_lock(&isert_conn->mutex);
	enter = isert_conn->state == ISER_CONN_BOUND && !isert_conn->life.gone;
	if (enter)
		isert_conn->state = ISER_CONN_FULL_FEATURE;
	mutex_unlock(&isert_conn->mutex);
	return enter;
}

/**
 * isert_logout_unsent() - a response could not be sent
 * @isert_conn: the connection
 * @isert_cmd: the command that it was for
 * @ib_dev: its device
 *
 * If that was a logout, isert_wait4logout() need not wait for it, and the end of
 * the connection frees it with the other commands that are left.
 *
 * Context: The connection's completion handler.
 * Return: true for a logout, which is not to be used any more.
 */
static bool isert_logout_unsent(struct isert_conn *isert_conn,
				struct isert_cmd *isert_cmd,
				struct ib_device *ib_dev)
{
	if (isert_cmd->iscsit_cmd->i_state != ISTATE_SEND_LOGOUTRSP)
		return false;

	isert_unmap_tx_desc(&isert_cmd->tx_desc, ib_dev);
	complete(&isert_conn->conn->conn_logout_comp);
	return true;
}

/**
 * isert_logout_sent() - the response to a logout was sent
 * @cmd: the logout; not to be used when this returns
 *
 * isert_wait4logout() keeps the connection until the target needs it no more.
 *
 * Context: Process context.  Waits for the connection to be closed, if that is
 * what the initiator wants.
 */
static void isert_logout_sent(struct iscsit_cmd *cmd)
{
	struct iscsit_conn *conn = cmd->conn;

	/* Which says so by itself, unless the connection is to stay. */
	if (iscsit_logout_post_handler(cmd, conn))
		complete(&conn->conn_logout_comp);
}
