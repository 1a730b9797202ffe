// SPDX-License-Identifier: GPL-2.0
/*
 * Portals that listen again.
 *
 * A portal that is bound to an address loses its listener with the device that
 * carries the address.  It stays configured, without one, and tries again when
 * a device is added, when a device gets a new GID and when a network device
 * gets a new address; each time a few times at growing distances, because GIDs
 * and duplicate address detection follow with a delay.
 *
 * A listener has one owner: the portal while &isert_np.cm_id names it, else
 * whoever set that to NULL, under isert_portals_lock.  The owner destroys it; an
 * event handler by returning non-zero.
 */
#include <linux/inetdevice.h>
#include <net/addrconf.h>

/* 50 ms, 100 ms and so on: 13 s together. */
#define ISERT_LISTEN_TRIES	8
#define ISERT_LISTEN_DELAY	(HZ / 20)

/* Taken by notifiers that must not sleep. */
static DEFINE_SPINLOCK(isert_portals_lock);
static LIST_HEAD(isert_portals);

/**
 * struct isert_watch - the events of one RDMA device
 * @handler: registered with the device from when the device is added until it is
 *	removed
 * @entry: link in isert_watches, under isert_watches_mutex
 */
struct isert_watch {
	struct ib_event_handler handler;
	struct list_head entry;
};

static DEFINE_MUTEX(isert_watches_mutex);
static LIST_HEAD(isert_watches);

static struct sockaddr *isert_np_addr(struct isert_np *isert_np)
{
	return (struct sockaddr *)&isert_np->np->np_sockaddr;
}

/* Has a portal without a listener try now, and then a few times more. */
static void isert_kick_np(struct isert_np *isert_np)
{
	struct isert_listener *listener = &isert_np->listener;

	lockdep_assert_held(&isert_portals_lock);

	if (isert_np->cm_id || list_empty(&listener->entry))
		return;
	listener->tries = ISERT_LISTEN_TRIES;
	mod_delayed_work(isert_release_wq, &listener->work, 0);
}

static void isert_kick_portals(void)
{
	struct isert_np *isert_np;

	spin_lock_bh(&isert_portals_lock);
	list_for_each_entry(isert_np, &isert_portals, listener.entry)
		isert_kick_np(isert_np);
	spin_unlock_bh(&isert_portals_lock);
}

/* An identifier listens: make it the portal's, unless its device has gone. */
static int isert_publish_listener(struct isert_np *isert_np,
				  struct rdma_cm_id *cma_id)
{
	char name[IB_DEVICE_NAME_MAX] = "any device";
	int ret = 0;

	/* Once published, the listener may go at any time. */
	if (cma_id->device)
		strscpy(name, dev_name(&cma_id->device->dev), sizeof(name));

	spin_lock_bh(&isert_portals_lock);
	if (isert_np->listener.removed_id == cma_id)
		ret = -ENODEV;
	else
		isert_np->cm_id = cma_id;
	spin_unlock_bh(&isert_portals_lock);

	if (ret)
		isert_np_err(isert_np, "%s with %pISpc is going away\n", name,
			     isert_np_addr(isert_np));
	else if (isert_np->listener.quiet)
		pr_info(PFX "portal %pISpc listens again on %s\n",
			isert_np_addr(isert_np), name);
	return ret;
}

/* Takes the listener from a portal; NULL if it has none. */
static struct rdma_cm_id *isert_take_listener(struct isert_np *isert_np)
{
	struct rdma_cm_id *cma_id;

	spin_lock_bh(&isert_portals_lock);
	cma_id = isert_np->cm_id;
	isert_np->cm_id = NULL;
	spin_unlock_bh(&isert_portals_lock);
	return cma_id;
}

/**
 * isert_listen() - have a portal listen
 * @isert_np: the portal, which does not
 *
 * Context: Process context.
 * Return: 0 or a negative error.
 */
