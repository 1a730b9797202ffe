// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs -lrdmacm -lpthread
 *
 * uverbs_place DEVICE siw NETDEV ADDRESS ROUNDS: deregister a region, pages of a
 * file, while a message is being placed there: siw keeps it until it is through
 * with the message, and gives it back from where that arrives.  Another thread
 * registers pages of the same file meanwhile.  The device is there.
 */
#include "uverbs.h"
#include "fdinfo.h"
#include <arpa/inet.h>
#include <rdma/rdma_cma.h>

#define LENGTH	(4ul << 20)

/* What the server tells the client when it accepts. */
struct target {
	__u64 address;
	__u32 rkey;
};

static struct sockaddr_in address;
static int source;
static atomic_bool accepted, stop;

static struct rdma_cm_id *id_of(void)
{
	struct rdma_cm_id *id;

	/* Without a channel calls wait for their event. */
	check(!rdma_create_id(NULL, &id, NULL, RDMA_PS_TCP));
	return id;
}

static void make_qp(struct rdma_cm_id *id)
{
	struct ibv_qp_init_attr attr = {
		.qp_type = IBV_QPT_RC,
		.cap = { .max_send_wr = 2, .max_recv_wr = 1,
			 .max_send_sge = 1, .max_recv_sge = 1 },
	};

	check(!rdma_create_qp(id, NULL, &attr));
}

static void end(struct rdma_cm_id *id)
{
	rdma_destroy_qp(id);
	rdma_destroy_id(id);
}

/* Accepts a connection, and takes its target away as soon as it can. */
static void *serve(void *argument)
{
	struct rdma_cm_id *listener = argument, *id;
	struct rdma_conn_param answer = {};
	struct target target;
	long until = now_ms() + PATIENCE * 1000;
	struct ibv_mr *mr;
	char *buffer;

	buffer = mmap(NULL, LENGTH, PROT_READ | PROT_WRITE, MAP_SHARED, source,
		      0);
	check(buffer != MAP_FAILED);
	buffer[0] = 0;
	check(!rdma_get_request(listener, &id));
	make_qp(id);
	mr = ibv_reg_mr(id->pd, buffer, LENGTH,
			IBV_ACCESS_LOCAL_WRITE | IBV_ACCESS_REMOTE_WRITE);
	check(mr);
	target.address = (uintptr_t)buffer;
	target.rkey = mr->rkey;
	answer.private_data = &target;
	answer.private_data_len = sizeof(target);
	check(!rdma_accept(id, &answer));
	accepted = true;

	/* It has begun: the first byte is there. */
	while (!__atomic_load_n(buffer, __ATOMIC_RELAXED))
		check(now_ms() < until);
	check(!ibv_dereg_mr(mr));
	end(id);
	check(!munmap(buffer, LENGTH));
	return NULL;
}

/* Writes a message, which may fail. */
static void place(struct ibv_mr *from, struct rdma_cm_id *id,
		  const struct target *target)
{
	struct ibv_sge sge = {
		.addr = (uintptr_t)from->addr, .length = LENGTH,
		.lkey = from->lkey,
	};
	struct ibv_send_wr *bad, message = {
		.sg_list = &sge, .num_sge = 1, .opcode = IBV_WR_RDMA_WRITE,
		.send_flags = IBV_SEND_SIGNALED,
		.wr.rdma = { target->address, target->rkey },
	};
	long until = now_ms() + PATIENCE * 1000;
	struct ibv_wc done = {};

	check(!ibv_post_send(id->qp, &message, &bad));
	while (!ibv_poll_cq(id->send_cq, 1, &done))
		check(now_ms() < until);
}

static void round_of(struct rdma_cm_id *listener, char *buffer)
{
	struct rdma_conn_param wanted = {};
	struct target target;
	struct rdma_cm_id *id = id_of();
	struct ibv_mr *from;
	pthread_t server;

	accepted = false;
	check(!pthread_create(&server, NULL, serve, listener));
	check(!rdma_resolve_addr(id, NULL, (void *)&address, 2000));
	make_qp(id);
	check(!rdma_resolve_route(id, 2000));
	check(!rdma_connect(id, &wanted));
	check(id->event->param.conn.private_data_len >= sizeof(target));
	memcpy(&target, id->event->param.conn.private_data, sizeof(target));
	from = ibv_reg_mr(id->pd, buffer, LENGTH, IBV_ACCESS_LOCAL_WRITE);
	check(from);
	while (!accepted)
		sleep_ms(1);
	place(from, id, &target);
	check(!pthread_join(server, NULL));
	end(id);
	check(!ibv_dereg_mr(from));
}

/* Registers pages of the file, so that its accounting is never at rest. */
static void *register_always(void *argument)
{
	struct ibv_pd *pd = ibv_alloc_pd(argument);
	char *page;
	struct ibv_mr *mr;

	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, source, 0);
	check(pd && page != MAP_FAILED);
	while (!stop) {
		check(mr = ibv_reg_mr(pd, page, 4096, IBV_ACCESS_LOCAL_WRITE));
		check(!ibv_dereg_mr(mr));
	}
	check(!munmap(page, 4096) && !ibv_dealloc_pd(pd));
	return NULL;
}

int main(int argc, char **argv)
{
	struct rdma_cm_id *listener;
	pthread_t registering;
	char *buffer;
	int fd, i, rounds;

	arguments(argc, argv);
	check(argc > 5);
	rounds = atoi(argv[5]);
	alarm(3 * PATIENCE);
	address.sin_family = AF_INET;
	address.sin_port = htons(7471);
	check(inet_pton(AF_INET, argv[4], &address.sin_addr) == 1);
	check((source = memfd_create("target", MFD_CLOEXEC)) >= 0);
	check(!ftruncate(source, LENGTH));
	check(!posix_memalign((void **)&buffer, 4096, LENGTH));
	memset(buffer, 1, LENGTH);

	listener = id_of();
	check(!rdma_bind_addr(listener, (void *)&address));
	check(!rdma_listen(listener, 1));
	fd = listener->verbs->cmd_fd;
	check(!pthread_create(&registering, NULL, register_always,
			      listener->verbs));
	for (i = 0; i < rounds; i++)
		round_of(listener, buffer);
	stop = true;
	check(!pthread_join(registering, NULL));
	rdma_destroy_id(listener);
	check(info_is(fd, "uverbs-pinned-pages", "0"));
	check(!pinned_of(fd, source));
	return 0;
}
