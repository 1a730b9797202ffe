// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs -lpthread
 *
 * uverbs_removal DEVICE TYPE NETDEV [CASE...]: remove a device while this
 * program holds something of it, one case after the other or only CASE.  CYCLES
 * in the environment is how often the case "cycles" does it.
 */
#include "absent.h"
#include "harness.h"
#include <rdma/ib_user_verbs.h>
#include <sys/epoll.h>

#define MOST_AREAS	64

/* Commands on a file whose device has gone. */
static void commands_fail(int fd)
{
	struct ib_uverbs_get_context_resp response;
	struct {
		struct ib_uverbs_cmd_hdr header;
		struct ib_uverbs_get_context command;
	} request = {
		.header = {
			.command = IB_USER_VERBS_CMD_GET_CONTEXT,
			.in_words = sizeof(request) / 4,
			.out_words = sizeof(response) / 4,
		},
		.command.response = (uintptr_t)&response,
	};

	errno = 0;
	check(write(fd, &request, sizeof(request)) == -1);
	check(errno == EIO);
}

/* A file that was opened and nothing else. */
CASE(open)
{
	int fd = device_open_raw();

	check(fd >= 0);
	device_remove();
	commands_fail(fd);
	check(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED);
	check(errno == EIO);
	/* It comes back under its name while the old file is open. */
	device_add();
	commands_fail(fd);
	drop_all(hold());
	close(fd);
	device_remove();
}

/* What a command says after the removal, and that destroying is fine. */
CASE(objects)
{
	struct everything *e = hold();
	struct ibv_port_attr port;

	check(pinned_kb() >= BUFFER / 1024);
	device_remove();
	check(!pinned_kb());
	errno = 0;
	check(!ibv_alloc_pd(e->context) && errno == EIO);
	errno = 0;
	check(!ibv_reg_mr(e->pd, e->buffer, BUFFER, 0) && errno == EIO);
	errno = 0;
	check(!ibv_create_cq(e->context, 1, NULL, NULL, 0) && errno == EIO);
	errno = 0;
	check(!ibv_create_comp_channel(e->context) && errno == EIO);
	check(ibv_query_port(e->context, 1, &port));
	commands_fail(e->context->cmd_fd);
	drop_all(e);
}

static void *read_events(void *argument)
{
	struct ibv_context *context = argument;
	struct ibv_async_event event;

	do {
		check(!ibv_get_async_event(context, &event));
	} while (event.event_type != IBV_EVENT_DEVICE_FATAL);
	/* That was the last one. */
	check(ibv_get_async_event(context, &event) == -1);
	check(errno == EIO);
	return NULL;
}

static void *read_completions(void *argument)
{
	struct ibv_comp_channel *channel = argument;
	struct ibv_cq *cq;
	void *cq_context;

	check(ibv_get_cq_event(channel, &cq, &cq_context) == -1);
	check(errno == EIO);
	return NULL;
}

static void *poll_completions(void *argument)
{
	struct ibv_comp_channel *channel = argument;
	struct pollfd wait = { .fd = channel->fd, .events = POLLIN };

	check(poll(&wait, 1, PATIENCE * 1000) == 1);
	check(wait.revents & POLLERR);
	return NULL;
}

/* Both descriptors say that nothing more will come, when all has been read. */
static void *wait_for_ends(void *argument)
{
	struct everything *e = argument;
	int fd[2] = { e->context->async_fd, e->channel->fd };
	int set = epoll_create1(EPOLL_CLOEXEC), ended = 0, ready, i;
	struct epoll_event event[2];

	check(set >= 0);
	for (i = 0; i < 2; i++) {
		event[i].events = EPOLLIN;
		event[i].data.u32 = 1 << i;
		check(!epoll_ctl(set, EPOLL_CTL_ADD, fd[i], &event[i]));
	}
	while (ended != 3) {
		ready = epoll_wait(set, event, 2, PATIENCE * 1000);
		check(ready > 0);
		for (i = 0; i < ready; i++)
			if (event[i].events & EPOLLERR)
				ended |= event[i].data.u32;
	}
	close(set);
	return NULL;
}

/* A signal when there is something to be read, or an end to be seen. */
static void want_signal(int fd, int signal)
{
	check(!fcntl(fd, F_SETOWN, getpid()));
	check(!fcntl(fd, F_SETSIG, signal));
	check(!fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_ASYNC));
}

