// SPDX-License-Identifier: GPL-2.0
/*
 * An open uverbs file, as far as this layer is concerned.
 */
#include <linux/slab.h>
#include "objects.h"
#include "pins.h"

/**
 * uverbs_file_alloc() - room for an open uverbs file
 *
 * Initializes our part.  The other part is ib_uverbs_open()'s.
 *
 * Context: May sleep.
 * Return: the file or NULL.
 */
struct ib_uverbs_file *uverbs_file_alloc(void)
{
	struct uverbs_file *file;
	int rank;

	BUILD_BUG_ON(offsetof(struct uverbs_file, stock));

	file = kzalloc(sizeof(*file), GFP_KERNEL);
	if (!file)
		return NULL;
	file->pins = uverbs_pins_alloc();
	if (!file->pins) {
		kfree(file);
		return NULL;
	}
	for (rank = 0; rank < UVERBS_RANKS; rank++)
		INIT_LIST_HEAD(&file->objects[rank]);
	mutex_init(&file->mappings_lock);
	INIT_LIST_HEAD(&file->mappings);
	return &file->stock;
}

/**
 * uverbs_file_free() - nobody has the file any more
 * @ufile: the file, without objects and mappings
 *
 * For ib_uverbs_release_file(), which has taken the other part down.
 *
 * Context: Any.
 */
void uverbs_file_free(struct ib_uverbs_file *ufile)
{
	struct uverbs_file *file = uverbs_file(ufile);

	uverbs_pins_free(file->pins);
	kfree(file);
}
