// SPDX-License-Identifier: GPL-2.0
/*
 * Ports that listen again.
 *
 * A port that is bound to an address loses its listener with the device that
 * carries the address.  It stays configured, without one, and tries again when
 * a device is added, when a device gets a new GID and when a network device
 * gets a new address; each time a few times at growing distances, because GIDs
 * and duplicate address detection follow with a delay.  (A port bound to any
 * address keeps its listener; the connection manager attaches it to devices.)
 *
 * A listener has one owner: the port while &nvmet_rdma_port.cm_id names it,
 * else whoever set that to NULL, under nvmet_rdma_ports_lock.  The owner
 * destroys it; the connection manager's handler by returning non-zero.  Event
 * handlers run under a mutex of the identifier that listening and destroying
 * may take as well: those are called without any lock.
 */
#include <linux/inetdevice.h>
#include <linux/lockdep.h>
#include <net/addrconf.h>

/* 50 ms, 100 ms and so on: 13 s together. */
#define NVMET_RDMA_LISTEN_TRIES		8
#define NVMET_RDMA_LISTEN_DELAY		(HZ / 20)
#define NVMET_RDMA_REBIND_DELAY		(5 * HZ)

/* Taken by notifiers that must not sleep. */
static DEFINE_SPINLOCK(nvmet_rdma_ports_lock);
static LIST_HEAD(nvmet_rdma_ports);

/**
 * struct nvmet_rdma_watch - the events of one RDMA device
 * @handler: registered with the device from nvmet_rdma_add_one() to
 *	nvmet_rdma_remove_one()
 * @entry: link in nvmet_rdma_watches, under nvmet_rdma_watches_mutex
 */
struct nvmet_rdma_watch {
	struct ib_event_handler handler;
	struct list_head entry;
};

static DEFINE_MUTEX(nvmet_rdma_watches_mutex);
static LIST_HEAD(nvmet_rdma_watches);

static struct sockaddr *nvmet_rdma_port_addr(struct nvmet_rdma_port *port)
{
	return (struct sockaddr *)&port->addr;
}

static int nvmet_rdma_port_id(struct nvmet_rdma_port *port)
{
	return le16_to_cpu(port->nport->disc_addr.portid);
}

/* Has a port without a listener try now, and then a few times more. */
static void nvmet_rdma_kick_port(struct nvmet_rdma_port *port)
{
	lockdep_assert_held(&nvmet_rdma_ports_lock);

	if (port->cm_id || list_empty(&port->listener.entry))
		return;
	port->listener.tries = NVMET_RDMA_LISTEN_TRIES;
	mod_delayed_work(nvmet_wq, &port->repair_work, 0);
}

static void nvmet_rdma_kick_ports(void)
{
	struct nvmet_rdma_port *port;

	spin_lock_bh(&nvmet_rdma_ports_lock);
	list_for_each_entry(port, &nvmet_rdma_ports, listener.entry)
		nvmet_rdma_kick_port(port);
	spin_unlock_bh(&nvmet_rdma_ports_lock);
}

/**
 * nvmet_rdma_init_port() - prepare a port that does not listen yet
 * @port: the port, all zero but for its links to the core
 */
static void nvmet_rdma_init_port(struct nvmet_rdma_port *port)
{
	INIT_LIST_HEAD(&port->listener.entry);
}

/**
 * nvmet_rdma_list_port() - a port listens and shall go on to do so
 * @port: the port
 *
 * Context: Process context.
 */
static void nvmet_rdma_list_port(struct nvmet_rdma_port *port)
{
	spin_lock_bh(&nvmet_rdma_ports_lock);
	list_add_tail(&port->listener.entry, &nvmet_rdma_ports);
	/* Events that came before this found the port off the list. */
	if (port->listener.rebind)
		queue_delayed_work(nvmet_wq, &port->repair_work, 0);
	nvmet_rdma_kick_port(port);
	spin_unlock_bh(&nvmet_rdma_ports_lock);
}

/**
 * nvmet_rdma_unlist_port() - a port is being removed
 * @port: the port
 *
 * Nobody queues its repair work any more; what is queued the caller cancels.
 *
 * Context: Process context.
 */
static void nvmet_rdma_unlist_port(struct nvmet_rdma_port *port)
{
	spin_lock_bh(&nvmet_rdma_ports_lock);
	list_del_init(&port->listener.entry);
	spin_unlock_bh(&nvmet_rdma_ports_lock);
}

/**
 * nvmet_rdma_rebind_port() - have a port's listener replaced
 * @port: the port; valid because the caller handles an event of its listener,
 *	or is its repair work
 * @delay: when, in jiffies
 *
 * Context: Process context.
 */
