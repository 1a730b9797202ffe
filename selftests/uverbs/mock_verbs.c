// SPDX-License-Identifier: GPL-2.0
/*
 * The mock device's verbs: everything that user space can have, and no more to
 * it than the memory of the objects.  Memory regions pin their pages.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <rdma/ib_umem.h>
#include <rdma/ib_verbs.h>
#include <rdma/uverbs_ioctl.h>
#include <ib_client_data_compat.h>
#include "mock.h"

/**
 * struct mock_mr - a memory region
 * @ib: what ib_core sees; must be first, as in all that follow
 * @umem: the pinned pages, or NULL.  Released with the region.
 */
struct mock_mr {
	struct ib_mr ib;
	struct ib_umem *umem;
};

/* Numbers are handed out in order, so that each run has the same. */
static atomic_t mock_number = ATOMIC_INIT(0);

static int mock_query_device(struct ib_device *device,
			     struct ib_device_attr *attr, struct ib_udata *udata)
{
	memset(attr, 0, sizeof(*attr));
	attr->device_cap_flags = IB_DEVICE_XRC;
	attr->max_mr_size = ~0ULL;
	attr->page_size_cap = PAGE_SIZE;
	attr->max_qp = 1000;
	attr->max_qp_wr = 1000;
	attr->max_send_sge = 4;
	attr->max_recv_sge = 4;
	attr->max_cq = 1000;
	attr->max_cqe = 1000;
	attr->max_pkeys = 1;
	attr->max_srq = 1000;
	attr->max_wq_type_rq = 1000;
	attr->rss_caps.supported_qpts = BIT(IB_QPT_RAW_PACKET);
	attr->rss_caps.max_rwq_indirection_tables = 1000;
	attr->rss_caps.max_rwq_indirection_table_size = 8;
	attr->max_dm_size = 65536;
	return 0;
}

static int mock_query_port(struct ib_device *device, u32 port,
			   struct ib_port_attr *attr)
{
	attr->state = IB_PORT_ACTIVE;
	attr->phys_state = IB_PORT_PHYS_STATE_LINK_UP;
	attr->gid_tbl_len = 2;
	attr->pkey_tbl_len = 1;
	attr->max_mtu = IB_MTU_1024;
	attr->active_mtu = IB_MTU_1024;
	return 0;
}

static int mock_get_port_immutable(struct ib_device *device, u32 port,
				   struct ib_port_immutable *immutable)
{
	immutable->gid_tbl_len = 2;
	immutable->pkey_tbl_len = 1;
	immutable->core_cap_flags = RDMA_CORE_CAP_PROT_IB;
	return 0;
}

/* The second entry is empty. */
static int mock_query_gid(struct ib_device *device, u32 port, int index,
			  union ib_gid *gid)
{
	memset(gid, 0, sizeof(*gid));
	if (!index) {
		gid->global.subnet_prefix = cpu_to_be64(0xfe80000000000000ULL);
		gid->global.interface_id = device->node_guid;
	}
	return 0;
}

static int mock_query_pkey(struct ib_device *device, u32 port, u16 index,
			   u16 *pkey)
{
	*pkey = 0xffff;
	return 0;
}

static int mock_alloc_ucontext(struct ib_ucontext *context,
			       struct ib_udata *udata)
{
	mock_watch(context);
	return 0;
}

static void mock_dealloc_ucontext(struct ib_ucontext *context)
{
	mock_gone("context");
}

static void mock_disassociate_ucontext(struct ib_ucontext *context)
{
	mock_gone("disassociate");
}

static int mock_query_ucontext(struct ib_ucontext *context,
			       struct uverbs_attr_bundle *attrs)
{
	return 0;
}

static int mock_alloc_pd(struct ib_pd *pd, struct ib_udata *udata)
{
	return 0;
}

static int mock_dealloc_pd(struct ib_pd *pd, struct ib_udata *udata)
{
	return mock_gone("pd");
}

static int mock_create_ah(struct ib_ah *ah, struct rdma_ah_init_attr *attr,
			  struct ib_udata *udata)
{
	return 0;
}

static int mock_destroy_ah(struct ib_ah *ah, u32 flags)
{
	return mock_gone("ah");
}

static int mock_create_srq(struct ib_srq *srq, struct ib_srq_init_attr *attr,
			   struct ib_udata *udata)
{
	if (attr->srq_type == IB_SRQT_XRC)
		srq->ext.xrc.srq_num = atomic_inc_return(&mock_number);
	return 0;
}

