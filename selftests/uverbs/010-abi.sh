#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: every command answers as with the stock ib_uverbs, and leaks nothing
# requires: guest module:rdma_rxe module:ib_uverbs module:ib_uverbs_mock
# requires: command:uverbs_abi
# timeout: 500
# guards: an errno that programs rely on, objects that a failed command leaves
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/mock.sh"

# plain - no debug kernel
plain()
{
	[ "$SLOW" = 1 ]
}

# transcripts WHOSE - of both devices, left in $TEST_DIR
transcripts()
{
	load ib_uverbs
	load rdma_rxe
	# When its answer to CREATE_QP cannot be written, rxe loses a queue and
	# stops timers that it has not set up: a debug kernel says so.
	if plain; then
		link_add rxe0 rxe d0
		transcript "$1" rxe0 rxe
		run rdma link delete rxe0
	fi
	mock_load
	mock_add
	transcript "$1" mock0 mock
	handles_ran_out "$TEST_DIR/mock0.$1"
	mock_unload
	unload rdma_rxe ib_uverbs
}

# handles_ran_out TRANSCRIPT - Debian's kernels have what it takes to use them all up
handles_ran_out()
{
	! grep -qx 'FILL: done' "$1" || return 0
	! plain || die "not all handles could be taken: $(grep '^FILL:' "$1")"
	note "SKIP all handles in use: a kernel without CONFIG_XARRAY_MULTI"
}

# transcript WHOSE DEVICE TYPE
transcript()
{
	step "$1 ib_uverbs, $2"
	(cd "$TEST_DIR" && timeout $((120 * SLOW)) uverbs_abi "$2" "$3" d0) \
		>"$TEST_DIR/$2.$1" || {
		tail -n 5 "$TEST_DIR/$2.$1" >&2
		die "uverbs_abi failed on $2"
	}
}

net_add d0 dummy 10.60.0.1/24
# shellcheck disable=SC2119 # use_stock alone means all modules
use_stock
transcripts stock
use_ours
transcripts our

step "they are the same"
for device in rxe0 mock0; do
	[ "$device" = mock0 ] || plain || continue
	lines=$(wc -l <"$TEST_DIR/$device.our")
	note "$device: $lines lines"
	[ "$lines" -gt 500 ] || die "that is too short to be a transcript"
	diff "$TEST_DIR/$device.stock" "$TEST_DIR/$device.our" >&2 ||
		die "$device: stock (<) and ours (>) do not answer the same"
done