static void nvmet_rdma_rebind_port(struct nvmet_rdma_port *port,
				   unsigned long delay)
{
	spin_lock_bh(&nvmet_rdma_ports_lock);
	port->listener.rebind = true;
	if (!list_empty(&port->listener.entry))
		queue_delayed_work(nvmet_wq, &port->repair_work, delay);
	spin_unlock_bh(&nvmet_rdma_ports_lock);
}

static void nvmet_rdma_listen_again(struct nvmet_rdma_port *port)
{
	struct nvmet_rdma_listener *listener = &port->listener;
	unsigned long delay;

	listener->quiet = true;
	if (!nvmet_rdma_enable_port(port)) {
		listener->announced = false;
		return;
	}

	if (!listener->announced) {
		pr_info("port %d (%pISpcs): no RDMA device has this address, will listen again when one does\n",
			nvmet_rdma_port_id(port), nvmet_rdma_port_addr(port));
		listener->announced = true;
	}

	spin_lock_bh(&nvmet_rdma_ports_lock);
	if (listener->tries && !list_empty(&listener->entry)) {
		delay = NVMET_RDMA_LISTEN_DELAY <<
			(NVMET_RDMA_LISTEN_TRIES - listener->tries);
		listener->tries--;
		/* Unless a kick has queued it already. */
		queue_delayed_work(nvmet_wq, &port->repair_work, delay);
	}
	spin_unlock_bh(&nvmet_rdma_ports_lock);
}

static void nvmet_rdma_repair_port_work(struct work_struct *work)
{
	struct nvmet_rdma_port *port =
		container_of(to_delayed_work(work), struct nvmet_rdma_port,
			     repair_work);
	bool rebind, lost;

	spin_lock_bh(&nvmet_rdma_ports_lock);
	rebind = port->listener.rebind;
	port->listener.rebind = false;
	lost = !port->cm_id;
	spin_unlock_bh(&nvmet_rdma_ports_lock);

	if (rebind) {
		nvmet_rdma_disable_port(port);
		port->listener.quiet = false;
		if (nvmet_rdma_enable_port(port))
			nvmet_rdma_rebind_port(port, NVMET_RDMA_REBIND_DELAY);
	} else if (lost) {
		nvmet_rdma_listen_again(port);
	}
}

/**
 * nvmet_rdma_begin_listener() - a new identifier is about to be made
 * @port: the port, which has none
 *
 * Context: Process context.
 */
static void nvmet_rdma_begin_listener(struct nvmet_rdma_port *port)
{
	spin_lock_bh(&nvmet_rdma_ports_lock);
	port->listener.removed_id = NULL;
	spin_unlock_bh(&nvmet_rdma_ports_lock);
}

/**
 * nvmet_rdma_publish_listener() - make an identifier the port's listener
 * @port: the port, which has none
 * @cm_id: the identifier, which listens
 *
 * Context: Process context.
 * Return: 0, and the listener is the port's; -ENODEV if its device has been
 * removed meanwhile, and it is still the caller's to destroy.
 */
static int nvmet_rdma_publish_listener(struct nvmet_rdma_port *port,
				       struct rdma_cm_id *cm_id)
{
	char name[IB_DEVICE_NAME_MAX] = "any device";
	int ret = 0;

	/* Once published, the listener may go at any time. */
	if (cm_id->device)
		strscpy(name, dev_name(&cm_id->device->dev), sizeof(name));

	spin_lock_bh(&nvmet_rdma_ports_lock);
	if (port->listener.removed_id == cm_id)
		ret = -ENODEV;
	else
		port->cm_id = cm_id;
	spin_unlock_bh(&nvmet_rdma_ports_lock);

	if (ret)
		nvmet_rdma_port_err(port, "%s with %pISpcs is going away\n",
				    name, nvmet_rdma_port_addr(port));
	else if (port->listener.quiet)
		pr_info("port %d (%pISpcs) listens again on %s\n",
			nvmet_rdma_port_id(port), nvmet_rdma_port_addr(port),
			name);
	return ret;
}

/**
 * nvmet_rdma_take_listener() - take the listener from a port to destroy it
 * @port: the port
 *
 * Context: Process context.
 * Return: the listener, or NULL if the port has none.
 */
static struct rdma_cm_id *
nvmet_rdma_take_listener(struct nvmet_rdma_port *port)
{
	struct rdma_cm_id *cm_id;

	spin_lock_bh(&nvmet_rdma_ports_lock);
	cm_id = port->cm_id;
	port->cm_id = NULL;
	spin_unlock_bh(&nvmet_rdma_ports_lock);
	return cm_id;
}

/**
 * nvmet_rdma_destroy_listener() - destroy an identifier that is no port's
 * @cm_id: the listener, now the caller's
 *
 * A port is enabled and disabled under nvmet_config_sem, and destroying takes a
 * lock of the identifier that is held while its events are handled.  Lockdep
 * cannot tell it from the locks of connections, under which a connect command
 * that came early takes nvmet_config_sem; a listener's handler does not.  A class
 * of its own is out of reach, the lock being private to the connection manager.
 *
 * Context: Process context.
 */
