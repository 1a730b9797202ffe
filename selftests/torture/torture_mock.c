// SPDX-License-Identifier: GPL-2.0
/*
 * The mock device is that of core's tests, compiled once more for this module.
 */
#include "../core/test_mock.c"

atomic_t test_failures;
