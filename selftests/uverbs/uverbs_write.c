// SPDX-License-Identifier: GPL-2.0
/*
 * uverbs_write PROGRAM [ARGUMENT...]: run a program on a kernel that has no
 * ioctl() for verbs, so that its library falls back to write() for everything
 * that it can.  Exit status 4 if the kernel cannot be made to look so.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <rdma/rdma_user_ioctl_cmds.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define FIELD(name)	offsetof(struct seccomp_data, name)
#define LOAD(field)	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, FIELD(field))
/* goes on if it is so, else skips COUNT instructions */
#define IS(value, count) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (count))
#define RETURN(value)	BPF_STMT(BPF_RET | BPF_K, (value))

int main(int argc, char **argv)
{
	static struct sock_filter filter[] = {
		LOAD(arch),
		IS(AUDIT_ARCH_X86_64, 5),
		LOAD(nr),
		IS(SYS_ioctl, 3),
		LOAD(args[1]),
		IS((unsigned int)RDMA_VERBS_IOCTL, 1),
		RETURN(SECCOMP_RET_ERRNO | ENOTTY),
		RETURN(SECCOMP_RET_ALLOW),
	};
	static const struct sock_fprog program = {
		.len = ARRAY_SIZE(filter),
		.filter = filter,
	};

	if (argc < 2) {
		fprintf(stderr, "usage: %s PROGRAM [ARGUMENT...]\n", argv[0]);
		return 2;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
		fprintf(stderr, "no seccomp: %s\n", strerror(errno));
		return 4;
	}
	/* With a descriptor that is none it would be EBADF. */
	if (ioctl(-1, RDMA_VERBS_IOCTL, NULL) != -1 || errno != ENOTTY) {
		fprintf(stderr, "ioctl() is still there\n");
		return 1;
	}
	execvp(argv[1], argv + 1);
	fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
	return 127;
}
