// SPDX-License-Identifier: GPL-2.0
/*
 * What objects count against the RDMA cgroup of the process that makes them.
 *
 * The root cgroup has no limit, nor a file that tells of what it uses.  Counting
 * takes a mutex that all processes of the machine share, so what is made there is
 * not counted.
 */
#include <linux/cgroup.h>
#include <linux/rcupdate.h>
#include "objects.h"

#ifdef CONFIG_CGROUP_RDMA
/* It is the root's, too, where no cgroup above the process has the controller. */
static bool cgroup_is_root(void)
{
	bool root;

	rcu_read_lock();
	root = !task_css(current, rdma_cgrp_id)->parent;
	rcu_read_unlock();
	return root;
}

static bool cgroup_charged(struct ib_uobject *uobj)
{
	return uobj->cg_obj.cg;
}
#else
static bool cgroup_is_root(void)
{
	return true;
}

static bool cgroup_charged(struct ib_uobject *uobj)
{
	return false;
}
#endif

/**
 * uverbs_cgroup_charge() - count an object against the cgroup of its creator
 * @uobj: the object, of the IDR class, not counted yet
 *
 * It stays with this cgroup if the process moves.  Ends with
 * uverbs_cgroup_uncharge().
 *
 * Context: Process context.  May sleep.
 * Return: 0; -EAGAIN if the cgroup, or one above it, has hca_object of them
 * already (Documentation/admin-guide/cgroup-v2.rst); -ENOMEM.
 */
int uverbs_cgroup_charge(struct ib_uobject *uobj)
{
	if (cgroup_is_root())
		return 0;
	return ib_rdmacg_try_charge(&uobj->cg_obj, uobj->context->device,
				    RDMACG_RESOURCE_HCA_OBJECT);
}

/**
 * uverbs_cgroup_uncharge() - an object is no longer
 * @uobj: an object for which uverbs_cgroup_charge() succeeded; in any process
 *
 * Context: May sleep.
 */
void uverbs_cgroup_uncharge(struct ib_uobject *uobj)
{
	if (cgroup_charged(uobj))
		ib_rdmacg_uncharge(&uobj->cg_obj, uobj->context->device,
				   RDMACG_RESOURCE_HCA_OBJECT);
}
