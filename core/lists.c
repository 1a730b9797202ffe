// SPDX-License-Identifier: GPL-2.0
/*
 * Lists of all devices, slots and data, for those who want to see them.  Never
 * on the path of a look-up.
 */
#include <linux/slab.h>
#include "core.h"

/* Protects all lists of devices, slots and data. */
DEFINE_MUTEX(ib_client_data_lists_mutex);
LIST_HEAD(ib_client_data_devices);

static struct ib_client_data_device *
ib_client_data_lists_device(struct ib_device *device)
{
	struct ib_client_data_device *home;

	lockdep_assert_held(&ib_client_data_lists_mutex);

	list_for_each_entry(home, &ib_client_data_devices, entry)
		if (home->device == device)
			return home;

	home = kzalloc(sizeof(*home), GFP_KERNEL);
	if (!home)
		return NULL;
	home->device = device;
	INIT_LIST_HEAD(&home->slots);
	INIT_LIST_HEAD(&home->data);
	list_add_tail(&home->entry, &ib_client_data_devices);
	return home;
}

/**
 * ib_client_data_lists_add_slot() - list a new slot
 * @slot: the slot
 *
 * Context: May sleep.
 * Return: 0 or -ENOMEM.
 */
int ib_client_data_lists_add_slot(struct ib_client_data_slot *slot)
{
	int ret = 0;

	mutex_lock(&ib_client_data_lists_mutex);
	slot->home = ib_client_data_lists_device(slot->device);
	if (slot->home)
		list_add_tail(&slot->entry, &slot->home->slots);
	else
		ret = -ENOMEM;
	mutex_unlock(&ib_client_data_lists_mutex);
	return ret;
}

/**
 * ib_client_data_lists_del_slot() - take a slot off the lists
 * @slot: the slot; its data are gone
 *
 * Context: May sleep.
 */
void ib_client_data_lists_del_slot(struct ib_client_data_slot *slot)
{
	struct ib_client_data_device *home = slot->home;

	mutex_lock(&ib_client_data_lists_mutex);
	list_del(&slot->entry);
	if (list_empty(&home->slots)) {
		WARN_ON_ONCE(!list_empty(&home->data));
		list_del(&home->entry);
		kfree(home);
	}
	mutex_unlock(&ib_client_data_lists_mutex);
}

/**
 * ib_client_data_lists_add() - list data that are about to be published
 * @data: the data
 *
 * Context: May sleep.
 */
void ib_client_data_lists_add(struct ib_client_data *data)
{
	struct ib_client_data_slot *slot = data->slot;

	mutex_lock(&ib_client_data_lists_mutex);
	list_add_tail(&data->device_entry, &slot->home->data);
	list_add_tail(&data->client_entry, &slot->thunk->data);
	mutex_unlock(&ib_client_data_lists_mutex);
}

/**
 * ib_client_data_lists_del() - take data that are about to be freed off
 * @data: the data
 *
 * Context: May sleep.
 */
void ib_client_data_lists_del(struct ib_client_data *data)
{
	mutex_lock(&ib_client_data_lists_mutex);
	list_del(&data->device_entry);
	list_del(&data->client_entry);
	mutex_unlock(&ib_client_data_lists_mutex);
}
