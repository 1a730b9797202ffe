// SPDX-License-Identifier: GPL-2.0
//
// The record of a device becomes client data: device.h has the structure,
// device.c finds, allocates and frees it.

// Our structure stands in device.h.
// matches: 1
@device_struct@
position p;
@@
- struct nvme_rdma_device {
-	struct ib_device	*dev;
-	struct ib_pd		*pd;
-	struct kref		ref@p;
-	struct list_head	entry;
-	unsigned int		num_inline_segments;
- };
+ #include "device.h"

// No list of devices, hence no lock for it: a device leads to its data.
// matches: 1
@device_list@
declarer name LIST_HEAD;
position p;
@@
- static LIST_HEAD@p(device_list);

// matches: 1
@device_list_mutex@
declarer name DEFINE_MUTEX;
position p;
@@
- static DEFINE_MUTEX@p(device_list_mutex);

// matches: 1
@free_device@
position p;
identifier ref;
@@
- static void nvme_rdma_free_dev@p(struct kref *ref) { ... }

// matches: 1
@put_device_function@
position p;
identifier dev;
@@
- static void nvme_rdma_dev_put@p(struct nvme_rdma_device *dev) { ... }

// matches: 1
@get_device_function@
position p;
identifier dev;
@@
- static int nvme_rdma_dev_get@p(struct nvme_rdma_device *dev) { ... }

// matches: 1
@find_device_function@
position p;
identifier cm_id;
@@
- static struct nvme_rdma_device *
- nvme_rdma_find_get_device@p(struct rdma_cm_id *cm_id) { ... }

// The client stands in device.c, its remove() in removal.c.
// matches: 1
@client@
position p;
@@
- static struct ib_client nvme_rdma_ib_client@p = { ... };

// matches: 1
@remove_function@
position p;
identifier ib_device, client_data;
@@
- static void nvme_rdma_remove_one@p(struct ib_device *ib_device,
-		void *client_data) { ... }

// device.c allocates the protection domain.
// matches: 1
@register_always@
position p;
@@
- static bool register_always@p = true;
+ bool register_always = true;

// Which queues use a device is known to the device.
// matches: 1
@queue_fields@
position p;
@@
  struct nvme_rdma_queue {
  ...
  struct nvme_rdma_device@p *device;
+ /* link in the queues of @device; under its lock */
+ struct list_head device_entry;
+ /* a removal took the queue out of use; written under the device's lock */
+ bool aborted;
  ...
  };

// Why there is no device is said where it is known, and the error goes on.
// matches: 1
@get_device@
position p;
identifier queue;
@@
- queue->device = nvme_rdma_find_get_device@p(queue->cm_id);
- if (!queue->device) {
-	dev_err(...);
-	return -ECONNREFUSED;
- }
+ ret = nvme_rdma_dev_get(queue);
+ if (ret)
+	return ret;

// matches: 1
@put_device_on_error@
position p;
identifier queue;
@@
- nvme_rdma_dev_put@p(queue->device);
+ nvme_rdma_dev_put(queue);

// matches: 1
@put_device@
position p;
identifier queue;
local idexpression struct nvme_rdma_device *dev;
@@
  nvme_rdma_destroy_queue_ib(struct nvme_rdma_queue *queue)
  {
  <...
- nvme_rdma_dev_put@p(dev);
+ nvme_rdma_dev_put(queue);
  ...>
  }

// From here on the CM id is going: a removal must not disconnect it.
// matches: 1
@hide_queue@
position p;
identifier queue;
@@
  nvme_rdma_free_queue(struct nvme_rdma_queue *queue)
  {
  <...
+ nvme_rdma_dev_hide(queue);
  rdma_destroy_id@p(queue->cm_id);
  ...>
  }

// One that was connected and never live has buffers posted, which complete when
// the CM id or the queue pair is destroyed.
// matches: 1
@drain@
position p;
identifier queue;
@@
  nvme_rdma_destroy_queue_ib(struct nvme_rdma_queue *queue)
  {
  <...
+ ib_drain_qp(queue->qp);
  if (queue->pi_support)
	ib_mr_pool_destroy@p(queue->qp, ...);
  ...>
  }
