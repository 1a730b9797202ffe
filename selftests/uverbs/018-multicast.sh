#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: an id of the connection manager joins a multicast group once
# requires: guest module:rdma_rxe module:rdma_ucm command:uverbs_multicast
# timeout: 60
# guards: who leaves one of two joins ends the other, whose record
# guards: ucma_create_uevent() (core/ucma.c:274 of 6.1) then reads after its end
. "$(dirname "$0")/common.sh"

ready
load rdma_ucm
is_ours rdma_ucm || die "this is the stock rdma_ucm"
link_add rxe0 rxe d0
run uverbs_multicast rxe0 rxe d0 10.60.0.1
step "the device goes with its groups joined"
uverbs_multicast rxe0 rxe d0 10.60.0.1 removal >"$TEST_DIR/says" &
program=$!
_jobs+=("$program")
wait_for 20 grep -q joined "$TEST_DIR/says"
within 20 timeout 30 rdma link delete rxe0
wait "$program" || die "the program did not find what it should"
unload rdma_rxe
