#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a removal waits for a command that its own process holds up
# requires: guest module:rdma_rxe module:siw module:ib_uverbs
# requires: command:uverbs_blocked
# timeout: 240
# guards: a removal under a running command, or that outlives a killed process
. "$(dirname "$0")/common.sh"

ready
load siw
for type in rxe siw; do
	step "$type"
	rc=0
	run uverbs_blocked ${type}0 $type d0 || rc=$?
	[ "$rc" != 4 ] || skip "this kernel has no userfaultfd"
	[ "$rc" = 0 ] || die "exit status $rc"
done
