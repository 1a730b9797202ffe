// SPDX-License-Identifier: GPL-2.0
//
// Open files, mappings and the removal of devices: file.c, mapping.c and
// removal.c do the work.

// Our part of an open file stands around the stock one.
// matches: 1
@alloc_file@
position p;
struct ib_uverbs_file *opened;
@@
- opened = kzalloc@p(sizeof(*opened), GFP_KERNEL);
+ opened = uverbs_file_alloc();

// matches: 1
@mmap_function@
position p;
identifier filp, vma;
@@
- static int ib_uverbs_mmap@p(struct file *filp, struct vm_area_struct *vma)
- { ... }

// matches: 1
@umap_open@
position p;
identifier vma;
@@
- static void rdma_umap_open@p(struct vm_area_struct *vma) { ... }

// matches: 1
@umap_close@
position p;
identifier vma;
@@
- static void rdma_umap_close@p(struct vm_area_struct *vma) { ... }

// matches: 1
@umap_fault@
typedef vm_fault_t;
position p;
identifier vmf;
@@
- static vm_fault_t rdma_umap_fault@p(struct vm_fault *vmf) { ... }

// matches: 1
@umap_ops_declaration@
position p;
@@
- static const struct vm_operations_struct rdma_umap_ops@p;

// matches: 1
@umap_ops@
position p;
@@
- static const struct vm_operations_struct rdma_umap_ops@p = { ... };

// matches: 1
@umap_disassociate@
position p;
identifier ufile;
@@
- void uverbs_user_mmap_disassociate@p(struct ib_uverbs_file *ufile) { ... }

// Before the device can be opened.
// matches: 1
@add@
position p;
identifier ret;
expression cdev, dev;
@@
  ib_uverbs_add_one(struct ib_device *device)
  {
  <...
+ uverbs_removable(device);
  ret = cdev_device_add@p(cdev, dev);
- if (ret)
+ if (ret) {
+	uverbs_not_removable(device);
	goto err_uapi;
+ }
  ...>
  }

// No context is left.
// matches: 1
@remove@
position p;
identifier device;
@@
  ib_uverbs_remove_one(struct ib_device *device, void *client_data)
  {
  <...
  ib_uverbs_free_hw_resources@p(...);
+ uverbs_not_removable(device);
  ...>
  }

// matches: 1
@include_objects depends on alloc_file@
position p;
@@
  #include "rdma_core.h"@p
+ #include "objects.h"
