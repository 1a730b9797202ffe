// SPDX-License-Identifier: GPL-2.0
/*
 * Who holds references: with the module parameter track, each reference that
 * is taken leaves a record with the stack of the taker.
 *
 * A put does not say which get it belongs to.  It settles the newest record of
 * the same task, or else the oldest record of all.  The number of records is
 * exact; where references change hands between tasks, so is the set of stacks
 * only if they are given back in the order they were taken.
 */
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/stacktrace.h>
#include "core.h"

bool ib_client_data_track;
module_param_named(track, ib_client_data_track, bool, 0444);
MODULE_PARM_DESC(track, "Record who takes references (default off)");

#define TRACK_DEPTH	12

/**
 * struct ib_client_data_record - one outstanding reference
 * @entry: link in &ib_client_data_track.records, under its lock.
 * @since: when it was taken.
 * @pid: the task that took it; 0 from interrupts.
 * @comm: that task's name.
 * @depth: used entries of @stack.
 * @stack: where it was taken, innermost first.
 *
 * All but @entry is constant.
 */
struct ib_client_data_record {
	struct list_head entry;
	ktime_t since;
	pid_t pid;
	char comm[TASK_COMM_LEN];
	unsigned int depth;
	unsigned long stack[TRACK_DEPTH];
};

static pid_t ib_client_data_track_pid(void)
{
	return in_task() ? current->pid : 0;
}

/**
 * ib_client_data_track_init() - begin with no records
 * @slot: a new slot
 *
 * Context: Any context.
 */
void ib_client_data_track_init(struct ib_client_data_slot *slot)
{
	spin_lock_init(&slot->track.lock);
	INIT_LIST_HEAD(&slot->track.records);
}

/**
 * ib_client_data_track_get() - record a reference
 * @slot: the slot; the caller holds the reference
 *
 * Context: Any context.
 */
void ib_client_data_track_get(struct ib_client_data_slot *slot)
{
	struct ib_client_data_track *track = &slot->track;
	struct ib_client_data_record *record;
	unsigned long flags;

	if (!ib_client_data_track)
		return;

	record = kzalloc(sizeof(*record), GFP_ATOMIC | __GFP_NOWARN);
	if (record) {
		record->since = ktime_get();
		record->pid = ib_client_data_track_pid();
		/* Without its lock: a torn name does less harm than a wait. */
		strscpy(record->comm, in_task() ? current->comm : "interrupt",
			TASK_COMM_LEN);
		/* Leave out this function and the one that got the data. */
		record->depth = stack_trace_save(record->stack, TRACK_DEPTH, 2);
	}

	spin_lock_irqsave(&track->lock, flags);
	if (record)
		list_add(&record->entry, &track->records);
	else
		track->missed++;
	spin_unlock_irqrestore(&track->lock, flags);
}

/* The record that a put by the running task settles, or NULL. */
static struct ib_client_data_record *
ib_client_data_track_find(struct ib_client_data_track *track)
{
	struct ib_client_data_record *record;
	pid_t pid = ib_client_data_track_pid();

	lockdep_assert_held(&track->lock);

	list_for_each_entry(record, &track->records, entry)
		if (record->pid == pid)
			return record;
	return list_empty(&track->records) ? NULL :
		list_last_entry(&track->records, struct ib_client_data_record,
				entry);
}

/**
 * ib_client_data_track_put() - settle a record
 * @slot: the slot; the caller still holds the reference
 *
 * Context: Any context.
 */
void ib_client_data_track_put(struct ib_client_data_slot *slot)
{
	struct ib_client_data_track *track = &slot->track;
	struct ib_client_data_record *record;
	unsigned long flags;

	if (!ib_client_data_track)
		return;

	spin_lock_irqsave(&track->lock, flags);
	record = ib_client_data_track_find(track);
	if (record)
		list_del(&record->entry);
	else if (track->missed)
		track->missed--;
	spin_unlock_irqrestore(&track->lock, flags);
	kfree(record);
}

static void ib_client_data_record_print(struct ib_client_data_record *record,
					struct seq_file *m)
{
	s64 age = ktime_ms_delta(ktime_get(), record->since);
	unsigned int i;

	if (!m) {
		pr_warn("  taken %lld ms ago by %s[%d] at\n", age, record->comm,
			record->pid);
		for (i = 0; i < record->depth; i++)
			pr_warn("    %pS\n", (void *)record->stack[i]);
		return;
	}
	seq_printf(m, "  taken %lld ms ago by %s[%d] at\n", age, record->comm,
		   record->pid);
	for (i = 0; i < record->depth; i++)
		seq_printf(m, "    %pS\n", (void *)record->stack[i]);
}

/**
 * ib_client_data_track_print() - tell who holds references
 * @slot: the slot
 * @m: where to, or NULL for the kernel log
 *
 * Context: Process context.
 */
void ib_client_data_track_print(struct ib_client_data_slot *slot,
				struct seq_file *m)
{
	struct ib_client_data_track *track = &slot->track;
	struct ib_client_data_record *record;
	unsigned long flags;

	if (!ib_client_data_track)
		return;

	spin_lock_irqsave(&track->lock, flags);
	list_for_each_entry(record, &track->records, entry)
		ib_client_data_record_print(record, m);
	if (track->missed && m)
		seq_printf(m, "  and %u not recorded\n", track->missed);
	else if (track->missed)
		pr_warn("  and %u not recorded\n", track->missed);
	spin_unlock_irqrestore(&track->lock, flags);
}

/**
 * ib_client_data_track_destroy() - free what is left of the records
 * @slot: the slot; no reference to its data is left
 *
 * Context: Process context.
 */
void ib_client_data_track_destroy(struct ib_client_data_slot *slot)
{
	struct ib_client_data_record *record, *next;

	list_for_each_entry_safe(record, next, &slot->track.records, entry)
		kfree(record);
}
