// SPDX-License-Identifier: GPL-2.0
/*
 * A mock RDMA device: quick to add and remove, with any GUID, with or without
 * kernel verbs.  It moves no data.
 */
#include <linux/slab.h>
#include <ib_client_data_compat.h>
#include "test.h"

/**
 * struct test_mock - the mock device
 * @ib: what ib_core sees.
 */
struct test_mock {
	struct ib_device ib;
};

/**
 * struct test_mock_pd - its protection domain
 * @ib: what ib_core sees.
 */
struct test_mock_pd {
	struct ib_pd ib;
};

static int mock_query_device(struct ib_device *device,
			     struct ib_device_attr *attr, struct ib_udata *udata)
{
	memset(attr, 0, sizeof(*attr));
	attr->max_pkeys = 1;
	/* What clients want of a device before they take it. */
	attr->device_cap_flags = IB_DEVICE_MEM_MGT_EXTENSIONS;
	attr->kernel_cap_flags = IBK_LOCAL_DMA_LKEY;
	return 0;
}

static int mock_query_port(struct ib_device *device, u32 port,
			   struct ib_port_attr *attr)
{
	attr->state = IB_PORT_ACTIVE;
	attr->gid_tbl_len = 1;
	attr->pkey_tbl_len = 1;
	attr->max_mtu = IB_MTU_1024;
	attr->active_mtu = IB_MTU_1024;
	return 0;
}

static int mock_get_port_immutable(struct ib_device *device, u32 port,
				   struct ib_port_immutable *immutable)
{
	immutable->gid_tbl_len = 1;
	immutable->pkey_tbl_len = 1;
	immutable->core_cap_flags = RDMA_CORE_CAP_PROT_IB;
	return 0;
}

static int mock_query_gid(struct ib_device *device, u32 port, int index,
			  union ib_gid *gid)
{
	gid->global.subnet_prefix = cpu_to_be64(0xfe80000000000000ULL);
	gid->global.interface_id = device->node_guid;
	return 0;
}

static int mock_query_pkey(struct ib_device *device, u32 port, u16 index,
			   u16 *pkey)
{
	*pkey = 0xffff;
	return 0;
}

/* ib_core takes a device for a provider of kernel verbs if it has all these. */
static int mock_alloc_pd(struct ib_pd *pd, struct ib_udata *udata)
{
	return 0;
}

static int mock_dealloc_pd(struct ib_pd *pd, struct ib_udata *udata)
{
	return 0;
}

static int mock_create_qp(struct ib_qp *qp, struct ib_qp_init_attr *attr,
			  struct ib_udata *udata)
{
	return -EOPNOTSUPP;
}

static int mock_modify_qp(struct ib_qp *qp, struct ib_qp_attr *attr, int mask,
			  struct ib_udata *udata)
{
	return -EOPNOTSUPP;
}

static int mock_destroy_qp(struct ib_qp *qp, struct ib_udata *udata)
{
	return 0;
}

static int mock_post_send(struct ib_qp *qp, const struct ib_send_wr *wr,
			  const struct ib_send_wr **bad)
{
	return -EOPNOTSUPP;
}

static int mock_post_recv(struct ib_qp *qp, const struct ib_recv_wr *wr,
			  const struct ib_recv_wr **bad)
{
	return -EOPNOTSUPP;
}

static int mock_create_cq(struct ib_cq *cq, const struct ib_cq_init_attr *attr,
			  struct compat_create_cq_arg *arg)
{
	return -EOPNOTSUPP;
}

static int mock_destroy_cq(struct ib_cq *cq, struct ib_udata *udata)
{
	return 0;
}

static int mock_poll_cq(struct ib_cq *cq, int n, struct ib_wc *wc)
{
	return 0;
}

static int mock_req_notify_cq(struct ib_cq *cq, enum ib_cq_notify_flags flags)
{
	return -EOPNOTSUPP;
}

static struct ib_mr *mock_get_dma_mr(struct ib_pd *pd, int access)
{
	return ERR_PTR(-EOPNOTSUPP);
}

static struct ib_mr *mock_reg_user_mr(struct ib_pd *pd, u64 start, u64 length,
				      u64 virt, int access,
				      struct ib_udata *udata)
{
	return ERR_PTR(-EOPNOTSUPP);
}

static int mock_dereg_mr(struct ib_mr *mr, struct ib_udata *udata)
{
	return 0;
}

static const struct ib_device_ops mock_ops = {
	.owner = THIS_MODULE,
	.query_device = mock_query_device,
	.query_port = mock_query_port,
	.get_port_immutable = mock_get_port_immutable,
	.query_gid = mock_query_gid,
	.query_pkey = mock_query_pkey,
};

static const struct ib_device_ops mock_kverbs_ops = {
	.alloc_pd = mock_alloc_pd,
	.dealloc_pd = mock_dealloc_pd,
	.create_qp = mock_create_qp,
	.modify_qp = mock_modify_qp,
	.destroy_qp = mock_destroy_qp,
	.post_send = mock_post_send,
	.post_recv = mock_post_recv,
	.create_cq = mock_create_cq,
	.destroy_cq = mock_destroy_cq,
	.poll_cq = mock_poll_cq,
	.req_notify_cq = mock_req_notify_cq,
	.get_dma_mr = mock_get_dma_mr,
	.reg_user_mr = mock_reg_user_mr,
	.dereg_mr = mock_dereg_mr,
	INIT_RDMA_OBJ_SIZE(ib_pd, test_mock_pd, ib),
};

/**
 * test_mock_try() - register a mock device, which may fail
 * @kverbs: with kernel verbs
 * @guid: its node GUID
 *
 * Context: May sleep.
 * Return: the device, for test_mock_del(), or an ERR_PTR.
 */
struct ib_device *test_mock_try(bool kverbs, u64 guid)
{
	struct test_mock *mock = ib_alloc_device(test_mock, ib);
	int ret;

	if (!mock)
		return ERR_PTR(-ENOMEM);
	mock->ib.node_type = RDMA_NODE_IB_CA;
	mock->ib.phys_port_cnt = 1;
	mock->ib.num_comp_vectors = 1;
	mock->ib.node_guid = cpu_to_be64(guid);
	ib_set_device_ops(&mock->ib, &mock_ops);
	if (kverbs)
		ib_set_device_ops(&mock->ib, &mock_kverbs_ops);
	ret = ib_register_device(&mock->ib, "icd_mock%d", NULL);
	if (ret) {
		ib_dealloc_device(&mock->ib);
		return ERR_PTR(ret);
	}
	return &mock->ib;
}

/**
 * test_mock_add() - register a mock device
 * @kverbs: with kernel verbs
 * @guid: its node GUID
 *
 * Context: May sleep.
 * Return: the device, for test_mock_del(), or NULL.
 */
struct ib_device *test_mock_add(bool kverbs, u64 guid)
{
	struct ib_device *device = test_mock_try(kverbs, guid);

	return EXPECT(!IS_ERR(device)) ? device : NULL;
}

/**
 * test_mock_del() - unregister and free a mock device
 * @device: from test_mock_add()
 *
 * Context: May sleep.
 */
void test_mock_del(struct ib_device *device)
{
	ib_unregister_device(device);
	ib_dealloc_device(device);
}
