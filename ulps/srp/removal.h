/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is new in ib_srp.  Included by ib_srp.c, the kernel's as patched.
 */
#ifndef SRP_REMOVAL_H
#define SRP_REMOVAL_H

#include <linux/completion.h>
#include <linux/list.h>

/**
 * struct srp_wait - a thread that waits for a target's answer
 * @entry: link in the device's waits, under its wait_lock
 * @done: what the answer completes; a removal completes it as well
 *
 * Lives on the stack of that thread.
 */
struct srp_wait {
	struct list_head entry;
	struct completion *done;
};

/* device.c */
static int srp_add_one(struct ib_device *device);
static struct srp_device *srp_data_device(void *client_data);
static struct ib_client_data *srp_alloc_client_data(struct ib_device *device);
static void srp_free_client_data(struct ib_client_data *data);
static void srp_put_target(struct srp_target_port *target);

/* wait.c */
static struct srp_device *srp_ch_device(struct srp_rdma_ch *ch);
static int srp_wait_done(struct srp_rdma_ch *ch);
static int srp_wait_path(struct srp_rdma_ch *ch);
static long srp_wait_tsk_mgmt(struct srp_rdma_ch *ch, unsigned long timeout);
static void srp_connection_lost(struct srp_rdma_ch *ch);
static bool srp_removing(struct srp_target_port *target);

/* removal.c */
static void srp_remove_one(struct ib_device *device, void *client_data);
static void srp_removal_init(struct srp_device *srp_dev);
static void srp_hide_target(struct srp_target_port *target);
static struct ib_cqe srp_inv_rkey_cqe;
static struct ib_cqe srp_reg_mr_cqe;

#endif /* SRP_REMOVAL_H */
