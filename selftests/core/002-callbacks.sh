#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: every callback of ib_client arrives, with the client's data
# requires: module:ib_client_data_test
# guards: a thunk that passes core's slot, or another client's data, to a client
. "$(dirname "$0")/common.sh"

setup_core
step "get_net_dev_by_params"
in_kernel callbacks
step "no_kverbs_req, on a device without kernel verbs"
in_kernel no-kverbs

step "a standing client: rename, get_nl_info, get_global_nl_info"
in_kernel standing-begin
same "data in the last callback" 0 "$(standing data)"
index=$(rdma dev show rxe0 | sed 's/:.*//')
command -v chardev >/dev/null || die "no program chardev: run make guest"
# EUCLEAN and ENOTNAM are the test client's own answers.
same "errno of get_nl_info" 117 "$(chardev icd_standing "$index")"
same "data in get_nl_info" 1 "$(standing data)"
same "errno of get_global_nl_info" 118 "$(chardev icd_standing)"
same "errno for no such client" 95 "$(chardev icd_nobody)"
run rdma dev set rxe0 name rxe9
same "renames" 1 "$(standing renames)"
same "state under the new name" live "$(slot rxe9 icd_standing state)"
run rdma dev set rxe9 name rxe0
same "renames" 2 "$(standing renames)"

step "a client without these callbacks answers as in stock: EOPNOTSUPP"
same "errno of cma" 95 "$(chardev cma "$index")"
in_kernel standing-end