static int mock_modify_srq(struct ib_srq *srq, struct ib_srq_attr *attr,
			   enum ib_srq_attr_mask mask, struct ib_udata *udata)
{
	return 0;
}

static int mock_query_srq(struct ib_srq *srq, struct ib_srq_attr *attr)
{
	attr->max_wr = 16;
	attr->max_sge = 1;
	attr->srq_limit = 2;
	return 0;
}

static int mock_destroy_srq(struct ib_srq *srq, struct ib_udata *udata)
{
	return mock_gone("srq");
}

static int mock_post_srq_recv(struct ib_srq *srq, const struct ib_recv_wr *wr,
			      const struct ib_recv_wr **bad)
{
	return 0;
}

static int mock_create_qp(struct ib_qp *qp, struct ib_qp_init_attr *attr,
			  struct ib_udata *udata)
{
	qp->qp_num = atomic_inc_return(&mock_number);
	return 0;
}

static int mock_modify_qp(struct ib_qp *qp, struct ib_qp_attr *attr, int mask,
			  struct ib_udata *udata)
{
	return 0;
}

static int mock_query_qp(struct ib_qp *qp, struct ib_qp_attr *attr, int mask,
			 struct ib_qp_init_attr *init)
{
	memset(attr, 0, sizeof(*attr));
	memset(init, 0, sizeof(*init));
	attr->qp_state = IB_QPS_INIT;
	return 0;
}

static int mock_destroy_qp(struct ib_qp *qp, struct ib_udata *udata)
{
	return mock_gone("qp");
}

/* The second work request is one that the device does not take. */
static int mock_post_send(struct ib_qp *qp, const struct ib_send_wr *wr,
			  const struct ib_send_wr **bad)
{
	if (!wr->next)
		return 0;
	*bad = wr->next;
	return -ENOMEM;
}

static int mock_post_recv(struct ib_qp *qp, const struct ib_recv_wr *wr,
			  const struct ib_recv_wr **bad)
{
	if (!wr->next)
		return 0;
	*bad = wr->next;
	return -ENOMEM;
}

static int mock_create_cq(struct ib_cq *cq, const struct ib_cq_init_attr *attr,
			  struct compat_create_cq_arg *arg)
{
	cq->cqe = attr->cqe;
	return 0;
}

static int mock_modify_cq(struct ib_cq *cq, u16 count, u16 period)
{
	return 0;
}

static int mock_resize_cq(struct ib_cq *cq, int cqe, struct ib_udata *udata)
{
	cq->cqe = cqe;
	return 0;
}

static int mock_destroy_cq(struct ib_cq *cq, struct ib_udata *udata)
{
	return mock_cq_gone(cq);
}

/* There is always one, of no QP that anybody has. */
static int mock_poll_cq(struct ib_cq *cq, int n, struct ib_wc *wc)
{
	static struct ib_qp nobody = { .qp_num = 7 };

	memset(wc, 0, sizeof(*wc));
	wc->wr_id = 42;
	wc->qp = &nobody;
	wc->port_num = 1;
	return 1;
}

static int mock_req_notify_cq(struct ib_cq *cq, enum ib_cq_notify_flags flags)
{
	return 0;
}

static struct ib_mr *mock_get_dma_mr(struct ib_pd *pd, int access)
{
	return ERR_PTR(-EOPNOTSUPP);
}

static struct ib_mr *mock_mr(struct ib_umem *umem)
{
	struct mock_mr *mr;

	if (IS_ERR(umem))
		return ERR_CAST(umem);
	mr = kzalloc(sizeof(*mr), GFP_KERNEL);
	if (!mr) {
		if (umem)
			ib_umem_release(umem);
		return ERR_PTR(-ENOMEM);
	}
	mr->umem = umem;
	mr->ib.lkey = atomic_inc_return(&mock_number);
	mr->ib.rkey = mr->ib.lkey;
	return &mr->ib;
}

static struct ib_mr *mock_reg_user_mr(struct ib_pd *pd, u64 start, u64 length,
				      u64 virt, int access,
				      struct ib_udata *udata)
{
	return mock_mr(ib_umem_get(pd->device, start, length, access));
}

static struct ib_mr *
mock_reg_user_mr_dmabuf(struct ib_pd *pd, u64 offset, u64 length, u64 virt,
			int fd, int access, struct compat_dmabuf_mr_arg *arg)
{
	return mock_mr(NULL);
}

