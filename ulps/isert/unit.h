/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What ib_isert.c calls in our files, which follow it in one unit of C.
 */
#ifndef ISERT_UNIT_H
#define ISERT_UNIT_H

/* device.c */
static struct ib_client isert_ib_client;
static int isert_device_get(struct isert_conn *isert_conn,
			    struct ib_device *ib_device);
static void isert_device_put(struct isert_conn *isert_conn);

/* conn.c */
static int isert_accept_conn(struct isert_np *isert_np,
			     struct isert_conn *isert_conn);
static void isert_connected_handler(struct rdma_cm_id *cma_id);
static void isert_conn_end(struct isert_conn *isert_conn);
static struct isert_conn *isert_take_pending(struct isert_np *isert_np);
static bool isert_bind_conn(struct isert_np *isert_np,
			    struct isert_conn *isert_conn,
			    struct iscsit_conn *conn);
static void isert_let_go(struct isert_np *isert_np);
static void isert_queue_login(struct isert_conn *isert_conn);
static bool isert_conn_gone(struct isert_conn *isert_conn);
static int isert_park_login(struct isert_conn *isert_conn);
static int isert_answer_login(struct isert_conn *isert_conn,
			      struct iscsi_login *login,
			      struct iser_tx_desc *tx_desc);
static int isert_unpark_login(struct isert_conn *isert_conn,
			      struct iscsi_login *login, int error);
static int isert_post_answer(struct isert_conn *isert_conn,
			     struct ib_send_wr *send_wr);
static void isert_answer_sent(struct isert_conn *isert_conn);
static int isert_complete_login(struct isert_conn *isert_conn);
static void isert_login_req_received(struct isert_conn *isert_conn);
static bool isert_enter_full_feature(struct isert_conn *isert_conn);
static void isert_drain_unbound(struct isert_conn *isert_conn);
static bool isert_logout_unsent(struct isert_conn *isert_conn,
				struct isert_cmd *isert_cmd,
				struct ib_device *ib_dev);
static void isert_logout_sent(struct iscsit_cmd *cmd);

/* listener.c */
static int isert_start(void);
static void isert_stop(void);
static void isert_watch_device(struct ib_device *ib_device);
static void isert_unwatch_device(struct ib_device *ib_device);
static void isert_init_listener(struct isert_np *isert_np);
static int isert_listen(struct isert_np *isert_np);
static void isert_list_np(struct isert_np *isert_np);
static void isert_free_np(struct iscsi_np *np);
static bool isert_is_listener(struct rdma_cm_id *cma_id,
			      struct rdma_cm_event *event);
static int isert_listener_event(struct rdma_cm_id *cma_id);

#endif /* ISERT_UNIT_H */
