// SPDX-License-Identifier: GPL-2.0
//
// Whatever a removal has to end: CM waits, connect commands, admin commands.
// removal.c, requests.c and life.c do the work.

// matches: 1
@ctrl_fields@
position p;
@@
  struct nvme_rdma_ctrl {
  ...
  struct nvme_rdma_device@p *device;
+ /* what a removal may do to this controller */
+ struct nvme_rdma_removal removal;
  ...
  };

// Before the controller has a queue.
// matches: 1
@init@
position p;
struct nvme_rdma_ctrl *ctrl;
@@
  INIT_LIST_HEAD@p(&ctrl->list);
+ nvme_rdma_removal_init(&ctrl->removal);

// The thread that connects hears that the device is gone, not that a command
// was cancelled.
// matches: 1
@create@
position p;
struct nvme_rdma_ctrl *ctrl;
expression ret;
@@
  ret = nvme_rdma_setup_ctrl@p(ctrl, true);
+ ret = nvme_rdma_setup_error(ctrl, ret);

// From here on a removal deletes the controller; before, its creator does.
// matches: 1
@created@
position p;
struct nvme_rdma_ctrl *ctrl;
@@
  list_add_tail@p(&ctrl->list, &nvme_rdma_ctrl_list);
  mutex_unlock(&nvme_rdma_ctrl_mutex);
+ nvme_rdma_ctrl_created(ctrl);

// A controller whose creator is still at nvme_start_ctrl() must not be deleted:
// that would queue the keep-alive work of a controller that is freed next.
// matches: 1
@lost@
position p;
identifier rdma;
@@
  nvme_rdma_reconnect_or_remove(struct nvme_rdma_ctrl *rdma, ...)
  {
  <...
- nvme_delete_ctrl@p(&rdma->ctrl)
+ nvme_rdma_ctrl_lost(rdma)
  ...>
  }

// Only controllers that were created have options to free.
// matches: 1
@freed@
position p;
expression nctrl;
@@
  nvmf_free_options@p(nctrl->opts);
+ nvme_rdma_ctrl_freed();

// Deletion asked for in sysfs does not run on nvme_delete_wq.
// matches: 1
@exit@
position p;
@@
  nvme_rdma_cleanup_module(...)
  {
  <...
  flush_workqueue@p(nvme_delete_wq);
+ nvme_rdma_wait_ctrls_freed();
  ...>
  }

// A CM id that was bound to the device but has no queue yet gets no other event.
// matches: 1
@device_removal@
position p;
identifier queue, ev, cm_error;
@@
  nvme_rdma_cm_handler(struct rdma_cm_id *cm_id, struct rdma_cm_event *ev)
  {
  <...
+ if (ev->event == RDMA_CM_EVENT_DEVICE_REMOVAL)
+	cm_error = -ENODEV;
  if (cm_error@p) {
	queue->cm_error = cm_error;
	complete(&queue->cm_done);
  }
  ...>
  }

// A live queue that lost its connection.
// matches: 2
@connection_lost@
position p;
identifier queue;
@@
  nvme_rdma_cm_handler(...)
  {
  <...
+ nvme_rdma_queue_failed(queue);
  nvme_rdma_error_recovery@p(queue->ctrl);
  ...>
  }

// A live queue whose work request failed.
// matches: 1
@request_failed@
position p;
identifier queue;
expression ctrl;
@@
  nvme_rdma_wr_error(...)
  {
  ... when any
  struct nvme_rdma_queue *queue = ...;
  ... when any
+ nvme_rdma_queue_failed(queue);
  nvme_rdma_error_recovery@p(ctrl);
  ... when any
  }

// A live queue whose target does not answer; and completion in turn.
// matches: 1
@timed_out@
position p;
identifier queue, rq;
@@
  nvme_rdma_complete_timed_out(struct request *rq)
  {
  ...
+ nvme_rdma_queue_failed(queue);
  nvme_rdma_stop_queue(queue);
- nvmf_complete_timed_out_request@p(rq);
+ nvme_rdma_complete_timed_out_request(rq);
  }

// No request for an aborted queue, not even the connect command that a queue
// takes before it is live.
// matches: 1
@queue_request@
position p;
identifier queue, rq;
expression ready;
@@
+ if (unlikely(READ_ONCE(queue->aborted)))
+	return nvme_rdma_fail_request(queue, rq);
  if (!nvme_check_ready@p(&queue->ctrl->ctrl, rq, ready))
	return nvme_fail_nonready_command(&queue->ctrl->ctrl, rq);

// A removal may be draining the queue that fails to connect.
// matches: 1
@halt_queue@
position p;
identifier queue;
@@
  nvme_rdma_start_queue(...)
  {
  <...
- __nvme_rdma_stop_queue@p(queue);
+ nvme_rdma_queue_halt(queue);
  ...>
  }

// Tag sets that a removal may iterate.
// matches: 2
@alloc_tag_set@
position p;
@@
(
- nvme_alloc_admin_tag_set@p
+ nvme_rdma_alloc_admin_tag_set
|
- nvme_alloc_io_tag_set@p
+ nvme_rdma_alloc_io_tag_set
)
  (...)

// matches: 5
@remove_tag_set@
position p;
@@
(
- nvme_remove_admin_tag_set@p
+ nvme_rdma_remove_admin_tag_set
|
- nvme_remove_io_tag_set@p
+ nvme_rdma_remove_io_tag_set
)
  (...)

// matches: 1
@update_tag_set@
position p;
expression ctrl, number;
@@
- blk_mq_update_nr_hw_queues@p(ctrl.tagset, number);
+ nvme_rdma_update_nr_hw_queues(&ctrl, number);

// All who cancel requests take turns.
// matches: 5
@cancel_requests@
position p;
@@
(
- nvme_cancel_admin_tagset@p
+ nvme_rdma_cancel_admin_tagset
|
- nvme_cancel_tagset@p
+ nvme_rdma_cancel_tagset
)
  (...)

// A removal deletes controllers in any state, reset included.
// matches: 1
@reset_in_deletion@
position p;
identifier ctrl;
@@
  nvme_rdma_reset_ctrl_work(...)
  {
  <...
  if (!nvme_change_ctrl_state(&ctrl->ctrl, NVME_CTRL_CONNECTING)) {
-	WARN_ON_ONCE@p(1);
+	WARN_ON_ONCE(!nvme_rdma_in_deletion(ctrl));
	return;
  }
  ...>
  }
