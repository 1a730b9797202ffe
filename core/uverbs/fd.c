// SPDX-License-Identifier: GPL-2.0
/*
 * The FD class: objects that user space knows by a file descriptor, such as
 * completion channels.
 *
 * The descriptor is reserved at begin and installed at commit, after everything
 * that can fail.  It works in any process that gets it and is looked up in the
 * process that issues the command.  The open file pins the uverbs file.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include "objects.h"

static const struct uverbs_obj_fd_type *
fd_type(const struct uverbs_api_object *type)
{
	return container_of(type->type_attrs, struct uverbs_obj_fd_type, type);
}

static struct ib_uobject *fd_alloc_begin(const struct uverbs_api_object *type,
					 struct uverbs_attr_bundle *attrs)
{
	const struct uverbs_obj_fd_type *fdt;
	struct ib_uobject *uobj;
	struct file *filp;
	int fd, ret;

	uobj = uverbs_object_alloc(type, attrs);
	if (IS_ERR(uobj))
		return uobj;

	fdt = fd_type(type);
	/* The file leads to the object, hence it has to tell us of its end. */
	if (WARN_ON(fdt->fops->release != uverbs_uobject_fd_release &&
		    fdt->fops->release != uverbs_async_event_release)) {
		ret = -EINVAL;
		goto put;
	}

	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0) {
		ret = fd;
		goto put;
	}
	filp = anon_inode_getfile(fdt->name, fdt->fops, NULL, fdt->flags);
	if (IS_ERR(filp)) {
		ret = PTR_ERR(filp);
		goto put_fd;
	}

	uobj->id = fd;
	uobj->object = filp;
	uverbs_object(uobj)->filp = filp;
	return uobj;

put_fd:
	put_unused_fd(fd);
put:
	uverbs_uobject_put(uobj);
	return ERR_PTR(ret);
}

/* The reference of begin is from now on the open file's. */
static void fd_alloc_commit(struct ib_uobject *uobj)
{
	struct file *filp = uverbs_object(uobj)->filp;
	int fd = uobj->id;

	kref_get(&uobj->ufile->ref);
	/* What the number means is up to each process from now on. */
	uobj->id = 0;
	filp->private_data = uobj;
	uverbs_object_publish(uobj);
	/* Any process may close it at once: nothing is ours after this. */
	fd_install(fd, filp);
}

static void fd_alloc_abort(struct ib_uobject *uobj)
{
	put_unused_fd(uobj->id);
	/* Without private data its release does nothing. */
	fput(uverbs_object(uobj)->filp);
}

static struct ib_uobject *fd_lookup_get(const struct uverbs_api_object *type,
					struct ib_uverbs_file *ufile, s64 id,
					enum rdma_lookup_mode mode)
{
	struct ib_uobject *uobj;
	struct file *filp;
	int fd = id;

	if (fd != id)
		return ERR_PTR(-EINVAL);
	/* Only close() destroys it. */
	if (mode != UVERBS_LOOKUP_READ)
		return ERR_PTR(-EOPNOTSUPP);
	/* The type's attributes may be the driver's: they go with the device. */
	if (!srcu_dereference(ufile->device->ib_dev,
			      &ufile->device->disassociate_srcu))
		return ERR_PTR(-EIO);

	filp = fget(fd);
	if (!filp)
		return ERR_PTR(-EBADF);
	if (filp->f_op != fd_type(type)->fops)
		goto bad;
	uobj = filp->private_data;
	if (uobj->ufile != ufile)
		goto bad;
	/* As long as we have the file it is not released. */
	uverbs_uobject_get(uobj);
	return uobj;

bad:
	fput(filp);
	return ERR_PTR(-EBADF);
}

static void fd_lookup_put(struct ib_uobject *uobj, enum rdma_lookup_mode mode)
{
	fput(uverbs_object(uobj)->filp);
}

static int __must_check fd_destroy_hw(struct ib_uobject *uobj,
				      enum rdma_remove_reason why,
				      struct uverbs_attr_bundle *attrs)
{
	fd_type(uobj->uapi_object)->destroy_object(uobj, why);
	return 0;
}

static void fd_remove_handle(struct ib_uobject *uobj)
{
}

const struct uverbs_obj_type_class uverbs_fd_class = {
	.alloc_begin = fd_alloc_begin,
	.alloc_commit = fd_alloc_commit,
	.alloc_abort = fd_alloc_abort,
	.lookup_get = fd_lookup_get,
	.lookup_put = fd_lookup_put,
	.destroy_hw = fd_destroy_hw,
	.remove_handle = fd_remove_handle,
};
EXPORT_SYMBOL(uverbs_fd_class);

/**
 * uverbs_uobject_fd_release() - the last descriptor of an FD object is closed
 * @inode: unused
 * @filp: the open file
 *
 * For the file operations of FD objects.  A cleanup that runs meanwhile
 * destroys the object in our place.
 *
 * Context: Process context, possibly another process than the creator's.
 * Return: 0.
 */
int uverbs_uobject_fd_release(struct inode *inode, struct file *filp)
{
	struct ib_uobject *uobj = filp->private_data;
	struct ib_uverbs_file *ufile;

	/* never committed */
	if (!uobj)
		return 0;

	ufile = uobj->ufile;
	if (down_read_trylock(&ufile->hw_destroy_rwsem)) {
		struct uverbs_attr_bundle attrs = {
			.context = uobj->context,
			.ufile = ufile,
		};

		/* Who looks it up has the file: there is nobody. */
		WARN_ON(uverbs_lock(uobj, UVERBS_LOOKUP_WRITE));
		WARN_ON(uverbs_object_destroy(uobj, RDMA_REMOVE_CLOSE, &attrs));
		up_read(&ufile->hw_destroy_rwsem);
	}

	uverbs_uobject_put(uobj);
	kref_put(&ufile->ref, ib_uverbs_release_file);
	return 0;
}
EXPORT_SYMBOL(uverbs_uobject_fd_release);
