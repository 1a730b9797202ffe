#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: control: stock makes a receive queue of the protection domain it has freed
# requires: guest module:ib_srpt kernel:6.1
# guards: srpt_use_srq() (srpt/ib_srpt.c:3176 of 6.1), called when use_srq is written
# guards: (3692), does not know that srpt_remove_one() freed what it uses
# dies: (WARNING: |general protection fault|BUG: |Oops)
# reports: KASAN: .*use-after-free in srpt_use_srq
# cmdline: slub_debug=FZP
# timeout: 60
# shellcheck disable=SC2119 # use_stock alone means all modules
. "$(dirname "$0")/common.sh"

use_stock
one_device
target rxe0 rxe0
rxe_del rxe0
step "use_srq of a port whose device is gone"
put 1 "$LIO_TPG/attrib/use_srq" || :
sleep 3
die "nothing happened: this test does not bite"
