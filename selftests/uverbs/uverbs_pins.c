// SPDX-License-Identifier: GPL-2.0
/*
 * link: -libverbs -lpthread
 *
 * uverbs_pins DEVICE TYPE NETDEV [CASE...]: what fdinfo says of a uverbs file while
 * memory is registered, shared, passed on and taken away.
 */
#include "harness.h"
#include "fdinfo.h"
#include "pass.h"
#include <rdma/ib_user_verbs.h>

#define PAGE	4096

/* What the kernel has always said of a process as a whole. */
static long pinned_process(void)
{
	return pinned_kb() * 1024 / PAGE;
}

static char *memory(size_t pages, int fd)
{
	char *start = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE,
			   fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED,
			   fd, 0);

	check(start != MAP_FAILED);
	return start;
}

static int file_of(size_t pages)
{
	int fd = memfd_create("source", MFD_CLOEXEC);

	check(fd >= 0 && !ftruncate(fd, pages * PAGE));
	return fd;
}

static struct ibv_mr *pin(struct ibv_pd *pd, void *start, size_t length)
{
	return ibv_reg_mr(pd, start, length, IBV_ACCESS_LOCAL_WRITE);
}

/* From the open to the removal. */
CASE(states)
{
	char *node;
	char path[64], link[128] = "";
	struct everything *e;
	int fd = device_open_raw();

	check(fd >= 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	check(readlink(path, link, sizeof(link) - 1) > 0);
	node = strrchr(link, '/') + 1;
	check(info_is(fd, "uverbs-node", node));
	check(info_is(fd, "uverbs-device", rdma_name));
	check(info_is(fd, "uverbs-state", "open"));
	check(info_is(fd, "uverbs-pinned-pages", "0"));

	e = hold();
	check(info_is(e->context->cmd_fd, "uverbs-state", "context"));
	check(info_is(e->context->cmd_fd, "uverbs-objects-async-event", "1"));
	check(info_is(e->context->cmd_fd, "uverbs-objects-comp-channel", "1"));
	check(info_is(e->context->cmd_fd, "uverbs-objects-pd", "1"));
	check(info_is(e->context->cmd_fd, "uverbs-objects-mr", "1"));
	check(info_is(e->context->cmd_fd, "uverbs-objects-cq", "1"));
	check(info_is(e->context->cmd_fd, "uverbs-objects-srq", "1"));
	check(info_is(e->context->cmd_fd, "uverbs-objects-qp", "1"));
	check(pinned_pages(e->context->cmd_fd) == BUFFER / PAGE);
	/* one file's pins are not another's */
	check(!pinned_pages(fd));

	device_remove();
	check(info_is(fd, "uverbs-state", "removed"));
	check(info_is(e->context->cmd_fd, "uverbs-state", "removed"));
	check(info_is(e->context->cmd_fd, "uverbs-node", node));
	check(info_is(e->context->cmd_fd, "uverbs-device", "(none)"));
	check(info_is(e->context->cmd_fd, "uverbs-pinned-pages", "0"));
	check(!number(e->context->cmd_fd, "uverbs-objects-mr"));
	check(!number(e->context->cmd_fd, "uverbs-objects-pd"));
	check(!number(e->context->cmd_fd, "uverbs-objects-async-event"));
	check(!pinned_process());
	drop_all(e);
	close(fd);
	device_add();
}

/* REG_MR whose answer cannot be written: the region is undone. */
static int pin_unanswered(int fd, struct ibv_pd *pd, char *start, size_t length)
{
	struct {
		struct ib_uverbs_cmd_hdr header;
		struct ib_uverbs_reg_mr command;
	} request = {
		.header = {
			.command = IB_USER_VERBS_CMD_REG_MR,
			.in_words = sizeof(request) / 4,
			.out_words = sizeof(struct ib_uverbs_reg_mr_resp) / 4,
		},
		.command = {
			.response = 8,
			.start = (uintptr_t)start,
			.hca_va = (uintptr_t)start,
			.length = length,
			.pd_handle = pd->handle,
			.access_flags = IBV_ACCESS_LOCAL_WRITE,
		},
	};

	errno = 0;
	return write(fd, &request, sizeof(request)) == -1 ? errno : 0;
}

/* To the page. */
CASE(pages)
{
	struct ibv_context *context = device_open();
	struct ibv_pd *pd = ibv_alloc_pd(context);
	struct ibv_mr *all, *part, *again;
	char *start = memory(64, -1);
	int fd = context->cmd_fd;

	check(pd && pinned_pages(fd) == 0);
	check(all = pin(pd, start, 64 * PAGE));
	check(pinned_pages(fd) == 64 && pinned_process() == 64);
	/* two bytes can be two pages, and a page counts each time it is pinned */
	check(part = pin(pd, start + PAGE - 1, 2));
	check(pinned_pages(fd) == 66);
	check(again = pin(pd, start + 1, 1));
	check(pinned_pages(fd) == 67 && pinned_process() == 67);
	check(number(fd, "uverbs-objects-mr") == 3);

	/* what fails leaves nothing */
	check(!pin(pd, NULL, PAGE));
	check(!munmap(start + 63 * PAGE, PAGE));
	check(!pin(pd, start + 32 * PAGE, 32 * PAGE));
	check(pin_unanswered(fd, pd, start, 8 * PAGE) == EFAULT);
	check(pinned_pages(fd) == 67 && pinned_process() == 67);
	check(number(fd, "uverbs-objects-mr") == 3);

	check(!ibv_dereg_mr(part));
	check(pinned_pages(fd) == 65);
	check(!ibv_dereg_mr(all));
	check(pinned_pages(fd) == 1);
	check(!ibv_dereg_mr(again));
	check(pinned_pages(fd) == 0 && pinned_process() == 0);
	munmap(start, 63 * PAGE);
	check(!ibv_dealloc_pd(pd) && !ibv_close_device(context));
}

/* Whose pages they are. */
CASE(sources)
{
	struct ibv_context *context = device_open();
	struct ibv_pd *pd = ibv_alloc_pd(context);
	int fd = context->cmd_fd, file = file_of(8);
	char *start = memory(32, -1);
	struct ibv_mr *few, *mixed;

	check(pd);
	check(mmap(start + 4 * PAGE, 8 * PAGE, PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_FIXED, file, 0) != MAP_FAILED);
	check(few = pin(pd, start + 4 * PAGE, 5 * PAGE));
	check(pinned_pages(fd) == 5 && pinned_of(fd, file) == 5);
	/* in between of memory that no file has */
	check(mixed = pin(pd, start, 32 * PAGE));
	check(pinned_pages(fd) == 37 && pinned_of(fd, file) == 13);
	check(!ibv_dereg_mr(few));
	check(pinned_pages(fd) == 32 && pinned_of(fd, file) == 8);
	/* the file ends, its pages do not */
	check(!ftruncate(file, 0));
	check(pinned_of(fd, file) == 8);
	check(!ibv_dereg_mr(mixed));
	check(pinned_pages(fd) == 0 && pinned_of(fd, file) == 0);

	/* a copy of a page is not the file's any more */
	check(!ftruncate(file, 8 * PAGE));
	check(mmap(start, 8 * PAGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_FIXED, file, 0) != MAP_FAILED);
	memset(start, 1, 8 * PAGE);
	check(mixed = pin(pd, start, 8 * PAGE));
	check(pinned_pages(fd) == 8 && pinned_of(fd, file) == 0);
	check(!ibv_dereg_mr(mixed));
	munmap(start, 32 * PAGE);
	close(file);
	check(!ibv_dealloc_pd(pd) && !ibv_close_device(context));
}

/* The numbers are those of the file, whoever looks and whoever has pinned. */
CASE(shared)
{
	int status, i, fd, there[2];
	struct everything *e;
	pid_t child[2];

	check(!socketpair(AF_UNIX, SOCK_STREAM, 0, there));
	child[0] = fork();
	check(child[0] >= 0);
	if (!child[0]) {
		/* has got it through a socket, before and after the removal */
		fd = receive(there[1]);
		check(pinned_pages(fd) == BUFFER / PAGE && !pinned_process());
		check(number(fd, "uverbs-objects-mr") == 1);
		say(there[1]);
		hear(there[1]);
		check(pinned_pages(fd) == 0);
		check(info_is(fd, "uverbs-state", "removed"));
		_exit(0);
	}
	e = hold();
	fd = e->context->cmd_fd;
	child[1] = fork();
	check(child[1] >= 0);
	if (!child[1]) {
		/* has inherited it, and its end changes nothing */
		check(pinned_pages(fd) == BUFFER / PAGE);
		_exit(0);
	}
	check(waitpid(child[1], &status, 0) == child[1] && !status);
	check(pinned_pages(fd) == BUFFER / PAGE);
	pass(there[0], fd);
	hear(there[0]);
	device_remove();
	say(there[0]);
	check(waitpid(child[0], &status, 0) == child[0] && !status);
	check(pinned_pages(fd) == 0);
	drop_all(e);
	for (i = 0; i < 2; i++)
		close(there[i]);
	device_add();
}

#define WORKERS	4

struct worker {
	struct ibv_context *context;
	long pages;
	atomic_bool *stop;
};

/* Has a fixed number of pages, and never more than those and one region. */
static void *work(void *argument)
{
	struct worker *worker = argument;
	struct ibv_pd *pd = ibv_alloc_pd(worker->context);
	int fd = worker->context->cmd_fd;
	char *start = memory(worker->pages, -1);
	struct ibv_mr *kept, *more;

	check(pd);
	check(kept = pin(pd, start, worker->pages * PAGE));
	while (!*worker->stop) {
		check(pinned_pages(fd) == worker->pages);
		check(more = pin(pd, start, PAGE));
		check(pinned_pages(fd) == worker->pages + 1);
		check(!ibv_dereg_mr(more));
	}
	check(!ibv_dereg_mr(kept) && !ibv_dealloc_pd(pd));
	check(pinned_pages(fd) == 0);
	munmap(start, worker->pages * PAGE);
	return NULL;
}

/* Threads of one process, each with a file of its own. */
CASE(files)
{
	struct worker worker[WORKERS];
	pthread_t thread[WORKERS];
	atomic_bool stop = false;
	int i;

	for (i = 0; i < WORKERS; i++) {
		worker[i].pages = 3 + 7 * i;
		worker[i].stop = &stop;
		check(worker[i].context = device_open());
	}
	for (i = 0; i < WORKERS; i++)
		check(!pthread_create(&thread[i], NULL, work, &worker[i]));
	sleep_ms(1000);
	stop = true;
	for (i = 0; i < WORKERS; i++) {
		check(!pthread_join(thread[i], NULL));
		check(!ibv_close_device(worker[i].context));
	}
	check(!pinned_process());
}

struct owner {
	struct ibv_pd *pd;
	struct ibv_mr **mr;
	int files;
};

/* Pins a page of each of many files that nobody has open any more. */
static void *own_files(void *argument)
{
	struct owner *owner = argument;
	int i, file;

	for (i = 0; i < owner->files; i++) {
		file = file_of(1);
		check(owner->mr[i] = pin(owner->pd, memory(1, file), PAGE));
		close(file);
	}
	return NULL;
}

static void *disown_files(void *argument)
{
	struct owner *owner = argument;
	void *page;
	int i;

	for (i = 0; i < owner->files; i++) {
		page = owner->mr[i]->addr;
		check(!ibv_dereg_mr(owner->mr[i]));
		check(!munmap(page, PAGE));
	}
	return NULL;
}

/* How many files fdinfo lists, of a page each. */
static int listed_files(int fd)
{
	char path[64], line[256];
	int found = 0;
	long pages;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	check((file = fopen(path, "r")));
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "uverbs-pinned-file:\t%*x:%*x %*u %ld",
			   &pages) != 1)
			continue;
		check(pages == 1);
		found++;
	}
	fclose(file);
	return found;
}

