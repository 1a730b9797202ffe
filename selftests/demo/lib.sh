# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the scenes of "make demo" share. A scene is a file of this directory,
# run by itself in the guest; what it saw it adds to the summary by row, holds
# and protocol. For a scene to source after the common.sh of its tests.

# Lines of the summary, of the table of protocols; files, see play.
: "${DEMO_ROWS:=/dev/stderr}" "${DEMO_TABLE:=/dev/stderr}"
TRACE=/sys/kernel/tracing
WRONG=0
# KiB that fio has read back, every block with its checksum, in this scene; and in
# its last run.
VERIFIED=0
READ=0
# The kept area is written once and read back after everything else; loads of
# the other are under way while the device goes.
# shellcheck disable=SC2034 # for the scenes
KEPT=(--offset=0 --size=8M)
# shellcheck disable=SC2034 # for the scenes
LOAD=(--offset=16M --size=32M)

# row WHAT GOT ok|WRONG - a line of the summary
row()
{
	printf '%-48s %-18s %s\n' "$1" "$2" "$3" >>"$DEMO_ROWS"
	[ "$3" = ok ] || WRONG=1
}

# holds WHAT GOT COMMAND... - a row that is ok if COMMAND succeeds
holds()
{
	local what=$1 got=$2

	shift 2
	if "$@"; then
		row "$what" "$got" ok
	else
		row "$what" "$got" WRONG
	fi
}

# protocol NAME CONNECT-MS REMOVAL-MS FREED RECOVERY-MS - with what was verified
protocol()
{
	printf '%-16s %10s %12s %12s %8s %12s\n' "$1" "$(seconds "$2")" \
		"$(megabytes "$VERIFIED")" "$(seconds "$3")" "$4" \
		"$(seconds "$5")" >>"$DEMO_TABLE"
}

# verified - count what the last fio, which ended without an error, has read back
verified()
{
	# the sixth word of its terse output
	READ=$(awk -F ';' '$1 == 3 { kib += $6 } END { print kib + 0 }' "$TEST_DIR/fio")
	[ "$READ" -gt 0 ] || die "fio has verified nothing: $(cat "$TEST_DIR/fio")"
	VERIFIED=$((VERIFIED + READ))
}

# megabytes KIB
megabytes()
{
	echo "$(($1 / 1024)) MB"
}

# seconds MS
seconds()
{
	printf '%d.%02d s' $(($1 / 1000)) $(($1 % 1000 / 10))
}

# since BEGIN - milliseconds
since()
{
	echo $(($(ms) - $1))
}

# kept DEVICE [OPTION...] - write the kept area with checksums; with
# --verify_only, read it back
kept()
{
	io_verify "$1" --rw=write "${KEPT[@]}" "${@:2}"
	verified
}

# flow BLOCKDEV - reads and writes that it completes in a second, once there are any
flow()
{
	local before

	before=$(io_count "$1")
	wait_for 20 io_flows "$1" "$before" || :
	before=$(io_count "$1")
	sleep 1
	echo $(($(io_count "$1") - before))
}

# watch - have core's events of this scene recorded from here on
watch()
{
	put 1 "$TRACE/events/ib_client_data/enable"
	: >"$TRACE/trace"
}

# event NAME DEVICE CLIENT - core's events NAME that were recorded
event()
{
	grep -E " $1: device=$2 client=$3 " "$TEST_DIR/trace" |
		sed 's/.* \([0-9.]*\): \([a-z]*: device\)/\1 \2/' || :
}

# field NAME - of such lines on standard input
field()
{
	sed -n "s/.* $1=\([0-9-]*\).*/\1/p" | tail -n 1
}

# core_saw DEVICE CLIENT REFERENCES - what core did for a client of the removed
# device, which had that many references before; sets FREED
core_saw()
{
	local removed waited removing

	event "(alloc|remove|free)" "$1" "$2" | sed 's/^ */   /' >&2
	note "$2: $(event get "$1" "$2" | wc -l) gets," \
		"$(event put "$1" "$2" | wc -l) puts"
	removed=$(event remove "$1" "$2" | wc -l)
	FREED=$(event free "$1" "$2" | wc -l)
	waited=$(event free "$1" "$2" | field wait_us)
	removing=$(event free "$1" "$2" | field remove_us)
	holds "$2: references under I/O" "$3" test "$3" -gt 1
	holds "$2: remove() called once, took" "${removing:-?} us" \
		test "$removed" = 1
	holds "$2: waited for the last reference" "${waited:-?} us" \
		test -n "$waited"
	holds "$2: data freed" "$FREED time(s)" test "$FREED" = 1
	holds "$2: left in core's list" "$(slot "$1" "$2" state)" \
		test "$(slot "$1" "$2" state)" = none
}

# clean_log - the kernel has nothing to complain about
clean_log()
{
	local bad

	bad=$(dmesg | "$(dirname "${BASH_SOURCE[0]}")/../run" --strange |
		grep -cE 'WARNING:|BUG:|Oops|refcount_t:|blocked for more' || :)
	holds "kernel log: warnings" "$bad" test "$bad" = 0
}

# unload_all MODULE... - they are not in use any more
unload_all()
{
	local m

	for m in "$@"; do
		unload "$m"
	done
	row "the modules unload" "$#" ok
}

# end - the last line of a scene
end()
{
	exit "$WRONG"
}
