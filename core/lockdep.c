// SPDX-License-Identifier: GPL-2.0
/*
 * Tells lockdep that removal waits for references.
 *
 * The deadlock to find: a remover holds a lock while it waits for the last put,
 * and a put can not happen without that lock, because its task holds it or has
 * to wait for somebody who wants it.  Each client has a lockdep map that stands
 * for "the last reference is back".  A remover acquires it when it begins to
 * wait, which records its locks -> map.  What a put needs must become
 * map -> lock; as the task holds these locks already, that is recorded by a
 * thread that holds nothing, once for each lock class.
 *
 * The thread keeps interrupts off so that lockdep draws no conclusions about
 * interrupts from what it does.
 *
 * A put from a callback of ib_core's for the same device teaches nothing: no
 * remover waits meanwhile, or it is the remover's own.  Such a put is often made
 * under the locks that ib_core holds when it adds and removes devices.
 */
#include <linux/kthread.h>
#include <linux/slab.h>
#include "core.h"

static struct kthread_worker *ib_client_data_teacher;

/**
 * struct ib_client_data_lesson - a lock class that a put was made under
 * @work: on ib_client_data_teacher, which frees the lesson.
 * @thunk: whose map; its unregistration waits for the lesson.
 * @lock: a copy of the lock's map, which gives its class.
 * @read: how it was held: 0 exclusively, 1 shared, 2 shared and recursively.
 */
struct ib_client_data_lesson {
	struct kthread_work work;
	struct ib_client_data_thunk *thunk;
	struct lockdep_map lock;
	int read;
};

static void ib_client_data_lockdep_teach(struct kthread_work *work)
{
	struct ib_client_data_lesson *lesson =
		container_of(work, struct ib_client_data_lesson, work);
	unsigned long flags;

	local_irq_save(flags);
	lock_map_acquire(&lesson->thunk->wait_map);
	lock_acquire(&lesson->lock, 0, 0, lesson->read, 1, NULL, _THIS_IP_);
	lock_release(&lesson->lock, _THIS_IP_);
	lock_map_release(&lesson->thunk->wait_map);
	local_irq_restore(flags);
	kfree(lesson);
}

/* True for the first time that a class is seen, while there is room. */
static bool ib_client_data_lockdep_new(struct ib_client_data_thunk *thunk,
				       struct lock_class_key *key)
{
	unsigned long flags;
	bool new = false;
	unsigned int i;

	spin_lock_irqsave(&thunk->learnt_lock, flags);
	for (i = 0; i < thunk->nr_learnt; i++)
		if (thunk->learnt[i] == key)
			goto out;
	if (i < IB_CLIENT_DATA_LOCK_CLASSES) {
		thunk->learnt[thunk->nr_learnt++] = key;
		new = true;
	}
out:
	spin_unlock_irqrestore(&thunk->learnt_lock, flags);
	return new;
}

static void ib_client_data_lockdep_learn(struct ib_client_data_thunk *thunk,
					 const struct held_lock *lock)
{
	const struct lockdep_map *held = lock->instance;
	struct ib_client_data_lesson *lesson;

	if (held->key == &__lockdep_no_validate__ ||
	    !ib_client_data_lockdep_new(thunk, held->key))
		return;
	lesson = kzalloc(sizeof(*lesson), GFP_ATOMIC | __GFP_NOWARN);
	if (!lesson)
		return;
	kthread_init_work(&lesson->work, ib_client_data_lockdep_teach);
	lesson->thunk = thunk;
	lesson->lock = *held;
	lesson->read = lock->read;
	kthread_queue_work(ib_client_data_teacher, &lesson->work);
}

/* In add() and others ib_core holds the lock that a remover gets first. */
static bool ib_client_data_lockdep_callback(struct ib_client_data_slot *slot)
{
	return READ_ONCE(slot->remover) == current ||
	       lockdep_is_held(&slot->device->client_data_rwsem);
}

/**
 * ib_client_data_lockdep_put() - a reference is given back here
 * @slot: the slot; the caller still holds the reference
 *
 * Context: Any context.  Puts in interrupts are left out: a remover, which
 * sleeps, can not hold the locks that these need.
 */
void ib_client_data_lockdep_put(struct ib_client_data_slot *slot)
{
	struct ib_client_data_thunk *thunk = slot->thunk;
	int i;

	if (!debug_locks || !in_task() || !thunk->wait_key ||
	    IS_ERR(ib_client_data_teacher) ||
	    ib_client_data_lockdep_callback(slot))
		return;
	for (i = 0; i < current->lockdep_depth; i++)
		ib_client_data_lockdep_learn(thunk, &current->held_locks[i]);
}

/**
 * ib_client_data_lockdep_remove() - the running task begins a removal
 * @slot: the slot
 *
 * Context: May sleep.
 */
void ib_client_data_lockdep_remove(struct ib_client_data_slot *slot)
{
	WRITE_ONCE(slot->remover, current);
}

/**
 * ib_client_data_lockdep_wait() - the running task waits for references here
 * @thunk: the client's registration
 *
 * Context: May sleep.
 */
void ib_client_data_lockdep_wait(struct ib_client_data_thunk *thunk)
{
	if (!thunk->wait_key)
		return;
	lock_map_acquire(&thunk->wait_map);
	lock_map_release(&thunk->wait_map);
}

/**
 * ib_client_data_lockdep_register() - make a client's map
 * @thunk: the client's registration
 *
 * Without one, for lack of memory, lockdep learns nothing of this client.
 *
 * Context: May sleep.
 */
void ib_client_data_lockdep_register(struct ib_client_data_thunk *thunk)
{
	spin_lock_init(&thunk->learnt_lock);
	thunk->nr_learnt = 0;
	/* Not in the thunk, where it would be static and last for ever. */
	thunk->wait_key = kzalloc(sizeof(*thunk->wait_key), GFP_KERNEL);
	if (!thunk->wait_key)
		return;
	lockdep_register_key(thunk->wait_key);
	lockdep_init_map(&thunk->wait_map, "ib_client_data_wait",
			 thunk->wait_key, 0);
}

/**
 * ib_client_data_lockdep_unregister() - forget a client's map
 * @thunk: the client's registration; no put is made for it any more
 *
 * Context: May sleep.
 */
void ib_client_data_lockdep_unregister(struct ib_client_data_thunk *thunk)
{
	if (!IS_ERR(ib_client_data_teacher))
		kthread_flush_worker(ib_client_data_teacher);
	if (!thunk->wait_key)
		return;
	lockdep_unregister_key(thunk->wait_key);
	kfree(thunk->wait_key);
	thunk->wait_key = NULL;
}

/**
 * ib_client_data_lockdep_init() - start the thread
 *
 * Without it, for lack of memory, lockdep only learns less.
 *
 * Context: Module initialization.
 */
void ib_client_data_lockdep_init(void)
{
	ib_client_data_teacher =
		kthread_create_worker(0, "ib_client_data_lockdep");
}

/**
 * ib_client_data_lockdep_exit() - stop the thread
 *
 * Context: Module exit.
 */
void ib_client_data_lockdep_exit(void)
{
	if (!IS_ERR(ib_client_data_teacher))
		kthread_destroy_worker(ib_client_data_teacher);
}
