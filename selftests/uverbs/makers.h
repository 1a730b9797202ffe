/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every way to create a user object, by the smallest command that does it, and
 * the way to destroy it again.
 */
#ifndef UVERBS_MAKERS_H
#define UVERBS_MAKERS_H

#include "mock_abi.h"
#include "raw.h"

/* What other objects stand on: handles in the file. */
static struct {
	__u32 pd, cq, qp, wq, rwq_table, xrcd, dm, counters, action;
	/* not a handle: the number of a QP of the XRC domain */
	__u32 qpn;
	char *memory;
} base;

#define MEMORY	(4 * PAGE)

static int make_pd(__u32 *handle)
{
	int ret = ASK(ALLOC_PD, ib_uverbs_alloc_pd);

	*handle = ANSWER(ib_uverbs_alloc_pd_resp)->pd_handle;
	return ret;
}

static int drop_pd(__u32 handle)
{
	return TELL(DEALLOC_PD, ib_uverbs_dealloc_pd, .pd_handle = handle);
}

static int make_mr(__u32 *handle)
{
	int ret = ASK(REG_MR, ib_uverbs_reg_mr, .start = (uintptr_t)base.memory,
		      .hca_va = (uintptr_t)base.memory, .length = MEMORY,
		      .pd_handle = base.pd,
		      .access_flags = IB_UVERBS_ACCESS_LOCAL_WRITE);

	*handle = ANSWER(ib_uverbs_reg_mr_resp)->mr_handle;
	return ret;
}

static int drop_mr(__u32 handle)
{
	return TELL(DEREG_MR, ib_uverbs_dereg_mr, .mr_handle = handle);
}

static int make_mw(__u32 *handle)
{
	int ret = ASK(ALLOC_MW, ib_uverbs_alloc_mw, .pd_handle = base.pd,
		      .mw_type = 2);

	*handle = ANSWER(ib_uverbs_alloc_mw_resp)->mw_handle;
	return ret;
}

static int drop_mw(__u32 handle)
{
	return TELL(DEALLOC_MW, ib_uverbs_dealloc_mw, .mw_handle = handle);
}

static int make_channel(__u32 *handle)
{
	int ret = ASK(CREATE_COMP_CHANNEL, ib_uverbs_create_comp_channel);

	*handle = ANSWER(ib_uverbs_create_comp_channel_resp)->fd;
	return ret;
}

static int drop_fd(__u32 handle)
{
	return close(handle) ? errno : 0;
}

static int make_cq(__u32 *handle)
{
	int ret = ASK(CREATE_CQ, ib_uverbs_create_cq, .cqe = 4,
		      .comp_channel = -1);

	*handle = ANSWER(ib_uverbs_create_cq_resp)->cq_handle;
	return ret;
}

static int drop_cq(__u32 handle)
{
	return ASK(DESTROY_CQ, ib_uverbs_destroy_cq, .cq_handle = handle);
}

static int make_cq_more(__u32 *handle)
{
	int ret = ASK_MORE(CREATE_CQ, ib_uverbs_ex_create_cq, .cqe = 4,
			   .comp_channel = -1);

	*handle = ANSWER(ib_uverbs_ex_create_cq_resp)->base.cq_handle;
	return ret;
}

static int make_ah(__u32 *handle)
{
	struct ib_uverbs_ah_attr attr = {
		.dlid = 1, .is_global = 1, .port_num = 1,
		.grh = { .sgid_index = !strcmp(rdma_type, "rxe"),
			 .hop_limit = 1,
			 .dgid = { [10] = 0xff, 0xff, 10, 60, 0, 1 } },
	};
	int ret;

	ret = ASK(CREATE_AH, ib_uverbs_create_ah, .pd_handle = base.pd,
		  .attr = attr);
	*handle = ANSWER(ib_uverbs_create_ah_resp)->ah_handle;
	return ret;
}

static int drop_ah(__u32 handle)
{
	return TELL(DESTROY_AH, ib_uverbs_destroy_ah, .ah_handle = handle);
}

