// SPDX-License-Identifier: GPL-2.0
/*
 * What a driver has mapped into a process.
 *
 * A mapping is taken over right after the driver made it: its vm_ops are ours
 * and lead to this record, which knows the driver's.  As long as the device is
 * there, the driver's operations are called through it.  When the device goes,
 * the pages are taken back and the driver's close() runs while the driver is
 * still there; from then on the mapping is ours alone and shows a page of
 * zeroes.  No area refers to the driver any more, so that its module can go.
 *
 * Taking back never takes an mmap_lock: a process can hold its own for as long
 * as it likes, by a fault on a file whose server does not answer.  Instead
 * pages are taken out by way of the file's address space, which reaches every
 * area that was ever made from a mapping, wherever it has been moved, split or
 * inherited to, and mappings_lock orders us against mmap(), open() and close().
 */
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <ib_client_data_compat.h>
#include "objects.h"

/**
 * struct uverbs_mapping - a memory area that a driver has a part in
 * @ops: what the area has as vm_ops; leads from the area to this record.
 *	Constant.
 * @list: link in the mappings of the file.  Empty once the driver has no part
 *	in the area any more.  Under mappings_lock, as all that follows.
 * @vma: the area.  Valid while linked: close() unlinks first.
 * @driver: the driver's operations, or NULL.
 * @entry: what the driver has given out to be mapped, with a reference; or NULL
 * @start: where the original mapping began in the file, as the driver left it.
 *	Constant.
 * @size: how long the original mapping was.  Constant.
 *
 * Freed when the area is closed.
 */
struct uverbs_mapping {
	struct vm_operations_struct ops;
	struct list_head list;
	struct vm_area_struct *vma;
	const struct vm_operations_struct *driver;
	struct rdma_user_mmap_entry *entry;
	loff_t start;
	loff_t size;
};

static struct uverbs_mapping *vma_mapping(struct vm_area_struct *vma)
{
	return container_of(vma->vm_ops, struct uverbs_mapping, ops);
}

static struct uverbs_file *vma_file(struct vm_area_struct *vma)
{
	return uverbs_file(vma->vm_file->private_data);
}

static bool mapping_device_gone(struct uverbs_file *file)
{
	return !rcu_access_pointer(file->stock.device->ib_dev);
}

/* Takes the pages of a mapping out of every process. */
static void mapping_zap(struct uverbs_mapping *mapping)
{
	unmap_mapping_range(mapping->vma->vm_file->f_mapping, mapping->start,
			    mapping->size, 1);
}

/* The driver's part in an area ends. */
static void mapping_end(struct uverbs_mapping *mapping)
{
	struct vm_area_struct *vma = mapping->vma;

	list_del_init(&mapping->list);
	if (mapping->driver && mapping->driver->close)
		mapping->driver->close(vma);
	if (mapping->entry)
		rdma_user_mmap_entry_put(mapping->entry);
	mapping->driver = NULL;
	mapping->entry = NULL;
	vma->vm_private_data = NULL;
}

/*
 * x86 notes in an area that it has reserved the memory type of its pages, and gives
 * that up when they are taken out.  Who copied the area meanwhile has the note, and
 * neither pages nor reservation.
 */
static void mapping_not_reserved(struct vm_area_struct *vma)
{
#ifdef VM_PAT
	compat_vm_flags_clear(vma, VM_PAT);
#endif
}

/* The area has been copied: by fork, split or mremap. */
static void mapping_open(struct vm_area_struct *vma)
{
	struct uverbs_mapping *from = vma_mapping(vma), *mapping;
	struct uverbs_file *file = vma_file(vma);

	/* There is no way to fail here. */
	mapping = kmalloc(sizeof(*mapping), GFP_KERNEL | __GFP_NOFAIL);

	mutex_lock(&file->mappings_lock);
	*mapping = *from;
	INIT_LIST_HEAD(&mapping->list);
	mapping->vma = vma;
	vma->vm_ops = &mapping->ops;
	if (list_empty(&from->list)) {
		mapping_not_reserved(vma);
		vma->vm_private_data = NULL;
	} else if (mapping_device_gone(file)) {
		/* No more work for a removal: there is nothing to inherit. */
		mapping_zap(from);
		mapping_not_reserved(vma);
		mapping->driver = NULL;
		mapping->entry = NULL;
		vma->vm_private_data = NULL;
	} else {
		list_add(&mapping->list, &file->mappings);
		if (mapping->entry)
			kref_get(&mapping->entry->ref);
		if (mapping->driver && mapping->driver->open)
			mapping->driver->open(vma);
	}
	mutex_unlock(&file->mappings_lock);
}

static void mapping_close(struct vm_area_struct *vma)
{
	struct uverbs_mapping *mapping = vma_mapping(vma);
	struct uverbs_file *file = vma_file(vma);

	mutex_lock(&file->mappings_lock);
	if (!list_empty(&mapping->list))
		mapping_end(mapping);
	mutex_unlock(&file->mappings_lock);
	kfree(mapping);
}

/* What stands where the driver's pages were: one page for all of a file. */
static vm_fault_t mapping_zero_page(struct uverbs_file *file,
				    struct vm_fault *vmf)
{
	struct ib_uverbs_file *stock = &file->stock;

	lockdep_assert_held(&file->mappings_lock);
	if (!stock->disassociate_page)
		stock->disassociate_page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!stock->disassociate_page)
		return VM_FAULT_OOM;

	get_page(stock->disassociate_page);
	vmf->page = stock->disassociate_page;
	return 0;
}

/*
 * Where the driver does not fault pages in, they have been taken out: for good, or
 * with those of another file of a device that takes back all (mapping_zap() knows
 * them by offset), and it is this one's turn next.
 */
