// SPDX-License-Identifier: GPL-2.0
//
// What commands do with an object that is not theirs any more.

// A region that takes another's place belongs to the new object: the old one is
// freed before the command ends.
// matches: 1
@new_region_object@
position p;
@@
  ib_uverbs_rereg_mr(...)
  {
  <...
- new_mr->uobject@p = uobj;
+ new_mr->uobject = new_uobj;
  ...>
  }

// Once it is committed everybody can deregister it: take its keys before.
// matches: 1
@new_region_keys@
position p;
@@
  ib_uverbs_rereg_mr(...)
  {
  <...
+ resp.lkey = new_mr->lkey;
+ resp.rkey = new_mr->rkey;
  rdma_assign_uobject@p(uobj, new_uobj, attrs);
  ...>
  }

// matches: 1
@old_region_keys@
position p;
@@
  ib_uverbs_rereg_mr(...)
  {
  <...
- memset@p(&resp, 0, sizeof(resp));
- resp.lkey = mr->lkey;
- resp.rkey = mr->rkey;
+ if (uobj) {
+	resp.lkey = mr->lkey;
+	resp.rkey = mr->rkey;
+ }
  ...>
  }

// matches: 1
@keys_begin_empty@
position p;
identifier resp;
@@
  ib_uverbs_rereg_mr(...)
  {
  ...
- struct ib_uverbs_rereg_mr_resp resp@p;
+ struct ib_uverbs_rereg_mr_resp resp = {};
  ...
  }
