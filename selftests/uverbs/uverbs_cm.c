// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs -lrdmacm -lpthread
 *
 * uverbs_cm DEVICE TYPE NETDEV ADDRESS: ids of the connection manager, as far as
 * they get by themselves, when their device goes.  Each is told so, whatever is
 * done with it then fails and does not wait, and it can be destroyed.  iWARP has
 * neither datagrams nor groups.
 */
#include "uverbs.h"
#include <arpa/inet.h>
#include <rdma/rdma_cma.h>

#define RESOLVE_MS	2000
#define PORT		7471
#define DATAGRAM_PORT	7472

enum {
	LISTENING,
	BOUND,
	ADDRESS,
	ROUTE,
	CLIENT,
	SERVER,
	/* asks for a connection that is never accepted */
	ASKING,
	/* is asked: the kernel has no events for it before it has accepted */
	ASKED,
	/* has no device */
	NOWHERE,
	FIRST_DATAGRAM,
	DATAGRAM_LISTENING = FIRST_DATAGRAM,
	DATAGRAM_CLIENT,
	DATAGRAM_SERVER,
	/* a multicast group, with its QP */
	JOINED,
	IDS
};

static struct rdma_event_channel *channel;
static struct rdma_cm_id *ids[IDS];
static bool told[IDS];
static struct sockaddr_in address, any_port, datagram_address, group;
/* How many there are. */
static int last;

static void poll_events(void)
{
	struct pollfd events = { .fd = channel->fd, .events = POLLIN };

	check(poll(&events, 1, PATIENCE * 1000) == 1);
}

/* The next event is this one; of which id. */
static struct rdma_cm_id *expect(enum rdma_cm_event_type type)
{
	struct rdma_cm_event *event;
	struct rdma_cm_id *id;

	poll_events();
	check(!rdma_get_cm_event(channel, &event));
	if (event->event != type)
		fail("%s, not %s", rdma_event_str(event->event),
		     rdma_event_str(type));
	id = event->id;
	check(!rdma_ack_cm_event(event));
	return id;
}

static void resolve_address(int which)
{
	struct sockaddr_in *to = which < FIRST_DATAGRAM ? &address :
							  &datagram_address;

	check(!rdma_resolve_addr(ids[which], NULL, (void *)to, RESOLVE_MS));
	check(expect(RDMA_CM_EVENT_ADDR_RESOLVED) == ids[which]);
}

static void resolve(int which)
{
	resolve_address(which);
	check(!rdma_resolve_route(ids[which], RESOLVE_MS));
	check(expect(RDMA_CM_EVENT_ROUTE_RESOLVED) == ids[which]);
}

static void make_qp(struct rdma_cm_id *id)
{
	struct ibv_qp_init_attr attr = {
		.qp_type = id->ps == RDMA_PS_UDP ? IBV_QPT_UD : IBV_QPT_RC,
		.cap = { .max_send_wr = 1, .max_recv_wr = 1,
			 .max_send_sge = 1, .max_recv_sge = 1 },
	};

	check(!rdma_create_qp(id, NULL, &attr));
}

/* One asks; who is asked is a new id. */
static void ask(int client, int server)
{
	struct rdma_conn_param wanted = {};

	resolve(client);
	make_qp(ids[client]);
	check(!rdma_connect(ids[client], &wanted));
	ids[server] = expect(RDMA_CM_EVENT_CONNECT_REQUEST);
}

static void accept_it(int server)
{
	struct rdma_conn_param accepted = {};

	make_qp(ids[server]);
	accepted.qp_num = ids[server]->qp->qp_num;
	check(!rdma_accept(ids[server], &accepted));
}

static void connect_both(void)
{
	struct rdma_cm_id *first, *second;

	ask(CLIENT, SERVER);
	accept_it(SERVER);
	first = expect(RDMA_CM_EVENT_ESTABLISHED);
	second = expect(RDMA_CM_EVENT_ESTABLISHED);
	check(first != second);
}

static void listen_at(int which, struct sockaddr_in *where)
{
	check(!rdma_bind_addr(ids[which], (void *)where));
	check(!rdma_listen(ids[which], 4));
}

static void make_datagram_ids(void)
{
	listen_at(DATAGRAM_LISTENING, &datagram_address);
	ask(DATAGRAM_CLIENT, DATAGRAM_SERVER);
	accept_it(DATAGRAM_SERVER);
	check(expect(RDMA_CM_EVENT_ESTABLISHED) == ids[DATAGRAM_CLIENT]);
	check(!rdma_bind_addr(ids[JOINED], (void *)&any_port));
	make_qp(ids[JOINED]);
	check(!rdma_join_multicast(ids[JOINED], (void *)&group, NULL));
	check(expect(RDMA_CM_EVENT_MULTICAST_JOIN) == ids[JOINED]);
}

