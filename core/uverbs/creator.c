// SPDX-License-Identifier: GPL-2.0
/*
 * Which task creates an object of which file at the moment.
 *
 * Drivers pin memory for the objects that they make, but do not say for which
 * file: nothing that leads there reaches ib_umem_get().  What it knows is the
 * task, and a task has one command at a time.  So objects that memory may be
 * pinned for stand in a table of their creators from begin to commit or abort.
 */
#include <linux/hash.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include "objects.h"
#include "pins.h"

#define CREATORS_BITS	8

/*
 * By the hash of the task.  Entries are made and removed by the task itself, so
 * that its own cannot go while it looks.
 */
static struct {
	/* protects the list from first on */
	spinlock_t lock;
	struct uverbs_object *first;
} ____cacheline_aligned_in_smp creators[1 << CREATORS_BITS] = {
	[0 ... (1 << CREATORS_BITS) - 1] = {
		.lock = __SPIN_LOCK_UNLOCKED(creators.lock),
	},
};

/* Whether drivers pin memory for objects of a type. */
static bool creator_may_pin(const struct uverbs_api_object *type)
{
	if (type->id & UVERBS_API_NS_FLAG)
		return true;
	switch (type->id) {
	case UVERBS_OBJECT_CQ:
	case UVERBS_OBJECT_QP:
	case UVERBS_OBJECT_SRQ:
	case UVERBS_OBJECT_MR:
	case UVERBS_OBJECT_WQ:
		return true;
	default:
		return type->id >= UVERBS_KIND_OTHER;
	}
}

/**
 * uverbs_creator_add() - the current task begins to create an object
 * @uobj: the object, of the IDR class
 *
 * Notes it if memory may be pinned for it.
 *
 * Context: Process context.
 */
void uverbs_creator_add(struct ib_uobject *uobj)
{
	struct uverbs_object *object = uverbs_object(uobj);
	u32 at = hash_ptr(current, CREATORS_BITS);

	if (!creator_may_pin(uobj->uapi_object))
		return;
	object->creator = current;
	spin_lock(&creators[at].lock);
	object->next = creators[at].first;
	creators[at].first = object;
	spin_unlock(&creators[at].lock);
}

/**
 * uverbs_creator_del() - the current task has created an object, or given up
 * @uobj: the object; nothing happens if it was not added
 *
 * Context: Process context.
 */
void uverbs_creator_del(struct ib_uobject *uobj)
{
	struct uverbs_object *object = uverbs_object(uobj), **link;
	u32 at = hash_ptr(current, CREATORS_BITS);

	if (!object->creator)
		return;
	uverbs_assert(uobj, object->creator == current);
	spin_lock(&creators[at].lock);
	for (link = &creators[at].first; *link; link = &(*link)->next)
		if (*link == object) {
			*link = object->next;
			break;
		}
	spin_unlock(&creators[at].lock);
	object->creator = NULL;
}

/**
 * uverbs_creator_pins() - who is charged with what the current task pins
 *
 * Context: Process context.
 * Return: the pins of the file that the task creates an object of, which stay
 *	at least until the task is through with that; or NULL.
 */
struct uverbs_pins *uverbs_creator_pins(void)
{
	u32 at = hash_ptr(current, CREATORS_BITS);
	struct uverbs_pins *pins = NULL;
	struct uverbs_object *object;

	spin_lock(&creators[at].lock);
	for (object = creators[at].first; object; object = object->next)
		if (object->creator == current) {
			pins = uverbs_file(object->uobj.ufile)->pins;
			break;
		}
	spin_unlock(&creators[at].lock);
	return pins;
}

/**
 * uverbs_resize_cq() - let the driver resize a CQ, which pins another buffer
 * @cq: the CQ, locked by the command
 * @cqe: how many entries it is to have
 * @udata: what user space and driver have to say to each other
 *
 * Context: May sleep.
 * Return: 0 or the error of the driver.
 */
int uverbs_resize_cq(struct ib_cq *cq, int cqe, struct ib_udata *udata)
{
	struct uverbs_object stand_in = {
		.uobj = {
			.ufile = cq->uobject->uevent.uobject.ufile,
			.uapi_object = cq->uobject->uevent.uobject.uapi_object,
		},
	};
	int ret;

	uverbs_creator_add(&stand_in.uobj);
	ret = cq->device->ops.resize_cq(cq, cqe, udata);
	uverbs_creator_del(&stand_in.uobj);
	return ret;
}
