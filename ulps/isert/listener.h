/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Listeners of portals, and how they come back.
 */
#ifndef ISERT_LISTENER_H
#define ISERT_LISTENER_H

#include <linux/list.h>
#include <linux/workqueue.h>

struct rdma_cm_id;

/**
 * struct isert_listener - what a portal needs to listen again
 * @entry: link in isert_portals while the portal may queue @work: from when it
 *	listens first until isert_free_np().  Protected by isert_portals_lock,
 *	as is &isert_np.cm_id.
 * @removed_id: an identifier whose device went before the portal had it, or
 *	while somebody destroyed it.  Only compared.  Same lock; reset for each
 *	new identifier.
 * @tries: how often to try again, without a listener, until something happens
 *	that makes it worth while.  Same lock.
 * @work: listens again.  Queued while @entry is linked, cancelled after that.
 * @quiet: failing to listen is nothing to report.  Owned by whoever listens:
 *	isert_setup_np(), then @work.
 * @announced: the log says that the portal does not listen.  Owned by @work.
 */
struct isert_listener {
	struct list_head entry;
	struct rdma_cm_id *removed_id;
	unsigned int tries;
	struct delayed_work work;
	bool quiet;
	bool announced;
};

#define isert_np_err(np, fmt, ...)					\
do {									\
	if (!(np)->listener.quiet)					\
		isert_err(fmt, ##__VA_ARGS__);				\
} while (0)

#endif /* ISERT_LISTENER_H */
