/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the planted files build on: a small ULP.
 */
#ifndef PLANTED_ULP_H
#define PLANTED_ULP_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <rdma/ib_verbs.h>

/**
 * struct ulp_device - client data of the ULP
 * @data: what core sees.
 * @lock: protects @queues and @removing.
 * @queues: the device's queues, linked by &ulp_queue.entry.
 * @removing: the device goes.
 */
struct ulp_device {
	struct ib_client_data data;
	struct mutex lock; /* queues, removing */
	struct list_head queues;
	bool removing;
};

/**
 * struct ulp_queue - a user of a device
 * @ulp: the device, with a reference to its data.
 * @data: the same without what is around it.
 * @entry: link in &ulp_device.queues, under &ulp_device.lock.
 */
struct ulp_queue {
	struct ulp_device *ulp;
	struct ib_client_data *data;
	struct list_head entry;
};

extern struct ib_client client;

/* What lint/references says of these is so. */
struct ulp_device *ulp_data_device(void *client_data);
struct ulp_device *ulp_get_device(struct ib_device *device);
int ulp_queue_get(struct ulp_queue *queue, struct ib_device *device);
void ulp_queue_put(struct ulp_queue *queue);
void ulp_queue_end(struct ulp_queue *queue);
void ulp_hold(struct ulp_device *ulp);
void ulp_release(struct ulp_device *ulp);
int ulp_set_up(struct ulp_queue *queue);
int ulp_take(struct ib_client_data *data);
bool ulp_leave(struct ulp_device *ulp);
bool ulp_is_idle(struct ib_device *device);
void ulp_shut_down(struct ib_device *device);
int ulp_use(struct ulp_device *ulp);

#endif /* PLANTED_ULP_H */
