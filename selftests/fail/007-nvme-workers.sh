#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: an NVMe-oF connect, with allocations of the kernel's workers failing
# requires: fail-nth command:nvme module:ib_client_data guest
# guards: client data, queue pairs and references left by a failed CM handler
# cmdline: slub_debug=A,kmalloc-256,kmalloc-512
# timeout: 300
. "$(dirname "$0")/../nvme/common.sh"
. "$(dirname "$0")/common.sh"

# idle_host - no controller, and no reference but core's
idle_host()
{
	local c

	for c in /sys/class/nvme/nvme*; do
		[ ! -e "$c" ] || echo 1 >"$c/delete_controller"
	done
	let_go 'nvmet?_rdma'
}
export -f idle_host

setup_fail
spare_pages
# An answer that never comes is a failure soon.
load nvme-core admin_timeout=5
load nvme-rdma
one_device
nvmet_setup "$TARGET"
OPTIONS="transport=rdma,traddr=$TARGET,trsvcid=4420,nqn=$NQN,nr_io_queues=1"
OPTIONS+=",queue_size=16,ctrl_loss_tmo=0"
export OPTIONS

# again - connect cleanly after a failure. Client data stay until their module goes,
# so that the first points begin without.
again()
{
	idle_host && echo "$OPTIONS" >/dev/nvme-fabrics && idle_host || return
	[ "$NTH" -gt 4 ] || fresh
}
export -f again

# shellcheck disable=SC2317 # each calls it
check()
{
	again
}

step "connect: the host's handlers"
# shellcheck disable=SC2317 # check calls it
fresh()
{
	modprobe -r nvme_rdma && modprobe nvme-rdma
}
export -f fresh
# EIO: a command of the connect failed, ECONNRESET: the target rejected it
each 5,12,104 -w kworker/u -n "${TIMES:-18}" write /dev/nvme-fabrics "$OPTIONS"

step "connect: the target's"
fresh()
{
	rm "$LINK" && modprobe -r nvmet_rdma && ln -s "$NVMET/subsystems/$NQN" "$LINK"
}
LINK=$NVMET/ports/1/subsystems/$NQN
export NVMET NQN LINK
each 5,12,104 -w kworker/0: -n "${TIMES:-18}" write /dev/nvme-fabrics "$OPTIONS"
step "and it still can"
nvme_connect "$TARGET"
io_verify "$(nvme_block "$CTRL")"
nvme_disconnect "$CTRL"
nvmet_teardown
idle nvme_rdma nvmet_rdma
