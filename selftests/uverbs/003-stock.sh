#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: control: with the stock ib_uverbs one open file keeps a device
# requires: guest module:rdma_rxe module:ib_uverbs
# timeout: 240
# guards: a removal test that would pass on the stock module
# shellcheck disable=SC2119 # use_stock alone means all modules
. "$(dirname "$0")/common.sh"

# removal SECONDS - delete rxe0 while a process has its file open
removal()
{
	link_add rxe0 rxe d0
	wait_for 30 test -c /dev/infiniband/uverbs0 ||
		die "no /dev/infiniband/uverbs0"
	sleep 300 8</dev/infiniband/uverbs0 &
	SLEEPER=$!
	_jobs+=("$SLEEPER")
	wait_for 20 holds "$SLEEPER"
	rdma link delete rxe0 &
	REMOVER=$!
	_jobs+=("$REMOVER")
	wait_for "$1" ended "$REMOVER"
}

holds()
{
	[ "$(readlink "/proc/$1/fd/8")" = /dev/infiniband/uverbs0 ]
}

ended()
{
	! kill -0 "$1" 2>/dev/null
}

step "stock: the removal waits for a process that only sleeps"
use_stock
load ib_uverbs
load rdma_rxe
net_add d0 dummy 10.60.0.1/24
! removal 8 || die "the stock module has let the device go: nothing to show"
kill "$SLEEPER"
wait "$SLEEPER" || :
wait_for 30 ended "$REMOVER" || die "it has not gone even so"
unload rdma_rxe ib_uverbs

step "ours: it does not"
use_ours
load ib_uverbs
load rdma_rxe
removal 60
holds "$SLEEPER" 2>/dev/null || kill -0 "$SLEEPER" || die "the program is gone"
run timeout 60 rmmod rdma_rxe
kill "$SLEEPER"
wait "$SLEEPER" || :
