// SPDX-License-Identifier: GPL-2.0
/*
 * The client that the tests register, and tests of registration.
 */
#include <linux/delay.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include "test.h"

static struct test_client *to_test(struct ib_client *client)
{
	return container_of(client, struct test_client, ib);
}

/* add() does not get its client; tests register these one at a time. */
static struct test_client *test_current;

static struct ib_client_data *test_alloc(struct ib_device *device)
{
	struct test_client *tc = test_current;
	struct test_data *data;

	might_sleep();
	atomic_inc(&tc->allocs);
	if (tc->alloc_block) {
		complete(&tc->alloc_began);
		EXPECT(wait_for_completion_timeout(&tc->alloc_go,
						   TEST_PATIENCE));
	}
	if (tc->alloc_delay_ms)
		msleep(tc->alloc_delay_ms);
	if (tc->recurse)
		tc->recurse_result = ib_alloc_or_get_client_data(device,
								 &tc->ib);
	if (tc->alloc_error)
		return ERR_PTR(tc->alloc_error);

	data = kzalloc(sizeof(*data), GFP_KERNEL);
	if (!data)
		return ERR_PTR(-ENOMEM);
	data->magic = TEST_MAGIC;
	atomic_inc(&tc->live);
	return &data->ib;
}

static void test_free(struct ib_client_data *ib)
{
	struct test_data *data = container_of(ib, struct test_data, ib);
	struct test_client *tc = to_test(ib->client);

	might_sleep();
	EXPECT(in_task());
	EXPECT(data->magic == TEST_MAGIC);
	/* The device has to be valid: its parent chain and ops still work. */
	EXPECT(ib->device->ops.query_port);
	EXPECT(kobject_name(&ib->device->dev.kobj));
	EXPECT(!ib_get_client_data(ib->device, ib->client));
	atomic_inc(&tc->frees);
	atomic_dec(&tc->live);
	data->magic = TEST_POISON;
	kfree(data);
}

static int test_add(struct ib_device *device)
{
	struct test_client *tc = test_current;
	struct ib_client_data *data;

	atomic_inc(&tc->adds);
	if (tc->add_allocs) {
		data = ib_alloc_or_get_client_data(device, &tc->ib);
		if (IS_ERR(data) && tc->may_fail)
			return PTR_ERR(data);
		if (EXPECT(!IS_ERR(data)) && tc->add_keeps)
			ib_client_data_get(data);
		if (!IS_ERR(data))
			EXPECT(!ib_put_client_data(data));
	}
	return tc->add_error;
}

static void test_remove(struct ib_device *device, void *client_data)
{
	struct test_client *tc = test_current;
	struct ib_client_data *data;

	atomic_inc(&tc->removes);
	tc->last_data = client_data;
	EXPECT(!ib_get_client_data(device, &tc->ib));
	if (tc->ib.alloc_client_data) {
		data = ib_alloc_or_get_client_data(device, &tc->ib);
		EXPECT(data == ERR_PTR(-ENODEV));
	}
	if (client_data)
		test_client_check_data(client_data);
	if (client_data && tc->add_keeps)
		EXPECT(!ib_put_client_data(client_data));
}

static void test_rename(struct ib_device *device, void *client_data)
{
	struct test_client *tc = test_current;

	atomic_inc(&tc->renames);
	tc->last_data = client_data;
}

/* The result is ib_core's own; the errno alone tells user space who answered. */
static int test_get_nl_info(struct ib_device *device, void *client_data,
			    struct ib_client_nl_info *res)
{
	struct test_client *tc = test_current;

	tc->last_data = client_data;
	return -EUCLEAN;
}

static int test_get_global_nl_info(struct ib_client_nl_info *res)
{
	return -ENOTNAM;
}

static struct net_device *
test_get_net_dev(struct ib_device *device, u32 port, u16 pkey,
		 const union ib_gid *gid, const struct sockaddr *addr,
		 void *client_data)
{
	struct test_client *tc = test_current;

	if (pkey != 0x1bcd)
		return NULL;
	tc->last_data = client_data;
	dev_hold(init_net.loopback_dev);
	return init_net.loopback_dev;
}

/**
 * test_client_init() - prepare a client with all callbacks
 * @tc: the client
 * @name: its name
 *
 * Context: Process context.  The client becomes the one that callbacks without
 * a client argument mean.
 */
void test_client_init(struct test_client *tc, const char *name)
{
	memset(tc, 0, sizeof(*tc));
	init_completion(&tc->alloc_began);
	init_completion(&tc->alloc_go);
	tc->ib.name = name;
	tc->ib.add = test_add;
	tc->ib.remove = test_remove;
	tc->ib.rename = test_rename;
	tc->ib.get_nl_info = test_get_nl_info;
	tc->ib.get_global_nl_info = test_get_global_nl_info;
	tc->ib.get_net_dev_by_params = test_get_net_dev;
	tc->ib.alloc_client_data = test_alloc;
	tc->ib.free_client_data = test_free;
	test_client_use(tc);
}

