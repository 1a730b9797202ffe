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

for kind in rc uc ud srq; do
	both "ibv_${kind}_pingpong" "ibv_${kind}_pingpong -g 1 -n 50" \
		"ibv_${kind}_pingpong -g 1 -n 50 10.60.0.1"
done
both "ibv_rc_pingpong, by events" "ibv_rc_pingpong -e -g 1 -n 50" \
	"ibv_rc_pingpong -e -g 1 -n 50 10.60.0.1"
both rping "rping -s -C 10 -a 10.60.0.1" "rping -c -C 10 -a 10.60.0.1"
same "objects left" "$before" "$(resources rxe0)"
