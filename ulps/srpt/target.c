// SPDX-License-Identifier: GPL-2.0
/*
 * ib_srpt.ko in one unit of C: the kernel's own source as the semantic patches
 * leave it, and what is new.  One unit, because neither can do without the
 * static functions and structures of the other.
 */
#include "ib_srpt.c"
#include "device.c"
#include "name.c"
#include "config.c"
#include "channel.c"
