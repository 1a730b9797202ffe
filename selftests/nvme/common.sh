# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the NVMe-oF tests share: where host and target are, data that are written
# before and compared after, delays in kernel functions.

# shellcheck source=selftests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=selftests/wire.sh
. "$(dirname "${BASH_SOURCE[0]}")/../wire.sh"
# shellcheck source=selftests/delay.sh
. "$(dirname "${BASH_SOURCE[0]}")/../delay.sh"

# shellcheck disable=SC2034 # for remove_by
NETDEV_WAITER=nvme_rdma

# --------------------------------------------------------------- connections

# connect_wire [OPTION...] - nvme_connect from $HOST to $TARGET
connect_wire()
{
	nvme_connect "$TARGET" "$NQN" -w "$HOST" "$@"
}

# connect_as N [OPTION...] - what nvme connect does, as host number N, over the
# wire if there is one: the kernel's own word, so that hosts need not be told
# apart by address. Options as in the kernel: nr_io_queues=1. Fails as it does.
connect_as()
{
	local n=$1 o opts="transport=rdma,traddr=$TARGET,trsvcid=4420,nqn=$NQN"

	shift
	opts+=",hostnqn=nqn.2026-01.test:host$n"
	opts+=$(printf ',hostid=9f1e52c1-0c5e-4c3b-9c38-6a1f6d0f1%03d' "$n")
	[ ! -e /sys/class/net/w0 ] || opts+=",host_traddr=$HOST"
	for o in "$@"; do
		opts+=,$o
	done
	sh -c 'echo "$1" >/dev/nvme-fabrics' - "$opts" 2>/dev/null
}

# connected N - host number N has a live controller, by itself or because we ask;
# for wait_for. One that was in the middle of a reconnect when its device went has
# no queue on it: it is not deleted, it goes on.
connected()
{
	[ -n "$(ctrl_of "$1")" ] ||
		connect_as "$1" nr_io_queues=2 reconnect_delay=1 || return 1
	nvme_is "$(ctrl_of "$1")" live
}

# not_live N - it has noticed that its device went; for wait_for
not_live()
{
	case $(nvme_state "$(ctrl_of "$1")") in
	live|resetting) return 1 ;;
	esac
}

# ctrl_of N - the controller of host number N, if there is one
ctrl_of()
{
	local c

	for c in /sys/class/nvme/nvme*; do
		[ "$(cat "$c/hostnqn" 2>/dev/null)" != "nqn.2026-01.test:host$1" ] ||
			echo "${c##*/}"
	done
}

# storm N [SECONDS] - host number N connects again and again; to be run in the
# background
storm()
{
	local end=$(($(ms) + ${2:-60} * 1000))

	while [ "$(ms)" -lt "$end" ]; do
		connect_as "$1" nr_io_queues=1 ctrl_loss_tmo=0 || sleep 0.05
	done
}

# all_gone - no controller is left; for wait_for
all_gone()
{
	[ -z "$(fabrics_ctrls)" ]
}

# listening ADDRESS - a target answers there; for wait_for
listening()
{
	loaded nvme_rdma || modprobe nvme-rdma
	timeout 20 nvme discover -t rdma -a "$1" -s 4420 "${@:2}" >/dev/null 2>&1
}

# ----------------------------------------------------------------------- data

# work CTRL [OPTION...] - start verified I/O on its namespace, some seconds of it,
# and see that it flows; fio_wait tells how it ended
work()
{
	local before

	before=$(ios "$1")
	fio_start "$(nvme_block "$1")" "${BUSY[@]}" "${@:2}"
	wait_for 20 ctrl_flows "$1" "$before" || die "no I/O on $1"
}

# busy CTRL - the same without end, until it fails
busy()
{
	work "$1" --time_based --runtime=300
}

# ios CTRL - requests completed on its paths so far. A multipath device does not
# count in every kernel.
ios()
{
	cat /sys/class/nvme/"$1"/nvme*n*/stat | awk '{ n += $1 + $5 } END { print n + 0 }'
}

# ctrl_flows CTRL COUNT - more I/O than COUNT by now; for wait_for
ctrl_flows()
{
	[ "$(ios "$1")" -gt $(($2 + 50)) ]
}

# ------------------------------------------------------------------ taking down

# Test modules that modprobe does not find while the stock modules are in use.
undo()
{
	local m

	for m in delay nomr spray; do
		[ ! -d "/sys/module/ib_client_data_$m" ] ||
			timeout 60 rmmod "ib_client_data_$m"
	done
}
