// SPDX-License-Identifier: GPL-2.0
//
// The connection manager knows the groups of an id by their addresses only. With
// two of one address, who leaves one ends the other: what is left reports its join
// to a record that has been freed (ucma_create_uevent(), a use after free). So an id
// joins a group once, and has left it when the connection manager has.

// matches: 1
@join_once@
position p;
identifier mc, ctx;
iterator name list_for_each_entry;
@@
  ucma_process_join(...)
  {
  ...
  struct ucma_context *ctx;
  ...
  struct ucma_multicast *mc;
+ struct ucma_multicast *other;
  <...
+ list_for_each_entry(other, &ctx->mc_list, list) {
+	if (!memcmp(&other->addr, &mc->addr, sizeof(mc->addr))) {
+		__xa_erase(&multicast_table, mc->id);
+		ret = -EADDRINUSE;
+		goto err_free_mc;
+	}
+ }
  list_add_tail@p(&mc->list, &ctx->mc_list);
  ...>
  }

// matches: 1
@leave_before_forgetting@
position p;
identifier mc;
@@
  ucma_leave_multicast(...)
  {
  <...
- list_del(&mc->list);
  __xa_erase(&multicast_table, mc->id);
  xa_unlock(&multicast_table);
  mutex_lock(&mc->ctx->mutex);
  rdma_leave_multicast@p(mc->ctx->cm_id, (struct sockaddr *)&mc->addr);
  mutex_unlock(&mc->ctx->mutex);
+ xa_lock(&multicast_table);
+ list_del(&mc->list);
+ xa_unlock(&multicast_table);
  ...>
  }
