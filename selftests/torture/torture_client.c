// SPDX-License-Identifier: GPL-2.0
/*
 * The clients: their callbacks, and threads that register and unregister them.
 */
#include <linux/hash.h>
#include <linux/kthread.h>
#include "torture.h"

static struct torture_actor *torture_client_actors[TORTURE_CLIENTS];

/* Callbacks run on threads of ours only. */
static struct torture_actor *torture_current(void)
{
	return kthread_data(current);
}

/*
 * The last client is removed from all devices as often as can be: the time in
 * which a look-up can go wrong is short.
 */
static bool torture_restless(struct torture_client *client)
{
	return client == &torture_clients[TORTURE_CLIENTS - 1];
}

/*
 * Random bits for a callback.  They depend on the turn that it is called in and
 * on the pair, and draw nothing: the next turn is what it would have been.
 */
static u32 torture_bits(struct torture_pair *pair)
{
	return hash_32(torture_current()->how ^ torture_lifetime(pair) << 8, 32);
}

/**
 * torture_pair() - what is known of a client on a device
 * @client: the client
 * @device: the device
 *
 * Context: Any context.
 * Return: the pair, or NULL if the device is none of ours.
 */
struct torture_pair *torture_pair(struct torture_client *client,
				  struct ib_device *device)
{
	u64 guid = be64_to_cpu(device->node_guid);

	if (guid >> 8 != TORTURE_GUID || (guid & 0xff) >= TORTURE_DEVICES)
		return NULL;
	return &client->pairs[guid & 0xff];
}

/* Nothing of the client on the device is left. */
static void torture_pair_check(struct torture_pair *pair)
{
	TORTURE_CHECK(!pair->added);
	TORTURE_CHECK(!READ_ONCE(pair->live));
	TORTURE_CHECK(!READ_ONCE(pair->box));
	TORTURE_CHECK(!atomic_read(&pair->in_alloc));
	TORTURE_CHECK(!atomic_read(&pair->holders));
}

/**
 * torture_pair_begin() - the lifetime before is over
 * @pair: a client that is not registered, or a device that is not there
 *
 * Context: May sleep, before the client is registered or the device is added.
 */
void torture_pair_begin(struct torture_pair *pair)
{
	u32 lifetime = atomic_inc_return(&pair->lifetime);

	torture_pair_check(pair);
	/* For those who are about to look up. */
	smp_store_release(&pair->fenced, lifetime - 1);
}

static struct ib_client_data *torture_alloc(struct torture_client *client,
					    struct ib_device *device)
{
	struct torture_pair *pair = torture_pair(client, device);
	struct torture_actor *actor = torture_current();
	struct torture_data *data = NULL;
	u32 lifetime = torture_lifetime(pair);

	might_sleep();
	/* One at a time, once, and none after the fence. */
	TORTURE_CHECK(atomic_inc_return(&pair->in_alloc) == 1);
	TORTURE_CHECK(!READ_ONCE(pair->live));
	TORTURE_CHECK(torture_later(lifetime, actor->before));
	TORTURE_CHECK(device->ops.query_port);

	if (!(actor->how >> 3 & 3))
		torture_sleep_us(actor->how >> 8 & 0xfff);

	/* Removal waits for this callback. */
	TORTURE_CHECK(torture_lifetime(pair) == lifetime);
	if (!(actor->how & 7)) {
		torture_count(actor, TORTURE_FAILS);
		atomic_dec(&pair->in_alloc);
		return ERR_PTR(TORTURE_ERROR);
	}
	data = torture_data_alloc(pair);
	if (data) {
		torture_count(actor, TORTURE_ALLOCS);
		TORTURE_CHECK(xchg(&pair->alloc_lifetime, lifetime) !=
			      lifetime);
		WRITE_ONCE(pair->live, data);
	}
	atomic_dec(&pair->in_alloc);
	return data ? &data->ib : ERR_PTR(-ENOMEM);
}

