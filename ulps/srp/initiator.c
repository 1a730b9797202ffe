// SPDX-License-Identifier: GPL-2.0
/*
 * ib_srp.ko in one unit of C: the kernel's own source as the semantic patches
 * leave it, and what is new.  One unit, because neither can do without the
 * static functions and structures of the other.
 */
#include "ib_srp.c"
#include "device.c"
#include "wait.c"
#include "removal.c"
