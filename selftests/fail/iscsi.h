/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A login over iSER as iscsid does it, up to the first answer of the target, and
 * its end: connect an endpoint, make a session of it and a connection, bind the two,
 * send the login request.  The kernel does what it is asked for in the task that
 * asks.  Making a session or a connection is the transport class's: nothing fails
 * there, since 6.1 keeps a session for ever that cannot be registered.
 */
#ifndef ISCSI_H
#define ISCSI_H

#include <arpa/inet.h>
#include <time.h>
#include <linux/types.h>

#define LOGIN_SECONDS	30

/* What the iSCSI transport class takes and answers; its header is not exported. */
enum {
	DESTROY_SESSION	= 12,
	CREATE_CONN	= 13,
	DESTROY_CONN	= 14,
	BIND_CONN	= 15,
	STOP_CONN	= 18,
	SEND_PDU	= 19,
	EP_CONNECT	= 22,
	EP_DISCONNECT	= 24,
	CREATE_BOUND	= 28,
	RECV_PDU	= 101,
	IF_ERROR	= 103,
};

struct iscsi_pdu {
	unsigned char opcode;
	unsigned char flags;
	unsigned char unused[2];
	unsigned char ahs_length;
	unsigned char length[3];
	unsigned char isid[6];
	unsigned char numbers[22];
	unsigned char status;
	unsigned char rest[11];
	char text[512];
};

#define PDU_HEAD	offsetof(struct iscsi_pdu, text)

struct iscsi_event {
	__u32 type;
	__s32 error;
	__u64 transport;
	union {
		__u32 blocking;
		__u64 endpoint;
		struct {
			__u64 endpoint;
			__u32 number;
			__u16 commands;
			__u16 depth;
		} session;
		struct {
			__u32 sid;
			__u32 cid;
			union {
				__u64 endpoint;
				struct {
					__u32 head;
					__u32 data;
				} size;
			};
			__u32 flag;
		} conn;
	} ask;
	union {
		__u64 endpoint;
		__s32 code;
		__u32 sid;
		char size[16];
	} answer;
};

struct iscsi_message {
	struct nlmsghdr head;
	struct iscsi_event event;
	union {
		struct sockaddr_in address;
		struct iscsi_pdu pdu;
	};
};

#define EVENT_LENGTH	offsetof(struct iscsi_message, address)

struct iscsi_login {
	int socket;
	__u64 transport;
	__u64 endpoint;
	__u32 sid;
	int has_endpoint;
	int has_session;
	int has_conn;
};

/* The next event of a type: 0, or an errno. */
static int iscsi_wait(struct iscsi_login *login, struct iscsi_message *message,
		      __u32 type)
{
	time_t begin = time(NULL);
	int error = ETIME;

	while (error == ETIME && time(NULL) - begin <= LOGIN_SECONDS) {
		if (recv(login->socket, message, sizeof(*message), 0) < 0)
			error = errno == EAGAIN ? ETIME : errno;
		else if (message->event.type == IF_ERROR)
			error = -message->event.error;
		else if (message->event.type == type)
			error = 0;
	}
	return error;
}

/*
 * Asks the kernel, letting the nth point fail on the way, and takes the answer
 * without; left is what is left of nth, 0 after the failure.
 */
static int iscsi_ask(struct iscsi_login *login, struct iscsi_message *message,
		     __u32 type, size_t more, unsigned int *left)
{
	int error = 0;

	message->head.nlmsg_len = EVENT_LENGTH + more;
	message->head.nlmsg_type = type;
	message->head.nlmsg_flags = NLM_F_REQUEST;
	message->event.type = type;
	message->event.transport = login->transport;
	if (*left)
		set_fail_nth(*left);
	if (send(login->socket, message, message->head.nlmsg_len, 0) < 0)
		error = errno;
	if (*left)
		*left = end_fail_nth();
	return error ?: iscsi_wait(login, message, type);
}

/* A login with one request for all: nobody is asked for a password. */
static size_t iscsi_request(struct iscsi_pdu *pdu)
{
	static const char keys[] =
		"InitiatorName=iqn.2026-01.test.example:initiator\0"
		"TargetName=iqn.2026-01.test.example:disk\0"
		"SessionType=Normal\0"
		"HeaderDigest=None\0"
		"DataDigest=None\0"
		"InitialR2T=Yes\0"
		"ImmediateData=Yes\0"
		"MaxBurstLength=262144\0"
		"FirstBurstLength=65536\0"
		"DefaultTime2Wait=2\0"
		"DefaultTime2Retain=0\0"
		"MaxOutstandingR2T=1\0"
		"ErrorRecoveryLevel=0\0"
		"RDMAExtensions=Yes\0"
		"InitiatorRecvDataSegmentLength=8192\0"
		"TargetRecvDataSegmentLength=8192";
	static unsigned char session;

	pdu->opcode = 0x43;	/* login, immediate */
	pdu->flags = 0x87;	/* from negotiation to the full feature phase */
	pdu->length[1] = sizeof(keys) >> 8;
	pdu->length[2] = sizeof(keys) & 0xff;
	pdu->isid[0] = 0x80;
	pdu->isid[5] = ++session;
	memcpy(pdu->text, keys, sizeof(keys));
	return sizeof(keys);
}

