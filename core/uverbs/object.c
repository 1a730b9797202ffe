// SPDX-License-Identifier: GPL-2.0
/*
 * The life of an object:
 *
 *	begin -> commit -> (look-ups) -> destroy
 *	      -> abort
 *
 * Memory lives as long as there are references.  A committed object has one of
 * the repository (list.c) until its hardware object is destroyed, and one of
 * its name: of the handle until that is removed, of the open file until that is
 * released.
 */
#include <linux/slab.h>
#include "objects.h"

static void uverbs_object_free(struct kref *ref)
{
	struct ib_uobject *uobj = container_of(ref, struct ib_uobject, ref);

	uverbs_assert(uobj, list_empty(&uobj->list));
	/* Look-ups may have just loaded the pointer. */
	kfree_rcu(uverbs_object(uobj), uobj.rcu);
}

/**
 * uverbs_uobject_put() - drop a reference to an object
 * @uobject: the object
 *
 * Context: Any.
 */
void uverbs_uobject_put(struct ib_uobject *uobject)
{
	kref_put(&uobject->ref, uverbs_object_free);
}
EXPORT_SYMBOL(uverbs_uobject_put);

/**
 * uverbs_object_alloc() - memory for an object that begins
 * @type: its type
 * @attrs: the command that creates it; gets the context if it has none
 *
 * For the classes.  The object is locked for writing.
 *
 * Context: May sleep; inside the SRCU read section of a command.
 * Return: the object with one reference, or ERR_PTR: -EIO once the device has
 *	gone, -EINVAL without a context, -ENOMEM.
 */
struct ib_uobject *uverbs_object_alloc(const struct uverbs_api_object *type,
				       struct uverbs_attr_bundle *attrs)
{
	struct ib_ucontext *context = attrs->context;
	struct uverbs_object *object;
	struct ib_uobject *uobj;

	if (!context) {
		context = ib_uverbs_get_ucontext_file(attrs->ufile);
		if (IS_ERR(context))
			return ERR_CAST(context);
		attrs->context = context;
	}

	object = kzalloc(offsetof(struct uverbs_object, uobj) +
			 type->type_attrs->obj_size, GFP_KERNEL);
	if (!object)
		return ERR_PTR(-ENOMEM);

	object->rank = uverbs_rank(type);
	object->state = UVERBS_BEGUN;
	uobj = &object->uobj;
	uobj->ufile = attrs->ufile;
	uobj->context = context;
	uobj->uapi_object = type;
	INIT_LIST_HEAD(&uobj->list);
	atomic_set(&uobj->usecnt, -1);
	kref_init(&uobj->ref);
	return uobj;
}

/**
 * uverbs_object_publish() - from here on look-ups find the object
 * @uobj: the object, in the repository
 *
 * For the classes: unlocks the object.  It belongs to everybody afterwards, and
 * may be gone when this returns unless the caller holds a reference.
 *
 * Context: Any.
 */
void uverbs_object_publish(struct ib_uobject *uobj)
{
	uverbs_unlock(uobj, UVERBS_LOOKUP_WRITE);
	/* Pairs with the acquire in uverbs_object_published(). */
	smp_store_release(&uverbs_object(uobj)->state, UVERBS_LIVE);
}

/**
 * uverbs_object_published() - may a look-up find the object
 * @uobj: the object, whose memory is there
 *
 * Context: Any.
 * Return: true from uverbs_object_publish() on.
 */
bool uverbs_object_published(struct ib_uobject *uobj)
{
	/* Pairs with the release in uverbs_object_publish(). */
	return smp_load_acquire(&uverbs_object(uobj)->state) != UVERBS_BEGUN;
}

/**
 * rdma_alloc_begin_uobject() - begin to create an object
 * @obj: its type, or an ERR_PTR of looking that up
 * @attrs: the command that creates it
 *
 * Commit or abort ends it, until when no cleanup can begin.
 *
 * Context: May sleep.  Takes hw_destroy_rwsem for reading.
 * Return: the object, which nobody else sees, locked for writing, with one
 *	reference that commit or abort consumes; or ERR_PTR: -EIO if a cleanup
 *	has begun or the device has gone, -EINVAL without a type or a context,
 *	-EAGAIN at the cgroup's limit, -EBUSY without a free handle, -EMFILE without
 *	a free descriptor, -ENOMEM.
 */
struct ib_uobject *rdma_alloc_begin_uobject(const struct uverbs_api_object *obj,
					    struct uverbs_attr_bundle *attrs)
{
	struct ib_uverbs_file *ufile = attrs->ufile;
	struct ib_uobject *uobj;

