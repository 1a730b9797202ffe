# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the iSER tests share: open-iscsi's daemon, targets, sessions, data that
# are written before and compared after, removals.

# shellcheck source=selftests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
# shellcheck source=selftests/wire.sh
. "$(dirname "${BASH_SOURCE[0]}")/../wire.sh"
# shellcheck source=selftests/delay.sh
. "$(dirname "${BASH_SOURCE[0]}")/../delay.sh"
# shellcheck source=selftests/lio.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lio.sh"

# A report of stock's that is in known-splats must not end the guest; others are
# found in the kernel log.
grep -q '^# dies' "$0" || echo 0 >/proc/sys/kernel/panic_on_warn

# shellcheck disable=SC2034 # for remove_by
NETDEV_REMOVAL=15 NETDEV_WAITER=iser
IQN=iqn.2026-01.test.example:disk
INITIATOR=iqn.2026-01.test.example:initiator
ISCSID=
ENDPOINT=
# What the last login_disk made.
SESSION=
DISK=
PASSWORD=()

# ----------------------------------------------------------------- open-iscsi

# iscsid_start [NAME=VALUE...] - open-iscsi's daemon, with settings that suit a
# test: what has no end by default has one
iscsid_start()
{
	local setting

	mkdir -p /etc/iscsi /run/lock/iscsi /var/lib/iscsi
	echo "InitiatorName=$INITIATOR" >/etc/iscsi/initiatorname.iscsi
	{
		echo 'iscsid.startup = /bin/false'
		echo 'node.startup = manual'
		echo 'node.leading_login = No'
		echo 'node.session.timeo.replacement_timeout = 60'
		echo 'node.conn[0].timeo.login_timeout = 10'
		echo 'node.conn[0].timeo.logout_timeout = 10'
		echo 'node.conn[0].timeo.noop_out_interval = 3'
		echo 'node.conn[0].timeo.noop_out_timeout = 6'
		echo 'node.session.err_timeo.abort_timeout = 15'
		echo 'node.session.err_timeo.lu_reset_timeout = 30'
		echo 'node.session.err_timeo.tgt_reset_timeout = 30'
		echo 'node.session.initial_login_retry_max = 2'
		echo 'node.session.cmds_max = 64'
		echo 'node.session.queue_depth = 16'
		echo 'node.session.scan = auto'
		# With 0, the default, LIO starts a timer when the session is
		# replaced, and stops it at once.  Where it fires between,
		# lockdep reports two locks of iscsi_target_mod's.
		echo 'node.session.iscsi.DefaultTime2Retain = 20'
		for setting in "$@"; do
			echo "${setting/=/ = }"
		done
	} >/etc/iscsi/iscsid.conf
	loaded ib_iser || load ib_iser
	run modprobe -a sd_mod sg
	iscsid_run
}

# iscsid_run - start it, or start it again after it was killed: sessions that the
# kernel has it takes over
iscsid_run()
{
	printf '+ iscsid -f &\n' >&2
	iscsid -f -d "${ISCSID_DEBUG:-0}" >>"$TEST_DIR/iscsid" 2>&1 &
	ISCSID=$!
	wait_for 20 _iscsid_answers || die "iscsid does not answer"
}

_iscsid_answers()
{
	grep -q ISCSIADM_ABSTRACT_NAMESPACE /proc/net/unix
}

# iscsid_kill - as if it had crashed
iscsid_kill()
{
	run kill -9 "$ISCSID"
	wait "$ISCSID" 2>/dev/null || :
	ISCSID=
}

# _iscsid_down - stop it for good
_iscsid_down()
{
	[ -n "$ISCSID" ] || return 0
	kill -CONT "$ISCSID" 2>/dev/null
	kill -9 "$ISCSID" 2>/dev/null
	wait "$ISCSID" 2>/dev/null
	ISCSID=
}

# discover [ADDRESS] - SendTargets over iSER; prints what there is
discover()
{
	timeout 60 iscsiadm -m discovery -t st -I iser -p "${1:-$TARGET}"
}

