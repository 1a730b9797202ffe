// SPDX-License-Identifier: GPL-2.0
/*
 * ib_client_data.ko: reference counted data of RDMA clients.
 */
#include <linux/module.h>
#include "core.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static int __init ib_client_data_init(void)
{
	ib_client_data_thunks_init();
	ib_client_data_lockdep_init();
	ib_client_data_debugfs_init();
	return 0;
}

static void __exit ib_client_data_exit(void)
{
	ib_client_data_debugfs_exit();
	ib_client_data_lockdep_exit();
	/* Slots that kfree_rcu() has yet to free are plain memory. */
}

module_init(ib_client_data_init);
module_exit(ib_client_data_exit);

MODULE_DESCRIPTION("Reference counted data of RDMA clients");
MODULE_LICENSE("GPL");
