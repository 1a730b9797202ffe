// SPDX-License-Identifier: GPL-2.0
/*
 * endpoint ADDRESS PORT COUNT [blocking]: have ib_iser connect COUNT times to a
 * target without ever logging in, as a login does that gets no further; keep the
 * connections until a signal comes, then close them.
 *
 * Says "up N" when all that can be up are up, or an error and its number for each
 * that fails.  Exit status 0 if all were up, 1 if one was not.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/netlink.h>
#include <linux/types.h>

#define MOST		64
#define POLL_MS		100
#define POLLS		100

/* What the iSCSI transport class takes and answers; its header is not exported. */
enum {
	EP_CONNECT	= 22,
	EP_POLL		= 23,
	EP_DISCONNECT	= 24,
	IF_ERROR	= 103,
};

struct event {
	__u32 type;
	__s32 error;
	__u64 transport;
	union {
		__u32 non_blocking;
		struct {
			__u64 handle;
			__u32 timeout_ms;
		} poll;
		__u64 handle;
		char size[24];
	} ask;
	union {
		__u64 handle;
		__s32 code;
		char size[16];
	} answer;
};

struct message {
	struct nlmsghdr head;
	struct event event;
	struct sockaddr_in address;
};

static int netlink;
static __u64 transport;

static __u64 iser_handle(void)
{
	FILE *file = fopen("/sys/class/iscsi_transport/iser/handle", "r");
	unsigned long long handle;

	if (!file || fscanf(file, "%llu", &handle) != 1) {
		fprintf(stderr, "endpoint: ib_iser is not loaded\n");
		exit(2);
	}
	fclose(file);
	return handle;
}

/* Sends the event and takes the answer to it; returns 0 or a negative error. */
static int ask(struct message *message)
{
	__u32 type = message->event.type;

	message->head.nlmsg_len = sizeof(*message);
	message->head.nlmsg_type = type;
	message->head.nlmsg_flags = NLM_F_REQUEST;
	message->event.transport = transport;
	if (send(netlink, message, sizeof(*message), 0) < 0 ||
	    recv(netlink, message, sizeof(*message), 0) < 0)
		return -errno;
	return message->event.type == IF_ERROR ? message->event.error : 0;
}

/* Returns 1 when it is up, 0 when it takes too long, or a negative error. */
static int up(__u64 handle)
{
	struct message message;
	int i, ret;

	for (i = 0; i < POLLS; i++) {
		memset(&message, 0, sizeof(message));
		message.event.type = EP_POLL;
		message.event.ask.poll.handle = handle;
		message.event.ask.poll.timeout_ms = POLL_MS;
		ret = ask(&message);
		if (!ret)
			ret = message.event.answer.code;
		if (ret)
			return ret;
	}
	return 0;
}

static void disconnect(__u64 handle)
{
	struct message message = { .event.type = EP_DISCONNECT };

	message.event.ask.handle = handle;
	ask(&message);
}

int main(int argc, char **argv)
{
	struct sockaddr_nl us = { .nl_family = AF_NETLINK };
	__u64 handles[MOST];
	struct message message;
	int i, ret, count, connected = 0, established = 0;
	sigset_t signals;

	count = argc < 4 ? 0 : atoi(argv[3]);
	if (count < 1 || count > MOST) {
		fprintf(stderr, "usage: endpoint ADDRESS PORT COUNT [blocking]\n");
		return 2;
	}
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);

	transport = iser_handle();
	netlink = socket(AF_NETLINK, SOCK_RAW, NETLINK_ISCSI);
	if (netlink < 0 || bind(netlink, (struct sockaddr *)&us, sizeof(us))) {
		perror("endpoint: netlink");
		return 2;
	}

	for (i = 0; i < count; i++) {
		memset(&message, 0, sizeof(message));
		message.event.type = EP_CONNECT;
		message.event.ask.non_blocking = argc == 4;
		message.address.sin_family = AF_INET;
		message.address.sin_port = htons(atoi(argv[2]));
		inet_aton(argv[1], &message.address.sin_addr);
		ret = ask(&message);
		if (ret)
			printf("connect: error %d\n", -ret);
		else
			handles[connected++] = message.event.answer.handle;
	}
	for (i = 0; i < connected; i++) {
		ret = up(handles[i]);
		if (ret > 0)
			established++;
		else
			printf("poll: %s %d\n", ret ? "error" : "time", -ret);
	}
	printf("up %d\n", established);
	fflush(stdout);

	sigwait(&signals, &i);
	for (i = 0; i < connected; i++)
		disconnect(handles[i]);
	return established != count;
}
