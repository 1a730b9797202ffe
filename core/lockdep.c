// SPDX-License-Identifier: GPL-2.0
/*
 * Tells lockdep that removal waits for references.
 *
 * The deadlock to find: a remover waits for the last put while it holds a lock,
 * and a put comes with that lock held.  Each client has a lockdep map that
 * stands for "the last reference is back".  A put acquires it, which records
 * held lock -> map.  The remover's locks must become map -> lock, and as it
 * holds them already that is recorded from a short-lived thread, which holds
 * nothing else: once for each lock class.
 *
 * The map is only ever taken with interrupts off and by tasks, so that lockdep
 * draws no conclusions about interrupts from it.
 */
#include <linux/completion.h>
#include <linux/kthread.h>
#include "core.h"

/**
 * struct ib_client_data_lesson - what the thread is to record
 * @thunk: whose map
 * @lock: a copy of the held lock's map, which gives its class
 * @done: the thread has finished with this structure
 */
struct ib_client_data_lesson {
	struct ib_client_data_thunk *thunk;
	struct lockdep_map lock;
	struct completion done;
};

/**
 * ib_client_data_lockdep_init() - make a client's map
 * @thunk: the client's registration
 *
 * Context: May sleep.
 */
void ib_client_data_lockdep_init(struct ib_client_data_thunk *thunk)
{
	spin_lock_init(&thunk->learnt_lock);
	thunk->nr_learnt = 0;
	lockdep_register_key(&thunk->wait_key);
	lockdep_init_map(&thunk->wait_map, "ib_client_data_wait",
			 &thunk->wait_key, 0);
}

/**
 * ib_client_data_lockdep_exit() - forget a client's map
 * @thunk: the client's registration
 *
 * Context: May sleep.
 */
void ib_client_data_lockdep_exit(struct ib_client_data_thunk *thunk)
{
	lockdep_unregister_key(&thunk->wait_key);
}

/**
 * ib_client_data_lockdep_put() - a reference is given back here
 * @thunk: the client's registration
 *
 * Context: Any context.  Puts in interrupts are left out: what they hold can
 * not be held across a removal, which sleeps.
 */
void ib_client_data_lockdep_put(struct ib_client_data_thunk *thunk)
{
	unsigned long flags;

	if (!in_task())
		return;
	local_irq_save(flags);
	lock_map_acquire(&thunk->wait_map);
	lock_map_release(&thunk->wait_map);
	local_irq_restore(flags);
}

static int ib_client_data_lockdep_thread(void *arg)
{
	struct ib_client_data_lesson *lesson = arg;
	unsigned long flags;

	local_irq_save(flags);
	lock_map_acquire(&lesson->thunk->wait_map);
	lock_acquire(&lesson->lock, 0, 0, 0, 1, NULL, _THIS_IP_);
	lock_release(&lesson->lock, _THIS_IP_);
	lock_map_release(&lesson->thunk->wait_map);
	local_irq_restore(flags);
	complete(&lesson->done);
	return 0;
}

/* True for the first time that a class is seen, while there is room. */
static bool ib_client_data_lockdep_new(struct ib_client_data_thunk *thunk,
				       struct lock_class_key *key)
{
	bool new = false;
	unsigned int i;

	spin_lock(&thunk->learnt_lock);
	for (i = 0; i < thunk->nr_learnt; i++)
		if (thunk->learnt[i] == key)
			goto out;
	if (i < IB_CLIENT_DATA_LOCK_CLASSES) {
		thunk->learnt[thunk->nr_learnt++] = key;
		new = true;
	}
out:
	spin_unlock(&thunk->learnt_lock);
	return new;
}

static void ib_client_data_lockdep_learn(struct ib_client_data_thunk *thunk,
					 const struct lockdep_map *held)
{
	struct ib_client_data_lesson lesson = { .thunk = thunk, .lock = *held };
	struct task_struct *task;

	if (held->key == &__lockdep_no_validate__ ||
	    !ib_client_data_lockdep_new(thunk, held->key))
		return;

	init_completion(&lesson.done);
	task = kthread_run(ib_client_data_lockdep_thread, &lesson,
			   "ib_client_data_lockdep");
	if (!IS_ERR(task))
		wait_for_completion(&lesson.done);
}

/**
 * ib_client_data_lockdep_wait() - the running task waits for references here
 * @thunk: the client's registration
 *
 * Context: May sleep.
 */
void ib_client_data_lockdep_wait(struct ib_client_data_thunk *thunk)
{
	int i;

	if (!debug_locks)
		return;
	for (i = 0; i < current->lockdep_depth; i++)
		ib_client_data_lockdep_learn(thunk,
					     current->held_locks[i].instance);
}
