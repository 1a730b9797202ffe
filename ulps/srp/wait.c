// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting for the answer of a target, which may be a minute or never.
 *
 * Logins, reconnects and the SCSI error handler wait here.  When the device goes
 * they get -ENODEV, those that come later at once.
 */

static struct srp_device *srp_ch_device(struct srp_rdma_ch *ch)
{
	return ch->target->srp_host->srp_dev;
}

static bool srp_wait_begin(struct srp_device *srp_dev, struct srp_wait *wait)
{
	bool removing;

	spin_lock(&srp_dev->wait_lock);
	removing = srp_dev->removing;
	if (!removing)
		list_add(&wait->entry, &srp_dev->waits);
	spin_unlock(&srp_dev->wait_lock);
	return !removing;
}

/* Returns false if the device goes, whoever ended the wait. */
static bool srp_wait_end(struct srp_device *srp_dev, struct srp_wait *wait)
{
	bool removing;

	spin_lock(&srp_dev->wait_lock);
	list_del(&wait->entry);
	removing = srp_dev->removing;
	spin_unlock(&srp_dev->wait_lock);
	return !removing;
}

/**
 * srp_end_waits() - have those who wait for an answer do without
 * @srp_dev: the device that goes
 *
 * Context: Process context.
 */
static void srp_end_waits(struct srp_device *srp_dev)
{
	struct srp_wait *wait;

	spin_lock(&srp_dev->wait_lock);
	WRITE_ONCE(srp_dev->removing, true);
	list_for_each_entry(wait, &srp_dev->waits, entry)
		complete(wait->done);
	spin_unlock(&srp_dev->wait_lock);
}

/**
 * srp_wait_done() - wait for the connection manager
 * @ch: the channel; the answer is in its status
 *
 * Context: May sleep.
 * Return: 0, -ERESTARTSYS, or -ENODEV if the device goes.
 */
static int srp_wait_done(struct srp_rdma_ch *ch)
{
	struct srp_device *srp_dev = srp_ch_device(ch);
	struct srp_wait wait = { .done = &ch->done };
	int ret;

	if (!srp_wait_begin(srp_dev, &wait))
		return -ENODEV;
	ret = wait_for_completion_interruptible(&ch->done);
	if (srp_wait_end(srp_dev, &wait))
		return ret;
	/* Take what srp_end_waits() did: what is left is the answer's. */
	if (ret)
		wait_for_completion(&ch->done);
	return -ENODEV;
}

/**
 * srp_wait_path() - wait for the subnet administrator
 * @ch: the channel; the answer is in its status
 *
 * A query that is not waited for is cancelled: its callback uses the channel.
 *
 * Context: May sleep.
 * Return: as srp_wait_done().
 */
static int srp_wait_path(struct srp_rdma_ch *ch)
{
	int ret = srp_wait_done(ch);

	if (ret) {
		ib_sa_cancel_query(ch->ib_cm.path_query_id,
				   ch->ib_cm.path_query);
		wait_for_completion(&ch->done);
	}
	return ret;
}

/**
 * srp_wait_tsk_mgmt() - wait for the answer to a task management request
 * @ch: the channel
 * @timeout: how long, in jiffies
 *
 * Context: May sleep.
 * Return: 0 if there is none, else a positive number.
 */
static long srp_wait_tsk_mgmt(struct srp_rdma_ch *ch, unsigned long timeout)
{
	struct srp_device *srp_dev = srp_ch_device(ch);
	struct srp_wait wait = { .done = &ch->tsk_mgmt_done };
	long ret;

	if (!srp_wait_begin(srp_dev, &wait))
		return 0;
	ret = wait_for_completion_timeout(&ch->tsk_mgmt_done, timeout);
	return srp_wait_end(srp_dev, &wait) ? ret : 0;
}

/**
 * srp_connection_lost() - there will be no answer
 * @ch: the channel
 *
 * Context: Any.
 */
static void srp_connection_lost(struct srp_rdma_ch *ch)
{
	ch->status = -ENODEV;
	complete(&ch->done);
}

/**
 * srp_removing() - whether the device of a SCSI host goes
 * @target: the host
 *
 * Context: Any.
 * Return: true if so; it never becomes false again.
 */
static bool srp_removing(struct srp_target_port *target)
{
	return READ_ONCE(target->srp_host->srp_dev->removing);
}
