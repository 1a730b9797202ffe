// SPDX-License-Identifier: GPL-2.0
/*
 * The IDR class: objects that user space knows by a handle, a number in the
 * xarray of its file.
 *
 * An object stands in the xarray from begin on; look-ups pass over it until it
 * is published, so that commit has nothing to store and cannot fail.  They take
 * no lock: the xarray is read under RCU, and memory is freed after a grace
 * period.
 */
#include <linux/slab.h>
#include <linux/xarray.h>
#include "objects.h"
#include "pins.h"

static const struct uverbs_obj_idr_type *idr_type(struct ib_uobject *uobj)
{
	return container_of(uobj->uapi_object->type_attrs,
			    struct uverbs_obj_idr_type, type);
}

static struct ib_uobject *
handle_alloc_begin(const struct uverbs_api_object *type,
		   struct uverbs_attr_bundle *attrs)
{
	struct ib_uobject *uobj;
	u32 id;
	int ret;

	uobj = uverbs_object_alloc(type, attrs);
	if (IS_ERR(uobj))
		return uobj;

	ret = uverbs_cgroup_charge(uobj);
	if (ret)
		goto put;
	ret = xa_alloc(&attrs->ufile->idr, &id, uobj, xa_limit_32b, GFP_KERNEL);
	if (ret)
		goto uncharge;
	uobj->id = id;
	uverbs_creator_add(uobj);
	return uobj;

uncharge:
	uverbs_cgroup_uncharge(uobj);
put:
	uverbs_uobject_put(uobj);
	return ERR_PTR(ret);
}

/* The reference of begin is from now on the handle's. */
static void handle_alloc_commit(struct ib_uobject *uobj)
{
	uverbs_creator_del(uobj);
	uverbs_object_publish(uobj);
}

static void handle_alloc_abort(struct ib_uobject *uobj)
{
	uverbs_creator_del(uobj);
	xa_erase(&uobj->ufile->idr, uobj->id);
	uverbs_cgroup_uncharge(uobj);
}

static struct ib_uobject *
handle_lookup_get(const struct uverbs_api_object *type,
		  struct ib_uverbs_file *ufile, s64 id,
		  enum rdma_lookup_mode mode)
{
	struct ib_uobject *uobj;

	if (id < 0)
		return ERR_PTR(-EINVAL);

	rcu_read_lock();
	uobj = xa_load(&ufile->idr, id);
	if (!uobj || !uverbs_object_published(uobj) ||
	    !kref_get_unless_zero(&uobj->ref))
		uobj = ERR_PTR(-ENOENT);
	rcu_read_unlock();
	return uobj;
}

static void handle_lookup_put(struct ib_uobject *uobj,
			      enum rdma_lookup_mode mode)
{
}

static int __must_check handle_destroy_hw(struct ib_uobject *uobj,
					  enum rdma_remove_reason why,
					  struct uverbs_attr_bundle *attrs)
{
	int ret = 0;

	/* After a failure it is the driver that has what remains. */
	if (why != RDMA_REMOVE_DRIVER_FAILURE)
		ret = idr_type(uobj)->destroy_object(uobj, why, attrs);
	/* abort uncharges by itself */
	if (!ret && why != RDMA_REMOVE_ABORT)
		uverbs_cgroup_uncharge(uobj);
	return ret;
}

static void handle_remove(struct ib_uobject *uobj)
{
	xa_erase(&uobj->ufile->idr, uobj->id);
	uverbs_uobject_put(uobj);
}

/* Both stand in the xarray: storing over them allocates nothing. */
static void handle_swap(struct ib_uobject *old, struct ib_uobject *new)
{
	struct xarray *idr = &old->ufile->idr;

	swap(old->id, new->id);
	WARN_ON(xa_store(idr, new->id, new, GFP_KERNEL) != old);
	WARN_ON(xa_store(idr, old->id, old, GFP_KERNEL) != new);
}

const struct uverbs_obj_type_class uverbs_idr_class = {
	.alloc_begin = handle_alloc_begin,
	.alloc_commit = handle_alloc_commit,
	.alloc_abort = handle_alloc_abort,
	.lookup_get = handle_lookup_get,
	.lookup_put = handle_lookup_put,
	.destroy_hw = handle_destroy_hw,
	.remove_handle = handle_remove,
	.swap_uobjects = handle_swap,
};
EXPORT_SYMBOL(uverbs_idr_class);

/**
 * setup_ufile_idr_uobject() - a file begins without handles
 * @ufile: the file
 *
 * Context: Process context, before anybody else has the file.
 */
void setup_ufile_idr_uobject(struct ib_uverbs_file *ufile)
{
	xa_init_flags(&ufile->idr, XA_FLAGS_ALLOC);
}

/* As many as a slab may have: they are freed in few steps, if made together. */
#define HANDLE_BATCH	32

/*
 * Takes the references of handles, from where the last call ended.  Returns how
 * many objects are to be freed.
 */
static unsigned int handle_release(struct xa_state *xas, void **freed)
{
	unsigned int count = 0;
	struct ib_uobject *uobj;

	rcu_read_lock();
	xas_for_each(xas, uobj, ULONG_MAX) {
		/* a handle that is reserved and has no object */
		if (xas_retry(xas, uobj))
			continue;
		uverbs_assert(uobj, uverbs_object(uobj)->state == UVERBS_GONE);
		uverbs_assert(uobj, list_empty(&uobj->list));
		uverbs_assert(uobj, atomic_read(&uobj->usecnt) == 0);
		uverbs_assert(uobj, kref_read(&uobj->ref) ==
				    1 + uverbs_object(uobj)->forced);
		/* Without look-ups there is no need for a grace period. */
		if (kref_read(&uobj->ref) == 1)
			freed[count++] = uverbs_object(uobj);
		else
			uverbs_uobject_put(uobj);
		if (count == HANDLE_BATCH) {
			xas_pause(xas);
			break;
		}
	}
	rcu_read_unlock();
	return count;
}

/**
 * release_ufile_idr_uobject() - forget the handles that user space has left
 * @ufile: the file, cleaned up; nobody has it open and nobody can look up
 *
 * Context: May sleep.
 */
void release_ufile_idr_uobject(struct ib_uverbs_file *ufile)
{
	XA_STATE(xas, &ufile->idr, 0);
	void *freed[HANDLE_BATCH];
	unsigned int count;

	do {
		count = handle_release(&xas, freed);
		kfree_bulk(count, freed);
		cond_resched();
	} while (count == HANDLE_BATCH);
	xa_destroy(&ufile->idr);
}
