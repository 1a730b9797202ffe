// SPDX-License-Identifier: GPL-2.0
//
// Connections against removal, see conn.c: they end without waiting for a login's
// time to be up, and take their identifier along.

// matches: 1
@conn_fields@
position p;
@@
  struct isert_conn {
  ...
- wait_queue_head_t rem_wait;
- bool dev_removed@p;
+ /* how it comes to its end */
+ struct isert_life life;
  };

// matches: 1
@conn_init@
identifier isert_conn;
position p;
@@
- init_waitqueue_head@p(&isert_conn->rem_wait);
+ init_waitqueue_head(&isert_conn->life.wait);

// One lock for the lists of all portals: a connection may outlive its portal.
// matches: 1
@np_mutex@
position p;
@@
  struct isert_np {
  ...
- struct mutex mutex@p;
+ /* the connection whose login the thread began last */
+ struct isert_conn *served;
+ struct isert_listener listener;
  ...
  };
+
+ #include "unit.h"

// matches: 1
@np_mutex_init@
identifier isert_np;
position p;
@@
  isert_setup_np(...)
  {
  <...
- mutex_init@p(&isert_np->mutex);
  ...>
  }

// A removal ends the connection from here on.
// matches: 1
@accept@
identifier isert_conn, isert_np, ret;
position p;
@@
- ret = isert_rdma_accept@p(isert_conn);
+ ret = isert_accept_conn(isert_np, isert_conn);
  if (ret)
	goto out_destroy_qp;
- mutex_lock(&isert_np->mutex);
- list_add_tail(&isert_conn->node, &isert_np->accepted);
- mutex_unlock(&isert_np->mutex);

// matches: 1
@release_id@
identifier isert_conn;
position p;
@@
- if (isert_conn->cm_id && !isert_conn->dev_removed@p)
+ if (isert_conn->cm_id)
	rdma_destroy_id(isert_conn->cm_id);

// Nobody waits for it.
// matches: 1
@release_free@
identifier isert_conn;
position p;
@@
- if (isert_conn->dev_removed)
-	wake_up_interruptible@p(&isert_conn->rem_wait);
- else
-	kfree(isert_conn);
+ kfree(isert_conn);

// matches: 1
@connected@
identifier cma_id;
position p;
@@
- static void isert_connected_handler@p(struct rdma_cm_id *cma_id) { ... }

// matches: 1
@unbound@
identifier isert_conn;
position p;
@@
- static void isert_handle_unbound_conn@p(struct isert_conn *isert_conn) { ... }

// matches: 1
@np_handler@
position p;
@@
- static int isert_np_cma_handler@p(...) { ... }

// matches: 1
@disconnected_handler@
position p;
@@
- static int isert_disconnected_handler@p(...) { ... }

// matches: 1
@connect_error@
identifier cma_id;
position p;
@@
- static int isert_connect_error@p(struct rdma_cm_id *cma_id) { ... }

// The portal of a connection may be gone.
// matches: 1
@listener_events@
identifier isert_np, cma_id, event;
position p;
@@
- if (isert_np->cm_id == cma_id)
-	return isert_np_cma_handler@p(cma_id->context, event->event);
+ if (isert_is_listener(cma_id, event))
+	return isert_listener_event(cma_id);

// By now no connection is left, see isert_remove_one().
// matches: 1
@removal@
identifier isert_conn, cma_id, event;
position p;
@@
- isert_conn = cma_id->qp->qp_context;
- isert_conn->dev_removed = true;
- isert_disconnected_handler(cma_id, event->event);
- wait_event_interruptible@p(...);
- kfree(isert_conn);
- return 1;
+ isert_conn_end(cma_id->qp->qp_context);
+ break;

// matches: 1
@disconnected@
identifier cma_id;
expression ret;
position p;
@@
- ret = isert_disconnected_handler@p(cma_id, ...);
+ isert_conn_end(cma_id->qp->qp_context);

// matches: 1
@failed@
identifier cma_id;
expression ret;
position p;
@@
- ret = isert_connect_error@p(cma_id);
+ isert_conn_end(cma_id->qp->qp_context);

// Left over from the above.
// matches: 1
@handler_np@
identifier isert_np, cma_id;
position p;
@@
  isert_cma_handler(...)
  {
- struct isert_np *isert_np@p = cma_id->context;
  ...
  }

// matches: 1
@handler_conn@
identifier isert_conn;
position p;
@@
  isert_cma_handler(...)
  {
- struct isert_conn *isert_conn@p;
  ...
  }

// The portal's thread is back for more.
// matches: 1
@accept_again@
identifier isert_np, ret;
position p;
@@
  isert_accept_np(...)
  {
  struct isert_np *isert_np = ...;
  ...
  int ret@p;
+
+ isert_let_go(isert_np);
  ...
  }

// matches: 1
@take_pending@
identifier isert_np, isert_conn;
position p;
@@
- mutex_lock@p(&isert_np->mutex);
- if (list_empty(&isert_np->pending)) {
-	mutex_unlock(&isert_np->mutex);
-	goto accept_wait;
- }
- isert_conn = list_first_entry(...);
- list_del_init(&isert_conn->node);
- mutex_unlock(&isert_np->mutex);
+ isert_conn = isert_take_pending(isert_np);
+ if (!isert_conn)
+	goto accept_wait;

// matches: 1
@bind@
identifier isert_np, isert_conn, conn;
position p;
@@
  isert_accept_np(...)
  {
  ...
  struct isert_np *isert_np = ...;
  ...
- conn->context = isert_conn;
- isert_conn->conn@p = conn;
- isert_conn->state = ISER_CONN_BOUND;
+ if (!isert_bind_conn(isert_np, isert_conn, conn))
+	goto accept_wait;
  ...
  }

// matches: 1
@release_work@
identifier isert_conn;
position p;
@@
  isert_release_work(...)
  {
  <...
+ isert_drain_unbound(isert_conn);
  mutex_lock@p(&isert_conn->mutex);
  ...>
  }

// The connection manager destroys the identifier of who says that it failed.
// matches: 1
@refuse@
identifier cma_id;
expression reason;
position p;
@@
  isert_connect_request(...)
  {
  <...
- return rdma_reject@p(cma_id, NULL, 0, reason);
+ rdma_reject(cma_id, NULL, 0, reason);
+ return -ECONNREFUSED;
  ...>
  }
