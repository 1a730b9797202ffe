// SPDX-License-Identifier: GPL-2.0
/*
 * The memory that is pinned through an open uverbs file.
 *
 * A umem is pinned while an object is created for it (or a CQ is resized), by the
 * task that creates the object: creator.c knows of which file.  That file is
 * charged with the pages until the umem is released, whoever does that, and
 * whenever: a umem can outlive the file if a driver keeps it, so what is
 * counted has a life of its own.
 *
 * Pages of the page cache are counted once more for the file on disk that they
 * belong to.  That file is noted by its numbers: a reference to it would keep
 * its file system mounted, or make circles.
 */
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include "objects.h"
#include "pins.h"

/**
 * struct uverbs_umem - a umem and who is charged with it
 * @pins: who is charged, and stays as long as something is; NULL until it is
 *	pinned, and for a umem that no file is known for.  Constant once pinned.
 * @shares: what of that are pages of files.  Written before the umem is given to
 *	the driver.
 * @umem: what the driver has.  ib_umem_get() makes it, ib_umem_release() frees it.
 */
struct uverbs_umem {
	struct uverbs_pins *pins;
	struct uverbs_share *shares;
	/* must be last, as drivers know it */
	struct ib_umem umem;
};

/**
 * struct uverbs_share - pages of one source in one umem
 * @next: the next share of the umem
 * @source: the source, which counts us
 * @pages: how many
 */
struct uverbs_share {
	struct uverbs_share *next;
	struct uverbs_source *source;
	unsigned long pages;
};

/**
 * uverbs_pins_alloc() - the pins of a file: none
 *
 * Context: May sleep.
 * Return: the pins, for uverbs_pins_free(), or NULL.
 */
struct uverbs_pins *uverbs_pins_alloc(void)
{
	struct uverbs_pins *pins = kzalloc(sizeof(*pins), GFP_KERNEL);

	if (!pins)
		return NULL;
	atomic_long_set(&pins->charged, UVERBS_PINS_FILE);
	spin_lock_init(&pins->lock);
	pins->sources = RB_ROOT;
	return pins;
}

/* The pages of a umem, or the file, are no more. */
static void pins_sub(struct uverbs_pins *pins, long charged)
{
	if (!atomic_long_sub_and_test(charged, &pins->charged))
		return;
	WARN_ON(!RB_EMPTY_ROOT(&pins->sources));
	kfree(pins);
}

/**
 * uverbs_pins_free() - nobody has the file any more
 * @pins: the pins, which stay for what a driver has not released
 *
 * Context: Any.
 */
void uverbs_pins_free(struct uverbs_pins *pins)
{
	pins_sub(pins, UVERBS_PINS_FILE);
}

/**
 * uverbs_pins_pages() - how many pages are pinned
 * @pins: the pins of a file that is there
 *
 * Context: Any.
 * Return: the number of pages.
 */
unsigned long uverbs_pins_pages(struct uverbs_pins *pins)
{
	return atomic_long_read(&pins->charged) - UVERBS_PINS_FILE;
}

static struct uverbs_umem *uverbs_umem(struct ib_umem *umem)
{
	return container_of(umem, struct uverbs_umem, umem);
}

/* What is charged for a umem.  Not by its iova, which the driver may change. */
static unsigned long umem_pages(const struct ib_umem *umem)
{
	unsigned long end = PAGE_ALIGN(umem->address + umem->length);

	return (end - (umem->address & PAGE_MASK)) >> PAGE_SHIFT;
}

/**
 * uverbs_umem_alloc() - memory for a umem
 *
 * For ib_umem_get() alone: what is on demand or a DMA buffer pins nothing.
 *
 * Context: May sleep.
 * Return: the umem or NULL.
 */
struct ib_umem *uverbs_umem_alloc(void)
{
	struct uverbs_umem *owned = kzalloc(sizeof(*owned), GFP_KERNEL);

	return owned ? &owned->umem : NULL;
}

static int source_compare(const struct uverbs_source *one,
			  const struct uverbs_source *other)
{
	if (one->device != other->device)
		return one->device < other->device ? -1 : 1;
	if (one->inode != other->inode)
		return one->inode < other->inode ? -1 : 1;
	return 0;
}

static struct uverbs_source *source_of(const struct rb_node *node)
{
	return rb_entry(node, struct uverbs_source, node);
}

static int source_compare_nodes(struct rb_node *one, const struct rb_node *other)
{
	return source_compare(source_of(one), source_of(other));
}

/**
 * uverbs_pins_next() - the files of which pages are pinned, one by one
 * @pins: the pins of a file that is there
 * @source: the one before, or zeroes; becomes a copy of the next one, whose
 *	@node means nothing
 *
 * Those that come and go meanwhile are there or not.
 *
 * Context: Any.  Short, however many there are.
 * Return: whether there is a next one.
 */
