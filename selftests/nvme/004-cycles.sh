#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: 50 removals of the device of both host and target under I/O
# requires: guest command:nvme module:ib_client_data
# guards: what goes wrong once in a while only
# timeout: 600
. "$(dirname "$0")/common.sh"

load nvme-rdma
one_device
nvmet_setup "$TARGET"
nvme_connect "$TARGET"
remember "$(nvme_block "$CTRL")"
nvme_disconnect "$CTRL"

step "fifty times, fewer on a debug kernel"
slowest=0 kept=0
for i in $(seq "${CYCLES:-$(rounds 50)}"); do
	one_device 2>/dev/null
	wait_for 30 connected 1 || die "no connection in cycle $i"
	dev=$(nvme_block "$(ctrl_of 1)")
	before=$(ios "$(ctrl_of 1)")
	dd if=/dev/zero of="$dev" bs=16k seek=512 count=1024 oflag=direct \
		status=none 2>/dev/null &
	io=$!
	wait_for 15 ctrl_flows "$(ctrl_of 1)" "$before" || die "no I/O in cycle $i"
	begin=$(ms)
	timeout 20 rdma link delete rxe0 || die "removal $i hangs"
	took=$(($(ms) - begin))
	[ "$took" -le "$slowest" ] || slowest=$took
	wait_for 10 not_live 1 || die "a controller lives in cycle $i"
	kill -9 "$io" 2>/dev/null || :
	[ -z "$(ctrl_of 1)" ] || kept=$((kept + 1))
	[ $((i % 10)) != 0 ] ||
		note "$i removals, the slowest took $slowest ms; $kept controllers kept"
done
[ "$slowest" -le $((10000 * SLOW)) ] || die "a removal took $slowest ms"

step "the data are what they were"
one_device
wait_for 30 connected 1 || die "no connection"
nvme_disconnect "$(ctrl_of 1)"
nvme_connect "$TARGET"
recall "$(nvme_block "$CTRL")"
io_verify "$(nvme_block "$CTRL")" "${BUSY[@]}" --size=4M
nvme_disconnect "$CTRL"
nvmet_teardown
idle nvme_rdma nvmet_rdma
unused nvme_rdma nvmet_rdma
