// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs -lpthread
 *
 * uverbs_abi DEVICE TYPE NETDEV: makes every command there is, rightly and
 * wrongly, by write() and by ioctl(), and prints a transcript: what was called
 * and what came of it.  Two implementations of the same thing print the same.
 * What must hold in any case (contracts, nothing left over) it checks itself.
 */
#include "makers.h"

/* The mock device has everything, so that every command can be made to succeed. */
static bool complete(void)
{
	return !strcmp(rdma_type, "mock");
}

/* A line of the transcript. */
static int told(const char *name, int error)
{
	printf("%s: %s\n", name, error ? strerrorname_np(error) : "done");
	return error;
}

/* A contract: user space relies on just this. */
static void wanted(int error, int got, const char *call)
{
	if (told(call, got) != error)
		fail("%s: error %d, not %d", call, got, error);
}

#define must_be(error, call)	wanted(error, call, #call)

/* FNV, for answers too long to be printed. */
static unsigned int digest(const void *data, size_t size)
{
	const unsigned char *byte = data;
	unsigned int sum = 2166136261u;

	while (size--)
		sum = (sum ^ *byte++) * 16777619u;
	return sum;
}

static void told_answer(const char *name, int error, size_t size)
{
	told(name, error);
	if (!error)
		printf("  %08x\n", digest(good_answer(), size));
}

/* The library probes so, at every open, for whether there is an ioctl(). */
static int probe_ioctl(void)
{
	return invoke_write(IB_USER_VERBS_CMD_DEALLOC_PD, NULL, 0, 0, 0, 0);
}

static int gid_entry(int index, int port)
{
	struct ib_uverbs_attr attr[] = {
		NUMBER(UVERBS_ATTR_QUERY_GID_ENTRY_PORT, __u64, port),
		NUMBER(UVERBS_ATTR_QUERY_GID_ENTRY_GID_INDEX, __u64,
		       index),
		NUMBER(UVERBS_ATTR_QUERY_GID_ENTRY_FLAGS, __u32, 0),
		OUTPUT(UVERBS_ATTR_QUERY_GID_ENTRY_RESP_ENTRY,
		       struct ib_uverbs_gid_entry, 0),
	};

	return IOCTL(UVERBS_OBJECT_DEVICE, UVERBS_METHOD_QUERY_GID_ENTRY, attr);
}

static int gid_table(int size)
{
	struct ib_uverbs_attr attr[] = {
		NUMBER(UVERBS_ATTR_QUERY_GID_TABLE_ENTRY_SIZE, __u64, size),
		NUMBER(UVERBS_ATTR_QUERY_GID_TABLE_FLAGS, __u32, 0),
		{ .attr_id = UVERBS_ATTR_QUERY_GID_TABLE_RESP_ENTRIES,
		  .len = 4 * size, MANDATORY, .data = (uintptr_t)answer },
		OUTPUT(UVERBS_ATTR_QUERY_GID_TABLE_RESP_NUM_ENTRIES, __u64,
		       1024),
	};

	return IOCTL(UVERBS_OBJECT_DEVICE, UVERBS_METHOD_QUERY_GID_TABLE, attr);
}

static int query_port_ioctl(int port)
{
	struct ib_uverbs_attr attr[] = {
		NUMBER(UVERBS_ATTR_QUERY_PORT_PORT_NUM, __u64, port),
		OUTPUT(UVERBS_ATTR_QUERY_PORT_RESP,
		       struct ib_uverbs_query_port_resp_ex, 0),
	};

	return IOCTL(UVERBS_OBJECT_DEVICE, UVERBS_METHOD_QUERY_PORT, attr);
}

static int get_context_ioctl(void)
{
	struct ib_uverbs_attr attr[] = {
		OUTPUT(UVERBS_ATTR_GET_CONTEXT_NUM_COMP_VECTORS, __u32, 0),
		OUTPUT(UVERBS_ATTR_GET_CONTEXT_CORE_SUPPORT, __u64, 8),
	};

	return IOCTL(UVERBS_OBJECT_DEVICE, UVERBS_METHOD_GET_CONTEXT, attr);
}

/* An attribute that the kernel does not know, which it may pass over or not. */
static int unknown_attribute(int flags)
{
	struct ib_uverbs_attr attr[] = {
		NUMBER(UVERBS_ATTR_QUERY_PORT_PORT_NUM, __u64, 1),
		OUTPUT(UVERBS_ATTR_QUERY_PORT_RESP,
		       struct ib_uverbs_query_port_resp_ex, 0),
		{ .attr_id = 33, .flags = flags },
	};

	return IOCTL(UVERBS_OBJECT_DEVICE, UVERBS_METHOD_QUERY_PORT, attr);
}

static int unknown_object(void)
{
	return raw_ioctl(99, 0, NULL, 0);
}

/* The handles of a type. */
static int info_handles(int object)
{
	struct ib_uverbs_attr attr[] = {
		NUMBER(UVERBS_ATTR_INFO_OBJECT_ID, __u64, object),
		OUTPUT(UVERBS_ATTR_INFO_TOTAL_HANDLES, __u32, 0),
		{ .attr_id = UVERBS_ATTR_INFO_HANDLES_LIST, .len = 64,
		  MANDATORY, .data = (uintptr_t)answer + 64 },
	};

	return IOCTL(UVERBS_OBJECT_DEVICE, UVERBS_METHOD_INFO_HANDLES, attr);
}