static void torture_free(struct ib_client_data *ib)
{
	struct torture_client *client =
		container_of(ib->client, struct torture_client, ib);
	struct torture_data *data = container_of(ib, struct torture_data, ib);
	struct torture_actor *actor = torture_current();
	struct torture_pair *pair;

	might_sleep();
	if (!TORTURE_CHECK(data->magic == TORTURE_MAGIC))
		return;
	pair = data->pair;
	TORTURE_CHECK(pair == torture_pair(client, ib->device));
	TORTURE_CHECK(READ_ONCE(pair->live) == data);
	TORTURE_CHECK(torture_lifetime(pair) == data->lifetime);
	TORTURE_CHECK(xchg(&pair->free_lifetime, data->lifetime) !=
		      data->lifetime);
	TORTURE_CHECK(!atomic_read(&pair->holders));
	TORTURE_CHECK(!ib_get_client_data(ib->device, ib->client));
	/* Never published, with core's and the caller's reference: too late. */
	if (kref_read(&ib->kref))
		torture_count(actor, TORTURE_LATE);
	if (!(actor->how >> 5 & 7))
		torture_sleep_us(actor->how >> 20);

	torture_count(actor, TORTURE_FREES);
	WRITE_ONCE(pair->live, NULL);
	torture_data_free(data);
}

/* The data of a client that has just been added, by the one who adds it. */
static void torture_add_alloc(struct torture_client *client,
			      struct torture_pair *pair,
			      struct ib_device *device)
{
	struct torture_actor *actor = torture_current();
	struct ib_client_data *ib;

	actor->before = pair->fenced;
	ib = ib_alloc_or_get_client_data(device, &client->ib);
	if (IS_ERR(ib)) {
		TORTURE_CHECK(ib == ERR_PTR(TORTURE_ERROR) ||
			      ib == ERR_PTR(-ENOMEM));
		torture_count(actor, TORTURE_ERRORS);
		return;
	}
	torture_count(actor, TORTURE_ALLOC_GETS);
	if (!torture_data_check(container_of(ib, struct torture_data, ib)))
		return;
	atomic_inc(&pair->holders);
	torture_data_put(actor, container_of(ib, struct torture_data, ib));
}

static int torture_add(struct torture_client *client, struct ib_device *device)
{
	struct torture_pair *pair = torture_pair(client, device);
	struct torture_actor *actor;
	u32 bits;

	if (!pair)
		return -EOPNOTSUPP;
	actor = torture_current();

	TORTURE_CHECK(!pair->added);
	bits = torture_bits(pair);
	if (torture_restless(client) || !(bits & 3))
		torture_add_alloc(client, pair, device);
	if (!torture_restless(client) && !(bits >> 2 & 3))
		torture_sleep_us(bits >> 20);
	if (!(bits >> 4 & 7)) {
		/* What others have got by now goes without remove(). */
		torture_count(actor, TORTURE_REFUSED);
		/* Pairs with torture_data_put(). */
		smp_store_release(&pair->ending, torture_lifetime(pair));
		return -EPERM;
	}
	pair->added = true;
	torture_count(actor, TORTURE_ADDS);
	return 0;
}

static void torture_remove(struct torture_client *client,
			   struct ib_device *device, void *client_data)
{
	struct torture_pair *pair = torture_pair(client, device);
	struct torture_actor *actor;
	struct torture_data *data;
	u32 bits;

	if (!TORTURE_CHECK(pair))
		return;
	actor = torture_current();
	bits = torture_bits(pair);
	TORTURE_CHECK(pair->added);
	pair->added = false;
	torture_count(actor, TORTURE_REMOVES);

	/* Pairs with torture_data_put(). */
	smp_store_release(&pair->ending, torture_lifetime(pair));
	/* Pairs with those who are about to look up. */
	smp_store_release(&pair->fenced, torture_lifetime(pair));
	/* The next one may be the same client's on the next device. */
	torture_target(client - torture_clients,
		       (pair - client->pairs + 1) % TORTURE_DEVICES);
	/* In a hurry: core must wait for those who are looking up. */
	if (torture_restless(client) || bits >> 3 & 1)
		return;
	TORTURE_CHECK(!ib_get_client_data(device, &client->ib));
	if (bits & 1)
		TORTURE_CHECK(ib_alloc_or_get_client_data(device, &client->ib) ==
			      ERR_PTR(-ENODEV));
	if (client_data) {
		data = container_of((struct ib_client_data *)client_data,
				    struct torture_data, ib);
		TORTURE_CHECK(torture_data_check(data) &&
			      data->ib.device == device &&
			      data->ib.client == &client->ib);
	}
	/* A user is made to let go. */
	torture_fetch(actor, pair);
	if (!(bits >> 1 & 3))
		torture_sleep_us(bits >> 20);
}

