/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory that is pinned through an open uverbs file.
 */
#ifndef UVERBS_PINS_H
#define UVERBS_PINS_H

#include <linux/atomic.h>
#include <linux/kdev_t.h>
#include <linux/rbtree.h>
#include <linux/spinlock.h>

struct ib_umem;
struct ib_uobject;

/* More than there can be pages. */
#define UVERBS_PINS_FILE	(1l << (BITS_PER_LONG - 2))

/**
 * struct uverbs_pins - what is pinned through one open file
 * @charged: all pages that are pinned, plus UVERBS_PINS_FILE as long as the file
 *	is there; freed when it becomes 0.  So a pin costs one atomic operation,
 *	as threads that share a file meet here.
 * @lock: protects @sources and what is in there; taken in softirqs
 * @sources: the files on disk that some of them belong to, in the order of
 *	their identity: there can be as many as pages may be pinned
 */
struct uverbs_pins {
	atomic_long_t charged;
	/* protects sources */
	spinlock_t lock;
	struct rb_root sources;
};

/**
 * struct uverbs_source - a file on disk of which pages are pinned
 * @node: link in the sources of the pins
 * @device: of its file system.  Constant.
 * @inode: its number.  Constant.
 * @pages: how many are pinned; freed with the last one
 */
struct uverbs_source {
	struct rb_node node;
	dev_t device;
	u64 inode;
	unsigned long pages;
};

/* pins.c */
struct uverbs_pins *uverbs_pins_alloc(void);
void uverbs_pins_free(struct uverbs_pins *pins);
unsigned long uverbs_pins_pages(struct uverbs_pins *pins);
bool uverbs_pins_next(struct uverbs_pins *pins, struct uverbs_source *source);
struct ib_umem *uverbs_umem_alloc(void);
struct ib_umem *uverbs_umem_pinned(struct ib_umem *umem);
void uverbs_umem_free(struct ib_umem *umem);

/* creator.c */
void uverbs_creator_add(struct ib_uobject *uobj);
void uverbs_creator_del(struct ib_uobject *uobj);
struct uverbs_pins *uverbs_creator_pins(void);
int uverbs_resize_cq(struct ib_cq *cq, int cqe, struct ib_udata *udata);

#endif /* UVERBS_PINS_H */