static int isert_listen(struct isert_np *isert_np)
{
	struct rdma_cm_id *cma_id;
	int ret;

	/* The handler may see the device go before the portal has its id. */
	spin_lock_bh(&isert_portals_lock);
	isert_np->listener.removed_id = NULL;
	spin_unlock_bh(&isert_portals_lock);

	cma_id = isert_setup_id(isert_np);
	if (IS_ERR(cma_id))
		return PTR_ERR(cma_id);

	ret = isert_publish_listener(isert_np, cma_id);
	if (ret)
		rdma_destroy_id(cma_id);
	return ret;
}

static void isert_listen_work(struct work_struct *work)
{
	struct isert_np *isert_np = container_of(to_delayed_work(work),
						 struct isert_np, listener.work);
	struct isert_listener *listener = &isert_np->listener;
	unsigned long delay;
	bool lost;

	spin_lock_bh(&isert_portals_lock);
	lost = !isert_np->cm_id;
	spin_unlock_bh(&isert_portals_lock);
	if (!lost)
		return;

	listener->quiet = true;
	if (!isert_listen(isert_np)) {
		listener->announced = false;
		return;
	}

	if (!listener->announced) {
		pr_info(PFX "portal %pISpc: no RDMA device has this address, will listen again when one does\n",
			isert_np_addr(isert_np));
		listener->announced = true;
	}

	spin_lock_bh(&isert_portals_lock);
	if (listener->tries && !list_empty(&listener->entry)) {
		delay = ISERT_LISTEN_DELAY <<
			(ISERT_LISTEN_TRIES - listener->tries);
		listener->tries--;
		/* Unless a kick has queued it already. */
		queue_delayed_work(isert_release_wq, &listener->work, delay);
	}
	spin_unlock_bh(&isert_portals_lock);
}

/**
 * isert_init_listener() - prepare a portal that does not listen yet
 * @isert_np: the portal, all zero
 */
static void isert_init_listener(struct isert_np *isert_np)
{
	INIT_LIST_HEAD(&isert_np->listener.entry);
	INIT_DELAYED_WORK(&isert_np->listener.work, isert_listen_work);
}

/**
 * isert_list_np() - a portal listens and shall go on to do so
 * @isert_np: the portal, maybe listed already
 *
 * Not before its thread runs: if iscsit_add_np() cannot start that, it frees
 * the struct iscsi_np and does not tell the transport.
 *
 * Context: The portal's thread.
 */
static void isert_list_np(struct isert_np *isert_np)
{
	spin_lock_bh(&isert_portals_lock);
	if (list_empty(&isert_np->listener.entry)) {
		list_add_tail(&isert_np->listener.entry, &isert_portals);
		/* It may have lost its listener before it could be kicked. */
		isert_kick_np(isert_np);
	}
	spin_unlock_bh(&isert_portals_lock);
}

/**
 * isert_is_listener() - is an event about a portal's listener?
 * @cma_id: the identifier of the event
 * @event: the event
 *
 * The identifier of a connection has a queue pair from the end of its request
 * handler on.
 *
 * Context: CM handler.
 */
static bool isert_is_listener(struct rdma_cm_id *cma_id,
			      struct rdma_cm_event *event)
{
	return !cma_id->qp && event->event != RDMA_CM_EVENT_CONNECT_REQUEST;
}

/**
 * isert_listener_event() - a listener is of no use any more
 * @cma_id: the listener, whose device goes or whose address moves.  Its portal
 *	is valid until the end of this function: it is not freed before its
 *	listener is destroyed, which waits for the handler, unless the handler
 *	is the one to destroy it.  In that case the portal may be freed as soon
 *	as the lock is dropped.
 *
 * Context: The listener's event handler.
 * Return: 1 if the handler has to destroy the listener, 0 if somebody else has
 * it and will.
 */
static int isert_listener_event(struct rdma_cm_id *cma_id)
{
	struct isert_np *isert_np = cma_id->context;
	bool ours;

	spin_lock_bh(&isert_portals_lock);
	ours = isert_np->cm_id == cma_id;
	if (ours) {
		isert_np->cm_id = NULL;
		/* Another device may have the address by now. */
		isert_kick_np(isert_np);
	} else {
		isert_np->listener.removed_id = cma_id;
	}
	spin_unlock_bh(&isert_portals_lock);
	return ours;
}

