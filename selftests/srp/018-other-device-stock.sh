#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: control: stock lists a request as free that is still posted
# requires: guest module:ib_srpt module:ib_srp
# guards: shows that 018-other-device bites
# dies: list_add double add
# reports: list_add double add
# timeout: 180
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/srp/elsewhere.sh
. "$(dirname "$0")/elsewhere.sh"

use_stock ib_srp
reconnects_elsewhere
step "the old way again"
lead a0 "$HOST"
back
die "nothing happened: this test does not bite"
