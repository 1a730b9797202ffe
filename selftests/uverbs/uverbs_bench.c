// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs -lpthread
 *
 * uverbs_bench DEVICE TYPE NETDEV [MILLISECONDS [PROFILE]]: how many pairs of
 * creation and destruction a second, by one thread and by two on one file, and how
 * often rxe's doorbell can be rung.  Of a file with many memory regions: how often
 * it can be asked for the handles of its PDs, how many pairs of those a thread makes
 * while another one asks, and how many regions a second close() releases.  The
 * device is there.  A line is NAME THREADS RATE.
 *
 * With PROFILE, which has a line "waits COUNT ..." as tracefs' kprobe_profile: only
 * what two threads do, and for each thousand waits, not a second.
 */
#include "raw.h"

#define REGIONS	50000

static struct ibv_context *context;
static struct ibv_pd *pd;
static char *buffer;
static atomic_bool stop;
/* where waits are counted, or NULL: what counts is time */
static const char *profile;

static struct ibv_ah_attr ah_attr = {
	.is_global = 1, .port_num = 1,
	.grh = { .sgid_index = 1, .hop_limit = 1 },
};

static void pair_pd(void)
{
	struct ibv_pd *made = ibv_alloc_pd(context);

	check(made && !ibv_dealloc_pd(made));
}

static void pair_ah(void)
{
	struct ibv_ah *made = ibv_create_ah(pd, &ah_attr);

	check(made && !ibv_destroy_ah(made));
}

static void pair_mr(void)
{
	struct ibv_mr *made = ibv_reg_mr(pd, buffer, 4096,
					 IBV_ACCESS_LOCAL_WRITE);

	check(made && !ibv_dereg_mr(made));
}

static void pair_cq(void)
{
	struct ibv_cq *made = ibv_create_cq(context, 1, NULL, NULL, 0);

	check(made && !ibv_destroy_cq(made));
}

static void pair_mw(void)
{
	struct ibv_mw *made = ibv_alloc_mw(pd, IBV_MW_TYPE_2);

	check(made && !ibv_dealloc_mw(made));
}

static void pair_channel(void)
{
	struct ibv_comp_channel *made = ibv_create_comp_channel(context);

	check(made && !ibv_destroy_comp_channel(made));
}

static struct ibv_qp *qp;

/* A UD QP sends without a peer. */
static void make_qp(void)
{
	struct ibv_cq *cq = ibv_create_cq(context, 1, NULL, NULL, 0);
	struct ibv_qp_init_attr init = {
		.send_cq = cq, .recv_cq = cq, .qp_type = IBV_QPT_UD,
		.cap = { .max_send_wr = 1, .max_recv_wr = 1,
			 .max_send_sge = 1, .max_recv_sge = 1 },
	};
	struct ibv_qp_attr attr = { .qp_state = IBV_QPS_INIT, .port_num = 1 };

	check(cq && (qp = ibv_create_qp(pd, &init)));
	check(!ibv_modify_qp(qp, &attr, IBV_QP_STATE | IBV_QP_PKEY_INDEX |
			     IBV_QP_PORT | IBV_QP_QKEY));
	attr.qp_state = IBV_QPS_RTR;
	check(!ibv_modify_qp(qp, &attr, IBV_QP_STATE));
	attr.qp_state = IBV_QPS_RTS;
	check(!ibv_modify_qp(qp, &attr, IBV_QP_STATE | IBV_QP_SQ_PSN));
}

/* What the library writes when it has put a request into the queue itself. */
static void ring(void)
{
	struct ib_uverbs_post_send_resp response;
	struct {
		struct ib_uverbs_cmd_hdr header;
		struct ib_uverbs_post_send command;
	} request = {
		.header = {
			.command = IB_USER_VERBS_CMD_POST_SEND,
			.in_words = sizeof(request) / 4,
			.out_words = sizeof(response) / 4,
		},
		.command = {
			.response = (uintptr_t)&response,
			.qp_handle = qp->handle,
			.wqe_size = sizeof(struct ib_uverbs_send_wr),
		},
	};

	check(write(context->cmd_fd, &request, sizeof(request)) ==
	      sizeof(request));
}