static int make_qp(__u32 *handle)
{
	int ret = ASK(CREATE_QP, ib_uverbs_create_qp, .pd_handle = base.pd,
		      .send_cq_handle = base.cq, .recv_cq_handle = base.cq,
		      .max_send_wr = 4, .max_recv_wr = 4, .max_send_sge = 1,
		      .max_recv_sge = 1, .qp_type = IB_UVERBS_QPT_RC);

	*handle = ANSWER(ib_uverbs_create_qp_resp)->qp_handle;
	return ret;
}

static int drop_qp(__u32 handle)
{
	return ASK(DESTROY_QP, ib_uverbs_destroy_qp, .qp_handle = handle);
}

static int make_qp_more(__u32 *handle)
{
	int ret = ASK_MORE(CREATE_QP, ib_uverbs_ex_create_qp,
			   .pd_handle = base.pd, .send_cq_handle = base.cq,
			   .recv_cq_handle = base.cq, .max_send_wr = 4,
			   .max_recv_wr = 4, .max_send_sge = 1,
			   .max_recv_sge = 1, .qp_type = IB_UVERBS_QPT_UD);

	*handle = ANSWER(ib_uverbs_ex_create_qp_resp)->base.qp_handle;
	return ret;
}

static int make_srq(__u32 *handle)
{
	int ret = ASK(CREATE_SRQ, ib_uverbs_create_srq, .pd_handle = base.pd,
		      .max_wr = 4, .max_sge = 1);

	*handle = ANSWER(ib_uverbs_create_srq_resp)->srq_handle;
	return ret;
}

static int drop_srq(__u32 handle)
{
	return ASK(DESTROY_SRQ, ib_uverbs_destroy_srq, .srq_handle = handle);
}

#define ib_uverbs_create_xsrq_resp	ib_uverbs_create_srq_resp
#define ib_uverbs_open_qp_resp		ib_uverbs_create_qp_resp

static int make_xsrq(__u32 *handle)
{
	int ret = ASK(CREATE_XSRQ, ib_uverbs_create_xsrq,
		      .srq_type = IB_UVERBS_SRQT_XRC, .pd_handle = base.pd,
		      .max_wr = 4, .max_sge = 1, .xrcd_handle = base.xrcd,
		      .cq_handle = base.cq);

	*handle = ANSWER(ib_uverbs_create_srq_resp)->srq_handle;
	return ret;
}

static int make_xrcd(__u32 *handle)
{
	int ret = ASK(OPEN_XRCD, ib_uverbs_open_xrcd, .fd = -1,
		      .oflags = O_CREAT);

	*handle = ANSWER(ib_uverbs_open_xrcd_resp)->xrcd_handle;
	return ret;
}

/* One that all who have this file can open. */
static int make_xrcd_shared(__u32 *handle)
{
	int shared = open(".", O_RDONLY), ret;

	check(shared >= 0);
	ret = ASK(OPEN_XRCD, ib_uverbs_open_xrcd, .fd = shared,
		  .oflags = O_CREAT);
	*handle = ANSWER(ib_uverbs_open_xrcd_resp)->xrcd_handle;
	close(shared);
	return ret;
}

/* A QP of an XRC domain has no PD, and whoever has the domain can open it. */
static int make_target_qp(__u32 *handle)
{
	int ret = ASK(CREATE_QP, ib_uverbs_create_qp, .pd_handle = base.xrcd,
		      .qp_type = IB_UVERBS_QPT_XRC_TGT);

	*handle = ANSWER(ib_uverbs_create_qp_resp)->qp_handle;
	return ret;
}

static int make_opened_qp(__u32 *handle)
{
	int ret = ASK(OPEN_QP, ib_uverbs_open_qp, .pd_handle = base.xrcd,
		      .qpn = base.qpn, .qp_type = IB_UVERBS_QPT_XRC_TGT);

	*handle = ANSWER(ib_uverbs_open_qp_resp)->qp_handle;
	return ret;
}

