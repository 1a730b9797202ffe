# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of core share: the test module and one soft-RoCE device, rxe0.

# shellcheck source=selftests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

TESTDIR=/sys/kernel/debug/ib_client_data_test

# setup_core [PARAMETER...] - core with these parameters, the test module, rxe0
setup_core()
{
	unload ib_client_data_test ib_client_data
	load ib_client_data "$@"
	load ib_client_data_test
	net_add d0 dummy 10.50.0.1/24
	rxe_add rxe0 d0
}

# in_kernel TEST [DEVICE] - run a test of the module; what it expected and did
# not get is in the kernel log
in_kernel()
{
	put "$1 ${2:-rxe0}" "$TESTDIR/run" || {
		dmesg_since | grep 'not met' | sed 's/^\[[^]]*\] //' >&2
		die "$1: expectations were not met"
	}
}

# standing WORD - a count of the standing client: adds, removes, allocs ...
standing()
{
	tr ' ' '\n' <"$TESTDIR/standing" | sed -n "s/^$1=//p"
}
