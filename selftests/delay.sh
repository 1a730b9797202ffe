# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Delays in kernel functions, which widen the windows of races. For the common.sh
# of a group, which sources it after lib.sh.

UPDATES=/lib/modules/$(uname -r)/updates

# delay FUNCTION[,FUNCTION...] MS [PARAMETER...] - from now on it sleeps when it is
# entered
delay()
{
	unload ib_client_data_delay
	run insmod "$UPDATES/ib_client_data_delay.ko" \
		"function=$1" "ms=$2" "${@:3}"
}

# delayed - how many calls are being delayed; delay_hits - how many there were
delayed()
{
	[ "$(cat /sys/module/ib_client_data_delay/parameters/sleepers)" -gt 0 ]
}

delay_hits()
{
	cat /sys/module/ib_client_data_delay/parameters/hits
}

# called N - so many calls of what is delayed; for wait_for
called()
{
	[ "$(delay_hits)" -ge "$1" ]
}

# undelay
undelay()
{
	[ ! -d /sys/module/ib_client_data_delay ] ||
		run timeout 60 rmmod ib_client_data_delay
}
