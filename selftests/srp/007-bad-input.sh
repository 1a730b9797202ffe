#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: what cannot work fails with a clear error and leaves nothing behind
# requires: guest module:ib_srpt module:ib_srp
# guards: references, SCSI hosts or queue pairs that a failed attempt leaves
# timeout: 180
. "$(dirname "$0")/common.sh"

# clean - nothing is left of the attempt
clean()
{
	local qps

	srp_clean
	idle ib_srpt
	wait_for 20 no_qps || {
		rdma resource show qp >&2
		die "queue pairs are left"
	}
	qps=$(rdma resource show cm_id | grep -c 'ib_srp\]' || :)
	same "connections left" 0 "$qps"
}

# no_qps - none but those of the device itself (QP 1); for wait_for
no_qps()
{
	! rdma resource show qp | grep -E 'type RC'
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

step "a port that is disabled"
put 0 "$LIO_TPG/enable"
refused 'has not yet been enabled' "$good"
put 1 "$LIO_TPG/enable"
clean

step "directories of ports that are not there, attributes out of range"
for name in 0xfe800000000000000000000000000001 nonsense @ @rxe0_1 \
	    "$(port_name rxe0)@rxe9_1" "$(head -c 200 /dev/zero | tr '\0' a)"; do
	must_fail mkdir "$LIO/srpt/$name"
done
must_fail mkdir "$LIO_TPG/acls/nonsense"
# A name that is longer than 20 characters is memory of its own.
must_fail mkdir "$LIO_TPG/acls/nonsense-that-goes-on-and-on"
for a in srp_max_rdma_size=1 srp_max_rdma_size=99999999 srp_max_rsp_size=1 \
		srp_sq_size=0 srp_sq_size=x use_srq=2; do
	must_fail sh -c "echo ${a#*=} >'$LIO_TPG/attrib/${a%=*}'"
done

step "and after all that a login"
login rxe0 "$TARGET"
io_verify "$(disk "$SRP")" "${BUSY[@]}" --size=2M
logout "$SRP"
clean
unload ib_srp
lio_teardown
unload ib_srpt
