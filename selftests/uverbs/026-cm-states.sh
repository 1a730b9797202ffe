#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: ids of the CM, in each of their states, when their device goes
# requires: guest module:rdma_rxe module:siw module:ib_uverbs module:rdma_ucm
# requires: command:uverbs_cm
# timeout: 240
# guards: an id that is not told, that waits, or that keeps the driver
. "$(dirname "$0")/common.sh"

ready
load rdma_ucm
for type in rxe siw; do
	for how in link network driver; do
		step "$type, by $how"
		# the other one has no part in it
		driver=${type/#rxe/rdma_rxe}
		loaded "$driver" || load "$driver"
		run env REMOVAL=$how uverbs_cm ${type}0 $type d0 10.60.0.1
	done
done
