// SPDX-License-Identifier: GPL-2.0
/*
 * The test module's interface to user space.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>
#include "test.h"

atomic_t test_failures;

static struct dentry *test_debugfs;

/* One test at a time: they share the current client. */
static DEFINE_MUTEX(test_mutex);

static const struct {
	const char *name;
	void (*run)(struct ib_device *device);
} tests[] = {
	{ "register", test_register },
	{ "bad-clients", test_bad_clients },
	{ "table-full", test_table_full },
	{ "add-fails", test_add_fails },
	{ "no-data-client", test_no_data_client },
	{ "callbacks", test_callbacks },
	{ "no-kverbs", test_no_kverbs },
	{ "alloc-race", test_alloc_race },
	{ "alloc-fails", test_alloc_fails },
	{ "alloc-recursion", test_alloc_recursion },
	{ "alloc-removal", test_alloc_removal },
	{ "fence", test_fence },
	{ "remove-puts", test_remove_puts },
	{ "get-irq", test_get_irq },
	{ "equal-guids", test_equal_guids },
	{ "register-cycles", test_register_cycles },
	{ "mock-cycles", test_mock_cycles },
	{ "lockdep-put", test_lockdep_put },
};

static const struct {
	const char *name;
	int (*run)(const char *device);
} commands[] = {
	{ "standing-begin", test_standing_begin },
	{ "standing-hold", test_standing_hold },
	{ "standing-drop", test_standing_drop },
	{ "standing-end", test_standing_end },
	{ "fail-calls", test_fail_calls },
	{ "fail-table", test_fail_table },
	{ "fail-device", test_fail_device },
	{ "leak", test_leak },
};

static int run_test(int nr, const char *name)
{
	struct ib_device *device;

	device = ib_device_get_by_name(name, RDMA_DRIVER_UNKNOWN);
	if (!device)
		return -ENODEV;
	pr_test("%s on %s\n", tests[nr].name, name);
	tests[nr].run(device);
	ib_device_put(device);
	return 0;
}

/**
 * struct test_order - what user space wants done
 * @name: a test or a command
 * @device: the name of an RDMA device
 * @result: 0 or a negative errno, when @done
 * @done: completed by the thread that does it, with its last step
 * @fail_nth: the writer's /proc/self/fail-nth, on its way to the thread and back
 */
struct test_order {
	char name[40];
	char device[40];
	int result;
	struct completion done;
#ifdef CONFIG_FAULT_INJECTION
	unsigned int fail_nth;
#endif
};

#ifdef CONFIG_FAULT_INJECTION
/* Swaps the failure that is due in the running task with that of an order. */
static void swap_injection(struct test_order *order)
{
	swap(order->fail_nth, current->fail_nth);
}
#else
static void swap_injection(struct test_order *order)
{
}
#endif

static int run_order(struct test_order *order)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(tests); i++)
		if (!strcmp(tests[i].name, order->name))
			return run_test(i, order->device);
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].name, order->name))
			return commands[i].run(order->device);
	return -EINVAL;
}

static int run_thread(void *arg)
{
	struct test_order *order = arg;

	swap_injection(order);
	order->result = run_order(order);
	swap_injection(order);
	kthread_complete_and_exit(&order->done, 0);
}

/* On a thread of its own: there no test holds a lock of the writing task's. */
static int run_on_thread(struct test_order *order)
{
	struct task_struct *task;

	init_completion(&order->done);
	swap_injection(order);
	task = kthread_run(run_thread, order, "icd_test");
	if (IS_ERR(task))
		order->result = PTR_ERR(task);
	else
		wait_for_completion(&order->done);
	swap_injection(order);
	return order->result;
}

static ssize_t run_write(struct file *file, const char __user *user,
			 size_t count, loff_t *pos)
{
	struct test_order order = { };
	char line[80];
	ssize_t ret;

	ret = simple_write_to_buffer(line, sizeof(line) - 1, pos, user, count);
	if (ret < 0)
		return ret;
	line[ret] = '\0';
	if (sscanf(line, "%39s %39s", order.name, order.device) != 2)
		return -EINVAL;

	mutex_lock(&test_mutex);
	atomic_set(&test_failures, 0);
	ret = run_on_thread(&order);
	if (atomic_read(&test_failures))
		ret = -EIO;
	mutex_unlock(&test_mutex);
	return ret ?: count;
}

static const struct file_operations run_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = run_write,
	.llseek = noop_llseek,
};

static int standing_show(struct seq_file *m, void *unused)
{
	test_standing_show(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(standing);

static int __init test_init(void)
{
	test_debugfs = debugfs_create_dir("ib_client_data_test", NULL);
	debugfs_create_file("run", 0200, test_debugfs, NULL, &run_fops);
	debugfs_create_file("standing", 0444, test_debugfs, NULL,
			    &standing_fops);
	return 0;
}

static void __exit test_exit(void)
{
	debugfs_remove(test_debugfs);
	test_standing_drop("");
	test_standing_end("");
}

module_init(test_init);
module_exit(test_exit);

MODULE_DESCRIPTION("Tests of ib_client_data");
MODULE_LICENSE("GPL");