# login [ADDRESS [IQN]] - open-iscsi's own login over iSER; fails as it does
login()
{
	local address=${1:-$TARGET} iqn=${2:-$IQN}

	known "$address" "$iqn"
	printf '+ iscsiadm -m node -T %s -p %s -I iser -l\n' "$iqn" "$address" >&2
	timeout 90 iscsiadm -m node -T "$iqn" -p "$address:3260" -I iser -l \
		>>"$TEST_DIR/iscsiadm" 2>&1
}

# login_refused STATUS [ADDRESS [IQN]] - it must fail with this exit status of iscsiadm's
login_refused()
{
	local status=$1

	shift
	: >"$TEST_DIR/iscsiadm"
	must_fail login "$@"
	note "$(cat "$TEST_DIR/iscsiadm")"
	same "exit status of iscsiadm" "$status" "$STATUS"
}

# known ADDRESS IQN - without a discovery
known()
{
	[ -d "/etc/iscsi/nodes/$2/$1,3260,1" ] ||
		timeout 30 iscsiadm -m node -T "$2" -p "$1:3260,1" -I iser \
			-o new >>"$TEST_DIR/iscsiadm" 2>&1
}

# logout [ADDRESS [IQN]]
logout()
{
	local address=${1:-$TARGET} iqn=${2:-$IQN}

	printf '+ iscsiadm -m node -T %s -p %s -I iser -u\n' "$iqn" "$address" >&2
	timeout 90 iscsiadm -m node -T "$iqn" -p "$address:3260" -I iser -u \
		>>"$TEST_DIR/iscsiadm" 2>&1
}

# sessions - what the kernel has, one a line: session1
sessions()
{
	local s

	for s in /sys/class/iscsi_session/session*; do
		echo "${s##*/}"
	done
}

# no_session - for wait_for
no_session()
{
	[ -z "$(sessions)" ]
}

# session_to ADDRESS - the session whose portal that is, as iscsid knows it
session_to()
{
	local c

	for c in /sys/class/iscsi_connection/connection*; do
		if [ "$(cat "$c/persistent_address" 2>/dev/null)" = "$1" ]; then
			c=${c##*/connection}
			echo "session${c%:*}"
		fi
	done
}

# session_is SESSION STATE - LOGGED_IN, FAILED or FREE; for wait_for
session_is()
{
	[ "$(cat "/sys/class/iscsi_session/$1/state" 2>/dev/null)" = "$2" ]
}

# recovered - $SESSION comes back by itself when its devices have
recovered()
{
	wait_for 60 session_is "$SESSION" LOGGED_IN ||
		die "$SESSION does not come back"
}

# disk_of SESSION [LUN] - its block device, once that is there (20 s)
disk_of()
{
	wait_for 20 _disk_of "$1" "${2:-0}" || die "$1 has no disk ${2:-0}"
	_disk_of "$1" "${2:-0}"
}

_disk_of()
{
	local d

	for d in "/sys/class/iscsi_session/$1"/device/target*/*:"$2"/block/sd*; do
		[ ! -b "/dev/${d##*/}" ] || {
			echo "/dev/${d##*/}"
			return 0
		}
	done
	return 1
}

# login_disk [ADDRESS] - log in, and wait for the disk; sets SESSION and DISK
login_disk()
{
	login "$@" || die "cannot log in: $(tail -n 3 "$TEST_DIR/iscsiadm")"
	SESSION=$(session_to "${1:-$TARGET}")
	[ -n "$SESSION" ] || die "logged in, but there is no session"
	DISK=$(disk_of "$SESSION")
	note "$SESSION is $DISK"
}

# logout_all - end every session there is
logout_all()
{
	no_session || run timeout 90 iscsiadm -m session -u \
		>>"$TEST_DIR/iscsiadm" 2>&1 || :
	wait_for 30 no_session || die "$(sessions) would not end"
}

# endpoints COUNT [ADDRESS] - so many connections of the initiator's over which
# nothing is ever sent, until endpoints_close; fails unless all are up
endpoints()
{
	rm -f "$TEST_DIR/endpoint"
	printf '+ endpoint %s 3260 %s &\n' "${2:-$TARGET}" "$1" >&2
	endpoint "${2:-$TARGET}" 3260 "$1" >"$TEST_DIR/endpoint" &
	ENDPOINT=$!
	_jobs+=("$ENDPOINT")
	wait_for 40 grep -q '^up' "$TEST_DIR/endpoint"
	note "$(cat "$TEST_DIR/endpoint")"
	grep -qx "up $1" "$TEST_DIR/endpoint"
}

