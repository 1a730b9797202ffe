#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: objects count against the RDMA cgroup of their creator, as with stock
# requires: guest module:rdma_rxe module:ib_uverbs command:uverbs_cgroup
# timeout: 120
# guards: what is made in the root cgroup is not counted: what was, must stay so
. "$(dirname "$0")/common.sh"

CGROUPS=$TEST_DIR/cgroups

# cgroups_gone - none of ours is left; for undo_also
cgroups_gone()
{
	rmdir "$CGROUPS"/limits/{one,two} "$CGROUPS/limits"
	echo -rdma >"$CGROUPS/cgroup.subtree_control"
	umount "$CGROUPS"
}

# counted [removal]
counted()
{
	run timeout $((60 * SLOW)) uverbs_cgroup rxe0 rxe d0 "$CGROUPS" "$@"
}

mkdir "$CGROUPS"
run mount -t cgroup2 none "$CGROUPS"
grep -qw rdma "$CGROUPS/cgroup.controllers" || {
	umount "$CGROUPS"
	skip "a kernel without CONFIG_CGROUP_RDMA"
}
undo_also cgroups_gone
echo +rdma >"$CGROUPS/cgroup.subtree_control"
mkdir "$CGROUPS/limits"
echo +rdma >"$CGROUPS/limits/cgroup.subtree_control"
mkdir "$CGROUPS"/limits/{one,two}
on_stock_and_ours counted

step "the device goes while objects are held, and returns"
use_ours
load rdma_rxe
link_add rxe0 rxe d0
counted removal
