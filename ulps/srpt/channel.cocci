// SPDX-License-Identifier: GPL-2.0
//
// Logins and channels against removal.  The code that is new is in channel.c.

// Who logs a session out and who releases it meet here.
// matches: 1
@ channel_struct @
position p;
@@
  struct srpt_rdma_ch {
  	...
- 	struct completion *closed@p;
+ 	/* srpt_close_session() has taken its reference */
+ 	struct completion logout;
+ 	/* the session is gone, another one may take its place */
+ 	struct completion released;
  	...
  };

// matches: 1
@ channel_init @
expression ch;
position p;
@@
  kref_init@p(&ch->kref);
+ init_completion(&ch->logout);
+ init_completion(&ch->released);

// A reference to the client data comes with the count.
// matches: 1
@ port_put_function @
identifier sport;
position p;
@@
- static void srpt_drop_sport_ref@p(struct srpt_port *sport) { ... }

// matches: 1
@ port_put @
expression sport;
position p;
@@
- srpt_drop_sport_ref@p(sport);
+ srpt_sport_put(sport);

// matches: 1
@ port_get @
expression sport;
position p;
@@
- atomic_inc@p(&sport->refcount);
+ srpt_sport_get(sport);

// Directories come and go: only under their lock do they lead to sessions.
// matches: 1
@ session_setup @
expression ch, sport;
symbol i_port_id, tag_num, tag_size;
position p;
@@
  tag_size = 1;
- if (sport->guid_id) {
- 	mutex_lock@p(&sport->guid_id->mutex);
- 	...
- }
- if (sport->gid_id) { ... }
+ ch->sess = srpt_setup_session(ch, i_port_id, tag_num, tag_size);
  if (IS_ERR_OR_NULL(ch->sess)) { ... }