static void contracts(void)
{
	check((file = raw_device()) >= 0);
	must_be(ENOSPC, probe_ioctl());
	must_be(EPROTONOSUPPORT, unknown_object());
	told("query without a context", query_context());
	told("QUERY_DEVICE without a context",
	     ASK(QUERY_DEVICE, ib_uverbs_query_device));
	must_be(EINVAL, ASK(ALLOC_PD, ib_uverbs_alloc_pd));
	answer = readonly_answer();
	must_be(EFAULT, get_context());
	answer = no_answer();
	must_be(EFAULT, get_context());
	answer = good_answer();
	must_be(0, get_context());
	must_be(EINVAL, get_context());
	told("GET_CONTEXT by ioctl, second", get_context_ioctl());
	must_be(ENOSPC, probe_ioctl());
	must_be(ENODATA, gid_entry(!strcmp(rdma_type, "rxe") ? 100 : 1, 1));
	told("gid_entry", gid_entry(!strcmp(rdma_type, "rxe"), 1));
	told("gid_entry past the end", gid_entry(5000, 1));
	told("gid_entry of no port", gid_entry(0, 77));
	told("gid_table", gid_table(sizeof(struct ib_uverbs_gid_entry)));
	told("gid_table of small entries", gid_table(8));
	must_be(EPROTONOSUPPORT, unknown_attribute(UVERBS_ATTR_F_MANDATORY));
	must_be(0, unknown_attribute(0));
	must_be(EOPNOTSUPP, raw_write(60, "", 0));
	must_be(EOPNOTSUPP, raw_extended(60, "", 0, 0));
	told_answer("QUERY_DEVICE", ASK(QUERY_DEVICE, ib_uverbs_query_device),
		    sizeof(struct ib_uverbs_query_device_resp));
	told_answer("EX_QUERY_DEVICE",
		    ASK_MORE(QUERY_DEVICE, ib_uverbs_ex_query_device), ROOM);
	told_answer("QUERY_PORT",
		    ASK(QUERY_PORT, ib_uverbs_query_port, .port_num = 1),
		    sizeof(struct ib_uverbs_query_port_resp));
	told("QUERY_PORT of none",
	     ASK(QUERY_PORT, ib_uverbs_query_port, .port_num = 9));
	told("query_port_ioctl", query_port_ioctl(1));
	told_answer("query_context", query_context(), 16);
	close(file);

	check((file = raw_device()) >= 0);
	told("GET_CONTEXT by ioctl", get_context_ioctl());
	told("and then by write", get_context());
	close(file);
}

/* Where one command's answer cannot go. */
static const struct fault {
	const char *name;
	void *(*answer)(void);
	bool straddle, header;
} faults[] = {
	{ "nowhere", no_answer, false, false },
	{ "read-only", readonly_answer, false, false },
	{ "driver's only", good_answer, true, false },
	{ "no handle", good_answer, false, true },
};

static int with_fault(const struct fault *fault, int (*call)(__u32 *handle),
		      __u32 *handle)
{
	int ret;

	answer = fault->answer();
	straddle = fault->straddle;
	header_fails = fault->header;
	ret = call(handle);
	answer = good_answer();
	straddle = false;
	header_fails = false;
	return ret;
}

/* Each object comes and goes, and leaves nothing when its answer fails. */
static void test_maker(const struct maker *maker)
{
	struct held before = held();
	__u32 handle, again;
	char name[128];
	size_t i;

	if (told(maker->name, maker->make(&handle))) {
		check(!complete());
		return;
	}
	printf("  handle %u\n", handle);
	snprintf(name, sizeof(name), "%s, destroy", maker->name);
	must_be(0, maker->drop(handle));
	told("again", maker->drop(handle));
	same_held(maker->name, before);
	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		snprintf(name, sizeof(name), "%s, answer %s", maker->name,
			 faults[i].name);
		if (!told(name, with_fault(&faults[i], maker->make, &again)))
			must_be(0, maker->drop(handle));
		same_held(name, before);
		/* The first free handle is still the same. */
		must_be(0, maker->make(&again));
		if (again != handle)
			fail("%s: handle %u, not %u", name, again, handle);
		must_be(0, maker->drop(handle));
	}
}

static void objects(void)
{
	size_t i;

	raw_open();
	make_base();
	for (i = 0; i < ALL_MAKERS; i++)
		test_maker(any_maker(i));
	close(file);
}

/* Commands that destroy have done so, whether the answer comes through or not. */
static __u32 doomed;

static int destroy_doomed_cq(__u32 *unused)
{
	(void)unused;
	return drop_cq(doomed);
}

static int destroy_doomed_qp(__u32 *unused)
{
	(void)unused;
	return drop_qp(doomed);
}

static int destroy_doomed_srq(__u32 *unused)
{
	(void)unused;
	return drop_srq(doomed);
}

static int destroy_doomed_wq(__u32 *unused)
{
	(void)unused;
	return drop_wq(doomed);
}

