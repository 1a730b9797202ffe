// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs
 *
 * uverbs_cm_fail DEVICE TYPE NETDEV ADDRESS [removal]: does what programs ask
 * rdma_ucm for, while the first, the second ... allocation or copy of the command
 * fails, until none does.  Each works all the same or leaves nothing, and can be done
 * again.  With "removal" it is the removal of the device that they fail in: ids on
 * it are closed, whether there is memory to tell of that or not.
 */
#include "ucm.h"

#define MOST	2000
/* The number of a queue pair that nobody has. */
#define QPN	0x4242
/* Nobody listens there. */
#define PORT	7479

static struct sockaddr_in address, nowhere, group;
static int space = RDMA_PS_TCP;
static __u32 id;
static long points, refused;

/* What an id has come through before the command that is looked at. */
enum stage { NOTHING, CREATED, BOUND, ADDRESS, ROUTE };

static int create(void)
{
	return ucm_create_id(space, 1, &id);
}

static int bind_id(void)
{
	return ucm_bind(id, &address);
}

static int listen_id(void)
{
	struct rdma_ucm_listen listen = { .id = id, .backlog = 1 };

	return ucm_command(RDMA_USER_CM_CMD_LISTEN, &listen, sizeof(listen), 0);
}

static int resolve_addr(void)
{
	struct rdma_ucm_resolve_addr resolve = {
		.id = id, .timeout_ms = 2000,
		.src_size = sizeof(address), .dst_size = sizeof(nowhere),
	};

	memcpy(&resolve.src_addr, &address, sizeof(address));
	memcpy(&resolve.dst_addr, &nowhere, sizeof(nowhere));
	return ucm_command(RDMA_USER_CM_CMD_RESOLVE_ADDR, &resolve,
			   sizeof(resolve), 0);
}

static int resolve_route(void)
{
	struct rdma_ucm_resolve_route resolve = { .id = id, .timeout_ms = 2000 };

	return ucm_command(RDMA_USER_CM_CMD_RESOLVE_ROUTE, &resolve,
			   sizeof(resolve), 0);
}

static int connect_id(void)
{
	struct rdma_ucm_connect connect = {
		.id = id,
		.conn_param = { .qp_num = QPN, .retry_count = 1, .valid = 1,
				.private_data_len = 8 },
	};

	return ucm_command(RDMA_USER_CM_CMD_CONNECT, &connect, sizeof(connect),
			   0);
}

static int join(void)
{
	struct rdma_ucm_create_id_resp resp;

	return ucm_join(id, 2, &group, &resp);
}

static int query_addr(void)
{
	struct rdma_ucm_query_addr_resp resp;
	struct rdma_ucm_query query = {
		.response = (uintptr_t)&resp, .id = id,
		.option = RDMA_USER_CM_QUERY_ADDR,
	};

	return ucm_command(RDMA_USER_CM_CMD_QUERY, &query, sizeof(query),
			   sizeof(resp));
}

static int get_event(void)
{
	struct rdma_ucm_event_resp resp;
	int ret = ucm_event(&resp);

	check(ret || resp.uid == 1);
	return ret;
}

static void wait_event(void)
{
	struct pollfd events = { .fd = ucm, .events = POLLIN };

	check(poll(&events, 1, PATIENCE * 1000) == 1);
}

static void expect_event(__u32 event)
{
	struct rdma_ucm_event_resp resp;

	wait_event();
	check(!ucm_event(&resp));
	if (resp.event != event || resp.status)
		fail("event %u, status %u", resp.event, resp.status);
}

static int destroy(void)
{
	return ucm_end(RDMA_USER_CM_CMD_DESTROY_ID, id);
}

static const struct command {
	const char *name;
	enum stage stage;
	int (*run)(void);
} commands[] = {
	{ "CREATE_ID", NOTHING, create },
	{ "BIND", CREATED, bind_id },
	{ "LISTEN", BOUND, listen_id },
	{ "RESOLVE_ADDR", CREATED, resolve_addr },
	{ "RESOLVE_ROUTE", ADDRESS, resolve_route },
	{ "CONNECT", ROUTE, connect_id },
	{ "JOIN_MCAST", BOUND, join },
	{ "QUERY", BOUND, query_addr },
	{ "DESTROY_ID", BOUND, destroy },
};

static void prepare(enum stage stage)
{
	if (stage >= CREATED)
		check(!create());
	if (stage == BOUND)
		check(!bind_id());
	if (stage >= ADDRESS) {
		check(!resolve_addr());
		expect_event(EVENT_ADDR_RESOLVED);
	}
	if (stage >= ROUTE) {
		check(!resolve_route());
		expect_event(EVENT_ROUTE_RESOLVED);
	}
}

/* The id goes, unless it could not be made, or the command has destroyed it. */
static void finish(const struct command *command, int ret)
{
	if (command->run == create && ret)
		return;
	if (command->run != destroy)
		check(!destroy());
	else if (ret)
		/* It is there if the command could not be read. */
		check((ret = destroy()) == 0 || ret == ENOENT);
}

