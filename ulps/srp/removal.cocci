// SPDX-License-Identifier: GPL-2.0
//
// Whatever waits for a target's answer, against the removal of the device.
// wait.c and removal.c do the work.

// Resolving the address, and the connection itself.
// matches: 2
@ wait_done @
identifier f = { srp_new_rdma_cm_id, srp_connect_ch };
expression ch;
position p;
@@
  f(...)
  {
  <...
- wait_for_completion_interruptible@p(&ch->done)
+ srp_wait_done(ch)
  ...>
  }

// matches: 1
@ wait_path @
expression ch;
position p;
@@
  srp_ib_lookup_path(...)
  {
  <...
- wait_for_completion_interruptible@p(&ch->done)
+ srp_wait_path(ch)
  ...>
  }

// A wait that was broken off has no result.
// matches: 1
@ wait_route @
identifier ret;
expression ch;
position p;
@@
  srp_rdma_lookup_path(...)
  {
  	...
  	int ret;
  	...
- 	wait_for_completion_interruptible@p(&ch->done);
+ 	ret = srp_wait_done(ch);
+ 	if (ret < 0)
+ 		return ret;
  	...
  }

// matches: 1
@ wait_tsk_mgmt @
expression ch, timeout;
position p;
@@
- wait_for_completion_timeout@p(&ch->tsk_mgmt_done, timeout)
+ srp_wait_tsk_mgmt(ch, timeout)

// Not for a device that is about to go.
// matches: 1
@ reconnect @
identifier rport;
expression target;
position p;
@@
  srp_rport_reconnect(struct srp_rport *rport)
  {
  <...
+ if (srp_removing(target))
+ 	return -ENODEV;
  srp_disconnect_target@p(target);
  ...>
  }

// A channel that keeps its queue pair keeps what is posted there: it comes back by
// completions, of which the last are polled when the next attempt replaces the
// queue pair. Listed here as well it would be listed twice.
// matches: 1
@ reconnect_again @
expression ch;
position p;
@@
  srp_rport_reconnect(struct srp_rport *rport)
  {
  	...
  	bool multich = false;
+ 	int created;
  	<...
- 	ret += srp_create_ch_ib@p(ch);
+ 	created = srp_create_ch_ib(ch);
+ 	if (created) {
+ 		ret += created;
+ 		continue;
+ 	}
  	...>
  }

// Of a device that the connection is on before it is known to be another one.
// matches: 1
@ device_removal @
identifier cm_id, event, comp;
position p;
@@
  srp_rdma_cm_handler(struct rdma_cm_id *cm_id, struct rdma_cm_event *event)
  {
  	...
  	int comp@p = 0;
+ 	if (event->event == RDMA_CM_EVENT_DEVICE_REMOVAL) {
+ 		srp_connection_lost(cm_id->context);
+ 		return 0;
+ 	}
  	...
  }

// matches: 1
@ added_init @
symbol target;
position p;
@@
  add_target_store(...)
  {
  <...
  spin_lock_init@p(&target->lock);
+ init_completion(&target->added);
  ...>
  }

// From here on the channels may be freed.
// matches: 1
@ added @
identifier ret, host, target;
position p;
@@
  add_target_store(...)
  {
  <...
  ret = srp_add_target@p(host, target);
+ complete_all(&target->added);
  ...>
  }

// matches: 1
@ remove_added @
identifier target;
position p;
@@
  srp_remove_target(struct srp_target_port *target)
  {
  <...
+ wait_for_completion(&target->added);
  srp_del_scsi_host_attr@p(target->scsi_host);
  ...>
  }

// No request is left to be aborted.
// matches: 1
@ remove_hide @
identifier target;
position p;
@@
  srp_remove_target(struct srp_target_port *target)
  {
  <...
  scsi_remove_host@p(target->scsi_host);
+ srp_hide_target(target);
  ...>
  }

// Who logs in over a device that goes is told so, whatever came of it.
// matches: 1
@ login_result @
identifier ret;
symbol srp_dev;
position p;
@@
  add_target_store(...)
  {
  	... when any
  	if (ret < 0) { ... scsi_host_put@p(...); ... }
- 	return ret;
+ 	return READ_ONCE(srp_dev->removing) ? -ENODEV : ret;
  	... when any
  }

// What registers or invalidates a request's memory completes when the queue pair
// is flushed, which may be after the request was freed with its SCSI host.  Only
// the kind of it is reported: one record for all requests serves as well.
// matches: 1
@ no_request_cqe @
position p;
@@
  struct srp_request {
  	...
- 	struct ib_cqe reg_cqe@p;
  	...
  };

// matches: 1
@ invalidate_cqe @
identifier req, wr;
position p;
@@
- wr.wr_cqe = &req->reg_cqe;
- req->reg_cqe.done@p = srp_inv_rkey_err_done;
+ wr.wr_cqe = &srp_inv_rkey_cqe;

// matches: 1
@ register_done @
identifier req;
position p;
@@
- req->reg_cqe.done@p = srp_reg_mr_err_done;

// matches: 1
@ register_cqe @
identifier req, wr;
position p;
@@
- wr.wr.wr_cqe@p = &req->reg_cqe;
+ wr.wr.wr_cqe = &srp_reg_mr_cqe;

// The address may meanwhile lead to another device, where nothing looks after the
// identifier when that one goes.
// matches: 1
@ other_device @
identifier new_cm_id;
symbol ch, ret;
position p;
@@
  srp_new_rdma_cm_id(...)
  {
  <...
+ if (new_cm_id->device != srp_ch_device(ch)->dev) {
+ 	pr_err("%s does not lead to the target, %s does\n",
+ 	       dev_name(&srp_ch_device(ch)->dev->dev),
+ 	       dev_name(&new_cm_id->device->dev));
+ 	ret = -ENODEV;
+ 	goto out;
+ }
  swap@p(ch->rdma_cm.cm_id, new_cm_id);
  ...>
  }

// Queued by the first channel while the second one fails.
// matches: 1
@ login_error_work @
identifier target;
position p;
@@
  add_target_store(...)
  {
  <...
+ cancel_work_sync(&target->tl_err_work);
  kfree@p(target->ch);
  ...>
  }
