// SPDX-License-Identifier: GPL-2.0
//
// Deletion of a controller whose reconnect just succeeded or failed.  Later
// kernels do both in the NVMe core.

// The reconnect may have started the keep-alive timer after it was stopped, and
// may have left the I/O queues quiesced: requests in them would keep the
// namespaces from going.
// matches: 1
@stop@
position p;
identifier nctrl;
expression ctrl;
@@
  nvme_rdma_stop_ctrl(struct nvme_ctrl *nctrl)
  {
  ...
  cancel_delayed_work_sync@p(&ctrl->reconnect_work);
+ nvme_stop_keep_alive(nctrl);
+ if (READ_ONCE(nctrl->state) == NVME_CTRL_DELETING)
+	nvme_start_queues(nctrl);
  }