	if (IS_ERR(obj))
		return ERR_PTR(-EINVAL);
	if (!down_read_trylock(&ufile->hw_destroy_rwsem))
		return ERR_PTR(-EIO);

	uobj = obj->type_class->alloc_begin(obj, attrs);
	if (IS_ERR(uobj))
		up_read(&ufile->hw_destroy_rwsem);
	return uobj;
}

/**
 * rdma_alloc_commit_uobject() - a created object becomes everybody's
 * @uobj: the object, begun; its hardware object works
 * @attrs: the command that creates it
 *
 * Cannot fail.  Consumes the reference of begin: the handle or the open file has
 * it now.
 *
 * Context: Process context.  Releases hw_destroy_rwsem.
 */
void rdma_alloc_commit_uobject(struct ib_uobject *uobj,
			       struct uverbs_attr_bundle *attrs)
{
	struct ib_uverbs_file *ufile = attrs->ufile;

	uverbs_assert(uobj, uverbs_object(uobj)->state == UVERBS_BEGUN);
	lockdep_assert_held(&ufile->hw_destroy_rwsem);

	uverbs_list_add(uobj);
	uobj->uapi_object->type_class->alloc_commit(uobj);
	up_read(&ufile->hw_destroy_rwsem);
}

/**
 * rdma_alloc_abort_uobject() - undo the creation of an object
 * @uobj: the object, begun
 * @attrs: the command that creates it
 * @hw_obj_valid: it has a hardware object, to be destroyed with the reason
 *	RDMA_REMOVE_ABORT
 *
 * Consumes the reference of begin.  If the driver refuses to destroy what it
 * made a moment ago, the object is committed instead: the cleanup of the
 * context deals with it.
 *
 * Context: May sleep.  Releases hw_destroy_rwsem.
 */
void rdma_alloc_abort_uobject(struct ib_uobject *uobj,
			      struct uverbs_attr_bundle *attrs,
			      bool hw_obj_valid)
{
	const struct uverbs_obj_type_class *class =
		uobj->uapi_object->type_class;
	int ret;

	uverbs_assert(uobj, uverbs_object(uobj)->state == UVERBS_BEGUN);
	lockdep_assert_held(&attrs->ufile->hw_destroy_rwsem);

	if (hw_obj_valid) {
		ret = class->destroy_hw(uobj, RDMA_REMOVE_ABORT, attrs);
		if (ret) {
			ibdev_err(uobj->context->device,
				  "uverbs: cannot undo an object of type %#x: %pe\n",
				  uobj_get_object_id(uobj), ERR_PTR(ret));
			rdma_alloc_commit_uobject(uobj, attrs);
			return;
		}
	}

	class->alloc_abort(uobj);
	/* It stays begun: a look-up may just have loaded the pointer. */
	uobj->object = NULL;
	uobj->context = NULL;
	up_read(&attrs->ufile->hw_destroy_rwsem);
	uverbs_uobject_put(uobj);
}

/*
 * There are at least the references of the repository and of the handle, and
 * that of the command that destroys.  Those of open files come and go.
 */
static bool uverbs_referenced(struct ib_uobject *uobj,
			      enum rdma_remove_reason reason)
{
	unsigned int least = !list_empty(&uobj->list);

	if (uobj->uapi_object->type_class == &uverbs_idr_class)
		least++;
	if (reason == RDMA_REMOVE_DESTROY)
		least++;
	return kref_read(&uobj->ref) >= least;
}

/**
 * uverbs_object_destroy() - destroy the hardware object of an object
 * @uobj: the object, locked for writing; the caller holds a reference
 * @reason: not RDMA_REMOVE_ABORT.  With RDMA_REMOVE_DESTROY the handle goes too
 *	and the object stays locked: whoever still finds it gets -EBUSY.  With
 *	all others the handle stays, for user space to destroy or to forget, and
 *	the object is unlocked.
 * @attrs: the command, or what stands for it in a cleanup
 *
 * Takes the object out of the repository and puts the repository's reference,
 * with RDMA_REMOVE_DESTROY that of the handle as well; the caller keeps its own.
 * Does nothing but that for an object whose hardware object is destroyed already.
 *
 * Context: May sleep; hw_destroy_rwsem held.
 * Return: 0, or the error of a driver that refuses: nothing has changed then.
 */
int uverbs_object_destroy(struct ib_uobject *uobj,
			  enum rdma_remove_reason reason,
			  struct uverbs_attr_bundle *attrs)
{
	const struct uverbs_obj_type_class *class =
		uobj->uapi_object->type_class;
	bool listed;
	int ret;

	lockdep_assert_held(&attrs->ufile->hw_destroy_rwsem);
	uverbs_assert(uobj, atomic_read(&uobj->usecnt) == -1);
	uverbs_assert(uobj, uverbs_object(uobj)->state != UVERBS_BEGUN);
	uverbs_assert(uobj, uverbs_referenced(uobj, reason));

