// SPDX-License-Identifier: GPL-2.0
//
// What the target keeps per RDMA device becomes client data: found by device,
// counted and freed by ib_client_data.ko.  The code that is new is in device.c.

// Client data instead of a count of its own.
// matches: 1
@ device_struct @
position p;
@@
  struct srpt_device {
- 	struct kref refcnt@p;
+ 	/* the client data that this is; each channel and login holds a reference */
+ 	struct ib_client_data data;
+ 	/* written under srpt_ports_mutex, never reset: the device goes */
+ 	bool removing;
+ 	/* under srpt_ports_mutex: no logins, the shared receive queue changes */
+ 	bool changing;
  	...
  };

// Nobody waits for the channels of a port but who changes its receive queue.
// matches: 1
@ port_struct @
position p;
@@
  struct srpt_port {
  	...
- 	struct completion *freed_channels@p;
+ 	/* woken when refcount drops to zero */
+ 	wait_queue_head_t idle;
+ 	/* device and port number, as in rxe0_1; under srpt_ports_mutex */
+ 	char owner[SRPT_OWNER_LEN];
  	...
  };

// Devices are listed in device.c, under a mutex ...
// matches: 1
@ list_lock @
declarer name DEFINE_SPINLOCK;
position p;
@@
- static DEFINE_SPINLOCK@p(srpt_dev_lock);

// ... since what finds them may sleep.
// matches: 1
@ list_head @
declarer name LIST_HEAD;
position p;
@@
- static LIST_HEAD@p(srpt_dev_list);

// free_client_data() instead, behind core's fence.
// matches: 1
@ device_free @
identifier refcnt;
position p;
@@
- static void srpt_free_sdev@p(struct kref *refcnt) { ... }

// matches: 1
@ device_put @
identifier sdev;
position p;
@@
- static void srpt_sdev_put@p(struct srpt_device *sdev) { ... }

// matches: 1
@ device_add @
identifier device;
position p;
@@
- static int srpt_add_one@p(struct ib_device *device) { ... }

// matches: 1
@ device_remove @
identifier device, client_data;
position p;
@@
- static void srpt_remove_one@p(struct ib_device *device, void *client_data) { ... }

// Core waits for the channels.
// matches: 1
@ port_release @
identifier sport;
position p;
@@
- static int srpt_release_sport@p(struct srpt_port *sport) { ... }

// Core allocates, frees and is asked through these.
// matches: 1
@ client_ops @
position p;
@@
  static struct ib_client srpt_client@p = {
  	.name = DRV_NAME,
  	.add = srpt_add_one,
- 	.remove = srpt_remove_one
+ 	.remove = srpt_remove_one,
+ 	.rename = srpt_rename_one,
+ 	.alloc_client_data = srpt_alloc_client_data,
+ 	.free_client_data = srpt_free_client_data,
  };

// Releases of channels run on a queue that can be waited for.
// matches: 1
@ init_queue @
identifier ret;
position p;
@@
+ srpt_wq = alloc_workqueue("ib_srpt", WQ_UNBOUND, 0);
+ if (!srpt_wq)
+ 	return -ENOMEM;
  ret = target_register_template@p(&srpt_template);
- if (ret)
+ if (ret) {
+ 	destroy_workqueue(srpt_wq);
  	goto out;
+ }

// matches: 1
@ init_failed @
position p;
@@
  srpt_init_module(...)
  {
  <...
  target_unregister_template@p(&srpt_template);
+ destroy_workqueue(srpt_wq);
  ...>
  }

// The fence orders the last release before this line, all but its return.
// matches: 1
@ exit_queue @
position p;
@@
  srpt_cleanup_module(void)
  {
  	...
  	ib_unregister_client@p(&srpt_client);
+ 	destroy_workqueue(srpt_wq);
  	...
  }
