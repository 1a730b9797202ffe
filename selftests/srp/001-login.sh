#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: SRP over soft-RoCE: log in, verified I/O, log out, both modules unload
# requires: guest command:fio module:ib_srpt module:ib_srp
# timeout: 120
. "$(dirname "$0")/common.sh"

step "log in"
one_device
target rxe0 rxe0
login rxe0 "$TARGET"
dev=$(disk "$SRP")
slots >&2
same "state of the remote port" running "$(rport_state "$SRP")"

step "I/O"
remember "$dev"
io_verify "$dev" "${BUSY[@]}" --size=4M
recall "$dev"

step "log out"
logout "$SRP"
step "the modules unload"
lio_teardown
unload ib_srp ib_srpt