# endpoints_close - as iscsid does when it has given a login up
endpoints_close()
{
	run kill "$ENDPOINT"
	wait_for 20 _ended "$ENDPOINT" || die "endpoint does not end"
	ENDPOINT=
}

# The shell that does not know it as its child sees a dead one as well.
_ended()
{
	! kill -0 "$1" 2>/dev/null || grep -q '^State:.Z' "/proc/$1/status"
}

# -------------------------------------------------------------------- targets

# target_add [ADDRESS...] - target $IQN with one disk for $INITIATOR, which
# listens on these addresses ($TARGET)
target_add()
{
	lio_object disk0
	target_offer "$@"
}

# target_offer [ADDRESS...] - the same target with the disk that is there
target_offer()
{
	loaded iscsi_target_mod || run modprobe iscsi_target_mod
	loaded ib_isert || load ib_isert
	lio_tpg iscsi "$IQN" tpgt_1
	put 0 "$LIO_TPG/attrib/authentication"
	put 0 "$LIO_TPG/attrib/generate_node_acls"
	lio_lun "$LIO_TPG" 0 "$LIO_OBJECT"
	lio_acl "$LIO_TPG" "$INITIATOR" 0
	[ $# != 0 ] || set -- "$TARGET"
	while [ $# != 0 ]; do
		portal_add "$1"
		shift
	done
	put 1 "$LIO_TPG/enable"
}

# portal_add ADDRESS - one more to listen on, with iSER
portal_add()
{
	run mkdir "$LIO_TPG/np/$1:3260"
	put 1 "$LIO_TPG/np/$1:3260/iser"
}

# portal_del ADDRESS
portal_del()
{
	run timeout 60 rmdir "$LIO_TPG/np/$1:3260"
}

# password_add - the target wants one, and iscsid, which is to be started, has it:
# a login takes several requests. (What is written with a newline has it.)
password_add()
{
	local auth=$LIO_TPG/acls/$INITIATOR/auth

	put 1 "$LIO_TPG/attrib/authentication"
	printf %s user >"$auth/userid"
	printf %s secret-word-12 >"$auth/password"
	# shellcheck disable=SC2034 # for tests
	PASSWORD=(node.session.auth.authmethod=CHAP
		node.session.auth.username=user
		node.session.auth.password=secret-word-12)
}

# listening ADDRESS - for wait_for
listening()
{
	rdma resource show cm_id |
		grep -q "state LISTEN.*src-addr $1:3260\>"
}

# ------------------------------------------------------------------------ I/O

# keep SECONDS DISK - verified I/O for so long, in which nothing may fail; returns when
# it flows
keep()
{
	local before

	before=$(io_count "$BACKING")
	fio_start "$2" "${KEEP[@]}" --runtime="$1"
	wait_for 20 io_flows "$BACKING" "$before" || die "no I/O on $2"
	fio_running || die "fio ended too soon"
}

# ----------------------------------------------------------------- taking down

# undo - sessions and targets: a session must go while its daemon and its
# target are there
undo()
{
	local rc=0

	set +e
	[ -z "$ENDPOINT" ] || endpoints_close
	kill_jobs
	[ ! -d /sys/module/ib_client_data_delay ] ||
		timeout 60 rmmod ib_client_data_delay
	if ! no_session; then
		[ -z "$ISCSID" ] || kill -CONT "$ISCSID"
		[ -n "$ISCSID" ] || iscsid_run
		(logout_all) || rc=1
	fi
	_iscsid_down
	(lio_teardown) >"$TEST_DIR/teardown" 2>&1 || {
		cat "$TEST_DIR/teardown" >&2
		rc=1
	}
	rm -rf /etc/iscsi/nodes /etc/iscsi/send_targets
	if [ "$rc" != 0 ]; then
		tail -n 40 "$TEST_DIR/iscsid" "$TEST_DIR/iscsiadm" >&2
	fi
	return "$rc"
}
