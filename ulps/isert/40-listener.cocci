// SPDX-License-Identifier: GPL-2.0
//
// A portal whose listener goes with its device listens again when a device that
// carries its address appears, see listener.c.

// matches: 1
@np_init@
symbol isert_np, np;
position p;
@@
  isert_np->np@p = np;
+ isert_init_listener(isert_np);

// matches: 1
@np_listen@
identifier isert_np, isert_lid, ret;
position p;
@@
- isert_lid = isert_setup_id@p(isert_np);
- if (IS_ERR(isert_lid)) {
-	ret = PTR_ERR(isert_lid);
+ ret = isert_listen(isert_np);
+ if (ret)
	goto out;
- }
- isert_np->cm_id = isert_lid;

// Left over from the above.
// matches: 1
@np_variable@
identifier isert_lid;
position p;
@@
  isert_setup_np(...)
  {
  ...
- struct rdma_cm_id *isert_lid@p;
  ...
  }

// Its thread is there.  A portal that gets none is freed without our knowledge.
// matches: 1
@np_list@
symbol isert_np;
position p;
@@
  isert_accept_np(...)
  {
  <...
  isert_let_go@p(isert_np);
+ isert_list_np(isert_np);
  ...>
  }

// Attempts to listen again fail quietly.
// matches: 4
@listen_errors@
symbol isert_np;
expression list es;
position p;
@@
  isert_setup_id(...)
  {
  <...
- isert_err@p(es);
+ isert_np_err(isert_np, es);
  ...>
  }

// matches: 1
@free_np@
identifier np;
position p;
@@
- static void isert_free_np@p(struct iscsi_np *np) { ... }
