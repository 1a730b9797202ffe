// SPDX-License-Identifier: GPL-2.0
/*
 * The mock device itself, which a platform driver has, so that it can be unbound; and
 * what tests tell it and ask it by its parameters.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/platform_device.h>
#include <linux/string.h>
#include <linux/wait.h>
#include <rdma/uverbs_ioctl.h>
#include "mock.h"

#define MOCK_LOG	4000
/* Longer than any test holds the driver up: it has failed. */
#define MOCK_HOLD_SECONDS	30

/* What happened, in this order; protected by mock_lock. */
static char mock_log[MOCK_LOG];
/* The type that must not be destroyed, and how often; protected by mock_lock. */
static char mock_refuse[32];
static unsigned int mock_refusals;
/* The type that is destroyed when this is empty again; written under mock_lock. */
static char mock_hold[32];
static DECLARE_WAIT_QUEUE_HEAD(mock_held);
/* protects what stands above */
static DEFINE_MUTEX(mock_lock);

/* What the device sits on.  Under the lock of the parameters. */
static struct platform_device *mock_place;

/**
 * mock_note() - write down that something happens
 * @format: what, with a blank at its end
 *
 * Context: May sleep.
 */
void mock_note(const char *format, ...)
{
	va_list arguments;
	size_t end;

	va_start(arguments, format);
	mutex_lock(&mock_lock);
	end = strlen(mock_log);
	vscnprintf(mock_log + end, sizeof(mock_log) - end, format, arguments);
	mutex_unlock(&mock_lock);
	va_end(arguments);
}

/* Not under the lock: what happens meanwhile is written down, too. */
static void mock_hold_up(const char *type)
{
	bool wanted;

	mutex_lock(&mock_lock);
	wanted = !strcmp(mock_hold, type);
	mutex_unlock(&mock_lock);
	if (!wanted)
		return;
	mock_note("held ");
	wait_event_timeout(mock_held, !READ_ONCE(mock_hold[0]),
			   MOCK_HOLD_SECONDS * HZ);
}

/**
 * mock_gone() - may an object be destroyed
 * @type: its type
 *
 * Writes it down if so, and when the test lets it.
 *
 * Context: May sleep.
 * Return: 0, or -EBUSY if the test wants it so.
 */
int mock_gone(const char *type)
{
	int ret = 0;

	mock_hold_up(type);
	mutex_lock(&mock_lock);
	if (mock_refusals && !strcmp(mock_refuse, type)) {
		mock_refusals--;
		ret = -EBUSY;
	} else {
		strlcat(mock_log, type, sizeof(mock_log));
		strlcat(mock_log, " ", sizeof(mock_log));
	}
	mutex_unlock(&mock_lock);
	return ret;
}

static int mock_log_get(char *buffer, const struct kernel_param *kp)
{
	int ret;

	mutex_lock(&mock_lock);
	ret = sysfs_emit(buffer, "%s\n", mock_log);
	mutex_unlock(&mock_lock);
	return ret;
}

static int mock_log_set(const char *value, const struct kernel_param *kp)
{
	mutex_lock(&mock_lock);
	mock_log[0] = 0;
	mutex_unlock(&mock_lock);
	return 0;
}

static const struct kernel_param_ops mock_log_ops = {
	.get = mock_log_get,
	.set = mock_log_set,
};
module_param_cb(log, &mock_log_ops, NULL, 0644);
MODULE_PARM_DESC(log, "Types of the objects destroyed, and the like; empty it by writing");

static int mock_refuse_set(const char *value, const struct kernel_param *kp)
{
	char type[32];
	unsigned int times;

	if (sscanf(value, "%31s %u", type, &times) != 2)
		return -EINVAL;
	mutex_lock(&mock_lock);
	strscpy(mock_refuse, type, sizeof(mock_refuse));
	mock_refusals = times;
	mutex_unlock(&mock_lock);
	return 0;
}

static const struct kernel_param_ops mock_refuse_ops = {
	.set = mock_refuse_set,
};
module_param_cb(refuse, &mock_refuse_ops, NULL, 0200);
MODULE_PARM_DESC(refuse, "TYPE TIMES: refuse to destroy such an object so often");

