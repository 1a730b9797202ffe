# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What tests share. A test is a numbered script selftests/<group>/NNN-name.sh:
#
#	#!/bin/bash
#	# SPDX-License-Identifier: GPL-2.0
#	# description: one line, what must hold
#	# requires: module:rdma_rxe command:fio guest
#	# guards: the bug that this test would catch
#	# timeout: 60
#	. "$(dirname "$0")/../lib.sh"
#	step "a device appears"
#	...
#
# Header lines, all but the first three optional:
#   description  one line
#   requires     module:NAME command:NAME kernel:6.12 cpus:N guest root, plain
#                (no debug kernel), fail-nth (one), kmemleak; other words are
#                for the reader. What is absent skips the test.
#   guards       the bug it guards against
#   races        what meets what: the test is one of those that the debug kernel
#                with processors runs
#   timeout      seconds before the test is stopped and fails (120)
#   guest        "own": it gets a freshly booted guest for itself; after that
#                options of selftests/guest/run (--warn-ok, --smp N, --mem M,
#                --hung-task S)
#   cmdline      kernel parameters of that guest, e.g. slub_debug=FZPU
#   dies         a pattern (grep -E): the test also passes if its guest dies
#                with a matching line in the kernel log. Only for controls which
#                show what the stock modules do; implies "guest: own".
#   reports      a pattern: the kernel log or kmemleak must have a matching line,
#                whatever else happens. Only for controls which show that a debug
#                kernel finds what is wrong; others skip them, unless they have
#                "dies" as well.
#
# A test ends with exit status 0 (passed), 4 (skipped, use skip), anything else
# is a failure. The shell runs with -eu and pipefail: a command that fails fails
# the test, and the place is printed. Whatever the helpers here made is taken
# down when the test ends, in whatever way it ends; what cannot be taken down
# fails it. After that the runner scans the kernel log and looks for leftovers.
#
# Helpers that act echo the commands they run; helpers that answer print the
# answer only. Every wait is bounded.

set -eEu -o pipefail
shopt -s nullglob

# Directory of the test's own, empty at its begin and removed by the runner.
: "${TEST_DIR:=$(mktemp -d /tmp/selftest.XXXXXX)}"
# Patterns that expect_log declared.
: "${TEST_EXPECT:=$TEST_DIR/expect}"
# Debug kernels take their time: what bounds are multiplied by.
: "${SLOW:=1}"
# The line in the kernel log where this test begins.
: "${TEST_MARK:=selftest $$ begins}"

NVMET=/sys/kernel/config/nvmet
# Subsystem name that the nvmet helpers use unless told otherwise.
NQN=nqn.2026-01.test:data
# What a helper that makes a thing sets: the controller (nvme0) of the last
# nvme_connect, the block device (/dev/n0) of the last backing.
CTRL=
BACKING=
FIO=
_kept=

_links=() _netdevs=() _backings=() _jobs=() _rules=() _ctrls=() _undos=()
_stock=
_begin=

# ---------------------------------------------------------------- reporting