static int destroy_doomed_cq_ioctl(__u32 *unused)
{
	(void)unused;
	return ioctl_drop_cq(doomed);
}

static int destroy_doomed_qp_ioctl(__u32 *unused)
{
	(void)unused;
	return ioctl_drop_qp(doomed);
}

static int destroy_doomed_srq_ioctl(__u32 *unused)
{
	(void)unused;
	return ioctl_drop_srq(doomed);
}

static int destroy_doomed_wq_ioctl(__u32 *unused)
{
	(void)unused;
	return ioctl_drop_wq(doomed);
}

static void destructions(void)
{
	static const struct maker doom[] = {
		{ "DESTROY_CQ", make_cq, drop_cq },
		{ "DESTROY_QP", make_qp, drop_qp },
		{ "DESTROY_SRQ", make_srq, drop_srq },
		{ "EX_DESTROY_WQ", make_wq, drop_wq },
		{ "CQ_DESTROY", ioctl_cq, ioctl_drop_cq },
		{ "QP_DESTROY", ioctl_qp, ioctl_drop_qp },
		{ "SRQ_DESTROY", ioctl_srq, ioctl_drop_srq },
		{ "WQ_DESTROY", ioctl_wq, ioctl_drop_wq },
	};
	static int (*const destroy_doomed[])(__u32 *) = {
		destroy_doomed_cq, destroy_doomed_qp, destroy_doomed_srq,
		destroy_doomed_wq, destroy_doomed_cq_ioctl,
		destroy_doomed_qp_ioctl, destroy_doomed_srq_ioctl,
		destroy_doomed_wq_ioctl,
	};
	struct held before;
	char name[128];
	size_t i, j;

	raw_open();
	make_base();
	before = held();
	for (i = 0; i < ARRAY_SIZE(doom); i++)
		for (j = 0; j < 2; j++) {
			if (doom[i].make(&doomed)) {
				check(!complete());
				continue;
			}
			snprintf(name, sizeof(name), "%s, answer %s",
				 doom[i].name, faults[j].name);
			told(name, with_fault(&faults[j], destroy_doomed[i],
					      NULL));
			told("again", doom[i].drop(doomed));
			same_held(name, before);
		}
	close(file);
}

static __u32 mr;

static int rereg(__u32 *flags)
{
	return ASK(REREG_MR, ib_uverbs_rereg_mr, .mr_handle = mr,
		   .flags = *flags, .start = (uintptr_t)base.memory,
		   .hca_va = (uintptr_t)base.memory, .length = PAGE,
		   .pd_handle = base.pd,
		   .access_flags = IB_UVERBS_ACCESS_LOCAL_WRITE);
}

static int advise_mr(__u32 pd)
{
	struct ib_uverbs_sge sge = {
		.addr = (uintptr_t)base.memory, .length = PAGE, .lkey = 1,
	};
	struct ib_uverbs_attr attr[] = {
		OBJECT(UVERBS_ATTR_ADVISE_MR_PD_HANDLE, pd),
		NUMBER(UVERBS_ATTR_ADVISE_MR_ADVICE, __u64,
		       IB_UVERBS_ADVISE_MR_ADVICE_PREFETCH),
		NUMBER(UVERBS_ATTR_ADVISE_MR_FLAGS, __u32, 0),
		INPUT(UVERBS_ATTR_ADVISE_MR_SGE_LIST, &sge, sizeof(sge)),
	};

	return IOCTL(UVERBS_OBJECT_MR, UVERBS_METHOD_ADVISE_MR, attr);
}

/* A region takes another translation, access, PD: the handle stays. */
static void regions(void)
{
	struct held before, one;
	__u32 flags, other;
	size_t i;

	raw_open();
	make_base();
	check(!make_mr(&mr));
	one = held();
	for (flags = 0; flags <= 8; flags++) {
		int ret = rereg(&flags);

		printf("flags %u ", flags);
		if (strcmp(rdma_type, "rxe"))
			told_answer("REREG_MR", ret, 8);
		else	/* whose keys are random */
			told("REREG_MR", ret);
		/* Only no change and an unknown one are wrong. */
		check(!complete() || !ret == (flags && flags < 8));
		told("QUERY_MR", query_mr(mr));
		printf("  %08x\n", digest((char *)good_answer() + 16, 16));
	}
	/* With a translation of its own size it holds as much as before. */
	flags = 1;
	for (i = 0; i < 3; i++) {
		printf("%s: ", faults[i].name);
		told("REREG_MR", with_fault(&faults[i], rereg, &flags));
		told("QUERY_MR", query_mr(mr));
	}
	check(!strcmp(held().resources, one.resources));
	/* whoever can do that has put a page in the place of all of it */
	if (complete())
		one.pinned -= (MEMORY - PAGE) / 1024;
	check(held().pinned == one.pinned);
	check(!make_mr(&other));
	printf("  next handle %u\n", other);
	check(!drop_mr(other));
	told("REREG_MR of none", (mr = 4711, rereg(&flags)));
	told("QUERY_MR of none", query_mr(mr));
	told("ADVISE_MR", advise_mr(base.pd));
	told("ADVISE_MR of none", advise_mr(4711));
	close(file);

	raw_open();
	munmap(base.memory, MEMORY);
	make_base();
	before = held();
	check(!make_mr(&mr));
	flags = 1;
	told("REREG_MR", rereg(&flags));
	must_be(0, drop_mr(mr));
	same_held("REREG_MR", before);
	close(file);
}

