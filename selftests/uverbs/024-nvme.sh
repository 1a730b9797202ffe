#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a device goes that NVMe-oF and programs use at the same time
# requires: guest command:nvme module:ib_client_data module:ib_uverbs
# requires: command:uverbs_hold
# timeout: 300
# guards: kernel users and programs that keep a device for each other
# guest: own
#
# A guest of its own: the mock device of other tests comes and goes by a parameter
# of its module, under a lock that lockdep takes for one of every sysfs file's.
. "$(dirname "$0")/../nvme/common.sh"
. "$(dirname "$0")/common.sh"

load ib_uverbs
load nvme-rdma
one_device
nvmet_setup "$TARGET"
nvme_connect "$TARGET"
remember "$(nvme_block "$CTRL")"
nvme_disconnect "$CTRL"

for i in 1 2; do
	step "removal $i, I/O flows and a program holds everything"
	one_device 2>/dev/null
	wait_for 60 connected 1 || die "no connection"
	holder rxe0 rxe d0
	before=$(ios "$(ctrl_of 1)")
	dd if=/dev/zero of="$(nvme_block "$(ctrl_of 1)")" bs=16k seek=512 \
		count=1024 oflag=direct status=none 2>/dev/null &
	io=$!
	_jobs+=("$io")
	wait_for 30 ctrl_flows "$(ctrl_of 1)" "$before" || die "no I/O"
	within 30 timeout 60 rdma link delete rxe0
	released
	wait_for 30 not_live 1 || die "a controller lives without its device"
	kill -9 "$io" 2>/dev/null || :
	wait "$io" || :
done

step "the data are what they were"
one_device
wait_for 60 connected 1 || die "no connection"
recall "$(nvme_block "$(ctrl_of 1)")"
nvme_disconnect "$(ctrl_of 1)"