# ms - milliseconds since boot
ms()
{
	local up

	read -r up _ </proc/uptime
	echo $((10#${up/./} * 10))
}
_begin=$(ms)

# step TEXT... - headline of a stage of the test, with the time since its begin
step()
{
	local t=$(($(ms) - _begin))

	printf '== %d.%02d s: %s\n' $((t / 1000)) $((t % 1000 / 10)) "$*" >&2
	echo "selftest: $*" >/dev/kmsg 2>/dev/null || :
}

# note TEXT... - something worth knowing
note()
{
	printf '   %s\n' "$*" >&2
}

# die TEXT... - the test fails, and this is why
die()
{
	printf 'FAILED: %s\n' "$*" >&2
	trap - ERR
	exit 1
}

# skip TEXT... - the test cannot be run here, and this is why
skip()
{
	printf 'SKIP %s\n' "$*" >&2
	trap - ERR
	exit 4
}

# run COMMAND... - echo and run
run()
{
	printf '+ %s\n' "$*" >&2
	"$@"
}

# must_fail COMMAND... - echo and run; the test fails if the command does not.
# Its exit status is left in STATUS. Being stopped by a timeout is not failing.
must_fail()
{
	printf '+ %s   (must fail)\n' "$*" >&2
	STATUS=0
	"$@" || STATUS=$?
	[ "$STATUS" != 0 ] || die "this should have failed: $*"
	[ "$STATUS" != 124 ] || die "this did not end: $*"
}

# put VALUE FILE - write a value to a file of sysfs, configfs or debugfs
put()
{
	printf '+ echo %s > %s\n' "$1" "$2" >&2
	printf '%s\n' "$1" >"$2"
}

# same WHAT WANTED GOT - the test fails if they differ
same()
{
	[ "$2" = "$3" ] || die "$1: wanted '$2', got '$3'"
}

# -------------------------------------------------------------------- waiting

# wait_for SECONDS COMMAND... - until COMMAND succeeds; status 1 (which fails
# the test unless it is asked for) if it has not by then
wait_for()
{
	local seconds=$(($1 * SLOW)) begin

	shift
	begin=$(ms)
	while ! "$@" >/dev/null 2>&1; do
		if [ $(($(ms) - begin)) -gt $((seconds * 1000)) ]; then
			note "not within $seconds s: $*"
			return 1
		fi
		sleep 0.1
	done
}

# gone PATH... - none of them exists; for wait_for
gone()
{
	local p

	for p in "$@"; do
		[ ! -e "$p" ] || return 1
	done
}

# within SECONDS COMMAND... - echo and run; the test fails if COMMAND fails or
# takes longer. COMMAND may be a function. TOOK is left in milliseconds.
within()
{
	local seconds=$(($1 * SLOW)) begin rc=0 job

	shift
	printf '+ %s   (within %s s)\n' "$*" "$seconds" >&2
	begin=$(ms)
	"$@" &
	job=$!
	_jobs+=("$job")
	while kill -0 "$job" 2>/dev/null; do
		[ $(($(ms) - begin)) -le $((seconds * 1000)) ] ||
			die "not within $seconds s: $*"
		sleep 0.05
	done
	wait "$job" || rc=$?
	TOOK=$(($(ms) - begin))
	note "took $TOOK ms"
	return "$rc"
}

# rounds N - how often to do what is done N times: less on a debug kernel
rounds()
{
	[ "$SLOW" = 1 ] && echo "$1" || echo $(($1 / 10 > 3 ? $1 / 10 : 3))
}

# hung_task SECONDS - a task that is blocked for so long panics the guest (0: never; 60
# unless told). For tests which make one wait on purpose.
hung_task()
{
	put "$1" /proc/sys/kernel/hung_task_timeout_secs
}

# ----------------------------------------------------------------- kernel log

# dmesg_since - the kernel log since the test began
dmesg_since()
{
	dmesg | awk -v mark="$TEST_MARK" '
		index($0, mark) { n = 0; delete line; next }
		{ line[n++] = $0 }
		END { for (i = 0; i < n; i++) print line[i] }'
}

# log_has PATTERN - the kernel log since the test began has a line (grep -E)
log_has()
{
	# not -q: who stops reading early makes the one who writes fail
	dmesg_since | grep -E -- "$1" >/dev/null
}

# log_count PATTERN - how many such lines it has
log_count()
{
	dmesg_since | grep -cE -- "$1" || :
}

# log_more COUNT PATTERN - it has more than COUNT by now; for wait_for
log_more()
{
	[ "$(log_count "$2")" -gt "$1" ]
}

# wait_log SECONDS PATTERN - until log_has PATTERN
wait_log()
{
	wait_for "$1" log_has "$2"
}

# expect_log PATTERN - lines of the kernel log which match (grep -E) are meant
# to appear in this test: the scan afterwards passes over them. It does not
# check that they appear; log_has does.
expect_log()
{
	printf '%s\n' "$1" >>"$TEST_EXPECT"
}

# -------------------------------------------------------------------- modules

# in_guest - whether this is the guest of the tests
in_guest()
{
	[ -d /lib/stock-modules/kernel ]
}

# loaded MODULE
loaded()
{
	[ -d "/sys/module/${1//-/_}" ]
}

# unload MODULE... - rmmod those that are loaded, with what depends on them;
# bounded, and failing if one stays
unload()
{
	local m

	for m in "$@"; do
		loaded "$m" || continue
		run timeout 60 modprobe -r "$m" || {
			lsmod | grep "^${m//-/_} " >&2 || :
			return 1
		}
	done
}

# _unload_ours - every module of updates/, those that use others first; before
# them the stock ones that use ours, such as rdma_rxe with its devices
_unload_ours()
{
	local m h left=()

	for m in "/lib/modules/$(uname -r)"/updates/*.ko; do
		m=${m##*/}
		left+=("${m%.ko}")
		for h in "/sys/module/$(tr - _ <<<"${m%.ko}")/holders"/*; do
			h=${h##*/}
			is_ours "$h" || timeout 60 modprobe -r "$h" 2>/dev/null || :
		done
	done
	for _ in 1 2 3; do
		for m in "${left[@]}"; do
			! loaded "$m" || timeout 60 modprobe -r "$m" 2>/dev/null || :
		done
	done
	unload "${left[@]}"
}

