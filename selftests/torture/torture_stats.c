// SPDX-License-Identifier: GPL-2.0
/*
 * What was done, by context and by actor.
 */
#include <linux/seq_file.h>
#include "torture.h"

static const char *const torture_stat_names[TORTURE_STATS] = {
	[TORTURE_OPS]		= "turns",
	[TORTURE_HITS]		= "hits",
	[TORTURE_MISSES]	= "misses",
	[TORTURE_ALLOC_GETS]	= "alloc-gets",
	[TORTURE_NODEV]		= "alloc-nodev",
	[TORTURE_ERRORS]	= "alloc-errors",
	[TORTURE_ALLOCS]	= "allocs",
	[TORTURE_FAILS]		= "alloc-fails",
	[TORTURE_LATE]		= "late",
	[TORTURE_MORE]		= "more-gets",
	[TORTURE_MAILED]	= "mailed",
	[TORTURE_PUTS]		= "puts",
	[TORTURE_LASTS]		= "last-puts",
	[TORTURE_ADDS]		= "adds",
	[TORTURE_REFUSED]	= "refused",
	[TORTURE_REMOVES]	= "removes",
	[TORTURE_FREES]		= "frees",
	[TORTURE_REGISTERED]	= "registrations",
	[TORTURE_DEVICES_ADDED]	= "devices",
};

static u64 torture_sum_context(enum torture_stat stat,
			       enum torture_context context)
{
	struct torture_actor *actor;
	u64 sum = 0;

	list_for_each_entry(actor, &torture_actors, entry)
		if (actor->context == context)
			sum += READ_ONCE(actor->stats[stat]);
	return sum;
}

/**
 * torture_sum() - what all actors together have counted
 * @stat: which count
 *
 * Context: Process context, while no actor is made.
 * Return: the sum.
 */
u64 torture_sum(enum torture_stat stat)
{
	enum torture_context context;
	u64 sum = 0;

	for (context = 0; context < TORTURE_CONTEXTS; context++)
		sum += torture_sum_context(stat, context);
	return sum;
}

/**
 * torture_stats_show() - print all counts: name, threads, softirq, hard interrupt
 * @m: where to, or NULL for the kernel log
 *
 * Context: Process context, while no actor is made.
 */
void torture_stats_show(struct seq_file *m)
{
	u64 thread, soft, hard;
	enum torture_stat stat;

	for (stat = 0; stat < TORTURE_STATS; stat++) {
		thread = torture_sum_context(stat, TORTURE_THREAD);
		soft = torture_sum_context(stat, TORTURE_SOFTIRQ);
		hard = torture_sum_context(stat, TORTURE_HARDIRQ);
		if (m)
			seq_printf(m, "%s %llu %llu %llu\n",
				   torture_stat_names[stat], thread, soft, hard);
		else
			pr_info("ib_client_data_torture: %-13s thread %llu, softirq %llu, hardirq %llu\n",
				torture_stat_names[stat], thread, soft, hard);
	}
}

/**
 * torture_actors_show() - print the digest of each actor's first choices
 * @m: where to
 *
 * Those with fewer turns than the digest covers are left out.
 *
 * Context: Process context, when no actor runs.
 */
void torture_actors_show(struct seq_file *m)
{
	struct torture_actor *actor;

	list_for_each_entry(actor, &torture_actors, entry)
		if (actor->stats[TORTURE_OPS] >= TORTURE_DIGEST)
			seq_printf(m, "%s %08x\n", actor->name, actor->digest);
}