bool uverbs_pins_next(struct uverbs_pins *pins, struct uverbs_source *source)
{
	struct rb_node *node, *next = NULL;
	unsigned long flags;

	spin_lock_irqsave(&pins->lock, flags);
	node = pins->sources.rb_node;
	while (node) {
		if (source_compare(source, source_of(node)) < 0) {
			next = node;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	if (next)
		*source = *source_of(next);
	spin_unlock_irqrestore(&pins->lock, flags);
	return next;
}

/* The source of that identity gets the pages; @new becomes it if there is none. */
static struct uverbs_source *source_charge(struct uverbs_pins *pins,
					   struct uverbs_source *new,
					   unsigned long pages)
{
	struct uverbs_source *source = new;
	struct rb_node *found;
	unsigned long flags;

	spin_lock_irqsave(&pins->lock, flags);
	found = rb_find_add(&new->node, &pins->sources, source_compare_nodes);
	if (found)
		source = source_of(found);
	source->pages += pages;
	spin_unlock_irqrestore(&pins->lock, flags);
	return source;
}

/* The last pages of a source take it along. */
static void source_uncharge(struct uverbs_pins *pins,
			    struct uverbs_source *source, unsigned long pages)
{
	unsigned long flags;

	spin_lock_irqsave(&pins->lock, flags);
	source->pages -= pages;
	if (source->pages)
		source = NULL;
	else
		rb_erase(&source->node, &pins->sources);
	spin_unlock_irqrestore(&pins->lock, flags);
	kfree(source);
}

/* Without memory the pages are counted, but not whose they are. */
static void share_add(struct uverbs_umem *owned, dev_t device, u64 inode,
		      unsigned long pages)
{
	struct uverbs_source *source = kzalloc(sizeof(*source), GFP_KERNEL);
	struct uverbs_share *share = kmalloc(sizeof(*share), GFP_KERNEL);

	if (!source || !share) {
		kfree(source);
		kfree(share);
		return;
	}
	source->device = device;
	source->inode = inode;
	share->source = source_charge(owned->pins, source, pages);
	if (share->source != source)
		kfree(source);
	share->pages = pages;
	share->next = owned->shares;
	owned->shares = share;
}

/* Drivers may release a umem in a softirq. */
static void shares_free(struct uverbs_umem *owned)
{
	struct uverbs_share *share, *next;

	for (share = owned->shares; share; share = next) {
		next = share->next;
		source_uncharge(owned->pins, share->source, share->pages);
		kfree(share);
	}
}

/* The mapping of a page of a file; no other page has one that counts. */
static struct address_space *page_source(struct page *page)
{
	struct folio *folio = page_folio(page);
	struct address_space *mapping;

	if (folio_test_slab(folio))
		return NULL;
	mapping = READ_ONCE(folio->mapping);
	if ((unsigned long)mapping & PAGE_MAPPING_FLAGS)
		return NULL;
	return mapping;
}

/*
 * Who a mapping belongs to.  The page that led here is pinned, but the file may
 * be truncated at any time: then it has no mapping any more, and the inode stays
 * for a grace period.
 */
static bool source_identity(struct page *page, dev_t *device, u64 *inode)
{
	struct address_space *mapping;
	struct inode *host = NULL;

	rcu_read_lock();
	mapping = page_source(page);
	if (mapping)
		host = READ_ONCE(mapping->host);
	if (host) {
		*device = host->i_sb->s_dev;
		*inode = host->i_ino;
	}
	rcu_read_unlock();
	return host;
}

/**
 * struct uverbs_run - pages one after the other that have one source
 * @mapping: their mapping, only to be compared; NULL if they have none
 * @known: whether it is a file's, which has
 * @device: this file system and
 * @inode: this number
 * @pages: how many there are so far
 */
struct uverbs_run {
	struct address_space *mapping;
	bool known;
	dev_t device;
	u64 inode;
	unsigned long pages;
};

static void run_end(struct uverbs_run *run, struct uverbs_umem *owned)
{
	if (run->known)
		share_add(owned, run->device, run->inode, run->pages);
	run->pages = 0;
}

static void run_page(struct uverbs_run *run, struct uverbs_umem *owned,
		     struct page *page)
{
	struct address_space *mapping = page_source(page);

	if (mapping != run->mapping) {
		run_end(run, owned);
		run->mapping = mapping;
		run->known = mapping && source_identity(page, &run->device,
							&run->inode);
	}
	run->pages++;
}

/* Charges the files whose pages there are among those of a umem. */
static void shares_make(struct uverbs_umem *owned)
{
	struct uverbs_run run = {};
	struct scatterlist *sg;
	unsigned int i, page;

	for_each_sgtable_sg(&owned->umem.sgt_append.sgt, sg, i) {
		for (page = 0; page < sg->length >> PAGE_SHIFT; page++)
			run_page(&run, owned, nth_page(sg_page(sg), page));
		cond_resched();
	}
	run_end(&run, owned);
}

/**
 * uverbs_umem_pinned() - charge the file that a umem has been pinned for
 * @umem: the umem, pinned, from uverbs_umem_alloc()
 *
 * Context: Process context of the command that pins.
 * Return: @umem.
 */
struct ib_umem *uverbs_umem_pinned(struct ib_umem *umem)
{
	struct uverbs_umem *owned = uverbs_umem(umem);

	owned->pins = uverbs_creator_pins();
	if (!owned->pins)
		return umem;
	atomic_long_add(umem_pages(umem), &owned->pins->charged);
	shares_make(owned);
	return umem;
}

/**
 * uverbs_umem_free() - free a umem, after its pages have been given back
 * @umem: the umem, from uverbs_umem_alloc()
 *
 * Context: Any but hard interrupts: siw releases in a softirq what a program has
 * deregistered while a message was being placed.
 */
void uverbs_umem_free(struct ib_umem *umem)
{
	struct uverbs_umem *owned = uverbs_umem(umem);

	if (owned->pins) {
		shares_free(owned);
		pins_sub(owned->pins, umem_pages(umem));
	}
	kfree(owned);
}
