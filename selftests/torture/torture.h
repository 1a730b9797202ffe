/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ib_client_data_torture.ko: everything that core allows, at random, at once.
 *
 * Threads register and unregister clients, add and remove devices, allocate,
 * look up, hold and put; timers, tasklets and hard interrupts look up and put.
 * Each of them is an actor with random numbers of its own, seeded from the
 * module parameter seed: the choices of an actor are the same in each run with
 * one seed, how they meet those of the others is not.
 *
 * /sys/kernel/debug/ib_client_data_torture/: result (running, ok or FAILED),
 * stats and actors.
 */
#ifndef IB_CLIENT_DATA_TORTURE_H
#define IB_CLIENT_DATA_TORTURE_H

#include <linux/prandom.h>
#include <linux/sched.h>
#include "../core/test.h"

#define TORTURE_CLIENTS	3
#define TORTURE_DEVICES	3

/* Node GUIDs of our devices, without their number in the low byte. */
#define TORTURE_GUID	0x1bcd70ULL

/* What an allocation that is made to fail returns. */
#define TORTURE_ERROR	(-EREMOTEIO)

/**
 * enum torture_stat - what is counted
 * @TORTURE_OPS: choices made.
 * @TORTURE_HITS: look-ups that found data.
 * @TORTURE_MISSES: look-ups that found none.
 * @TORTURE_ALLOC_GETS: calls of ib_alloc_or_get_client_data() that got data.
 * @TORTURE_NODEV: such calls that met a removal.
 * @TORTURE_ERRORS: such calls that failed because a callback did.
 * @TORTURE_ALLOCS: callbacks that made data.
 * @TORTURE_FAILS: callbacks that were made to fail.
 * @TORTURE_LATE: data that were freed unpublished: removal was quicker.
 * @TORTURE_MORE: calls of ib_client_data_get().
 * @TORTURE_MAILED: references that changed hands.
 * @TORTURE_PUTS: references given back.
 * @TORTURE_LASTS: puts that were the last one.
 * @TORTURE_ADDS: calls of add() that succeeded.
 * @TORTURE_REFUSED: calls of add() that were made to fail.
 * @TORTURE_REMOVES: calls of remove().
 * @TORTURE_FREES: calls of free_client_data().
 * @TORTURE_REGISTERED: registrations of a client.
 * @TORTURE_DEVICES_ADDED: devices that were added.
 * @TORTURE_STATS: how many there are.
 */
enum torture_stat {
	TORTURE_OPS,
	TORTURE_HITS,
	TORTURE_MISSES,
	TORTURE_ALLOC_GETS,
	TORTURE_NODEV,
	TORTURE_ERRORS,
	TORTURE_ALLOCS,
	TORTURE_FAILS,
	TORTURE_LATE,
	TORTURE_MORE,
	TORTURE_MAILED,
	TORTURE_PUTS,
	TORTURE_LASTS,
	TORTURE_ADDS,
	TORTURE_REFUSED,
	TORTURE_REMOVES,
	TORTURE_FREES,
	TORTURE_REGISTERED,
	TORTURE_DEVICES_ADDED,
	TORTURE_STATS,
};

/**
 * enum torture_context - where an actor acts
 * @TORTURE_THREAD: in a thread; may sleep.
 * @TORTURE_SOFTIRQ: in a timer or a tasklet.
 * @TORTURE_HARDIRQ: in a hard interrupt.
 * @TORTURE_CONTEXTS: how many there are.
 */
enum torture_context {
	TORTURE_THREAD,
	TORTURE_SOFTIRQ,
	TORTURE_HARDIRQ,
	TORTURE_CONTEXTS,
};

/**
 * enum torture_kind - what a user does in one turn
 * @TORTURE_GET: looks data up, holds and puts them.
 * @TORTURE_GET_MORE: the same with one more reference.
 * @TORTURE_MAIL: looks data up and leaves the reference to somebody else.
 * @TORTURE_FETCH: puts what somebody else has left.
 * @TORTURE_ALLOC: asks for data that may have to be made; a look-up where one
 *	can not sleep.
 * @TORTURE_BURST: many look-ups without a pause.
 */
enum torture_kind {
	TORTURE_GET,
	TORTURE_GET_MORE,
	TORTURE_MAIL,
	TORTURE_FETCH,
	TORTURE_ALLOC,
	TORTURE_BURST,
};

/**
 * struct torture_actor - one thread, timer, tasklet or interrupt
 * @name: what it is and its number.
 * @context: where it acts.
 * @rnd: its random numbers; drawn from by torture_choose() only.
 * @what: random bits of the turn, for what is done.
 * @how: random bits of the turn, for delays and failures.
 * @digest: of all choices of the first %TORTURE_DIGEST turns.
 * @before: for the data it asks for: the last lifetime that was known to be
 *	fenced when it asked.
 * @stats: what it did.
 * @task: the thread, or NULL.
 * @entry: link in the list of all actors; fixed while they run.
 *
 * Used by the actor itself only, apart from @stats, which others read.
 */
struct torture_actor {
	char name[16];
	enum torture_context context;
	struct rnd_state rnd;
	u32 what;
	u32 how;
	u32 digest;
	u32 before;
	u64 stats[TORTURE_STATS];
	struct task_struct *task;
	struct list_head entry;
};

/* How many turns of an actor the digest that shows them equal covers. */
#define TORTURE_DIGEST	16