static int drop_xrcd(__u32 handle)
{
	return TELL(CLOSE_XRCD, ib_uverbs_close_xrcd, .xrcd_handle = handle);
}

static int make_wq(__u32 *handle)
{
	int ret = ASK_MORE(CREATE_WQ, ib_uverbs_ex_create_wq,
			   .pd_handle = base.pd, .cq_handle = base.cq,
			   .max_wr = 4, .max_sge = 1);

	*handle = ANSWER(ib_uverbs_ex_create_wq_resp)->wq_handle;
	return ret;
}

static int drop_wq(__u32 handle)
{
	return ASK_MORE(DESTROY_WQ, ib_uverbs_ex_destroy_wq,
			.wq_handle = handle);
}

struct rwq_table {
	__u32 comp_mask, log_size, wq[2];
};

static int make_rwq_table(__u32 *handle)
{
	int ret = ASK_MORE(CREATE_RWQ_IND_TBL, rwq_table, .log_size = 1,
			   .wq = { base.wq, base.wq });

	*handle = ANSWER(ib_uverbs_ex_create_rwq_ind_table_resp)->ind_tbl_handle;
	return ret;
}

static int drop_rwq_table(__u32 handle)
{
	return TELL_MORE(DESTROY_RWQ_IND_TBL, ib_uverbs_ex_destroy_rwq_ind_table,
			 .ind_tbl_handle = handle);
}

/* Receives through a table of WQs, and sends nothing. */
static int make_table_qp(__u32 *handle)
{
	int ret = ASK_MORE(CREATE_QP, ib_uverbs_ex_create_qp,
			   .pd_handle = base.pd,
			   .qp_type = IB_UVERBS_QPT_RAW_PACKET,
			   .comp_mask = IB_UVERBS_CREATE_QP_MASK_IND_TABLE,
			   .rwq_ind_tbl_handle = base.rwq_table);

	*handle = ANSWER(ib_uverbs_ex_create_qp_resp)->base.qp_handle;
	return ret;
}

struct one_flow {
	struct ib_uverbs_create_flow flow;
	struct ib_uverbs_flow_spec_eth eth;
};

#define ETH_SIZE	sizeof(struct ib_uverbs_flow_spec_eth)

/* Flows steer into raw packets only. */
static int make_raw_qp(__u32 *handle)
{
	int ret = ASK(CREATE_QP, ib_uverbs_create_qp, .pd_handle = base.pd,
		      .send_cq_handle = base.cq, .recv_cq_handle = base.cq,
		      .max_send_wr = 4, .max_recv_wr = 4, .max_send_sge = 1,
		      .max_recv_sge = 1, .qp_type = IB_UVERBS_QPT_RAW_PACKET);

	*handle = ANSWER(ib_uverbs_create_qp_resp)->qp_handle;
	return ret;
}

static int make_flow(__u32 *handle)
{
	int ret = ASK_MORE(CREATE_FLOW, one_flow, .flow = {
			.qp_handle = base.qp, .flow_attr = {
				.size = ETH_SIZE,
				.num_of_specs = 1, .port = 1 } },
			   .eth = { .type = 0x20, .size = ETH_SIZE });

	*handle = ANSWER(ib_uverbs_create_flow_resp)->flow_handle;
	return ret;
}

struct counted_flow {
	struct ib_uverbs_create_flow flow;
	struct ib_uverbs_flow_spec_eth eth;
	struct ib_uverbs_flow_spec_action_handle action;
	struct ib_uverbs_flow_spec_action_count count;
};

#define SPECS_SIZE	(sizeof(struct counted_flow) - \
			 sizeof(struct ib_uverbs_create_flow))

