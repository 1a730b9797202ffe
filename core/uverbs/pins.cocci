// SPDX-License-Identifier: GPL-2.0
//
// Who has pinned how much: pins.c counts, creator.c knows for whom, fdinfo.c
// shows it.

// A umem has a record of who is charged around it.
// matches: 1
@alloc_umem@
position p;
struct ib_umem *umem;
@@
- umem = kzalloc@p(sizeof(*umem), GFP_KERNEL);
+ umem = uverbs_umem_alloc();

// On failure, and in the end.
// matches: 2
@free_umem depends on alloc_umem@
position p;
struct ib_umem *umem;
@@
- kfree@p(umem);
+ uverbs_umem_free(umem);

// matches: 1
@umem_pinned depends on alloc_umem@
position p;
expression ret;
struct ib_umem *umem;
@@
  ib_umem_get(...)
  {
  <...
- return ret ? ERR_PTR@p(ret) : umem;
+ return ret ? ERR_PTR(ret) : uverbs_umem_pinned(umem);
  ...>
  }

// matches: 1
@include_for_umem depends on alloc_umem@
position p;
@@
  #include "uverbs.h"@p
+ #include "pins.h"

// The only pinning for an object that is there already.
// matches: 1
@resize_cq@
position p;
expression cq, cqe, udata;
@@
- cq->device->ops.resize_cq@p(cq, cqe, udata)
+ uverbs_resize_cq(cq, cqe, udata)

// matches: 1
@include_for_resize depends on resize_cq@
position p;
@@
  #include "rdma_core.h"@p
+ #include "objects.h"
+ #include "pins.h"

// Our part of an open file goes with it.
// matches: 1
@free_file@
position p;
struct ib_uverbs_file *file;
@@
- kfree@p(file);
+ uverbs_file_free(file);

// With and without mmap().
// matches: 2
@show@
position p;
identifier ops;
@@
  static const struct file_operations ops = {
	.open@p = ib_uverbs_open,
+	.show_fdinfo = uverbs_show_fdinfo,
  };