/**
 * struct torture_pair - what we know about a client on a device
 * @lifetime: which time it is that the client may have the device; counted
 *	when the client is about to be registered and when the device is about
 *	to be added, as add() may not be the first callback.
 * @fenced: the last lifetime whose removal is known to have begun.
 * @ending: the last lifetime that core may have dropped its reference in.
 * @alloc_lifetime: the last lifetime that data were made in.
 * @free_lifetime: the last lifetime whose data were freed.
 * @last_lifetime: the last lifetime in which a put was the last.
 * @live: the data, from the end of the callback that makes them to the
 *	beginning of the one that frees them.
 * @added: add() succeeded and remove() has not been called.
 * @box: a reference that whoever comes along gives back, or NULL.
 * @in_alloc: callbacks that run.
 * @holders: references that actors hold, and the one in @box.
 *
 * A lifetime is over when the client is unregistered or the device is removed;
 * within one, the members are accessed without a lock.
 */
struct torture_pair {
	atomic_t lifetime;
	u32 fenced;
	u32 ending;
	u32 alloc_lifetime;
	u32 free_lifetime;
	u32 last_lifetime;
	struct torture_data *live;
	bool added;
	struct torture_data *box;
	atomic_t in_alloc;
	atomic_t holders;
};

/**
 * struct torture_data - a client's data on a device
 * @ib: what core sees.
 * @magic: %TORTURE_MAGIC until freed.
 * @lifetime: &torture_pair.lifetime when they were made; constant.
 * @pair: the client and the device; constant.
 */
struct torture_data {
	struct ib_client_data ib;
	u32 magic;
	u32 lifetime;
	struct torture_pair *pair;
};

#define TORTURE_MAGIC	0x70127012U
#define TORTURE_POISON	0x6b

/**
 * struct torture_client - a client
 * @ib: the client that is registered.
 * @pairs: what is known of it on each device.
 */
struct torture_client {
	struct ib_client ib;
	struct torture_pair pairs[TORTURE_DEVICES];
};

/**
 * struct torture_device - a device, from one addition to its end
 * @ib: the mock device; the memory is valid as long as this structure is.
 * @gone: it is unregistered: nothing of it may be in use.
 * @ref: one for the thread that adds and removes it, one for each user that
 *	sleeps with it.
 * @rcu: frees the structure.
 */
struct torture_device {
	struct ib_device *ib;
	bool gone;
	refcount_t ref;
	struct rcu_head rcu;
};

/* Notes what must not be and ends the run; evaluates to the condition. */
#define TORTURE_CHECK(cond) ({						\
	bool met = (cond);						\
									\
	if (unlikely(!met))						\
		torture_failed(__func__, __LINE__, #cond);		\
	met;								\
})

static inline void torture_count(struct torture_actor *actor,
				 enum torture_stat stat)
{
	WRITE_ONCE(actor->stats[stat], actor->stats[stat] + 1);
}

static inline u32 torture_lifetime(struct torture_pair *pair)
{
	return atomic_read(&pair->lifetime);
}

/* True if lifetime @a is later than lifetime @b. */
static inline bool torture_later(u32 a, u32 b)
{
	return (s32)(a - b) > 0;
}

/* torture_main.c */
extern unsigned int torture_seed;
extern unsigned int torture_nreaders;
extern struct list_head torture_actors;
void torture_failed(const char *func, int line, const char *cond);
bool torture_has_failed(void);
bool torture_stopping(void);
const char *torture_result(void);
struct torture_actor *torture_actor_new(enum torture_context context,
					const char *name, int nr);
void torture_choose(struct torture_actor *actor);
int torture_thread_start(struct torture_actor *actor, int (*run)(void *actor));
void torture_thread_stop(struct torture_actor *actor);
void torture_sleep_us(unsigned int us);

/* torture_client.c */
extern struct torture_client torture_clients[TORTURE_CLIENTS];
struct torture_pair *torture_pair(struct torture_client *client,
				  struct ib_device *device);
void torture_pair_begin(struct torture_pair *pair);
int torture_clients_start(void);
void torture_clients_stop(void);

/* torture_device.c */
extern struct torture_device __rcu *torture_devices[TORTURE_DEVICES];
struct torture_device *torture_device_get(unsigned int nr);
void torture_device_put(struct torture_device *td);
int torture_devices_start(void);
void torture_devices_stop(void);

/* torture_data.c */
extern unsigned int torture_quarantine;
struct torture_data *torture_data_alloc(struct torture_pair *pair);
void torture_data_free(struct torture_data *data);
bool torture_data_check(struct torture_data *data);
bool torture_data_got(struct torture_actor *actor, struct torture_data *data,
		      struct torture_client *client, struct torture_device *td,
		      u32 before);
void torture_data_put(struct torture_actor *actor, struct torture_data *data);
bool torture_data_put_fast(struct torture_actor *actor,
			   struct torture_data *data);
int torture_data_init(void);
void torture_data_exit(void);

/* torture_user.c */
void torture_target(unsigned int client, unsigned int device);
void torture_use(struct torture_actor *actor);
void torture_fetch(struct torture_actor *actor, struct torture_pair *pair);
int torture_users_start(void);
void torture_users_stop(void);

/* torture_irq.c */
int torture_irqs_start(void);
void torture_irqs_stop(void);

/* torture_stats.c */
u64 torture_sum(enum torture_stat stat);
void torture_stats_show(struct seq_file *m);
void torture_actors_show(struct seq_file *m);

#endif /* IB_CLIENT_DATA_TORTURE_H */
