// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a context, by close() or by the removal of its device.
 */
#include <linux/kmemleak.h>
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

/*
 * What a driver keeps refusing is taken from it.  It may still tell of events, and
 * those that were queued lead to the object, too: its memory stays.
 */
static void cleanup_forced(struct list_head *refused,
			   struct uverbs_attr_bundle *attrs)
{
	struct ib_uobject *uobj, *next;

	list_for_each_entry_safe(uobj, next, refused, list) {
		ibdev_err(uobj->context->device,
			  "uverbs: the driver does not destroy the object of type %#x with handle %d: %pe\n",
			  uobj_get_object_id(uobj), uobj->id,
			  ERR_PTR(uverbs_object(uobj)->refused));
		uverbs_uobject_get(uobj);
		uverbs_object(uobj)->forced = true;
		kmemleak_not_leak(uverbs_object(uobj));
		WARN_ON(cleanup_object(uobj, RDMA_REMOVE_DRIVER_FAILURE,
				       attrs));
	}
}

/* Those of one rank that were committed since, newest first. */
static void cleanup_rank(struct uverbs_file *file, int rank, u64 since,
			 enum rdma_remove_reason reason,
			 struct list_head *refused)
{
	struct uverbs_attr_bundle attrs = { .ufile = &file->stock };
	struct ib_uobject *uobj, *next;
	int ret;

	list_for_each_entry_safe(uobj, next, &file->objects[rank], list) {
		if (uverbs_object(uobj)->serial < since)
			break;
		ret = cleanup_object(uobj, reason, &attrs);
		if (!ret)
			continue;
		uverbs_object(uobj)->refused = ret;
		uverbs_list_refuse(uobj, refused);
	}
}

/*
 * The driver's own, newest first, each after what was committed since and may
 * stand on it.
 */
static void cleanup_drivers(struct uverbs_file *file,
			    enum rdma_remove_reason reason,
			    struct list_head *refused)
{
	struct list_head *own = &file->objects[UVERBS_RANK_DRIVER];
	struct ib_uobject *uobj;
	u64 since;
	int rank;

	while ((uobj = list_first_entry_or_null(own, struct ib_uobject, list))) {
		since = uverbs_object(uobj)->serial;
		for (rank = UVERBS_RANK_DRIVER + 1; rank <= UVERBS_RANK_CQ; rank++)
			cleanup_rank(file, rank, since, reason, refused);
		cleanup_rank(file, UVERBS_RANK_DRIVER, since, reason, refused);
	}
}

/* One pass in release order. */
static void cleanup_objects(struct ib_uverbs_file *ufile,
			    enum rdma_remove_reason reason)
{
	struct uverbs_attr_bundle attrs = { .ufile = ufile };
	struct uverbs_file *file = uverbs_file(ufile);
	LIST_HEAD(refused);
	int rank;

	cleanup_drivers(file, reason, &refused);
	for (rank = UVERBS_RANK_DRIVER + 1; rank < UVERBS_RANKS; rank++)
		cleanup_rank(file, rank, 0, reason, &refused);
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
 *	object's free function.  One that refuses is asked again as long as
 *	others go, and then not any more.
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