#define TORTURE_CALLBACKS(n)						\
static struct torture_client *const torture_self##n =			\
	&torture_clients[n];						\
									\
static int torture_add##n(struct ib_device *device)			\
{									\
	return torture_add(torture_self##n, device);			\
}									\
									\
static void torture_remove##n(struct ib_device *device, void *data)	\
{									\
	torture_remove(torture_self##n, device, data);			\
}									\
									\
static struct ib_client_data *torture_alloc##n(struct ib_device *device) \
{									\
	return torture_alloc(torture_self##n, device);			\
}

#define TORTURE_CLIENT(n)						\
	{								\
		.ib.name = "icd_torture" #n,				\
		.ib.add = torture_add##n,				\
		.ib.remove = torture_remove##n,				\
		.ib.alloc_client_data = torture_alloc##n,		\
		.ib.free_client_data = torture_free,			\
	}

TORTURE_CALLBACKS(0)
TORTURE_CALLBACKS(1)
TORTURE_CALLBACKS(2)

struct torture_client torture_clients[TORTURE_CLIENTS] = {
	TORTURE_CLIENT(0),
	TORTURE_CLIENT(1),
	TORTURE_CLIENT(2),
};

/* Unregistration is over: nothing of the client is left on any device. */
static void torture_client_check(struct torture_client *client)
{
	struct torture_device *td;
	int i;

	for (i = 0; i < TORTURE_DEVICES; i++) {
		torture_pair_check(&client->pairs[i]);
		td = torture_device_get(i);
		if (!td)
			continue;
		TORTURE_CHECK(!ib_get_client_data(td->ib, &client->ib));
		TORTURE_CHECK(ib_alloc_or_get_client_data(td->ib, &client->ib) ==
			      ERR_PTR(-ENODEV));
		torture_device_put(td);
	}
}

/* How long a client stays registered. */
static void torture_client_rest(struct torture_actor *actor,
				struct torture_client *client, unsigned int nr)
{
	if (torture_restless(client)) {
		torture_target(nr, (actor->what & 0xff) % TORTURE_DEVICES);
		torture_sleep_us(20 + (actor->what >> 8 & 0x7f));
		return;
	}
	/* Half of them short, the others outliving devices. */
	torture_sleep_us(actor->what & (actor->how & 1 ? 0x7ff : 0x7fff));
	torture_target(nr, (actor->what >> 15 & 0xff) % TORTURE_DEVICES);
	torture_sleep_us(200 + (actor->what >> 23));
}

static int torture_client_thread(void *arg)
{
	struct torture_actor *actor = arg;
	struct torture_client *client;
	unsigned int nr = 0;
	int i, ret;

	while (torture_client_actors[nr] != actor)
		nr++;
	client = &torture_clients[nr];
	while (!kthread_should_stop()) {
		if (torture_stopping()) {
			torture_sleep_us(1000);
			continue;
		}
		torture_choose(actor);
		for (i = 0; i < TORTURE_DEVICES; i++)
			torture_pair_begin(&client->pairs[i]);
		ret = ib_register_client(&client->ib);
		TORTURE_CHECK(!ret || ret == -ENOMEM);
		if (!ret) {
			torture_count(actor, TORTURE_REGISTERED);
			torture_client_rest(actor, client, nr);
			ib_unregister_client(&client->ib);
			torture_client_check(client);
		}
		torture_sleep_us(torture_restless(client) ? 0 :
				 actor->what >> 20);
	}
	return 0;
}

/**
 * torture_clients_start() - begin to register clients
 *
 * Context: May sleep.
 * Return: 0 or a negative errno.
 */
int torture_clients_start(void)
{
	struct torture_actor *actor;
	int i, ret;

	for (i = 0; i < TORTURE_CLIENTS; i++) {
		actor = torture_actor_new(TORTURE_THREAD, "client", i);
		if (!actor)
			return -ENOMEM;
		torture_client_actors[i] = actor;
		ret = torture_thread_start(actor, torture_client_thread);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * torture_clients_stop() - unregister all clients and end
 *
 * Context: May sleep.
 */
void torture_clients_stop(void)
{
	int i;

	for (i = 0; i < TORTURE_CLIENTS; i++)
		if (torture_client_actors[i])
			torture_thread_stop(torture_client_actors[i]);
}
