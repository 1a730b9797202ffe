// SPDX-License-Identifier: GPL-2.0
/*
 * ib_client_data_nomr.ko: for tests only.  While it is loaded, a named device
 * claims that it cannot register memory.  Every soft device can, and what a ULP
 * does without has no other test.
 */
#include <linux/module.h>
#include <rdma/ib_verbs.h>

static char *device;
module_param(device, charp, 0444);
MODULE_PARM_DESC(device, "Name of the RDMA device");

static u64 nomr_flags;

static struct ib_device *nomr_get(void)
{
	return ib_device_get_by_name(device, RDMA_DRIVER_UNKNOWN);
}

static int __init nomr_init(void)
{
	struct ib_device *ibdev = device ? nomr_get() : NULL;

	if (!ibdev) {
		pr_err("ib_client_data_nomr: no device %s\n", device ?: "given");
		return -ENODEV;
	}
	nomr_flags = ibdev->attrs.device_cap_flags & IB_DEVICE_MEM_MGT_EXTENSIONS;
	ibdev->attrs.device_cap_flags &= ~IB_DEVICE_MEM_MGT_EXTENSIONS;
	ib_device_put(ibdev);
	return 0;
}

static void __exit nomr_exit(void)
{
	struct ib_device *ibdev = nomr_get();

	if (!ibdev)
		return;
	ibdev->attrs.device_cap_flags |= nomr_flags;
	ib_device_put(ibdev);
}

module_init(nomr_init);
module_exit(nomr_exit);

MODULE_DESCRIPTION("Takes memory registration from a device, for tests");
MODULE_LICENSE("GPL");
