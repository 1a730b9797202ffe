/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Commands of ib_uverbs without a library: by write() and by ioctl(), with the
 * answer wherever the test wants it; and what a process and a device hold.
 */
#ifndef UVERBS_RAW_H
#define UVERBS_RAW_H

#include "uverbs.h"
#include <linux/netlink.h>
#include <rdma/ib_user_ioctl_cmds.h>
#include <rdma/ib_user_ioctl_verbs.h>
#include <rdma/ib_user_verbs.h>
#include <rdma/rdma_netlink.h>
#include <rdma/rdma_user_ioctl_cmds.h>
#include <sys/ioctl.h>

#define PAGE	4096
/* How much room for an answer we offer: also for the driver's part. */
#define ROOM	256

/* Fixed, so that no transcript depends on where things are. */
#define PLACE	((char *)0x10000000)

/*
 * Four pages: writable, read-only, writable, none.  The answer of a command goes
 * to one of these, and the header of an ioctl() into memory of its own.
 */
static char *answer;
/* An answer so that the command's own part fails and the driver's does not. */
static bool straddle;
/* The header of an ioctl() cannot be written: handles come back there. */
static bool header_fails;
/* The uverbs file. */
static int file = -1;

static inline void *good_answer(void)
{
	return PLACE;
}

static inline void *readonly_answer(void)
{
	return PLACE + PAGE;
}

static inline void *no_answer(void)
{
	return PLACE + 3 * PAGE;
}

static inline void raw_init(void)
{
	char *place = mmap(PLACE, 3 * PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			   -1, 0);

	check(place == PLACE);
	check(!mprotect(PLACE + PAGE, PAGE, PROT_READ));
	answer = good_answer();
}

/* Where the answer goes of which the command's own part has this size. */
static inline __u64 response_at(size_t size)
{
	return (uintptr_t)(straddle ? PLACE + 2 * PAGE - size : answer);
}

/*
 * With fail_at, that fault injection point of a command fails: an allocation or
 * a copy.  Whether there was one is left in failed.
 */
static unsigned int fail_at;
static bool failed;

/* Copying the number is a point itself: the second attempt is none. */
static inline void inject(int fd, unsigned int nth)
{
	char number[16];
	int length = snprintf(number, sizeof(number), "%u", nth);

	if (pwrite(fd, number, length, 0) != length)
		check(pwrite(fd, number, length, 0) == length);
}

/* Ends it; what is left of the count: 0 if something failed. */
static inline unsigned int injection_left(int fd)
{
	char number[16] = "";
	unsigned int left = 1;

	if (pread(fd, number, sizeof(number) - 1, 0) > 0)
		left = strtoul(number, NULL, 10);
	inject(fd, 0);
	return left;
}

/* Runs one system call with injection; the descriptor is open before. */
#define INJECTED(call) ({ \
	long _ret, _error; \
	int _nth = -1; \
	if (fail_at) { \
		check((_nth = open("/proc/self/fail-nth", \
				   O_RDWR | O_CLOEXEC)) >= 0); \
		inject(_nth, fail_at); \
	} \
	_ret = (call); \
	_error = errno; \
	if (fail_at) { \
		failed = !injection_left(_nth); \
		close(_nth); \
	} \
	errno = _error; \
	_ret; \
})

/*
 * Is told what came of each command: of write() with its number, which has the
 * highest bit if it is an extended one, else of a method of an object.
 */
static void (*on_write)(unsigned int command, int error);
static void (*on_ioctl)(int object, int method, int error);

static inline int sent(ssize_t length, size_t size)
{
	if (length == (ssize_t)size)
		return 0;
	check(length == -1);
	return errno;
}

static inline int send_request(unsigned int command, const void *request,
			       size_t size)
{
	int ret = sent(INJECTED(write(file, request, size)), size);

	if (on_write)
		on_write(command, ret);
	return ret;
}

struct raw_ioctl {
	struct ib_uverbs_ioctl_hdr header;
	struct ib_uverbs_attr attr[16];
};

static inline __u32 driver_id(void)
{
	return !strcmp(rdma_type, "rxe") ? RDMA_DRIVER_RXE : 0;
}

