/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Directories of configfs, the RDMA ports that they stand for, and channels:
 * what is new in ib_srpt.  Included by ib_srpt.h, the kernel's as patched.
 */
#ifndef SRPT_PORT_H
#define SRPT_PORT_H

#include <linux/completion.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <rdma/ib_verbs.h>
#include <target/target_core_base.h>

struct ib_cm_id;
struct rdma_cm_id;
struct srp_login_req;
struct srpt_device;
struct srpt_port;
struct srpt_rdma_ch;

/* The name of a device, an underscore, the number of a port. */
#define SRPT_OWNER_LEN	(IB_DEVICE_NAME_MAX + 12)
/*
 * Work requests that ib_drain_qp() posts to each queue of a channel.  The last
 * one to be sent, of length zero, uses the slot before: it has completed by then.
 */
#define SRPT_DRAIN_WRS	1
/* What a GID is written as. */
#define SRPT_PLAIN_LEN	64
/* A plain name, @, an owner. */
#define SRPT_NAME_LEN	(SRPT_PLAIN_LEN + SRPT_OWNER_LEN)

/**
 * struct srpt_port_id - a directory of configfs that stands for an RDMA port
 * @mutex: protects @tpg_list.  Taken inside srpt_ports_mutex.
 * @tpg_list: the target portal groups in the directory.
 * @wwn: what the target core knows the directory as.
 * @name: of the directory; constant.
 * @plain: the name without an owner behind it, as derived from a GID; constant.
 * @entry: link in srpt_port_ids; under srpt_ports_mutex.
 * @sport: the port, NULL while its device is away.  Under srpt_ports_mutex,
 *	valid as long as that is held.
 * @owner: the device and port that it stands for, or stood for last; under
 *	srpt_ports_mutex.
 * @shared: @plain alone does not tell which port is meant, there are or were
 *	others of that name: only @owner can have the directory.  Under
 *	srpt_ports_mutex, never reset.
 * @enabled: whether initiators may log in, as configured; under
 *	srpt_ports_mutex.
 * @port_attrib: the attributes of the port, as configured; under
 *	srpt_ports_mutex.
 *
 * Owned by configfs, from mkdir to rmdir.  The port is owned by its device,
 * which may go and come back: what was configured is kept here, and is given to
 * the port when it comes.  A port may have two directories, one for each of its
 * names; both are told of each change.
 */
struct srpt_port_id {
	struct mutex mutex; /* tpg_list */
	struct list_head tpg_list;
	struct se_wwn wwn;
	char name[SRPT_NAME_LEN];
	char plain[SRPT_PLAIN_LEN];
	struct list_head entry;
	struct srpt_port *sport;
	char owner[SRPT_OWNER_LEN];
	bool shared;
	bool enabled;
	struct srpt_port_attrib port_attrib;
};

/* The rest of this module is one unit of C, see target.c. */
static struct workqueue_struct *srpt_wq;

/* device.c */
static int srpt_add_one(struct ib_device *device);
static void srpt_remove_one(struct ib_device *device, void *client_data);
static void srpt_rename_one(struct ib_device *device, void *client_data);
static struct ib_client_data *srpt_alloc_client_data(struct ib_device *device);
static void srpt_free_client_data(struct ib_client_data *data);
static struct srpt_device *srpt_get_device(struct ib_device *device);

/* name.c */
static void srpt_name_port(struct srpt_port *sport);
static void srpt_own_port(struct srpt_port *sport);
static void srpt_claim_directories(struct srpt_port *sport);
static void srpt_leave_directories(struct srpt_port *sport);
static struct srpt_port_id *srpt_wwn_to_sport_id(struct se_wwn *wwn);
static bool srpt_port_is_present(struct srpt_port_id *port_id);
static int srpt_make_nodeacl(struct se_node_acl *nacl, const char *name);
static struct se_wwn *srpt_make_tport(struct target_fabric_configfs *tf,
				      struct config_group *group,
				      const char *name);
static void srpt_drop_tport(struct se_wwn *wwn);

/* config.c */
static void srpt_apply_enabled(struct srpt_port *sport);
static void srpt_settle_srq(struct srpt_device *sdev);
static int srpt_enable_tpg(struct se_portal_group *se_tpg, bool enable);
static ssize_t srpt_tpg_attrib_srp_max_rdma_size_show(struct config_item *item,
						      char *page);
static ssize_t srpt_tpg_attrib_srp_max_rdma_size_store(struct config_item *item,
						       const char *page,
						       size_t count);
static ssize_t srpt_tpg_attrib_srp_max_rsp_size_show(struct config_item *item,
						     char *page);
static ssize_t srpt_tpg_attrib_srp_max_rsp_size_store(struct config_item *item,
						      const char *page,
						      size_t count);
static ssize_t srpt_tpg_attrib_srp_sq_size_show(struct config_item *item,
						char *page);
static ssize_t srpt_tpg_attrib_srp_sq_size_store(struct config_item *item,
						 const char *page,
						 size_t count);
static ssize_t srpt_tpg_attrib_use_srq_show(struct config_item *item,
					    char *page);
static ssize_t srpt_tpg_attrib_use_srq_store(struct config_item *item,
					     const char *page, size_t count);

/* channel.c */
static void srpt_sport_get(struct srpt_port *sport);
static void srpt_sport_put(struct srpt_port *sport);
static int srpt_login(struct srpt_device *sdev, struct ib_cm_id *ib_cm_id,
		      struct rdma_cm_id *rdma_cm_id, u8 port_num, __be16 pkey,
		      const struct srp_login_req *req, const char *src_addr);
static int srpt_rdma_cm_login(struct rdma_cm_id *cm_id, __be16 pkey,
			      const struct srp_login_req *req,
			      const char *src_addr);
static struct se_session *srpt_setup_session(struct srpt_rdma_ch *ch,
					     const char *i_port_id,
					     unsigned int tag_num,
					     unsigned int tag_size);
static void srpt_await_logout(struct srpt_rdma_ch *ch);
static void srpt_close_session(struct se_session *se_sess);

#endif /* SRPT_PORT_H */