static void wait_for_signal(int fd, int signal)
{
	struct timespec patience = { .tv_sec = PATIENCE };
	siginfo_t info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	check(sigtimedwait(&set, &info, &patience) == signal);
	check(info.si_fd == fd);
}

/* Whoever waits for events is woken, in whatever way he waits. */
CASE(readers)
{
	struct everything *e = hold();
	struct pollfd events = { .fd = e->context->async_fd, .events = POLLIN };
	pthread_t thread[4];
	sigset_t signals;
	int i;

	/* For all threads: nobody's system call is interrupted. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGIO);
	sigaddset(&signals, SIGRTMIN);
	check(!sigprocmask(SIG_BLOCK, &signals, NULL));
	want_signal(e->context->async_fd, SIGIO);
	want_signal(e->channel->fd, SIGRTMIN);
	check(!pthread_create(&thread[0], NULL, read_events, e->context));
	check(!pthread_create(&thread[1], NULL, read_completions, e->channel));
	check(!pthread_create(&thread[2], NULL, poll_completions, e->channel));
	check(!pthread_create(&thread[3], NULL, wait_for_ends, e));
	sleep_ms(200);
	check(!sigpending(&signals) && !sigismember(&signals, SIGRTMIN));
	device_remove();
	for (i = 0; i < 4; i++)
		check(!pthread_join(thread[i], NULL));
	wait_for_signal(e->context->async_fd, SIGIO);
	wait_for_signal(e->channel->fd, SIGRTMIN);
	/* The last event has been read: as often as one asks. */
	for (i = 0; i < 2; i++)
		check(poll(&events, 1, PATIENCE * 1000) == 1 &&
		      events.revents == POLLERR);
	drop_all(e);
}

/* An area goes elsewhere. */
static void move(const struct area *area)
{
	char *to = mmap(NULL, area->size, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	check(to != MAP_FAILED);
	check(mremap(area->start, area->size, area->size,
		     MREMAP_MAYMOVE | MREMAP_FIXED, to) == to);
}

/* The driver's memory is replaced under the process's addresses. */
CASE(mappings)
{
	struct area area[MOST_AREAS];
	struct everything *e = hold();
	int found, i, status;
	pid_t child;

	/* Its queue takes more than a page. */
	check(ibv_create_cq(e->context, 1000, NULL, NULL, 0));
	found = areas(area, MOST_AREAS);
	check(found > 2);
	/* one area in pieces, another one moved */
	for (i = 0; i < found && area[i].size <= 4096; i++)
		;
	check(i < found);
	check(!mprotect(area[i].start + 4096, 4096, PROT_READ));
	move(&area[(i + 1) % found]);
	device_remove();
	check(!mprotect(area[i].start, area[i].size, PROT_READ | PROT_WRITE));
	/* and one moved when nobody is behind it any more */
	move(&area[(i + 2) % found]);

	found = areas(area, MOST_AREAS);
	zeroes(area, found);
	for (i = 0; i < found; i++)
		touch(&area[i]);
	child = fork();
	check(child >= 0);
	if (!child) {
		for (i = 0; i < found; i++) {
			touch(&area[i]);
			check(!munmap(area[i].start, area[i].size));
		}
		_exit(0);
	}
	check(waitpid(child, &status, 0) == child && !status);
	zeroes(area, found);
	/* The library would look for its queues where they were. */
	for (i = 0; i < found; i++)
		check(!munmap(area[i].start, area[i].size));
	check(areas(area, MOST_AREAS) == 0);
	close(e->context->cmd_fd);
}

/* Children that have inherited descriptors and mappings. */
CASE(fork)
{
	struct area area[MOST_AREAS];
	struct everything *e = hold();
	int found, i, status, go[2];
	pid_t child[4];
	char byte;

	found = areas(area, MOST_AREAS);
	check(found && !pipe(go));
	for (i = 0; i < 4; i++) {
		child[i] = fork();
		check(child[i] >= 0);
		if (child[i])
			continue;
		/* All are there before the device goes; the last ones live on. */
		close(go[1]);
		if (i < 2)
			_exit(0);
		check(read(go[0], &byte, 1) == 0);
		for (i = 0; i < found; i++)
			touch(&area[i]);
		/* write() is refused to heirs, mmap() is not. */
		check(mmap(NULL, 4096, PROT_READ, MAP_SHARED,
			   e->context->cmd_fd, 0) == MAP_FAILED);
		check(errno == EIO);
		_exit(0);
	}
	device_remove();
	close(go[1]);
	for (i = 0; i < 4; i++)
		check(waitpid(child[i], &status, 0) == child[i] && !status);
	/* Those who have written are gone, and so is what they wrote. */
	zeroes(area, found);
	drop_all(e);
}

/* Descriptors that nobody has: they are on their way through a socket. */
CASE(flight)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(2 * sizeof(int))];
	} control = {};
	struct everything *e = hold();
	struct iovec io = { .iov_base = "x", .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &io, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	int fd[2] = { e->context->cmd_fd, e->context->async_fd }, end[2];
	struct ib_uverbs_async_event_desc event;
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	char byte;

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), fd, sizeof(fd));
	check(!socketpair(AF_UNIX, SOCK_STREAM, 0, end));
	check(sendmsg(end[0], &message, 0) == 1);
	close(fd[0]);
	close(fd[1]);
	device_remove();

	io.iov_base = &byte;
	check(recvmsg(end[1], &message, 0) == 1);
	memcpy(fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	/* With its network device the port goes first. */
	do {
		check(read(fd[1], &event, sizeof(event)) == sizeof(event));
	} while (event.event_type != IBV_EVENT_DEVICE_FATAL);
	check(read(fd[1], &event, sizeof(event)) == -1 && errno == EIO);
	commands_fail(fd[0]);
	close(fd[0]);
	close(fd[1]);
	close(end[0]);
	close(end[1]);
}

