// SPDX-License-Identifier: GPL-2.0
/*
 * Tasks and what they hold on the device: their mapped headers, mapped data and
 * registrations.
 *
 * A task takes these when it is sent, under the session's frwd_lock and only
 * while the connection is up.  They are released when the iSCSI library frees
 * the task, or earlier when the connection loses its device or its session;
 * under the session's back_lock, so once.
 */
#include "iscsi_iser.h"

static void iser_release_task(struct iscsi_task *task)
{
	struct iscsi_iser_task *iser_task = task->dd_data;
	struct iser_tx_desc *tx_desc = &iser_task->desc;

	lockdep_assert_held(&task->conn->session->back_lock);

	/* As long as something is mapped, connection and device are there. */
	if (likely(tx_desc->mapped)) {
		ib_dma_unmap_single(iser_task->iser_conn->ib_conn.device->ib_device,
				    tx_desc->dma_addr, ISER_HEADERS_LEN,
				    DMA_TO_DEVICE);
		tx_desc->mapped = false;
	}

	/* Tasks without a SCSI command register nothing. */
	if (task->sc && iser_task->status == ISER_TASK_STATUS_STARTED) {
		iser_task->status = ISER_TASK_STATUS_COMPLETED;
		iser_task_rdma_finalize(iser_task);
	}
}

/**
 * iscsi_iser_cleanup_task() - a task is being freed
 * @task: the task
 *
 * Context: Any but hard interrupts, with the session's back_lock held.
 */
void iscsi_iser_cleanup_task(struct iscsi_task *task)
{
	iser_release_task(task);
}

/**
 * iser_release_tasks() - tasks give back what they hold through a connection
 * @iser_conn: the connection, terminated: its queue pair is drained, nothing is
 *	sent any more
 *
 * The tasks themselves stay the iSCSI library's, to be completed by its error
 * recovery.
 *
 * Context: Process context, with the connection's state_mutex held.
 */
void iser_release_tasks(struct iser_conn *iser_conn)
{
	struct iscsi_conn *conn = iser_conn->iscsi_conn;
	struct iscsi_iser_task *iser_task;
	struct iscsi_session *session;
	int i;

	lockdep_assert_held(&iser_conn->state_mutex);

	/* Tasks came, and were all released, with the iSCSI connection. */
	if (!conn)
		return;
	session = conn->session;

	spin_lock_bh(&session->frwd_lock);
	spin_lock(&session->back_lock);
	for (i = 0; i < session->cmds_max; i++) {
		iser_task = session->cmds[i]->dd_data;
		if (iser_task->iser_conn == iser_conn)
			iser_release_task(session->cmds[i]);
	}
	spin_unlock(&session->back_lock);
	spin_unlock_bh(&session->frwd_lock);
}

/**
 * iser_send_pdu() - send what user space wants sent
 * @cls_conn: the connection
 * @hdr: header of the request
 * @data: what comes with it, or NULL
 * @data_size: how much that is, in bytes
 *
 * The iSCSI library hands user space the answer to a login request before it has
 * freed the request's task, the only one for logins.  Who is quick with the next
 * request finds the task in use, and the login fails.  All of that is done under
 * the back_lock.
 *
 * Context: May sleep.
 * Return: 0 or a negative error.
 */
int iser_send_pdu(struct iscsi_cls_conn *cls_conn, struct iscsi_hdr *hdr,
		  char *data, uint32_t data_size)
{
	struct iscsi_conn *conn = cls_conn->dd_data;

	spin_lock_bh(&conn->session->back_lock);
	spin_unlock_bh(&conn->session->back_lock);
	return iscsi_conn_send_pdu(cls_conn, hdr, data, data_size);
}
