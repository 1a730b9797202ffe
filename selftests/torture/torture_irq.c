// SPDX-License-Identifier: GPL-2.0
/*
 * Users in interrupts: on each processor a timer that fires in hard interrupt
 * context, a tasklet that it starts, and a timer that fires in softirq context.
 */
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include "torture.h"

static unsigned int irq_us = 50;
module_param(irq_us, uint, 0444);
MODULE_PARM_DESC(irq_us, "Shortest time between two hard interrupts of a processor (default 50)");

/**
 * struct torture_irq - the actors in interrupts of one processor
 * @hard: acts in @hrtimer.
 * @soft: acts in @tasklet.
 * @slow: acts in @timer.
 * @hrtimer: fires in hard interrupt context.
 * @tasklet: runs when @hrtimer says so.
 * @timer: fires in softirq context.
 */
struct torture_irq {
	struct torture_actor *hard;
	struct torture_actor *soft;
	struct torture_actor *slow;
	struct hrtimer hrtimer;
	struct tasklet_struct tasklet;
	struct timer_list timer;
};

static struct torture_irq *torture_irqs;

/* Set when nothing may be started any more. */
static bool torture_irqs_ended;

static ktime_t torture_us(unsigned int us)
{
	return ns_to_ktime((u64)us * NSEC_PER_USEC);
}

static enum hrtimer_restart torture_hrtimer(struct hrtimer *hrtimer)
{
	struct torture_irq *irq = container_of(hrtimer, struct torture_irq,
					       hrtimer);
	struct torture_actor *actor = irq->hard;

	TORTURE_CHECK(in_hardirq());
	torture_choose(actor);
	torture_use(actor);
	if (!(actor->how & 7))
		tasklet_schedule(&irq->tasklet);
	/* Whoever was interrupted in the middle of something stays there. */
	if (!(actor->how >> 3 & 3))
		udelay(actor->how >> 16 & 127);
	hrtimer_forward_now(hrtimer,
			    torture_us(irq_us + (actor->how >> 8 & 0xff)));
	return HRTIMER_RESTART;
}

static void torture_tasklet(struct tasklet_struct *tasklet)
{
	struct torture_irq *irq = from_tasklet(irq, tasklet, tasklet);

	TORTURE_CHECK(in_serving_softirq());
	torture_choose(irq->soft);
	torture_use(irq->soft);
}

/* What has been left in a box is not there for ever. */
static void torture_fetch_all(struct torture_actor *actor)
{
	int i, j;

	for (i = 0; i < TORTURE_CLIENTS; i++)
		for (j = 0; j < TORTURE_DEVICES && !torture_has_failed(); j++)
			torture_fetch(actor, &torture_clients[i].pairs[j]);
}

static void torture_timer(struct timer_list *timer)
{
	struct torture_irq *irq = container_of(timer, struct torture_irq,
					       timer);
	struct torture_actor *actor = irq->slow;

	TORTURE_CHECK(in_serving_softirq());
	torture_choose(actor);
	torture_use(actor);
	if (!(actor->how >> 4 & 7))
		torture_fetch_all(actor);
	if (!READ_ONCE(torture_irqs_ended))
		mod_timer(timer, jiffies + 1 + (actor->how & 3));
}

static void torture_irq_begin(void *unused)
{
	struct torture_irq *irq = &torture_irqs[smp_processor_id()];

	hrtimer_start(&irq->hrtimer, torture_us(irq_us),
		      HRTIMER_MODE_REL_PINNED_HARD);
	mod_timer(&irq->timer, jiffies + 1);
}

static int torture_irq_init(struct torture_irq *irq, int cpu)
{
	irq->hard = torture_actor_new(TORTURE_HARDIRQ, "hardirq", cpu);
	irq->soft = torture_actor_new(TORTURE_SOFTIRQ, "tasklet", cpu);
	irq->slow = torture_actor_new(TORTURE_SOFTIRQ, "timer", cpu);
	if (!irq->hard || !irq->soft || !irq->slow)
		return -ENOMEM;
	hrtimer_init(&irq->hrtimer, CLOCK_MONOTONIC,
		     HRTIMER_MODE_REL_PINNED_HARD);
	irq->hrtimer.function = torture_hrtimer;
	tasklet_setup(&irq->tasklet, torture_tasklet);
	timer_setup(&irq->timer, torture_timer, TIMER_PINNED);
	return 0;
}

/**
 * torture_irqs_start() - start the timers of all processors
 *
 * Context: May sleep.
 * Return: 0 or -ENOMEM.
 */
int torture_irqs_start(void)
{
	struct torture_irq *irqs;
	int cpu;

	irqs = kcalloc(nr_cpu_ids, sizeof(*irqs), GFP_KERNEL);
	if (!irqs)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		if (torture_irq_init(&irqs[cpu], cpu))
			goto err_free;
	torture_irqs = irqs;
	on_each_cpu(torture_irq_begin, NULL, 1);
	return 0;

err_free:
	kfree(irqs);
	return -ENOMEM;
}

/**
 * torture_irqs_stop() - stop them
 *
 * Context: May sleep; no thread of ours waits for them any more.
 */
void torture_irqs_stop(void)
{
	int cpu;

	if (!torture_irqs)
		return;
	WRITE_ONCE(torture_irqs_ended, true);
	for_each_possible_cpu(cpu) {
		hrtimer_cancel(&torture_irqs[cpu].hrtimer);
		tasklet_kill(&torture_irqs[cpu].tasklet);
		/* Twice: it may have been about to start itself again. */
		del_timer_sync(&torture_irqs[cpu].timer);
		del_timer_sync(&torture_irqs[cpu].timer);
	}
	kfree(torture_irqs);
	torture_irqs = NULL;
}
