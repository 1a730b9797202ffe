#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: user space, as on stock: CM tools, perftest, and all by write() alone
# requires: guest module:rdma_rxe module:ib_uverbs command:ibv_rc_pingpong
# requires: command:ucmatose command:ib_send_bw command:uverbs_write
# timeout: 600
# guards: an object layer that rdma-core does not get along with
. "$(dirname "$0")/common.sh"

# cm_tools HOW [PREFIX] - programs of the connection manager
cm_tools()
{
	both "ucmatose$1" "${2-} ucmatose -b 10.60.0.1" \
		"${2-} ucmatose -s 10.60.0.1 -b 10.60.0.1"
	both "udaddy$1" "${2-} udaddy -b 10.60.0.1" \
		"${2-} udaddy -s 10.60.0.1 -b 10.60.0.1"
	both "rstream$1" "${2-} rstream -b 10.60.0.1 -S 1000 -I 10 -C 2" \
		"${2-} rstream -s 10.60.0.1 -S 1000 -I 10 -C 2"
}

# bandwidth HOW TOOL [PREFIX]
bandwidth()
{
	local tool="${3-} $2 -F -d rxe0 -x 1 -n 20 -s 1024 -Q 1"

	both "$2$1" "$tool" "$tool 10.60.0.1"
}

by_write()
{
	local kind tool

	run uverbs_write ibv_devinfo -v -d rxe0 >"$TEST_DIR/devinfo"
	grep -q PORT_ACTIVE "$TEST_DIR/devinfo" ||
		die "$(cat "$TEST_DIR/devinfo")"
	for kind in rc uc ud srq; do
		tool="uverbs_write ibv_${kind}_pingpong -e -g 1 -n 20"
		both "ibv_${kind}_pingpong by write()" "$tool" "$tool 10.60.0.1"
	done
	both "rping by write()" "uverbs_write rping -s -C 5 -a 10.60.0.1" \
		"uverbs_write rping -c -C 5 -a 10.60.0.1"
	cm_tools " by write()" uverbs_write
	for tool in ib_send_bw ib_write_bw ib_read_bw; do
		bandwidth " by write()" $tool uverbs_write
	done
}

programs()
{
	local tool before

	before=$(resources rxe0)
	# rxe has no XRC domains
	must_fail timeout 60 ibv_xsrq_pingpong -d rxe0 -g 1 -n 2 >/dev/null 2>&1
	cm_tools ""
	for tool in ib_send_bw ib_write_bw ib_read_bw; do
		bandwidth "" $tool
	done
	[ "$seccomp" = 4 ] || by_write
	same "objects left" "$before" "$(resources rxe0)"
}

seccomp=0
uverbs_write true || seccomp=$?
on_stock_and_ours programs
[ "$seccomp" != 4 ] || skip "no seccomp: nothing was done by write()"
