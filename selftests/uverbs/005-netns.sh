#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a soft device moves between network namespaces, in use or not
# requires: guest module:rdma_rxe module:siw module:ib_uverbs command:uverbs_hold
# timeout: 300
# guards: ib_core refusing the move for drivers without disassociate_ucontext
# shellcheck disable=SC2119 # use_stock alone means all modules
. "$(dirname "$0")/common.sh"

undo()
{
	ip netns del other 2>/dev/null || :
	ip netns del here 2>/dev/null || :
	rdma system set netns shared 2>/dev/null || :
}

# apart - each device belongs to one network namespace, of which there are two
apart()
{
	run rdma system set netns exclusive
	run ip netns add other
	run ip netns attach here $$
}

# knows DEVICE [COMMAND...] - whether COMMAND, such as that of another network
# namespace, finds and opens it
knows()
{
	local dev=$1

	shift
	timeout 60 "$@" ibv_devinfo -d "$dev" >"$TEST_DIR/devinfo" 2>&1 &&
		grep -q "hca_id:.*$dev" "$TEST_DIR/devinfo"
}

# stays TYPE - the distribution's module keeps the device where it is
stays()
{
	step "stock, $1: no move"
	driver "${1/#rxe/rdma_rxe}"
	link_add "${1}0" "$1" d0
	must_fail timeout 60 rdma dev set "${1}0" netns other
	run timeout 60 rdma link delete "${1}0"
	run timeout 60 rmmod "${1/#rxe/rdma_rxe}"
}

# moves TYPE - also under a program that has everything of it
moves()
{
	local dev=${1}0

	step "$1: while a program holds everything"
	driver "${1/#rxe/rdma_rxe}"
	link_add "$dev" "$1" d0
	holder "$dev" "$1" d0
	within 60 rdma dev set "$dev" netns other
	! rdma dev show "$dev" 2>/dev/null | grep -q "$dev" ||
		die "$dev is still here"
	knows "$dev" ip netns exec other || die "$(cat "$TEST_DIR/devinfo")"
	must_fail knows "$dev" env
	released

	step "$1: and back"
	within 60 ip netns exec other rdma dev set "$dev" netns here
	knows "$dev" env || die "$(cat "$TEST_DIR/devinfo")"
	holder "$dev" "$1" d0
	within 60 rdma link delete "$dev"
	released
	run timeout 60 rmmod "${1/#rxe/rdma_rxe}"
}

net_add d0 dummy 10.60.0.1/24
# rxe has its GSI QP once and for all: not a matter of this test
expect_log "Couldn't (create ib_mad QP1|open port 1)"
use_stock
load ib_uverbs
apart
stays rxe
stays siw
undo
unload ib_uverbs

use_ours
load ib_uverbs
apart
moves rxe
moves siw
