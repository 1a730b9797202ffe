#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: control: stock's target never ends a login that its initiator gave up
# requires: guest command:iscsiadm module:ib_client_data_delay kernel:6.1
# guards: shows that 016-slow-login bites: rmdir of the ACL hangs
# dies: hung_task: blocked tasks
# timeout: 150
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/iser/slow.sh
. "$(dirname "$0")/slow.sh"

# shellcheck disable=SC2119 # use_stock alone means all modules
use_stock
slow_login
iscsid_kill
hung_task 20
lio_teardown
die "nothing happened: this test does not bite"
