# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Where a host and a target are: on one RDMA device, or on two that are connected
# and of which each can go alone. For the common.sh of a group, which sources it
# after lib.sh.

HOST=10.60.0.1
TARGET=10.60.0.2

# Network devices that are there stay as they are.

# one_device - host and target share rxe0, at address $TARGET
one_device()
{
	[ -e /sys/class/net/d0 ] || net_add d0 dummy "$TARGET/24"
	[ -e /sys/class/infiniband/rxe0 ] || rxe_add rxe0 d0
}

# two_devices - the host has rxe0 on a0 ($HOST), the target rxe1 on b0 ($TARGET),
# connected so that each, its network device included, can go alone.
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

# target_first - both, the target's device the first: the driver's module, which
# removes devices in the order in which they came, then removes it in use
target_first()
{
	[ -e /sys/class/net/w0 ] || wire
	target_device
	host_device
	is_first rxe1
}

# is_first DEVICE - in the order in which the driver's module removes them
is_first()
{
	same "the first device" "$1" \
		"$(rdma dev show | sed -n '1s/^[0-9]*: \([^:]*\):.*/\1/p')"
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
	# shellcheck disable=SC2154 # lib.sh's
	[ ${#_rules[@]} = 0 ] || return 0
	_rule pref 10 iif a0 lookup local
	_rule pref 10 iif b0 lookup local
	_rule pref 20 from "$HOST" to "$TARGET" lookup 100
	_rule pref 20 from "$TARGET" to "$HOST" lookup 101
	# For those who can not say where they connect from.
	_rule pref 21 to "$TARGET" lookup 100
	if grep -q '^0:' <(ip rule); then
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