/* The handle of a new object comes back as the data of its attribute. */
static inline int raw_ioctl(int object, int method, struct ib_uverbs_attr *attr,
			    int attrs)
{
	struct raw_ioctl *request = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
					 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int ret = 0;

	check(request != MAP_FAILED && attrs <= 16);
	request->header.length = sizeof(request->header) +
				 attrs * sizeof(*attr);
	request->header.object_id = object;
	request->header.method_id = method;
	request->header.num_attrs = attrs;
	request->header.driver_id = driver_id();
	memcpy(request->attr, attr, attrs * sizeof(*attr));
	if (header_fails)
		check(!mprotect(request, PAGE, PROT_READ));
	if (INJECTED(ioctl(file, RDMA_VERBS_IOCTL, request)))
		ret = errno;
	memcpy(attr, request->attr, attrs * sizeof(*attr));
	munmap(request, PAGE);
	if (on_ioctl)
		on_ioctl(object, method, ret);
	return ret;
}

/* By any thread: it shares nothing, and cannot be made to fail. */
static inline int own_ioctl(int object, int method,
			    const struct ib_uverbs_attr *attr, int attrs)
{
	struct raw_ioctl request = {
		.header.length = sizeof(request.header) + attrs * sizeof(*attr),
		.header.object_id = object,
		.header.method_id = method,
		.header.num_attrs = attrs,
		.header.driver_id = driver_id(),
	};

	check(attrs <= 16);
	memcpy(request.attr, attr, attrs * sizeof(*attr));
	return ioctl(file, RDMA_VERBS_IOCTL, &request) ? errno : 0;
}

#define MANDATORY	.flags = UVERBS_ATTR_F_MANDATORY
/* An object, or room for the handle of a new one. */
#define OBJECT(id, handle) \
	{ .attr_id = (id), MANDATORY, .data = (handle) }
/* Up to eight bytes stand in the attribute itself. */
#define NUMBER(id, type, value) \
	{ .attr_id = (id), .len = sizeof(type), MANDATORY, .data = (value) }
#define INPUT(id, pointer, size) \
	{ .attr_id = (id), .len = (size), MANDATORY, \
	  .data = (uintptr_t)(pointer) }
#define OUTPUT(id, type, offset) \
	{ .attr_id = (id), .len = sizeof(type), MANDATORY, \
	  .data = (uintptr_t)(answer + (offset)) }
#define IOCTL(object, method, attr) \
	raw_ioctl(object, method, attr, ARRAY_SIZE(attr))

static inline int raw_write(unsigned int command, const void *body, size_t size)
{
	struct {
		struct ib_uverbs_cmd_hdr header;
		char body[1024];
	} request = {
		.header.command = command,
		.header.in_words = (sizeof(request.header) + size) / 4,
		.header.out_words = ROOM / 4,
	};

	check(size <= sizeof(request.body));
	memcpy(request.body, body, size);
	size += sizeof(request.header);
	return send_request(request.header.command, &request, size);
}

static inline int raw_extended(unsigned int command, const void *body,
			       size_t size, __u64 response)
{
	struct {
		struct ib_uverbs_cmd_hdr header;
		struct ib_uverbs_ex_cmd_hdr extended;
		char body[1024];
	} request = {
		.header.command = command | IB_USER_VERBS_CMD_FLAG_EXTENDED,
		.header.in_words = size / 8,
		.header.out_words = response ? ROOM / 8 : 0,
		.extended.response = response,
	};

	check(size <= sizeof(request.body));
	memcpy(request.body, body, size);
	size += offsetof(typeof(request), body);
	return send_request(request.header.command, &request, size);
}

/*
 * Commands go by an ioctl(), as rdma-core sends most of them: their objects are
 * committed, aborted and answered for in another place of ib_uverbs.
 */
static bool by_ioctl;

/* The answer has CORE bytes of the command's own, behind them those of the driver. */
static inline int invoke_write(unsigned int command, const void *body,
			       size_t size, __u64 response, size_t core,
			       size_t driver)
{
	struct ib_uverbs_attr attr[4];
	int attrs = 0, ret;

	attr[attrs++] = (struct ib_uverbs_attr)
		NUMBER(UVERBS_ATTR_WRITE_CMD, __u64, command);
	if (size) {
		attr[attrs] = (struct ib_uverbs_attr)
			INPUT(UVERBS_ATTR_CORE_IN, body, size);
		if (size <= sizeof(attr->data)) {
			attr[attrs].data = 0;
			memcpy(&attr[attrs].data, body, size);
		}
		attrs++;
	}
	if (core)
		attr[attrs++] = (struct ib_uverbs_attr)
			INPUT(UVERBS_ATTR_CORE_OUT, response, core);
	if (driver)
		attr[attrs++] = (struct ib_uverbs_attr)
			INPUT(UVERBS_ATTR_UHW_OUT, response + core, driver);
	ret = raw_ioctl(UVERBS_OBJECT_DEVICE, UVERBS_METHOD_INVOKE_WRITE, attr,
			attrs);
	if (on_write)
		on_write(command, ret);
	return ret;
}