/* Whether there was such a point. */
static bool fail_point(const struct command *command, unsigned int nth)
{
	bool met;
	int ret;

	space = command->run == join ? RDMA_PS_UDP : RDMA_PS_TCP;
	prepare(command->stage);
	fail_at = nth;
	ret = command->run();
	fail_at = 0;
	met = nth && failed;
	if (!met && ret)
		fail("%s: %s", command->name, strerror(ret));
	/* IP's word for no memory for a route */
	if (ret && ret != ENOMEM && ret != EFAULT &&
	    !(ret == ENOBUFS && command->run == resolve_addr))
		fail("%s, point %u: %s", command->name, nth, strerror(ret));
	finish(command, ret);
	points += met;
	refused += met && ret;
	return met;
}

static void check_command(const struct command *command)
{
	struct held before;
	unsigned int nth;

	/* What it needs for the first time only is there then. */
	fail_point(command, 0);
	before = held();
	for (nth = 1; nth <= MOST; nth++) {
		if (!fail_point(command, nth)) {
			printf("%s: %u points\n", command->name, nth - 1);
			return;
		}
		same_held(command->name, before);
		fail_point(command, 0);
		same_held(command->name, before);
	}
	fail("%s: more than %d points", command->name, MOST);
}

/* An event that could not be read is still there. */
static void check_event(void)
{
	unsigned int nth;
	int ret;

	for (nth = 1; nth <= MOST; nth++) {
		prepare(CREATED);
		check(!resolve_addr());
		wait_event();
		fail_at = nth;
		ret = get_event();
		fail_at = 0;
		if (failed) {
			points++;
			refused += !!ret;
			check(!ret || ret == EFAULT || ret == ENOMEM);
		}
		check(!ret || !get_event());
		check(get_event() == EAGAIN);
		check(!destroy());
		if (!failed) {
			printf("GET_EVENT: %u points\n", nth - 1);
			return;
		}
	}
	fail("GET_EVENT: more than %d points", MOST);
}

static unsigned int device_index(void)
{
	unsigned int index;
	char command[128];
	FILE *from;

	snprintf(command, sizeof(command), "rdma dev show %s", rdma_name);
	from = popen(command, "r");
	check(from && fscanf(from, "%u:", &index) == 1);
	pclose(from);
	return index;
}

/* What "rdma link delete" sends, by this task; its point fails. */
static void device_remove_failing(unsigned int nth)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct {
		struct nlmsghdr head;
		struct nlattr attribute;
		__u32 index;
	} request = {
		.head = {
			.nlmsg_len = sizeof(request),
			.nlmsg_type = RDMA_NL_GET_TYPE(RDMA_NL_NLDEV,
						       RDMA_NLDEV_CMD_DELLINK),
			.nlmsg_flags = NLM_F_REQUEST,
		},
		.attribute = {
			.nla_len = sizeof(request.attribute) +
				   sizeof(request.index),
			.nla_type = RDMA_NLDEV_ATTR_DEV_INDEX,
		},
		.index = device_index(),
	};
	int sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_RDMA);

	check(sock >= 0);
	fail_at = nth;
	if (INJECTED(sendto(sock, &request, sizeof(request), 0,
			    (void *)&kernel, sizeof(kernel))) < 0)
		check(errno == ENOMEM || errno == ENOBUFS || errno == EFAULT);
	fail_at = 0;
	close(sock);
}

#define IDS	3

/* All have been closed; returns how many heard of it. */
static int closed_ids(const __u32 *ids)
{
	struct rdma_ucm_event_resp resp;
	long until = now_ms() + PATIENCE * 1000;
	int i, told = 0;

	while (!ucm_event(&resp))
		told += resp.event == EVENT_DEVICE_REMOVAL;
	for (i = 0; i < IDS; i++) {
		id = ids[i];
		while (listen_id() != ENXIO) {
			check(now_ms() < until);
			sleep_ms(10);
		}
		check(!destroy());
	}
	return told;
}

static void check_removal(void)
{
	int i, told, less = 0;
	unsigned int nth;
	__u32 ids[IDS];

	for (nth = 1; nth <= MOST; nth++) {
		device_add();
		for (i = 0; i < IDS; i++) {
			prepare(BOUND);
			ids[i] = id;
		}
		device_remove_failing(nth);
		points += failed;
		if (device_there())
			device_remove();
		told = closed_ids(ids);
		less += told < IDS;
		if (!failed) {
			check(told == IDS);
			printf("removal: %u points, in %d of them no memory to tell of it\n",
			       nth - 1, less);
			/* Or else it has not been tried. */
			check(less >= IDS);
			return;
		}
	}
	fail("removal: more than %d points", MOST);
}

int main(int argc, char **argv)
{
	size_t i;

	arguments(argc, argv);
	check(argc > 4);
	address = ucm_address(argv[4]);
	nowhere = address;
	nowhere.sin_port = htons(PORT);
	group = ucm_address("239.1.2.4");
	ucm_open();
	if (argc > 5) {
		check_removal();
		return 0;
	}
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		check_command(&commands[i]);
	check_event();
	printf("%ld points, %ld commands failed\n", points, refused);
	check(points > 50 && refused > 30);
	return 0;
}
