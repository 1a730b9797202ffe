// SPDX-License-Identifier: GPL-2.0
/*
 * ib_client_data_delay.ko: for tests only.  Makes a named kernel function sleep
 * when it is entered, so that what runs beside it in a race comes first.  Several
 * are counted as one.
 *
 * The function is hooked by its name, in whatever module it is; static ones
 * too, unless they were inlined.  It must be one that may sleep.
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/ftrace.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/string.h>

static char *function[4];
static unsigned int functions;
module_param_array(function, charp, &functions, 0444);
MODULE_PARM_DESC(function, "Names of the functions to delay, at most 4");

static unsigned int ms;
module_param(ms, uint, 0644);
MODULE_PARM_DESC(ms, "How long, in milliseconds; 0 only counts (default)");

static unsigned int nth;
module_param(nth, uint, 0644);
MODULE_PARM_DESC(nth, "Delay only this call, counted from 1 (default 0: all)");

static char *comm = "";
module_param(comm, charp, 0444);
MODULE_PARM_DESC(comm, "Only calls by tasks of this name (default: all)");

static atomic_t delay_hits = ATOMIC_INIT(0);
static atomic_t delay_sleepers = ATOMIC_INIT(0);

static int delay_hits_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%d\n", atomic_read(&delay_hits));
}

/* Writing a number starts to count from there. */
static int delay_hits_set(const char *value, const struct kernel_param *kp)
{
	int hits, ret = kstrtoint(value, 0, &hits);

	if (!ret)
		atomic_set(&delay_hits, hits);
	return ret;
}

static const struct kernel_param_ops delay_hits_ops = {
	.get = delay_hits_get,
	.set = delay_hits_set,
};
module_param_cb(hits, &delay_hits_ops, NULL, 0644);
MODULE_PARM_DESC(hits, "How often the functions were entered");

static int delay_sleepers_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%d\n", atomic_read(&delay_sleepers));
}

static const struct kernel_param_ops delay_sleepers_ops = {
	.get = delay_sleepers_get,
};
module_param_cb(sleepers, &delay_sleepers_ops, NULL, 0444);
MODULE_PARM_DESC(sleepers, "How many calls are being delayed now");

/*
 * The one user of a function's hook is called with preemption as it was, so it
 * may sleep if the function may.
 */
static void notrace delay_entry(unsigned long ip, unsigned long parent_ip,
				struct ftrace_ops *ops,
				struct ftrace_regs *fregs)
{
	int hit;

	if (comm[0] && strcmp(comm, current->comm))
		return;
	hit = atomic_inc_return(&delay_hits);
	if (!READ_ONCE(ms) || (READ_ONCE(nth) && hit != READ_ONCE(nth)))
		return;
	atomic_inc(&delay_sleepers);
	msleep(READ_ONCE(ms));
	atomic_dec(&delay_sleepers);
}

static struct ftrace_ops delay_ops = {
	.func = delay_entry,
};

static int __init delay_init(void)
{
	unsigned int i;
	int ret;

	if (!functions) {
		pr_err("ib_client_data_delay: function= is missing\n");
		return -EINVAL;
	}
	for (i = 0; i < functions; i++) {
		/* The first one takes the place of what was there. */
		ret = ftrace_set_filter(&delay_ops, function[i],
					strlen(function[i]), !i);
		if (ret) {
			pr_err("ib_client_data_delay: no function %s to hook: %d\n",
			       function[i], ret);
			goto free;
		}
	}
	ret = register_ftrace_function(&delay_ops);
	if (!ret)
		return 0;
free:
	ftrace_free_filter(&delay_ops);
	return ret;
}

static void __exit delay_exit(void)
{
	/* A sleeping task does not keep the hook's memory: wait for it. */
	WRITE_ONCE(ms, 0);
	while (atomic_read(&delay_sleepers))
		msleep(20);
	unregister_ftrace_function(&delay_ops);
	ftrace_free_filter(&delay_ops);
}

module_init(delay_init);
module_exit(delay_exit);

MODULE_DESCRIPTION("Delays a kernel function, for tests");
MODULE_LICENSE("GPL");
