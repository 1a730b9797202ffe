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

# released - the device has gone: the program goes on, touches all it has, and
# ends
released()
{
	exec 7>&-
	wait "$HOLDER" || die "the program did not survive: status $?"
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

# both NAME SERVER CLIENT - the one in the background, the other tries until it
# finds it
both()
{
	step "$1"
	$2 >"$TEST_DIR/server" 2>&1 &
	_jobs+=($!)
	wait_for 60 client "$3" || {
		cat "$TEST_DIR/server" "$TEST_DIR/client" >&2
		die "$1 does not work"
	}
	wait "${_jobs[-1]}" || die "$1: $(cat "$TEST_DIR/server")"
}

client()
{
	timeout 50 sh -c "$1" >"$TEST_DIR/client" 2>&1
}
