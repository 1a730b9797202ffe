// SPDX-License-Identifier: GPL-2.0
/*
 * What /proc/PID/fdinfo/FD says of an open uverbs file.
 *
 * Documentation/uverbs-abi.rst is for its readers.
 */
#include <linux/sched.h>
#include <linux/seq_file.h>
#include "objects.h"
#include "pins.h"

static const char * const fdinfo_kinds[UVERBS_KINDS] = {
	[UVERBS_OBJECT_PD] = "pd",
	[UVERBS_OBJECT_COMP_CHANNEL] = "comp-channel",
	[UVERBS_OBJECT_CQ] = "cq",
	[UVERBS_OBJECT_QP] = "qp",
	[UVERBS_OBJECT_SRQ] = "srq",
	[UVERBS_OBJECT_AH] = "ah",
	[UVERBS_OBJECT_MR] = "mr",
	[UVERBS_OBJECT_MW] = "mw",
	[UVERBS_OBJECT_FLOW] = "flow",
	[UVERBS_OBJECT_XRCD] = "xrcd",
	[UVERBS_OBJECT_RWQ_IND_TBL] = "rwq-table",
	[UVERBS_OBJECT_WQ] = "wq",
	[UVERBS_OBJECT_FLOW_ACTION] = "flow-action",
	[UVERBS_OBJECT_DM] = "dm",
	[UVERBS_OBJECT_COUNTERS] = "counters",
	[UVERBS_OBJECT_ASYNC_EVENT] = "async-event",
	[UVERBS_KIND_OTHER] = "other",
	[UVERBS_KIND_DRIVER] = "driver",
};

/* The device may go at any time; the node lives as long as the file. */
static void fdinfo_device(struct seq_file *to, struct ib_uverbs_file *ufile)
{
	struct ib_uverbs_device *node = ufile->device;
	struct ib_device *device;
	const char *state;
	int key;

	seq_printf(to, "uverbs-node:\t%s\n", dev_name(&node->dev));

	key = srcu_read_lock(&node->disassociate_srcu);
	device = srcu_dereference(node->ib_dev, &node->disassociate_srcu);
	if (!device)
		state = "removed";
	/* Pairs with the release that makes the context. */
	else if (smp_load_acquire(&ufile->ucontext))
		state = "context";
	else
		state = "open";
	if (device)
		seq_printf(to, "uverbs-device:\t%s\n", dev_name(&device->dev));
	seq_printf(to, "uverbs-state:\t%s\n", state);
	srcu_read_unlock(&node->disassociate_srcu, key);
}

static void fdinfo_objects(struct seq_file *to, struct ib_uverbs_file *ufile)
{
	u32 counts[UVERBS_KINDS];
	int kind;

	spin_lock_irq(&ufile->uobjects_lock);
	memcpy(counts, uverbs_file(ufile)->counts, sizeof(counts));
	spin_unlock_irq(&ufile->uobjects_lock);

	for (kind = 0; kind < UVERBS_KINDS; kind++)
		if (counts[kind])
			seq_printf(to, "uverbs-objects-%s:\t%u\n",
				   fdinfo_kinds[kind], counts[kind]);
}

static void fdinfo_pins(struct seq_file *to, struct uverbs_pins *pins)
{
	struct uverbs_source source = {};

	seq_printf(to, "uverbs-pinned-pages:\t%lu\n", uverbs_pins_pages(pins));
	/* What does not fit comes again, with more room. */
	while (!seq_has_overflowed(to) && uverbs_pins_next(pins, &source)) {
		seq_printf(to, "uverbs-pinned-file:\t%02x:%02x %llu %lu\n",
			   MAJOR(source.device), MINOR(source.device),
			   source.inode, source.pages);
		cond_resched();
	}
}

/**
 * uverbs_show_fdinfo() - describe an open uverbs file
 * @to: where to
 * @filp: the file
 *
 * Context: May sleep; in any process that may look at one which has the file.
 */
void uverbs_show_fdinfo(struct seq_file *to, struct file *filp)
{
	struct ib_uverbs_file *ufile = filp->private_data;

	fdinfo_device(to, ufile);
	fdinfo_objects(to, ufile);
	fdinfo_pins(to, uverbs_file(ufile)->pins);
}
