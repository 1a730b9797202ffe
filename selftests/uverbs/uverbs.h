/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the programs that use verbs share: a device that they make and remove
 * themselves, everything that can be held on it, and checks that end the
 * program with what went wrong.
 */
#ifndef UVERBS_TEST_H
#define UVERBS_TEST_H

#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <infiniband/verbs.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Emulated machines are slow: only a hang takes longer. */
#define PATIENCE	60
/* What is done at once takes less, on a kernel without debugging. */
#define PROMPT_MS	10000

#define fail(...) do { \
	fprintf(stderr, "%s:%d: ", __FILE__, __LINE__); \
	fprintf(stderr, __VA_ARGS__); \
	fprintf(stderr, "\n"); \
	exit(1); \
} while (0)

#define check(condition) do { \
	if (!(condition)) \
		fail("%s (errno: %s)", #condition, strerror(errno)); \
} while (0)

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

static const char *rdma_name, *rdma_type, *net_name;

static inline long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline void sleep_ms(long ms)
{
	usleep(ms * 1000);
}

/* What a debug kernel's time is divided by, as the runner of tests says. */
static inline int slow(void)
{
	const char *told = getenv("SLOW");

	return told ? atoi(told) : 1;
}

/* Runs a command; a hang is killed, its status is what wait() says. */
static inline int run(const char *command)
{
	char bounded[512];

	snprintf(bounded, sizeof(bounded), "timeout -k 5 %d %s", PATIENCE,
		 command);
	return system(bounded);
}

static inline struct ibv_context *device_open(void)
{
	struct ibv_device **list = ibv_get_device_list(NULL);
	struct ibv_context *context = NULL;
	int i;

	for (i = 0; list && list[i]; i++)
		if (!strcmp(ibv_get_device_name(list[i]), rdma_name))
			context = ibv_open_device(list[i]);
	if (list)
		ibv_free_device_list(list);
	return context;
}

/*
 * How the device goes: by itself, or as REMOVAL says, with its "network" device
 * or with its "driver".
 */
static inline bool removal_is(const char *how)
{
	const char *wanted = getenv("REMOVAL");

	return !strcmp(how, wanted ? wanted : "link");
}

static inline const char *driver_name(void)
{
	return !strcmp(rdma_type, "rxe") ? "rdma_rxe" : rdma_type;
}

static inline bool net_there(void)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/class/net/%s", net_name);
	return !access(path, F_OK);
}

/* What the last removal has taken along. */
static inline void device_prepare(void)
{
	static const char * const commands[] = {
		"ip link add %s type dummy", "ip addr add 10.60.0.1/24 dev %s",
		"ip link set %s up",
	};
	char command[256];
	size_t i;

	if (!net_there())
		for (i = 0; i < ARRAY_SIZE(commands); i++) {
			snprintf(command, sizeof(command), commands[i],
				 net_name);
			check(!run(command));
		}
	snprintf(command, sizeof(command), "modprobe %s", driver_name());
	check(!run(command));
}

/* Makes the device and waits until it can be opened. */
static inline void device_add(void)
{
	long until = now_ms() + PATIENCE * 1000;
	struct ibv_context *context;
	char command[256];

	if (getenv("REMOVAL"))
		device_prepare();
	snprintf(command, sizeof(command),
		 "rdma link add %s type %s netdev %s", rdma_name, rdma_type,
		 net_name);
	check(!run(command));
	while (!(context = device_open())) {
		check(now_ms() < until);
		sleep_ms(20);
	}
	ibv_close_device(context);
}

static inline bool device_there(void)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/class/infiniband/%s", rdma_name);
	return !access(path, F_OK);
}

/* What somebody else than ib_uverbs or rdma_ucm makes a removal wait for. */
static long may_wait_ms;

/* Removes it, promptly; returns how long that took. */
static inline long device_remove(void)
{
	long begin = now_ms(), took;
	char command[256];

	if (removal_is("network"))
		snprintf(command, sizeof(command), "ip link delete %s",
			 net_name);
	else if (removal_is("driver"))
		snprintf(command, sizeof(command), "rmmod %s", driver_name());
	else
		snprintf(command, sizeof(command), "rdma link delete %s",
			 rdma_name);
	if (run(command))
		fail("%s has not gone", rdma_name);
	/* With its network device, somewhat later. */
	while (device_there()) {
		check(now_ms() < begin + PATIENCE * 1000);
		sleep_ms(5);
	}
	took = now_ms() - begin;
	if (took > (PROMPT_MS + may_wait_ms) * slow())
		fail("%s took %ld ms to go", rdma_name, took);
	return took;
}

/* The character device, without the library. */
static inline int device_open_raw(void)
{
	struct ibv_device **list = ibv_get_device_list(NULL);
	char path[128] = "";
	int i;

	for (i = 0; list && list[i]; i++)
		if (!strcmp(ibv_get_device_name(list[i]), rdma_name))
			snprintf(path, sizeof(path), "/dev/infiniband/%s",
				 list[i]->dev_name);
	if (list)
		ibv_free_device_list(list);
	return open(path, O_RDWR | O_CLOEXEC);
}

/* Until nobody can open the device any more: the removal has come so far. */
static inline void wait_until_closed(int (*open_device)(void))
{
	long until = now_ms() + PATIENCE * 1000;
	int fd;

	while ((fd = open_device()) >= 0) {
		close(fd);
		check(now_ms() < until);
		sleep_ms(10);
	}
}

