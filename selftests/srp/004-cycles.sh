#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: 50 removals of the device of both initiator and target under I/O
# requires: guest module:ib_srpt module:ib_srp
# guards: what goes wrong once in a while only
# timeout: 900
. "$(dirname "$0")/common.sh"

CYCLES=${CYCLES:-$(rounds 50)}

step "$CYCLES times"
one_device
run ip link set d0 address 02:00:00:00:66:01
rxe_del rxe0
one_device
target rxe0 rxe0
login rxe0 "$TARGET"
remember "$(disk "$SRP")"
slowest=0
for i in $(seq "$CYCLES"); do
	[ "$i" = 1 ] || login rxe0 "$TARGET" 2>/dev/null
	dev=$(disk "$SRP")
	before=$(backing_ios)
	dd if=/dev/zero of="$dev" bs=16k seek=512 count=1024 oflag=direct \
		status=none 2>/dev/null &
	io=$!
	wait_for 20 io_flows "$before" || die "no I/O in cycle $i"
	begin=$(ms)
	timeout 30 rdma link delete rxe0 || die "removal $i hangs"
	took=$(($(ms) - begin))
	[ "$took" -le "$slowest" ] || slowest=$took
	kill -9 "$io" 2>/dev/null || :
	wait_for 20 no_hosts || die "a SCSI host is left in cycle $i"
	one_device 2>/dev/null
	[ $((i % 10)) != 0 ] || note "$i removals, the slowest took $slowest ms"
done
note "$CYCLES removals, the slowest took $slowest ms"
[ "$slowest" -le 15000 ] || die "a removal took $slowest ms"

step "the data are what they were"
login rxe0 "$TARGET"
recall "$(disk "$SRP")"
logout "$SRP"
srp_clean
idle ib_srpt
