// SPDX-License-Identifier: GPL-2.0
/*
 * ib_client_data_spray.ko: for tests only.  Takes up the freed objects of one
 * size with a pointer to a named RDMA device, on every processor.  Whoever then
 * reads a device from memory that was freed, reads this one.
 */
#include <linux/cpu.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <rdma/ib_verbs.h>

static char *device;
module_param(device, charp, 0444);
MODULE_PARM_DESC(device, "Name of the RDMA device");

static unsigned int size = 64;
module_param(size, uint, 0444);
MODULE_PARM_DESC(size, "Size of the objects");

static unsigned int count = 20000;
module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "How many objects on each processor");

/**
 * struct spray - one object
 * @device: what a reader of freed memory sees first
 * @next: the object before this one; the module's, freed when it goes
 */
struct spray {
	struct ib_device *device;
	struct spray *next;
};

static struct spray *spray_list;
static struct ib_device *spray_device;

static void spray_here(struct work_struct *work)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		struct spray *spray = kzalloc(size, GFP_KERNEL);

		if (!spray)
			return;
		spray->device = spray_device;
		spray->next = spray_list;
		spray_list = spray;
	}
}

static int __init spray_init(void)
{
	struct work_struct work;
	int cpu;

	if (!device || size < sizeof(struct spray))
		return -EINVAL;
	spray_device = ib_device_get_by_name(device, RDMA_DRIVER_UNKNOWN);
	if (!spray_device)
		return -ENODEV;
	/* Only compared from here on. */
	ib_device_put(spray_device);

	for_each_online_cpu(cpu) {
		INIT_WORK_ONSTACK(&work, spray_here);
		schedule_work_on(cpu, &work);
		flush_work(&work);
		destroy_work_on_stack(&work);
	}
	return 0;
}

static void __exit spray_exit(void)
{
	while (spray_list) {
		struct spray *spray = spray_list;

		spray_list = spray->next;
		kfree(spray);
	}
}

module_init(spray_init);
module_exit(spray_exit);

MODULE_DESCRIPTION("Reuses freed memory, for tests");
MODULE_LICENSE("GPL");
