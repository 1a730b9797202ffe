/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Listeners of ports, and how they come back.
 */
#ifndef NVMET_RDMA_LISTENER_H
#define NVMET_RDMA_LISTENER_H

#include <linux/list.h>
#include <linux/printk.h>
#include <rdma/rdma_cm.h>

struct nvmet_rdma_port;

/**
 * struct nvmet_rdma_listener - what a port needs to listen again
 * @entry: link in nvmet_rdma_ports while the port may queue its repair work:
 *	from when it listens first until nvmet_rdma_remove_port().  Protected by
 *	nvmet_rdma_ports_lock, as is &nvmet_rdma_port.cm_id.
 * @removed_id: an identifier whose device went before the port had it, or while
 *	somebody destroyed it.  Only compared.  Same lock; reset for each new
 *	identifier.
 * @rebind: the address of the listener's network device changed: replace the
 *	listener, as long as it takes.  Same lock.
 * @tries: how often to try again to listen, without a listener, until something
 *	happens that makes it worth while.  Same lock.
 * @quiet: failing to listen is nothing to report.  Owned by whoever enables the
 *	port: nvmet_rdma_add_port(), then the repair work.
 * @announced: the log says that the port does not listen.  Owned by the repair
 *	work.
 */
struct nvmet_rdma_listener {
	struct list_head entry;
	struct rdma_cm_id *removed_id;
	bool rebind;
	unsigned int tries;
	bool quiet;
	bool announced;
};

#define nvmet_rdma_port_err(port, fmt, ...)				\
do {									\
	if (!(port)->listener.quiet)					\
		pr_err(fmt, ##__VA_ARGS__);				\
} while (0)

static void nvmet_rdma_init_port(struct nvmet_rdma_port *port);
static void nvmet_rdma_list_port(struct nvmet_rdma_port *port);
static void nvmet_rdma_unlist_port(struct nvmet_rdma_port *port);
static void nvmet_rdma_rebind_port(struct nvmet_rdma_port *port,
				   unsigned long delay);
static void nvmet_rdma_repair_port_work(struct work_struct *work);

static void nvmet_rdma_begin_listener(struct nvmet_rdma_port *port);
static int nvmet_rdma_publish_listener(struct nvmet_rdma_port *port,
				       struct rdma_cm_id *cm_id);
static struct rdma_cm_id *
nvmet_rdma_take_listener(struct nvmet_rdma_port *port);
static void nvmet_rdma_destroy_listener(struct rdma_cm_id *cm_id);
static bool nvmet_rdma_lose_listener(struct nvmet_rdma_port *port,
				     struct rdma_cm_id *cm_id);

static void nvmet_rdma_watch_device(struct ib_device *device);
static void nvmet_rdma_unwatch_device(struct ib_device *device);
static void nvmet_rdma_watch_addresses(void);
static void nvmet_rdma_unwatch_addresses(void);

#endif /* NVMET_RDMA_LISTENER_H */
