# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The mock device: see mock.h.

MOCK=/sys/module/ib_uverbs_mock/parameters
MOCK_DRIVER=/sys/bus/platform/drivers/ib_uverbs_mock

# mock_load - the driver, on whichever ib_uverbs is loaded
mock_load()
{
	run insmod "/lib/modules/$(uname -r)/updates/ib_uverbs_mock.ko"
}

# mock_add - the device mock0
mock_add()
{
	put 1 $MOCK/device
	wait_for 30 uverbs_node mock0 || die "no /dev/infiniband/uverbs of mock0"
}

# mock_unbind - the driver lets go of the device; mock_bind - and takes it again
mock_unbind()
{
	put ib_uverbs_mock $MOCK_DRIVER/unbind
}

mock_bind()
{
	put ib_uverbs_mock $MOCK_DRIVER/bind
	wait_for 30 uverbs_node mock0 || die "no /dev/infiniband/uverbs of mock0"
}

uverbs_node()
{
	local d

	for d in /sys/class/infiniband_verbs/uverbs*; do
		[ "$(cat "$d/ibdev")" != "$1" ] ||
			[ ! -c "/dev/infiniband/${d##*/}" ] || return 0
	done
	return 1
}

# mock_unload - device and driver
mock_unload()
{
	! loaded ib_uverbs_mock || run timeout 60 rmmod ib_uverbs_mock
}

# mock_holder [HOW] - a program with one of everything, until exec 7>&- lets go: it
# closes its file then, or does HOW
mock_holder()
{
	rm -f "$TEST_DIR/say"
	mkfifo "$TEST_DIR/say"
	uverbs_mock mock0 mock - "${1:-hold}" <"$TEST_DIR/say" >"$TEST_DIR/heard" &
	HOLDER=$!
	_jobs+=("$HOLDER")
	exec 7>"$TEST_DIR/say"
	wait_for 60 grep -q held "$TEST_DIR/heard"
	put "" $MOCK/log
}

# mock_ended - it lets go, and has nothing to complain of
mock_ended()
{
	exec 7>&-
	wait "$HOLDER" || die "the program failed: status $?"
}
