#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a WQ without a CQ is refused
# requires: guest module:ib_uverbs module:ib_uverbs_mock command:uverbs_mock
# timeout: 60
# guards: WQ_CREATE (uverbs_std_types_wq.c:36 of 6.1) takes the error of a look-up
# guards: for a CQ
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/mock.sh"

load ib_uverbs
mock_load
mock_add
run uverbs_mock mock0 mock - cqless
mock_unload
