// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs
 *
 * uverbs_mock DEVICE mock NETDEV WHAT
 *
 *   hold       make one of every object, and leave them at the end of standard
 *              input for the kernel to clean up
 *   exit       the same, with nothing closed before the program ends
 *   destroy    make each and destroy it
 *   abort      make each so that the command fails when all is made
 *   refused    destroy an object that the driver does not give
 *   undone     make an object whose creation cannot be undone
 *   cqless     make a WQ without a CQ
 *   kept       have events of a CQ that the driver does not destroy
 *   0, 1 ...   do what no driver may: see enum mock_breach
 */
#include "makers.h"

static int breach(int method, __u32 handle, int what)
{
	struct ib_uverbs_attr attr[] = {
		OBJECT(MOCK_ATTR_HANDLE, handle),
		NUMBER(MOCK_ATTR_NUMBER, __u32, what),
	};

	return IOCTL(MOCK_OBJECT, method, attr);
}

static void make_one(const struct maker *maker, __u32 *handle)
{
	int ret = maker->make(handle);

	if (ret)
		fail("%s: %s", maker->name, strerror(ret));
}

/* Two areas, of a mapping that is the driver's own. */
static char *map_areas(void)
{
	char *area = mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, file,
			  MOCK_AREA_OFFSET * PAGE);

	check(area != MAP_FAILED);
	check(!mprotect(area + PAGE, PAGE, PROT_READ | PROT_WRITE));
	check(area[0] == MOCK_PAGE_BYTE && area[PAGE] == MOCK_PAGE_BYTE);
	return area;
}

/* Nothing is made any more, in whichever way. */
static void all_refused(void)
{
	__u32 handle;
	size_t i;
	int ret;

	for (i = 0; i < 2 * ALL_MAKERS; i++) {
		by_ioctl = i >= ALL_MAKERS;
		ret = any_maker(i % ALL_MAKERS)->make(&handle);
		if (ret != EIO)
			fail("%s without the device: %s",
			     any_maker(i % ALL_MAKERS)->name, strerror(ret));
	}
	check(query_context() == EIO && get_context() == EIO);
}

static void hold_all(bool closing)
{
	__u32 handle, channel;
	char *area, c;
	size_t i;

	make_base();
	check(!ioctl_own(&handle));
	for (i = 0; i < ALL_MAKERS; i++)
		make_one(any_maker(i), &handle);
	check(!make_channel(&channel) && !ioctl_cq_on(channel, &handle));
	area = map_areas();
	printf("held\n");
	while (read(0, &c, 1) > 0)
		;
	if (!closing)
		_exit(0);
	if (!device_there())
		all_refused();
	/* The context ends here, and the channels are still open. */
	check(!munmap(area, 2 * PAGE) && !close(file));
}

static void destroy_each(void)
{
	__u32 handle;
	size_t i;
	int ret;

	make_base();
	for (i = 0; i < ALL_MAKERS; i++) {
		make_one(any_maker(i), &handle);
		ret = any_maker(i)->drop(handle);
		if (ret)
			fail("%s, destroy: %s", any_maker(i)->name,
			     strerror(ret));
	}
}

static void abort_each(void)
{
	__u32 handle;
	size_t i;
	int ret;

	make_base();
	for (i = 0; i < ALL_MAKERS; i++) {
		answer = no_answer();
		ret = any_maker(i)->make(&handle);
		answer = good_answer();
		/* Some have none but the handle, which comes first. */
		if (!ret)
			ret = any_maker(i)->drop(handle) ?: EFAULT;
		if (ret != EFAULT)
			fail("%s: %s", any_maker(i)->name, strerror(ret));
	}
	check(breach(MOCK_METHOD_BREAK_NEW, 0, MOCK_FAIL_LAST) == EFAULT);
}

static void refused(void)
{
	__u32 handle;

	check(!ioctl_own(&handle));
	check(drop_own(handle) == EBUSY);
	/* It lives on, and is not locked. */
	check(drop_own(handle) == EBUSY);
	check(!drop_own(handle));
	check(drop_own(handle) == ENOENT);
}

