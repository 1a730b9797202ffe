#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: what make install puts into updates/ is what modprobe takes, until uninstall
# guards: a machine whose index of modules names what is not there
# guest: none
# timeout: 120
#
# For a copy of the first of Debian's kernels in build/ whose modules are built. Exit
# status 0: so it is, 1: not, 4: nothing to look at.
set -u -o pipefail
cd "$(dirname "$0")/../.." || exit 1
PATH=$PATH:/usr/sbin:/sbin
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 143' INT TERM HUP
unset MAKEFLAGS MFLAGS

rc=0
fail()
{
	echo "FAILED: $*"
	rc=1
}

kernel=
for dir in build/[0-9]*; do
	[ -e "$dir/modules/.complete" ] || continue
	[ -d "$dir/image/lib/modules/$(cat "$dir/release")/kernel" ] || continue
	kernel=${dir#build/}
	break
done
if [ -z "$kernel" ]; then
	echo "SKIP no modules are built for a kernel of Debian's: make modules KERNEL=6.1" >&2
	exit 4
fi
release=$(cat "$dir/release")
top=$tmp/lib/modules/$release
mkdir -p "$top"
cp -rl "$dir/image/lib/modules/$release/kernel" "$top/"
cp "$dir/image/lib/modules/$release"/modules.* "$top/"
depmod -b "$tmp" "$release" || exit 1

# ours [ARGUMENT...] - make install or uninstall there
ours()
{
	echo "+ scripts/install $*"
	INSTALL_MOD_PATH=$tmp scripts/install "$@" >"$tmp/said" 2>&1
	local status=$?

	sed 's/^/   /' "$tmp/said"
	return "$status"
}

# says WORDS - the last of these did
says()
{
	grep -qF -- "$1" "$tmp/said" || fail "it does not say: $1"
}

# from DIR MODULE... - where modprobe takes them from, all that they need being there
from()
{
	local want=$1 m path

	shift
	for m in "$@"; do
		path=$(modprobe -d "$tmp" -S "$release" --show-depends "$m" |
			sed -n 's/^insmod \([^ ]*\).*/\1/p' | tail -n 1)
		[[ $path == "$top/$want/"* && -s $path ]] ||
			fail "modprobe takes $m from ${path:-nowhere}, not from $want/"
	done
}

replaced=(ib_uverbs rdma_ucm nvme_rdma nvmet_rdma ib_iser ib_isert ib_srp ib_srpt)
from kernel "${replaced[@]}"

ours "$kernel" || fail "not installed"
from updates/ib-client-data ib_client_data "${replaced[@]}"
# they load with ours, since the symbols' versions are the same
from kernel mlx5_ib rdma_rxe
[ -z "$(find "$top/updates" -name '*test*' -o -name '*torture*' -o -name '*mock*')" ] ||
	fail "what only tests want is there, too"
ours "$kernel" || fail "not installed a second time"
from updates/ib-client-data ib_client_data "${replaced[@]}"

ours -u "$kernel" || fail "not uninstalled"
from kernel "${replaced[@]}"
[ ! -e "$top/updates" ] || fail "updates/ is still there"
ours -u "$kernel" || fail "uninstalling nothing is an error"
says "nothing of ours is installed"

echo "an index that cannot be made"
mkdir "$tmp/bin"
printf '#!/bin/sh\nexit 1\n' >"$tmp/bin/depmod"
chmod +x "$tmp/bin/depmod"
! PATH=$tmp/bin:$PATH ours "$kernel" || fail "installed without an index"
says "run depmod $release"
from kernel "${replaced[@]}"

echo "interrupted after the modules were removed, before the index was made"
ours "$kernel" || fail "not installed"
rm -rf "$top/updates"
ours -u "$kernel" || fail "not uninstalled"
from kernel "${replaced[@]}"

echo "a kernel for which nothing is built"
! ours 0.1 || fail "installed for kernel 0.1"
says "run make first"
! ours -u 0.1 || fail "uninstalled from kernel 0.1"
says "nothing of ours is installed for a kernel 0.1"
[ "$rc" != 0 ] || echo "$release: modprobe takes what it should"
exit "$rc"
