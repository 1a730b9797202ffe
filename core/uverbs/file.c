// SPDX-License-Identifier: GPL-2.0
/*
 * An open uverbs file, as far as this layer is concerned.
 */
#include <linux/slab.h>
#include "objects.h"

/**
 * uverbs_file_alloc() - room for an open uverbs file
 *
 * Initializes our part.  The other part is ib_uverbs_open()'s, and
 * ib_uverbs_release_file() frees both.
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
	for (rank = 0; rank < UVERBS_RANKS; rank++)
		INIT_LIST_HEAD(&file->objects[rank]);
	mutex_init(&file->mappings_lock);
	INIT_LIST_HEAD(&file->mappings);
	return &file->stock;
}
