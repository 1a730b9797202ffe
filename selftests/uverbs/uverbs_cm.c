// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs -lrdmacm
 *
 * uverbs_cm DEVICE rxe NETDEV ADDRESS: ids of the connection manager, as far as
 * they get by themselves, when their device goes.  Each is told so, whatever is
 * done with it then fails and does not wait, and it can be destroyed.
 */
#include "uverbs.h"
#include <arpa/inet.h>
#include <rdma/rdma_cma.h>

#define RESOLVE_MS	2000

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
	IDS
};

static struct rdma_event_channel *channel;
static struct rdma_cm_id *ids[IDS];
static bool told[IDS];
static struct sockaddr_in address, any_port;

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
	check(!rdma_resolve_addr(ids[which], NULL, (void *)&address,
				 RESOLVE_MS));
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
		.qp_type = IBV_QPT_RC,
		.cap = { .max_send_wr = 1, .max_recv_wr = 1,
			 .max_send_sge = 1, .max_recv_sge = 1 },
	};

	check(!rdma_create_qp(id, NULL, &attr));
}

/* CLIENT or ASKING asks; who is asked is a new id. */
static void ask(int client, int server)
{
	struct rdma_conn_param wanted = {};

	resolve(client);
	make_qp(ids[client]);
	check(!rdma_connect(ids[client], &wanted));
	ids[server] = expect(RDMA_CM_EVENT_CONNECT_REQUEST);
}

static void connect_both(void)
{
	struct rdma_conn_param accepted = {};
	struct rdma_cm_id *first, *second;

	ask(CLIENT, SERVER);
	make_qp(ids[SERVER]);
	check(!rdma_accept(ids[SERVER], &accepted));
	first = expect(RDMA_CM_EVENT_ESTABLISHED);
	second = expect(RDMA_CM_EVENT_ESTABLISHED);
	check(first != second);
}

static void make_ids(void)
{
	int i;

	check((channel = rdma_create_event_channel()));
	for (i = 0; i < IDS; i++)
		if (i != SERVER && i != ASKED)
			check(!rdma_create_id(channel, &ids[i], NULL,
					      RDMA_PS_TCP));
	check(!rdma_bind_addr(ids[LISTENING], (void *)&address));
	check(!rdma_listen(ids[LISTENING], 4));
	check(!rdma_bind_addr(ids[BOUND], (void *)&any_port));
	resolve_address(ADDRESS);
	resolve(ROUTE);
	connect_both();
	ask(ASKING, ASKED);
}

/* Each that can hears of it, possibly among other things. */
static void hear_removals(void)
{
	struct rdma_cm_event *event;
	int i, left = IDS - 2;

	while (left) {
		poll_events();
		check(!rdma_get_cm_event(channel, &event));
		for (i = 0; i < IDS; i++) {
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

/* Failure is what matters; a hang is killed. */
static void check_dead(struct rdma_cm_id *id)
{
	struct rdma_conn_param wanted = {};
	__u8 tos = 1;

	check(rdma_listen(id, 1));
	check(rdma_resolve_route(id, RESOLVE_MS));
	check(rdma_connect(id, &wanted));
	check(rdma_disconnect(id));
	check(rdma_set_option(id, RDMA_OPTION_ID, RDMA_OPTION_ID_TOS, &tos,
			      sizeof(tos)));
}

int main(int argc, char **argv)
{
	int i;

	arguments(argc, argv);
	check(argc == 5);
	alarm(3 * PATIENCE);
	address.sin_family = AF_INET;
	check(inet_pton(AF_INET, argv[4], &address.sin_addr) == 1);
	any_port = address;
	address.sin_port = htons(7471);

	device_add();
	make_ids();
	printf("%d ids gone in %ld ms\n", IDS - 1, device_remove());
	hear_removals();
	for (i = 0; i < IDS; i++)
		if (i != NOWHERE)
			check_dead(ids[i]);
	/* The driver is not held by them. */
	check(!run("rmmod rdma_rxe"));
	for (i = 0; i < IDS; i++) {
		if (ids[i]->qp)
			rdma_destroy_qp(ids[i]);
		check(!rdma_destroy_id(ids[i]));
	}
	rdma_destroy_event_channel(channel);
	return 0;
}
