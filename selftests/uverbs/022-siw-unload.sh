#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: siw goes under a program with everything mapped, in three ways
# requires: guest module:siw module:ib_uverbs command:uverbs_hold
# timeout: 240
# guards: memory areas, objects or files that lead into a driver that is gone
. "$(dirname "$0")/common.sh"

ready siw
step "control: the device is there, and so are its pages"
link_add siw0 siw d0
not_released siw0 siw d0
run timeout 60 rdma link delete siw0

for what in device driver network; do
	step "the $what goes"
	loaded siw || load siw
	link_add siw0 siw d0
	holder siw0 siw d0
	case $what in
	device) within 60 rdma link delete siw0 ;;
	driver) within 60 rmmod siw ;;
	network) net_del d0 ;;
	esac
	wait_for 60 gone /sys/class/infiniband/siw0
	! loaded siw || run timeout 60 rmmod siw
	# open files are served by ib_uverbs
	must_fail timeout 60 rmmod ib_uverbs
	released
done

step "everything goes: no file, no module"
run timeout 60 rmmod ib_uverbs
