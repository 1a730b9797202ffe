#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: the host's device goes, idle and under I/O, and comes back: data intact
# requires: guest command:fio command:nvme module:ib_client_data
# guards: removal that waits for I/O, loses data, or leaves references behind
# timeout: 240
. "$(dirname "$0")/common.sh"

load nvme-rdma
two_devices
nvmet_setup "$TARGET"
connect_wire -i 2
remember "$(nvme_block "$CTRL")"

for way in link netdev module; do
	# A module's devices go in the order they came: the host's first.
	[ "$way" != module ] || rxe_del rxe1

	step "idle, by $way"
	two_devices
	wait_for 10 listening "$TARGET" -w "$HOST"
	[ -n "$CTRL" ] || connect_wire -i 2
	remove_by "$way" rxe0 a0
	wait_for 10 gone "/sys/class/nvme/$CTRL" || die "$CTRL is left"

	step "under I/O, by $way"
	two_devices
	wait_for 10 listening "$TARGET" -w "$HOST"
	connect_wire -i 2
	recall "$(nvme_block "$CTRL")"
	busy "$CTRL"
	remove_by "$way" rxe0 a0
	fio_told
	wait_for 10 gone "/sys/class/nvme/$CTRL" || die "$CTRL is left"
	unused nvme_rdma
	CTRL=
done

step "reconnect"
two_devices
wait_for 10 listening "$TARGET" -w "$HOST"
connect_wire -i 2
recall "$(nvme_block "$CTRL")"
io_verify "$(nvme_block "$CTRL")" "${BUSY[@]}" --size=4M