static void make_ids(void)
{
	int i;

	check((channel = rdma_create_event_channel()));
	for (i = 0; i < last; i++)
		if (i != SERVER && i != ASKED && i != DATAGRAM_SERVER)
			check(!rdma_create_id(channel, &ids[i], NULL,
					      i < FIRST_DATAGRAM ? RDMA_PS_TCP :
								   RDMA_PS_UDP));
	listen_at(LISTENING, &address);
	check(!rdma_bind_addr(ids[BOUND], (void *)&any_port));
	resolve_address(ADDRESS);
	resolve(ROUTE);
	connect_both();
	if (last > FIRST_DATAGRAM)
		make_datagram_ids();
	ask(ASKING, ASKED);
}

/* Each that can hears of it, possibly among other things. */
static void hear_removals(void)
{
	struct rdma_cm_event *event;
	int i, left = last - 2;

	while (left) {
		poll_events();
		check(!rdma_get_cm_event(channel, &event));
		for (i = 0; i < last; i++) {
			if (event->id != ids[i] || told[i] ||
			    event->event != RDMA_CM_EVENT_DEVICE_REMOVAL)
				continue;
			told[i] = true;
			left--;
		}
		check(!rdma_ack_cm_event(event));
	}
	check(!told[ASKED] && !told[NOWHERE]);
}

#define check_refused(call) do { \
	errno = 0; \
	check((call) && errno == ENXIO); \
} while (0)

/* A hang is killed. */
static void check_dead(struct rdma_cm_id *id)
{
	struct rdma_conn_param wanted = {};
	__u8 tos = 1;

	check_refused(rdma_listen(id, 1));
	check_refused(rdma_resolve_route(id, RESOLVE_MS));
	check_refused(rdma_connect(id, &wanted));
	/* its QP, if it has one, is asked first */
	check(rdma_disconnect(id) && (errno == ENXIO || errno == EIO));
	check_refused(rdma_set_option(id, RDMA_OPTION_ID, RDMA_OPTION_ID_TOS,
				      &tos, sizeof(tos)));
}

/*
 * Ids that come and go, and do things, until the device has gone.  They are bound
 * first: rdma_resolve_addr() and rdma_listen() warn (cma.c:4067, 3909 of 6.1) if the
 * device goes as they have bound an id themselves.
 */
static atomic_bool gone;
static atomic_long done;

static void *busy(void *unused)
{
	struct rdma_event_channel *own = rdma_create_event_channel();
	struct rdma_cm_id *id;
	int i;

	(void)unused;
	check(own);
	for (i = 0; !gone; i++) {
		check(!rdma_create_id(own, &id, NULL, RDMA_PS_TCP));
		if (!rdma_bind_addr(id, (void *)&any_port))
			done += !(i % 2 ? rdma_listen(id, 1) :
				  rdma_resolve_addr(id, NULL, (void *)&address,
						    RESOLVE_MS));
		check(!rdma_destroy_id(id));
	}
	rdma_destroy_event_channel(own);
	return NULL;
}

static void addresses(const char *text)
{
	address.sin_family = AF_INET;
	check(inet_pton(AF_INET, text, &address.sin_addr) == 1);
	any_port = address;
	datagram_address = address;
	group = address;
	address.sin_port = htons(PORT);
	datagram_address.sin_port = htons(DATAGRAM_PORT);
	check(inet_pton(AF_INET, "239.60.0.1", &group.sin_addr) == 1);
}

int main(int argc, char **argv)
{
	pthread_t thread;
	char command[64];
	int i;

	arguments(argc, argv);
	check(argc == 5);
	last = !strcmp(rdma_type, "rxe") ? IDS : FIRST_DATAGRAM;
	alarm(3 * PATIENCE * slow());
	addresses(argv[4]);

	device_add();
	make_ids();
	/* iw_cm waits for an answer that has lost its way: siw's time for it. */
	if (last == FIRST_DATAGRAM && removal_is("network"))
		may_wait_ms = 10000;
	check(!pthread_create(&thread, NULL, busy, NULL));
	while (done < 10)
		sleep_ms(1);
	printf("%d ids gone in %ld ms\n", last - 1, device_remove());
	gone = true;
	check(!pthread_join(thread, NULL));
	printf("another thread had used %ld\n", (long)done);
	hear_removals();
	for (i = 0; i < last; i++)
		if (i != NOWHERE)
			check_dead(ids[i]);
	if (last > JOINED)
		check_refused(rdma_leave_multicast(ids[JOINED], (void *)&group));
	/* The driver is not held by them. */
	snprintf(command, sizeof(command), "rmmod %s", driver_name());
	check(removal_is("driver") || !run(command));
	for (i = 0; i < last; i++) {
		if (ids[i]->qp)
			rdma_destroy_qp(ids[i]);
		check(!rdma_destroy_id(ids[i]));
	}
	rdma_destroy_event_channel(channel);
	return 0;
}