/**
 * test_client_use() - the client that callbacks without a client argument mean
 * @tc: the client
 *
 * Context: Process context.
 */
void test_client_use(struct test_client *tc)
{
	test_current = tc;
}

/**
 * test_client_check_data() - data that one holds a reference to are not freed
 * @data: the data
 *
 * Context: Any context.
 */
void test_client_check_data(struct ib_client_data *data)
{
	EXPECT(container_of(data, struct test_data, ib)->magic == TEST_MAGIC);
	EXPECT(kref_read(&data->kref) > 0);
}

static int test_unregister_thread(void *arg)
{
	struct test_client *tc = arg;

	ib_unregister_client(&tc->ib);
	return 0;
}

/**
 * test_unregister_begin() - unregister a client on another thread
 * @tc: the client
 *
 * Context: May sleep.
 * Return: the thread, for test_unregister_end(), or NULL.
 */
struct task_struct *test_unregister_begin(struct test_client *tc)
{
	struct task_struct *task;

	task = kthread_create(test_unregister_thread, tc, "icd_unregister");
	if (!EXPECT(!IS_ERR(task)))
		return NULL;
	get_task_struct(task);
	wake_up_process(task);
	return task;
}

/**
 * test_unregister_end() - wait until the client is unregistered
 * @task: from test_unregister_begin()
 *
 * Context: May sleep.
 */
void test_unregister_end(struct task_struct *task)
{
	if (!task)
		return;
	kthread_stop(task);
	put_task_struct(task);
}

/**
 * test_register() - add, allocate, look up, remove, free
 * @device: a device
 */
void test_register(struct ib_device *device)
{
	struct test_client tc;
	struct ib_client_data *data, *again;

	test_client_init(&tc, "icd_register");
	EXPECT(!ib_get_client_data(device, &tc.ib));
	EXPECT(ib_alloc_or_get_client_data(device, &tc.ib) == ERR_PTR(-ENODEV));
	if (!EXPECT(!ib_register_client(&tc.ib)))
		return;
	EXPECT(atomic_read(&tc.adds) >= 1);
	EXPECT(!ib_get_client_data(device, &tc.ib));
	EXPECT(!atomic_read(&tc.allocs));

	data = ib_alloc_or_get_client_data(device, &tc.ib);
	if (EXPECT(!IS_ERR(data))) {
		EXPECT(data->device == device);
		EXPECT(data->client == &tc.ib);
		EXPECT(kref_read(&data->kref) == 2);
		again = ib_get_client_data(device, &tc.ib);
		EXPECT(again == data);
		EXPECT(ib_client_data_get(data) == data);
		EXPECT(kref_read(&data->kref) == 4);
		EXPECT(!ib_put_client_data(data));
		EXPECT(!ib_put_client_data(data));
		EXPECT(!ib_put_client_data(data));
	}
	ib_unregister_client(&tc.ib);
	EXPECT(tc.last_data == data);
	EXPECT(atomic_read(&tc.allocs) == 1);
	EXPECT(atomic_read(&tc.frees) == 1);
	EXPECT(atomic_read(&tc.removes) == atomic_read(&tc.adds));
	EXPECT(!ib_get_client_data(device, &tc.ib));
	EXPECT(ib_alloc_or_get_client_data(device, &tc.ib) == ERR_PTR(-ENODEV));
}

/**
 * test_bad_clients() - what must not be registered
 * @device: not used
 */
void test_bad_clients(struct ib_device *device)
{
	struct test_client tc;

	test_client_init(&tc, NULL);
	EXPECT(ib_register_client(&tc.ib) == -EINVAL);
	test_client_init(&tc, "icd_alloc_only");
	tc.ib.free_client_data = NULL;
	EXPECT(ib_register_client(&tc.ib) == -EINVAL);
	test_client_init(&tc, "icd_free_only");
	tc.ib.alloc_client_data = NULL;
	EXPECT(ib_register_client(&tc.ib) == -EINVAL);

	test_client_init(&tc, "icd_twice");
	EXPECT(!ib_register_client(&tc.ib));
	EXPECT(ib_register_client(&tc.ib) == -EEXIST);
	ib_unregister_client(&tc.ib);
	EXPECT(atomic_read(&tc.removes) == atomic_read(&tc.adds));
	/* Not registered: says so and does nothing. */
	ib_unregister_client(&tc.ib);
	EXPECT(!ib_register_client(&tc.ib));
	ib_unregister_client(&tc.ib);
}

