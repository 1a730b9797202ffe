/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Overlay of the kernel's <rdma/ib_verbs.h>.
 *
 * Stands in front of the kernel's header on the include path.  It lets the
 * kernel declare its own struct ib_client under the name ib_core_client and
 * then gives the name ib_client to a structure that adds the client data
 * callbacks, so that a ULP reads as it would if ib_core had them.  What is to
 * stay a client of ib_core defines IB_CLIENT_DATA_STOCK.
 */
#ifdef IB_CLIENT_DATA_STOCK
#include_next <rdma/ib_verbs.h>
#else
#ifndef IB_CLIENT_DATA_IB_VERBS_H
#define IB_CLIENT_DATA_IB_VERBS_H

#define ib_client		ib_core_client
#define ib_get_client_data	ib_core_get_client_data
#include_next <rdma/ib_verbs.h>
#undef ib_get_client_data
#undef ib_client

#include <rdma/ib_client_data.h>

#endif /* IB_CLIENT_DATA_IB_VERBS_H */
#endif /* IB_CLIENT_DATA_STOCK */