/* One shared by everybody who has an inode. */
static void shared_domains(void)
{
	__u32 first, second, exclusive;
	int mine, theirs, fd = open(".", O_RDONLY);

	raw_open();
	make_base();
	if (told("OPEN_XRCD shared", make_xrcd_shared(&first))) {
		close(fd);
		close(file);
		return;
	}
	told("exclusively",
	     ASK(OPEN_XRCD, ib_uverbs_open_xrcd, .fd = fd,
		 .oflags = O_CREAT | O_EXCL));
	mine = file;
	raw_open();
	theirs = file;
	told("from another file", make_xrcd_shared(&second));
	must_be(0, (file = mine, drop_xrcd(first)));
	told("closed here, there without O_CREAT",
	     (file = theirs, ASK(OPEN_XRCD, ib_uverbs_open_xrcd, .fd = fd)));
	exclusive = ANSWER(ib_uverbs_open_xrcd_resp)->xrcd_handle;
	must_be(0, drop_xrcd(exclusive));
	must_be(0, drop_xrcd(second));
	told("closed everywhere",
	     ASK(OPEN_XRCD, ib_uverbs_open_xrcd, .fd = fd));
	told("of no file", ASK(OPEN_XRCD, ib_uverbs_open_xrcd, .fd = 999,
			       .oflags = O_CREAT));
	close(mine);
	close(theirs);
	close(fd);
}

struct two_receives {
	__u64 response;
	__u32 qp_handle, wr_count, sge_count, wqe_size;
	struct ib_uverbs_recv_wr wr[2];
	struct ib_uverbs_sge sge[2];
};

struct two_sends {
	__u64 response;
	__u32 qp_handle, wr_count, sge_count, wqe_size;
	struct ib_uverbs_send_wr wr[2];
	struct ib_uverbs_sge sge[2];
};

/* Posts COUNT work requests by write(), as rdma-core does for few drivers. */
static int post_receives(unsigned int command, __u32 handle, int count)
{
	struct two_receives post = {
		.response = (uintptr_t)answer, .qp_handle = handle,
		.wr_count = count, .sge_count = count,
		.wqe_size = sizeof(post.wr[0]),
		.wr = { { .num_sge = 1 }, { .num_sge = 1 } },
	};

	if (count == 1)
		memmove(&post.wr[1], post.sge, sizeof(post.sge));
	return raw_write(command, &post, offsetof(struct two_receives, wr) +
			 count * (sizeof(post.wr[0]) + sizeof(post.sge[0])));
}

static int post_sends(__u32 handle, int count, int opcode)
{
	struct two_sends post = {
		.response = (uintptr_t)answer, .qp_handle = handle,
		.wr_count = count, .sge_count = count,
		.wqe_size = sizeof(post.wr[0]),
		.wr = { { .num_sge = 1, .opcode = opcode },
			{ .num_sge = 1, .opcode = opcode } },
	};

	if (count == 1)
		memmove(&post.wr[1], post.sge, sizeof(post.sge));
	return raw_write(IB_USER_VERBS_CMD_POST_SEND, &post,
			 offsetof(struct two_sends, wr) +
			 count * (sizeof(post.wr[0]) + sizeof(post.sge[0])));
}

static int modify_qp(__u32 qp, int state)
{
	return TELL(MODIFY_QP, ib_uverbs_modify_qp, .qp_handle = qp,
		    .attr_mask = IBV_QP_STATE | IBV_QP_PKEY_INDEX |
				 IBV_QP_PORT | IBV_QP_ACCESS_FLAGS,
		    .qp_state = state, .port_num = 1);
}

/* What uses() does, and whether it was done to any object. */
static struct {
	const char *name;
	bool done;
} calls[40];

static int used(const char *name, int error)
{
	size_t i = 0;

	while (calls[i].name && strcmp(calls[i].name, name))
		check(++i < ARRAY_SIZE(calls));
	calls[i].name = name;
	calls[i].done |= !error;
	return told(name, error);
}

static void used_answer(const char *name, int error, size_t size)
{
	if (!used(name, error))
		printf("  %08x\n", digest(good_answer(), size));
}

/* Nothing is always refused: that would be the same with any object layer. */
static void all_used(void)
{
	int missing = 0;
	size_t i;

	for (i = 0; calls[i].name; i++)
		if (!calls[i].done) {
			fprintf(stderr, "%s was never done\n", calls[i].name);
			missing++;
		}
	check(!missing);
}

static int resize_cq(__u32 cq)
{
	return ASK(RESIZE_CQ, ib_uverbs_resize_cq, .cq_handle = cq, .cqe = 8);
}

static int poll_cq(__u32 cq)
{
	return ASK(POLL_CQ, ib_uverbs_poll_cq, .cq_handle = cq, .ne = 2);
}

static int modify_qp_more(__u32 qp)
{
	return ASK_MORE(MODIFY_QP, ib_uverbs_ex_modify_qp,
			.base = { .qp_handle = qp });
}

