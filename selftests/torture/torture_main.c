// SPDX-License-Identifier: GPL-2.0
/*
 * Start, end and result of a run.
 */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/jhash.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/slab.h>
#include "torture.h"

static unsigned int seconds = 30;
module_param(seconds, uint, 0444);
MODULE_PARM_DESC(seconds, "How long to run (default 30)");

unsigned int torture_seed;
module_param_named(seed, torture_seed, uint, 0444);
MODULE_PARM_DESC(seed, "Of the random choices (default 0: a random one, which is printed)");

unsigned int torture_nreaders;
module_param_named(nreaders, torture_nreaders, uint, 0444);
MODULE_PARM_DESC(nreaders, "Threads that use data (default 0: two for each processor, 3 at the least)");

LIST_HEAD(torture_actors);

static atomic_t torture_failures;
static bool torture_stop;
static bool torture_over;
static DECLARE_WAIT_QUEUE_HEAD(torture_wait);
static struct task_struct *torture_task;
static struct dentry *torture_debugfs;

/**
 * torture_failed() - what must not be has been seen
 * @func: where
 * @line: where
 * @cond: what did not hold
 *
 * The first few are printed.  The run ends.
 *
 * Context: Any context.
 */
void torture_failed(const char *func, int line, const char *cond)
{
	if (atomic_inc_return(&torture_failures) <= 10)
		pr_err("ib_client_data_torture: FAILED: %s:%d: not met: %s (seed=%u, %s)\n",
		       func, line, cond, torture_seed,
		       in_task() ? current->comm : "interrupt");
	WRITE_ONCE(torture_stop, true);
	wake_up(&torture_wait);
}

/**
 * torture_has_failed() - whether anything was seen that must not be
 *
 * Context: Any context.
 * Return: true if so.
 */
bool torture_has_failed(void)
{
	return atomic_read(&torture_failures) || atomic_read(&test_failures);
}

/**
 * torture_stopping() - whether the run is about to end
 *
 * Context: Any context.
 * Return: true if so.
 */
bool torture_stopping(void)
{
	return READ_ONCE(torture_stop);
}

/**
 * torture_result() - how the run goes
 *
 * Context: Any context.
 * Return: "running", "ok" or "FAILED".
 */
const char *torture_result(void)
{
	if (torture_has_failed())
		return "FAILED";
	/* Pairs with torture_run(). */
	return smp_load_acquire(&torture_over) ? "ok" : "running";
}

/**
 * torture_actor_new() - make an actor
 * @context: where it acts
 * @name: what it is
 * @nr: which of these
 *
 * Context: May sleep, on the thread that starts the run.
 * Return: the actor, which lives until the module is unloaded, or NULL.
 */
struct torture_actor *torture_actor_new(enum torture_context context,
					const char *name, int nr)
{
	struct torture_actor *actor = kzalloc(sizeof(*actor), GFP_KERNEL);
	u64 seed;

	if (!actor)
		return NULL;
	snprintf(actor->name, sizeof(actor->name), "%s%d", name, nr);
	actor->context = context;
	seed = jhash(actor->name, strlen(actor->name), torture_seed);
	prandom_seed_state(&actor->rnd, seed << 32 | torture_seed);
	list_add_tail(&actor->entry, &torture_actors);
	return actor;
}

static void torture_actors_free(void)
{
	struct torture_actor *actor, *next;

	list_for_each_entry_safe(actor, next, &torture_actors, entry)
		kfree(actor);
}

/**
 * torture_choose() - draw the random numbers of the next turn
 * @actor: the actor
 *
 * Always two: what was met in one turn does not change the next one.
 *
 * Context: The actor's.
 */
void torture_choose(struct torture_actor *actor)
{
	actor->what = prandom_u32_state(&actor->rnd);
	actor->how = prandom_u32_state(&actor->rnd);
	if (actor->stats[TORTURE_OPS] < TORTURE_DIGEST)
		actor->digest = jhash_3words(actor->what, actor->how,
					     actor->digest, 0);
	torture_count(actor, TORTURE_OPS);
}

/**
 * torture_thread_start() - give an actor its thread
 * @actor: the actor
 * @run: what it runs; ends when kthread_should_stop()
 *
 * Context: May sleep.
 * Return: 0 or a negative errno.
 */