static inline int send_command(unsigned int number, const void *body,
			       size_t size, __u64 response, size_t core)
{
	return by_ioctl ? invoke_write(number, body, size, response, core,
				       core ? ROOM - core : 0) :
			  raw_write(number, body, size);
}

static inline int send_extended(unsigned int number, const void *body,
				size_t size, __u64 response)
{
	return by_ioctl ?
	       invoke_write(number | IB_USER_VERBS_CMD_FLAG_EXTENDED, body,
			    size, response, response ? ROOM : 0, 0) :
	       raw_extended(number, body, size, response);
}

/* A command with an answer, one without, an extended one. */
#define ASK(name, type, ...) \
	send_command(IB_USER_VERBS_CMD_##name, &(struct type){ \
			.response = response_at(sizeof(struct type##_resp)), \
			__VA_ARGS__ }, sizeof(struct type), \
		     response_at(sizeof(struct type##_resp)), \
		     sizeof(struct type##_resp))
#define TELL(name, type, ...) \
	send_command(IB_USER_VERBS_CMD_##name, \
		     &(struct type){ __VA_ARGS__ }, sizeof(struct type), 0, 0)
#define ASK_MORE(name, type, ...) \
	send_extended(IB_USER_VERBS_EX_CMD_##name, &(struct type){ \
			__VA_ARGS__ }, sizeof(struct type), \
		      (uintptr_t)answer)
#define TELL_MORE(name, type, ...) \
	send_extended(IB_USER_VERBS_EX_CMD_##name, &(struct type){ \
			__VA_ARGS__ }, sizeof(struct type), 0)
#define ANSWER(type)	((struct type *)good_answer())

static inline int get_context(void)
{
	return ASK(GET_CONTEXT, ib_uverbs_get_context);
}

static inline int query_context(void)
{
	struct ib_uverbs_attr attr[] = {
		OUTPUT(UVERBS_ATTR_QUERY_CONTEXT_NUM_COMP_VECTORS, __u32, 0),
		OUTPUT(UVERBS_ATTR_QUERY_CONTEXT_CORE_SUPPORT, __u64, 8),
	};

	return IOCTL(UVERBS_OBJECT_DEVICE, UVERBS_METHOD_QUERY_CONTEXT, attr);
}

/* What query_mr() leaves in the answer. */
struct queried_mr {
	__u32 lkey, unused, rkey, unused_too;
	__u64 length, iova;
};

static inline int query_mr(__u32 handle)
{
	struct ib_uverbs_attr attr[] = {
		OBJECT(UVERBS_ATTR_QUERY_MR_HANDLE, handle),
		OUTPUT(UVERBS_ATTR_QUERY_MR_RESP_LKEY, __u32, 0),
		OUTPUT(UVERBS_ATTR_QUERY_MR_RESP_RKEY, __u32, 8),
		OUTPUT(UVERBS_ATTR_QUERY_MR_RESP_LENGTH, __u64, 16),
		OUTPUT(UVERBS_ATTR_QUERY_MR_RESP_IOVA, __u64, 24),
	};

	return IOCTL(UVERBS_OBJECT_MR, UVERBS_METHOD_QUERY_MR, attr);
}

/* The library knows no more devices than it has drivers for. */
static inline int raw_device(void)
{
	char path[128], name[64];
	int number, fd = -1;
	FILE *ibdev;

	for (number = 0; number < 32 && fd < 0; number++) {
		snprintf(path, sizeof(path),
			 "/sys/class/infiniband_verbs/uverbs%d/ibdev", number);
		ibdev = fopen(path, "r");
		if (!ibdev)
			continue;
		if (fscanf(ibdev, "%63s", name) == 1 &&
		    !strcmp(name, rdma_name)) {
			snprintf(path, sizeof(path),
				 "/dev/infiniband/uverbs%d", number);
			fd = open(path, O_RDWR | O_CLOEXEC);
		}
		fclose(ibdev);
	}
	return fd;
}

/* Opens the device, with a context. */
static inline void raw_open(void)
{
	check((file = raw_device()) >= 0);
	check(!get_context());
}

/* What can leak. */
struct held {
	char resources[256];
	long pinned;
	int descriptors;
};

static inline struct nlattr *next_attribute(struct nlattr *attribute)
{
	return (void *)((char *)attribute + NLA_ALIGN(attribute->nla_len));
}

#define for_each_attribute(attribute, first, end) \
	for (attribute = (void *)(first); (void *)attribute < (void *)(end); \
	     attribute = next_attribute(attribute))

/* One kind of resource as "NAME COUNT ". */
static inline void add_resource(struct nlattr *entry, char *text, size_t room)
{
	void *end = (char *)entry + entry->nla_len;
	const char *name = "?";
	struct nlattr *one;
	__u64 count = 0;

	for_each_attribute(one, entry + 1, end) {
		if (one->nla_type == RDMA_NLDEV_ATTR_RES_SUMMARY_ENTRY_NAME)
			name = (char *)(one + 1);
		if (one->nla_type == RDMA_NLDEV_ATTR_RES_SUMMARY_ENTRY_CURR)
			memcpy(&count, one + 1, sizeof(count));
	}
	snprintf(text + strlen(text), room - strlen(text), "%s %llu ", name,
		 (unsigned long long)count);
}

/* The summary of one device; true if it is ours. */
static inline bool read_device(struct nlmsghdr *head, char *text, size_t room)
{
	void *end = (char *)head + head->nlmsg_len;
	struct nlattr *one, *entry;
	bool ours = false;

	text[0] = 0;
	for_each_attribute(one, NLMSG_DATA(head), end) {
		int type = one->nla_type & NLA_TYPE_MASK;

		if (type == RDMA_NLDEV_ATTR_DEV_NAME)
			ours = !strcmp((char *)(one + 1), rdma_name);
		if (type == RDMA_NLDEV_ATTR_RES_SUMMARY)
			for_each_attribute(entry, one + 1,
					   (char *)one + one->nla_len)
				add_resource(entry, text, room);
	}
	return ours;
}

/* What "rdma resource" would say. */
static inline void read_resources(char *text, size_t room)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct nlmsghdr request = {
		.nlmsg_len = NLMSG_HDRLEN,
		.nlmsg_type = RDMA_NL_GET_TYPE(RDMA_NL_NLDEV,
					       RDMA_NLDEV_CMD_RES_GET),
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
	};
	static __u64 reply[2048];
	struct nlmsghdr *head;
	bool found = false;
	ssize_t left;
	int sock;

	sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_RDMA);
	check(sock >= 0);
	check(sendto(sock, &request, sizeof(request), 0, (void *)&kernel,
		     sizeof(kernel)) > 0);
	for (;;) {
		left = recv(sock, reply, sizeof(reply), 0);
		check(left > 0);
		for (head = (void *)reply; NLMSG_OK(head, left);
		     head = NLMSG_NEXT(head, left)) {
			if (head->nlmsg_type == NLMSG_DONE)
				goto done;
			check(head->nlmsg_type != NLMSG_ERROR);
			if (!found)
				found = read_device(head, text, room);
		}
	}
done:
	close(sock);
	check(found);
}

static inline struct held held(void)
{
	struct held now = {};
	int fd;

	read_resources(now.resources, sizeof(now.resources));
	now.pinned = pinned_kb();
	for (fd = 0; fd < 1024; fd++)
		now.descriptors += fcntl(fd, F_GETFD) >= 0;
	return now;
}

static inline void same_held(const char *after, struct held before)
{
	struct held now = held();

	if (strcmp(now.resources, before.resources) ||
	    now.pinned != before.pinned ||
	    now.descriptors != before.descriptors)
		fail("left after %s: %s%ld kB pinned, %d files; before: %s%ld, %d",
		     after, now.resources, now.pinned, now.descriptors,
		     before.resources, before.pinned, before.descriptors);
}

#endif /* UVERBS_RAW_H */