static int query_qp(__u32 qp)
{
	return ASK(QUERY_QP, ib_uverbs_query_qp, .qp_handle = qp,
		   .attr_mask = 1);
}

static int query_srq(__u32 srq)
{
	return ASK(QUERY_SRQ, ib_uverbs_query_srq, .srq_handle = srq);
}

static int read_counters(__u32 counters)
{
	struct ib_uverbs_attr attr[] = {
		OBJECT(UVERBS_ATTR_READ_COUNTERS_HANDLE, counters),
		{ .attr_id = UVERBS_ATTR_READ_COUNTERS_BUFF, .len = 64,
		  MANDATORY, .data = (uintptr_t)answer },
		NUMBER(UVERBS_ATTR_READ_COUNTERS_FLAGS, __u32, 0),
	};

	return IOCTL(UVERBS_OBJECT_COUNTERS, UVERBS_METHOD_COUNTERS_READ, attr);
}

/* What is done with objects, each once; HANDLE is taken for all of them. */
static void uses(__u32 handle, const char *what)
{
	int count;

	printf("with %s:\n", what);
	used("RESIZE_CQ", resize_cq(handle));
	used("POLL_CQ", poll_cq(handle));
	used("REQ_NOTIFY_CQ", TELL(REQ_NOTIFY_CQ, ib_uverbs_req_notify_cq,
				   .cq_handle = handle));
	used("EX_MODIFY_CQ", TELL_MORE(MODIFY_CQ, ib_uverbs_ex_modify_cq,
				       .cq_handle = handle, .attr_mask = 1,
				       .attr = { 1, 1 }));
	used("MODIFY_QP", modify_qp(handle, IBV_QPS_INIT));
	used("EX_MODIFY_QP", modify_qp_more(handle));
	used("QUERY_QP", query_qp(handle));
	for (count = 1; count <= 2; count++) {
		used("POST_SEND", post_sends(handle, count, IB_UVERBS_WR_SEND));
		used("POST_SEND, read",
		     post_sends(handle, count, IB_UVERBS_WR_RDMA_READ));
		used("POST_RECV", post_receives(IB_USER_VERBS_CMD_POST_RECV,
						handle, count));
		used("POST_SRQ_RECV",
		     post_receives(IB_USER_VERBS_CMD_POST_SRQ_RECV, handle,
				   count));
	}
	used("ATTACH_MCAST", TELL(ATTACH_MCAST, ib_uverbs_attach_mcast,
				  .gid = { 0xff, 0x0e, [15] = 1 },
				  .qp_handle = handle, .mlid = 0xc001));
	used("ATTACH_MCAST again", TELL(ATTACH_MCAST, ib_uverbs_attach_mcast,
					.gid = { 0xff, 0x0e, [15] = 1 },
					.qp_handle = handle, .mlid = 0xc001));
	used("DETACH_MCAST", TELL(DETACH_MCAST, ib_uverbs_detach_mcast,
				  .gid = { 0xff, 0x0e, [15] = 1 },
				  .qp_handle = handle, .mlid = 0xc001));
	/* Nobody is member any more. */
	told("DETACH_MCAST again", TELL(DETACH_MCAST, ib_uverbs_detach_mcast,
					.gid = { 0xff, 0x0e, [15] = 1 },
					.qp_handle = handle, .mlid = 0xc001));
	used("MODIFY_SRQ", TELL(MODIFY_SRQ, ib_uverbs_modify_srq,
				.srq_handle = handle, .attr_mask = 2,
				.srq_limit = 2));
	used_answer("QUERY_SRQ", query_srq(handle), 16);
	used("OPEN_QP", ASK(OPEN_QP, ib_uverbs_open_qp, .pd_handle = handle,
			    .qpn = base.qpn,
			    .qp_type = IB_UVERBS_QPT_XRC_TGT));
	used("EX_MODIFY_WQ", TELL_MORE(MODIFY_WQ, ib_uverbs_ex_modify_wq,
				       .wq_handle = handle, .attr_mask = 1,
				       .wq_state = 1));
	used_answer("COUNTERS_READ", read_counters(handle), 64);
	used("QUERY_MR", query_mr(handle));
	used("ADVISE_MR", advise_mr(handle));
	used("INFO_HANDLES", info_handles(UVERBS_OBJECT_PD));
	if (strcmp(rdma_type, "rxe")) {
		struct ib_uverbs_attr pair[] = {
			OBJECT(MOCK_ATTR_HANDLE, handle),
			OBJECT(MOCK_ATTR_SECOND, base.pd),
			NUMBER(MOCK_ATTR_NUMBER, __u32, 0),
		};

		used("PAIR", IOCTL(MOCK_OBJECT, MOCK_METHOD_PAIR, pair));
	}
}

