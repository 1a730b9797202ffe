#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a device goes under listening and connected CM ids of programs
# requires: guest module:rdma_rxe module:siw module:ib_uverbs module:rdma_ucm
# requires: command:rping
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

# ended NAME PROCESS - by itself, whatever it says of that, or as it was told to
ended()
{
	local status=0

	wait "$2" || status=$?
	note "the $1: status $status"
	# rping may say -1, which is above what signals make of it
	[ "$status" -le 128 ] || [ "$status" = 143 ] || [ "$status" = 255 ] ||
		die "the $1 ends with status $status"
}

# gone_under alive|stopped DEVICE TYPE
gone_under()
{
	local driver=${3/#rxe/rdma_rxe} server client

	step "$3: programs that are $1"
	link_add "$2" "$3" d0
	rping -s -a 10.60.0.1 >/dev/null 2>&1 &
	server=$!
	_jobs+=("$server")
	wait_for 30 listening
	rping -c -C 1000000 -a 10.60.0.1 >/dev/null 2>&1 &
	client=$!
	_jobs+=("$client")
	wait_for 30 connected
	[ "$1" = alive ] || kill -STOP "$server" "$client"
	within 60 rdma link delete "$2"
	[ "$1" = alive ] || kill -CONT "$server" "$client"
	sleep 0.5
	kill "$server" "$client" 2>/dev/null || :
	ended server "$server"
	ended client "$client"
	run timeout 60 rmmod "$driver"
	load "$driver"
}

ready
load rdma_ucm
for type in rxe siw; do
	for what in alive stopped; do
		gone_under $what ${type}0 $type
	done
done