/* Takes two other objects: only what a flow counts into can be read. */
static int make_counted_flow(__u32 *handle)
{
	int ret = ASK_MORE(CREATE_FLOW, counted_flow, .flow = {
			.qp_handle = base.qp, .flow_attr = {
				.size = SPECS_SIZE,
				.num_of_specs = 3, .port = 1 } },
			   .eth = { .type = 0x20, .size = ETH_SIZE },
			   .action = { .type = IBV_FLOW_SPEC_ACTION_HANDLE,
				       .size = sizeof(struct ib_uverbs_flow_spec_action_handle),
				       .handle = base.action },
			   .count = { .type = IBV_FLOW_SPEC_ACTION_COUNT,
				      .size = sizeof(struct ib_uverbs_flow_spec_action_count),
				      .handle = base.counters });

	*handle = ANSWER(ib_uverbs_create_flow_resp)->flow_handle;
	return ret;
}

static int drop_flow(__u32 handle)
{
	return TELL_MORE(DESTROY_FLOW, ib_uverbs_destroy_flow,
			 .flow_handle = handle);
}

/* The same by ioctl(). */
static int destroy(int object, int method, int attr_id, __u32 handle)
{
	struct ib_uverbs_attr attr[] = { OBJECT(attr_id, handle) };

	return IOCTL(object, method, attr);
}

/* With an answer. */
static int destroy_told(int object, int method, int attr_id, int answer_id,
			size_t size, __u32 handle)
{
	struct ib_uverbs_attr attr[] = {
		OBJECT(attr_id, handle),
		{ .attr_id = answer_id, .len = size, MANDATORY,
		  .data = (uintptr_t)answer },
	};

	return IOCTL(object, method, attr);
}

