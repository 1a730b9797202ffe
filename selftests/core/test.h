/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ib_client_data_test.ko: drives core from inside the kernel.
 *
 * "echo NAME DEVICE > /sys/kernel/debug/ib_client_data_test/run" runs a test on
 * an RDMA device; the write fails with EIO if an expectation was not met, and
 * the kernel log says which.  The thread that does it takes over the
 * writer's /proc/self/fail-nth.
 */
#ifndef IB_CLIENT_DATA_TEST_H
#define IB_CLIENT_DATA_TEST_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/seq_file.h>
#include <rdma/ib_verbs.h>

#define pr_test(fmt, ...)	pr_info("ib_client_data_test: " fmt, ##__VA_ARGS__)

/* Notes a failed expectation and goes on; evaluates to the condition. */
#define EXPECT(cond) ({							\
	bool met = (cond);						\
									\
	if (!met) {							\
		pr_test("%s:%d: not met: %s\n", __func__, __LINE__, #cond); \
		atomic_inc(&test_failures);				\
	}								\
	met;								\
})

/* How long a test waits for what has to happen. */
#define TEST_PATIENCE	(20 * HZ)

/**
 * struct test_data - a client's data in the tests
 * @ib: what core sees.
 * @magic: TEST_MAGIC until freed; shows a use after free without KASAN.
 */
struct test_data {
	struct ib_client_data ib;
	unsigned long magic;
};

#define TEST_MAGIC	0x1bc11e47UL
#define TEST_POISON	0x6b6b6b6bUL

/**
 * struct test_client - a client and what its callbacks saw
 * @ib: the client that is registered.
 * @adds: calls of add().
 * @removes: calls of remove().
 * @renames: calls of rename().
 * @allocs: calls of alloc_client_data().
 * @frees: calls of free_client_data().
 * @live: data that are allocated and not yet freed.
 * @last_data: client data that the last remove(), rename() or get_*() got.
 * @alloc_error: alloc_client_data() fails with it, if it is not 0.
 * @add_error: add() fails with it, if it is not 0.
 * @add_allocs: add() allocates the data first.
 * @add_keeps: and keeps a reference until remove().
 * @may_fail: add() may lack memory, and then fails.
 * @alloc_delay_ms: how long alloc_client_data() takes.
 * @alloc_began: completed by alloc_client_data() if @alloc_block.
 * @alloc_go: what it then waits for.
 * @alloc_block: see above.
 * @recurse: alloc_client_data() asks for its own data.
 * @recurse_result: what it got.
 */
struct test_client {
	struct ib_client ib;
	atomic_t adds;
	atomic_t removes;
	atomic_t renames;
	atomic_t allocs;
	atomic_t frees;
	atomic_t live;
	struct ib_client_data *last_data;
	int alloc_error;
	int add_error;
	bool add_allocs;
	bool add_keeps;
	bool may_fail;
	unsigned int alloc_delay_ms;
	struct completion alloc_began;
	struct completion alloc_go;
	bool alloc_block;
	bool recurse;
	struct ib_client_data *recurse_result;
};

extern atomic_t test_failures;

/* test_client.c */
void test_client_init(struct test_client *tc, const char *name);
void test_client_use(struct test_client *tc);
void test_client_check_data(struct ib_client_data *data);
struct task_struct *test_unregister_begin(struct test_client *tc);
void test_unregister_end(struct task_struct *task);

/* The tests: each takes the device and reports with EXPECT(). */
void test_register(struct ib_device *device);
void test_bad_clients(struct ib_device *device);
void test_table_full(struct ib_device *device);
void test_add_fails(struct ib_device *device);
void test_no_data_client(struct ib_device *device);
void test_callbacks(struct ib_device *device);
void test_alloc_race(struct ib_device *device);
void test_alloc_fails(struct ib_device *device);
void test_alloc_recursion(struct ib_device *device);
void test_alloc_removal(struct ib_device *device);
void test_fence(struct ib_device *device);
void test_remove_puts(struct ib_device *device);
void test_get_irq(struct ib_device *device);
void test_register_cycles(struct ib_device *device);
void test_lockdep_put(struct ib_device *device);
void test_no_kverbs(struct ib_device *device);
void test_mock_cycles(struct ib_device *device);
void test_equal_guids(struct ib_device *device);

/* test_fail.c: return the first error, for fail-nth */
int test_fail_calls(const char *name);
int test_fail_table(const char *name);
int test_fail_device(const char *name);

/* test_leak.c */
int test_leak(const char *name);

/* test_mock.c */
struct ib_device *test_mock_try(bool kverbs, u64 guid);
struct ib_device *test_mock_add(bool kverbs, u64 guid);
void test_mock_del(struct ib_device *device);

/* test_readers.c */
struct test_readers;
struct test_readers *test_readers_start(struct ib_client *client,
					const char *device);
u64 test_readers_stop(struct test_readers *readers);

/* test_standing.c: a client that stays registered between two commands */
int test_standing_begin(const char *device);
int test_standing_hold(const char *device);
int test_standing_drop(const char *device);
void test_standing_show(struct seq_file *m);
int test_standing_end(const char *device);

#endif /* IB_CLIENT_DATA_TEST_H */
