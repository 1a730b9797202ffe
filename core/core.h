/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shared by the files of ib_client_data.ko.
 *
 * Two objects: a thunk is one registered client, a slot is one client on one
 * device.  The thunk table is static; slots are made when ib_core adds a device
 * to a client and go, behind a fence, when ib_core removes it.
 */
#ifndef IB_CLIENT_DATA_CORE_H
#define IB_CLIENT_DATA_CORE_H

#include <linux/completion.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/xarray.h>
#include <rdma/ib_verbs.h>

/* How many lock classes that puts need lockdep.c remembers for a client. */
#define IB_CLIENT_DATA_LOCK_CLASSES	16

/**
 * struct ib_client_data_thunk - one registered client
 * @stock: what ib_core knows of the client.  Its callbacks are core's; written
 *	before it is registered, constant until it is unregistered.
 * @client: the client, or NULL for a free thunk.  Written under
 *	ib_client_data_thunks_mutex, constant while @stock is registered.
 * @slots: the client's slots by &ib_device.index.  Read under RCU from any
 *	context; changed by the add and remove callbacks only, which ib_core
 *	serializes for each device.
 * @data: all data of the client, linked by &ib_client_data.client_entry.
 *	Protected by ib_client_data_lists_mutex.
 * @deadlk_warned: the client has had its warning about a recursive allocation.
 * @wait_key: lockdep class of @wait_map; owned by the thunk while that is in
 *	use, NULL if there was no memory for it.
 * @wait_map: stands for "the last reference is back" towards lockdep.
 * @learnt: lock classes that puts were made under.  Protected by
 *	@learnt_lock.
 * @nr_learnt: used entries of @learnt; same lock.
 * @learnt_lock: innermost.
 */
struct ib_client_data_thunk {
	struct ib_core_client stock;
	struct ib_client *client;
	struct xarray slots;
	struct list_head data;
	bool deadlk_warned;
#ifdef CONFIG_LOCKDEP
	struct lock_class_key *wait_key;
	struct lockdep_map wait_map;
	struct lock_class_key *learnt[IB_CLIENT_DATA_LOCK_CLASSES];
	unsigned int nr_learnt;
	spinlock_t learnt_lock; /* learnt, nr_learnt */
#endif
};

/**
 * enum ib_client_data_state - what a slot is doing
 * @IB_CLIENT_DATA_EMPTY: nothing allocated yet, or the last attempt failed.
 * @IB_CLIENT_DATA_ALLOCATING: one caller runs &ib_client.alloc_client_data.
 * @IB_CLIENT_DATA_LIVE: data are published and can be looked up.
 * @IB_CLIENT_DATA_REMOVING: the device or the client goes.  Final.
 */
enum ib_client_data_state {
	IB_CLIENT_DATA_EMPTY,
	IB_CLIENT_DATA_ALLOCATING,
	IB_CLIENT_DATA_LIVE,
	IB_CLIENT_DATA_REMOVING,
};

/**
 * struct ib_client_data_device - a device that has slots
 * @device: the device; valid as long as one slot of it exists.
 * @entry: link in the list of all devices.
 * @slots: the device's slots, linked by &ib_client_data_slot.entry.  The last
 *	slot to leave frees this structure.
 * @data: the device's data, linked by &ib_client_data.device_entry.
 *
 * All of it is protected by ib_client_data_lists_mutex.
 */
struct ib_client_data_device {
	struct ib_device *device;
	struct list_head entry;
	struct list_head slots;
	struct list_head data;
};

/**
 * struct ib_client_data_attempt - one run of &ib_client.alloc_client_data
 * @ref: the caller that runs it and each one that waits for it.
 * @owner: the task that runs the callback; constant.
 * @done: the run is over and @error is valid.  Protected by
 *	&ib_client_data_slot.lock.
 * @error: 0 or what the callback failed with.  Same lock as @done.
 */
struct ib_client_data_attempt {
	refcount_t ref;
	struct task_struct *owner;
	bool done;
	int error;
};

/**
 * struct ib_client_data_track - references and who took them
 * @lock: protects the other members; taken in any context.
 * @records: one for each outstanding reference, newest first.
 * @missed: references that no memory was left to record.
 */
struct ib_client_data_track {
	spinlock_t lock; /* records, missed */
	struct list_head records;
	unsigned int missed;
};

