#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: user space as it is, as on stock: ibv_devinfo, pingpongs, rping
# requires: guest module:rdma_rxe module:ib_uverbs command:ibv_rc_pingpong
# requires: command:rping
# timeout: 400
# guards: an object layer that rdma-core does not get along with
. "$(dirname "$0")/common.sh"

programs()
{
	local kind before

	run ibv_devinfo -v -d rxe0 >"$TEST_DIR/devinfo"
	grep -q PORT_ACTIVE "$TEST_DIR/devinfo" ||
		die "$(cat "$TEST_DIR/devinfo")"
	before=$(resources rxe0)
	for kind in rc uc ud srq; do
		both "ibv_${kind}_pingpong" "ibv_${kind}_pingpong -g 1 -n 50" \
			"ibv_${kind}_pingpong -g 1 -n 50 10.60.0.1"
	done
	both "ibv_rc_pingpong, by events" "ibv_rc_pingpong -e -g 1 -n 50" \
		"ibv_rc_pingpong -e -g 1 -n 50 10.60.0.1"
	both rping "rping -s -C 10 -a 10.60.0.1" "rping -c -C 10 -a 10.60.0.1"
	same "objects left" "$before" "$(resources rxe0)"
	[ -e "$TEST_DIR/stock" ] || cp "$TEST_DIR/devinfo" "$TEST_DIR/stock"
}

on_stock_and_ours programs
same "ibv_devinfo" "$(cat "$TEST_DIR/stock")" "$(cat "$TEST_DIR/devinfo")"
