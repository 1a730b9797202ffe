# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A login that the initiator gives up after 5 s, of the 9 s that the target takes:
# as with a first login, for which it may have to load a module for its digest.

slow_login()
{
	load ib_iser
	two_devices
	target_add
	password_add
	iscsid_start "${PASSWORD[@]}" 'node.conn[0].timeo.login_timeout=5' \
		node.session.initial_login_retry_max=1
	step "the target takes longer than the initiator waits"
	delay crypto_alloc_shash 9000
	must_fail login
	[ "$(delay_hits)" -gt 0 ] || die "no login came so far"
	undelay
}
