#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# description: alloc, get, put, remove and free can be traced
# requires: module:ib_client_data_test
# guards: a removal that nobody can look into
. "$(dirname "$0")/common.sh"

TRACING=/sys/kernel/tracing
undo()
{
	echo 0 >$TRACING/events/ib_client_data/enable
	echo >$TRACING/trace
}

setup_core
same "events" "alloc free get put remove" \
	"$(cd $TRACING/events/ib_client_data && echo */ | tr -d /)"
put 1 $TRACING/events/ib_client_data/enable
in_kernel register
put 0 $TRACING/events/ib_client_data/enable
grep -o 'alloc: .*\|get: .*\|put: .*\|remove: .*\|free: .*' $TRACING/trace >&2
for line in 'alloc: device=rxe0 client=icd_register error=0' \
	'get: device=rxe0 client=icd_register refs=2' \
	'get: device=rxe0 client=icd_register refs=4' \
	'put: device=rxe0 client=icd_register refs=2' \
	'remove: device=rxe0 client=icd_register refs=1' \
	'free: device=rxe0 client=icd_register remove_us=[0-9]+ wait_us=[0-9]+'; do
	grep -qE "$line" $TRACING/trace || die "not traced: $line"
done
same "frees traced" 1 "$(grep -c 'free: device=rxe0' $TRACING/trace)"
