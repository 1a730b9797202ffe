#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: control: any user of a device with WQs can oops the stock ib_uverbs
# requires: guest module:ib_uverbs_mock command:uverbs_mock
# guards: shows that 015-wq bites
# dies: (BUG: unable to handle|general protection fault|Oops|Kernel mode fault)
# timeout: 60
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/mock.sh"

# shellcheck disable=SC2119 # use_stock alone means all modules
use_stock
load ib_uverbs
mock_load
mock_add
step "a WQ without a CQ"
run uverbs_mock mock0 mock - cqless
die "nothing happened: this test does not bite"
