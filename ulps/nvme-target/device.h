/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the target keeps for each RDMA device.
 */
#ifndef NVMET_RDMA_DEVICE_H
#define NVMET_RDMA_DEVICE_H

#include <linux/mutex.h>
#include <rdma/ib_verbs.h>

struct nvmet_rdma_queue;
struct nvmet_rdma_srq;

/**
 * struct nvmet_rdma_device - one RDMA device that hosts have connected over
 * @data: the client data that this is; core counts its users.  Each queue holds
 *	a reference from before it is allocated until after it is freed.
 * @device: the device; constant, valid as long as @data is.
 * @pd: protection domain of all queues; constant, made and freed with this
 *	structure.
 * @setup_mutex: held while the first connection decides what depends on its
 *	port, and while the last one undoes it.  Taken by connection handlers;
 *	no event handler of the connection manager is waited for under it.
 * @users: connections that rely on the set-up.  Protected by @setup_mutex.
 * @srqs: shared receive queues, NULL without.  This and the four below are
 *	written under @setup_mutex by the first of @users and constant until
 *	the last has gone.
 * @srq_count: how many @srqs there are.
 * @srq_size: how many receives each of @srqs has.
 * @inline_data_size: how much data a command may carry.
 * @inline_page_count: how many pages @inline_data_size takes.
 * @removing: nvmet_rdma_remove_one() has been over the list of queues, nothing
 *	may be listed after it.  Written under nvmet_rdma_queue_mutex, never
 *	reset; read under it where it decides.
 */
struct nvmet_rdma_device {
	struct ib_client_data data;
	struct ib_device *device;
	struct ib_pd *pd;

	struct mutex setup_mutex; /* the members below up to removing */
	unsigned int users;
	struct nvmet_rdma_srq **srqs;
	int srq_count;
	size_t srq_size;
	int inline_data_size;
	int inline_page_count;

	bool removing;
};

/* The rest of this module is one unit of C, see target.c. */
static struct ib_client nvmet_rdma_ib_client;

static int nvmet_rdma_add_one(struct ib_device *device);
static struct ib_client_data *
nvmet_rdma_alloc_client_data(struct ib_device *device);
static void nvmet_rdma_free_client_data(struct ib_client_data *data);

static struct nvmet_rdma_device *nvmet_rdma_data_device(void *client_data);
static struct nvmet_rdma_device *nvmet_rdma_get_device(struct ib_device *device);
static void nvmet_rdma_put_device(struct nvmet_rdma_device *ndev);
static bool nvmet_rdma_begin_setup(struct nvmet_rdma_device *ndev);
static void nvmet_rdma_end_setup(struct nvmet_rdma_device *ndev);
static void nvmet_rdma_fail_setup(struct nvmet_rdma_device *ndev);

static bool nvmet_rdma_refuse_queue(struct nvmet_rdma_queue *queue);
static void nvmet_rdma_list_queue(struct nvmet_rdma_queue *queue);

#endif /* NVMET_RDMA_DEVICE_H */
