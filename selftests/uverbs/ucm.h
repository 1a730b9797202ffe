/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Commands of rdma_ucm without a library, which would keep lists of its own.
 */
#ifndef UVERBS_UCM_H
#define UVERBS_UCM_H

#include "raw.h"
#include <arpa/inet.h>
#include <rdma/rdma_user_cm.h>

/* As in rdma_cma.h, which does not go with the kernel's header. */
enum {
	EVENT_ADDR_RESOLVED = 0,
	EVENT_ROUTE_RESOLVED = 2,
	EVENT_DEVICE_REMOVAL = 11,
	EVENT_MULTICAST_JOIN = 12,
};

/* The open file. */
static int ucm = -1;

static inline void ucm_open(void)
{
	ucm = open("/dev/infiniband/rdma_cm", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	check(ucm >= 0);
}

/* 0, or what went wrong. */
static inline int ucm_command(int number, const void *in, size_t size,
			      size_t room)
{
	struct {
		struct rdma_ucm_cmd_hdr header;
		char body[512];
	} request = {
		.header = { .cmd = number, .in = size, .out = room },
	};

	check(size <= sizeof(request.body));
	memcpy(request.body, in, size);
	size += sizeof(request.header);
	return sent(INJECTED(write(ucm, &request, size)), size);
}

/* Events of the id are told by this number. */
static inline int ucm_create_id(int space, __u64 uid, __u32 *id)
{
	struct rdma_ucm_create_id_resp resp = {};
	struct rdma_ucm_create_id create = {
		.uid = uid, .response = (uintptr_t)&resp, .ps = space,
	};
	int ret;

	ret = ucm_command(RDMA_USER_CM_CMD_CREATE_ID, &create, sizeof(create),
			  sizeof(resp));
	*id = resp.id;
	return ret;
}

static inline int ucm_bind(__u32 id, const struct sockaddr_in *address)
{
	struct rdma_ucm_bind bind = {
		.id = id, .addr_size = sizeof(*address),
	};

	memcpy(&bind.addr, address, sizeof(*address));
	return ucm_command(RDMA_USER_CM_CMD_BIND, &bind, sizeof(bind), 0);
}

/* The number of the join comes to where the answer is wanted. */
static inline int ucm_join(__u32 id, __u64 uid, const struct sockaddr_in *group,
			   void *answer)
{
	struct rdma_ucm_join_mcast join = {
		.response = (uintptr_t)answer,
		.uid = uid, .id = id, .addr_size = sizeof(*group),
		.join_flags = RDMA_MC_JOIN_FLAG_FULLMEMBER,
	};

	memcpy(&join.addr, group, sizeof(*group));
	return ucm_command(RDMA_USER_CM_CMD_JOIN_MCAST, &join, sizeof(join),
			   sizeof(struct rdma_ucm_create_id_resp));
}

/* Destroys an id, or leaves a group. */
static inline int ucm_end(int number, __u32 id)
{
	struct rdma_ucm_destroy_id_resp resp;
	struct rdma_ucm_destroy_id end = {
		.response = (uintptr_t)&resp, .id = id,
	};

	return ucm_command(number, &end, sizeof(end), sizeof(resp));
}

/* The next event; EAGAIN if there is none. */
static inline int ucm_event(struct rdma_ucm_event_resp *resp)
{
	struct rdma_ucm_get_event get = { .response = (uintptr_t)resp };

	return ucm_command(RDMA_USER_CM_CMD_GET_EVENT, &get, sizeof(get),
			   sizeof(*resp));
}

static inline struct sockaddr_in ucm_address(const char *text)
{
	struct sockaddr_in address = { .sin_family = AF_INET };

	check(inet_pton(AF_INET, text, &address.sin_addr) == 1);
	return address;
}

#endif /* UVERBS_UCM_H */
