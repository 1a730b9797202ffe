# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Logins in the background, held up in a function of the target.

# login_begin [OPTION...] - with these options (src=$HOST); what became of it is left
# in $TEST_DIR/login, and what was said to that in $TEST_DIR/login.says
login_begin()
{
	[ $# != 0 ] || set -- "src=$HOST"
	rm -f "$TEST_DIR/login"
	loaded ib_srp || load ib_srp
	wait_for 10 test -e /sys/class/infiniband_srp/srp-rxe0-1/add_target
	{
		if add_target rxe0 "$(login_string "$TARGET" "$@")"; then
			echo succeeded
		else
			echo failed
		fi >"$TEST_DIR/login" 2>"$TEST_DIR/login.says"
	} &
	LOGIN=$!
	_jobs+=("$LOGIN")
}

# login_over - it has ended; for wait_for
login_over()
{
	! kill -0 "$LOGIN" 2>/dev/null
}

# login_outcome - what became of it: a login that succeeded has a SCSI host, unless
# that lost its target while it looked for disks, and the log says so; of one that
# failed there is none, and the writer was told why
login_outcome()
{
	local how

	how=$(cat "$TEST_DIR/login")
	note "the login has $how: $(grep 'write error' "$TEST_DIR/login.says" || :)"
	case $how in
	succeeded)
		! no_hosts || log_has 'SCSI scan failed - removing SCSI host' ||
			die "there is no SCSI host" ;;
	failed)
		grep -q 'write error: .' "$TEST_DIR/login.says" ||
			die "the login says: $(cat "$TEST_DIR/login.says")"
		wait_for 10 no_hosts || die "a SCSI host is left of it" ;;
	*) die "the login has no outcome" ;;
	esac
}

# login_enodev - it has failed for want of a device, and said so
login_enodev()
{
	same "the login" failed "$(cat "$TEST_DIR/login")"
	grep -q 'write error: No such device' "$TEST_DIR/login.says" ||
		die "the login says: $(cat "$TEST_DIR/login.says")"
}

# login_held FUNCTION MS - until it has come to that function
login_held()
{
	delay "$1" "$2"
	login_begin
	wait_for 20 delayed || die "the login does not call $1"
}

# has_channel - the target's data have references but core's; channel_gone - they
# have not; for wait_for
has_channel()
{
	[ "$(slot rxe1 ib_srpt refs)" -gt 1 ]
}

channel_gone()
{
	! has_channel
}

# unanswered - a login that the target has answered, and there is neither wire nor
# initiator for the answer; NAME is whose it was
unanswered()
{
	two_devices
	target rxe1 rxe0
	# shellcheck disable=SC2034 # for who sources this
	NAME=$(initiator rxe0)
	step "the target's answer finds neither wire nor initiator"
	login_held rdma_accept 8000
	run ip link set a0 down
	delayed || die "too late: the target has answered"
	within 10 timeout 20 rdma link delete rxe0
	wait_for 10 login_over || die "the login goes on without a device"
	undelay
	has_channel || die "no channel is left: this test does not bite"
}
