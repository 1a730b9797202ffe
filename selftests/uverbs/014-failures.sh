#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: every allocation and copy of each creation fails once
# requires: fail-nth guest module:ib_uverbs module:ib_uverbs_mock
# requires: command:uverbs_fail
# timeout: 120
# guards: error paths that leave objects, handles, descriptors or pinned pages
. "$(dirname "$0")/../fail/common.sh"
. "$(dirname "$0")/mock.sh"

setup_fail
load ib_uverbs
is_ours ib_uverbs || die "this is the stock ib_uverbs"
mock_load
mock_add
run uverbs_fail mock0 mock -
mock_unload
