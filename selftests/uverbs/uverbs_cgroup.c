// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs -lpthread
 *
 * uverbs_cgroup DEVICE TYPE NETDEV CGROUP [removal]: what objects count against
 * the RDMA cgroup of the process that makes them.  Below CGROUP, which may be the
 * root, "limits" has a limit and two cgroups, of which "limits/one" has another.
 * The device is there.  With "removal" it goes, while objects of all of them are
 * held.  The process ends where it began.
 */
#include "uverbs.h"

#define ALL	6
#define ONE	4
/* More than any limit. */
#define MANY	10
#define MOVES	300

static const char *root;
static struct ibv_context *context;
static struct ibv_pd *pds[ALL + MANY];
static int held;
static atomic_bool stop;
static atomic_long made, refused;

static void put_line(const char *group, const char *name, const char *line)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s/%s", root, group, name);
	file = fopen(path, "w");
	check(file);
	check(fputs(line, file) >= 0);
	check(!fclose(file));
}

/* With all its threads. */
static void enter(const char *group)
{
	put_line(group, "cgroup.procs", "0");
}

static void limit(const char *group, int objects)
{
	char line[128];

	snprintf(line, sizeof(line), "%s hca_handle=2 hca_object=%d", rdma_name,
		 objects);
	put_line(group, "rdma.max", line);
}

/* What is counted in a group, or false if there is nothing of the device. */
static bool counted(const char *group, int *handles, int *objects)
{
	char path[512], name[64], line[256];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s/rdma.current", root, group);
	file = fopen(path, "r");
	check(file);
	while (!found && fgets(line, sizeof(line), file))
		found = sscanf(line, "%63s hca_handle=%d hca_object=%d", name,
			       handles, objects) == 3 &&
			!strcmp(name, rdma_name);
	fclose(file);
	return found;
}

static void expect(const char *group, int handles, int objects)
{
	int h = 0, o = 0;

	counted(group, &h, &o);
	if (h != handles || o != objects)
		fail("%s counts %d handles and %d objects, not %d and %d", group,
		     h, o, handles, objects);
}

/* How many of these can be made. */
static int make(int wanted)
{
	int n;

	for (n = 0; n < wanted; n++) {
		struct ibv_pd *pd = ibv_alloc_pd(context);

		if (!pd) {
			check(errno == EAGAIN);
			break;
		}
		check(held < (int)ARRAY_SIZE(pds));
		pds[held++] = pd;
	}
	return n;
}

/* The newest ones. */
static void destroy(int n)
{
	while (n--)
		check(!ibv_dealloc_pd(pds[--held]));
}

/* Those that were charged, and are none after all. */
static void failing(void)
{
	char *nowhere = mmap(NULL, 4096, PROT_NONE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int i;

	check(nowhere != MAP_FAILED);
	for (i = 0; i < MANY; i++)
		check(!ibv_reg_mr(pds[0], nowhere, 4096,
				  IBV_ACCESS_LOCAL_WRITE) && errno == EFAULT);
	munmap(nowhere, 4096);
}

static void *pairs(void *unused)
{
	while (!stop) {
		struct ibv_pd *pd = ibv_alloc_pd(context);

		if (pd) {
			check(!ibv_dealloc_pd(pd));
			made++;
		} else {
			check(errno == EAGAIN);
			refused++;
		}
	}
	return unused;
}

/* What was made in one cgroup is destroyed in the other. */
static void moving(void)
{
	pthread_t thread[2];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(thread); i++)
		check(!pthread_create(&thread[i], NULL, pairs, NULL));
	for (i = 0; i < MOVES; i++) {
		enter(i & 1 ? "limits/two" : ".");
		sched_yield();
	}
	stop = true;
	for (i = 0; i < ARRAY_SIZE(thread); i++)
		check(!pthread_join(thread[i], NULL));
	check(made > 0 && !refused);
}

/* Objects without a device, then those of a new one. */
static void removal(void)
{
	int handles, objects;

	device_remove();
	check(!counted("limits/one", &handles, &objects));
	check(!counted("limits/two", &handles, &objects));
	check(!ibv_close_device(context));
	device_add();
	enter("limits/one");
	limit("limits/one", 1);
	check((context = device_open()));
	held = 0;
	check(make(2) == 1);
	expect("limits/one", 1, 1);
	check(!ibv_close_device(context));
	expect("limits/one", 0, 0);
}

int main(int argc, char **argv)
{
	arguments(argc, argv);
	check(argc > 4);
	root = argv[4];

	limit("limits", ALL);
	limit("limits/one", ONE);
	enter("limits/one");
	check((context = device_open()));
	check(make(ONE + 1) == ONE);
	expect("limits/one", 1, ONE);
	expect("limits", 1, ONE);
	destroy(1);
	expect("limits/one", 1, ONE - 1);
	check(make(2) == 1);

	/* The one above has a limit, too. */
	enter("limits/two");
	check(make(ALL) == ALL - ONE);
	expect("limits/two", 0, ALL - ONE);
	expect("limits", 1, ALL);

	/* None here; who made an object counts, not who destroys it. */
	enter(".");
	check(make(MANY) == MANY);
	expect("limits", 1, ALL);
	enter("limits/two");
	destroy(MANY);
	expect("limits/two", 0, ALL - ONE);
	enter(".");
	destroy(ALL - ONE);
	expect("limits/two", 0, 0);
	expect("limits", 1, ONE);

	enter("limits/two");
	failing();
	expect("limits/two", 0, 0);
	expect("limits", 1, ONE);

	/* Two threads have two at most: the limit is not what they meet. */
	moving();
	expect("limits/two", 0, 0);
	expect("limits", 1, ONE);

	check(make(1) == 1);
	enter(".");
	check(make(1) == 1);
	if (argc > 5 && !strcmp(argv[5], "removal")) {
		removal();
	} else {
		check(!ibv_close_device(context));
		expect("limits/one", 0, 0);
		expect("limits/two", 0, 0);
	}
	expect("limits", 0, 0);
	enter(".");
	return 0;
}
