#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a soft device moves between network namespaces, in use or not
# requires: guest module:rdma_rxe module:ib_uverbs command:uverbs_hold
# timeout: 180
# guards: ib_core refusing the move for drivers without disassociate_ucontext
. "$(dirname "$0")/common.sh"

undo()
{
	ip netns del other 2>/dev/null || :
	ip netns del here 2>/dev/null || :
	rdma system set netns shared 2>/dev/null || :
}

ready
run rdma system set netns exclusive
run ip netns add other
run ip netns attach here $$
# rxe has its GSI QP once and for all: not a matter of this test
expect_log "Couldn't (create ib_mad QP1|open port 1)"
link_add rxe0 rxe d0

step "while a program has it open"
sleep 200 8</dev/infiniband/uverbs0 &
_jobs+=($!)
within 60 rdma dev set rxe0 netns other
run ip netns exec other rdma dev show rxe0
! rdma dev show rxe0 2>/dev/null | grep -q rxe0 || die "rxe0 is still here"

step "and back"
within 60 ip netns exec other rdma dev set rxe0 netns here
run rdma dev show rxe0
