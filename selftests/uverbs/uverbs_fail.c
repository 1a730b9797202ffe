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

/* In a file of its own, whose descriptor stands for it. */
static int context_by(int (*command)(void), __u32 *handle)
{
	int old = file, ret;

	check((file = raw_device()) >= 0);
	ret = command();
	*handle = file;
	if (ret)
		close(file);
	file = old;
	return ret;
}

static int make_context(__u32 *handle)
{
	int ret = context_by(get_context, handle);

	if (!ret)
		close(ANSWER(ib_uverbs_get_context_resp)->async_fd);
	return ret;
}

static int get_context_by_ioctl(void)
{
	struct ib_uverbs_attr attr[] = {
		OUTPUT(UVERBS_ATTR_GET_CONTEXT_NUM_COMP_VECTORS, __u32, 0),
		OUTPUT(UVERBS_ATTR_GET_CONTEXT_CORE_SUPPORT, __u64, 8),
	};

	return IOCTL(UVERBS_OBJECT_DEVICE, UVERBS_METHOD_GET_CONTEXT, attr);
}

static int ioctl_context(__u32 *handle)
{
	return context_by(get_context_by_ioctl, handle);
}

static const struct maker contexts[] = {
	{ "GET_CONTEXT", make_context, drop_fd },
	{ "GET_CONTEXT's own method", ioctl_context, drop_fd },
};

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
	for (by_ioctl = false;; by_ioctl = true) {
		for (i = 0; i < ARRAY_SIZE(makers); i++)
			check_maker(&makers[i]);
		for (i = 0; i < ARRAY_SIZE(contexts); i++)
			check_maker(&contexts[i]);
		if (by_ioctl)
			break;
	}
	printf("%ld points, %ld commands failed\n", points, refused);
	check(points > 100 && refused > 100);
	return 0;
}
