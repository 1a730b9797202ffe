#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a device takes back its page while it is being mapped, or goes
# requires: guest module:ib_uverbs module:ib_uverbs_mock command:uverbs_mapping
# timeout: 60
# guards: a mapping of which a driver's own disassociation does not know yet, and one
# guards: that has lost its pages with another one's; one that the driver made of an
# guards: area that is private, or that is moved while its pages are taken back
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/mock.sh"

# It takes pages that are put in the place of a device's for the device's, and
# loses count.
! grep -q "User Mode Linux" /proc/cpuinfo || skip "this kernel cannot unmap"

load ib_uverbs
is_ours ib_uverbs || die "this is the stock ib_uverbs"
mock_load
mock_add

case $(uname -r) in
6.1.*)	note "not tried: no driver of this kernel disassociates by itself" ;;
*)	step "the device is reset during mmap()"
	run uverbs_mapping mock0 mock - reset
	step "the device is reset while two programs look on"
	run uverbs_mapping mock0 mock - shared ;;
esac

step "the device goes"
run uverbs_mapping mock0 mock -
mock_add
step "the device goes while its page is moved"
run uverbs_mapping mock0 mock - moving
mock_unload