/**
 * struct ib_client_data_slot - one client on one device
 * @ref: keeps the memory: one for ib_core's client data (dropped at the end of
 *	removal), one for each caller that sleeps in
 *	ib_alloc_or_get_client_data().  Freed after an RCU grace period.
 * @device: the device; constant.  Valid until removal ends.
 * @client: the client; constant.  Valid until removal ends.
 * @thunk: the client's registration; constant, static memory.
 * @home: the device's list record; constant, valid while @entry is linked.
 * @entry: link in &ib_client_data_device.slots, under
 *	ib_client_data_lists_mutex.
 * @lock: protects @state, @attempt and the writing of @data.  Process context.
 * @state: see &enum ib_client_data_state.
 * @data: the published data; written under @lock, read under RCU from any
 *	context.  NULL again from the moment removal begins.
 * @kept: the data from publication to free.  Written under @lock; owned by
 *	core's reference, which the remover drops.
 * @attempt: the running allocation, or NULL.  The remover reads it without the
 *	lock, to wait for its end.
 * @wait: woken when @attempt ends and when removal begins.
 * @idle: completed by the put that drops the last reference to @kept.
 * @since: when the data were published, or the slot was made; under @lock.
 * @track: who holds references, if the module parameter track is set.
 * @remover: the task that removes the device from the client, or NULL; written
 *	by that task, compared with the running one.
 * @rcu: frees the slot.
 */
struct ib_client_data_slot {
	refcount_t ref;
	struct ib_device *device;
	struct ib_client *client;
	struct ib_client_data_thunk *thunk;
	struct ib_client_data_device *home;
	struct list_head entry;
	spinlock_t lock; /* state, data, kept, attempt, since */
	enum ib_client_data_state state;
	struct ib_client_data __rcu *data;
	struct ib_client_data *kept;
	struct ib_client_data_attempt *attempt;
	wait_queue_head_t wait;
	struct completion idle;
	ktime_t since;
	struct ib_client_data_track track;
#ifdef CONFIG_LOCKDEP
	struct task_struct *remover;
#endif
	struct rcu_head rcu;
};

/* slot.c */
struct ib_client_data_slot *
ib_client_data_slot_create(struct ib_client_data_thunk *thunk,
			   struct ib_device *device);
struct ib_client_data_slot *
ib_client_data_slot_lookup(struct ib_device *device, struct ib_client *client);
struct ib_client_data *
ib_client_data_slot_kept(struct ib_client_data_slot *slot);
void ib_client_data_slot_put(struct ib_client_data_slot *slot);
void ib_client_data_drop(struct ib_client_data *data);

/* removal.c */
extern unsigned int ib_client_data_report_seconds;
void ib_client_data_slot_remove(struct ib_client_data_slot *slot, bool notify);

/* lists.c */
extern struct mutex ib_client_data_lists_mutex;
extern struct list_head ib_client_data_devices;
int ib_client_data_lists_add_slot(struct ib_client_data_slot *slot);
void ib_client_data_lists_del_slot(struct ib_client_data_slot *slot);
void ib_client_data_lists_add(struct ib_client_data *data);
void ib_client_data_lists_del(struct ib_client_data *data);

/* track.c */
struct seq_file;
extern bool ib_client_data_track;
void ib_client_data_track_init(struct ib_client_data_slot *slot);
void ib_client_data_track_get(struct ib_client_data_slot *slot);
void ib_client_data_track_put(struct ib_client_data_slot *slot);
void ib_client_data_track_print(struct ib_client_data_slot *slot,
				struct seq_file *m);
void ib_client_data_track_destroy(struct ib_client_data_slot *slot);

/* thunk.c */
void ib_client_data_thunks_init(void);

/* debugfs.c */
void ib_client_data_debugfs_init(void);
void ib_client_data_debugfs_exit(void);

/* lockdep.c */
#ifdef CONFIG_LOCKDEP
void ib_client_data_lockdep_init(void);
void ib_client_data_lockdep_exit(void);
void ib_client_data_lockdep_register(struct ib_client_data_thunk *thunk);
void ib_client_data_lockdep_unregister(struct ib_client_data_thunk *thunk);
void ib_client_data_lockdep_put(struct ib_client_data_slot *slot);
void ib_client_data_lockdep_remove(struct ib_client_data_slot *slot);
void ib_client_data_lockdep_wait(struct ib_client_data_thunk *thunk);
#else
static inline void ib_client_data_lockdep_init(void)
{
}

static inline void ib_client_data_lockdep_exit(void)
{
}

static inline void
ib_client_data_lockdep_register(struct ib_client_data_thunk *thunk)
{
}

static inline void
ib_client_data_lockdep_unregister(struct ib_client_data_thunk *thunk)
{
}

static inline void ib_client_data_lockdep_put(struct ib_client_data_slot *slot)
{
}

static inline void
ib_client_data_lockdep_remove(struct ib_client_data_slot *slot)
{
}

static inline void
ib_client_data_lockdep_wait(struct ib_client_data_thunk *thunk)
{
}
#endif

#endif /* IB_CLIENT_DATA_CORE_H */
