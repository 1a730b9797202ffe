// SPDX-License-Identifier: GPL-2.0
/*
 * How connections end: with their endpoint, or with their device.
 *
 * A removal takes from each connection on the device all that belongs to the
 * device: queue pair, completion queue, registered and mapped memory, at last
 * the RDMA/CM identifier.  What is left, memory and the iSCSI session, is for
 * iSCSI's own error recovery, which is told of the failure and takes as long as
 * it likes.
 */
#include "iscsi_iser.h"

/**
 * iser_life_init() - prepare a connection
 * @iser_conn: the connection; the caller gets the endpoint's reference
 */
void iser_life_init(struct iser_conn *iser_conn)
{
	kref_init(&iser_conn->life.ref);
	INIT_LIST_HEAD(&iser_conn->life.entry);
}

static void iser_conn_free(struct kref *ref)
{
	struct iser_conn *iser_conn =
		container_of(ref, struct iser_conn, life.ref);

	mutex_destroy(&iser_conn->state_mutex);
	kfree(iser_conn);
}

/**
 * iser_conn_get() - keep a connection's memory
 * @iser_conn: the connection, which the caller knows to be there
 *
 * Context: Any context.
 */
void iser_conn_get(struct iser_conn *iser_conn)
{
	kref_get(&iser_conn->life.ref);
}

/**
 * iser_conn_put() - give a reference back
 * @iser_conn: the connection; may be freed when this returns
 *
 * Context: Process context.
 */
void iser_conn_put(struct iser_conn *iser_conn)
{
	kref_put(&iser_conn->life.ref, iser_conn_free);
}

/**
 * iser_conn_drop_id() - leave the identifier to the connection manager
 * @iser_conn: the connection
 *
 * Context: The identifier's event handler, which is told of a removal; with the
 * connection's state_mutex held.
 * Return: what the handler has to: 1, and the connection manager destroys the
 * identifier, or 0 if somebody else has it and does.
 */
int iser_conn_drop_id(struct iser_conn *iser_conn)
{
	lockdep_assert_held(&iser_conn->state_mutex);

	if (!iser_conn->ib_conn.cma_id)
		return 0;
	iser_conn->ib_conn.cma_id = NULL;
	return 1;
}

/**
 * iser_conn_destroy_id() - destroy the identifier, unless somebody else does
 * @iser_conn: the connection, to which the caller has a reference; has nothing
 *	else left on the device
 *
 * Context: Process context; waits for running event handlers, which take the
 * connection's state_mutex.
 */
void iser_conn_destroy_id(struct iser_conn *iser_conn)
{
	struct ib_conn *ib_conn = &iser_conn->ib_conn;
	struct rdma_cm_id *cma_id;

	mutex_lock(&iser_conn->state_mutex);
	cma_id = ib_conn->cma_id;
	ib_conn->cma_id = NULL;
	mutex_unlock(&iser_conn->state_mutex);

	if (cma_id)
		rdma_destroy_id(cma_id);
}

/**
 * iser_conn_get_addr() - what sysfs shows of the other end
 * @iser_conn: the connection of an endpoint, or NULL
 * @param: ISCSI_PARAM_CONN_PORT or ISCSI_PARAM_CONN_ADDRESS
 * @buf: a page for the answer
 *
 * Context: Process context.
 * Return: the length of the answer or a negative error.
 */
int iser_conn_get_addr(struct iser_conn *iser_conn, enum iscsi_param param,
		       char *buf)
{
	struct rdma_cm_id *cma_id;
	int ret = -ENOTCONN;

	if (!iser_conn)
		return ret;

	mutex_lock(&iser_conn->state_mutex);
	cma_id = iser_conn->ib_conn.cma_id;
	if (cma_id)
		ret = iscsi_conn_get_addr_param(&cma_id->route.addr.dst_addr,
						param, buf);
	mutex_unlock(&iser_conn->state_mutex);
	return ret;
}

/**
 * iser_conn_wait() - wait until a connection is established or has failed
 * @iser_conn: the connection
 *
 * Ends early with a signal.
 *
 * Context: Process context, with the connection's state_mutex held, which is
 * dropped meanwhile.
 */
void iser_conn_wait(struct iser_conn *iser_conn)
{
	long left = 1;

	/* A failure completes nothing: it is looked for. */
	while (iser_conn->state == ISER_CONN_PENDING && left >= 0) {
		mutex_unlock(&iser_conn->state_mutex);
		left = wait_for_completion_interruptible_timeout(&iser_conn->up_completion,
								 HZ / 10);
		mutex_lock(&iser_conn->state_mutex);
	}
}

/**
 * iser_connect_error() - the connection manager gives a connection up
 * @cma_id: its identifier
 *
 * Who accepted the connection, and has not yet heard that it is established,
 * rejects it when it ends.  Here it is in use by then, and ends like one that
 * was disconnected: its queue pair is drained, its session is told.  What has
 * ended before stays as it is.
 *
 * Context: The identifier's event handler, with the connection's state_mutex
 * held.
 */
void iser_connect_error(struct rdma_cm_id *cma_id)
{
	struct iser_conn *iser_conn = cma_id->context;

	lockdep_assert_held(&iser_conn->state_mutex);

	switch (iser_conn->state) {
	case ISER_CONN_UP:
		iser_cleanup_handler(cma_id, false);
		break;
	case ISER_CONN_PENDING:
		iser_conn->state = ISER_CONN_TERMINATING;
		break;
	default:
		break;
	}
}

/* The device goes: take all that belongs to it from a connection. */
static void iser_conn_abort(struct iser_conn *iser_conn)
{
	struct ib_conn *ib_conn = &iser_conn->ib_conn;

	mutex_lock(&iser_conn->state_mutex);
	if (ib_conn->device) {
		iser_cleanup_handler(ib_conn->cma_id, true);
		/* What was only being set up is not any more. */
		if (iser_conn->state == ISER_CONN_PENDING)
			iser_conn->state = ISER_CONN_TERMINATING;
	}
	mutex_unlock(&iser_conn->state_mutex);

	iser_conn_destroy_id(iser_conn);
}

/**
 * iser_remove_one() - the device or this module goes
 * @ib_device: the device
 * @client_data: our data on it, or NULL
 *
 * Context: May sleep.  No connection is on the device when this returns, and
 * none comes.
 */
void iser_remove_one(struct ib_device *ib_device, void *client_data)
{
	struct ib_client_data *data = client_data;
	struct iser_conn *iser_conn;
	struct iser_device *device;

	if (!data)
		return;
	device = container_of(data, struct iser_device, data);

	mutex_lock(&device->lock);
	device->removing = true;
	while ((iser_conn = list_first_entry_or_null(&device->conns,
						     struct iser_conn,
						     life.entry))) {
		/* A listed connection has its endpoint's reference. */
		iser_conn_get(iser_conn);
		mutex_unlock(&device->lock);
		iser_conn_abort(iser_conn);
		iser_conn_put(iser_conn);
		mutex_lock(&device->lock);
	}
	mutex_unlock(&device->lock);
}
