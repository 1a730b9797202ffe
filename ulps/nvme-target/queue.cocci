// SPDX-License-Identifier: GPL-2.0
//
// Queues against removal.  A queue on nvmet_rdma_queue_list belongs to its
// connection; whoever takes it off the list disconnects it and has it released,
// once.  The code that is new is in queue.c.

// From here on no queue of this device is listed.
// matches: 1
@ remove_mark @
symbol nvmet_rdma_queue_mutex, nvmet_rdma_queue_list, queue_list, queue,
	tmp, ndev, nvmet_wq, release_work, ret, cm_id, event, param, conn,
	free_queue;
iterator name list_for_each_entry_safe;
position p;
@@
  ndev = nvmet_rdma_data_device(...);
  if (!ndev)
  	return;
  mutex_lock@p(&nvmet_rdma_queue_mutex);
+ WRITE_ONCE(ndev->removing, true);
  list_for_each_entry_safe(queue, tmp, &nvmet_rdma_queue_list, queue_list) {
  	...
  }

// A host is better refused than accepted and dropped: it tries again sooner.
// matches: 1
@ refuse_queue @
position p;
@@
+ if (nvmet_rdma_refuse_queue(queue)) {
+ 	ret = -ENODEV;
+ 	goto free_queue;
+ }
  ret = nvmet_rdma_cm_accept@p(cm_id, queue, &event->param.conn);

// A queue that comes after the scan is disconnected instead of listed.
// matches: 1
@ list_queue @
expression queue;
position p;
@@
- mutex_lock(&nvmet_rdma_queue_mutex);
- list_add_tail@p(&queue->queue_list, &nvmet_rdma_queue_list);
- mutex_unlock(&nvmet_rdma_queue_mutex);
+ nvmet_rdma_list_queue(queue);

// The stock function releases a queue that removal may have released already.
// matches: 1
@ connect_fail @
expression queue, E;
position p;
@@
- WARN_ON_ONCE(queue->state != NVMET_RDMA_Q_CONNECTING);
- mutex_lock(&nvmet_rdma_queue_mutex);
- if (!list_empty(&queue->queue_list))
- 	list_del_init(&queue->queue_list);
- mutex_unlock(&nvmet_rdma_queue_mutex);
  pr_err(E, queue->idx);
- queue_work@p(nvmet_wq, &queue->release_work);
+ nvmet_rdma_queue_disconnect(queue);
