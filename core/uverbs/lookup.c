// SPDX-License-Identifier: GPL-2.0
/*
 * How commands get at objects and let go of them.
 */
#include "objects.h"

/**
 * rdma_lookup_get_uobject() - look an object up and lock it
 * @obj: the type that it must have; an ERR_PTR of looking that up, of which
 *	-ENOMSG stands for any type with handles
 * @ufile: the file that it must belong to
 * @id: handle or file descriptor
 * @mode: how to lock it
 * @attrs: the command, which gets the object's context; or NULL
 *
 * Context: May sleep; inside the SRCU read section of a command.
 * Return: the object, locked, with a reference that
 *	rdma_lookup_put_uobject() drops; or ERR_PTR: -ENOENT if there is no such
 *	handle, -EBADF if there is no such descriptor or not of this type, -EINVAL
 *	if a handle has another type or @id is no number for one, -EOPNOTSUPP for a
 *	descriptor in any mode but reading, -EBUSY if somebody has the object, -EIO
 *	once the device has gone (a handle can still be destroyed).
 */
struct ib_uobject *rdma_lookup_get_uobject(const struct uverbs_api_object *obj,
					   struct ib_uverbs_file *ufile, s64 id,
					   enum rdma_lookup_mode mode,
					   struct uverbs_attr_bundle *attrs)
{
	const struct uverbs_obj_type_class *class = &uverbs_idr_class;
	bool any = obj == ERR_PTR(-ENOMSG);
	struct ib_uobject *uobj;
	int ret;

	if (!any) {
		if (IS_ERR(obj))
			return ERR_PTR(-EINVAL);
		class = obj->type_class;
	}

	uobj = class->lookup_get(any ? NULL : obj, ufile, id, mode);
	if (IS_ERR(uobj))
		return uobj;

	if (!any && uobj->uapi_object != obj) {
		ret = -EINVAL;
		goto put;
	}
	/* What is left after a removal can be destroyed only. */
	if (mode != UVERBS_LOOKUP_DESTROY &&
	    !srcu_dereference(ufile->device->ib_dev,
			      &ufile->device->disassociate_srcu)) {
		ret = -EIO;
		goto put;
	}
	ret = uverbs_lock(uobj, mode);
	if (ret)
		goto put;

	if (attrs)
		attrs->context = uobj->context;
	return uobj;

put:
	class->lookup_put(uobj, mode);
	uverbs_uobject_put(uobj);
	return ERR_PTR(ret);
}

/**
 * rdma_lookup_put_uobject() - unlock an object and let go of it
 * @uobj: the object; the reference of the look-up is consumed
 * @mode: as it was looked up
 *
 * Context: May sleep.
 */
void rdma_lookup_put_uobject(struct ib_uobject *uobj,
			     enum rdma_lookup_mode mode)
{
	uverbs_unlock(uobj, mode);
	uobj->uapi_object->type_class->lookup_put(uobj, mode);
	uverbs_uobject_put(uobj);
}

/* How a command that does something with an object locks it. */
static int access_mode(enum uverbs_obj_access access)
{
	static const u8 modes[] = {
		[UVERBS_ACCESS_READ] = UVERBS_LOOKUP_READ,
		[UVERBS_ACCESS_WRITE] = UVERBS_LOOKUP_WRITE,
		[UVERBS_ACCESS_DESTROY] = UVERBS_LOOKUP_DESTROY,
	};

	return WARN_ON(access >= ARRAY_SIZE(modes)) ? -EOPNOTSUPP :
						      modes[access];
}

/**
 * uverbs_get_uobject_from_file() - the object that an attribute names
 * @object_id: the type
 * @access: what the command does with it
 * @id: handle or file descriptor; nothing for a new object
 * @attrs: the command
 *
 * Context: May sleep; inside the SRCU read section of a command.
 * Return: the object, begun or looked up, for uverbs_finalize_object(); or
 *	ERR_PTR, as rdma_alloc_begin_uobject() and rdma_lookup_get_uobject() say.
 */
struct ib_uobject *
uverbs_get_uobject_from_file(u16 object_id, enum uverbs_obj_access access,
			     s64 id, struct uverbs_attr_bundle *attrs)
{
	const struct uverbs_api_object *type =
		uapi_get_object(attrs->ufile->device->uapi, object_id);
	int mode;

	if (access == UVERBS_ACCESS_NEW)
		return rdma_alloc_begin_uobject(type, attrs);

	mode = access_mode(access);
	if (mode < 0)
		return ERR_PTR(mode);
	return rdma_lookup_get_uobject(type, attrs->ufile, id, mode, attrs);
}

/**
 * uverbs_finalize_object() - a command is through with an object
 * @uobj: the object, with what uverbs_get_uobject_from_file() gave: begun, its
 *	creation is consumed; looked up, its lock and reference are.  NULL if the
 *	command has destroyed it.
 * @access: what the command did with it
 * @hw_obj_valid: a new one has a hardware object
 * @commit: the command succeeded: a new object is to stay
 * @attrs: the command
 *
 * Context: May sleep.
 */
void uverbs_finalize_object(struct ib_uobject *uobj,
			    enum uverbs_obj_access access, bool hw_obj_valid,
			    bool commit, struct uverbs_attr_bundle *attrs)
{
	if (access != UVERBS_ACCESS_NEW) {
		if (uobj)
			rdma_lookup_put_uobject(uobj, access_mode(access));
		return;
	}
	if (commit)
		rdma_alloc_commit_uobject(uobj, attrs);
	else
		rdma_alloc_abort_uobject(uobj, attrs, hw_obj_valid);
}
