// SPDX-License-Identifier: GPL-2.0
/*
 * Users of data: what they do in one turn, and the threads among them.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include "torture.h"

static struct torture_actor **torture_readers;

static enum torture_kind torture_kind(struct torture_actor *actor)
{
	static const u8 kinds[16] = {
		TORTURE_GET, TORTURE_GET, TORTURE_GET, TORTURE_GET,
		TORTURE_GET_MORE, TORTURE_GET_MORE, TORTURE_MAIL, TORTURE_FETCH,
		TORTURE_BURST, TORTURE_BURST, TORTURE_BURST, TORTURE_BURST,
		TORTURE_ALLOC, TORTURE_ALLOC, TORTURE_ALLOC, TORTURE_ALLOC,
	};

	return kinds[actor->what & 15];
}

/*
 * Half of all turns go to one pair: the one that will be removed next, to have
 * somebody in the middle of a look-up when it is.
 */
static unsigned int torture_target_pair;

/**
 * torture_target() - say which pair is going to be removed
 * @client: number of the client
 * @device: number of the device
 *
 * Context: Any context.
 */
void torture_target(unsigned int client, unsigned int device)
{
	WRITE_ONCE(torture_target_pair, client * TORTURE_DEVICES + device);
}

/* The pair of this turn. */
static unsigned int torture_choose_pair(struct torture_actor *actor)
{
	if (actor->how & BIT(7))
		return READ_ONCE(torture_target_pair);
	return (actor->what >> 4 & 0xff) % (TORTURE_CLIENTS * TORTURE_DEVICES);
}

/* How long a reference is held, or a look-up in an interrupt drawn out. */
static void torture_hold(struct torture_actor *actor)
{
	unsigned int how = actor->what >> 12 & 15;

	if (how >= 8 && how < 12)
		udelay(actor->what >> 16 & 31);
	else if (actor->context != TORTURE_THREAD)
		return;
	else if (how == 12 || how == 13)
		cond_resched();
	else if (how == 14)
		torture_sleep_us(actor->what >> 16 & 0xff);
	else if (how == 15 && actor->what >> 30)
		torture_sleep_us(actor->what >> 16 & 0xfff);
	else if (how == 15)
		torture_sleep_us(actor->what >> 14 & 0xffff);
}

/* Leaves the reference to somebody else, and settles what was left before. */
static void torture_mail(struct torture_actor *actor, struct torture_data *data)
{
	data = xchg(&data->pair->box, data);
	if (!data)
		return;
	torture_count(actor, TORTURE_MAILED);
	torture_data_put(actor, data);
}

/**
 * torture_fetch() - give back what somebody has left
 * @actor: who does
 * @pair: the client and the device
 *
 * Context: The actor's.
 */
void torture_fetch(struct torture_actor *actor, struct torture_pair *pair)
{
	struct torture_data *data;

	if (!READ_ONCE(pair->box))
		return;
	data = xchg(&pair->box, NULL);
	if (!data)
		return;
	torture_count(actor, TORTURE_MAILED);
	torture_data_put(actor, data);
}

/* Looks up; what was fenced before that must not be found. */
static struct torture_data *torture_get(struct torture_actor *actor,
					struct torture_client *client,
					struct torture_device *td)
{
	struct torture_pair *pair = torture_pair(client, td->ib);
	struct torture_data *data;
	struct ib_client_data *ib;
	u32 before;

	/* Pairs with torture_remove(): a look-up after this one is too late. */
	before = smp_load_acquire(&pair->fenced);
	ib = ib_get_client_data(td->ib, &client->ib);
	if (!ib) {
		torture_count(actor, TORTURE_MISSES);
		return NULL;
	}
	torture_count(actor, TORTURE_HITS);
	data = container_of(ib, struct torture_data, ib);
	return torture_data_got(actor, data, client, td, before) ? data : NULL;
}

static struct torture_data *torture_get_alloc(struct torture_actor *actor,
					      struct torture_client *client,
					      struct torture_device *td)
{
	struct torture_pair *pair = torture_pair(client, td->ib);
	struct torture_data *data;
	struct ib_client_data *ib;

	/* Pairs with torture_remove(): an allocation after it is too late. */
	actor->before = smp_load_acquire(&pair->fenced);
	ib = ib_alloc_or_get_client_data(td->ib, &client->ib);
	if (ib == ERR_PTR(-ENODEV)) {
		torture_count(actor, TORTURE_NODEV);
		return NULL;
	}
	if (IS_ERR(ib)) {
		TORTURE_CHECK(ib == ERR_PTR(TORTURE_ERROR) ||
			      ib == ERR_PTR(-ENOMEM));
		torture_count(actor, TORTURE_ERRORS);
		return NULL;
	}
	torture_count(actor, TORTURE_ALLOC_GETS);
	data = container_of(ib, struct torture_data, ib);
	return torture_data_got(actor, data, client, td, actor->before) ?
		data : NULL;
}