_index()
{
	local from=$1 to

	to=/lib/modules/$(uname -r)
	cp "$from"/modules.* "$to/"
}

# use_stock [MODULE...] - from now on modprobe takes the distribution's modules,
# or only these of them; they are unloaded if they are loaded
use_stock()
{
	local m path

	in_guest || skip "needs the guest: changes what modprobe loads"
	_stock=1
	if [ $# = 0 ]; then
		_unload_ours
		run _index /lib/stock-modules
		return
	fi
	unload "$@"
	mkdir -p /etc/depmod.d
	for m in "$@"; do
		path=$(find /lib/stock-modules/kernel -name "${m//_/-}.ko" \
			-o -name "${m//-/_}.ko")
		[ -n "$path" ] || die "no stock module $m"
		path=${path#/lib/stock-modules/}
		m=${path##*/}	# depmod wants it as the file is called
		echo "override ${m%.ko} * ${path%/*}" >>/etc/depmod.d/stock.conf
	done
	run depmod
	for m in "$@"; do
		case $(modinfo -n "$m") in
		*/kernel/*) ;;
		*) die "modprobe would still load $(modinfo -n "$m")" ;;
		esac
	done
}

# use_ours - back from use_stock: modprobe prefers our modules again
use_ours()
{
	in_guest || skip "needs the guest: changes what modprobe loads"
	_unload_ours
	rm -f /etc/depmod.d/stock.conf
	run _index /lib/our-modules
	_stock=
}

# is_ours MODULE - the loaded module is the one built here. Stock modules are
# signed by the distribution; ours taint the kernel as out of tree.
is_ours()
{
	case $(cat "/sys/module/${1//-/_}/taint" 2>/dev/null) in
	*O*) return 0 ;;
	esac
	return 1
}

# load MODULE [PARAMETER...] - modprobe, and check that it is the set (ours or
# stock) that was asked for
load()
{
	run modprobe "$@"
	loaded "$1" || die "$1 is not loaded"
	if [ -e "/lib/modules/$(uname -r)/updates/${1//_/-}.ko" ] ||
	   [ -e "/lib/modules/$(uname -r)/updates/${1//-/_}.ko" ]; then
		case $(modinfo -n "$1") in
		*/updates/*) is_ours "$1" || die "$1 is loaded from stock" ;;
		*) ! is_ours "$1" || die "$1 is loaded from updates/" ;;
		esac
	fi
}

# ------------------------------------------------------------ network devices

# net_add NAME TYPE ADDRESS/LENGTH [IP-LINK-ARGS...] - a network device, up,
# with an address: net_add d0 dummy 10.0.0.1/24 address 02:00:00:00:00:01
net_add()
{
	local name=$1 type=$2 address=$3

	shift 3
	# by itself the module makes a dummy0 that nobody asked for
	[ "$type" != dummy ] || loaded dummy || run modprobe dummy numdummies=0
	run ip link add "$name" "$@" type "$type"
	_netdevs+=("$name")
	run ip addr add "$address" dev "$name"
	run ip link set "$name" up
}

# net_del NAME - and the RDMA devices on it
net_del()
{
	run timeout 60 ip link del "$1"
}

# veth_pair A ADDRESS-A B ADDRESS-B - two connected network devices in this one
# network namespace, both /24 of one net. What goes from one address to the
# other leaves through the one device and arrives through the other, which
# the kernel would not do by itself for an address of its own; so that RDMA
# devices on A and B are two ends of a wire.
veth_pair()
{
	local a=$1 ip_a=$2 b=$3 ip_b=$4 table=$((100 + ${#_rules[@]})) dev

	run ip link add "$a" type veth peer name "$b"
	_netdevs+=("$a")
	for dev in all "$a" "$b"; do
		sysctl -q -w "net.ipv4.conf.$dev.rp_filter=0" \
			"net.ipv4.conf.$dev.accept_local=1" \
			"net.ipv4.conf.$dev.arp_ignore=1" \
			"net.ipv4.conf.$dev.arp_announce=2"
	done
	run ip addr add "$ip_a/24" dev "$a"
	run ip addr add "$ip_b/24" dev "$b"
	run ip link set "$a" up
	run ip link set "$b" up
	# Local delivery first for what arrives, and last for what is sent.
	_rule pref 10 iif "$a" lookup local
	_rule pref 10 iif "$b" lookup local
	_rule pref 20 from "$ip_a" to "$ip_b" lookup "$table"
	_rule pref 20 from "$ip_b" to "$ip_a" lookup "$((table + 1))"
	if grep -q '^0:' <(ip rule); then
		run ip rule add pref 100 lookup local
		run ip rule del pref 0 lookup local
	fi
	run ip route add "$ip_b" dev "$a" src "$ip_a" table "$table"
	run ip route add "$ip_a" dev "$b" src "$ip_b" table "$((table + 1))"
}

_rule()
{
	run ip rule add "$@"
	_rules+=("$*")
}

# --------------------------------------------------------------- RDMA devices

# link_add NAME TYPE NETDEV - a soft RDMA device; TYPE is rxe or siw. It can be
# used when the function returns.
link_add()
{
	loaded "${2/#rxe/rdma_rxe}" || load "${2/#rxe/rdma_rxe}"
	run rdma link add "$1" type "$2" netdev "$3"
	_links+=("$1")
	wait_for 10 _link_active "$1" || die "$1 does not become active"
}

_link_active()
{
	grep -q ACTIVE "/sys/class/infiniband/$1/ports/1/state" &&
		grep -qv '^0000:0000:0000:0000:0000:0000:0000:0000$' \
			"/sys/class/infiniband/$1/ports/1/gids/"[0-9]*
}

# rxe_add NAME NETDEV - soft-RoCE
rxe_add()
{
	link_add "$1" rxe "$2"
}

# rxe_del NAME [SECONDS] - remove it; the test fails if that takes longer (60)
rxe_del()
{
	run timeout "${2:-60}" rdma link delete "$1" ||
		die "cannot delete $1 within ${2:-60} s"
}

# node_guid NAME
node_guid()
{
	cat "/sys/class/infiniband/$1/node_guid"
}

# count_on DEVICE - let it number its queue pairs from elsewhere. The connection
# manager takes equal pairs of GUID and QP number for one stale connection, which
# a device with the GUID of another must avoid.
count_on()
{
	local i

	loaded ib_uverbs || run modprobe ib_uverbs
	for i in $(seq 24); do
		timeout 20 ibv_rc_pingpong -d "$1" -g 1 -p "$((19000 + i))" \
			>/dev/null 2>&1 &
		_jobs+=("$!")
	done
	wait_for 15 _counted_on "$1" || note "$1 has not counted far"
	pkill -f ibv_rc_pingpong || :
}

_counted_on()
{
	[ "$(rdma resource show qp | grep -c "$1/.*ibv_rc_pingpong")" -ge 24 ]
}

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

# srqs DEVICE - how many shared receive queues it has
srqs()
{
	rdma resource show | sed -n "s/^[0-9]*: $1:.* srq \\([0-9]*\\).*/\\1/p"
}

# has_srqs DEVICE NUMBER - the test fails if it has more or less
has_srqs()
{
	local n

	n=$(srqs "$1")
	[ -n "$n" ] || die "rdma does not count the shared receive queues of $1"
	same "shared receive queues" "$2" "$n"
}

# ----------------------------------------------------------------- core's eyes

# slots - what core knows: device, client, state, references, age in ms
slots()
{
	tail -n +2 /sys/kernel/debug/ib_client_data/slots
}

# slot DEVICE CLIENT state|refs|age - one word of that; "none" if there is none
slot()
{
	local column

	case $3 in
	state) column=3 ;;
	refs) column=4 ;;
	age) column=5 ;;
	*) die "slot: $3?" ;;
	esac
	slots | awk -v d="$1" -v c="$2" -v n="$column" '
		$1 == d && $2 == c { print $n; found = 1 }
		END { if (!found) print "none" }'
}

