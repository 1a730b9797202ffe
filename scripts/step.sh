# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# How every script here says what it does and how long that took.
# Source it; TOP becomes the root of the repository.

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=$TOP/build
# shellcheck disable=SC2034 # for those who source this file
CACHE=$(realpath -m -- "${CACHE:-$BUILD/cache}")

# modprobe and depmod are there, which a user's path may not have.
PATH=$PATH:/usr/sbin:/sbin

# now - milliseconds since boot
now()
{
	local up
	read -r up _ </proc/uptime
	printf '%s\n' "$((10#${up/./} * 10))"
}

# seconds_since START - "12.3 s" since a value that now printed
seconds_since()
{
	local ms=$(($(now) - $1))

	printf '%d.%d s' $((ms / 1000)) $((ms % 1000 / 100))
}

# say TEXT... - a line for the person watching
say()
{
	printf '   %s\n' "$*"
}

# reuse TEXT - what an earlier run left and this one need not do again
reuse()
{
	printf '%8s   %s\n' "re-used" "$*"
}

# slowness KERNEL - how many times as long as on Debian's kernels things may take
slowness()
{
	if [ ! -e "$BUILD/$1/make-args" ]; then
		echo 1
	elif [ "$1" = debug ]; then
		echo 10	# an emulated machine
	else
		echo 3
	fi
}

# die TEXT... - one clear line, then out
die()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# Neither kbuild nor QEMU's options can take others.
case $TOP in
*[!A-Za-z0-9/._+~@-]*)
	die "$TOP has a character that kbuild or QEMU cannot take: move the clone" ;;
esac

# lock DIR - one run at a time works in DIR
lock()
{
	mkdir -p "$1"
	{ exec 9>"$1/.lock"; } 2>/dev/null ||
		die "cannot write to $1, which is $(stat -c %U "$1")'s: chown it, or remove it"
	flock -n 9 && return
	say "waiting for another run in $1"
	flock -w 3600 9 || die "another run still holds $1/.lock"
}

# step TEXT COMMAND... - run COMMAND silently, announce it with its time; the
# end of its output appears only when it fails
step()
{
	local text=$1 begin log rc=0

	shift
	log=$(mktemp) || exit 1
	begin=$(now)
	[ -t 1 ] && printf '%8s   %s\r' "..." "$text"
	"$@" >"$log" 2>&1 </dev/null || rc=$?
	if [ "$rc" = 0 ]; then
		printf '%8s   %s\n' "$(seconds_since "$begin")" "$text"
	else
		printf '%8s   %s (exit status %d)\n' "FAILED" "$text" "$rc"
		tail -n "${STEP_LINES:-25}" "$log" | sed 's/^/      /' >&2
	fi
	rm -f "$log"
	return "$rc"
}
