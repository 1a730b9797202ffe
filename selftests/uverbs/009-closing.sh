#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a file is closed under threads that create objects on it
# races: creation, the end of a context
# requires: guest module:rdma_rxe module:siw module:ib_uverbs
# requires: command:uverbs_closing
# timeout: 240
# guards: objects that are made on a file while it ends, and stay for ever
. "$(dirname "$0")/common.sh"

ready
load siw
for type in rxe siw; do
	step "$type"
	run uverbs_closing ${type}0 $type d0 20
done