/* Every object is used as if it were of any type. */
static void handles(void)
{
	__u32 handle, theirs = 0, gone;
	char name[128];
	int mine, other, j;
	size_t i;

	raw_open();
	make_base();
	for (i = 0; i < ARRAY_SIZE(makers); i++) {
		if (makers[i].make(&handle)) {
			check(!complete());
			continue;
		}
		snprintf(name, sizeof(name), "one of %s", makers[i].name);
		uses(handle, name);
		/* A descriptor has the number of another object's handle. */
		for (j = 0; j < (int)ARRAY_SIZE(makers); j++)
			if (makers[i].drop != drop_fd &&
			    makers[j].drop != makers[i].drop &&
			    makers[j].drop != drop_fd) {
				printf("as of %s ", makers[j].name);
				told("destroy", makers[j].drop(handle));
			}
		/* Some have two ways, and are gone. */
		told("destroy", makers[i].drop(handle));
	}
	uses(base.pd, "the PD in use");
	uses(base.xrcd, "the domain of a QP");
	if (!make_counted_flow(&handle)) {
		uses(base.counters, "the counters of a flow");
		must_be(EBUSY, drop_counters(base.counters));
		must_be(EBUSY, drop_action(base.action));
		must_be(0, drop_flow(handle));
	}
	if (!make_table_qp(&handle)) {
		must_be(EBUSY, drop_rwq_table(base.rwq_table));
		must_be(EBUSY, drop_wq(base.wq));
		must_be(0, drop_qp(handle));
	}
	if (complete())
		all_used();
	told("DEALLOC_PD in use", drop_pd(base.pd));
	told("DESTROY_CQ in use", drop_cq(base.cq));

	check(!make_pd(&gone) && !drop_pd(gone));
	mine = file;
	raw_open();
	other = file;
	while (theirs < 40)
		check(!make_pd(&theirs));
	file = mine;
	uses(gone, "a destroyed one");
	uses(theirs, "another file's");
	uses(4711, "none");
	uses(~0u, "the last number");
	for (i = 0; i < ALL_MAKERS; i++) {
		const struct maker *maker = any_maker(i);

		if (maker->drop == drop_fd)
			continue;
		printf("as of %s ", maker->name);
		told("destroyed", maker->drop(gone));
		told("another file's", maker->drop(theirs));
		told("none", maker->drop(4711));
		told("the last number", maker->drop(~0u));
	}
	close(other);
	close(file);
}

/* What asks, and neither makes nor destroys anything. */
static int ask_device(__u32 unused)
{
	(void)unused;
	return ASK(QUERY_DEVICE, ib_uverbs_query_device);
}

static int ask_device_more(__u32 unused)
{
	(void)unused;
	return ASK_MORE(QUERY_DEVICE, ib_uverbs_ex_query_device);
}

static int ask_port(__u32 port)
{
	return ASK(QUERY_PORT, ib_uverbs_query_port, .port_num = port);
}

static int ask_port_ioctl(__u32 port)
{
	return query_port_ioctl(port);
}

static int ask_context(__u32 unused)
{
	(void)unused;
	return query_context();
}

static int ask_gid_entry(__u32 port)
{
	return gid_entry(!strcmp(rdma_type, "rxe"), port);
}

static int ask_gid_table(__u32 unused)
{
	(void)unused;
	return gid_table(sizeof(struct ib_uverbs_gid_entry));
}

static int ask_handles(__u32 type)
{
	return info_handles(type);
}

static int (*asking)(__u32 of_what);
static __u32 asked_of;

static int ask(__u32 *unused)
{
	(void)unused;
	return asking(asked_of);
}

static int post_send(__u32 handle)
{
	return post_sends(handle, 1, IB_UVERBS_WR_SEND);
}

static int post_recv(__u32 handle)
{
	return post_receives(IB_USER_VERBS_CMD_POST_RECV, handle, 1);
}

static int post_srq_recv(__u32 handle)
{
	return post_receives(IB_USER_VERBS_CMD_POST_SRQ_RECV, handle, 1);
}

/* An answer that cannot be given leaves nothing, and can be asked for again. */
static void answers(void)
{
	__u32 pd = UVERBS_OBJECT_PD, port = 1, srq = 0, flow;
	const struct {
		const char *name;
		int (*ask)(__u32 of_what);
		const __u32 *of_what;
	} asked[] = {
		{ "RESIZE_CQ", resize_cq, &base.cq },
		{ "POLL_CQ", poll_cq, &base.cq },
		{ "EX_MODIFY_QP", modify_qp_more, &base.qp },
		{ "QUERY_QP", query_qp, &base.qp },
		{ "QUERY_SRQ", query_srq, &srq },
		{ "COUNTERS_READ", read_counters, &base.counters },
		{ "QUERY_MR", query_mr, &mr },
		{ "QUERY_DEVICE", ask_device, &port },
		{ "EX_QUERY_DEVICE", ask_device_more, &port },
		{ "QUERY_PORT", ask_port, &port },
		{ "QUERY_PORT by ioctl", ask_port_ioctl, &port },
		{ "QUERY_CONTEXT", ask_context, &port },
		{ "QUERY_GID_ENTRY", ask_gid_entry, &port },
		{ "QUERY_GID_TABLE", ask_gid_table, &port },
		{ "INFO_HANDLES", ask_handles, &pd },
		{ "POST_SEND", post_send, &base.qp },
		{ "POST_RECV", post_recv, &base.qp },
		{ "POST_SRQ_RECV", post_srq_recv, &srq },
	};
	/* The mock's queues do not fill up. */
	size_t count = ARRAY_SIZE(asked) - (complete() ? 0 : 3);
	struct held before;
	char name[128];
	size_t i, j;
	int ret;

	raw_open();
	make_base();
	check(!make_mr(&mr) && !make_srq(&srq));
	if (make_counted_flow(&flow))
		check(!complete());
	before = held();
	for (i = 0; i < count; i++) {
		asking = asked[i].ask;
		asked_of = *asked[i].of_what;
		if (told(asked[i].name, ask(NULL))) {
			check(!complete());
			continue;
		}
		for (j = 0; j < ARRAY_SIZE(faults); j++) {
			snprintf(name, sizeof(name), "%s, answer %s",
				 asked[i].name, faults[j].name);
			ret = told(name, with_fault(&faults[j], ask, NULL));
			/* The other two are nothing to some. */
			check(j > 1 || ret == EFAULT);
			same_held(name, before);
			must_be(0, ask(NULL));
		}
	}
	close(file);
}

