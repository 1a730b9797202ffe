/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The mock device's own object and methods, for the module and for programs.
 */
#ifndef UVERBS_MOCK_ABI_H
#define UVERBS_MOCK_ABI_H

#include <rdma/ib_user_ioctl_cmds.h>

/*
 * Where the device's page is mapped from, in pages, and what is in there.  From
 * the second offset on the driver has operations of its own for the mapping; from
 * the third it maps without the kernel's help, also areas that are private.
 */
#define MOCK_PAGE_OFFSET	7
#define MOCK_AREA_OFFSET	8
#define MOCK_RAW_OFFSET		9
#define MOCK_PAGE_BYTE		0x5a

enum mock_objects {
	/* objects of this type exist */
	MOCK_OBJECT = (1U << UVERBS_ID_NS_SHIFT),
};

enum mock_method {
	MOCK_METHOD_CREATE = (1U << UVERBS_ID_NS_SHIFT),
	MOCK_METHOD_DESTROY,
	/* a standard flow action, which only drivers can make */
	MOCK_METHOD_ACTION,
	/* two objects, both locked for writing */
	MOCK_METHOD_PAIR,
	/* all handles are in use, or not any more */
	MOCK_METHOD_FILL,
	/* rules broken, with an object that is read, written or new */
	MOCK_METHOD_BREAK_READ,
	MOCK_METHOD_BREAK_WRITE,
	MOCK_METHOD_BREAK_NEW,
};

/* of all methods: the object, and a second one or a number */
enum mock_attr {
	MOCK_ATTR_HANDLE = (1U << UVERBS_ID_NS_SHIFT),
	MOCK_ATTR_SECOND,
	MOCK_ATTR_NUMBER,
};

enum mock_breach {
	/* READ */
	MOCK_UNLOCK_TWICE,
	MOCK_LEAK_LOCK,
	MOCK_PUT_TWICE,
	MOCK_LEAK_GET,
	/* WRITE */
	MOCK_STEAL_LOCK,
	/* NEW */
	MOCK_COMMIT_TWICE,
	MOCK_ABORT_LIVE,
	/* none: it fails when all is made */
	MOCK_FAIL_LAST,
};

#endif /* UVERBS_MOCK_ABI_H */
