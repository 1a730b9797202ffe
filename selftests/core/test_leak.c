// SPDX-License-Identifier: GPL-2.0
/*
 * A planted leak, to show that kmemleak finds one.
 */
#include <linux/slab.h>
#include "test.h"

#define LEAKS	4

/**
 * test_leak() - allocate and forget
 * @name: not used
 *
 * More than one, since the last may still be found in a register that was saved.
 *
 * Context: May sleep.
 * Return: 0 or -ENOMEM.
 */
int test_leak(const char *name)
{
	void *lost;
	int i;

	for (i = 0; i < LEAKS; i++) {
		/* Zeroed: a free object leads to the next one. */
		lost = kzalloc(192, GFP_KERNEL);
		if (!lost)
			return -ENOMEM;
		OPTIMIZER_HIDE_VAR(lost);
	}
	return 0;
}
