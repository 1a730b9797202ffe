# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash

# in_flight DISK COUNT - so many requests are; for wait_for
in_flight()
{
	local reads writes

	read -r reads writes <"/sys/block/${1#/dev/}/inflight"
	[ $((reads + writes)) -ge "$2" ]
}

# removal_in_silence - the initiator's device is being removed, and there are eight
# requests that the target never hears of
removal_in_silence()
{
	local i dev

	two_devices
	target rxe1 rxe0
	login_wire
	dev=$(disk "$SRP")
	step "eight requests, and nobody at the other end"
	run ip link set b0 down
	for i in 1 2 3 4 5 6 7 8; do
		dd if="$dev" of=/dev/null bs=64k count=1 skip="$i" \
			iflag=direct status=none 2>/dev/null &
		_jobs+=("$!")
	done
	wait_for 10 in_flight "$dev" 8 || die "the requests are not under way"
	step "the device goes"
	remove rxe0
}
