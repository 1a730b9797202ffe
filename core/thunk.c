// SPDX-License-Identifier: GPL-2.0
/*
 * Registration of clients, through generated thunks.
 *
 * ib_core does not tell add() and get_global_nl_info() which client they are
 * called for.  So each registered client gets a thunk: a stock client of
 * ib_core's with functions of its own for these two.  The other callbacks get
 * the slot, which core stored as the stock client's data.
 */
#include <linux/export.h>
#include <linux/netdevice.h>
#include "core.h"

static int ib_client_data_add(struct ib_client_data_thunk *thunk,
			      struct ib_device *device)
{
	struct ib_client *client = thunk->client;
	struct ib_client_data_slot *slot;
	int ret;

	slot = ib_client_data_slot_create(thunk, device);
	if (IS_ERR(slot)) {
		dev_err(&device->dev,
			"ib_client_data: %s can not use this device: %pe\n",
			client->name, slot);
		return PTR_ERR(slot);
	}
	ib_set_client_data(device, &thunk->stock, slot);
	if (!client->add)
		return 0;

	ret = client->add(device);
	if (ret)
		ib_client_data_slot_remove(slot, false);
	return ret;
}

static void ib_client_data_remove(struct ib_device *device, void *client_data)
{
	ib_client_data_slot_remove(client_data, true);
}

static void ib_client_data_rename(struct ib_device *device, void *client_data)
{
	struct ib_client_data_slot *slot = client_data;

	slot->client->rename(device, ib_client_data_slot_kept(slot));
}

static int ib_client_data_get_nl_info(struct ib_device *device,
				      void *client_data,
				      struct ib_client_nl_info *res)
{
	struct ib_client_data_slot *slot = client_data;

	return slot->client->get_nl_info(device, ib_client_data_slot_kept(slot),
					 res);
}

static struct net_device *
ib_client_data_get_net_dev(struct ib_device *device, u32 port, u16 pkey,
			   const union ib_gid *gid,
			   const struct sockaddr *addr, void *client_data)
{
	struct ib_client_data_slot *slot = client_data;

	return slot->client->get_net_dev_by_params(device, port, pkey, gid, addr,
						   ib_client_data_slot_kept(slot));
}

/**
 * struct ib_client_data_calls - the callbacks of one thunk that need generating
 * @add: &ib_client.add for this thunk
 * @get_global_nl_info: &ib_client.get_global_nl_info for this thunk
 */
struct ib_client_data_calls {
	int (*add)(struct ib_device *device);
	int (*get_global_nl_info)(struct ib_client_nl_info *res);
};

#define NR_THUNKS	32

static struct ib_client_data_thunk ib_client_data_thunks[NR_THUNKS];

/* Protects which thunk serves which client. */
static DEFINE_MUTEX(ib_client_data_thunks_mutex);

#define DEFINE_THUNK(n)							\
static int ib_client_data_add_##n(struct ib_device *device)		\
{									\
	return ib_client_data_add(&ib_client_data_thunks[n], device);	\
}									\
									\
static int ib_client_data_global_##n(struct ib_client_nl_info *res)	\
{									\
	struct ib_client *client = ib_client_data_thunks[n].client;	\
									\
	return client->get_global_nl_info(res);				\
}

DEFINE_THUNK(0) DEFINE_THUNK(1) DEFINE_THUNK(2) DEFINE_THUNK(3)
DEFINE_THUNK(4) DEFINE_THUNK(5) DEFINE_THUNK(6) DEFINE_THUNK(7)
DEFINE_THUNK(8) DEFINE_THUNK(9) DEFINE_THUNK(10) DEFINE_THUNK(11)
DEFINE_THUNK(12) DEFINE_THUNK(13) DEFINE_THUNK(14) DEFINE_THUNK(15)
DEFINE_THUNK(16) DEFINE_THUNK(17) DEFINE_THUNK(18) DEFINE_THUNK(19)
DEFINE_THUNK(20) DEFINE_THUNK(21) DEFINE_THUNK(22) DEFINE_THUNK(23)
DEFINE_THUNK(24) DEFINE_THUNK(25) DEFINE_THUNK(26) DEFINE_THUNK(27)
DEFINE_THUNK(28) DEFINE_THUNK(29) DEFINE_THUNK(30) DEFINE_THUNK(31)

#define THUNK_CALLS(n)	{ ib_client_data_add_##n, ib_client_data_global_##n },

static const struct ib_client_data_calls ib_client_data_calls[] = {
	THUNK_CALLS(0) THUNK_CALLS(1) THUNK_CALLS(2) THUNK_CALLS(3)
	THUNK_CALLS(4) THUNK_CALLS(5) THUNK_CALLS(6) THUNK_CALLS(7)
	THUNK_CALLS(8) THUNK_CALLS(9) THUNK_CALLS(10) THUNK_CALLS(11)
	THUNK_CALLS(12) THUNK_CALLS(13) THUNK_CALLS(14) THUNK_CALLS(15)
	THUNK_CALLS(16) THUNK_CALLS(17) THUNK_CALLS(18) THUNK_CALLS(19)
	THUNK_CALLS(20) THUNK_CALLS(21) THUNK_CALLS(22) THUNK_CALLS(23)
	THUNK_CALLS(24) THUNK_CALLS(25) THUNK_CALLS(26) THUNK_CALLS(27)
	THUNK_CALLS(28) THUNK_CALLS(29) THUNK_CALLS(30) THUNK_CALLS(31)
};

