/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The object layer of ib_uverbs: what its files know of each other.  What the
 * command handlers and the drivers see of it stands in the kernel's
 * <rdma/uverbs_types.h> and in rdma_core.h.
 */
#ifndef UVERBS_OBJECTS_H
#define UVERBS_OBJECTS_H

#include <rdma/ib_verbs.h>
#include <rdma/uverbs_ioctl.h>
#include <rdma/uverbs_types.h>
#include "uverbs.h"
#include "core_priv.h"
#include "rdma_core.h"

/**
 * enum uverbs_state - where an object stands in its life
 * @UVERBS_BEGUN: begun, not committed: its creator's alone
 * @UVERBS_LIVE: committed: look-ups find it
 * @UVERBS_GONE: its hardware object is destroyed; the memory, and possibly the
 *	handle, are still there
 */
enum uverbs_state {
	UVERBS_BEGUN,
	UVERBS_LIVE,
	UVERBS_GONE,
};

/**
 * enum uverbs_rank - the order in which a context releases its objects
 * @UVERBS_RANK_DRIVER: a driver's own objects
 * @UVERBS_RANK_FLOW: flows
 * @UVERBS_RANK_MW: memory windows
 * @UVERBS_RANK_QP: queue pairs
 * @UVERBS_RANK_AH: address handles
 * @UVERBS_RANK_RWQ_TABLE: receive work queue indirection tables
 * @UVERBS_RANK_WQ: work queues
 * @UVERBS_RANK_SRQ: shared receive queues
 * @UVERBS_RANK_MR: memory regions
 * @UVERBS_RANK_CQ: completion queues
 * @UVERBS_RANK_LEAF: what only the above use
 * @UVERBS_RANK_PD: protection domains
 * @UVERBS_RANK_EVENTS: event channels
 * @UVERBS_RANKS: how many there are
 *
 * Lower ranks go first, but for objects that are newer than one of the driver's
 * own: those up to UVERBS_RANK_CQ go before it.  order.c says why each stands
 * where it does.
 */
enum uverbs_rank {
	UVERBS_RANK_DRIVER,
	UVERBS_RANK_FLOW,
	UVERBS_RANK_MW,
	UVERBS_RANK_QP,
	UVERBS_RANK_AH,
	UVERBS_RANK_RWQ_TABLE,
	UVERBS_RANK_WQ,
	UVERBS_RANK_SRQ,
	UVERBS_RANK_MR,
	UVERBS_RANK_CQ,
	UVERBS_RANK_LEAF,
	UVERBS_RANK_PD,
	UVERBS_RANK_EVENTS,
	UVERBS_RANKS
};

/*
 * Kinds of objects, as they are counted: the kernel's types by their id, then
 * those that are not known here, and the driver's own.
 */
#define UVERBS_KIND_OTHER	(UVERBS_OBJECT_ASYNC_EVENT + 1)
#define UVERBS_KIND_DRIVER	(UVERBS_OBJECT_ASYNC_EVENT + 2)
#define UVERBS_KINDS		(UVERBS_OBJECT_ASYNC_EVENT + 3)

struct uverbs_pins;

/**
 * struct uverbs_object - what this layer keeps for an object
 * @filp: FD class: the open file, from begin to the end of this structure.  A
 *	pointer without a reference, except from begin to commit or abort.
 * @creator: IDR class: the task that creates it, as long as creator.c has it;
 *	then NULL.  The task's own.
 * @next: IDR class: link in creator.c, under its lock
 * @serial: how many objects its file had seen committed before it.  Constant
 *	from commit on.
 * @refused: the error with which a cleanup's first attempt to destroy the
 *	object was refused.  Cleanup's own.
 * @rank: when a cleanup releases it.  Constant.
 * @forced: the driver refused to the end and may still know the object: a
 *	reference that is never put keeps its memory.  Cleanup's own.
 * @state: written by whoever has the object locked for writing, but for
 *	UVERBS_LIVE, which follows the unlock: nobody finds the object before.  That
 *	store is a release: who reads it so sees the whole object.
 * @uobj: what everybody else sees.  The memory behind it belongs to the type.
 */
struct uverbs_object {
	union {
		struct file *filp;
		struct task_struct *creator;
	};
	struct uverbs_object *next;
	u64 serial;
	int refused;
	u8 rank;
	u8 state;
	bool forced;
	/* must be last: types are larger than this */
	struct ib_uobject uobj;
};