/* The iSCSI target takes a portal down, whose thread has ended. */
static void isert_free_np(struct iscsi_np *np)
{
	struct isert_np *isert_np = np->np_context;
	struct rdma_cm_id *cma_id;

	spin_lock_bh(&isert_portals_lock);
	list_del_init(&isert_np->listener.entry);
	spin_unlock_bh(&isert_portals_lock);
	cancel_delayed_work_sync(&isert_np->listener.work);

	cma_id = isert_take_listener(isert_np);
	if (cma_id)
		rdma_destroy_id(cma_id);

	isert_let_go(isert_np);
	isert_drop_np_conns(isert_np);

	np->np_context = NULL;
	kfree(isert_np);
}

static void isert_device_event(struct ib_event_handler *handler,
			       struct ib_event *event)
{
	if (event->event == IB_EVENT_GID_CHANGE)
		isert_kick_portals();
}

/**
 * isert_watch_device() - a device may bring a portal's address, now or later
 * @ib_device: the device
 *
 * Context: May sleep.
 */
static void isert_watch_device(struct ib_device *ib_device)
{
	struct isert_watch *watch;

	watch = kzalloc(sizeof(*watch), GFP_KERNEL);
	if (watch) {
		INIT_IB_EVENT_HANDLER(&watch->handler, ib_device,
				      isert_device_event);
		mutex_lock(&isert_watches_mutex);
		list_add(&watch->entry, &isert_watches);
		mutex_unlock(&isert_watches_mutex);
		ib_register_event_handler(&watch->handler);
	} else {
		pr_warn(PFX "no memory to watch %s for new addresses\n",
			dev_name(&ib_device->dev));
	}

	isert_kick_portals();
}

/**
 * isert_unwatch_device() - a device is being removed
 * @ib_device: the device; none of its events is handled when this returns
 *
 * Context: May sleep.
 */
static void isert_unwatch_device(struct ib_device *ib_device)
{
	struct isert_watch *watch, *found = NULL;

	mutex_lock(&isert_watches_mutex);
	list_for_each_entry(watch, &isert_watches, entry) {
		if (watch->handler.device == ib_device) {
			found = watch;
			list_del(&found->entry);
			break;
		}
	}
	mutex_unlock(&isert_watches_mutex);

	if (found) {
		ib_unregister_event_handler(&found->handler);
		kfree(found);
	}
}

static int isert_address_event(struct notifier_block *nb, unsigned long event,
			       void *address)
{
	if (event == NETDEV_UP)
		isert_kick_portals();
	return NOTIFY_DONE;
}

static struct notifier_block isert_inetaddr_nb = {
	.notifier_call = isert_address_event,
};

static struct notifier_block isert_inet6addr_nb = {
	.notifier_call = isert_address_event,
};

/**
 * isert_start() - know devices and addresses
 *
 * Context: Module initialization, when the work queues are there.
 * Return: 0 or a negative error.
 */
static int isert_start(void)
{
	int ret;

	ret = ib_register_client(&isert_ib_client);
	if (ret)
		return ret;

	/* IPoIB and iWARP devices get no new GID with a new address. */
	register_inetaddr_notifier(&isert_inetaddr_nb);
	if (IS_ENABLED(CONFIG_IPV6))
		register_inet6addr_notifier(&isert_inet6addr_nb);
	return 0;
}

/**
 * isert_stop() - undo isert_start()
 *
 * Context: Module exit: there is no portal, and connections are only being
 * released, on a work queue that is there until this returns.
 */
static void isert_stop(void)
{
	if (IS_ENABLED(CONFIG_IPV6))
		unregister_inet6addr_notifier(&isert_inet6addr_nb);
	unregister_inetaddr_notifier(&isert_inetaddr_nb);
	ib_unregister_client(&isert_ib_client);
}