/* Who imports a context and its objects has not made them. */
static void imported(void)
{
	pid_t child;
	__u32 own;
	int ret, status;

	raw_open();
	make_base();
	check(!make_mr(&mr));
	fflush(stdout);
	child = fork();
	check(child >= 0);
	if (!child) {
		ret = told("QUERY_CONTEXT", query_context());
		check(!ret || !complete());
		must_be(0, query_mr(mr));
		/* By write() it has no right to. */
		must_be(EACCES, make_mr(&own));
		by_ioctl = true;
		must_be(0, make_mr(&own));
		check(pinned_kb() == MEMORY / 1024);
		must_be(0, drop_mr(own));
		check(!pinned_kb());
		/* Its pages stay when it has ended. */
		must_be(0, make_mr(&own));
		fflush(stdout);
		_exit(0);
	}
	check(waitpid(child, &status, 0) == child && !status);
	close(file);
}

/* Channels: what is none, what is another file's, what is closed. */
static int cq_with_channel(__u32 channel)
{
	return ASK(CREATE_CQ, ib_uverbs_create_cq, .cqe = 4,
		   .comp_channel = channel);
}

static void channels(void)
{
	__u32 channel, async, theirs, cq;
	int mine, other;

	raw_open();
	make_base();
	check(!make_channel(&channel));
	check(!ioctl_async(&async));
	mine = file;
	raw_open();
	other = file;
	check(!make_channel(&theirs));
	file = mine;
	must_be(0, cq_with_channel(channel));
	cq = ANSWER(ib_uverbs_create_cq_resp)->cq_handle;
	told("another file's", cq_with_channel(theirs));
	told("an async file", cq_with_channel(async));
	told("a uverbs file", cq_with_channel(file));
	told("none", cq_with_channel(999));
	told("negative", cq_with_channel(-5));
	/* The CQ keeps the channel, whatever the process does. */
	must_be(0, drop_fd(channel));
	told("a closed one", cq_with_channel(channel));
	must_be(0, drop_cq(cq));
	close(async);
	close(other);
	close(theirs);
	close(file);
}

/* The driver's objects may lie anywhere; the numbers run out. */
static void all_handles(void)
{
	struct ib_uverbs_attr fill[] = {
		NUMBER(MOCK_ATTR_NUMBER, __u32, 1),
	};
	struct held before;
	__u32 handle;
	size_t i;
	int ret;

	if (!strcmp(rdma_type, "rxe"))
		return;
	raw_open();
	make_base();
	before = held();
	ret = told("FILL", IOCTL(MOCK_OBJECT, MOCK_METHOD_FILL, fill));
	/* The only reason: a kernel whose xarrays have no entries for many. */
	check(!ret || ret == EOPNOTSUPP);
	if (ret) {
		close(file);
		return;
	}
	for (i = 0; i < ALL_MAKERS; i++) {
		const struct maker *maker = any_maker(i);

		printf("all in use: ");
		ret = told(maker->name, maker->make(&handle));
		if (maker->drop == drop_fd) {
			check(!ret);
			must_be(0, maker->drop(handle));
		} else {
			check(ret == EBUSY);
		}
		same_held(maker->name, before);
	}
	fill[0].data = 0;
	must_be(0, IOCTL(MOCK_OBJECT, MOCK_METHOD_FILL, fill));
	must_be(0, make_pd(&handle));
	must_be(0, drop_pd(handle));
	close(file);
}

/* What a transcript says of many calls: NAME TIMES NAME TIMES ... */
static int last_error;
static int last_times;

static void told_often(int error)
{
	if (error != last_error && last_times) {
		printf(" %s %d", last_error ? strerrorname_np(last_error) :
		       "done", last_times);
		last_times = 0;
	}
	last_error = error;
	last_times++;
}

static void told_all(void)
{
	told_often(-1);
	printf("\n");
	last_times = 0;
}

/* What is done by chance does not count as done. */
static bool guessing;

