// SPDX-License-Identifier: GPL-2.0
/*
 * The repository: the committed objects of a file, a list for each rank,
 * newest first.  It holds one reference to each of them.
 */
#include "objects.h"

/* As what an object is counted. */
static u32 *list_count(struct ib_uobject *uobj)
{
	u16 id = uobj_get_object_id(uobj);

	if (id & UVERBS_API_NS_FLAG)
		id = UVERBS_KIND_DRIVER;
	else if (id >= UVERBS_KIND_OTHER)
		id = UVERBS_KIND_OTHER;
	return &uverbs_file(uobj->ufile)->counts[id];
}

/**
 * uverbs_list_add() - put an object into the repository
 * @uobj: the object, locked for writing, not yet published
 *
 * Takes a reference for the repository.
 *
 * Context: Process context, hw_destroy_rwsem held for reading.
 */
void uverbs_list_add(struct ib_uobject *uobj)
{
	struct uverbs_file *file = uverbs_file(uobj->ufile);

	uverbs_assert(uobj, list_empty(&uobj->list));
	uverbs_uobject_get(uobj);
	spin_lock_irq(&file->stock.uobjects_lock);
	list_add(&uobj->list, &file->objects[uverbs_object(uobj)->rank]);
	++*list_count(uobj);
	uverbs_object(uobj)->serial = file->committed++;
	spin_unlock_irq(&file->stock.uobjects_lock);
}

/**
 * uverbs_list_del() - take an object out of the repository
 * @uobj: the object, locked for writing
 *
 * Context: hw_destroy_rwsem held.
 * Return: whether it was there; the repository's reference is now the caller's.
 */
bool uverbs_list_del(struct ib_uobject *uobj)
{
	struct ib_uverbs_file *ufile = uobj->ufile;
	unsigned long flags;

	/* Only who has it locked for writing takes it off: nobody else here. */
	if (list_empty(&uobj->list))
		return false;

	spin_lock_irqsave(&ufile->uobjects_lock, flags);
	list_del_init(&uobj->list);
	--*list_count(uobj);
	spin_unlock_irqrestore(&ufile->uobjects_lock, flags);
	return true;
}

/**
 * uverbs_list_refuse() - put an object aside that the driver does not destroy
 * @uobj: the object, in the repository
 * @refused: where to; stays there until it is taken out of the repository
 *
 * Context: Process context, hw_destroy_rwsem held for writing.  Who asks for
 * handles walks the lists meanwhile.
 */
void uverbs_list_refuse(struct ib_uobject *uobj, struct list_head *refused)
{
	struct ib_uverbs_file *ufile = uobj->ufile;

	spin_lock_irq(&ufile->uobjects_lock);
	list_move_tail(&uobj->list, refused);
	spin_unlock_irq(&ufile->uobjects_lock);
}

/**
 * gather_objects_handle() - the handles of all objects of a type
 * @ufile: the file they belong to
 * @uapi_object: the type
 * @attrs: the command that asks; the result is freed with it
 * @out_len: how many bytes of handles to return at most
 * @total: how many handles there are in the result
 *
 * Context: Process context.
 * Return: the handles, or ERR_PTR: -ENOMEM.
 */
u32 *gather_objects_handle(struct ib_uverbs_file *ufile,
			   const struct uverbs_api_object *uapi_object,
			   struct uverbs_attr_bundle *attrs, ssize_t out_len,
			   u64 *total)
{
	u64 room = out_len / sizeof(u32), found = 0;
	struct list_head *objects;
	struct ib_uobject *uobj;
	u32 *handles;

	/* The lock lets nobody sleep: room first. */
	handles = uverbs_zalloc(attrs, out_len);
	if (IS_ERR(handles))
		return handles;

	objects = &uverbs_file(ufile)->objects[uverbs_rank(uapi_object)];
	spin_lock_irq(&ufile->uobjects_lock);
	list_for_each_entry(uobj, objects, list) {
		if (found == room)
			break;
		if (uobj->uapi_object == uapi_object)
			handles[found++] = uobj->id;
	}
	spin_unlock_irq(&ufile->uobjects_lock);

	*total = found;
	return handles;
}