static void nvmet_rdma_destroy_listener(struct rdma_cm_id *cm_id)
{
	lockdep_off();
	rdma_destroy_id(cm_id);
	lockdep_on();
}

/**
 * nvmet_rdma_lose_listener() - the device of a listener is being removed
 * @port: the port of the listener.  Valid until the end of this function: it is
 *	not freed before its listener is destroyed, which waits for the handler,
 *	unless the handler is the one to destroy it.  In that case the port may
 *	be freed as soon as the lock is dropped.
 * @cm_id: the listener
 *
 * Context: The listener's event handler.
 * Return: true if the handler has to destroy the listener; false if somebody
 * else has it and will.
 */
static bool nvmet_rdma_lose_listener(struct nvmet_rdma_port *port,
				     struct rdma_cm_id *cm_id)
{
	bool ours;

	spin_lock_bh(&nvmet_rdma_ports_lock);
	ours = port->cm_id == cm_id;
	if (ours) {
		port->cm_id = NULL;
		port->listener.rebind = false;
		/* Another device may have the address by now. */
		nvmet_rdma_kick_port(port);
	} else {
		port->listener.removed_id = cm_id;
	}
	spin_unlock_bh(&nvmet_rdma_ports_lock);
	return ours;
}

static void nvmet_rdma_device_event(struct ib_event_handler *handler,
				    struct ib_event *event)
{
	if (event->event == IB_EVENT_GID_CHANGE)
		nvmet_rdma_kick_ports();
}

/**
 * nvmet_rdma_watch_device() - a device may bring a port's address, now or later
 * @device: the device
 *
 * Context: May sleep.
 */
static void nvmet_rdma_watch_device(struct ib_device *device)
{
	struct nvmet_rdma_watch *watch;

	watch = kzalloc(sizeof(*watch), GFP_KERNEL);
	if (watch) {
		INIT_IB_EVENT_HANDLER(&watch->handler, device,
				      nvmet_rdma_device_event);
		mutex_lock(&nvmet_rdma_watches_mutex);
		list_add(&watch->entry, &nvmet_rdma_watches);
		mutex_unlock(&nvmet_rdma_watches_mutex);
		ib_register_event_handler(&watch->handler);
	} else {
		pr_warn("no memory to watch %s for new addresses\n",
			dev_name(&device->dev));
	}

	nvmet_rdma_kick_ports();
}

/**
 * nvmet_rdma_unwatch_device() - a device is being removed
 * @device: the device; none of its events is handled when this returns
 *
 * Context: May sleep.
 */
static void nvmet_rdma_unwatch_device(struct ib_device *device)
{
	struct nvmet_rdma_watch *watch, *found = NULL;

	mutex_lock(&nvmet_rdma_watches_mutex);
	list_for_each_entry(watch, &nvmet_rdma_watches, entry) {
		if (watch->handler.device == device) {
			found = watch;
			list_del(&found->entry);
			break;
		}
	}
	mutex_unlock(&nvmet_rdma_watches_mutex);

	if (found) {
		ib_unregister_event_handler(&found->handler);
		kfree(found);
	}
}

static int nvmet_rdma_address_event(struct notifier_block *nb,
				    unsigned long event, void *address)
{
	if (event == NETDEV_UP)
		nvmet_rdma_kick_ports();
	return NOTIFY_DONE;
}

static struct notifier_block nvmet_rdma_inetaddr_nb = {
	.notifier_call = nvmet_rdma_address_event,
};

static struct notifier_block nvmet_rdma_inet6addr_nb = {
	.notifier_call = nvmet_rdma_address_event,
};

/**
 * nvmet_rdma_watch_addresses() - have new addresses kick the ports
 *
 * Context: Module initialization.
 */
static void nvmet_rdma_watch_addresses(void)
{
	/* IPoIB and iWARP devices get no new GID with a new address. */
	register_inetaddr_notifier(&nvmet_rdma_inetaddr_nb);
	if (IS_ENABLED(CONFIG_IPV6))
		register_inet6addr_notifier(&nvmet_rdma_inet6addr_nb);
}

/**
 * nvmet_rdma_unwatch_addresses() - undo nvmet_rdma_watch_addresses()
 *
 * Context: Module exit.
 */
static void nvmet_rdma_unwatch_addresses(void)
{
	if (IS_ENABLED(CONFIG_IPV6))
		unregister_inet6addr_notifier(&nvmet_rdma_inet6addr_nb);
	unregister_inetaddr_notifier(&nvmet_rdma_inetaddr_nb);
}