// What has had a session is released by its work, whether that has begun or not.
// matches: 1
@ rejected @
expression ch;
position p;
@@
- if (ch && ch->sess) {
+ if (ch) {
  	srpt_close_ch@p(ch);
  	...
  }

// A login over IB/CM: the listener waits for this handler.
// matches: 1
@ ib_login @
expression list es;
position p;
@@
  srpt_ib_cm_req_recv(...)
  {
  	...
- 	return srpt_cm_req_recv@p(es);
+ 	return srpt_login(es);
  }

// A login over RDMA/CM: anybody's listener, any device, at any time.
// matches: 1
@ rdma_login_device @
symbol srpt_client;
identifier sdev, cm_id;
position p;
@@
  srpt_rdma_cm_req_recv(struct rdma_cm_id *cm_id, ...)
  {
- 	struct srpt_device *sdev;
  	...
- 	sdev = ib_get_client_data@p(cm_id->device, &srpt_client);
- 	if (!sdev)
- 		return -ECONNREFUSED;
  	...
  }

// matches: 1
@ rdma_login @
identifier cm_id;
expression sdev, port, pkey, req, src;
position p;
@@
  srpt_rdma_cm_req_recv(struct rdma_cm_id *cm_id, ...)
  {
  	...
- 	return srpt_cm_req_recv@p(sdev, NULL, cm_id, port, pkey, req, src);
+ 	return srpt_rdma_cm_login(cm_id, pkey, req, src);
  }

// matches: 2
@ release_queue @
expression ch;
position p;
@@
- schedule_work@p(&ch->release_work);
+ queue_work(srpt_wq, &ch->release_work);

// The session is not freed under a logout that has got hold of it.
// matches: 1
@ release_logout @
identifier se_sess;
symbol ch;
position p;
@@
  srpt_release_channel_work(...)
  {
  	...
+ 	srpt_await_logout(ch);
  	target_remove_session@p(se_sess);
  	...
  }

// matches: 1
@ release_done @
expression ch;
position p;
@@
- if (ch->closed@p)
- 	complete(ch->closed);
+ complete_all(&ch->released);

// Completions may still be queued: they lead to the queue pair and its buffers.
// matches: 1
@ release_drain @
identifier ch;
position p;
@@
  srpt_release_channel_work(...)
  {
  	...
+ 	ib_drain_qp(ch->qp);
  	srpt_destroy_ch_ib@p(ch);
  	...
  }

// matches: 1
@ logout_wait @
identifier ch;
position p;
@@
- static void srpt_disconnect_ch_sync@p(struct srpt_rdma_ch *ch) { ... }

// matches: 1
@ logout @
identifier se_sess;
position p;
@@
- static void srpt_close_session@p(struct se_session *se_sess) { ... }

// srpt_setup_session() walks the groups.
// matches: 1
@ session_group @
identifier stpg;
position p;
@@
  srpt_cm_req_recv(...)
  {
  	...
- 	struct srpt_tpg *stpg@p;
  	...
  }

// With a shared receive queue there is no cache of the channel's own.
// matches: 2
@ receive_cache @
symbol ch;
position p;
@@
- srpt_cache_put@p(ch->req_buf_cache);
+ if (ch->req_buf_cache)
+ 	srpt_cache_put(ch->req_buf_cache);

// A login whose answer did not arrive, or was not wanted, is followed by nothing.
// matches: 2
@ login_unanswered @
identifier ch;
position p;
@@
  pr_info@p("Received CM REP error for ch %s-%d.\n", ch->sess_name, ...);
+ srpt_close_ch(ch);

// matches: 1
@ login_rejected @
identifier ch, text;
position p;
@@
  srpt_cm_rej_recv(struct srpt_rdma_ch *ch, ...)
  {
  <...
  kfree@p(text);
+ srpt_close_ch(ch);
  ...>
  }

// A drain takes a slot of its own in either queue ...
// matches: 1
@ drain_receive_slot @
expression qp_init, ch;
position p;
@@
  srpt_create_ch_ib(...)
  {
  <...
- qp_init->cap.max_recv_wr@p = ch->rq_size;
+ qp_init->cap.max_recv_wr = ch->rq_size + SRPT_DRAIN_WRS;
  ...>
  }

// matches: 1
@ drain_receive_limit @
identifier ch;
expression attrs;
position p;
@@
- ch->rq_size@p = min(MAX_SRPT_RQ_SIZE, attrs.max_qp_wr);
+ ch->rq_size = min(MAX_SRPT_RQ_SIZE, attrs.max_qp_wr - SRPT_DRAIN_WRS);

// matches: 1
@ drain_send_slot @
expression qp_init, half, limit;
position p;
@@
- qp_init->cap.max_send_wr@p = min(half, limit);
+ qp_init->cap.max_send_wr = min(half + SRPT_DRAIN_WRS, limit);

// ... which commands leave alone ...
// matches: 1
@ drain_send_left @
expression ch, qp_init;
position p;
@@
- atomic_set@p(&ch->sq_wr_avail, qp_init->cap.max_send_wr);
+ atomic_set(&ch->sq_wr_avail, qp_init->cap.max_send_wr - SRPT_DRAIN_WRS);

// ... and one for each in the completion queue.
// matches: 1
@ drain_completions @
expression ch, device;
identifier sq_size;
position p;
@@
- ch->cq = ib_cq_pool_get@p(device, ch->rq_size + sq_size,
+ ch->cq = ib_cq_pool_get(device, ch->rq_size + sq_size + 2 * SRPT_DRAIN_WRS,
  	-1, IB_POLL_WORKQUEUE);

// matches: 1
@ drain_completions_kept @
expression ch;
identifier sq_size;
position p;
@@
- ch->cq_size@p = ch->rq_size + sq_size;
+ ch->cq_size = ch->rq_size + sq_size + 2 * SRPT_DRAIN_WRS;

// Soft iWARP completes what is posted when a queue pair is destroyed, used or not.
// matches: 1
@ refused_drain @
identifier ch;
position p;
@@
  srpt_cm_req_recv(...)
  {
  <...
+ if (!ch->qp->srq)
+ 	ib_drain_rq(ch->qp);
  srpt_destroy_ch_ib@p(ch);
  ...>
  }
