# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash

# logout_against_removal MS - a session is logged out, its target is held up for
# so long when it has sent the response; then rxe1, the target's device, is
# removed.
logout_against_removal()
{
	load ib_iser
	two_devices
	target_add
	iscsid_start
	login_disk
	delay isert_do_control_comp "$1"
	logout &
	_jobs+=("$!")
	wait_for 20 delayed
	remove rxe1
	sleep 1
}