# idle MODULE... - nothing but core holds a reference to its client data. A target
# whose host has vanished notices when no keep-alive comes any more (15 s).
idle()
{
	local m

	for m in "$@"; do
		wait_for 45 _no_refs "$m" || {
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

# ---------------------------------------------------------------- NVMe target

# backing [NAME [MEGABYTES]] - a block device in memory which keeps its data;
# sets BACKING to its path
# shellcheck disable=SC2120 # tests pass arguments
backing()
{
	local name=${1:-n0} dir

	loaded null_blk || run modprobe null_blk nr_devices=0
	dir=/sys/kernel/config/nullb/$name
	run mkdir "$dir"
	_backings+=("$name")
	put 1 "$dir/memory_backed"
	put "${2:-64}" "$dir/size"
	put 1 "$dir/power"
	BACKING=/dev/$name
	wait_for 5 test -b "$BACKING"
}

# nvmet_subsystem NQN BLOCKDEV... - a subsystem for any host, with namespaces
nvmet_subsystem()
{
	local dir=$NVMET/subsystems/$1 dev ns=0

	loaded nvmet || load nvmet
	shift
	run mkdir "$dir"
	put 1 "$dir/attr_allow_any_host"
	for dev in "$@"; do
		ns=$((ns + 1))
		run mkdir "$dir/namespaces/$ns"
		put "$dev" "$dir/namespaces/$ns/device_path"
		put 1 "$dir/namespaces/$ns/enable"
	done
}

# nvmet_port ID ADDRESS [PORT] - an RDMA port, not yet listening: it does when a
# subsystem is linked to it. An address with ':' is IPv6.
nvmet_port()
{
	local dir=$NVMET/ports/$1 family=ipv4

	case $2 in
	*:*) family=ipv6 ;;
	esac
	loaded nvmet_rdma || load nvmet-rdma
	run mkdir "$dir"
	put rdma "$dir/addr_trtype"
	put "$family" "$dir/addr_adrfam"
	put "$2" "$dir/addr_traddr"
	put "${3:-4420}" "$dir/addr_trsvcid"
}

# nvmet_link ID [NQN] - offer the subsystem at the port: it listens
nvmet_link()
{
	run ln -s "$NVMET/subsystems/${2:-$NQN}" \
		"$NVMET/ports/$1/subsystems/${2:-$NQN}"
}

# nvmet_unlink ID [NQN] - stop offering it
nvmet_unlink()
{
	run timeout 60 rm "$NVMET/ports/$1/subsystems/${2:-$NQN}"
}

# nvmet_setup ADDRESS [PORT] - all of it: backing, subsystem $NQN, port 1
nvmet_setup()
{
	[ -n "$BACKING" ] || backing
	nvmet_subsystem "$NQN" "$BACKING"
	nvmet_port 1 "$1" "${2:-4420}"
	nvmet_link 1
}

# nvmet_teardown - every port and subsystem there is; backings stay
nvmet_teardown()
{
	local d

	[ -d "$NVMET" ] || return 0
	for d in "$NVMET"/ports/*/subsystems/*; do
		run timeout 60 rm "$d"
	done
	for d in "$NVMET"/ports/*; do
		run timeout 60 rmdir "$d"
	done
	for d in "$NVMET"/subsystems/*/namespaces/*; do
		put 0 "$d/enable"
		run timeout 60 rmdir "$d"
	done
	for d in "$NVMET"/subsystems/*; do
		run timeout 60 rmdir "$d"
	done
}

# ------------------------------------------------------------------ NVMe host

# nvme_connect ADDRESS [NQN [OPTION...]] - connect over RDMA, port 4420 unless an
# option -s says otherwise; sets CTRL to the controller, e.g. nvme0
nvme_connect()
{
	local address=$1 nqn=${2:-$NQN} out port=(-s 4420)

	shift
	[ $# = 0 ] || shift
	case " $* " in
	*" -s "*|*" --trsvcid"*) port=() ;;
	esac
	loaded nvme_rdma || load nvme-rdma
	printf '+ nvme connect -t rdma -a %s %s -n %s %s\n' \
		"$address" "${port[*]}" "$nqn" "$*" >&2
	out=$(timeout 120 nvme connect -t rdma -a "$address" "${port[@]}" \
		-n "$nqn" -o normal "$@" 2>&1) || {
		local rc=$?
		note "$out"
		return "$rc"
	}
	CTRL=$(sed -n 's/^device: *//p' <<<"$out")
	[ -n "$CTRL" ] || die "nvme connect says: $out"
	note "controller $CTRL"
}

# nvme_state CTRL - live, connecting, deleting ..., or "gone"
nvme_state()
{
	cat "/sys/class/nvme/$1/state" 2>/dev/null || echo gone
}

# nvme_is CTRL STATE - for wait_for
nvme_is()
{
	[ "$(nvme_state "$1")" = "$2" ]
}

# nvme_block CTRL [NSID] - its block device, once that is there (10 s)
nvme_block()
{
	wait_for 10 _nvme_block "$1" "${2:-1}" ||
		die "$1 has no namespace ${2:-1}"
	_nvme_block "$1" "${2:-1}"
}

# With multipath the device belongs to the subsystem, else to the controller.
_nvme_block()
{
	local d s dirs=("/sys/class/nvme/$1")

	for d in /sys/class/nvme-subsystem/*; do
		[ ! -e "$d/$1" ] || dirs+=("$d")
	done
	for s in "${dirs[@]}"; do
		for d in "$s"/nvme[0-9]*n[0-9]*; do
			d=${d##*/}
			if [ -b "/dev/$d" ] && [ "$(cat "/sys/block/$d/nsid")" = "$2" ]; then
				echo "/dev/$d"
				return 0
			fi
		done
	done
	return 1
}