static void undone(void)
{
	__u32 handle, found = 0;

	make_base();
	check(raw_write(IB_USER_VERBS_CMD_REG_MR, &(struct ib_uverbs_reg_mr){
			.response = (uintptr_t)no_answer(),
			.start = (uintptr_t)base.memory,
			.hca_va = (uintptr_t)base.memory, .length = PAGE,
			.pd_handle = base.pd,
			.access_flags = IB_UVERBS_ACCESS_LOCAL_WRITE,
		}, sizeof(struct ib_uverbs_reg_mr)) == EFAULT);
	/* The file has it, until it is closed or somebody guesses the handle. */
	for (handle = 0; handle < 20; handle++)
		found += !drop_mr(handle);
	check(found == 1);
}

static void cqless(void)
{
	struct held before;
	__u32 handle;

	make_base();
	before = held();
	check(ioctl_wq_with(0, &handle) == ENOENT);
	same_held("a WQ without a CQ", before);
	check(!ioctl_wq_with(1, &handle));
	check(!drop_wq(handle));
}

static void tell(void)
{
	int fd = open("/sys/module/ib_uverbs_mock/parameters/kept", O_WRONLY);

	check(fd >= 0 && write(fd, "1", 1) == 1 && !close(fd));
}

/* The context is to end with two events of each kind in the queues. */
static void kept(void)
{
	int async = ANSWER(ib_uverbs_get_context_resp)->async_fd;
	struct ib_uverbs_async_event_desc error;
	__u32 channel, handle;

	check(!make_channel(&channel) && !ioctl_cq_on(channel, &handle));
	check(drop_cq(handle) == EBUSY);
	tell();
	tell();
	check(!close(file));
	check(read(async, &error, sizeof(error)) == sizeof(error));
	/* The device has not let go: it may tell of the CQ at any time. */
	tell();
	check(!close(channel));
	tell();
	check(!close(async));
	tell();
}

static void break_rule(int what)
{
	__u32 handle;

	/* So that it is not 0. */
	do
		check(!ioctl_own(&handle));
	while (handle != 7);

	switch (what) {
	case MOCK_UNLOCK_TWICE:
	case MOCK_LEAK_LOCK:
	case MOCK_LEAK_GET:
		check(!breach(MOCK_METHOD_BREAK_READ, handle, what));
		break;
	case MOCK_PUT_TWICE:
		check(!breach(MOCK_METHOD_BREAK_READ, handle, what));
		drop_own(handle);
		break;
	case MOCK_STEAL_LOCK:
		check(!breach(MOCK_METHOD_BREAK_WRITE, handle, what));
		break;
	case MOCK_COMMIT_TWICE:
		check(!drop_own(handle));
		check(!breach(MOCK_METHOD_BREAK_NEW, 0, what));
		break;
	case MOCK_ABORT_LIVE:
		check(!drop_own(handle));
		check(breach(MOCK_METHOD_BREAK_NEW, 0, what) == ECANCELED);
		break;
	default:
		fail("no such breach");
	}
}

int main(int argc, char **argv)
{
	arguments(argc, argv);
	check(argc == 5);
	raw_init();
	raw_open();
	if (!strcmp(argv[4], "hold"))
		hold_all(true);
	else if (!strcmp(argv[4], "exit"))
		hold_all(false);
	else if (!strcmp(argv[4], "destroy"))
		destroy_each();
	else if (!strcmp(argv[4], "abort"))
		abort_each();
	else if (!strcmp(argv[4], "refused"))
		refused();
	else if (!strcmp(argv[4], "undone"))
		undone();
	else if (!strcmp(argv[4], "cqless"))
		cqless();
	else if (!strcmp(argv[4], "kept"))
		kept();
	else
		break_rule(atoi(argv[4]));
	return 0;
}
