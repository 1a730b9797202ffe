// SPDX-License-Identifier: GPL-2.0
//
// Connections against the removal of their device: life.c ends them, task.c
// releases what their tasks hold on the device.

// matches: 1
@init@
position p;
identifier iser_conn;
@@
  iser_conn_init(struct iser_conn *iser_conn)
  {
  ...
  iser_conn->state@p = ISER_CONN_INIT;
+ iser_life_init(iser_conn);
  ...
  }

// Removal is one more who ends a connection.
// matches: 1
@cleanup_handler@
position p;
identifier cma_id, destroy;
@@
- static
  void iser_cleanup_handler@p(struct rdma_cm_id *cma_id, bool destroy) { ... }

// A rejection may come after the connection was established.
// matches: 1
@connect_error@
position p;
identifier cma_id;
@@
- static void iser_connect_error@p(struct rdma_cm_id *cma_id) { ... }

// The connection may be freed as soon as its mutex is not held any more.
// matches: 1
@handler_begin@
position p;
identifier iser_conn;
@@
  iser_cma_handler(...)
  {
  <...
+ iser_conn_get(iser_conn);
  mutex_lock@p(&iser_conn->state_mutex);
  ...>
  }

// matches: 1
@handler_end@
position p;
identifier iser_conn, ret;
@@
  iser_cma_handler(...)
  {
  <...
  mutex_unlock@p(&iser_conn->state_mutex);
+ iser_conn_put(iser_conn);
  return ret;
  ...>
  }

// Who finds the identifier destroys it, whatever the state.
// matches: 1
@handler_id@
position p;
identifier iser_conn, ret;
@@
  iser_cma_handler(...)
  {
  <...
- if (iser_conn->state != ISER_CONN_DOWN) {
-	iser_conn->ib_conn.cma_id@p = NULL;
-	ret = 1;
- }
+ ret = iser_conn_drop_id(iser_conn);
  ...>
  }

// The route may be resolved after a removal has taken the device from the connection,
// and before it destroys the identifier.
// matches: 1
@route@
position p;
identifier ib_dev, ib_conn, iser_conn;
@@
  iser_route_handler(...)
  {
  ...
- struct ib_device *ib_dev = ib_conn->device->ib_device;
+ struct ib_device *ib_dev;
  ...
  if (iser_conn->state@p != ISER_CONN_PENDING)
	return;
+ ib_dev = ib_conn->device->ib_device;
  ...
  }

// matches: 1
@release@
position p;
identifier iser_conn, ib_conn;
@@
  iser_conn_release(struct iser_conn *iser_conn)
  {
  <...
- if (ib_conn->cma_id) {
-	rdma_destroy_id@p(ib_conn->cma_id);
-	ib_conn->cma_id = NULL;
- }
- kfree(iser_conn);
+ iser_conn_destroy_id(iser_conn);
+ iser_conn_put(iser_conn);
  ...>
  }

// Left over from the above.
// matches: 1
@release_variable@
position p;
identifier iser_conn, ib_conn;
@@
  iser_conn_release(struct iser_conn *iser_conn)
  {
- struct ib_conn *ib_conn@p = &iser_conn->ib_conn;
  ...
  }

// The address is the identifier's, which a removal destroys.
// matches: 1
@address@
position p;
identifier iser_conn, buf;
expression param;
@@
- if (!iser_conn || !iser_conn->ib_conn.cma_id)
-	return -ENOTCONN;
- return iscsi_conn_get_addr_param@p(..., param, buf);
+ return iser_conn_get_addr(iser_conn, param, buf);

// The events that are waited for are handled under the mutex.
// matches: 1
@connect_wait@
position p;
identifier iser_conn;
expression err;
@@
- wait_for_completion_interruptible@p(&iser_conn->up_completion);
+ iser_conn_wait(iser_conn);
  if (iser_conn->state != ISER_CONN_UP) {
	err = -EIO;
+	iser_conn->state = ISER_CONN_DOWN;
	goto connect_failure;
  }

// task.c has a new one.
// matches: 1
@cleanup_task@
position p;
identifier task;
@@
- static void iscsi_iser_cleanup_task@p(struct iscsi_task *task) { ... }

// Tasks whose memory is mapped through the device do not outlive its resources
// with the connection ...
// matches: 1
@release_tasks@
position p;
identifier iser_conn, destroy;
@@
  iser_free_ib_conn_res(struct iser_conn *iser_conn, bool destroy)
  {
  <...
  if (destroy) {
+	iser_release_tasks(iser_conn);
	if (iser_conn->rx_descs)
		iser_free_rx_descriptors@p(iser_conn);
	...
  }
  ...>
  }

// ... nor does the connection go with tasks that know it.
// matches: 1
@unbind_tasks@
position p;
identifier iser_conn, conn;
@@
+ iser_release_tasks(iser_conn);
  iser_conn->iscsi_conn@p = NULL;
  conn->dd_data = NULL;

// A login is answered before its task is free for the next request.
// matches: 1
@send_pdu@
position p;
identifier transport;
@@
  struct iscsi_transport transport = {
- .send_pdu = iscsi_conn_send_pdu@p,
+ .send_pdu = iser_send_pdu,
  };

// A command that comes while the connection ends is for the next connection.  The
// iSCSI library fails what cannot be prepared, but has issued again what cannot
// be sent.
// matches: 1
@init_unmapped@
position p;
symbol task, ret;
@@
  iscsi_iser_task_init(...)
  {
  <...
- iser_err@p(...);
+ if (task->sc && ret == -ENODEV)
+	return 0;
  ...>
  }

// matches: 1
@xmit_unmapped@
position p;
symbol iser_task;
identifier task, conn;
@@
  iscsi_iser_task_xmit(struct iscsi_task *task)
  {
  <...
  if (!task->sc)
	return iscsi_iser_mtask_xmit@p(conn, task);
+ if (!iser_task->desc.mapped)
+	return -ENODEV;
  ...>
  }
