/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Programs that are made of cases, by kselftest's harness: each case is a process
 * of its own, with the device, and a line of TAP says what came of it.  check()
 * and fail() end the case.
 */
#ifndef UVERBS_HARNESS_H
#define UVERBS_HARNESS_H

#include "uverbs.h"
#include <kselftest_harness.h>

/* Who runs the program has limits of his own. */
#define CASE_SECONDS	3600

/* What main() was told to run; all of them if that is nothing. */
static char **only_cases;

static inline bool case_wanted(const char *name)
{
	char **only = only_cases;

	while (*only && strcmp(*only, name))
		only++;
	return *only || !*only_cases;
}

/* A name that no case has would be one that cannot fail. */
static inline void case_known(const char *name)
{
	struct __fixture_metadata *fixture;
	struct __test_metadata *test;

	for (fixture = __fixture_list; fixture; fixture = fixture->next)
		for (test = fixture->tests; test; test = test->next)
			if (!strcmp(test->name, name))
				return;
	fail("there is no case %s", name);
}

FIXTURE(uverbs)
{
};

FIXTURE_SETUP(uverbs)
{
}

FIXTURE_TEARDOWN(uverbs)
{
}

#define CASE(name) \
	static void case_##name(void); \
	TEST_F_TIMEOUT(uverbs, name, CASE_SECONDS) \
	{ \
		if (!case_wanted(#name)) \
			SKIP(return, "not asked for"); \
		/* left by one that has failed */ \
		if (device_there()) \
			device_remove(); \
		device_add(); \
		case_##name(); \
		if (device_there()) \
			device_remove(); \
	} \
	static void case_##name(void)

/* A case is in a process group of its own, which outlives ours. */
static inline void end_with_case(int signal)
{
	if (__active_test)
		kill(-__active_test->pid, SIGKILL);
	_exit(128 + signal);
}

/* DEVICE TYPE NETDEV [CASE...] */
static inline int run_cases(int argc, char **argv)
{
	int i;

	arguments(argc, argv);
	for (i = 4; i < argc; i++)
		case_known(argv[i]);
	only_cases = argv + 4;
	signal(SIGTERM, end_with_case);
	signal(SIGINT, end_with_case);
	return test_harness_run(1, argv);
}

#endif /* UVERBS_HARNESS_H */