# fabrics_ctrls - the controllers that are not PCI, one a line
fabrics_ctrls()
{
	local c

	for c in /sys/class/nvme/nvme*; do
		[ "$(cat "$c/transport" 2>/dev/null)" = pcie ] || echo "${c##*/}"
	done
}

# nvme_disconnect CTRL [SECONDS] - delete it, and be sure that it is gone (60)
nvme_disconnect()
{
	printf '+ nvme disconnect -d %s\n' "$1" >&2
	timeout "${2:-60}" nvme disconnect -d "$1" >/dev/null ||
		die "cannot disconnect $1 within ${2:-60} s"
	wait_for 10 gone "/sys/class/nvme/$1"
}

# nvme_disconnect_all
nvme_disconnect_all()
{
	local c

	for c in $(fabrics_ctrls); do
		nvme_disconnect "$c"
	done
}

# fio_start DEVICE [OPTION...] - verified random writes in the background;
# FIO becomes its process. What it says is in $TEST_DIR/fio.
fio_start()
{
	local dev=$1

	shift
	printf '+ fio --filename=%s --verify=crc32c %s &\n' "$dev" "$*" >&2
	fio --name=verify --filename="$dev" --rw=randwrite --bs=4k --size=8M \
		--ioengine=libaio --direct=1 --iodepth=16 --verify=crc32c \
		--verify_state_save=0 --group_reporting --output-format=terse \
		--aux-path="$TEST_DIR" "$@" >"$TEST_DIR/fio" 2>&1 &
	FIO=$!
	_jobs+=("$FIO")
}

