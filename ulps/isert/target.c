// SPDX-License-Identifier: GPL-2.0
/*
 * ib_isert.ko in one unit of C: the kernel's own source as the semantic patches
 * leave it, and what is new.  One unit, because neither can do without the
 * static functions of the other.
 */
#include "ib_isert.c"
#include "device.c"
#include "conn.c"
#include "listener.c"