static int iscsi_steps(struct iscsi_login *login, const char *address,
		       const char *port, unsigned int *left)
{
	struct iscsi_message message = { 0 };
	unsigned int none = 0;
	size_t length;
	int error;

	message.event.ask.blocking = 0;
	message.address.sin_family = AF_INET;
	message.address.sin_port = htons(atoi(port));
	inet_aton(address, &message.address.sin_addr);
	error = iscsi_ask(login, &message, EP_CONNECT,
			  sizeof(message.address), left);
	if (error)
		return error;
	login->endpoint = message.event.answer.endpoint;
	login->has_endpoint = 1;

	memset(&message, 0, sizeof(message));
	message.event.ask.session.endpoint = login->endpoint;
	message.event.ask.session.number = 1;
	message.event.ask.session.commands = 16;
	message.event.ask.session.depth = 8;
	error = iscsi_ask(login, &message, CREATE_BOUND, 0, &none);
	if (error)
		return error;
	login->sid = message.event.answer.sid;
	login->has_session = 1;

	memset(&message, 0, sizeof(message));
	message.event.ask.conn.sid = login->sid;
	error = iscsi_ask(login, &message, CREATE_CONN, 0, &none);
	if (error)
		return error;
	login->has_conn = 1;

	memset(&message, 0, sizeof(message));
	message.event.ask.conn.sid = login->sid;
	message.event.ask.conn.endpoint = login->endpoint;
	message.event.ask.conn.flag = 1;
	error = iscsi_ask(login, &message, BIND_CONN, 0, left) ?:
		-message.event.answer.code;
	if (error)
		return error;

	memset(&message, 0, sizeof(message));
	message.event.ask.conn.sid = login->sid;
	message.event.ask.conn.size.head = PDU_HEAD;
	length = iscsi_request(&message.pdu);
	message.event.ask.conn.size.data = length;
	error = iscsi_ask(login, &message, SEND_PDU,
			  PDU_HEAD + NLMSG_ALIGN(length), left) ?:
		-message.event.answer.code;
	if (error)
		return error;

	error = iscsi_wait(login, &message, RECV_PDU);
	/* Accepted, and on to the full feature phase. */
	if (!error && (message.pdu.opcode != 0x23 || message.pdu.status ||
		       message.pdu.flags != 0x87))
		error = EPROTO;
	return error;
}

static int iscsi_end(struct iscsi_login *login)
{
	struct iscsi_message message = { 0 };
	unsigned int left = 0;
	int error = 0;

	if (login->has_endpoint) {
		message.event.ask.endpoint = login->endpoint;
		error = iscsi_ask(login, &message, EP_DISCONNECT, 0, &left);
	}
	if (login->has_conn) {
		memset(&message, 0, sizeof(message));
		message.event.ask.conn.sid = login->sid;
		message.event.ask.conn.flag = 1;	/* for good */
		error = iscsi_ask(login, &message, STOP_CONN, 0, &left) ?:
			error;
	}
	if (login->has_conn) {
		memset(&message, 0, sizeof(message));
		message.event.ask.conn.sid = login->sid;
		error = iscsi_ask(login, &message, DESTROY_CONN, 0, &left) ?:
			error;
	}
	if (login->has_session) {
		memset(&message, 0, sizeof(message));
		message.event.ask.conn.sid = login->sid;
		error = iscsi_ask(login, &message, DESTROY_SESSION, 0, &left) ?:
			error;
	}
	return error;
}

static int do_iser(const char *address, const char *port, unsigned int nth,
		   unsigned int *left)
{
	struct sockaddr_nl us = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	struct timeval patience = { .tv_sec = 1 };
	struct iscsi_login login = { 0 };
	unsigned long long handle;
	FILE *file;
	int error, end;

	file = fopen("/sys/class/iscsi_transport/iser/handle", "r");
	if (!file || fscanf(file, "%llu", &handle) != 1) {
		fprintf(stderr, "failnth: ib_iser is not loaded\n");
		exit(2);
	}
	fclose(file);
	login.transport = handle;
	login.socket = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ISCSI);
	if (login.socket < 0 ||
	    bind(login.socket, (struct sockaddr *)&us, sizeof(us)) ||
	    setsockopt(login.socket, SOL_SOCKET, SO_RCVTIMEO, &patience,
		       sizeof(patience))) {
		perror("failnth: iSCSI netlink");
		exit(2);
	}
	*left = nth;
	error = iscsi_steps(&login, address, port, left);
	end = iscsi_end(&login);
	if (end) {
		printf("failnth: point %u: the login cannot be ended: %s\n",
		       nth, strerror(end));
		exit(1);
	}
	close(login.socket);
	return error;
}

#endif