#define DROP_BY_IOCTL(name, TYPE) \
	static int ioctl_drop_##name(__u32 handle) \
	{ \
		return destroy(UVERBS_OBJECT_##TYPE, \
			       UVERBS_METHOD_##TYPE##_DESTROY, \
			       UVERBS_ATTR_DESTROY_##TYPE##_HANDLE, handle); \
	}
#define DROP_TOLD_BY_IOCTL(name, TYPE, answer_type) \
	static int ioctl_drop_##name(__u32 handle) \
	{ \
		return destroy_told(UVERBS_OBJECT_##TYPE, \
				    UVERBS_METHOD_##TYPE##_DESTROY, \
				    UVERBS_ATTR_DESTROY_##TYPE##_HANDLE, \
				    UVERBS_ATTR_DESTROY_##TYPE##_RESP, \
				    sizeof(answer_type), handle); \
	}

DROP_BY_IOCTL(pd, PD)
DROP_BY_IOCTL(mw, MW)
DROP_BY_IOCTL(ah, AH)
DROP_BY_IOCTL(xrcd, XRCD)
DROP_BY_IOCTL(rwq_table, RWQ_IND_TBL)
DROP_BY_IOCTL(flow, FLOW)
DROP_TOLD_BY_IOCTL(cq, CQ, struct ib_uverbs_destroy_cq_resp)
DROP_TOLD_BY_IOCTL(qp, QP, struct ib_uverbs_destroy_qp_resp)
DROP_TOLD_BY_IOCTL(srq, SRQ, struct ib_uverbs_destroy_srq_resp)
DROP_TOLD_BY_IOCTL(wq, WQ, __u32)

/* The channel, which comes last, is optional: -1 for none. */
static int ioctl_cq_on(int channel, __u32 *handle)
{
	struct ib_uverbs_attr attr[] = {
		OBJECT(UVERBS_ATTR_CREATE_CQ_HANDLE, 0),
		NUMBER(UVERBS_ATTR_CREATE_CQ_CQE, __u32, 4),
		NUMBER(UVERBS_ATTR_CREATE_CQ_USER_HANDLE, __u64, 1),
		NUMBER(UVERBS_ATTR_CREATE_CQ_COMP_VECTOR, __u32, 0),
		OUTPUT(UVERBS_ATTR_CREATE_CQ_RESP_CQE, __u32, 0),
		{ .attr_id = UVERBS_ATTR_UHW_OUT, .len = 64,
		  .data = (uintptr_t)good_answer() + 512 },
		OBJECT(UVERBS_ATTR_CREATE_CQ_COMP_CHANNEL, channel),
	};
	int ret = raw_ioctl(UVERBS_OBJECT_CQ, UVERBS_METHOD_CQ_CREATE, attr,
			    ARRAY_SIZE(attr) - (channel < 0));

	*handle = attr[0].data;
	return ret;
}

static int ioctl_cq(__u32 *handle)
{
	return ioctl_cq_on(-1, handle);
}

static int ioctl_qp(__u32 *handle)
{
	struct ib_uverbs_qp_cap cap = {
		.max_send_wr = 4, .max_recv_wr = 4,
		.max_send_sge = 1, .max_recv_sge = 1,
	};
	struct ib_uverbs_attr attr[] = {
		OBJECT(UVERBS_ATTR_CREATE_QP_HANDLE, 0),
		OBJECT(UVERBS_ATTR_CREATE_QP_PD_HANDLE, base.pd),
		OBJECT(UVERBS_ATTR_CREATE_QP_SEND_CQ_HANDLE, base.cq),
		OBJECT(UVERBS_ATTR_CREATE_QP_RECV_CQ_HANDLE, base.cq),
		NUMBER(UVERBS_ATTR_CREATE_QP_USER_HANDLE, __u64, 1),
		INPUT(UVERBS_ATTR_CREATE_QP_CAP, &cap, sizeof(cap)),
		NUMBER(UVERBS_ATTR_CREATE_QP_TYPE, __u64, IB_UVERBS_QPT_RC),
		OUTPUT(UVERBS_ATTR_CREATE_QP_RESP_CAP, cap, 0),
		OUTPUT(UVERBS_ATTR_CREATE_QP_RESP_QP_NUM, __u32, 64),
		{ .attr_id = UVERBS_ATTR_UHW_OUT, .len = 64,
		  .data = (uintptr_t)good_answer() + 512 },
	};
	int ret = IOCTL(UVERBS_OBJECT_QP, UVERBS_METHOD_QP_CREATE, attr);

	*handle = attr[0].data;
	return ret;
}

static int ioctl_srq(__u32 *handle)
{
	struct ib_uverbs_attr attr[] = {
		OBJECT(UVERBS_ATTR_CREATE_SRQ_HANDLE, 0),
		OBJECT(UVERBS_ATTR_CREATE_SRQ_PD_HANDLE, base.pd),
		NUMBER(UVERBS_ATTR_CREATE_SRQ_USER_HANDLE, __u64, 1),
		NUMBER(UVERBS_ATTR_CREATE_SRQ_MAX_WR, __u32, 4),
		NUMBER(UVERBS_ATTR_CREATE_SRQ_MAX_SGE, __u32, 1),
		NUMBER(UVERBS_ATTR_CREATE_SRQ_LIMIT, __u32, 0),
		NUMBER(UVERBS_ATTR_CREATE_SRQ_TYPE, __u64,
		       IB_UVERBS_SRQT_BASIC),
		OUTPUT(UVERBS_ATTR_CREATE_SRQ_RESP_MAX_WR, __u32, 0),
		OUTPUT(UVERBS_ATTR_CREATE_SRQ_RESP_MAX_SGE, __u32, 8),
		{ .attr_id = UVERBS_ATTR_UHW_OUT, .len = 64,
		  .data = (uintptr_t)good_answer() + 512 },
	};
	int ret = IOCTL(UVERBS_OBJECT_SRQ, UVERBS_METHOD_SRQ_CREATE, attr);

	*handle = attr[0].data;
	return ret;
}

/* The CQ, which comes last, is optional to the method's description. */
static int ioctl_wq_with(int cqs, __u32 *handle)
{
	struct ib_uverbs_attr attr[] = {
		OBJECT(UVERBS_ATTR_CREATE_WQ_HANDLE, 0),
		OBJECT(UVERBS_ATTR_CREATE_WQ_PD_HANDLE, base.pd),
		NUMBER(UVERBS_ATTR_CREATE_WQ_USER_HANDLE, __u64, 1),
		NUMBER(UVERBS_ATTR_CREATE_WQ_TYPE, __u64, IB_UVERBS_WQT_RQ),
		NUMBER(UVERBS_ATTR_CREATE_WQ_MAX_WR, __u32, 4),
		NUMBER(UVERBS_ATTR_CREATE_WQ_MAX_SGE, __u32, 1),
		NUMBER(UVERBS_ATTR_CREATE_WQ_FLAGS, __u32, 0),
		OUTPUT(UVERBS_ATTR_CREATE_WQ_RESP_MAX_WR, __u32, 0),
		OUTPUT(UVERBS_ATTR_CREATE_WQ_RESP_MAX_SGE, __u32, 8),
		OUTPUT(UVERBS_ATTR_CREATE_WQ_RESP_WQ_NUM, __u32, 16),
		OBJECT(UVERBS_ATTR_CREATE_WQ_CQ_HANDLE, base.cq),
	};
	int ret = raw_ioctl(UVERBS_OBJECT_WQ, UVERBS_METHOD_WQ_CREATE, attr,
			    ARRAY_SIZE(attr) - 1 + cqs);

	*handle = attr[0].data;
	return ret;
}

static int ioctl_wq(__u32 *handle)
{
	return ioctl_wq_with(1, handle);
}

static int ioctl_dm(__u32 *handle)
{
	struct ib_uverbs_attr attr[] = {
		OBJECT(UVERBS_ATTR_ALLOC_DM_HANDLE, 0),
		NUMBER(UVERBS_ATTR_ALLOC_DM_LENGTH, __u64, PAGE),
		NUMBER(UVERBS_ATTR_ALLOC_DM_ALIGNMENT, __u32, 6),
	};
	int ret = IOCTL(UVERBS_OBJECT_DM, UVERBS_METHOD_DM_ALLOC, attr);

	*handle = attr[0].data;
	return ret;
}

static int drop_dm(__u32 handle)
{
	return destroy(UVERBS_OBJECT_DM, UVERBS_METHOD_DM_FREE,
		       UVERBS_ATTR_FREE_DM_HANDLE, handle);
}

static int ioctl_dm_mr(__u32 *handle)
{
	struct ib_uverbs_attr attr[] = {
		OBJECT(UVERBS_ATTR_REG_DM_MR_HANDLE, 0),
		NUMBER(UVERBS_ATTR_REG_DM_MR_OFFSET, __u64, 0),
		NUMBER(UVERBS_ATTR_REG_DM_MR_LENGTH, __u64, 64),
		OBJECT(UVERBS_ATTR_REG_DM_MR_PD_HANDLE, base.pd),
		NUMBER(UVERBS_ATTR_REG_DM_MR_ACCESS_FLAGS, __u32,
		       IB_UVERBS_ACCESS_ZERO_BASED),
		OBJECT(UVERBS_ATTR_REG_DM_MR_DM_HANDLE, base.dm),
		OUTPUT(UVERBS_ATTR_REG_DM_MR_RESP_LKEY, __u32, 0),
		OUTPUT(UVERBS_ATTR_REG_DM_MR_RESP_RKEY, __u32, 8),
	};
	int ret = IOCTL(UVERBS_OBJECT_MR, UVERBS_METHOD_DM_MR_REG, attr);

	*handle = attr[0].data;
	return ret;
}

static int ioctl_dmabuf_mr(__u32 *handle)
{
	struct ib_uverbs_attr attr[] = {
		OBJECT(UVERBS_ATTR_REG_DMABUF_MR_HANDLE, 0),
		OBJECT(UVERBS_ATTR_REG_DMABUF_MR_PD_HANDLE, base.pd),
		NUMBER(UVERBS_ATTR_REG_DMABUF_MR_OFFSET, __u64, 0),
		NUMBER(UVERBS_ATTR_REG_DMABUF_MR_LENGTH, __u64, PAGE),
		NUMBER(UVERBS_ATTR_REG_DMABUF_MR_IOVA, __u64, 0),
		NUMBER(UVERBS_ATTR_REG_DMABUF_MR_FD, __u32, 0),
		NUMBER(UVERBS_ATTR_REG_DMABUF_MR_ACCESS_FLAGS, __u32,
		       IB_UVERBS_ACCESS_LOCAL_WRITE),
		OUTPUT(UVERBS_ATTR_REG_DMABUF_MR_RESP_LKEY, __u32, 0),
		OUTPUT(UVERBS_ATTR_REG_DMABUF_MR_RESP_RKEY, __u32, 8),
	};
	int ret = IOCTL(UVERBS_OBJECT_MR, UVERBS_METHOD_REG_DMABUF_MR, attr);

	*handle = attr[0].data;
	return ret;
}

static int ioctl_drop_mr(__u32 handle)
{
	return destroy(UVERBS_OBJECT_MR, UVERBS_METHOD_MR_DESTROY,
		       UVERBS_ATTR_DESTROY_MR_HANDLE, handle);
}

/* Commands that do nothing but make an object of a type. */
static int create(int object, int method, int attr_id, __u32 *handle)
{
	struct ib_uverbs_attr attr[] = { OBJECT(attr_id, 0) };
	int ret = IOCTL(object, method, attr);

	*handle = attr[0].data;
	return ret;
}

static int ioctl_counters(__u32 *handle)
{
	return create(UVERBS_OBJECT_COUNTERS, UVERBS_METHOD_COUNTERS_CREATE,
		      UVERBS_ATTR_CREATE_COUNTERS_HANDLE, handle);
}

static int drop_counters(__u32 handle)
{
	return destroy(UVERBS_OBJECT_COUNTERS, UVERBS_METHOD_COUNTERS_DESTROY,
		       UVERBS_ATTR_DESTROY_COUNTERS_HANDLE, handle);
}

static int ioctl_async(__u32 *handle)
{
	return create(UVERBS_OBJECT_ASYNC_EVENT, UVERBS_METHOD_ASYNC_EVENT_ALLOC,
		      UVERBS_ATTR_ASYNC_EVENT_ALLOC_FD_HANDLE, handle);
}

static int ioctl_action(__u32 *handle)
{
	return create(MOCK_OBJECT, MOCK_METHOD_ACTION, MOCK_ATTR_HANDLE,
		      handle);
}

static int drop_action(__u32 handle)
{
	return destroy(UVERBS_OBJECT_FLOW_ACTION,
		       UVERBS_METHOD_FLOW_ACTION_DESTROY,
		       UVERBS_ATTR_DESTROY_FLOW_ACTION_HANDLE, handle);
}

static int ioctl_own(__u32 *handle)
{
	return create(MOCK_OBJECT, MOCK_METHOD_CREATE, MOCK_ATTR_HANDLE,
		      handle);
}

static int drop_own(__u32 handle)
{
	return destroy(MOCK_OBJECT, MOCK_METHOD_DESTROY, MOCK_ATTR_HANDLE,
		       handle);
}

struct maker {
	const char *name;
	int (*make)(__u32 *handle);
	int (*drop)(__u32 handle);
};

static const struct maker makers[] = {
	{ "ALLOC_PD", make_pd, drop_pd },
	{ "REG_MR", make_mr, drop_mr },
	{ "ALLOC_MW", make_mw, drop_mw },
	{ "CREATE_COMP_CHANNEL", make_channel, drop_fd },
	{ "CREATE_CQ", make_cq, drop_cq },
	{ "EX_CREATE_CQ", make_cq_more, drop_cq },
	{ "CREATE_AH", make_ah, drop_ah },
	{ "CREATE_QP", make_qp, drop_qp },
	{ "EX_CREATE_QP", make_qp_more, drop_qp },
	{ "EX_CREATE_QP of a table", make_table_qp, drop_qp },
	{ "CREATE_SRQ", make_srq, drop_srq },
	{ "CREATE_XSRQ", make_xsrq, drop_srq },
	{ "OPEN_XRCD", make_xrcd, drop_xrcd },
	{ "OPEN_XRCD shared", make_xrcd_shared, drop_xrcd },
	{ "CREATE_WQ", make_wq, drop_wq },
	{ "CREATE_RWQ_IND_TBL", make_rwq_table, drop_rwq_table },
	{ "CREATE_FLOW", make_flow, drop_flow },
	{ "CREATE_FLOW counted", make_counted_flow, drop_flow },
	{ "CQ_CREATE", ioctl_cq, ioctl_drop_cq },
	{ "QP_CREATE", ioctl_qp, drop_qp },
	{ "SRQ_CREATE", ioctl_srq, drop_srq },
	{ "WQ_CREATE", ioctl_wq, drop_wq },
	{ "DM_ALLOC", ioctl_dm, drop_dm },
	{ "DM_MR_REG", ioctl_dm_mr, ioctl_drop_mr },
	{ "REG_DMABUF_MR", ioctl_dmabuf_mr, ioctl_drop_mr },
	{ "COUNTERS_CREATE", ioctl_counters, drop_counters },
	{ "ASYNC_EVENT_ALLOC", ioctl_async, drop_fd },
	{ "FLOW_ACTION_CREATE", ioctl_action, drop_action },
	{ "driver's own", ioctl_own, drop_own },
};

/*
 * What the above leave out: ioctl() to destroy what write() has made, and QPs of
 * XRC domains.  ib_core is not whole after a failure to make one of these.
 */
static const struct maker others[] = {
	{ "PD_DESTROY", make_pd, ioctl_drop_pd },
	{ "MW_DESTROY", make_mw, ioctl_drop_mw },
	{ "AH_DESTROY", make_ah, ioctl_drop_ah },
	{ "QP_DESTROY", ioctl_qp, ioctl_drop_qp },
	{ "SRQ_DESTROY", ioctl_srq, ioctl_drop_srq },
	{ "WQ_DESTROY", ioctl_wq, ioctl_drop_wq },
	{ "XRCD_DESTROY", make_xrcd, ioctl_drop_xrcd },
	{ "RWQ_IND_TBL_DESTROY", make_rwq_table, ioctl_drop_rwq_table },
	{ "FLOW_DESTROY", make_flow, ioctl_drop_flow },
	{ "CREATE_QP of a domain", make_target_qp, drop_qp },
	{ "OPEN_QP", make_opened_qp, drop_qp },
};

#define ALL_MAKERS	(ARRAY_SIZE(makers) + ARRAY_SIZE(others))

static inline const struct maker *any_maker(size_t i)
{
	return i < ARRAY_SIZE(makers) ? &makers[i] :
					&others[i - ARRAY_SIZE(makers)];
}

/* Locks both objects for writing, so many microseconds; any thread may. */
static inline int pair(__u32 first, __u32 second, __u32 us)
{
	struct ib_uverbs_attr attr[] = {
		OBJECT(MOCK_ATTR_HANDLE, first),
		OBJECT(MOCK_ATTR_SECOND, second),
		NUMBER(MOCK_ATTR_NUMBER, __u32, us),
	};

	return own_ioctl(MOCK_OBJECT, MOCK_METHOD_PAIR, attr, ARRAY_SIZE(attr));
}

/* In a file with a context; what the device does not have stays 0. */
static inline void make_base(void)
{
	__u32 target;

	base.memory = mmap(PLACE + 16 * PAGE, MEMORY, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			   -1, 0);
	check(base.memory != MAP_FAILED);
	check(!make_pd(&base.pd) && !make_cq(&base.cq));
	if (make_raw_qp(&base.qp))
		check(!make_qp(&base.qp));
	if (make_wq(&base.wq))
		base.wq = 0;
	if (make_rwq_table(&base.rwq_table))
		base.rwq_table = 0;
	if (make_xrcd(&base.xrcd))
		base.xrcd = 0;
	base.qpn = make_target_qp(&target) ?
		   0 : ANSWER(ib_uverbs_create_qp_resp)->qpn;
	if (ioctl_dm(&base.dm))
		base.dm = 0;
	if (ioctl_counters(&base.counters))
		base.counters = 0;
	if (ioctl_action(&base.action))
		base.action = 0;
}

#endif /* UVERBS_MAKERS_H */
