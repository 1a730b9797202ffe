# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the NVMe-oF tests share: where host and target are, data that are written
# before and compared after, delays in kernel functions.

# shellcheck source=selftests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

HOST=10.60.0.1
TARGET=10.60.0.2
UPDATES=/lib/modules/$(uname -r)/updates

# ----------------------------------------------------------------- topologies

# Network devices that are there stay as they are.

# one_device - host and target share rxe0, at address $TARGET
one_device()
{
	[ -e /sys/class/net/d0 ] || net_add d0 dummy "$TARGET/24"
	[ -e /sys/class/infiniband/rxe0 ] || rxe_add rxe0 d0
}

# two_devices - the host has rxe0 on a0 ($HOST), the target rxe1 on b0 ($TARGET),
# connected so that each, its network device included, can go alone. Connect
# with connect_wire, so that the host uses its own.
two_devices()
{
	[ -e /sys/class/net/w0 ] || wire
	host_device
	target_device
}

host_device()
{
	[ -e /sys/class/net/a0 ] || wire_end a0 "$HOST" "$TARGET" 100
	[ -e /sys/class/infiniband/rxe0 ] || rxe_add rxe0 a0
}

target_device()
{
	[ -e /sys/class/net/b0 ] || wire_end b0 "$TARGET" "$HOST" 101
	[ -e /sys/class/infiniband/rxe1 ] || rxe_add rxe1 b0
}

# wire - what goes from one of the addresses to the other must leave by one
# device and arrive by the other, although both are local: as in veth_pair
wire()
{
	[ ! -e /sys/class/net/d0 ] || net_del d0
	loaded dummy || run modprobe dummy numdummies=0
	run ip link add w0 type dummy
	_netdevs+=(w0)
	run ip link set w0 up
	sysctl -q -w net.ipv4.conf.all.rp_filter=0 \
		net.ipv4.conf.all.accept_local=1 \
		net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2
	[ ${#_rules[@]} = 0 ] || return 0
	_rule pref 10 iif a0 lookup local
	_rule pref 10 iif b0 lookup local
	_rule pref 20 from "$HOST" to "$TARGET" lookup 100
	_rule pref 20 from "$TARGET" to "$HOST" lookup 101
	if ip rule | grep -q '^0:'; then
		run ip rule add pref 100 lookup local
		run ip rule del pref 0 lookup local
	fi
}

# wire_end NETDEV ADDRESS PEER TABLE
wire_end()
{
	run ip link add "$1" link w0 type macvlan mode bridge
	sysctl -q -w "net.ipv4.conf.$1.rp_filter=0" \
		"net.ipv4.conf.$1.accept_local=1" \
		"net.ipv4.conf.$1.arp_ignore=1" "net.ipv4.conf.$1.arp_announce=2"
	run ip addr add "$2/24" dev "$1"
	run ip link set "$1" up
	run ip route add "$3" dev "$1" src "$2" table "$4"
}

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

# remember DEVICE - write 4 MB of noise to its begin, for recall
remember()
{
	head -c 4M /dev/urandom >"$TEST_DIR/noise"
	NOISE=$(sha256sum <"$TEST_DIR/noise")
	run dd if="$TEST_DIR/noise" of="$1" bs=256k oflag=direct status=none
}

# recall DEVICE - read it back; the test fails if it differs
recall()
{
	local got

	printf '+ read %s, compare with what was written\n' "$1" >&2
	got=$(timeout 60 dd if="$1" bs=256k count=16 iflag=direct status=none |
		sha256sum)
	same "checksum of $1" "$NOISE" "$got"
}

# Where I/O goes that runs while a device is removed: clear of remember's.
BUSY=(--offset=8M --size=16M)

# work CTRL [OPTION...] - start verified I/O on its namespace, some seconds of it,
# and see that it flows; fio_wait tells how it ended
work()
{
	local before

	before=$(ios "$1")
	fio_start "$(nvme_block "$1")" "${BUSY[@]}" "${@:2}"
	wait_for 20 io_flows "$1" "$before" || die "no I/O on $1"
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

# io_flows CTRL COUNT - more I/O than COUNT by now; for wait_for
io_flows()
{
	[ "$(ios "$1")" -gt $(($2 + 50)) ]
}

# fio_told - fio ends by itself, with an error, and no data were wrong
fio_told()
{
	local rc=0

	fio_wait 30 2>/dev/null || rc=$?
	[ "$rc" != 0 ] || die "fio did not notice that its device went"
	! grep -qiE 'verify: bad|crc32c: verify failed' "$TEST_DIR/fio" ||
		die "fio read wrong data: $(cat "$TEST_DIR/fio")"
	note "fio got an error and ended"
}

# -------------------------------------------------------------------- removal

# remove DEVICE - rdma link delete in the background; removed tells when it is done
remove()
{
	printf '+ rdma link delete %s &\n' "$1" >&2
	rdma link delete "$1" &
	REMOVER=$!
	_jobs+=("$REMOVER")
}

# removed - the rdma link delete of remove has returned; for wait_for
removed()
{
	! kill -0 "$REMOVER" 2>/dev/null
}

# remove_by WAY DEVICE NETDEV - it must be gone within 10 s. WAY: link (rdma link
# delete), netdev (ip link del; 25 s), module (rmmod rdma_rxe). Without its
# network device nothing is sent any more, but that shows only when the transport
# has retried often enough: 11 s.
remove_by()
{
	case $1 in
	link) within 10 timeout 20 rdma link delete "$2" ;;
	netdev)
		expect_log "$2: ib_client_data: waiting (5|10|15|20) s for nvme_rdma"
		expect_log "unregister_netdevice: waiting for $3 to become free"
		within 25 timeout 35 ip link del "$3" ;;
	module) within 10 timeout 20 rmmod rdma_rxe ;;
	*) die "remove_by: $1?" ;;
	esac
	wait_for 10 gone "/sys/class/infiniband/$2" || die "$2 is still there"
	! slots | grep -q "^$2 " || {
		slots >&2
		die "core still has client data for $2"
	}
}