# fio_running - for wait_for and to be sure that I/O flows
fio_running()
{
	[ -n "$FIO" ] && kill -0 "$FIO" 2>/dev/null
}

# fio_wait [SECONDS] - until fio has ended (120); its exit status
fio_wait()
{
	local seconds=${1:-120} begin rc=0

	begin=$(ms)
	while fio_running; do
		[ $(($(ms) - begin)) -le $((seconds * 1000)) ] ||
			die "fio has not ended within $seconds s"
		sleep 0.1
	done
	wait "$FIO" || rc=$?
	FIO=
	[ "$rc" = 0 ] || sed 's/^/   fio: /' "$TEST_DIR/fio" >&2
	return "$rc"
}

# io_verify DEVICE [OPTION...] - write with checksums, read back, compare
io_verify()
{
	fio_start "$@"
	fio_wait 120 || die "fio found an error on $1"
}

# io_count BLOCKDEV - reads and writes completed on it so far. Ask the target's
# $BACKING: a multipath NVMe device counts nothing on 6.1.
io_count()
{
	awk '{ print $1 + $5 }' "/sys/block/${1#/dev/}/stat"
}

# io_flows BLOCKDEV COUNT - it has completed more than COUNT by now; for wait_for
io_flows()
{
	[ "$(io_count "$1")" -gt $(($2 + 50)) ]
}

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
# shellcheck disable=SC2034 # for tests
BUSY=(--offset=8M --size=16M)
# The same for a while (--runtime=...), where it must go on without an error: read
# back as it is written, not only when fio comes to the end of the area. Not for
# I/O that fails: fio reads nothing from a disk that ends, and takes that for wrong
# data.
# shellcheck disable=SC2034 # for tests
KEEP=(--offset=8M --size=8M --time_based --verify_backlog=128)