/* A new translation needs a new region, which takes the old one's handle. */
static struct ib_mr *mock_rereg_user_mr(struct ib_mr *mr, int flags, u64 start,
					u64 length, u64 virt, int access,
					struct ib_pd *pd, struct ib_udata *udata)
{
	if (!(flags & IB_MR_REREG_TRANS))
		return NULL;
	return mock_mr(ib_umem_get(pd->device, start, length, access));
}

static int mock_dereg_mr(struct ib_mr *ib, struct ib_udata *udata)
{
	struct mock_mr *mr = container_of(ib, struct mock_mr, ib);
	int ret = mock_gone("mr");

	if (ret)
		return ret;
	if (mr->umem)
		ib_umem_release(mr->umem);
	kfree(mr);
	return 0;
}

static int mock_advise_mr(struct ib_pd *pd, enum ib_uverbs_advise_mr_advice advice,
			  u32 flags, struct ib_sge *sg_list, u32 num_sge,
			  struct uverbs_attr_bundle *attrs)
{
	return 0;
}

static int mock_alloc_mw(struct ib_mw *mw, struct ib_udata *udata)
{
	mw->rkey = atomic_inc_return(&mock_number);
	return 0;
}

static int mock_dealloc_mw(struct ib_mw *mw)
{
	return mock_gone("mw");
}

static int mock_attach_mcast(struct ib_qp *qp, union ib_gid *gid, u16 lid)
{
	return 0;
}

static int mock_detach_mcast(struct ib_qp *qp, union ib_gid *gid, u16 lid)
{
	return 0;
}

static int mock_alloc_xrcd(struct ib_xrcd *xrcd, struct ib_udata *udata)
{
	return 0;
}

static int mock_dealloc_xrcd(struct ib_xrcd *xrcd, struct ib_udata *udata)
{
	return mock_gone("xrcd");
}

static struct ib_flow *mock_create_flow(struct ib_qp *qp,
					struct ib_flow_attr *attr,
					struct ib_udata *udata)
{
	struct ib_flow *flow = kzalloc(sizeof(*flow), GFP_KERNEL);

	return flow ?: ERR_PTR(-ENOMEM);
}

static int mock_destroy_flow(struct ib_flow *flow)
{
	int ret = mock_gone("flow");

	if (!ret)
		kfree(flow);
	return ret;
}

static int mock_destroy_flow_action(struct ib_flow_action *action)
{
	int ret = mock_gone("flow_action");

	if (!ret)
		kfree(action);
	return ret;
}

static struct ib_wq *mock_create_wq(struct ib_pd *pd,
				    struct ib_wq_init_attr *attr,
				    struct ib_udata *udata)
{
	struct ib_wq *wq = kzalloc(sizeof(*wq), GFP_KERNEL);

	if (!wq)
		return ERR_PTR(-ENOMEM);
	wq->wq_num = atomic_inc_return(&mock_number);
	return wq;
}

static int mock_destroy_wq(struct ib_wq *wq, struct ib_udata *udata)
{
	int ret = mock_gone("wq");

	if (!ret)
		kfree(wq);
	return ret;
}

static int mock_modify_wq(struct ib_wq *wq, struct ib_wq_attr *attr, u32 mask,
			  struct ib_udata *udata)
{
	return 0;
}

static int mock_create_rwq_table(struct ib_rwq_ind_table *table,
				 struct ib_rwq_ind_table_init_attr *attr,
				 struct ib_udata *udata)
{
	table->ind_tbl_num = atomic_inc_return(&mock_number);
	return 0;
}

static int mock_destroy_rwq_table(struct ib_rwq_ind_table *table)
{
	return mock_gone("rwq_table");
}

static struct ib_dm *mock_alloc_dm(struct ib_device *device,
				   struct ib_ucontext *context,
				   struct ib_dm_alloc_attr *attr,
				   struct uverbs_attr_bundle *attrs)
{
	struct ib_dm *dm = kzalloc(sizeof(*dm), GFP_KERNEL);

	return dm ?: ERR_PTR(-ENOMEM);
}

static int mock_dealloc_dm(struct ib_dm *dm, struct uverbs_attr_bundle *attrs)
{
	int ret = mock_gone("dm");

	if (!ret)
		kfree(dm);
	return ret;
}

static struct ib_mr *mock_reg_dm_mr(struct ib_pd *pd, struct ib_dm *dm,
				    struct ib_dm_mr_attr *attr,
				    struct uverbs_attr_bundle *attrs)
{
	return mock_mr(NULL);
}

