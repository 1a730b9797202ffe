// SPDX-License-Identifier: GPL-2.0
/*
 * The lock of an object: a count that is 0 while it is unlocked, -1 while it
 * is locked for writing or destruction, and else the number of readers.
 * Nobody waits for it: who cannot have the object is told -EBUSY.
 */
#include "objects.h"

/**
 * uverbs_lock() - try to lock an object
 * @uobj: the object; the caller holds a reference
 * @mode: for reading, for writing, or not at all: UVERBS_LOOKUP_DESTROY leaves
 *	the locking to uobj_destroy()
 *
 * Context: Any.
 * Return: 0, or -EBUSY if somebody has it locked in a way that excludes @mode.
 */
int uverbs_lock(struct ib_uobject *uobj, enum rdma_lookup_mode mode)
{
	bool locked = true;

	switch (mode) {
	case UVERBS_LOOKUP_READ:
		locked = atomic_inc_unless_negative(&uobj->usecnt);
		break;
	case UVERBS_LOOKUP_WRITE:
		locked = atomic_cmpxchg(&uobj->usecnt, 0, -1) == 0;
		break;
	case UVERBS_LOOKUP_DESTROY:
		break;
	}
	return locked ? 0 : -EBUSY;
}

/**
 * uverbs_unlock() - undo uverbs_lock()
 * @uobj: the object
 * @mode: as it was locked
 *
 * Context: Any.
 */
void uverbs_unlock(struct ib_uobject *uobj, enum rdma_lookup_mode mode)
{
	switch (mode) {
	case UVERBS_LOOKUP_READ:
		uverbs_assert(uobj, atomic_read(&uobj->usecnt) > 0);
		atomic_dec_return_release(&uobj->usecnt);
		break;
	case UVERBS_LOOKUP_WRITE:
		uverbs_assert(uobj, atomic_read(&uobj->usecnt) == -1);
		atomic_set_release(&uobj->usecnt, 0);
		break;
	case UVERBS_LOOKUP_DESTROY:
		break;
	}
}