#define MANY_CLIENTS	64

/**
 * test_table_full() - one client too many
 * @device: a device
 */
void test_table_full(struct ib_device *device)
{
	struct test_client *many;
	int i, n, ret = 0;

	many = kvcalloc(MANY_CLIENTS, sizeof(*many), GFP_KERNEL);
	if (!EXPECT(many))
		return;
	for (n = 0; n < MANY_CLIENTS; n++) {
		test_client_init(&many[n], "icd_many");
		ret = ib_register_client(&many[n].ib);
		if (ret)
			break;
	}
	EXPECT(ret == -ENOSPC);
	EXPECT(n > 8 && n < MANY_CLIENTS);
	EXPECT(ib_alloc_or_get_client_data(device, &many[n].ib) ==
	       ERR_PTR(-ENODEV));
	for (i = 0; i < n; i++) {
		test_client_use(&many[i]);
		ib_unregister_client(&many[i].ib);
	}
	/* There is room again. */
	test_client_init(&many[0], "icd_after");
	EXPECT(!ib_register_client(&many[0].ib));
	ib_unregister_client(&many[0].ib);
	kvfree(many);
}

/**
 * test_add_fails() - a client that refuses its devices, after allocating
 * @device: a device
 */
void test_add_fails(struct ib_device *device)
{
	struct test_client tc;

	test_client_init(&tc, "icd_add_fails");
	tc.add_error = -EPERM;
	tc.add_allocs = true;
	EXPECT(!ib_register_client(&tc.ib));
	EXPECT(atomic_read(&tc.adds) >= 1);
	EXPECT(atomic_read(&tc.allocs) == atomic_read(&tc.adds));
	EXPECT(atomic_read(&tc.frees) == atomic_read(&tc.adds));
	EXPECT(!ib_get_client_data(device, &tc.ib));
	EXPECT(ib_alloc_or_get_client_data(device, &tc.ib) == ERR_PTR(-ENODEV));
	ib_unregister_client(&tc.ib);
	EXPECT(!atomic_read(&tc.removes));
}

/**
 * test_no_data_client() - a client that does not use the data API
 * @device: a device
 */
void test_no_data_client(struct ib_device *device)
{
	struct test_client tc;

	test_client_init(&tc, "icd_no_data");
	tc.ib.alloc_client_data = NULL;
	tc.ib.free_client_data = NULL;
	tc.last_data = (void *)&tc;
	EXPECT(!ib_register_client(&tc.ib));
	EXPECT(atomic_read(&tc.adds) >= 1);
	EXPECT(!ib_get_client_data(device, &tc.ib));
	EXPECT(ib_alloc_or_get_client_data(device, &tc.ib) ==
	       ERR_PTR(-EOPNOTSUPP));
	ib_unregister_client(&tc.ib);
	EXPECT(atomic_read(&tc.removes) == atomic_read(&tc.adds));
	EXPECT(!tc.last_data);

	/* And one with nothing at all. */
	memset(&tc.ib, 0, sizeof(tc.ib));
	tc.ib.name = "icd_nothing";
	EXPECT(!ib_register_client(&tc.ib));
	ib_unregister_client(&tc.ib);
}

/**
 * test_callbacks() - get_net_dev_by_params() gets the data
 * @unused: an InfiniBand device is needed, and soft-RoCE is none
 *
 * rename() and get_nl_info() are asked for by user space, see the shell test.
 */
void test_callbacks(struct ib_device *unused)
{
	struct sockaddr addr = { .sa_family = AF_INET };
	struct ib_device *device = test_mock_add(true, 1);
	struct ib_client_data *data;
	struct net_device *netdev;
	struct test_client tc;

	if (!device)
		return;
	test_client_init(&tc, "icd_callbacks");
	tc.last_data = (void *)&tc;
	if (!EXPECT(!ib_register_client(&tc.ib)))
		goto out;

	netdev = ib_get_net_dev_by_params(device, 1, 0x1bcd, NULL, &addr);
	EXPECT(netdev == init_net.loopback_dev);
	EXPECT(!tc.last_data);
	if (netdev)
		dev_put(netdev);

	data = ib_alloc_or_get_client_data(device, &tc.ib);
	if (EXPECT(!IS_ERR(data)))
		EXPECT(!ib_put_client_data(data));
	netdev = ib_get_net_dev_by_params(device, 1, 0x1bcd, NULL, &addr);
	EXPECT(netdev == init_net.loopback_dev);
	EXPECT(tc.last_data == data);
	if (netdev)
		dev_put(netdev);
	ib_unregister_client(&tc.ib);
out:
	test_mock_del(device);
}