static long in_threads(void *(*work_of)(void *), struct owner *owner)
{
	pthread_t thread[WORKERS];
	long begin = now_ms();
	int i;

	for (i = 0; i < WORKERS; i++)
		check(!pthread_create(&thread[i], NULL, work_of, &owner[i]));
	for (i = 0; i < WORKERS; i++)
		check(!pthread_join(thread[i], NULL));
	return now_ms() - begin;
}

/* SOURCES=50000: to see what each of so many costs, by hand. */
CASE(many)
{
	const char *wanted = getenv("SOURCES");
	int i, files = (wanted ? atoi(wanted) : 1000) / WORKERS;
	struct ibv_context *context = device_open();
	struct ibv_pd *pd = ibv_alloc_pd(context);
	struct owner owner[WORKERS];
	long begin, took;

	check(pd);
	for (i = 0; i < WORKERS; i++) {
		owner[i].pd = pd;
		owner[i].files = files;
		check(owner[i].mr = calloc(files, sizeof(*owner[i].mr)));
	}
	took = in_threads(own_files, owner);
	begin = now_ms();
	check(listed_files(context->cmd_fd) == WORKERS * files);
	begin = now_ms() - begin;
	printf("  %d files: pinned in %ld ms, listed in %ld ms, ",
	       WORKERS * files, took, begin);
	printf("given back in %ld ms\n", in_threads(disown_files, owner));
	check(listed_files(context->cmd_fd) == 0);
	check(pinned_pages(context->cmd_fd) == 0);
	for (i = 0; i < WORKERS; i++)
		free(owner[i].mr);
	check(!ibv_dealloc_pd(pd) && !ibv_close_device(context));
}

int main(int argc, char **argv)
{
	return run_cases(argc, argv);
}
