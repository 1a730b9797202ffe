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

// The attribute that names the CQ is optional, and a WQ without one is not: what
// the look-up answers was used as a CQ, by drivers and here.
// matches: 1
@wq_without_cq@
position p;
@@
  if (wq_init_attr.wq_type != IB_WQT_RQ@p)
	return -EINVAL;
+ if (IS_ERR(cq))
+	return PTR_ERR(cq);

// Room for the counters failed, room for what is collected did not.
// matches: 1
@flow_collection@
position p;
identifier resources;
@@
  flow_resources_alloc(...)
  {
  <...
+ kfree(resources->collection);
  kfree@p(resources->counters);
  ...>
  }
