#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: everything at random at once: threads, timers, tasklets, hard interrupts
# races: everything that clients may do
# requires: module:ib_client_data_torture
# guards: races of look-up, allocation, removal, register and unregister
# timeout: 240
# guest: own --smp 4
# cmdline: preempt=full
#
# TORTURE_SECONDS, TORTURE_SEED, TORTURE_READERS: a longer run, the choices of
# an earlier one, more threads. TORTURE_ONLY: nothing but that run.
# TORTURE_MODULES: a directory with the modules to be used instead.
. "$(dirname "$0")/../lib.sh"

DIR=/sys/kernel/debug/ib_client_data_torture
seconds=${TORTURE_SECONDS:-30}

# insert MODULE [PARAMETER...]
insert()
{
	local module=$1

	if [ -z "${TORTURE_MODULES-}" ]; then
		load "$@"
		return
	fi
	shift
	run insmod "$TORTURE_MODULES/$module.ko" "$@"
}

ended()
{
	[ "$(cat "$DIR/over")" = 1 ] || [ "$(cat "$DIR/result")" = FAILED ]
}

# torture SECONDS SEED - a run; the test fails if it does
torture()
{
	unload ib_client_data_torture
	insert ib_client_data_torture seconds="$1" seed="$2" \
		nreaders="${TORTURE_READERS:-0}"
	wait_for $(($1 + 60)) ended || :
	if [ "$(cat "$DIR/result")" != ok ]; then
		dmesg_since | grep 'ib_client_data_torture: FAILED' |
			head -n 12 >&2
		# what is broken on purpose may never let go of its modules
		[ -z "${TORTURE_MODULES-}" ] || trap - EXIT
		die "result: $(cat "$DIR/result"), $(seed)"
	fi
}

seed()
{
	dmesg_since | grep -o 'ib_client_data_torture: seed=[0-9]*' |
		tail -n 1 | grep -o 'seed=.*'
}

# count NAME [FIELD] - a sum over all contexts, or one: 2 threads, 3 softirq, 4
# hard interrupts
count()
{
	awk -v name="$1" -v field="${2:-0}" '
		$1 == name { print field ? $field : $2 + $3 + $4 }' "$DIR/stats"
}

# busy NAME [FIELD] - what has not happened has not been tested
busy()
{
	[ "$(count "$@")" -gt 0 ] || die "no $1 in the whole run"
}

unload ib_client_data_test ib_client_data_torture ib_client_data
[ -z "${TORTURE_MODULES-}" ] || run modprobe ib_core
insert ib_client_data report_seconds=20

step "$seconds s of everything"
torture "$seconds" "${TORTURE_SEED:-0}"
note "$(seed)"
sed 's/^/   /' "$DIR/stats" >&2
for name in adds refused removes allocs alloc-fails alloc-nodev alloc-errors \
	    late frees more-gets mailed last-puts registrations devices; do
	busy "$name"
done
for field in 2 3 4; do
	busy hits "$field"
	busy misses "$field"
	busy puts "$field"
done
[ -z "${TORTURE_ONLY-}" ] || exit 0

step "$((seconds / 3)) s of everything, references are tracked"
unload ib_client_data_torture ib_client_data
insert ib_client_data report_seconds=20 track=1
torture "$((seconds / 3))" 0

step "two runs with one seed choose the same"
torture 3 4711
cat "$DIR/actors" >"$TEST_DIR/first"
torture 3 4711
join <(sort "$TEST_DIR/first") <(sort "$DIR/actors") >"$TEST_DIR/both"
note "$(wc -l <"$TEST_DIR/both") actors compared"
[ "$(wc -l <"$TEST_DIR/both")" -ge 4 ] || die "too few actors to compare"
awk '$2 != $3 { print; bad = 1 } END { exit bad }' "$TEST_DIR/both" ||
	die "one seed, two sequences"
torture 3 4712
join <(sort "$TEST_DIR/first") <(sort "$DIR/actors") >"$TEST_DIR/other"
[ "$(wc -l <"$TEST_DIR/other")" -ge 4 ] || die "too few actors to compare"
awk '$2 == $3 { print; bad = 1 } END { exit bad }' "$TEST_DIR/other" ||
	die "two seeds, one sequence"
unload ib_client_data_torture ib_client_data