# ---------------------------------------------------------------------- delays

# delay FUNCTION MS [PARAMETER...] - from now on it sleeps when it is entered
delay()
{
	unload ib_client_data_delay
	run insmod "$UPDATES/ib_client_data_delay.ko" \
		"function=$1" "ms=$2" "${@:3}"
}

# delayed - how many calls are being delayed; delay_hits - how many there were
delayed()
{
	[ "$(cat /sys/module/ib_client_data_delay/parameters/sleepers)" -gt 0 ]
}

delay_hits()
{
	cat /sys/module/ib_client_data_delay/parameters/hits
}

# undelay
undelay()
{
	[ ! -d /sys/module/ib_client_data_delay ] ||
		run timeout 60 rmmod ib_client_data_delay
}

# Test modules that modprobe does not find while the stock modules are in use.
undo()
{
	local m

	for m in delay nomr spray; do
		[ ! -d "/sys/module/ib_client_data_$m" ] ||
			timeout 60 rmmod "ib_client_data_$m"
	done
}

# ------------------------------------------------------------ what is left over

# idle MODULE... - nothing but core holds a reference to its client data
idle()
{
	local m

	for m in "$@"; do
		wait_for 10 _no_refs "$m" || {
			slots >&2
			die "references to the data of $m are left"
		}
	done
}

_no_refs()
{
	slots | awk -v c="$1" '$2 == c && $4 > 1 { bad = 1 } END { exit bad }'
}

# unused MODULE... - nobody uses the module, so that it could be unloaded
unused()
{
	local m

	for m in "$@"; do
		wait_for 10 _unused "$m" || die "$m is in use: $(lsmod | grep "^$m ")"
	done
}

_unused()
{
	[ "$(cat "/sys/module/$1/refcnt")" = 0 ]
}
