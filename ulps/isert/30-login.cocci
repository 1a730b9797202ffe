// SPDX-License-Identifier: GPL-2.0
//
// Logins and logouts that end when their connection does, see conn.c.

// The initiator may answer from here on, or be gone.
// matches: 1
@park@
identifier isert_conn, login, ret;
position p;
@@
  isert_put_login_tx(struct iscsit_conn *conn, struct iscsi_login *login, ...)
  {
  <...
+ ret = isert_park_login(isert_conn);
+ if (ret)
+	return ret;
  ret = isert_login_post_recv@p(isert_conn);
  if (ret)
-	return ret;
+	return isert_unpark_login(isert_conn, login, ret);
  ...>
  }

// Who refuses a login disconnects as soon as it is told that it has done so.
// matches: 1
@answer@
identifier isert_conn, login, ret, tx_desc;
position p;
@@
  isert_put_login_tx(struct iscsit_conn *conn, struct iscsi_login *login, ...)
  {
  <...
- ret = isert_login_post_send@p(isert_conn, tx_desc);
- if (ret)
-	return ret;
- return 0;
+ return isert_answer_login(isert_conn, login, tx_desc);
  ...>
  }

// matches: 1
@post_answer@
identifier isert_conn, send_wr;
position p;
@@
  isert_login_post_send(struct isert_conn *isert_conn, ...)
  {
  <...
- ib_post_send@p(isert_conn->qp, &send_wr, NULL)
+ isert_post_answer(isert_conn, &send_wr)
  ...>
  }

// matches: 1
@answer_sent@
identifier isert_conn;
expression tx_desc, ib_dev;
position p;
@@
  isert_login_send_done(...)
  {
  ...
  struct isert_conn *isert_conn = ...;
  <...
  isert_unmap_tx_desc@p(tx_desc, ib_dev);
+ isert_answer_sent(isert_conn);
  ...>
  }

// The session's threads are not there yet to be woken, or not yet where they would
// look; the receive thread sees later what happened meanwhile.
// matches: 1
@complete@
identifier isert_conn;
position p;
@@
  isert_put_login_tx(...)
  {
  <...
- isert_conn->login_rsp_pending@p = true;
- return 0;
+ return isert_complete_login(isert_conn);
  ...>
  }

// matches: 1
@queue@
identifier conn;
symbol isert_conn;
position p;
@@
  isert_rx_login_req(...)
  {
  <...
- queue_delayed_work@p(isert_login_wq, &conn->login_work, 0);
+ isert_queue_login(isert_conn);
  ...>
  }

// Only a parked login is sure to be there.
// matches: 1
@received@
identifier isert_conn;
statement S;
position p;
@@
  isert_login_recv_done(...)
  {
  <...
- if (isert_conn->conn) S
- mutex_lock@p(&isert_conn->mutex);
- complete(&isert_conn->login_req_comp);
- mutex_unlock(&isert_conn->mutex);
+ isert_login_req_received(isert_conn);
  ...>
  }

// Woken because the connection has gone.
// matches: 1
@gone_request@
identifier isert_conn;
position p;
@@
+ if (isert_conn_gone(isert_conn))
+	return -ENODEV;
  reinit_completion@p(&isert_conn->login_req_comp);

// matches: 1
@gone_login@
identifier isert_conn, ret;
position p;
@@
  ret = wait_for_completion_interruptible@p(&isert_conn->login_comp);
  if (ret)
	return ret;
+ if (isert_conn_gone(isert_conn))
+	return -ENODEV;

// The session's thread is woken only if it is seen to be one.
// matches: 1
@full_feature@
identifier isert_conn;
position p;
@@
- mutex_lock@p(&isert_conn->mutex);
- isert_conn->state = ISER_CONN_FULL_FEATURE;
- mutex_unlock(&isert_conn->mutex);
+ if (!isert_enter_full_feature(isert_conn))
+	return;

// A response that cannot be sent is nothing to wait for. The logout stays with its
// connection, as one whose response was sent: it stands in a list there, from which
// nothing took it out before it was freed ...
// matches: 1
@logout_unsent@
identifier isert_conn, isert_cmd, tx_desc, ib_dev;
position p;
@@
  isert_send_done(...)
  {
  ...
  struct isert_conn *isert_conn = ...;
  <...
+ if (isert_logout_unsent(isert_conn, isert_cmd, ib_dev))
+	return;
  isert_completion_put@p(tx_desc, isert_cmd, ib_dev, true);
  ...>
  }

// matches: 1
@logout_sent@
identifier cmd;
position p;
@@
- iscsit_logout_post_handler@p(cmd, cmd->conn);
+ isert_logout_sent(cmd);

// ... so that who waits waits for the response's work, not for the time.
// matches: 1
@logout_wait@
identifier conn;
position p;
@@
- wait_for_completion_timeout@p(&conn->conn_logout_comp, ...);
+ wait_for_completion(&conn->conn_logout_comp);

// Several connections may be closed at a time.
// matches: 1
@drop_list@
declarer name LIST_HEAD;
identifier conn;
position p;
@@
  isert_put_unsol_pending_cmds(struct iscsit_conn *conn)
  {
  ...
- static
  LIST_HEAD@p(drop_cmd_list);
  ...
  }
