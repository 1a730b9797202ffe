/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A page that is there when its process provides it: a command whose answer goes
 * there waits at its end.
 */
#ifndef UVERBS_ABSENT_H
#define UVERBS_ABSENT_H

#include "uverbs.h"
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#define ABSENT_SIZE	4096

struct absent {
	int fd;
	char *page;
};

/* Whether the kernel lets a process provide memory. */
static inline bool absent_possible(void)
{
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static inline struct absent absent_page(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register area = {
		.range.len = ABSENT_SIZE, .mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	struct absent absent = { .fd = syscall(SYS_userfaultfd, O_CLOEXEC) };

	check(absent.fd >= 0);
	absent.page = mmap(NULL, ABSENT_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(absent.page != MAP_FAILED);
	area.range.start = (uintptr_t)absent.page;
	check(!ioctl(absent.fd, UFFDIO_API, &api));
	check(!ioctl(absent.fd, UFFDIO_REGISTER, &area));
	return absent;
}

/* Until somebody waits for it. */
static inline void absent_wanted(const struct absent *absent)
{
	struct uffd_msg message;

	check(read(absent->fd, &message, sizeof(message)) == sizeof(message));
	check(message.event == UFFD_EVENT_PAGEFAULT);
	check(message.arg.pagefault.address == (uintptr_t)absent->page);
}

static inline void absent_provide(const struct absent *absent)
{
	struct uffdio_zeropage provided = {
		.range = { (uintptr_t)absent->page, ABSENT_SIZE },
	};

	check(!ioctl(absent->fd, UFFDIO_ZEROPAGE, &provided));
}

#endif /* UVERBS_ABSENT_H */
