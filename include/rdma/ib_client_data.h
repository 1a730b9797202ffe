/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reference counted data of an RDMA client on an RDMA device.
 *
 * A client (an upper-layer protocol, ULP) keeps one &struct ib_client_data for
 * each &struct ib_device that it uses, normally embedded in a structure of its
 * own.  ib_client_data.ko allocates it on first use, hands out references, and
 * frees it when the device or the client goes, once the last reference is back.
 */
#ifndef IB_CLIENT_DATA_H
#define IB_CLIENT_DATA_H

#include <linux/kref.h>
#include <linux/list.h>
#include <rdma/ib_verbs.h>

struct ib_client_data_slot;
struct ib_client_data_thunk;

/**
 * struct ib_client_data - what one client keeps for one device
 * @kref: counts the users of the data.  Core holds one reference from the
 *	return of &ib_client.alloc_client_data until removal; every other one
 *	belongs to whoever got it from ib_get_client_data(),
 *	ib_alloc_or_get_client_data() or ib_client_data_get().  Owned by core:
 *	clients never touch it.
 * @device: the device; constant and valid for the lifetime of the data, up to
 *	and including &ib_client.free_client_data.  No reference is needed: the
 *	device waits for the data.
 * @client: the client; constant and valid for the lifetime of the data.
 * @device_entry: link in the list of all data of @device.  Protected by core's
 *	ib_client_data_lists_mutex; linked while the data can be looked up or
 *	waits for its users.
 * @client_entry: link in the list of all data of @client.  Same lock and
 *	lifetime as @device_entry.
 * @slot: core's record of this device and client pair; constant, owned by core,
 *	outlives the data.
 *
 * All members are set by core when &ib_client.alloc_client_data has returned;
 * the callback need not initialize them.
 */
struct ib_client_data {
	struct kref kref;
	struct ib_device *device;
	struct ib_client *client;
	struct list_head device_entry;
	struct list_head client_entry;
	/* private: core's only */
	struct ib_client_data_slot *slot;
};

/**
 * struct ib_client - a client of RDMA devices with data managed by core
 *
 * @ib_core_client: embedded without a name: the kernel's own members (name, add,
 *	remove, rename, get_nl_info, get_global_nl_info, get_net_dev_by_params,
 *	no_kverbs_req) keep their names.  Wherever the kernel passes client data
 *	to one of them, the client gets its &struct ib_client_data, or NULL if
 *	none was allocated; no reference comes with it, it is valid until the
 *	callback returns.  What ib_core counts with (uses, uses_zero, client_id)
 *	is not used.
 * @alloc_client_data: allocates the data of @device.  Called by the first
 *	ib_alloc_or_get_client_data(), in that caller's context, never twice at
 *	a time for a device; may sleep; must not call
 *	ib_alloc_or_get_client_data() for the same device and client.  Returns
 *	the embedded &struct ib_client_data or an ERR_PTR, which all who waited
 *	for this attempt get too.  Optional: a client without it has no data.
 * @free_client_data: frees what @alloc_client_data made, exactly once: on the
 *	thread that removes the device or the client, after the last reference
 *	is back, with the device still valid; or, if removal began while
 *	@alloc_client_data ran, on the thread that ran it.  May sleep.
 *	Mandatory with @alloc_client_data.
 * @thunk: core's registration of this client; set by ib_register_client(),
 *	NULL when the client is not registered.  Read under RCU, owned by core.
 */
struct ib_client {
	struct ib_core_client;
	struct ib_client_data *(*alloc_client_data)(struct ib_device *device);
	void (*free_client_data)(struct ib_client_data *data);
	/* private: core's only */
	struct ib_client_data_thunk *thunk;
};

int ib_client_data_register_client(struct ib_client *client);
void ib_client_data_unregister_client(struct ib_client *client);

struct ib_client_data *
ib_alloc_or_get_client_data(struct ib_device *device,
			    struct ib_client *client) __must_check;
struct ib_client_data *
ib_get_client_data(struct ib_device *device,
		   struct ib_client *client) __must_check;
struct ib_client_data *ib_client_data_get(struct ib_client_data *data);
bool ib_put_client_data(struct ib_client_data *data);

/*
 * The kernel's calls of these names take its own struct ib_client.  Clients
 * built against this header mean ours; core reaches the kernel's by the
 * ib_core_ names.
 */
static inline int ib_core_register_client(struct ib_core_client *client)
{
	return ib_register_client(client);
}

static inline void ib_core_unregister_client(struct ib_core_client *client)
{
	ib_unregister_client(client);
}

#define ib_register_client(client)	ib_client_data_register_client(client)
#define ib_unregister_client(client)	ib_client_data_unregister_client(client)

#endif /* IB_CLIENT_DATA_H */