static inline struct uverbs_object *uverbs_object(struct ib_uobject *uobj)
{
	return container_of(uobj, struct uverbs_object, uobj);
}

/**
 * struct uverbs_file - what this layer keeps for an open uverbs file
 * @stock: what ib_core and the command handlers know.  First, so that a pointer
 *	to it is one to the memory, which uverbs_file_free() frees.
 * @objects: committed objects, newest first, a list for each rank.  Changed
 *	under @stock.uobjects_lock, with @stock.hw_destroy_rwsem held; either of
 *	them, the latter for writing, is enough to look.
 * @counts: how many of each kind are in @objects.  Under @stock.uobjects_lock.
 * @committed: how many objects have been committed.  Under
 *	@stock.uobjects_lock.
 * @pins: the memory that is pinned through the file.  Constant.
 * @mappings_lock: protects @mappings and the pages below it.  Taken inside of
 *	mmap_lock and of @stock.hw_destroy_rwsem; a driver's mmap(), and open(),
 *	close() and fault() of its mappings, are called with it.
 * @mappings: mappings that a driver has a part in; see mapping.c
 */
struct uverbs_file {
	struct ib_uverbs_file stock;
	struct list_head objects[UVERBS_RANKS];
	u32 counts[UVERBS_KINDS];
	u64 committed;
	struct uverbs_pins *pins;
	/* protects mappings */
	struct mutex mappings_lock;
	struct list_head mappings;
};

static inline struct uverbs_file *uverbs_file(struct ib_uverbs_file *ufile)
{
	return container_of(ufile, struct uverbs_file, stock);
}

/*
 * Assertions.  In debug builds (lockdep) a breach of this layer's rules is
 * reported with the type and the handle of the object.
 */
#define uverbs_assert(object, condition) do { \
	struct ib_uobject *_uobj = (object); \
	WARN(IS_ENABLED(CONFIG_LOCKDEP) && !(condition), \
	     "uverbs: object of type %#x, handle %d, use count %d, state %u: %s\n", \
	     uobj_get_object_id(_uobj), _uobj->id, \
	     atomic_read(&_uobj->usecnt), uverbs_object(_uobj)->state, \
	     #condition); \
} while (0)

/* usecnt.c */
int uverbs_lock(struct ib_uobject *uobj, enum rdma_lookup_mode mode);
void uverbs_unlock(struct ib_uobject *uobj, enum rdma_lookup_mode mode);

/* object.c */
struct ib_uobject *uverbs_object_alloc(const struct uverbs_api_object *type,
				       struct uverbs_attr_bundle *attrs);
void uverbs_object_publish(struct ib_uobject *uobj);
bool uverbs_object_published(struct ib_uobject *uobj);
int uverbs_object_destroy(struct ib_uobject *uobj,
			  enum rdma_remove_reason reason,
			  struct uverbs_attr_bundle *attrs);

/* order.c */
enum uverbs_rank uverbs_rank(const struct uverbs_api_object *type);

/* list.c */
void uverbs_list_add(struct ib_uobject *uobj);
bool uverbs_list_del(struct ib_uobject *uobj);
void uverbs_list_refuse(struct ib_uobject *uobj, struct list_head *refused);
u32 *gather_objects_handle(struct ib_uverbs_file *ufile,
			   const struct uverbs_api_object *uapi_object,
			   struct uverbs_attr_bundle *attrs, ssize_t out_len,
			   u64 *total);

/* cgroup.c */
int uverbs_cgroup_charge(struct ib_uobject *uobj);
void uverbs_cgroup_uncharge(struct ib_uobject *uobj);

/* file.c */
struct ib_uverbs_file *uverbs_file_alloc(void);
void uverbs_file_free(struct ib_uverbs_file *ufile);

/* fdinfo.c */
void uverbs_show_fdinfo(struct seq_file *to, struct file *filp);

/* mapping.c */
int ib_uverbs_mmap(struct file *filp, struct vm_area_struct *vma);

/* removal.c */
void uverbs_removable(struct ib_device *device);
void uverbs_not_removable(struct ib_device *device);
void uverbs_events_end(struct ib_uverbs_event_queue *queue);

#endif /* UVERBS_OBJECTS_H */
