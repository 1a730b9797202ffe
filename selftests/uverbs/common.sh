# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of ib_uverbs share.

# shellcheck source=selftests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# ready - our ib_uverbs, and a network device d0 for RDMA devices
ready()
{
	load ib_uverbs
	load rdma_rxe
	net_add d0 dummy 10.60.0.1/24
}

# resources DEVICE - how many objects ib_core knows of it
resources()
{
	rdma resource show "$1" | sed 's/^[^ ]* [^ ]* //'
}
