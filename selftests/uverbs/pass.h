/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What processes tell and give each other through a socket.
 */
#ifndef UVERBS_PASS_H
#define UVERBS_PASS_H

#include "uverbs.h"

/* Sends a descriptor to a process that has no other way to get it. */
static inline void pass(int socket, int fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {};
	struct iovec io = { .iov_base = "x", .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &io, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	check(sendmsg(socket, &message, 0) == 1);
}

static inline int receive(int socket)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {};
	char byte;
	struct iovec io = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &io, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	int fd;

	check(recvmsg(socket, &message, 0) == 1 && CMSG_FIRSTHDR(&message));
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

static inline void say(int socket)
{
	check(write(socket, "s", 1) == 1);
}

static inline void hear(int socket)
{
	char byte;

	check(read(socket, &byte, 1) == 1);
}

#endif /* UVERBS_PASS_H */