static int mock_hold_set(const char *value, const struct kernel_param *kp)
{
	char type[32];

	mutex_lock(&mock_lock);
	strscpy(mock_hold, sscanf(value, "%31s", type) == 1 ? type : "",
		sizeof(mock_hold));
	mutex_unlock(&mock_lock);
	wake_up_all(&mock_held);
	return 0;
}

static const struct kernel_param_ops mock_hold_ops = {
	.set = mock_hold_set,
};
module_param_cb(hold, &mock_hold_ops, NULL, 0200);
MODULE_PARM_DESC(hold, "TYPE: such an object is destroyed when this is empty again");

static int mock_set(const char *value, const struct kernel_param *kp);

static const struct kernel_param_ops mock_device_ops = {
	.set = mock_set,
};
module_param_cb(device, &mock_device_ops, NULL, 0200);
MODULE_PARM_DESC(device, "1: there is a device mock0, 0: there is none");

static bool mock_disassociates;
module_param_named(disassociate, mock_disassociates, bool, 0644);
MODULE_PARM_DESC(disassociate, "1: the next device has an operation for its removal");

static struct ib_device *mock_add(struct device *parent)
{
	struct ib_device *device = _ib_alloc_device(sizeof(*device));
	int ret;

	if (!device)
		return ERR_PTR(-ENOMEM);
	device->dev.parent = parent;
	device->node_type = RDMA_NODE_IB_CA;
	device->phys_port_cnt = 1;
	device->num_comp_vectors = 1;
	device->node_guid = cpu_to_be64(0x0200000000000001ULL);
	device->driver_def = mock_methods;
	/* by write(): rare, hence not assumed */
	device->uverbs_cmd_mask |= BIT_ULL(IB_USER_VERBS_CMD_POLL_CQ) |
				   BIT_ULL(IB_USER_VERBS_CMD_REQ_NOTIFY_CQ) |
				   BIT_ULL(IB_USER_VERBS_CMD_POST_SEND) |
				   BIT_ULL(IB_USER_VERBS_CMD_POST_RECV) |
				   BIT_ULL(IB_USER_VERBS_CMD_POST_SRQ_RECV);
	ib_set_device_ops(device, &mock_verbs_ops);
	if (mock_disassociates)
		ib_set_device_ops(device, &mock_disassociate_ops);
	ret = ib_register_device(device, "mock%d", NULL);
	if (ret) {
		ib_dealloc_device(device);
		return ERR_PTR(ret);
	}
	return device;
}

static void mock_del(void *device)
{
	mock_mapping_idle();
	ib_unregister_device(device);
	mock_note("device ");
	ib_dealloc_device(device);
}

static int mock_probe(struct platform_device *place)
{
	struct ib_device *device = mock_add(&place->dev);

	if (IS_ERR(device))
		return PTR_ERR(device);
	platform_set_drvdata(place, device);
	return devm_add_action_or_reset(&place->dev, mock_del, device);
}

static struct platform_driver mock_driver = {
	.driver = {
		.name = "ib_uverbs_mock",
		.probe_type = PROBE_FORCE_SYNCHRONOUS,
	},
	.probe = mock_probe,
};

static void mock_clear(void)
{
	platform_device_unregister(mock_place);
	mock_place = NULL;
}

/* Parameters of a module are written one at a time. */
static int mock_set(const char *value, const struct kernel_param *kp)
{
	struct platform_device *place;
	bool add;
	int ret = kstrtobool(value, &add);

	if (ret)
		return ret;
	mock_clear();
	if (!add)
		return 0;
	place = platform_device_register_simple(mock_driver.driver.name,
						PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(place))
		return PTR_ERR(place);
	mock_place = place;
	/* A failure of the driver's is not the bus's. */
	if (!platform_get_drvdata(place)) {
		mock_clear();
		return -ENODEV;
	}
	return 0;
}

static int __init mock_init(void)
{
	return platform_driver_register(&mock_driver);
}

static void __exit mock_exit(void)
{
	mock_clear();
	platform_driver_unregister(&mock_driver);
	mock_mapping_end();
	mock_methods_end();
}

module_init(mock_init);
module_exit(mock_exit);

MODULE_DESCRIPTION("RDMA device with every user object, for tests");
MODULE_LICENSE("GPL");
