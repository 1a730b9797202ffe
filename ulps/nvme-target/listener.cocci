// SPDX-License-Identifier: GPL-2.0
//
// A port whose listener goes with its device listens again when a device that
// carries its address appears.  The code that is new is in listener.c.

// The port remembers that it wants to listen.
// matches: 1
@ port_struct @
symbol port, cm_id, nvmet_wq, repair_work, init_net, nvmet_rdma_cm_handler,
	ret, nport, out_free_port, route, addr, src_addr, nvmet_rdma_ib_client;
position p;
@@
+ #include "listener.h"
  struct nvmet_rdma_port {
  ...
  struct delayed_work repair_work@p;
+ struct nvmet_rdma_listener listener;
  };

// The handler gives the port up under a lock and has it listen again.
// matches: 1
@ listener_lost @
position p;
@@
  nvmet_rdma_device_removal(...) {
  <...
- xchg@p(&port->cm_id, NULL) != cm_id
+ !nvmet_rdma_lose_listener(port, cm_id)
  ...>
  }

// Not queued for a port that is being removed and freed.
// matches: 1
@ addr_change @
position p;
@@
- queue_delayed_work@p(nvmet_wq, &port->repair_work, 0);
+ nvmet_rdma_rebind_port(port, 0);

// The same lock as for losing it.
// matches: 1
@ listener_take @
position p;
@@
  nvmet_rdma_disable_port(...) {
  <...
- xchg@p(&port->cm_id, NULL)
+ nvmet_rdma_take_listener(port)
  ...>
  }

// The event handler may see the device go before the port has its listener.
// matches: 1
@ listener_begin @
position p;
@@
+ nvmet_rdma_begin_listener(port);
  cm_id = rdma_create_id@p(&init_net, nvmet_rdma_cm_handler, port, ...);

// ... in which case the port does not get it.
// matches: 1
@ listener_publish @
position p;
@@
- port->cm_id@p = cm_id;
- return 0;
+ ret = nvmet_rdma_publish_listener(port, cm_id);
+ if (!ret)
+ 	return 0;

// Without a report about a deadlock that cannot be.
// matches: 1
@ listener_destroy @
expression cm_id;
position p;
@@
  nvmet_rdma_disable_port(...) {
  <...
- rdma_destroy_id@p(cm_id);
+ nvmet_rdma_destroy_listener(cm_id);
  ...>
  }

// Nor when it could not be made to listen.
// matches: 1
@ listener_undo @
expression cm_id;
position p;
@@
  nvmet_rdma_enable_port(...) {
  <...
- rdma_destroy_id@p(cm_id);
+ nvmet_rdma_destroy_listener(cm_id);
  ...>
  }

// Attempts to listen again fail quietly.
// matches: 4
@ listener_errors @
expression list ES;
position p;
@@
  nvmet_rdma_enable_port(...) {
  <...
- pr_err@p(ES);
+ nvmet_rdma_port_err(port, ES);
  ...>
  }

// listener.c repairs for two reasons, at two paces.
// matches: 1
@ port_repair @
identifier w;
position p;
@@
- static void nvmet_rdma_repair_port_work@p(struct work_struct *w) { ... }

// An event may ask for the link before the port is on the list.
// matches: 1
@ port_init @
position p;
@@
  port->nport@p = nport;
+ nvmet_rdma_init_port(port);

// From here on events queue the repair work.
// matches: 1
@ port_add @
position p;
@@
  ret = nvmet_rdma_enable_port@p(port);
  if (ret)
  	goto out_free_port;
+ nvmet_rdma_list_port(port);

// No kick reaches the port from here on.
// matches: 1
@ port_del @
position p;
@@
+ nvmet_rdma_unlist_port(port);
  cancel_delayed_work_sync@p(&port->repair_work);

// The port may be without a listener.  Its address is the one it was bound to.
// matches: 1
@ disc_addr @
position p;
@@
- struct rdma_cm_id *cm_id@p = port->cm_id;
  ...
- &cm_id->route.addr.src_addr
+ &port->addr

// Addresses may appear on devices that are there already.
// matches: 1
@ start @
position p;
@@
  ret = ib_register_client@p(&nvmet_rdma_ib_client);
  if (ret)
  	return ret;
+ nvmet_rdma_watch_addresses();

// The notifiers go before what they kick.
// matches: 2
@ stop @
position p;
@@
+ nvmet_rdma_unwatch_addresses();
  ib_unregister_client@p(&nvmet_rdma_ib_client);
