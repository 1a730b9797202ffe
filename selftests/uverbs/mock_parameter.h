/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What programs tell the mock device's module.
 */
#ifndef UVERBS_MOCK_PARAMETER_H
#define UVERBS_MOCK_PARAMETER_H

#include "uverbs.h"

#define MOCK_PARAMETERS	"/sys/module/ib_uverbs_mock/parameters/"

static void mock_parameter(const char *name, const char *value)
{
	char path[256];
	FILE *to;

	snprintf(path, sizeof(path), MOCK_PARAMETERS "%s", name);
	to = fopen(path, "w");
	check(to);
	fputs(value, to);
	check(!fclose(to));
}

#endif /* UVERBS_MOCK_PARAMETER_H */
