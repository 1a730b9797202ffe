// SPDX-License-Identifier: GPL-2.0
//
// What the target keeps per RDMA device becomes client data: found by device,
// counted and freed by ib_client_data.ko.  The code that is new is in device.c.

// device.h has the structure, with the client data embedded.
// matches: 1
@ device_struct @
symbol device_list_mutex, device_list, entry, ndev, cm_id, pd, device;
symbol out_err, out_free_dev, found, false, nvmet_wq, nvmet_aen_wq;
symbol nvmet_rdma_ib_client, nvmet_rdma_remove_one;
position p;
@@
- struct nvmet_rdma_device {
- ...
- struct kref ref@p;
- ...
- };
+ #include "device.h"

// No list of devices any more ...
// matches: 1
@ list_head @
declarer name LIST_HEAD;
position p;
@@
- static LIST_HEAD@p(device_list);

// ... and no lock for it.
// matches: 1
@ list_mutex @
declarer name DEFINE_MUTEX;
position p;
@@
- static DEFINE_MUTEX@p(device_list_mutex);

// free_client_data() instead, behind core's fence.
// matches: 1
@ device_free @
identifier ref;
position p;
@@
- static void nvmet_rdma_free_dev@p(struct kref *ref) { ... }

// The list was searched by node GUID, which two devices may share.
// matches: 1
@ device_find @
iterator name list_for_each_entry;
statement S;
position p;
@@
- mutex_lock(&device_list_mutex);
- list_for_each_entry(ndev, &device_list, entry) S
- ndev = kzalloc@p(sizeof(*ndev), GFP_KERNEL);
+ ndev = nvmet_rdma_get_device(cm_id->device);
  if (!ndev)
- 	goto out_err;
+ 	return NULL;
+ if (!nvmet_rdma_begin_setup(ndev))
+ 	goto out_unlock;

// The protection domain comes with the client data.
// matches: 1
@ device_pd @
position p;
@@
- ndev->device = cm_id->device;
- kref_init(&ndev->ref);
- ndev->pd = ib_alloc_pd@p(ndev->device, 0);
- if (IS_ERR(ndev->pd))
- 	goto out_free_dev;

// There is no list to put it on.
// matches: 1
@ setup_list @
position p;
@@
- list_add@p(&ndev->entry, &device_list);

// What depends on the port is decided.
// matches: 1
@ setup_done @
position p;
@@
- mutex_unlock@p(&device_list_mutex);
+ nvmet_rdma_end_setup(ndev);
  pr_debug(...);
  return ndev;

// This connection fails, the next one tries again on the same client data.
// matches: 1
@ setup_failed @
position p;
@@
- ib_dealloc_pd@p(ndev->pd);
-out_free_dev:
- kfree(ndev);
-out_err:
- mutex_unlock(&device_list_mutex);
+ nvmet_rdma_fail_setup(ndev);
  return NULL;

// A queue gives its reference back: when it is released, or was never listed.
// matches: 2
@ device_put @
expression ndev;
position p;
@@
- kref_put@p(&ndev->ref, nvmet_rdma_free_dev);
+ nvmet_rdma_put_device(ndev);

// Core gives us the data, if there are any: nothing to search.
// matches: 1
@ remove_find @
iterator name list_for_each_entry;
statement S;
position p;
@@
- mutex_lock@p(&device_list_mutex);
- list_for_each_entry(ndev, &device_list, entry) S
- mutex_unlock(&device_list_mutex);
- if (!found)
+ nvmet_rdma_unwatch_device(ib_device);
+ ndev = nvmet_rdma_data_device(client_data);
+ if (!ndev)
  	return;

// Left over from the search.
// matches: 1
@ remove_found @
position p;
@@
- bool found@p = false;

// Core waits for the queues' references, which is what the flushes stood for.
// matches: 1
@ remove_flush @
position p;
@@
- flush_workqueue@p(nvmet_wq);
- flush_workqueue(nvmet_aen_wq);

// Core allocates, frees and is asked through these.
// matches: 1
@ client_ops @
position p;
@@
  struct ib_client nvmet_rdma_ib_client = {
+ 	.add = nvmet_rdma_add_one,
+ 	.alloc_client_data = nvmet_rdma_alloc_client_data,
+ 	.free_client_data = nvmet_rdma_free_client_data,
  	.remove = nvmet_rdma_remove_one@p,
  };

// The fence orders the last release before this line, all but its return.
// matches: 2
@ module_text @
position p;
@@
  ib_unregister_client@p(&nvmet_rdma_ib_client);
+ flush_workqueue(nvmet_wq);
