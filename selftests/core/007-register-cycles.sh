#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: 1000 registrations with readers running
# requires: module:ib_client_data_test
# guards: a registration that races with removal (the 2024 helper for NFS)
# timeout: 300
. "$(dirname "$0")/common.sh"

setup_core
put "$(rounds 1000)" /sys/module/ib_client_data_test/parameters/cycles
in_kernel register-cycles
dmesg_since | grep -o '[0-9]* cycles, .*' >&2
same "slots left" "" "$(slots)"
