#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: a connection that a portal refuses does not stay on the target's device
# requires: guest module:ib_iser module:ib_isert module:ib_client_data_delay
# guards: isert_connect_request() (isert/ib_isert.c:432 of 6.1) says 0 when it refuses,
# guards: and nobody destroys the identifier: the next removal waits for ever
# timeout: 120
# shellcheck source=selftests/iser/common.sh
. "$(dirname "$0")/common.sh"

load ib_iser
two_devices
target_add

# Disabled, and still listening.
step "connections to a portal that is being deleted"
delay iscsit_del_np 10000
timeout 60 rmdir "$LIO_TPG/np/$TARGET:3260" &
job=$!
_jobs+=("$job")
wait_for 20 delayed || die "rmdir of a portal does not call iscsit_del_np"
! endpoints 3 || die "the portal takes connections: this test does not bite"
delayed || die "too late: the portal was deleted meanwhile"
grep -qx 'up 0' "$TEST_DIR/endpoint" || die "the portal takes some of them"
same "refused" 3 "$(grep -c '^poll: error' "$TEST_DIR/endpoint")"
undelay
wait "$job" || die "the portal cannot be deleted"

step "the initiator's device goes, with the connections that iscsid would keep"
within 10 timeout 20 rdma link delete rxe0
! grep -q '^rxe0 ' <(slots) || die "core still has client data for rxe0"
endpoints_close
two_devices

step "the target's device goes, and the next connection is taken"
within 10 timeout 20 rdma link delete rxe1
two_devices
portal_add "$TARGET"
endpoints 1 || die "the portal takes no connection"
endpoints_close
idle iser isert
