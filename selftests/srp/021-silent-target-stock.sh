#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: control: stock's removal waits for requests that nobody answers
# requires: guest module:ib_srpt module:ib_srp
# guards: shows that 021-silent-target bites
# dies: (hung_task: blocked tasks|BUG: |Oops|general protection fault)
# timeout: 90
# shellcheck disable=SC2119 # use_stock alone means all modules
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/srp/silent.sh
. "$(dirname "$0")/silent.sh"

use_stock
hung_task 20
removal_in_silence
! wait_for 30 removed || die "stock removes it: this test does not bite"
sleep 30
die "nothing happened: this test does not bite"
