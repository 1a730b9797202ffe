// SPDX-License-Identifier: GPL-2.0
/*
 * The order in which a context that ends, by close() or by the removal of its
 * device, releases its objects: users before what they use.
 */
#include "objects.h"

/*
 * A type that is not in the table is a new one of the kernel's: it goes with
 * the leaves, and what refuses because of it is tried again.
 */
static const struct {
	u8 rank;
	const char *reason;
} uverbs_order[] = {
	[UVERBS_OBJECT_FLOW] = { UVERBS_RANK_FLOW,
		"steers into a QP, counts into counters, runs flow actions" },
	[UVERBS_OBJECT_MW] = { UVERBS_RANK_MW,
		"may be bound to an MR, through a QP" },
	[UVERBS_OBJECT_QP] = { UVERBS_RANK_QP,
		"uses CQs, an SRQ, an XRCD, a receive table, a PD; reaches MRs and AHs" },
	[UVERBS_OBJECT_AH] = { UVERBS_RANK_AH,
		"work requests of a UD QP point at it" },
	[UVERBS_OBJECT_RWQ_IND_TBL] = { UVERBS_RANK_RWQ_TABLE,
		"lists WQs; a QP receives through it" },
	[UVERBS_OBJECT_WQ] = { UVERBS_RANK_WQ,
		"completes into a CQ" },
	[UVERBS_OBJECT_SRQ] = { UVERBS_RANK_SRQ,
		"receives for QPs; uses a CQ and an XRCD, its buffers are in MRs" },
	[UVERBS_OBJECT_MR] = { UVERBS_RANK_MR,
		"nobody reaches memory through it any more; may stand on a DM" },
	[UVERBS_OBJECT_CQ] = { UVERBS_RANK_CQ,
		"nobody completes into it any more; reports to a channel" },
	[UVERBS_OBJECT_XRCD] = { UVERBS_RANK_LEAF,
		"joins QPs and SRQs, which are gone" },
	[UVERBS_OBJECT_DM] = { UVERBS_RANK_LEAF,
		"under MRs, which are gone" },
	[UVERBS_OBJECT_COUNTERS] = { UVERBS_RANK_LEAF,
		"of flows, which are gone" },
	[UVERBS_OBJECT_FLOW_ACTION] = { UVERBS_RANK_LEAF,
		"of flows, which are gone" },
	[UVERBS_OBJECT_PD] = { UVERBS_RANK_PD,
		"under nearly all of the above" },
	[UVERBS_OBJECT_COMP_CHANNEL] = { UVERBS_RANK_EVENTS,
		"CQs report to it until they are gone" },
	[UVERBS_OBJECT_ASYNC_EVENT] = { UVERBS_RANK_EVENTS,
		"everything reports to it until it is gone" },
};

/**
 * uverbs_rank() - when a context releases the objects of a type
 * @type: the type
 *
 * A driver's own objects go first: they may refer to any standard object that
 * was there before them.  Those made since may refer to them, such as a QP to the
 * driver's doorbell page, and go before: cleanup.c.
 *
 * Context: Any context.
 * Return: the rank; lower ones are released earlier.
 */
enum uverbs_rank uverbs_rank(const struct uverbs_api_object *type)
{
	if (type->id & UVERBS_API_NS_FLAG)
		return UVERBS_RANK_DRIVER;
	if (type->id < ARRAY_SIZE(uverbs_order) && uverbs_order[type->id].reason)
		return uverbs_order[type->id].rank;
	return UVERBS_RANK_LEAF;
}
