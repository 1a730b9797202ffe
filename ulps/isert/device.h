/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the iSER target keeps for each RDMA device.
 */
#ifndef ISERT_DEVICE_H
#define ISERT_DEVICE_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/wait.h>
#include <rdma/ib_client_data.h>

struct isert_conn;

/**
 * struct isert_device - client data of the iSER target
 * @data: makes this structure client data.  Each connection holds one reference,
 *	from isert_device_get() to isert_device_put().
 * @ib_device: the device; the same as @data.device, but known from the
 *	allocation on.  Constant.
 * @pd: protection domain of all connections.  Constant; lives as long as this
 *	structure.
 * @pi_capable: the device checks T10 protection information.  Constant.
 * @lock: protects @conns and @removing.  Outermost: a removal ends connections
 *	with it held, which keeps them from being freed.
 * @conns: the connections that were accepted, linked by &isert_life.entry.
 * @removing: the device or this module goes: no more @conns.  Set once.
 */
struct isert_device {
	struct ib_client_data data;
	struct ib_device *ib_device;
	struct ib_pd *pd;
	bool pi_capable;

	struct mutex lock; /* conns, removing */
	struct list_head conns;
	bool removing;
};

/**
 * struct isert_life - how a connection comes to its end
 * @entry: link in &isert_device.conns, under &isert_device.lock, from before the
 *	connection is accepted until isert_device_put().
 * @gone: the other end or the device is gone: whoever has the connection shall
 *	end it.  Set once, under the connection's mutex.
 * @parked: the login waits for the initiator's next request, and nobody is at
 *	work on it.  Whoever resets it, under the connection's mutex, has the
 *	login work run: for a request that came, or to end the login.
 * @complete: the login succeeded: the session's receive thread, which comes to
 *	isert_get_rx_pdu(), ends the connection, and must not be woken before.
 *	Set once, same mutex.
 * @held: the portal's thread, which answered the first request, is not done with
 *	the login yet.  Same mutex.
 * @due: the login work is to be queued when the portal's thread is done.  Same
 *	mutex.
 * @unsent: answers to login requests that are posted and not completed.
 * @wait: who refuses a login waits here until @unsent is 0 or @gone is set.
 */
struct isert_life {
	struct list_head entry;
	bool gone;
	bool parked;
	bool complete;
	bool held;
	bool due;
	atomic_t unsent;
	wait_queue_head_t wait;
};

#endif /* ISERT_DEVICE_H */
