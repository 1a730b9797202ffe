// SPDX-License-Identifier: GPL-2.0
//
// What the target keeps per RDMA device becomes client data: found by device,
// counted and freed by ib_client_data.ko.  The code that is new is in device.c.

// device.h has the structure, with the client data embedded.
// matches: 1
@device_struct@
position p;
@@
- struct isert_device {
-	bool			pi_capable;
-	int			refcount@p;
-	...
- };

// matches: 1
@device_forward@
position p;
@@
- struct isert_device@p;
+ #include "device.h"
+ #include "listener.h"

// No list of devices any more ...
// matches: 1
@device_list@
declarer name LIST_HEAD;
position p;
@@
- static LIST_HEAD@p(device_list);

// ... and no lock for it.
// matches: 1
@device_list_mutex@
declarer name DEFINE_MUTEX;
position p;
@@
- static DEFINE_MUTEX@p(device_list_mutex);

// matches: 1
@create_resources@
identifier device;
position p;
@@
- static int isert_create_device_ib_res@p(struct isert_device *device) { ... }

// matches: 1
@free_resources@
identifier device;
position p;
@@
- static void isert_free_device_ib_res@p(struct isert_device *device) { ... }

// matches: 1
@device_put_function@
identifier device;
position p;
@@
- static void isert_device_put@p(struct isert_device *device) { ... }

// The list was searched by node GUID, which two devices may share.
// matches: 1
@device_get_function@
identifier cma_id;
position p;
@@
- static struct isert_device *isert_device_get@p(struct rdma_cm_id *cma_id)
- { ... }

// matches: 1
@device_get@
identifier device, isert_conn, cma_id;
expression ret;
position p;
@@
- device = isert_device_get@p(cma_id);
- if (IS_ERR(device)) {
-	ret = PTR_ERR(device);
-	goto out;
- }
- isert_conn->device = device;
+ ret = isert_device_get(isert_conn, cma_id->device);
+ if (ret)
+	goto out;

// Left over from the above.
// matches: 1
@device_variable@
identifier device;
position p;
@@
  isert_connect_request(...)
  {
  ...
- struct isert_device *device@p;
  ...
  }

// A connection gives back what it has: when it is released, or was refused.
// matches: 2
@device_put@
identifier device;
symbol isert_conn;
position p;
@@
- isert_device_put@p(device);
+ isert_device_put(isert_conn);

// The device lasts as long as the connection, an identifier may not.
// matches: 5
@device_of_conn@
identifier isert_conn;
position p;
@@
- isert_conn->cm_id->device@p
+ isert_conn->device->ib_device

// Connections look their device up: the client is there before the transport.
// matches: 1
@start_variable@
position p;
@@
  isert_init(void)
  {
+ int err;
+
  isert_login_wq@p = alloc_workqueue(...);
  ...
  }

// matches: 1
@start@
position p;
@@
+ err = isert_start();
+ if (err) {
+	isert_err("cannot start: %d\n", err);
+	destroy_workqueue(isert_release_wq);
+	destroy_workqueue(isert_comp_wq);
+	destroy_workqueue(isert_login_wq);
+	return err;
+ }
  iscsit_register_transport@p(&iser_target_transport);

// Connections that are being released need the work queues.
// matches: 1
@stop@
position p;
@@
  isert_exit(void)
  {
+ isert_stop();
  flush_workqueue@p(isert_login_wq);
  ...
  }
