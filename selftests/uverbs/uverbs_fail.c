// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs
 *
 * uverbs_fail DEVICE TYPE NETDEV: makes every user object again and again, while
 * the first, the second ... allocation or copy of the command fails, until none
 * does.  It either works all the same or leaves nothing.  What write() can do is
 * done so, then by ioctl().
 */
#include "makers.h"

#define MOST	2000

static long points, refused;

static void check_maker(const struct maker *maker)
{
	__u32 handle, expected;
	struct held before;
	unsigned int nth;
	int ret;

	/* What it needs for the first time only is there then. */
	check(!maker->make(&expected));
	check(!maker->drop(expected));
	before = held();
	for (nth = 1; nth <= MOST; nth++) {
		fail_at = nth;
		ret = maker->make(&handle);
		fail_at = 0;
		if (!failed) {
			check(!ret && !maker->drop(handle));
			printf("%s%s: %u points\n", maker->name,
			       by_ioctl ? " by ioctl()" : "", nth - 1);
			return;
		}
		points++;
		if (ret) {
			refused++;
			if (ret != ENOMEM && ret != EFAULT)
				fail("%s, point %u: %s", maker->name, nth,
				     strerror(ret));
		} else {
			check(!maker->drop(handle));
		}
		same_held(maker->name, before);
		check(!maker->make(&handle));
		if (handle != expected)
			fail("%s, point %u: handle %u, not %u", maker->name,
			     nth, handle, expected);
		check(!maker->drop(handle));
	}
	fail("%s: more than %d points", maker->name, MOST);
}

int main(int argc, char **argv)
{
	size_t i;

	arguments(argc, argv);
	raw_init();
	raw_open();
	make_base();
	for (i = 0; i < ARRAY_SIZE(makers); i++)
		check_maker(&makers[i]);
	by_ioctl = true;
	for (i = 0; i < ARRAY_SIZE(makers); i++)
		check_maker(&makers[i]);
	printf("%ld points, %ld commands failed\n", points, refused);
	check(points > 100 && refused > 100);
	return 0;
}
