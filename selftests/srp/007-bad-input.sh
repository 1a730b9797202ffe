#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: what cannot work fails with a clear error and leaves nothing behind
# requires: guest module:ib_srpt module:ib_srp
# guards: references, SCSI hosts or queue pairs that a failed attempt leaves
# timeout: 300
. "$(dirname "$0")/common.sh"
# shellcheck source=selftests/srp/held.sh
. "$(dirname "$0")/held.sh"

# resources - how much of the devices either module has, and how many users their
# protection domains have
resources()
{
	local kind

	for kind in pd mr cq cm_id; do
		echo "$kind:"
		rdma resource show "$kind" |
			grep -oE '(users [0-9]+ )?comm \[ib_srpt?\]' | sort | uniq -c || :
	done
}

# as_before - they have what they had after the first logout; for wait_for
as_before()
{
	[ "$(resources)" = "$BEFORE" ]
}

# clean - nothing is left of the attempt
clean()
{
	srp_clean
	idle ib_srpt
	no_verbs
	wait_for 20 as_before || {
		echo "$BEFORE" >&2
		die "before, and now: $(resources)"
	}
}

# refused LOG STRING - a login fails, and the log has a line that says why
refused()
{
	local before

	before=$(log_count "$1")
	must_fail timeout 30 sh -c "echo '$2' >/sys/class/infiniband_srp/srp-rxe0-1/add_target"
	[ "$(log_count "$1")" -gt "$before" ] || die "the log does not say why"
}

one_device
target rxe0 rxe0
load ib_srp
run modprobe sd_mod
wait_for 10 test -e /sys/class/infiniband_srp/srp-rxe0-1/add_target
good=$(login_string "$TARGET")
guid=${good%%,*}
guid=${guid#id_ext=}

step "a login and a logout, to compare with what those leave that fail"
login rxe0 "$TARGET"
logout "$SRP"
srp_clean
idle ib_srpt
no_verbs
BEFORE=$(resources)
echo "$BEFORE" >&2

step "strings that are no login"
refused 'missing one or more parameters' ""
refused 'unknown parameter' nonsense
refused 'missing one or more parameters' "id_ext=$guid,ioc_guid=$guid"
refused 'invalid id_ext' "id_ext=xyz,ioc_guid=$guid,dest=$TARGET:$PORT"
refused 'invalid ioc_guid' "id_ext=$guid,ioc_guid=1${guid}1,dest=$TARGET:$PORT"
refused 'bad dest parameter' "id_ext=$guid,ioc_guid=$guid,dest=$TARGET"
refused 'bad dest parameter' "id_ext=$guid,ioc_guid=$guid,dest=1.2.3:$PORT"
refused 'bad dest parameter' "id_ext=$guid,ioc_guid=$guid,dest=[fe80::1:$PORT"
refused 'bad source parameter' "$good,src=nowhere"
refused 'bad queue_size' "$good,queue_size=0"
refused 'match_int' "$good,queue_size=99999999999999999999"
refused 'unknown parameter' "$good,tl_retry_count"
refused 'bad tl_retry_count' "$good,tl_retry_count=99"
refused 'unknown parameter' "$(head -c 500 /dev/zero | tr '\0' a)"
clean

step "targets that are not there"
refused 'No route available|Resolving address|Path resolution' \
	"id_ext=$guid,ioc_guid=$guid,dest=192.0.2.1:$PORT"
refused 'REJ reason 0x8' "id_ext=$guid,ioc_guid=$guid,dest=$TARGET:1"
refused 'invalid target port identifier' "id_ext=1,ioc_guid=1,dest=$TARGET:$PORT"
clean

step "an initiator without an ACL"
refused 'Rejected login for initiator' "$good,initiator_ext=1"
log_has 'SRP LOGIN REJECTED' || die "the initiator does not say why"
clean

step "two identical logins"
login rxe0 "$TARGET"
refused 'Already connected to target port' "$good"
io_verify "$(disk "$SRP")" "${BUSY[@]}" --size=2M
logout "$SRP"
clean

step "two identical logins at once"
mkdir "$TEST_DIR/second"
login_begin queue_size=64
first=$LOGIN
TEST_DIR=$TEST_DIR/second login_begin queue_size=64
wait_for 40 login_over || die "a login hangs"
LOGIN=$first
wait_for 40 login_over || die "a login hangs"
same "what became of them" "failed succeeded" \
	"$(sort "$TEST_DIR/login" "$TEST_DIR/second/login" | paste -sd ' ')"
grep -q 'write error: File exists' "$TEST_DIR"/{login.says,second/login.says} ||
	die "the second one is not told why"
same "SCSI hosts" 1 "$(srp_hosts | wc -l)"
SRP=$(srp_hosts)
io_verify "$(disk "$SRP")" "${BUSY[@]}" --size=2M
logout "$SRP"
clean

step "a port that is disabled"
put 0 "$LIO_TPG/enable"
refused 'has not yet been enabled' "$good"
put 1 "$LIO_TPG/enable"
clean

step "directories of ports that are not there, attributes out of range"
for name in 0xfe800000000000000000000000000001 nonsense @ @rxe0_1 \
	    "$(port_name rxe0)@rxe9_1" "$(head -c 200 /dev/zero | tr '\0' a)"; do
	must_say 'Invalid argument' mkdir "$LIO/srpt/$name"
done
log_has 'no RDMA port is called nonsense' || die "the log does not say why"
must_say 'Invalid argument' mkdir "$LIO_TPG/acls/nonsense"
# A name that is longer than 20 characters is memory of its own.
must_say 'Invalid argument' mkdir "$LIO_TPG/acls/nonsense-that-goes-on-and-on"
for a in srp_max_rdma_size=1 srp_max_rdma_size=99999999 srp_max_rsp_size=1 \
		srp_sq_size=0 srp_sq_size=x use_srq=2; do
	must_say 'Invalid argument' sh -c "echo ${a#*=} >'$LIO_TPG/attrib/${a%=*}'"
done

step "and after all that a login"
login rxe0 "$TARGET"
io_verify "$(disk "$SRP")" "${BUSY[@]}" --size=2M
logout "$SRP"
clean

step "a port whose device is away, and which has no directory yet"
name=$(port_name rxe0)
lio_wwn_del srpt "$name"
rxe_del rxe0
must_say 'Invalid argument' mkdir "$LIO/srpt/$name"
log_has "no RDMA port is called $name" || die "the log does not say why"
unload ib_srp
lio_teardown
unload ib_srpt
