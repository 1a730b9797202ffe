/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the iSER initiator keeps for an RDMA device, and for a connection so that
 * it can go with its device.
 */
#ifndef ISER_DEVICE_H
#define ISER_DEVICE_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <rdma/ib_client_data.h>
#include <rdma/rdma_cm.h>
#include <scsi/scsi_transport_iscsi.h>

struct ib_conn;
struct iscsi_task;
struct iser_conn;

/**
 * struct iser_device - client data of the iSER initiator
 * @data: makes this structure client data.  Every member of @conns holds one
 *	reference, from iser_device_get() to iser_device_put().
 * @ib_device: the device; the same as @data.device, but known from the
 *	allocation on.  Constant.
 * @pd: protection domain of all connections on the device.  Constant; lives as
 *	long as this structure.
 * @event_handler: reports events of the device to the log; registered as long
 *	as this structure lives.
 * @lock: protects @conns and @removing.  Innermost: taken with a connection's
 *	state_mutex held, never the other way round.
 * @conns: the connections that use the device, linked by &iser_life.entry.
 * @removing: the device or this module goes: no more @conns.  Set once.
 */
struct iser_device {
	struct ib_client_data data;
	struct ib_device *ib_device;
	struct ib_pd *pd;
	struct ib_event_handler event_handler;

	struct mutex lock; /* conns, removing */
	struct list_head conns;
	bool removing;
};

/**
 * struct iser_life - what ends a connection, from whatever side
 * @ref: keeps the memory of the connection: one reference of the endpoint's,
 *	dropped by iser_conn_release(), one for each running event handler and
 *	one for a removal at work.
 * @entry: link in &iser_device.conns, under &iser_device.lock, while the
 *	connection has its device.
 *
 * The RDMA/CM identifier belongs to whoever sets &ib_conn.cma_id to NULL, under
 * the connection's state_mutex: a removal, the endpoint's release, or the event
 * handler that is told of a removal.
 */
struct iser_life {
	struct kref ref;
	struct list_head entry;
};

extern struct ib_client iser_ib_client;

/* device.c */
int iser_device_get(struct iser_conn *iser_conn, struct ib_device *ib_device);
void iser_device_put(struct iser_conn *iser_conn);

/* life.c */
void iser_life_init(struct iser_conn *iser_conn);
void iser_conn_get(struct iser_conn *iser_conn);
void iser_conn_put(struct iser_conn *iser_conn);
int iser_conn_drop_id(struct iser_conn *iser_conn);
void iser_conn_destroy_id(struct iser_conn *iser_conn);
int iser_conn_get_addr(struct iser_conn *iser_conn, enum iscsi_param param,
		       char *buf);
void iser_conn_wait(struct iser_conn *iser_conn);
void iser_connect_error(struct rdma_cm_id *cma_id);
void iser_remove_one(struct ib_device *ib_device, void *client_data);

/* task.c */
void iscsi_iser_cleanup_task(struct iscsi_task *task);
void iser_release_tasks(struct iser_conn *iser_conn);
int iser_send_pdu(struct iscsi_cls_conn *cls_conn, struct iscsi_hdr *hdr,
		  char *data, uint32_t data_size);

/* iser_verbs.c */
void iser_cleanup_handler(struct rdma_cm_id *cma_id, bool destroy);

#endif /* ISER_DEVICE_H */
