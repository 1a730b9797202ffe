#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a device goes under listening and connected CM ids of programs
# requires: guest module:rdma_rxe module:ib_uverbs module:rdma_ucm command:rping
# timeout: 240
# guards: a removal that waits for the ids of a program that does not listen
. "$(dirname "$0")/common.sh"

connected()
{
	rdma resource show cm_id | grep -q "state CONNECT.*comm rping"
}

listening()
{
	rdma resource show cm_id | grep -q "state LISTEN.*comm rping"
}

ready
load rdma_ucm
for what in alive stopped; do
	step "programs that are $what"
	link_add rxe0 rxe d0
	rping -s -a 10.60.0.1 >/dev/null 2>&1 &
	server=$!
	_jobs+=("$server")
	wait_for 30 listening
	rping -c -C 1000000 -a 10.60.0.1 >/dev/null 2>&1 &
	client=$!
	_jobs+=("$client")
	wait_for 30 connected
	[ "$what" = alive ] || kill -STOP "$server" "$client"
	within 60 rdma link delete rxe0
	[ "$what" = alive ] || kill -CONT "$server" "$client"
	sleep 0.5
	kill "$server" "$client" 2>/dev/null || :
	wait "$server" "$client" || :
	run timeout 60 rmmod rdma_rxe
	load rdma_rxe
done
