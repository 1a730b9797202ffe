// SPDX-License-Identifier: GPL-2.0
/*
 * Removal of a device, or of this module from a device.
 *
 * Logins end with an error, then every SCSI host is removed as if it were logged
 * out.  That writes caches back and waits for requests in flight: over a
 * connection that works, for some seconds.  A host whose connection does not
 * work, or that takes longer, is aborted: no more requests, those in flight
 * fail.  Nobody but core waits for the hosts, by their references.
 */

/* How long a target may take to let go of a host that is being removed. */
#define SRP_PATIENCE_JIFFIES	(3 * HZ)
/* How often hosts are looked at meanwhile. */
#define SRP_LOOK_JIFFIES	(HZ / 4)

/* Their handlers look at the channel alone, which the queue is told. */
static struct ib_cqe srp_inv_rkey_cqe = { .done = srp_inv_rkey_err_done };
static struct ib_cqe srp_reg_mr_cqe = { .done = srp_reg_mr_err_done };

/* Whether there is no point in waiting for the target. */
static bool srp_is_stuck(struct srp_target_port *target)
{
	return target->qp_in_error ||
	       target->rport->state != SRP_RPORT_RUNNING ||
	       srp_connected_ch(target) < target->ch_count ||
	       time_after(jiffies, target->srp_host->srp_dev->abort_time);
}

/*
 * Fails all requests of a host, and those that come.  Done again as long as the
 * host is there: the error handler issues requests under nobody's control.
 */
static void srp_abort_target(struct srp_target_port *target)
{
	if (target->rport->state != SRP_RPORT_LOST) {
		shost_printk(KERN_INFO, target->scsi_host,
			     PFX "its device goes, requests are aborted\n");
		/* No reconnect holds the mutex that this takes for long. */
		srp_stop_rport_timers(target->rport);
	}
	srp_disconnect_target(target);
	/* Requests that were let in before are now where they can be found. */
	synchronize_rcu();
	srp_terminate_io(target->rport);
}

/* The next host that is to be looked at, kept by a reference to it. */
static struct srp_target_port *srp_next_target(struct srp_host *host,
					       struct srp_target_port *last)
{
	struct srp_target_port *target, *next = NULL;
	bool found = !last;

	spin_lock(&host->target_lock);
	list_for_each_entry(target, &host->target_list, list) {
		if (found) {
			/* Not scsi_host_get(): the host may be half removed. */
			get_device(&target->scsi_host->shost_gendev);
			next = target;
			break;
		}
		found = target == last;
	}
	spin_unlock(&host->target_lock);
	if (last)
		put_device(&last->scsi_host->shost_gendev);
	return next;
}

static void srp_abort_work(struct work_struct *work)
{
	struct srp_device *srp_dev = container_of(to_delayed_work(work),
						  struct srp_device,
						  abort_work);
	struct srp_target_port *target;
	struct srp_host *host;
	bool again = false;

	mutex_lock(&srp_dev->abort_mutex);
	list_for_each_entry(host, &srp_dev->dev_list, list) {
		target = srp_next_target(host, NULL);
		while (target) {
			again = true;
			if (!target->hidden && srp_is_stuck(target))
				srp_abort_target(target);
			target = srp_next_target(host, target);
		}
	}
	mutex_unlock(&srp_dev->abort_mutex);
	/* Logins that are not over may add hosts. */
	if (again || time_before(jiffies, srp_dev->abort_time))
		queue_delayed_work(system_unbound_wq, &srp_dev->abort_work,
				   SRP_LOOK_JIFFIES);
}

/**
 * srp_removal_init() - prepare the removal of a device
 * @srp_dev: the new device
 */
static void srp_removal_init(struct srp_device *srp_dev)
{
	spin_lock_init(&srp_dev->wait_lock);
	INIT_LIST_HEAD(&srp_dev->waits);
	mutex_init(&srp_dev->abort_mutex);
	INIT_DELAYED_WORK(&srp_dev->abort_work, srp_abort_work);
}

/**
 * srp_hide_target() - a SCSI host has no requests any more and is being freed
 * @target: the host
 *
 * Context: May sleep; waits for an abort in progress.
 */
static void srp_hide_target(struct srp_target_port *target)
{
	struct srp_device *srp_dev = target->srp_host->srp_dev;

	mutex_lock(&srp_dev->abort_mutex);
	target->hidden = true;
	mutex_unlock(&srp_dev->abort_mutex);
}

static void srp_remove_host_port(struct srp_host *host)
{
	struct srp_target_port *target;

	/* Waits for logins, none of which waits for anything any more. */
	device_del(&host->dev);

	spin_lock(&host->target_lock);
	list_for_each_entry(target, &host->target_list, list)
		srp_queue_remove_work(target);
	spin_unlock(&host->target_lock);
}

/**
 * srp_remove_one() - make logins and SCSI hosts let go of a device
 * @device: the device that goes, or that this module leaves
 * @client_data: our data on it
 *
 * Context: May sleep.
 */
static void srp_remove_one(struct ib_device *device, void *client_data)
{
	struct srp_device *srp_dev = srp_data_device(client_data);
	struct srp_host *host;

	if (!srp_dev)
		return;
	srp_dev->abort_time = jiffies + SRP_PATIENCE_JIFFIES;
	srp_end_waits(srp_dev);
	queue_delayed_work(system_unbound_wq, &srp_dev->abort_work, 0);

	list_for_each_entry(host, &srp_dev->dev_list, list)
		srp_remove_host_port(host);
}
