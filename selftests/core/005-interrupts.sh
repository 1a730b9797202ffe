#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: look-ups from hard interrupts during allocation and removal
# races: look-ups in hard interrupts, allocation, removal
# requires: module:ib_client_data_test
# guards: look-ups that sleep, or that find data which are being freed
. "$(dirname "$0")/common.sh"

setup_core
in_kernel get-irq
dmesg_since | grep -o '[0-9]* look-ups from interrupts.*' >&2

step "the same with references tracked"
unload ib_client_data_test ib_client_data
load ib_client_data track=1
load ib_client_data_test
in_kernel get-irq