static vm_fault_t mapping_fault(struct vm_fault *vmf)
{
	struct uverbs_mapping *mapping = vma_mapping(vmf->vma);
	struct uverbs_file *file = vma_file(vmf->vma);
	vm_fault_t ret;

	mutex_lock(&file->mappings_lock);
	if (!list_empty(&mapping->list) && !mapping_device_gone(file) &&
	    mapping->driver && mapping->driver->fault)
		ret = mapping->driver->fault(vmf);
	else
		ret = mapping_zero_page(file, vmf);
	mutex_unlock(&file->mappings_lock);
	return ret;
}

/* open, close and fault are all that RDMA drivers have. */
static const struct vm_operations_struct mapping_ops = {
	.open = mapping_open,
	.close = mapping_close,
	.fault = mapping_fault,
};

/* By which a driver that brings no operations of its own is known. */
static const struct vm_operations_struct mapping_no_driver_ops = {};

/*
 * rdma_user_mmap_io() has left a record of its own in the area: take what it
 * says and free it, also if the driver failed afterwards.
 */
static struct rdma_user_mmap_entry *
mapping_take_entry(struct uverbs_file *file, struct vm_area_struct *vma)
{
	struct rdma_user_mmap_entry *entry = NULL;
	struct rdma_umap_priv *priv, *next;

	mutex_lock(&file->stock.umap_lock);
	list_for_each_entry_safe(priv, next, &file->stock.umaps, list) {
		if (priv->vma != vma)
			continue;
		list_del(&priv->list);
		if (vma->vm_private_data == priv)
			vma->vm_private_data = NULL;
		entry = priv->entry;
		kfree(priv);
		break;
	}
	mutex_unlock(&file->stock.umap_lock);
	return entry;
}

/**
 * ib_uverbs_mmap() - let the driver map something, and take it over
 * @filp: the uverbs file
 * @vma: the area
 *
 * Context: Process context, mmap_lock held for writing.
 * Return: 0 or a negative error: -EIO once the device has gone, -EINVAL without
 *	a context, -ENOMEM, or the driver's.
 */
int ib_uverbs_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct uverbs_file *file = uverbs_file(filp->private_data);
	struct ib_uverbs_device *device = file->stock.device;
	struct rdma_user_mmap_entry *entry;
	struct uverbs_mapping *mapping;
	struct ib_ucontext *context;
	int ret, key;

	/* First, since there is no way back once the driver has mapped. */
	mapping = kzalloc(sizeof(*mapping), GFP_KERNEL);
	if (!mapping)
		return -ENOMEM;

	key = srcu_read_lock(&device->disassociate_srcu);
	context = ib_uverbs_get_ucontext_file(&file->stock);
	if (IS_ERR(context)) {
		ret = PTR_ERR(context);
		goto unlock;
	}

	/*
	 * From before the driver looks whether it may map: it may be about to
	 * take back what it has mapped, by itself, before it resets its device.
	 */
	mutex_lock(&file->mappings_lock);
	vma->vm_ops = &mapping_no_driver_ops;
	ret = context->device->ops.mmap(context, vma);
	entry = mapping_take_entry(file, vma);
	if (ret) {
		if (entry)
			rdma_user_mmap_entry_put(entry);
		vma->vm_ops = &mapping_no_driver_ops;
		goto unlock_mappings;
	}

	if (vma->vm_ops != &mapping_no_driver_ops)
		mapping->driver = vma->vm_ops;
	mapping->ops = mapping_ops;
	mapping->entry = entry;
	mapping->vma = vma;
	/* The offset that areas are found by: drivers may have changed it. */
	mapping->start = (loff_t)vma->vm_pgoff << PAGE_SHIFT;
	mapping->size = vma->vm_end - vma->vm_start;
	vma->vm_ops = &mapping->ops;
	/* What is taken back is what was asked for: it must not grow. */
	compat_vm_flags_set(vma, VM_DONTEXPAND);
	list_add(&mapping->list, &file->mappings);
	mapping = NULL;

unlock_mappings:
	mutex_unlock(&file->mappings_lock);
unlock:
	srcu_read_unlock(&device->disassociate_srcu, key);
	kfree(mapping);
	return ret;
}

/*
 * An mmap() that is running has not yet put its area where mapping_zap() finds
 * it.  It does so without waiting for anything that the process can delay.
 */
static bool mapping_linked(struct vm_area_struct *vma)
{
	struct address_space *space = vma->vm_file->f_mapping;
	bool linked;

	i_mmap_lock_read(space);
	linked = vma->shared.rb.__rb_parent_color;
	i_mmap_unlock_read(space);
	return linked;
}

/**
 * uverbs_user_mmap_disassociate() - take back what a driver has mapped
 * @ufile: the file through which it was mapped
 *
 * Afterwards no area refers to the driver, and the processes see zeroes.
 *
 * Context: May sleep.  Neither mmap_lock may be held nor a lock that a driver
 * takes in its mmap(), or in open(), close() or fault() of its mappings.
 */
void uverbs_user_mmap_disassociate(struct ib_uverbs_file *ufile)
{
	struct uverbs_file *file = uverbs_file(ufile);
	struct uverbs_mapping *mapping, *next;
	bool waiting;

	for (;;) {
		waiting = false;
		mutex_lock(&file->mappings_lock);
		list_for_each_entry_safe(mapping, next, &file->mappings, list) {
			if (!mapping_linked(mapping->vma)) {
				waiting = true;
				continue;
			}
			mapping_zap(mapping);
			mapping_end(mapping);
		}
		mutex_unlock(&file->mappings_lock);
		if (!waiting)
			return;
		usleep_range(1000, 2000);
	}
}