static_assert(ARRAY_SIZE(ib_client_data_calls) == NR_THUNKS);

static void ib_client_data_thunk_init(struct ib_client_data_thunk *thunk,
				      struct ib_client *client)
{
	const struct ib_client_data_calls *calls =
		&ib_client_data_calls[thunk - ib_client_data_thunks];
	struct ib_core_client *stock = &thunk->stock;

	thunk->client = client;
	thunk->deadlk_warned = false;
	ib_client_data_lockdep_register(thunk);

	/* ib_core looks at which of the optional ones are there. */
	memset(stock, 0, sizeof(*stock));
	stock->name = client->name;
	stock->no_kverbs_req = client->no_kverbs_req;
	stock->add = calls->add;
	stock->remove = ib_client_data_remove;
	if (client->rename)
		stock->rename = ib_client_data_rename;
	if (client->get_nl_info)
		stock->get_nl_info = ib_client_data_get_nl_info;
	if (client->get_global_nl_info)
		stock->get_global_nl_info = calls->get_global_nl_info;
	if (client->get_net_dev_by_params)
		stock->get_net_dev_by_params = ib_client_data_get_net_dev;
}

/* Gives the client a thunk, or an error that says why not. */
static struct ib_client_data_thunk *
ib_client_data_thunk_get(struct ib_client *client)
{
	struct ib_client_data_thunk *thunk, *free = NULL;

	lockdep_assert_held(&ib_client_data_thunks_mutex);

	for (thunk = ib_client_data_thunks;
	     thunk < ib_client_data_thunks + NR_THUNKS; thunk++) {
		if (thunk->client == client)
			return ERR_PTR(-EEXIST);
		if (!thunk->client && !free)
			free = thunk;
	}
	if (!free)
		return ERR_PTR(-ENOSPC);
	ib_client_data_thunk_init(free, client);
	WRITE_ONCE(client->thunk, free);
	return free;
}

static void ib_client_data_thunk_put(struct ib_client_data_thunk *thunk)
{
	mutex_lock(&ib_client_data_thunks_mutex);
	WARN_ON_ONCE(!xa_empty(&thunk->slots) || !list_empty(&thunk->data));
	WRITE_ONCE(thunk->client->thunk, NULL);
	ib_client_data_lockdep_unregister(thunk);
	thunk->client = NULL;
	mutex_unlock(&ib_client_data_thunks_mutex);
}

/**
 * ib_client_data_register_client() - register a client with its data callbacks
 * @client: the client; stays the caller's and must live until
 *	ib_client_data_unregister_client() has returned.  Its module does not
 *	go away while it is registered.
 *
 * What ib_register_client() means to code built against this header.  Calls
 * &ib_client.add for all devices that exist.
 *
 * Context: May sleep.  Not from a callback of a client.
 * Return: 0; -EINVAL without a name, or if only one of the two data callbacks
 * is there; -EEXIST if the client is registered; -ENOSPC if the table of
 * clients is full; or what ib_core answers.
 */
int ib_client_data_register_client(struct ib_client *client)
{
	struct ib_client_data_thunk *thunk;
	int ret;

	if (!client->name) {
		pr_err("ib_client_data: a client without a name can not be registered\n");
		return -EINVAL;
	}
	if (!client->alloc_client_data != !client->free_client_data) {
		pr_err("ib_client_data: %s: alloc_client_data and free_client_data go together\n",
		       client->name);
		return -EINVAL;
	}

	mutex_lock(&ib_client_data_thunks_mutex);
	thunk = ib_client_data_thunk_get(client);
	mutex_unlock(&ib_client_data_thunks_mutex);
	if (thunk == ERR_PTR(-EEXIST)) {
		pr_err("ib_client_data: %s is registered already\n",
		       client->name);
		return -EEXIST;
	}
	if (IS_ERR(thunk)) {
		pr_err("ib_client_data: %s: all %d places for clients are taken\n",
		       client->name, NR_THUNKS);
		return PTR_ERR(thunk);
	}

	ret = ib_core_register_client(&thunk->stock);
	if (ret) {
		pr_err("ib_client_data: %s: ib_core refuses the client: %d\n",
		       client->name, ret);
		ib_client_data_thunk_put(thunk);
	}
	return ret;
}
EXPORT_SYMBOL_GPL(ib_client_data_register_client);

/**
 * ib_client_data_unregister_client() - unregister a client
 * @client: the client
 *
 * What ib_unregister_client() means to code built against this header.  Runs
 * the removal of every device, see &ib_client.free_client_data; a full fence:
 * no callback of @client runs when it returns, and look-ups fail.
 *
 * Context: May sleep.  Not from a callback of a client.
 */
void ib_client_data_unregister_client(struct ib_client *client)
{
	struct ib_client_data_thunk *thunk = READ_ONCE(client->thunk);

	if (!thunk) {
		pr_err("ib_client_data: %s is not registered\n", client->name);
		return;
	}
	ib_core_unregister_client(&thunk->stock);
	ib_client_data_thunk_put(thunk);
}
EXPORT_SYMBOL_GPL(ib_client_data_unregister_client);

/**
 * ib_client_data_thunks_init() - prepare the table of clients
 *
 * Context: Module initialization.
 */
void ib_client_data_thunks_init(void)
{
	struct ib_client_data_thunk *thunk;

	for (thunk = ib_client_data_thunks;
	     thunk < ib_client_data_thunks + NR_THUNKS; thunk++) {
		xa_init(&thunk->slots);
		INIT_LIST_HEAD(&thunk->data);
	}
}
