// SPDX-License-Identifier: GPL-2.0
//
// The record of a device becomes client data: device.h has the structure,
// device.c finds, allocates and frees it.

// Our structure stands in device.h.
// matches: 1
@device_struct@
position p;
@@
- struct iser_device {
-	struct ib_device             *ib_device;
-	struct ib_pd	             *pd;
-	struct ib_event_handler      event_handler;
-	struct list_head             ig_list;
-	int                          refcount@p;
- };
+ #include "device.h"

// No list of devices, hence no lock for it: a device leads to its data.
// matches: 1
@device_list@
position p;
@@
  struct iser_global {
- struct mutex      device_list_mutex@p;
- struct list_head  device_list;
  ...
  };

// matches: 1
@device_list_init@
symbol ig;
position p;
@@
- mutex_init@p(&ig.device_list_mutex);
- INIT_LIST_HEAD(&ig.device_list);

// matches: 1
@event_handler@
position p;
identifier handler, event;
@@
- static void iser_event_handler@p(struct ib_event_handler *handler,
-		struct ib_event *event) { ... }

// matches: 1
@create_resources@
position p;
identifier device;
@@
- static int iser_create_device_ib_res@p(struct iser_device *device) { ... }

// matches: 1
@free_resources@
position p;
identifier device;
@@
- static void iser_free_device_ib_res@p(struct iser_device *device) { ... }

// The list was searched by node GUID, which two devices may share.
// matches: 1
@find_device@
position p;
identifier cma_id;
@@
- static struct iser_device *
- iser_device_find_by_ib_device@p(struct rdma_cm_id *cma_id) { ... }

// matches: 1
@release_device@
position p;
identifier device;
@@
- static void iser_device_try_release@p(struct iser_device *device) { ... }

// Which connections use a device is known to the device.
// matches: 1
@conn_fields@
position p;
@@
  struct iser_conn {
  ...
  struct list_head conn_list@p;
+ /* what a removal needs, see life.c */
+ struct iser_life life;
  ...
  };

// Why there is no device is said where it is known.
// matches: 1
@get_device@
position p;
symbol iser_conn, ig;
identifier device, cma_id, ib_conn;
@@
  iser_addr_handler(struct rdma_cm_id *cma_id)
  {
  <...
- device = iser_device_find_by_ib_device@p(cma_id);
- if (!device) {
-	iser_err(...);
+ if (iser_device_get(iser_conn, cma_id->device)) {
	iser_connect_error(cma_id);
	return;
  }
- ib_conn->device = device;
+ device = ib_conn->device;
  ...>
  }

// matches: 1
@put_device@
position p;
identifier device, ib_conn, iser_conn;
@@
  iser_free_ib_conn_res(struct iser_conn *iser_conn, ...)
  {
  <...
- iser_device_try_release@p(device);
- ib_conn->device = NULL;
+ iser_device_put(iser_conn);
  ...>
  }

// Connections look their device up: the client is there before the transport.
// matches: 1
@register_client@
position p;
@@
  iser_init(void)
  {
  <...
+ err = ib_register_client(&iser_ib_client);
+ if (err) {
+	iser_err("failed to register the client: %d\n", err);
+	goto err_reg;
+ }
  iscsi_iser_scsi_transport = iscsi_register_transport@p(...);
  ...>
  }

// matches: 1
@register_failed@
position p;
@@
  iser_err("iscsi_register_transport failed\n");
+ ib_unregister_client(&iser_ib_client);
  err@p = -EINVAL;

// The removal of the client ends every connection, for which the work that
// releases it may be waiting.  None comes any more: a module that goes has no
// transport for iSCSI.
// matches: 1
@unregister_client@
position p;
symbol release_wq;
@@
  iser_exit(void)
  {
  <...
+ ib_unregister_client(&iser_ib_client);
  destroy_workqueue@p(release_wq);
  ...>
  }
