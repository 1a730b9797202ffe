#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a device of soft iWARP goes at once whatever programs hold
# requires: guest module:siw module:ib_uverbs command:uverbs_removal
# timeout: 900
# guards: a removal that was made for rdma_rxe only
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/../delay.sh"

ready siw
removals siw0 siw
unload siw
