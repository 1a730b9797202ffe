/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints ib_client_data:alloc, get, put, remove and free.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ib_client_data

#if !defined(IB_CLIENT_DATA_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define IB_CLIENT_DATA_TRACE_H

#include <linux/tracepoint.h>
#include <rdma/ib_verbs.h>
#include <ib_client_data_compat.h>
#include "core.h"

TRACE_EVENT(alloc,
	TP_PROTO(const struct ib_client_data_slot *slot, int error),
	TP_ARGS(slot, error),
	TP_STRUCT__entry(
		__string(device, dev_name(&slot->device->dev))
		__string(client, slot->client->name)
		__field(int, error)
	),
	TP_fast_assign(
		compat_assign_str(device, dev_name(&slot->device->dev));
		compat_assign_str(client, slot->client->name);
		__entry->error = error;
	),
	TP_printk("device=%s client=%s error=%d", __get_str(device),
		  __get_str(client), __entry->error)
);

DECLARE_EVENT_CLASS(ib_client_data_refs,
	TP_PROTO(const struct ib_client_data_slot *slot, unsigned int refs),
	TP_ARGS(slot, refs),
	TP_STRUCT__entry(
		__string(device, dev_name(&slot->device->dev))
		__string(client, slot->client->name)
		__field(unsigned int, refs)
	),
	TP_fast_assign(
		compat_assign_str(device, dev_name(&slot->device->dev));
		compat_assign_str(client, slot->client->name);
		__entry->refs = refs;
	),
	TP_printk("device=%s client=%s refs=%u", __get_str(device),
		  __get_str(client), __entry->refs)
);

/* refs: how many there are with this one; a snapshot, others run meanwhile. */
DEFINE_EVENT(ib_client_data_refs, get,
	TP_PROTO(const struct ib_client_data_slot *slot, unsigned int refs),
	TP_ARGS(slot, refs)
);

/* refs: how many there are before this one is dropped. */
DEFINE_EVENT(ib_client_data_refs, put,
	TP_PROTO(const struct ib_client_data_slot *slot, unsigned int refs),
	TP_ARGS(slot, refs)
);

/* refs: how many there are when removal begins, core's included. */
DEFINE_EVENT(ib_client_data_refs, remove,
	TP_PROTO(const struct ib_client_data_slot *slot, unsigned int refs),
	TP_ARGS(slot, refs)
);

TRACE_EVENT(free,
	TP_PROTO(const struct ib_client_data_slot *slot, s64 remove_us,
		 s64 wait_us),
	TP_ARGS(slot, remove_us, wait_us),
	TP_STRUCT__entry(
		__string(device, dev_name(&slot->device->dev))
		__string(client, slot->client->name)
		__field(s64, remove_us)
		__field(s64, wait_us)
	),
	TP_fast_assign(
		compat_assign_str(device, dev_name(&slot->device->dev));
		compat_assign_str(client, slot->client->name);
		__entry->remove_us = remove_us;
		__entry->wait_us = wait_us;
	),
	TP_printk("device=%s client=%s remove_us=%lld wait_us=%lld",
		  __get_str(device), __get_str(client), __entry->remove_us,
		  __entry->wait_us)
);

#endif /* IB_CLIENT_DATA_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