/* Creates and destroys until the device has gone. */
static void *churn(void *argument)
{
	struct everything e = *(struct everything *)argument;
	struct ibv_pd *pd = NULL;
	bool held;

	do {
		if (pd)
			ibv_dealloc_pd(pd);
		e.qp = NULL;
		e.srq = NULL;
		e.cq = NULL;
		e.mr = NULL;
		e.pd = NULL;
		e.channel = NULL;
		held = hold_more(&e);
		drop(&e);
		/* The first thing that siw's module does is to take no more QPs. */
		errno = 0;
		pd = ibv_alloc_pd(e.context);
	} while (held || pd);
	check(errno == EIO);
	return NULL;
}

#define THREADS	8

CASE(churn)
{
	struct everything *e = hold();
	pthread_t thread[THREADS];
	int i;

	for (i = 0; i < THREADS; i++)
		check(!pthread_create(&thread[i], NULL, churn, e));
	sleep_ms(300);
	device_remove();
	for (i = 0; i < THREADS; i++)
		check(!pthread_join(thread[i], NULL));
	drop_all(e);
}

static atomic_bool removed;

static void *remover(void *unused)
{
	(void)unused;
	device_remove();
	removed = true;
	return NULL;
}

/* A command that waits for a page, and the removal for it. */
struct held_up {
	struct absent absent;
	int fd;
};

static void *hold_up(void *argument)
{
	struct held_up *held_up = argument;
	struct {
		struct ib_uverbs_cmd_hdr header;
		struct ib_uverbs_alloc_pd command;
	} request = {
		.header = {
			.command = IB_USER_VERBS_CMD_ALLOC_PD,
			.in_words = sizeof(request) / 4,
			.out_words = sizeof(struct ib_uverbs_alloc_pd_resp) / 4,
		},
		.command.response = (uintptr_t)held_up->absent.page,
	};

	check(write(held_up->fd, &request, sizeof(request)) == sizeof(request));
	fail("a page that nobody has provided");
}

/* So many that an end of the process takes as long as a removal. */
#define MANY_REGIONS	300

/* A process with a context that is used, until it is told to go on. */
static pid_t worker(int *to, bool waits)
{
	static struct held_up held_up;
	int i, ready[2], go[2];
	struct everything *e;
	pthread_t thread;
	pid_t child;
	char byte;

	/* The command that removes the device must not keep the process. */
	check(!pipe2(ready, O_CLOEXEC) && !pipe2(go, O_CLOEXEC));
	child = fork();
	check(child >= 0);
	if (!child) {
		close(go[1]);
		e = hold();
		for (i = 0; i < MANY_REGIONS; i++)
			check(ibv_reg_mr(e->pd, e->buffer, 4096, 0));
		if (waits) {
			held_up.absent = absent_page();
			held_up.fd = e->context->cmd_fd;
			check(!pthread_create(&thread, NULL, hold_up, &held_up));
			absent_wanted(&held_up.absent);
		}
		check(!pthread_create(&thread, NULL, churn, e));
		check(write(ready[1], "r", 1) == 1);
		check(read(go[0], &byte, 1) == 0);
		_exit(0);
	}
	close(ready[1]);
	close(go[0]);
	check(read(ready[0], &byte, 1) == 1);
	close(ready[0]);
	*to = go[1];
	return child;
}