static void *work(void *argument)
{
	void (*pair)(void) = argument;
	long done = 0;

	while (!stop) {
		pair();
		done++;
	}
	return (void *)done;
}

static long waits_so_far(void)
{
	FILE *from = fopen(profile, "r");
	long count = -1;
	char line[256];

	check(from);
	while (count < 0 && fgets(line, sizeof(line), from))
		sscanf(line, " waits %ld", &count);
	check(!fclose(from) && count >= 0);
	return count;
}

/* What a second thread does is counted if it does the same. */
static void measure(const char *name, void (*pair)(void),
		    void (*second)(void), long ms)
{
	int i, threads = second ? 2 : 1;
	pthread_t thread[2];
	long begin, took, all = 0;
	void *done;

	if (profile && !second)
		return;
	stop = false;
	begin = profile ? waits_so_far() : now_ms();
	for (i = 0; i < threads; i++)
		check(!pthread_create(&thread[i], NULL, work,
				      i ? second : pair));
	sleep_ms(ms);
	stop = true;
	for (i = 0; i < threads; i++) {
		check(!pthread_join(thread[i], &done));
		if (!i || second == pair)
			all += (long)done;
	}
	/* of either at least one */
	took = (profile ? waits_so_far() : now_ms()) - begin;
	printf("%s %d %ld\n", name, threads, all * 1000 / (took ?: 1));
}

static void ask_handles(void)
{
	__u32 handles[4], total;
	struct ib_uverbs_attr attr[] = {
		NUMBER(UVERBS_ATTR_INFO_OBJECT_ID, __u64, UVERBS_OBJECT_PD),
		INPUT(UVERBS_ATTR_INFO_TOTAL_HANDLES, &total, sizeof(total)),
		INPUT(UVERBS_ATTR_INFO_HANDLES_LIST, handles, sizeof(handles)),
	};

	check(!own_ioctl(UVERBS_OBJECT_DEVICE, UVERBS_METHOD_INFO_HANDLES, attr,
			 ARRAY_SIZE(attr)));
	check(total == 1 || total == 2);
}

/* The library would destroy none of them: neither does a program that dies. */
static void measure_full(long ms)
{
	struct ibv_pd *full_pd;
	long begin;
	int i;

	check((context = device_open()));
	full_pd = ibv_alloc_pd(context);
	check(full_pd);
	for (i = 0; i < REGIONS; i++)
		check(ibv_reg_mr(full_pd, buffer, 4096, 0));
	file = context->cmd_fd;
	measure("handles", ask_handles, NULL, ms);
	measure("pd-asked", pair_pd, ask_handles, ms);
	begin = now_ms();
	check(!close(context->async_fd) && !close(context->cmd_fd));
	if (profile)
		return;
	printf("close 1 %ld\n", REGIONS * 1000l / (now_ms() - begin + 1));
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*pair)(void);
	} pairs[] = {
		{ "pd", pair_pd },
		{ "ah", pair_ah },
		{ "mr", pair_mr },
		{ "cq", pair_cq },
		{ "mw", pair_mw },
		{ "channel", pair_channel },
		{ "doorbell", ring },
	};
	unsigned int i;
	long ms;

	arguments(argc, argv);
	ms = argc > 4 ? atol(argv[4]) : 1000;
	profile = argc > 5 ? argv[5] : NULL;
	buffer = aligned_alloc(4096, 4096);
	check(buffer);
	check((context = device_open()) && (pd = ibv_alloc_pd(context)));
	check(!ibv_query_gid(context, 1, 1, &ah_attr.grh.dgid));
	make_qp();
	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		measure(pairs[i].name, pairs[i].pair, NULL, ms);
		measure(pairs[i].name, pairs[i].pair, pairs[i].pair, ms);
	}
	measure_full(ms);
	if (profile && !waits_so_far())
		fail("not one wait was counted: this machine waits otherwise");
	return 0;
}
