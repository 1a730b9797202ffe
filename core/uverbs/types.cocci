// SPDX-License-Identifier: GPL-2.0
//
// What types have to know of the object layer.

// list.c gathers: it knows where the objects are.
// matches: 1
@gather@
typedef uint32_t;
position p;
identifier ufile, uapi_object, attrs, out_len, total;
@@
- static uint32_t *
- gather_objects_handle@p(struct ib_uverbs_file *ufile,
-		const struct uverbs_api_object *uapi_object,
-		struct uverbs_attr_bundle *attrs, ssize_t out_len, u64 *total)
- { ... }

// matches: 1
@include_for_list depends on gather@
position p;
@@
  #include "rdma_core.h"@p
+ #include "objects.h"

// Who waits for the next event of a device is told that there will be none.
// matches: 1
@end_async_events@
position p;
identifier uobj, why;
@@
  uverbs_async_event_destroy_uobj@p(struct ib_uobject *uobj,
				    enum rdma_remove_reason why)
  {
  ...
  if (why == RDMA_REMOVE_DRIVER_REMOVE)
	ib_uverbs_async_handler(...);
+ if (why == RDMA_REMOVE_DRIVER_REMOVE)
+	uverbs_events_end(&event_file->ev_queue);
  }

// matches: 1
@include_for_events depends on end_async_events@
position p;
@@
  #include "rdma_core.h"@p
+ #include "objects.h"
