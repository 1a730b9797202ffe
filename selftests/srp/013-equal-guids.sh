#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: two devices of one GUID are two targets, and neither gets the other's port
# requires: guest command:ibv_rc_pingpong module:ib_srpt module:ib_srp
# guards: srpt_lookup_port() (srpt/ib_srpt.c:3150 of 6.1) finds the first port of a name
# timeout: 180
. "$(dirname "$0")/common.sh"

# device N - rxeN on dN, all with the same hardware address, hence the same GID
device()
{
	[ -e "/sys/class/net/d$1" ] ||
		net_add "d$1" dummy "10.6$1.0.2/24" address 02:00:00:00:77:01
	[ -e "/sys/class/infiniband/rxe$1" ] || rxe_add "rxe$1" "d$1"
}

# size HOST - of its disk, in sectors: tells which target that is
size()
{
	cat "/sys/block/$(basename "$(disk "$1")")/size"
}

srpt_load
device 0
device 1
same "the GID" "$(gid rxe0)" "$(gid rxe1)"
name=$(port_name rxe0)
log_has "rxe1_1 has the name of rxe0_1: it is $name@rxe1_1" ||
	die "the log does not say what the second port is called"

step "each has a directory of its own"
lio_object first 32
target rxe0 rxe0
lio_object second 64
target rxe1 rxe1 "$name@rxe1_1"
must_fail mkdir "$LIO/srpt/$name@rxe0_1"
must_fail mkdir "$LIO/srpt/$name@rxe9_1"
must_fail mkdir "$LIO/srpt/@rxe1_1"
count_on rxe1
login rxe0 10.60.0.2 ch_count=1
first=$SRP
login rxe1 10.61.0.2 ch_count=1
second=$SRP
for device in rxe0 rxe1; do
	same "references of the initiator to $device" 2 "$(slot "$device" srp refs)"
	same "references of the target to $device" 2 "$(slot "$device" ib_srpt refs)"
done
same "sectors of the first" 65536 "$(size "$first")"
same "sectors of the second" 131072 "$(size "$second")"

step "the first goes: the second is not taken for it"
logout "$first"
logout "$second"
rxe_del rxe0
login rxe1 10.61.0.2
same "sectors of the second" 131072 "$(size "$SRP")"
logout "$SRP"

step "the second goes and returns alone"
rxe_del rxe1
device 1
log_has "rxe1_1 is not rxe0_1, which $name belongs to" ||
	die "the log does not say whose the name is"
login rxe1 10.61.0.2
same "sectors of the second" 131072 "$(size "$SRP")"
logout "$SRP"

step "the first returns"
device 0
login rxe0 10.60.0.2
same "sectors of the first" 65536 "$(size "$SRP")"
logout "$SRP"

step "a directory goes along when its device gets another name"
run rdma dev set rxe1 name rxe5
_links+=(rxe5)
login rxe5 10.61.0.2
same "sectors of the second" 131072 "$(size "$SRP")"
logout "$SRP"
srp_clean
idle ib_srpt
rxe_del rxe5
