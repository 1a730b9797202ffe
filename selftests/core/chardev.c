// SPDX-License-Identifier: GPL-2.0
/*
 * chardev CLIENT [DEVICE-INDEX]: asks ib_core through RDMA netlink which
 * character device a client has, and prints the errno that comes back.  This is
 * how libibverbs reaches a client's get_nl_info(), or, without a device, its
 * get_global_nl_info().
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <linux/netlink.h>
#include <rdma/rdma_netlink.h>

struct request {
	struct nlmsghdr head;
	char attributes[128];
};

static void put(struct request *request, int type, const void *data, size_t len)
{
	struct nlattr *attribute = (void *)((char *)request +
			NLMSG_ALIGN(request->head.nlmsg_len));

	attribute->nla_type = type;
	attribute->nla_len = NLA_HDRLEN + len;
	memcpy((char *)attribute + NLA_HDRLEN, data, len);
	request->head.nlmsg_len = NLMSG_ALIGN(request->head.nlmsg_len) +
				  NLA_ALIGN(attribute->nla_len);
}

int main(int argc, char **argv)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct request request = { 0 };
	char answer[4096];
	struct nlmsghdr *head = (void *)answer;
	struct nlmsgerr *error = NLMSG_DATA(head);
	struct timeval patience = { .tv_sec = 5 };
	unsigned int index;
	int sock;

	if (argc < 2 || argc > 3 || strlen(argv[1]) > 60) {
		fprintf(stderr, "usage: chardev CLIENT [DEVICE-INDEX]\n");
		return 2;
	}
	request.head.nlmsg_len = NLMSG_HDRLEN;
	request.head.nlmsg_type = RDMA_NL_GET_TYPE(RDMA_NL_NLDEV,
						   RDMA_NLDEV_CMD_GET_CHARDEV);
	request.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	put(&request, RDMA_NLDEV_ATTR_CHARDEV_TYPE, argv[1],
	    strlen(argv[1]) + 1);
	if (argc == 3) {
		index = strtoul(argv[2], NULL, 10);
		put(&request, RDMA_NLDEV_ATTR_DEV_INDEX, &index, sizeof(index));
	}

	sock = socket(AF_NETLINK, SOCK_RAW, NETLINK_RDMA);
	if (sock < 0 ||
	    setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &patience,
		       sizeof(patience)) ||
	    sendto(sock, &request, request.head.nlmsg_len, 0,
		   (void *)&kernel, sizeof(kernel)) < 0 ||
	    recv(sock, answer, sizeof(answer), 0) < (ssize_t)NLMSG_HDRLEN) {
		perror("chardev: RDMA netlink");
		return 2;
	}
	if (head->nlmsg_type == NLMSG_ERROR)
		printf("%d\n", -error->error);
	else
		printf("0\n");
	close(sock);
	return 0;
}