/*
 * Look-ups as fast as can be, which makes it likely that one of them is in its
 * middle when its processor stops: for an interrupt, or a host's other work.
 */
static void torture_burst(struct torture_actor *actor,
			  struct torture_client *client,
			  struct torture_device *td)
{
	struct torture_pair *pair = torture_pair(client, td->ib);
	unsigned int hits = 0, misses = 0;
	struct torture_data *data;
	struct ib_client_data *ib;
	u32 before;

	while (hits < 256 && misses < 256) {
		/* As in torture_get(). */
		before = smp_load_acquire(&pair->fenced);
		ib = ib_get_client_data(td->ib, &client->ib);
		if (!ib) {
			misses++;
			continue;
		}
		hits++;
		data = container_of(ib, struct torture_data, ib);
		TORTURE_CHECK(data->pair == pair &&
			      torture_later(data->lifetime, before));
		if (!torture_data_put_fast(actor, data))
			break;
	}
	actor->stats[TORTURE_HITS] += hits;
	actor->stats[TORTURE_MISSES] += misses;
}

static void torture_use_device(struct torture_actor *actor,
			       struct torture_client *client,
			       struct torture_device *td)
{
	enum torture_kind kind = torture_kind(actor);
	struct torture_data *data;

	if (kind == TORTURE_BURST) {
		torture_burst(actor, client, td);
		return;
	}
	if (kind == TORTURE_ALLOC && actor->context == TORTURE_THREAD)
		data = torture_get_alloc(actor, client, td);
	else
		data = torture_get(actor, client, td);
	if (!data)
		return;

	torture_hold(actor);
	if (kind == TORTURE_MAIL) {
		torture_mail(actor, data);
		return;
	}
	if (kind == TORTURE_GET_MORE && torture_data_check(data)) {
		torture_count(actor, TORTURE_MORE);
		TORTURE_CHECK(ib_client_data_get(&data->ib) == &data->ib);
		atomic_inc(&data->pair->holders);
		torture_data_put(actor, data);
		torture_hold(actor);
	}
	torture_data_put(actor, data);
}

/**
 * torture_use() - a user's turn
 * @actor: the user
 *
 * Threads leave it to core to keep what look-ups load; elsewhere the device
 * must not be freed, which takes RCU.
 *
 * Context: The actor's.
 */
void torture_use(struct torture_actor *actor)
{
	unsigned int pair = torture_choose_pair(actor);
	struct torture_client *client =
		&torture_clients[pair / TORTURE_DEVICES];
	unsigned int nr = pair % TORTURE_DEVICES;
	struct torture_device *td;

	if (torture_has_failed())
		return;
	if (torture_kind(actor) == TORTURE_FETCH) {
		torture_fetch(actor, &client->pairs[nr]);
		return;
	}
	if (actor->context == TORTURE_THREAD) {
		td = torture_device_get(nr);
		if (!td)
			return;
		torture_use_device(actor, client, td);
		torture_device_put(td);
		return;
	}
	rcu_read_lock();
	td = rcu_dereference(torture_devices[nr]);
	if (td)
		torture_use_device(actor, client, td);
	rcu_read_unlock();
}

static int torture_reader_thread(void *arg)
{
	struct torture_actor *actor = arg;

	while (!kthread_should_stop()) {
		if (torture_stopping()) {
			torture_sleep_us(1000);
			continue;
		}
		torture_choose(actor);
		torture_use(actor);
		/* With one processor others want a turn, too. */
		torture_sleep_us(actor->how >> 28 ? 0 : 200);
	}
	return 0;
}

/**
 * torture_users_start() - start the threads
 *
 * Context: May sleep.
 * Return: 0 or a negative errno.
 */
int torture_users_start(void)
{
	struct torture_actor *actor;
	int i, ret;

	torture_readers = kcalloc(torture_nreaders, sizeof(*torture_readers),
				  GFP_KERNEL);
	if (!torture_readers)
		return -ENOMEM;
	for (i = 0; i < torture_nreaders; i++) {
		actor = torture_actor_new(TORTURE_THREAD, "reader", i);
		if (!actor)
			return -ENOMEM;
		torture_readers[i] = actor;
		ret = torture_thread_start(actor, torture_reader_thread);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * torture_users_stop() - end the threads
 *
 * Context: May sleep.
 */
void torture_users_stop(void)
{
	int i;

	for (i = 0; torture_readers && i < torture_nreaders; i++)
		if (torture_readers[i])
			torture_thread_stop(torture_readers[i]);
	kfree(torture_readers);
	torture_readers = NULL;
}