# fio_keep DEVICE - such I/O, for fio_flows to look after
fio_keep()
{
	_kept=$1
	fio_start "$1" "${KEEP[@]}" --runtime=20
}

# fio_flows - it reaches $BACKING (20 s), and none has failed; begun again where its
# time is over
fio_flows()
{
	if ! fio_running; then
		fio_wait || return
		fio_keep "$_kept"
	fi
	wait_for 20 _flows_or_over "$(io_count "$BACKING")" || return
	fio_running || fio_flows
}

_flows_or_over() # COUNT
{
	! fio_running || io_flows "$BACKING" "$1"
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

# What a removal may take for remove_by, in seconds, and if it is the network device
# that goes: without it nothing is sent any more, but that shows only when the
# transport has retried often enough. Whom it may say it waits for meanwhile.
REMOVAL=10
NETDEV_REMOVAL=25
NETDEV_WAITER=

# remove_by WAY DEVICE NETDEV - it must be gone in time. WAY: link (rdma link
# delete), netdev (ip link del), module (rmmod rdma_rxe)
remove_by()
{
	local limit=$REMOVAL

	case $1 in
	link) within "$limit" timeout $((limit + 10)) rdma link delete "$2" ;;
	netdev)
		limit=$NETDEV_REMOVAL
		[ -z "$NETDEV_WAITER" ] ||
			expect_log "$2: ib_client_data: waiting (5|10|15|20) s for $NETDEV_WAITER"
		expect_log "unregister_netdevice: waiting for $3 to become free"
		within "$limit" timeout $((limit + 10)) ip link del "$3" ;;
	module) within "$limit" timeout $((limit + 10)) rmmod rdma_rxe ;;
	*) die "remove_by: $1?" ;;
	esac
	wait_for 10 gone "/sys/class/infiniband/$2" || die "$2 is still there"
	! grep -q "^$2 " <(slots) || {
		slots >&2
		die "core still has client data for $2"
	}
}

