#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: control: with the stock ib_uverbs one open file keeps a device
# requires: guest module:rdma_rxe module:siw module:ib_uverbs
# timeout: 240
# guards: a removal test that would pass on the stock module
# shellcheck disable=SC2119 # use_stock alone means all modules
. "$(dirname "$0")/common.sh"

# removal DRIVER SECONDS - delete its device while a process has its file open
removal()
{
	link_add dev0 "$1" d0
	wait_for 30 test -c /dev/infiniband/uverbs0 ||
		die "no /dev/infiniband/uverbs0"
	sleep 300 8</dev/infiniband/uverbs0 &
	SLEEPER=$!
	_jobs+=("$SLEEPER")
	wait_for 20 holds "$SLEEPER"
	rdma link delete dev0 &
	REMOVER=$!
	_jobs+=("$REMOVER")
	wait_for "$2" ended "$REMOVER"
}

holds()
{
	[ "$(readlink "/proc/$1/fd/8")" = /dev/infiniband/uverbs0 ]
}

ended()
{
	! kill -0 "$1" 2>/dev/null
}

wakes()
{
	kill "$SLEEPER"
	wait "$SLEEPER" || :
}

net_add d0 dummy 10.60.0.1/24
use_stock
load ib_uverbs
for driver in rxe siw; do
	step "stock, $driver: the removal waits for a process that only sleeps"
	driver ${driver/#rxe/rdma_rxe}
	! removal $driver 5 ||
		die "the stock module has let the device go: nothing to show"
	run kill -KILL "$REMOVER"
	sleep 1
	! ended "$REMOVER" || die "the removal could be killed: nothing to show"
	must_fail rdma link add dev0 type $driver netdev d0
	wakes
	wait_for 30 ended "$REMOVER" || die "it has not gone even so"
	run timeout 60 rmmod ${driver/#rxe/rdma_rxe}
done
unload ib_uverbs

use_ours
load ib_uverbs
for driver in rxe siw; do
	step "ours, $driver: it does not"
	driver ${driver/#rxe/rdma_rxe}
	removal $driver 60
	wait "$REMOVER" || die "the removal failed"
	gone /sys/class/infiniband/dev0 || die "dev0 is still there"
	holds "$SLEEPER" 2>/dev/null || kill -0 "$SLEEPER" ||
		die "the program is gone"
	run timeout 60 rmmod ${driver/#rxe/rdma_rxe}
	wakes
done