int torture_thread_start(struct torture_actor *actor, int (*run)(void *actor))
{
	struct task_struct *task;

	task = kthread_run(run, actor, "icd_%s", actor->name);
	if (IS_ERR(task))
		return PTR_ERR(task);
	actor->task = task;
	return 0;
}

/**
 * torture_thread_stop() - end an actor's thread, if it has one
 * @actor: the actor
 *
 * Context: May sleep.
 */
void torture_thread_stop(struct torture_actor *actor)
{
	if (actor->task)
		kthread_stop(actor->task);
	actor->task = NULL;
}

/**
 * torture_sleep_us() - sleep, or only let others run
 * @us: for so long; 0: not at all
 *
 * Context: May sleep.
 */
void torture_sleep_us(unsigned int us)
{
	if (us)
		usleep_range(us, us + us / 4);
	else
		cond_resched();
}

/* Removers may wait for references that timers give back: these end last. */
static void torture_end(void)
{
	torture_users_stop();
	torture_clients_stop();
	torture_devices_stop();
	torture_irqs_stop();
	torture_data_exit();
}

static void torture_check_balance(void)
{
	u64 gets = torture_sum(TORTURE_HITS) + torture_sum(TORTURE_MORE) +
		   torture_sum(TORTURE_ALLOC_GETS);

	TORTURE_CHECK(torture_sum(TORTURE_PUTS) == gets);
	TORTURE_CHECK(torture_sum(TORTURE_ALLOCS) ==
		      torture_sum(TORTURE_FREES));
	TORTURE_CHECK(torture_sum(TORTURE_ADDS) ==
		      torture_sum(TORTURE_REMOVES));
}

static int torture_run(void *unused)
{
	pr_info("ib_client_data_torture: seed=%u, %u s, %u readers\n",
		torture_seed, seconds, torture_nreaders);
	TORTURE_CHECK(!torture_devices_start());
	TORTURE_CHECK(!torture_clients_start());
	TORTURE_CHECK(!torture_irqs_start());
	TORTURE_CHECK(!torture_users_start());

	wait_event_timeout(torture_wait, torture_stopping(), seconds * HZ);
	WRITE_ONCE(torture_stop, true);
	torture_end();
	if (!torture_has_failed())
		torture_check_balance();
	/* What the run has found comes first. */
	smp_store_release(&torture_over, true);
	pr_info("ib_client_data_torture: %s, seed=%u, %d failures\n",
		torture_result(), torture_seed,
		atomic_read(&torture_failures));
	torture_stats_show(NULL);

	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ);
	return 0;
}

static int result_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "%s\n", torture_result());
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(result);

static int over_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "%d\n", READ_ONCE(torture_over));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(over);

static int stats_show(struct seq_file *m, void *unused)
{
	torture_stats_show(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stats);

static int actors_show(struct seq_file *m, void *unused)
{
	/* Pairs with torture_run(): from there on they change no more. */
	if (smp_load_acquire(&torture_over))
		torture_actors_show(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(actors);

static int __init torture_init(void)
{
	int ret;

	while (!torture_seed)
		torture_seed = get_random_u32();
	if (!torture_nreaders)
		torture_nreaders = max(2 * num_online_cpus(), 3U);

	ret = torture_data_init();
	if (ret)
		return ret;
	torture_task = kthread_run(torture_run, NULL, "icd_torture");
	if (IS_ERR(torture_task)) {
		torture_data_exit();
		return PTR_ERR(torture_task);
	}

	torture_debugfs = debugfs_create_dir("ib_client_data_torture", NULL);
	debugfs_create_file("result", 0444, torture_debugfs, NULL,
			    &result_fops);
	debugfs_create_file("over", 0444, torture_debugfs, NULL, &over_fops);
	debugfs_create_file("stats", 0444, torture_debugfs, NULL, &stats_fops);
	debugfs_create_file("actors", 0444, torture_debugfs, NULL,
			    &actors_fops);
	return 0;
}

static void __exit torture_exit(void)
{
	WRITE_ONCE(torture_stop, true);
	wake_up(&torture_wait);
	kthread_stop(torture_task);
	debugfs_remove(torture_debugfs);
	torture_actors_free();
}

module_init(torture_init);
module_exit(torture_exit);

MODULE_DESCRIPTION("Torture test of ib_client_data");
MODULE_LICENSE("GPL");