	if (uobj->object) {
		ret = class->destroy_hw(uobj, reason, attrs);
		if (ret)
			return ret;
		uobj->object = NULL;
	}
	uobj->context = NULL;
	uverbs_object(uobj)->state = UVERBS_GONE;
	listed = uverbs_list_del(uobj);

	if (reason == RDMA_REMOVE_DESTROY)
		class->remove_handle(uobj);
	else
		uverbs_unlock(uobj, UVERBS_LOOKUP_WRITE);
	if (listed)
		uverbs_uobject_put(uobj);
	return 0;
}

/**
 * uobj_destroy() - destroy an object for a command
 * @uobj: the object, looked up for UVERBS_LOOKUP_DESTROY
 * @attrs: the command
 *
 * The reference of the look-up stays the caller's.
 *
 * Context: May sleep.
 * Return: 0, -EBUSY if the object is in use, or the error of the driver.
 */
int uobj_destroy(struct ib_uobject *uobj, struct uverbs_attr_bundle *attrs)
{
	struct ib_uverbs_file *ufile = attrs->ufile;
	int ret;

	down_read(&ufile->hw_destroy_rwsem);
	ret = uverbs_lock(uobj, UVERBS_LOOKUP_WRITE);
	if (!ret) {
		ret = uverbs_object_destroy(uobj, RDMA_REMOVE_DESTROY, attrs);
		if (ret)
			uverbs_unlock(uobj, UVERBS_LOOKUP_WRITE);
	}
	up_read(&ufile->hw_destroy_rwsem);
	return ret;
}

/**
 * __uobj_get_destroy() - look an object up and destroy it
 * @obj: its type, or an ERR_PTR of looking that up
 * @id: its handle
 * @attrs: the command
 *
 * Context: May sleep.
 * Return: the object without a hardware object, to be put by
 *	uobj_put_destroy(); or ERR_PTR: as rdma_lookup_get_uobject() says, or what
 *	the object's type or the driver refused it with.
 */
struct ib_uobject *__uobj_get_destroy(const struct uverbs_api_object *obj,
				      u32 id, struct uverbs_attr_bundle *attrs)
{
	struct ib_uobject *found;
	int ret;

	found = rdma_lookup_get_uobject(obj, attrs->ufile, id,
					UVERBS_LOOKUP_DESTROY, attrs);
	if (!IS_ERR(found)) {
		ret = uobj_destroy(found, attrs);
		if (ret) {
			uobj_put_destroy(found);
			found = ERR_PTR(ret);
		}
	}
	return found;
}

/**
 * __uobj_perform_destroy() - destroy an object of which nothing is needed after
 * @obj: its type, or an ERR_PTR of looking that up
 * @id: its handle
 * @attrs: the command
 *
 * Context: May sleep.
 * Return: 0 or a negative error.
 */
int __uobj_perform_destroy(const struct uverbs_api_object *obj, u32 id,
			   struct uverbs_attr_bundle *attrs)
{
	struct ib_uobject *uobj = __uobj_get_destroy(obj, id, attrs);

	if (!IS_ERR(uobj))
		uobj_put_destroy(uobj);
	return PTR_ERR_OR_ZERO(uobj);
}

/**
 * rdma_assign_uobject() - a new object takes the handle of an old one
 * @to_uobj: the old one, locked for writing
 * @new_uobj: the new one, begun, of the same type
 * @attrs: the command
 *
 * Destroys the old one.  The caller commits the new one and puts the old one
 * with uobj_put_destroy().
 *
 * Context: May sleep; hw_destroy_rwsem held since the new one was begun.
 */
void rdma_assign_uobject(struct ib_uobject *to_uobj, struct ib_uobject *new_uobj,
			 struct uverbs_attr_bundle *attrs)
{
	const struct uverbs_obj_type_class *class =
		to_uobj->uapi_object->type_class;

	uverbs_assert(to_uobj, atomic_read(&to_uobj->usecnt) == -1);
	uverbs_assert(new_uobj,
		      uverbs_object(new_uobj)->state == UVERBS_BEGUN);

	if (WARN_ON(to_uobj->uapi_object != new_uobj->uapi_object ||
		    !class->swap_uobjects))
		return;

	class->swap_uobjects(to_uobj, new_uobj);
	/* Refused: it lives on under the other handle until the context ends. */
	if (uverbs_object_destroy(to_uobj, RDMA_REMOVE_DESTROY, attrs))
		uverbs_unlock(to_uobj, UVERBS_LOOKUP_WRITE);
}
