#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: user space as it is: ibv_devinfo, pingpongs, rping
# requires: guest module:rdma_rxe module:ib_uverbs command:ibv_rc_pingpong
# requires: command:rping
# timeout: 300
# guards: an object layer that rdma-core does not get along with
. "$(dirname "$0")/common.sh"

ready
load rdma_ucm
link_add rxe0 rxe d0
run ibv_devinfo -d rxe0 >"$TEST_DIR/devinfo"
grep -q PORT_ACTIVE "$TEST_DIR/devinfo" || die "$(cat "$TEST_DIR/devinfo")"
before=$(resources rxe0)

# both NAME SERVER CLIENT - the one in the background, the other tries until it
# finds it
both()
{
	step "$1"
	$2 >"$TEST_DIR/server" 2>&1 &
	_jobs+=($!)
	wait_for 60 client "$3" || {
		cat "$TEST_DIR/server" "$TEST_DIR/client" >&2
		die "$1 does not work"
	}
	wait "${_jobs[-1]}" || die "$1: $(cat "$TEST_DIR/server")"
}

client()
{
	timeout 50 sh -c "$1" >"$TEST_DIR/client" 2>&1
}

for kind in rc uc ud srq; do
	both "ibv_${kind}_pingpong" "ibv_${kind}_pingpong -g 1 -n 50" \
		"ibv_${kind}_pingpong -g 1 -n 50 10.60.0.1"
done
both "ibv_rc_pingpong, by events" "ibv_rc_pingpong -e -g 1 -n 50" \
	"ibv_rc_pingpong -e -g 1 -n 50 10.60.0.1"
both rping "rping -s -C 10 -a 10.60.0.1" "rping -c -C 10 -a 10.60.0.1"
same "objects left" "$before" "$(resources rxe0)"
