#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: user space as it is: CM tools, perftest, and all by write() alone
# requires: guest module:rdma_rxe module:ib_uverbs command:ibv_rc_pingpong
# requires: command:ucmatose command:ib_send_bw command:uverbs_write
# timeout: 400
# guards: an object layer that rdma-core does not get along with
. "$(dirname "$0")/common.sh"

ready
load rdma_ucm
link_add rxe0 rxe d0
before=$(resources rxe0)

# rxe has no XRC domains, here as on stock
must_fail timeout 60 ibv_xsrq_pingpong -d rxe0 -g 1 -n 2 >/dev/null 2>&1

both ucmatose "ucmatose -b 10.60.0.1" "ucmatose -s 10.60.0.1 -b 10.60.0.1"
both udaddy "udaddy -b 10.60.0.1" "udaddy -s 10.60.0.1 -b 10.60.0.1"
both rstream "rstream -b 10.60.0.1 -S 1000 -I 10 -C 2" \
	"rstream -s 10.60.0.1 -S 1000 -I 10 -C 2"
for tool in ib_send_bw ib_write_bw ib_read_bw; do
	args="-F -d rxe0 -x 1 -n 20 -s 1024 -Q 1"
	both "$tool" "$tool $args" "$tool $args 10.60.0.1"
done
same "objects left" "$before" "$(resources rxe0)"

rc=0
uverbs_write true || rc=$?
[ "$rc" != 4 ] || exit 0
run uverbs_write ibv_devinfo -v -d rxe0 >"$TEST_DIR/devinfo"
grep -q PORT_ACTIVE "$TEST_DIR/devinfo" || die "$(cat "$TEST_DIR/devinfo")"
for kind in rc uc ud srq; do
	tool="uverbs_write ibv_${kind}_pingpong -e -g 1 -n 20"
	both "ibv_${kind}_pingpong by write()" "$tool" "$tool 10.60.0.1"
done
both "rping by write()" "uverbs_write rping -s -C 5 -a 10.60.0.1" \
	"uverbs_write rping -c -C 5 -a 10.60.0.1"
same "objects left" "$before" "$(resources rxe0)"