/* When a process ends whose device goes. */
enum when {
	/* at once: most often before the removal begins */
	AT_ONCE,
	/* when nobody can open the device any more */
	MEANWHILE,
	/* the same, and the removal cannot end before */
	WAITED_FOR,
};

/* By SIGKILL or by itself. */
static void end_during_removal(enum when when, bool killed)
{
	pthread_t thread;
	int status, to;
	pid_t child;

	removed = false;
	child = worker(&to, when == WAITED_FOR);
	check(!pthread_create(&thread, NULL, remover, NULL));
	if (when != AT_ONCE)
		wait_for_removal();
	if (when == WAITED_FOR) {
		sleep_ms(100);
		check(!removed && !waitpid(child, &status, WNOHANG));
	}
	if (killed)
		kill(child, SIGKILL);
	close(to);
	check(waitpid(child, &status, 0) == child);
	check(!pthread_join(thread, NULL));
	if (killed)
		check(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	else
		check(!status);
}

CASE(kill)
{
	enum when when, last = WAITED_FOR;

	if (!absent_possible()) {
		printf("  no userfaultfd: no removal waits for the process\n");
		last = MEANWHILE;
	}
	for (when = AT_ONCE; when <= last; when++) {
		if (when != AT_ONCE)
			device_add();
		end_during_removal(when, false);
		device_add();
		end_during_removal(when, true);
	}
}

/* Threads that move an area each, and as many that have children with one. */
#define CHANGERS	2
/* How long such a child looks on. */
#define CHILD_MS	20

/* For all processes: the device has gone, and it is enough. */
struct changing {
	atomic_bool gone, stop;
};

struct changer {
	pthread_t thread;
	struct changing *changing;
	struct area area;
	atomic_long changes;
};

static void look(const struct area *area)
{
	size_t at;

	for (at = 0; at < area->size; at += 4096)
		__atomic_load_n(area->start + at, __ATOMIC_RELAXED);
}

static void *move_about(void *argument)
{
	struct changer *changer = argument;
	struct area *area = &changer->area;
	char *to;

	for (; !changer->changing->stop; changer->changes++) {
		to = mmap(NULL, area->size, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		check(to != MAP_FAILED);
		check(mremap(area->start, area->size, area->size,
			     MREMAP_MAYMOVE | MREMAP_FIXED, to) == to);
		area->start = to;
		look(area);
	}
	return NULL;
}

/* Page by page: each is cut off, then moved or unmapped. */
static void take_apart(const struct area *area)
{
	struct area page = { area->start, 4096 };
	bool moves = false;

	for (; page.start < area->start + area->size; page.start += 4096) {
		check(!mprotect(page.start, 4096, PROT_READ));
		look(&page);
		moves = !moves;
		if (moves)
			move(&page);
		else
			check(!munmap(page.start, page.size));
	}
}

static void *fork_about(void *argument)
{
	struct changer *changer = argument;
	struct area *area = &changer->area;
	int status;
	size_t at;
	pid_t child;
	long until;

	for (; !changer->changing->stop; changer->changes++) {
		child = fork();
		check(child >= 0);
		if (child) {
			check(waitpid(child, &status, 0) == child && !status);
			continue;
		}
		for (until = now_ms() + CHILD_MS; now_ms() < until; sleep_ms(1))
			look(area);
		if (changer->changing->gone)
			for (at = 0; at < area->size; at++)
				check(!area->start[at]);
		take_apart(area);
		_exit(0);
	}
	return NULL;
}

/* Who has changed least. */
static long least_changes(const struct changer *changer)
{
	long least = changer[0].changes;
	int i;

	for (i = 1; i < 2 * CHANGERS; i++)
		if (changer[i].changes < least)
			least = changer[i].changes;
	return least;
}

/*
 * Areas are made, moved, inherited, split and unmapped while the device goes.  With
 * HELD_UP in the environment, somebody makes that last.
 */
CASE(changing)
{
	struct changing *changing = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct changer changer[2 * CHANGERS] = {};
	long before[2 * CHANGERS], during;
	struct everything *e = hold();
	struct area area[MOST_AREAS];
	pthread_t maker[CHANGERS], removing;
	int found, i, given = 0;

	check(changing != MAP_FAILED);
	for (i = 0; i < 2 * CHANGERS; i++)
		check(ibv_create_cq(e->context, 1000, NULL, NULL, 0));
	found = areas(area, MOST_AREAS);
	for (i = 0; i < found && given < 2 * CHANGERS; i++)
		if (area[i].size > 4096)
			changer[given++].area = area[i];
	check(given == 2 * CHANGERS);

	for (i = 0; i < 2 * CHANGERS; i++) {
		changer[i].changing = changing;
		check(!pthread_create(&changer[i].thread, NULL,
				      i < CHANGERS ? move_about : fork_about,
				      &changer[i]));
	}
	for (i = 0; i < CHANGERS; i++)
		check(!pthread_create(&maker[i], NULL, churn, e));
	while (least_changes(changer) < 2)
		sleep_ms(1);
	removed = false;
	check(!pthread_create(&removing, NULL, remover, NULL));
	wait_for_removal();
	check(!getenv("HELD_UP") || !removed);
	for (i = 0; i < 2 * CHANGERS; i++)
		before[i] = changer[i].changes;
	check(!pthread_join(removing, NULL));
	for (i = 0; i < 2 * CHANGERS; i++) {
		during = changer[i].changes - before[i];
		printf("  %s during the removal: %ld\n",
		       i < CHANGERS ? "moved" : "inherited", during);
		/* The first one may have begun before. */
		check(!getenv("HELD_UP") || during > 1);
	}
	changing->gone = true;
	sleep_ms(3 * CHILD_MS);
	changing->stop = true;
	for (i = 0; i < CHANGERS; i++)
		check(!pthread_join(maker[i], NULL));
	for (i = 0; i < 2 * CHANGERS; i++)
		check(!pthread_join(changer[i].thread, NULL));

	found = areas(area, MOST_AREAS);
	check(found >= 2 * CHANGERS);
	zeroes(area, found);
	for (i = 0; i < found; i++)
		check(!munmap(area[i].start, area[i].size));
	close(e->context->cmd_fd);
}

/* Many processes, and many contexts in each. */
CASE(many)
{
	struct everything *e[16];
	int status, ready[2], go[2], i;
	pid_t child[4];
	char byte;

	check(!pipe(ready) && !pipe(go));
	for (i = 0; i < 4; i++) {
		child[i] = fork();
		check(child[i] >= 0);
		if (child[i])
			continue;
		close(go[1]);
		for (i = 0; i < 16; i++)
			e[i] = hold();
		check(write(ready[1], "r", 1) == 1);
		check(read(go[0], &byte, 1) == 0);
		for (i = 0; i < 16; i++)
			drop_all(e[i]);
		_exit(0);
	}
	for (i = 0; i < 4; i++)
		check(read(ready[0], &byte, 1) == 1);
	printf("  64 contexts gone in %ld ms\n", device_remove());
	close(go[1]);
	for (i = 0; i < 4; i++)
		check(waitpid(child[i], &status, 0) == child[i] && !status);
}

/*
 * Again and again, with threads that work.  What a program had of the last one is
 * still open when the device returns and is opened anew.
 */
CASE(cycles)
{
	struct everything *last = NULL;
	const char *wanted = getenv("CYCLES");
	int cycles = wanted ? atoi(wanted) : 200;
	long took, most = 0;
	int round, i;

	for (round = 0; round < cycles; round++) {
		struct everything *e;
		pthread_t thread[2];

		if (round)
			device_add();
		e = hold();
		if (last) {
			commands_fail(last->context->cmd_fd);
			drop_all(last);
		}
		last = e;
		for (i = 0; i < 2; i++)
			check(!pthread_create(&thread[i], NULL, churn, e));
		sleep_ms(20 + 10 * (round % 5));
		took = device_remove();
		if (took > most)
			most = took;
		for (i = 0; i < 2; i++)
			check(!pthread_join(thread[i], NULL));
	}
	if (last)
		drop_all(last);
	printf("  %d cycles, the slowest removal took %ld ms\n", cycles, most);
}

int main(int argc, char **argv)
{
	return run_cases(argc, argv);
}
