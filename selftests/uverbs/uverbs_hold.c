// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs -lpthread
 *
 * uverbs_hold DEVICE TYPE NETDEV: hold one object of each kind, say "held", wait
 * for the end of the input; then the device has gone: look at all that was
 * mapped, touch it, and let go.
 */
#include "uverbs.h"

int main(int argc, char **argv)
{
	struct area area[64];
	struct everything *e;
	int found, i;
	char byte;

	arguments(argc, argv);
	e = hold();
	found = areas(area, 64);
	check(found);
	printf("held\n");
	while (read(0, &byte, 1) == 1)
		;
	zeroes(area, found);
	for (i = 0; i < found; i++)
		touch(&area[i]);
	errno = 0;
	check(!ibv_alloc_pd(e->context) && errno == EIO);
	drop_all(e);
	return 0;
}
