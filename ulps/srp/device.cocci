// SPDX-License-Identifier: GPL-2.0
//
// What the initiator keeps per RDMA device becomes client data.  The stock
// function that sets it up remains, as the one that allocates; the rest is in
// device.c.

// matches: 1
@ device_struct @
position p;
@@
  struct srp_device {
+ 	/* the client data that this is; each SCSI host holds a reference */
+ 	struct ib_client_data data;
+ 	/* protects waits and removing */
+ 	spinlock_t wait_lock;
+ 	/* the threads that wait for a target's answer, struct srp_wait */
+ 	struct list_head waits;
+ 	/* the device goes: nobody waits any more; never reset */
+ 	bool removing;
+ 	/* held while hosts are aborted; a hidden one is not */
+ 	struct mutex abort_mutex;
+ 	/* while removing, looks after the hosts that there still are */
+ 	struct delayed_work abort_work;
+ 	/* when a host that makes no progress is aborted, in jiffies */
+ 	unsigned long abort_time;
  	struct list_head dev_list@p;
  	...
  };

// matches: 1
@ target_struct @
position p;
@@
  struct srp_target_port {
  	...
  	struct work_struct remove_work@p;
+ 	/* the login that made this host is done with it */
+ 	struct completion added;
+ 	/* under abort_mutex: the host is being freed */
+ 	bool hidden;
  	...
  };

// matches: 1
@ own_header @
position p;
@@
  static struct workqueue_struct *srp_remove_wq@p;
+ #include "removal.h"

// Core allocates, frees and is asked through these.
// matches: 1
@ client_ops @
position p;
@@
  static struct ib_client srp_client@p = {
  	.name = "srp",
  	.add = srp_add_one,
  	.remove = srp_remove_one,
- 	.rename = srp_rename_dev
+ 	.rename = srp_rename_dev,
+ 	.alloc_client_data = srp_alloc_client_data,
+ 	.free_client_data = srp_free_client_data,
  };

// matches: 1
@ add_no_memory @
identifier device;
position p;
@@
  srp_add_one(struct ib_device *device)
  {
  <...
- return -ENOMEM@p;
+ return ERR_PTR(-ENOMEM);
  ...>
  }

// matches: 1
@ add_error @
identifier device, ret;
position p;
@@
  srp_add_one(struct ib_device *device)
  {
  <...
- return ret@p;
+ return ERR_PTR(ret);
  ...>
  }

// device.c makes the ports, when there are data for logins to find.
// matches: 1
@ add_ports @
identifier device, port, srp_dev;
iterator name rdma_for_each_port;
statement S;
position p;
@@
  srp_add_one(struct ib_device *device)
  {
  	...
- 	rdma_for_each_port(device, port) S
- 	ib_set_client_data@p(device, &srp_client, srp_dev);
- 	return 0;
+ 	srp_removal_init(srp_dev);
+ 	return &srp_dev->data;
  }

// matches: 1
@ add_variables @
identifier device, host, port;
position p;
@@
  srp_add_one(struct ib_device *device)
  {
  	...
- 	struct srp_host *host@p;
  	...
- 	u32 port;
  	...
  }

// matches: 1
@ alloc_function @
identifier device;
position p;
@@
- static int srp_add_one@p(struct ib_device *device)
+ static struct ib_client_data *srp_alloc_client_data(struct ib_device *device)
  { ... }

// matches: 1
@ remove_function @
identifier device, client_data;
position p;
@@
- static void srp_remove_one@p(struct ib_device *device, void *client_data) { ... }

// matches: 1
@ rename_data @
identifier device, client_data, srp_dev;
position p;
@@
  srp_rename_dev(struct ib_device *device, void *client_data)
  {
- 	struct srp_device *srp_dev = client_data@p;
+ 	struct srp_device *srp_dev = srp_data_device(client_data);
  	...
  }

// matches: 1
@ login_reference @
identifier target, srp_dev;
position p;
@@
  add_target_store(...)
  {
  	...
  	struct srp_device *srp_dev = ...;
  	... when any
+ 	ib_client_data_get(&srp_dev->data);
  	scsi_host_get@p(target->scsi_host);
  	... when any
  }

// matches: 1
@ login_failed @
identifier target;
symbol srp_dev;
position p;
@@
  add_target_store(...)
  {
  <...
  if (target->state != SRP_TARGET_REMOVED)
  	kobj_ns_drop(KOBJ_NS_TYPE_NET, target->net);
  scsi_host_put@p(target->scsi_host);
+ ib_put_client_data(&srp_dev->data);
  ...>
  }

// matches: 1
@ host_freed @
identifier target;
position p;
@@
  srp_remove_target(...)
  {
  <...
- scsi_host_put@p(target->scsi_host);
+ srp_put_target(target);
  ...>
  }

// One host does not wait for the other; the exit of the module waits for all.
// matches: 1
@ remove_queue @
position p;
@@
- create_workqueue@p("srp_remove")
+ alloc_workqueue("srp_remove", WQ_UNBOUND, 0)

// What the last option gave is no answer to whether all are there.
// matches: 1
@ parse_mandatory @
symbol ret, i, srp_opt_mandatory;
position p;
@@
  srp_parse_options(...)
  {
  <...
+ ret = -EINVAL;
  for (i = 0; i < ARRAY_SIZE@p(srp_opt_mandatory); i++) {
  	...
  }
  ...>
  }

// What a request has already, when there is no memory for the rest: for one that was
// not set up nobody calls the function that frees it.
// matches: 1
@ request_no_memory @
position p;
@@
  srp_init_cmd_priv(struct Scsi_Host *shost, struct scsi_cmnd *cmd)
  {
  	...
  	req->indirect_desc = kmalloc@p(...);
- 	if (!req->indirect_desc)
+ 	if (!req->indirect_desc) {
+ 		srp_exit_cmd_priv(shost, cmd);
  		goto out;
+ 	}
  	...
  }