/* What no program sends: every number, in every size. */
static void strange_writes(void)
{
	static const __u8 fills[] = { 0, 1, 0xff };
	static const int sizes[] = { 0, 8, 16, 64, 256 };
	unsigned int command, fill, size;
	char body[256];

	guessing = true;
	for (command = 0; command < 64; command++) {
		raw_open();
		printf("write %u:", command);
		for (fill = 0; fill < ARRAY_SIZE(fills); fill++)
			for (size = 0; size < ARRAY_SIZE(sizes); size++) {
				memset(body, fills[fill], sizeof(body));
				told_often(raw_extended(command, body,
							sizes[size],
							(uintptr_t)answer));
				memcpy(body, &answer, sizeof(answer));
				told_often(raw_write(command, body,
						     sizes[size]));
			}
		told_all();
		close(file);
	}
}

static void strange_ioctls(void)
{
	static const int lengths[] = { 0, 1, 4, 8, 64 };
	int object, method, id;
	size_t i;

	guessing = true;
	for (object = 0; object < 20; object++) {
		raw_open();
		for (method = 0; method < 10; method++) {
			printf("ioctl %d.%d:", object, method);
			told_often(raw_ioctl(object, method, NULL, 0));
			for (id = 0; id < 16; id++)
				for (i = 0; i < ARRAY_SIZE(lengths); i++) {
					struct ib_uverbs_attr attr[] = { {
						.attr_id = id, MANDATORY,
						.len = lengths[i],
						.data = lengths[i] > 8 ?
							(uintptr_t)answer : 0,
					} };

					told_often(IOCTL(object, method, attr));
				}
			told_all();
		}
		close(file);
	}
}

#define COMMANDS	64
#define OBJECTS		20
#define METHODS		16

/* What is known of a command, by all scenes: the kernel has it, it was done. */
struct tally {
	bool known, done;
};

static struct tallies {
	struct tally write[COMMANDS], extended[COMMANDS];
	struct tally ioctl[OBJECTS][METHODS];
} *tallies;

static void tally(struct tally *one, bool known, int error)
{
	one->known |= known;
	one->done |= !error && !guessing;
}

/* Of a number that is none, too, some headers are refused first. */
static void tally_write(unsigned int command, int error)
{
	unsigned int number = command & ~IB_USER_VERBS_CMD_FLAG_EXTENDED;

	if (number < COMMANDS)
		tally(number == command ? &tallies->write[number] :
					  &tallies->extended[number],
		      error != EOPNOTSUPP && error != EINVAL, error);
}

static void tally_ioctl(int object, int method, int error)
{
	if (object < OBJECTS && method < METHODS)
		tally(&tallies->ioctl[object][method],
		      error != EPROTONOSUPPORT, error);
}

static void tally_begin(void)
{
	tallies = mmap(NULL, sizeof(*tallies), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	check(tallies != MAP_FAILED);
	on_write = tally_write;
	on_ioctl = tally_ioctl;
}

static void tally_told(const char *kind, int number, const struct tally *one,
		       int *known, int *missing)
{
	*known += one->known;
	if (!one->known || one->done)
		return;
	++*missing;
	printf("never done: %s %d\n", kind, number);
}

/*
 * An error shows nothing of what a command does: each that the kernel has must
 * have been done.
 */
static void tally_end(void)
{
	int i, j, known = 0, missing = 0;
	char kind[32];

	for (i = 0; i < COMMANDS; i++) {
		tally_told("write", i, &tallies->write[i], &known, &missing);
		tally_told("extended", i, &tallies->extended[i], &known,
			   &missing);
	}
	for (i = 0; i < OBJECTS; i++)
		for (j = 0; j < METHODS; j++) {
			snprintf(kind, sizeof(kind), "ioctl %d.", i);
			tally_told(kind, j, &tallies->ioctl[i][j], &known,
				   &missing);
		}
	printf("%d commands and methods\n", known);
	if (complete() && (missing || known < 60))
		fail("%d of %d commands and methods were never done", missing,
		     known);
}

static const struct {
	const char *name;
	void (*run)(void);
	/* what write() can do goes by ioctl() */
	bool by_ioctl;
} scenes[] = {
	{ "contracts", contracts, false },
	{ "objects", objects, false },
	{ "objects by ioctl()", objects, true },
	{ "destructions", destructions, false },
	{ "destructions by ioctl()", destructions, true },
	{ "regions", regions, false },
	{ "regions by ioctl()", regions, true },
	{ "shared_domains", shared_domains, false },
	{ "handles", handles, false },
	{ "answers", answers, false },
	{ "answers by ioctl()", answers, true },
	{ "imported", imported, false },
	{ "channels", channels, false },
	{ "channels by ioctl()", channels, true },
	{ "all_handles", all_handles, false },
	{ "all_handles by ioctl()", all_handles, true },
	{ "strange_writes", strange_writes, false },
	{ "strange_ioctls", strange_ioctls, false },
};

int main(int argc, char **argv)
{
	size_t i;
	int status;

	arguments(argc, argv);
	tally_begin();
	for (i = 0; i < ARRAY_SIZE(scenes); i++) {
		printf("== %s\n", scenes[i].name);
		fflush(stdout);
		/* Each in a process of its own: with the same descriptors. */
		if (!fork()) {
			raw_init();
			by_ioctl = scenes[i].by_ioctl;
			scenes[i].run();
			fflush(stdout);
			_exit(0);
		}
		check(wait(&status) > 0);
		if (status)
			fail("%s: status %#x", scenes[i].name, status);
	}
	tally_end();
	return 0;
}
