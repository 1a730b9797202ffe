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

#define FOR_EACH_THUNK(do)						\
	do(0) do(1) do(2) do(3) do(4) do(5) do(6) do(7)			\
	do(8) do(9) do(10) do(11) do(12) do(13) do(14) do(15)		\
	do(16) do(17) do(18) do(19) do(20) do(21) do(22) do(23)		\
	do(24) do(25) do(26) do(27) do(28) do(29) do(30) do(31)
#define COUNT_THUNK(n)	+ 1
#define NR_THUNKS	(0 FOR_EACH_THUNK(COUNT_THUNK))

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

FOR_EACH_THUNK(DEFINE_THUNK)

#define THUNK_CALLS(n)	{ ib_client_data_add_##n, ib_client_data_global_##n },

static const struct ib_client_data_calls ib_client_data_calls[NR_THUNKS] = {
	FOR_EACH_THUNK(THUNK_CALLS)
};

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
