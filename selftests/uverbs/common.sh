# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of ib_uverbs share.

# shellcheck source=selftests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# ready [DRIVER] - our ib_uverbs, a soft driver (rdma_rxe), and a network device
# d0 for RDMA devices
ready()
{
	load ib_uverbs
	load "${1:-rdma_rxe}"
	net_add d0 dummy 10.60.0.1/24
}

# resources DEVICE - how many objects ib_core knows of it
resources()
{
	rdma resource show "$1" | sed 's/^[^ ]* [^ ]* //'
}

# holder DEVICE TYPE NETDEV - a program that has everything of the device
holder()
{
	rm -f "$TEST_DIR/say"
	mkfifo "$TEST_DIR/say"
	uverbs_hold "$@" <"$TEST_DIR/say" >"$TEST_DIR/heard" &
	HOLDER=$!
	_jobs+=("$HOLDER")
	exec 7>"$TEST_DIR/say"
	wait_for 60 grep -q held "$TEST_DIR/heard"
}

# not_released DEVICE TYPE NETDEV - the same program, while the device is there, finds
# that its areas are the device's
not_released()
{
	must_fail uverbs_hold "$@" </dev/null 2>"$TEST_DIR/said"
	cat "$TEST_DIR/said" >&2
	grep -qE 'area [0-9]+ (shows|has a page)' "$TEST_DIR/said" ||
		die "the areas of a device that is there look as if it had gone"
}

# released - the device has gone: the program goes on, touches all it has, and
# ends
released()
{
	exec 7>&-
	wait "$HOLDER" || die "the program did not survive: status $?"
}

# removals DEVICE TYPE - with all that a program can hold, by itself, with its network
# device, with its driver
removals()
{
	local how cases

	cases=(open objects readers mappings fork flight churn kill changing many)
	for how in link network driver; do
		step "removal by $how"
		run env REMOVAL=$how uverbs_removal "$1" "$2" d0 "${cases[@]}"
	done
	slow_changing "$1" "$2"
}

# slow_changing DEVICE TYPE - areas change while they wait to be taken back; needs
# delay.sh
slow_changing()
{
	step "removal: changing, which lasts"
	if [ ! -e "$UPDATES/ib_client_data_delay.ko" ]; then
		note "not tried: this kernel has no function tracer"
		return
	fi
	# a child takes long to be made on an emulated machine that is busy
	delay uverbs_user_mmap_disassociate $((1000 + 1000 * SLOW))
	run env HELD_UP=1 REMOVAL=link uverbs_removal "$1" "$2" d0 changing
	called 1 || die "nothing was taken back"
	undelay
}

# Where siw is no module of the kernel's, it is in no index of its.
SIW=/lib/modules/$(uname -r)/updates/siw.ko

# driver MODULE - load it, on whichever ib_uverbs is loaded
driver()
{
	local m

	if [ "$1" != siw ] || [ ! -e "$SIW" ]; then
		load "$1"
		return
	fi
	for m in $(modinfo -F depends "$SIW" | tr , ' '); do
		run modprobe "$m"
	done
	run insmod "$SIW"
}

# on_stock_and_ours FUNCTION - programs, with rxe0: first on the distribution's
# modules, which show what is to be expected
on_stock_and_ours()
{
	local set

	net_add d0 dummy 10.60.0.1/24
	for set in stock ours; do
		step "$set modules"
		use_$set
		load ib_uverbs
		load rdma_rxe
		load rdma_ucm
		link_add rxe0 rxe d0
		"$1"
		run timeout 60 rdma link delete rxe0
		unload rdma_ucm rdma_rxe ib_uverbs
	done
}

# both NAME SERVER CLIENT - the one in the background, the other when it listens
both()
{
	step "$1"
	$2 >"$TEST_DIR/server" 2>&1 &
	_jobs+=($!)
	{ wait_for 60 listening && timeout $((50 * SLOW)) sh -c "$3"; } \
		>"$TEST_DIR/client" 2>&1 || {
		cat "$TEST_DIR/server" "$TEST_DIR/client" >&2
		die "$1 does not work"
	}
	wait "${_jobs[-1]}" || die "$1: $(cat "$TEST_DIR/server")"
}

# listening - a program does: by the CM, or at the port of pingpongs and perftest
listening()
{
	rdma resource show cm_id | grep -q "state LISTEN" ||
		grep -qE ':4853 0+:0000 0A' /proc/net/tcp /proc/net/tcp6
}
