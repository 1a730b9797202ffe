#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: the driver's module goes under a program with everything mapped
# requires: guest module:rdma_rxe module:ib_uverbs command:uverbs_hold
# timeout: 240
# guards: memory areas, objects or files that lead into a driver that is gone
. "$(dirname "$0")/common.sh"

ready

step "control: the device is there, and so are its pages"
link_add rxe0 rxe d0
not_released rxe0 rxe d0
run timeout 60 rdma link delete rxe0

step "rmmod takes the device along"
link_add rxe0 rxe d0
holder rxe0 rxe d0
run timeout 60 rmmod rdma_rxe
! loaded rdma_rxe || die "rdma_rxe is still loaded"
# open files are served by ib_uverbs
must_fail timeout 60 rmmod ib_uverbs
released

step "the network device goes"
load rdma_rxe
link_add rxe0 rxe d0
holder rxe0 rxe d0
net_del d0
wait_for 60 gone /sys/class/infiniband/rxe0
run timeout 60 rmmod rdma_rxe
must_fail timeout 60 rmmod ib_uverbs
released

step "everything goes: no file, no module"
run timeout 60 rmmod ib_uverbs