static inline void wait_for_removal(void)
{
	wait_until_closed(device_open_raw);
}

/* One of each that soft drivers have. */
struct everything {
	struct ibv_context *context;
	struct ibv_comp_channel *channel;
	struct ibv_pd *pd;
	struct ibv_mr *mr;
	struct ibv_cq *cq;
	struct ibv_srq *srq;
	struct ibv_qp *qp;
	char *buffer;
};

#define BUFFER	(64 * 1024)

static inline bool hold_more(struct everything *e)
{
	struct ibv_srq_init_attr srq_attr = {
		.attr = { .max_wr = 16, .max_sge = 1 },
	};
	struct ibv_qp_init_attr qp_attr = {
		.qp_type = IBV_QPT_RC,
		.cap = { .max_send_wr = 16, .max_recv_wr = 16,
			 .max_send_sge = 1, .max_recv_sge = 1 },
	};

	e->channel = ibv_create_comp_channel(e->context);
	if (!e->channel)
		return false;
	e->pd = ibv_alloc_pd(e->context);
	if (!e->pd)
		return false;
	e->mr = ibv_reg_mr(e->pd, e->buffer, BUFFER, IBV_ACCESS_LOCAL_WRITE);
	if (!e->mr)
		return false;
	e->cq = ibv_create_cq(e->context, 16, NULL, e->channel, 0);
	if (!e->cq)
		return false;
	e->srq = ibv_create_srq(e->pd, &srq_attr);
	if (!e->srq)
		return false;
	qp_attr.send_cq = e->cq;
	qp_attr.recv_cq = e->cq;
	e->qp = ibv_create_qp(e->pd, &qp_attr);
	return e->qp;
}

static inline struct everything *hold(void)
{
	struct everything *e = calloc(1, sizeof(*e));

	check(e);
	e->buffer = mmap(NULL, BUFFER, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(e->buffer != MAP_FAILED);
	check(e->context = device_open());
	check(hold_more(e));
	return e;
}

/* What the library does not mind, before or after a removal. */
static inline void drop(struct everything *e)
{
	if (e->qp)
		ibv_destroy_qp(e->qp);
	if (e->srq)
		ibv_destroy_srq(e->srq);
	if (e->cq)
		ibv_destroy_cq(e->cq);
	if (e->mr)
		ibv_dereg_mr(e->mr);
	if (e->pd)
		ibv_dealloc_pd(e->pd);
	if (e->channel)
		ibv_destroy_comp_channel(e->channel);
	e->qp = NULL;
	e->srq = NULL;
	e->cq = NULL;
	e->mr = NULL;
	e->pd = NULL;
	e->channel = NULL;
}

static inline void drop_all(struct everything *e)
{
	drop(e);
	ibv_close_device(e->context);
	munmap(e->buffer, BUFFER);
	free(e);
}

/* How much of this process is pinned. */
static inline long pinned_kb(void)
{
	FILE *status = fopen("/proc/self/status", "r");
	long pinned = -1;
	char line[256];

	check(status);
	while (fgets(line, sizeof(line), status))
		sscanf(line, "VmPin: %ld", &pinned);
	fclose(status);
	check(pinned >= 0);
	return pinned;
}

/* The areas that this process has mapped from a uverbs file. */
struct area {
	char *start;
	size_t size;
};

static inline int areas(struct area *area, int room)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	unsigned long start, end;
	char line[512];
	int found = 0;

	check(maps);
	while (fgets(line, sizeof(line), maps)) {
		if (!strstr(line, "/dev/infiniband/uverbs") ||
		    sscanf(line, "%lx-%lx", &start, &end) != 2)
			continue;
		check(found < room);
		area[found].start = (char *)start;
		area[found++].size = end - start;
	}
	fclose(maps);
	return found;
}

/*
 * A device that has gone shows zeroes; asked before anything is written.  That
 * goes to a page which all areas of a file share: so is a page that the driver
 * had left empty told from it.  No other process may write meanwhile.
 */
static inline void zeroes(const struct area *area, int found)
{
	char *shared = area[0].start;
	size_t at;
	int i;

	for (i = 0; i < found; i++)
		for (at = 0; at < area[i].size; at++)
			if (area[i].start[at])
				fail("area %d shows 0x%x at %zu", i,
				     (unsigned char)area[i].start[at], at);
	__atomic_store_n(shared, 'z', __ATOMIC_SEQ_CST);
	for (i = 0; i < found; i++)
		for (at = 0; at < area[i].size; at += 4096)
			if (__atomic_load_n(area[i].start + at,
					    __ATOMIC_SEQ_CST) != 'z')
				fail("area %d has a page of its own at %zu", i,
				     at);
	__atomic_store_n(shared, 0, __ATOMIC_SEQ_CST);
}

/* It takes what is written. */
static inline void touch(const struct area *area)
{
	size_t at;

	for (at = 0; at < area->size; at += 4096) {
		char *byte = area->start + at;

		__atomic_fetch_add(byte, 1, __ATOMIC_RELAXED);
		__atomic_store_n(byte, 0, __ATOMIC_RELAXED);
	}
}

static inline void arguments(int argc, char **argv)
{
	if (argc < 4) {
		fprintf(stderr, "usage: %s DEVICE TYPE NETDEV [...]\n",
			argv[0]);
		exit(2);
	}
	rdma_name = argv[1];
	rdma_type = argv[2];
	net_name = argv[3];
	setvbuf(stdout, NULL, _IOLBF, 0);
}

#endif /* UVERBS_TEST_H */
