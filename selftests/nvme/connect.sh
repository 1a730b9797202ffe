# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Connects in the background, held up in a function, and the removal of the host's
# device.

# connect - in the background; what became of it is left in $TEST_DIR/connect
connect()
{
	{
		if connect_as 1 nr_io_queues=1 ctrl_loss_tmo=0; then
			echo succeeded
		else
			echo failed
		fi >"$TEST_DIR/connect"
	} &
	CONNECTOR=$!
	_jobs+=("$CONNECTOR")
}

connect_over()
{
	! kill -0 "$CONNECTOR" 2>/dev/null
}

delayed_or_over()
{
	delayed || connect_over
}

# FUNCTION NTH - rxe0 is removed while nvme connect is held up in FUNCTION
scenario()
{
	local try

	# A queue pair of the device that was rxe0 before may have had the same
	# number: until the target's CM has given it up, a connection is stale.
	for try in $(seq 20); do
		delay "$1" 1500 nth="${2:-0}"
		connect
		wait_for 30 delayed_or_over || die "nvme connect hangs"
		! delayed || break
		note "attempt $try: $(dmesg | grep -o 'Connect rejected.*' | tail -n 1)"
		[ "$try" != 20 ] || die "nvme connect does not call $1"
		sleep 1
	done
	remove rxe0
}