# ------------------------------------------------------------------ taking down

# undo_also FUNCTION - to be called before all that was told so far
undo_also()
{
	_undos=("$1" "${_undos[@]}")
}

# kill_jobs - what the test has in the background, and its children before: fio forks,
# and these have the device open
kill_jobs()
{
	local j

	for j in "${_jobs[@]}"; do
		pkill -9 -P "$j" || :
		kill -9 "$j" 2>/dev/null || :
	done
}

# cleanup - take down whatever the helpers made: I/O, controllers, target, RDMA
# devices, network devices, backings; in the guest also unload the modules, which
# shows that nothing pins them. Called when the test ends. A group that has more
# to undo defines a function undo, which is called first; what a test has besides,
# it tells undo_also.
cleanup()
{
	local rc=0 d failed=()

	trap - ERR
	set +e
	kill_jobs
	for d in $(fabrics_ctrls); do
		timeout 60 sh -c "echo 1 >/sys/class/nvme/$d/delete_controller" \
			2>/dev/null
		wait_for 30 gone "/sys/class/nvme/$d" || failed+=("controller $d")
	done
	(nvmet_teardown) >/dev/null 2>"$TEST_DIR/teardown" || {
		cat "$TEST_DIR/teardown" >&2
		failed+=("nvmet configuration")
	}
	for d in "${_links[@]}"; do
		[ -e "/sys/class/infiniband/$d" ] || continue
		timeout 60 rdma link delete "$d" || failed+=("RDMA device $d")
	done
	for d in "${_rules[@]}"; do
		# shellcheck disable=SC2086 # a rule is several words
		ip rule del $d
	done
	for d in "${_netdevs[@]}"; do
		[ -e "/sys/class/net/$d" ] || continue
		timeout 60 ip link del "$d" || failed+=("network device $d")
	done
	for d in "${_backings[@]}"; do
		[ -d "/sys/kernel/config/nullb/$d" ] || continue
		rmdir "/sys/kernel/config/nullb/$d" || failed+=("backing $d")
	done
	if in_guest; then
		(_unload_ours) 2>"$TEST_DIR/unload" || {
			cat "$TEST_DIR/unload" >&2
			failed+=("our modules")
		}
		for d in rdma_rxe siw nvmet null_blk; do
			(unload "$d") 2>"$TEST_DIR/unload" || {
				cat "$TEST_DIR/unload" >&2
				failed+=("module $d")
			}
		done
		[ -z "$_stock" ] || (use_ours) >/dev/null 2>&1 ||
			failed+=("stock modules in place of ours")
		echo 60 >/proc/sys/kernel/hung_task_timeout_secs
	fi
	if [ ${#failed[@]} != 0 ]; then
		printf 'FAILED: left over: %s\n' "$(IFS=,; echo "${failed[*]}")" >&2
		rc=1
	fi
	return "$rc"
}

_exit()
{
	local rc=$? u

	trap - EXIT ERR
	set +e
	for u in "${_undos[@]}"; do
		("$u") || rc=1
	done
	if declare -F undo >/dev/null; then
		(undo) || rc=1
	fi
	cleanup || rc=1
	exit "$rc"
}

_failed()
{
	local rc=$? i

	printf 'FAILED: status %d from: %s\n' "$rc" "$1" >&2
	for ((i = 0; i < ${#BASH_LINENO[@]} - 1; i++)); do
		printf '   at %s:%s\n' "${BASH_SOURCE[i + 1]##*/}" \
			"${BASH_LINENO[i]}" >&2
	done
}
trap '_failed "$BASH_COMMAND"' ERR
trap _exit EXIT
trap 'exit 143' TERM INT HUP
