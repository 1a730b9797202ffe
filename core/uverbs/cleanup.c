// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a context, by close() or by the removal of its device.
 */
#include <linux/slab.h>
#include "objects.h"

static int cleanup_object(struct ib_uobject *uobj,
			  enum rdma_remove_reason reason,
			  struct uverbs_attr_bundle *attrs)
{
	int ret;

	/* Commands are over and no command begins: a lock would have leaked. */
	ret = uverbs_lock(uobj, UVERBS_LOOKUP_WRITE);
	uverbs_assert(uobj, !ret);
	if (ret)
		atomic_set(&uobj->usecnt, -1);

	attrs->context = uobj->context;
	ret = uverbs_object_destroy(uobj, reason, attrs);
	if (ret)
		uverbs_unlock(uobj, UVERBS_LOOKUP_WRITE);
	cond_resched();
	return ret;
}

/* What a driver refused, again and again as long as that helps. */
static void cleanup_refused(struct list_head *refused,
			    enum rdma_remove_reason reason,
			    struct uverbs_attr_bundle *attrs)
{
	struct ib_uobject *uobj, *next;
	bool progress;

	do {
		progress = false;
		list_for_each_entry_safe(uobj, next, refused, list)
			if (!cleanup_object(uobj, reason, attrs))
				progress = true;
	} while (progress);
}

/* What a driver keeps refusing is taken from it. */
static void cleanup_forced(struct list_head *refused,
			   struct uverbs_attr_bundle *attrs)
{
	struct ib_uobject *uobj, *next;

	list_for_each_entry_safe(uobj, next, refused, list) {
		ibdev_err(uobj->context->device,
			  "uverbs: the driver does not destroy the object of type %#x with handle %d: %pe\n",
			  uobj_get_object_id(uobj), uobj->id,
			  ERR_PTR(uverbs_object(uobj)->refused));
		WARN_ON(cleanup_object(uobj, RDMA_REMOVE_DRIVER_FAILURE,
				       attrs));
	}
}

/* One pass in release order, newest first inside a rank. */
static void cleanup_objects(struct ib_uverbs_file *ufile,
			    enum rdma_remove_reason reason)
{
	struct uverbs_attr_bundle attrs = { .ufile = ufile };
	struct uverbs_file *file = uverbs_file(ufile);
	struct ib_uobject *uobj, *next;
	LIST_HEAD(refused);
	int rank, ret;

	for (rank = 0; rank < UVERBS_RANKS; rank++) {
		list_for_each_entry_safe(uobj, next, &file->objects[rank],
					 list) {
			ret = cleanup_object(uobj, reason, &attrs);
			if (!ret)
				continue;
			uverbs_object(uobj)->refused = ret;
			uverbs_list_refuse(uobj, &refused);
		}
	}
	cleanup_refused(&refused, reason, &attrs);
	cleanup_forced(&refused, &attrs);
}

static void cleanup_context(struct ib_uverbs_file *ufile,
			    enum rdma_remove_reason reason)
{
	struct ib_ucontext *context = ufile->ucontext;
	struct ib_device *device = context->device;

	/* A file that is closed has no mappings: they hold it. */
	if (reason == RDMA_REMOVE_DRIVER_REMOVE) {
		uverbs_user_mmap_disassociate(ufile);
		if (device->ops.disassociate_ucontext)
			device->ops.disassociate_ucontext(context);
	}

	ib_rdmacg_uncharge(&context->cg_obj, device,
			   RDMACG_RESOURCE_HCA_HANDLE);
	rdma_restrack_del(&context->res);
	device->ops.dealloc_ucontext(context);
	WARN_ON(!xa_empty(&context->mmap_xa));
	kfree(context);
	ufile->ucontext = NULL;
}

/**
 * uverbs_destroy_ufile_hw() - end the context of a file
 * @ufile: the file
 * @reason: RDMA_REMOVE_CLOSE or RDMA_REMOVE_DRIVER_REMOVE; told to every
 *	object's free function
 *
 * Destroys every hardware object and the context.  Handles and open files stay,
 * with nothing behind them.  Does nothing if there is no context (any more).
 *
 * Context: May sleep.  Waits for creations and destructions that are running.
 */
void uverbs_destroy_ufile_hw(struct ib_uverbs_file *ufile,
			     enum rdma_remove_reason reason)
{
	down_write(&ufile->hw_destroy_rwsem);
	if (ufile->ucontext) {
		cleanup_objects(ufile, reason);
		cleanup_context(ufile, reason);
	}
	up_write(&ufile->hw_destroy_rwsem);
}
