#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: control: memory that the test module loses is found after the test
# requires: module:ib_client_data_test kmemleak
# reports: comm "icd_test"
# guards: shows that the scan for leaks after each test bites
# timeout: 60
. "$(dirname "$0")/common.sh"

setup_core
in_kernel leak
