// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/ib_client_data/slots: every device and client pair.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include "core.h"

static struct dentry *ib_client_data_debugfs;

static const char *const ib_client_data_state_names[] = {
	[IB_CLIENT_DATA_EMPTY]		= "empty",
	[IB_CLIENT_DATA_ALLOCATING]	= "allocating",
	[IB_CLIENT_DATA_LIVE]		= "live",
	[IB_CLIENT_DATA_REMOVING]	= "removing",
};

static void ib_client_data_show_slot(struct seq_file *m,
				     struct ib_client_data_slot *slot)
{
	enum ib_client_data_state state;
	unsigned int refs;
	s64 age;

	spin_lock(&slot->lock);
	state = slot->state;
	/* The remover clears slot->kept under the lock before it frees. */
	refs = slot->kept ? kref_read(&slot->kept->kref) : 0;
	age = ktime_ms_delta(ktime_get(), slot->since);
	spin_unlock(&slot->lock);

	seq_printf(m, "%-16s %-20s %-10s %10u %10lld\n",
		   dev_name(&slot->device->dev), slot->client->name,
		   ib_client_data_state_names[state], refs, age);
	ib_client_data_track_print(slot, m);
}

static int slots_show(struct seq_file *m, void *unused)
{
	struct ib_client_data_device *home;
	struct ib_client_data_slot *slot;

	seq_printf(m, "%-16s %-20s %-10s %10s %10s\n", "device", "client",
		   "state", "references", "age_ms");
	mutex_lock(&ib_client_data_lists_mutex);
	list_for_each_entry(home, &ib_client_data_devices, entry)
		list_for_each_entry(slot, &home->slots, entry)
			ib_client_data_show_slot(m, slot);
	mutex_unlock(&ib_client_data_lists_mutex);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(slots);

/**
 * ib_client_data_debugfs_init() - make the debugfs files
 *
 * Context: Module initialization.
 */
void ib_client_data_debugfs_init(void)
{
	ib_client_data_debugfs = debugfs_create_dir("ib_client_data", NULL);
	debugfs_create_file("slots", 0444, ib_client_data_debugfs, NULL,
			    &slots_fops);
}

/**
 * ib_client_data_debugfs_exit() - remove the debugfs files
 *
 * Context: Module exit.
 */
void ib_client_data_debugfs_exit(void)
{
	debugfs_remove(ib_client_data_debugfs);
}