static int mock_create_counters(struct ib_counters *counters,
				struct uverbs_attr_bundle *attrs)
{
	return 0;
}

static int mock_destroy_counters(struct ib_counters *counters)
{
	return mock_gone("counters");
}

static int mock_read_counters(struct ib_counters *counters,
			      struct ib_counters_read_attr *attr,
			      struct uverbs_attr_bundle *attrs)
{
	u32 i;

	for (i = 0; i < attr->ncounters; i++)
		attr->counters_buff[i] = i + 1;
	return 0;
}

const struct ib_device_ops mock_verbs_ops = {
	.owner = THIS_MODULE,
	.driver_id = RDMA_DRIVER_UNKNOWN,
	.uverbs_abi_ver = 1,
	.query_device = mock_query_device,
	.query_port = mock_query_port,
	.get_port_immutable = mock_get_port_immutable,
	.query_gid = mock_query_gid,
	.query_pkey = mock_query_pkey,
	.alloc_ucontext = mock_alloc_ucontext,
	.dealloc_ucontext = mock_dealloc_ucontext,
	.query_ucontext = mock_query_ucontext,
	.mmap = mock_mmap,
	.alloc_pd = mock_alloc_pd,
	.dealloc_pd = mock_dealloc_pd,
	.create_ah = mock_create_ah,
	.create_user_ah = mock_create_ah,
	.destroy_ah = mock_destroy_ah,
	.create_srq = mock_create_srq,
	.modify_srq = mock_modify_srq,
	.query_srq = mock_query_srq,
	.destroy_srq = mock_destroy_srq,
	.post_srq_recv = mock_post_srq_recv,
	.create_qp = mock_create_qp,
	.modify_qp = mock_modify_qp,
	.query_qp = mock_query_qp,
	.destroy_qp = mock_destroy_qp,
	.post_send = mock_post_send,
	.post_recv = mock_post_recv,
	.create_cq = mock_create_cq,
	.modify_cq = mock_modify_cq,
	.resize_cq = mock_resize_cq,
	.destroy_cq = mock_destroy_cq,
	.poll_cq = mock_poll_cq,
	.req_notify_cq = mock_req_notify_cq,
	.get_dma_mr = mock_get_dma_mr,
	.reg_user_mr = mock_reg_user_mr,
	.reg_user_mr_dmabuf = mock_reg_user_mr_dmabuf,
	.rereg_user_mr = mock_rereg_user_mr,
	.dereg_mr = mock_dereg_mr,
	.advise_mr = mock_advise_mr,
	.alloc_mw = mock_alloc_mw,
	.dealloc_mw = mock_dealloc_mw,
	.attach_mcast = mock_attach_mcast,
	.detach_mcast = mock_detach_mcast,
	.alloc_xrcd = mock_alloc_xrcd,
	.dealloc_xrcd = mock_dealloc_xrcd,
	.create_flow = mock_create_flow,
	.destroy_flow = mock_destroy_flow,
	.destroy_flow_action = mock_destroy_flow_action,
	.create_wq = mock_create_wq,
	.destroy_wq = mock_destroy_wq,
	.modify_wq = mock_modify_wq,
	.create_rwq_ind_table = mock_create_rwq_table,
	.destroy_rwq_ind_table = mock_destroy_rwq_table,
	.alloc_dm = mock_alloc_dm,
	.dealloc_dm = mock_dealloc_dm,
	.reg_dm_mr = mock_reg_dm_mr,
	.create_counters = mock_create_counters,
	.destroy_counters = mock_destroy_counters,
	.read_counters = mock_read_counters,
	.size_ib_ah = sizeof(struct ib_ah),
	.size_ib_counters = sizeof(struct ib_counters),
	.size_ib_cq = sizeof(struct ib_cq),
	.size_ib_mw = sizeof(struct ib_mw),
	.size_ib_pd = sizeof(struct ib_pd),
	.size_ib_qp = sizeof(struct ib_qp),
	.size_ib_rwq_ind_table = sizeof(struct ib_rwq_ind_table),
	.size_ib_srq = sizeof(struct ib_srq),
	.size_ib_ucontext = sizeof(struct ib_ucontext),
	.size_ib_xrcd = sizeof(struct ib_xrcd),
};

/* Of a driver that has its own part in a removal; most have none. */
const struct ib_device_ops mock_disassociate_ops = {
	.disassociate_ucontext = mock_disassociate_ucontext,
};
