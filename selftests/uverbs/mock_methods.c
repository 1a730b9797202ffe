// SPDX-License-Identifier: GPL-2.0
/*
 * The mock driver's own object and methods.  Some do to the object layer what no
 * driver may.
 */
#include <linux/delay.h>
#include <linux/slab.h>
#include <linux/xarray.h>
#include <rdma/uverbs_std_types.h>
#include "objects.h"
#include "mock.h"
#include "mock_abi.h"

/* objects.h has set it for ib_uverbs */
#undef UVERBS_MODULE_NAME
#define UVERBS_MODULE_NAME mock
#include <rdma/uverbs_named_ioctl.h>

/**
 * struct mock_thing - the driver's own object
 * @list: link in mock_things
 */
struct mock_thing {
	struct list_head list;
};

/* Those that are there; what is taken from us by force stays here. */
static LIST_HEAD(mock_things);
/* protects mock_things */
static DEFINE_MUTEX(mock_things_lock);

static struct mock_thing *mock_thing_create(void)
{
	struct mock_thing *thing = kzalloc(sizeof(*thing), GFP_KERNEL);

	if (thing) {
		mutex_lock(&mock_things_lock);
		list_add(&thing->list, &mock_things);
		mutex_unlock(&mock_things_lock);
	}
	return thing;
}

static void mock_thing_free(struct mock_thing *thing)
{
	mutex_lock(&mock_things_lock);
	list_del(&thing->list);
	mutex_unlock(&mock_things_lock);
	kfree(thing);
}

/* An object to which a reference was leaked on purpose. */
static struct ib_uobject *mock_leaked;

static int mock_thing_destroy(struct ib_uobject *uobj,
			      enum rdma_remove_reason why,
			      struct uverbs_attr_bundle *attrs)
{
	int ret = mock_gone("own");

	if (!ret)
		mock_thing_free(uobj->object);
	return ret;
}

static int UVERBS_HANDLER(MOCK_METHOD_CREATE)(struct uverbs_attr_bundle *attrs)
{
	struct ib_uobject *uobj = uverbs_attr_get_uobject(attrs,
							  MOCK_ATTR_HANDLE);

	uobj->object = mock_thing_create();
	if (!uobj->object)
		return -ENOMEM;
	uverbs_finalize_uobj_create(attrs, MOCK_ATTR_HANDLE);
	return 0;
}

static int UVERBS_HANDLER(MOCK_METHOD_ACTION)(struct uverbs_attr_bundle *attrs)
{
	struct ib_uobject *uobj = uverbs_attr_get_uobject(attrs,
							  MOCK_ATTR_HANDLE);
	struct ib_flow_action *action = kzalloc(sizeof(*action), GFP_KERNEL);

	if (!action)
		return -ENOMEM;
	uverbs_flow_action_fill_action(action, uobj, attrs->context->device,
				       IB_FLOW_ACTION_ESP);
	uverbs_finalize_uobj_create(attrs, MOCK_ATTR_HANDLE);
	return 0;
}

/* Longer than what only makes others come along. */
#define MOCK_LONG_US	1000

/* Holds both for so many microseconds, and says so if that was long. */
static int UVERBS_HANDLER(MOCK_METHOD_PAIR)(struct uverbs_attr_bundle *attrs)
{
	u32 us;
	int ret = uverbs_copy_from(&us, attrs, MOCK_ATTR_NUMBER);

	if (!ret && us)
		usleep_range(us, us + 10);
	if (!ret && us > MOCK_LONG_US)
		mock_note("command ");
	return ret;
}

/* One entry of the xarray for 2^order handles, if they are free. */
static int mock_reserve(struct xarray *idr, unsigned long index,
			unsigned int order, bool reserve)
{
	XA_STATE_ORDER(xas, idr, index, order);

	do {
		xas_lock(&xas);
		if (reserve && !xas_load(&xas)) {
			xas_store(&xas, XA_ZERO_ENTRY);
			xas_clear_mark(&xas, XA_FREE_MARK);
		} else if (!reserve && xas_load(&xas) == XA_ZERO_ENTRY) {
			xas_store(&xas, NULL);
			xas_set_mark(&xas, XA_FREE_MARK);
		}
		xas_unlock(&xas);
	} while (xas_nomem(&xas, GFP_KERNEL));
	return xas_error(&xas);
}

/* Reserves all handles from 64 on at once, those below one by one. */
static int UVERBS_HANDLER(MOCK_METHOD_FILL)(struct uverbs_attr_bundle *attrs)
{
	struct xarray *idr = &attrs->ufile->idr;
	unsigned long index;
	unsigned int order;
	u32 reserve;
	int ret = uverbs_copy_from(&reserve, attrs, MOCK_ATTR_NUMBER);

	if (!IS_ENABLED(CONFIG_XARRAY_MULTI))
		return -EOPNOTSUPP;
	for (index = 0; !ret && index < 64; index++)
		ret = mock_reserve(idr, index, 0, reserve);
	for (order = 6; !ret && order < 32; order++)
		ret = mock_reserve(idr, 1UL << order, order, reserve);
	return ret;
}

static int UVERBS_HANDLER(MOCK_METHOD_BREAK_READ)
	(struct uverbs_attr_bundle *attrs)
{
	struct ib_uobject *uobj = uverbs_attr_get_uobject(attrs,
							  MOCK_ATTR_HANDLE);
	u32 breach;
	int ret = uverbs_copy_from(&breach, attrs, MOCK_ATTR_NUMBER);

	if (ret)
		return ret;
	switch (breach) {
	case MOCK_UNLOCK_TWICE:
		atomic_dec(&uobj->usecnt);
		return 0;
	case MOCK_LEAK_LOCK:
		atomic_inc(&uobj->usecnt);
		return 0;
	case MOCK_PUT_TWICE:
		uverbs_uobject_put(uobj);
		return 0;
	case MOCK_LEAK_GET:
		if (mock_leaked)
			return -EBUSY;
		uverbs_uobject_get(uobj);
		mock_leaked = uobj;
		return 0;
	}
	return -EINVAL;
}

static int UVERBS_HANDLER(MOCK_METHOD_BREAK_WRITE)
	(struct uverbs_attr_bundle *attrs)
{
	struct ib_uobject *uobj = uverbs_attr_get_uobject(attrs,
							  MOCK_ATTR_HANDLE);

	atomic_set(&uobj->usecnt, 0);
	return 0;
}

static int UVERBS_HANDLER(MOCK_METHOD_BREAK_NEW)
	(struct uverbs_attr_bundle *attrs)
{
	struct ib_uobject *uobj = uverbs_attr_get_uobject(attrs,
							  MOCK_ATTR_HANDLE);
	u32 breach;
	int ret = uverbs_copy_from(&breach, attrs, MOCK_ATTR_NUMBER);

	if (ret)
		return ret;
	if (breach != MOCK_FAIL_LAST)
		uverbs_object(uobj)->state = UVERBS_LIVE;
	if (breach == MOCK_ABORT_LIVE)
		return -ECANCELED;
	uobj->object = mock_thing_create();
	if (!uobj->object)
		return -ENOMEM;
	uverbs_finalize_uobj_create(attrs, MOCK_ATTR_HANDLE);
	return breach == MOCK_FAIL_LAST ? -EFAULT : 0;
}

/**
 * mock_methods_end() - free what was leaked on purpose
 *
 * Context: The module's exit: there is no device any more.
 */
void mock_methods_end(void)
{
	struct mock_thing *thing, *next;

	list_for_each_entry_safe(thing, next, &mock_things, list)
		mock_thing_free(thing);
	if (mock_leaked)
		uverbs_uobject_put(mock_leaked);
}

#define MOCK_HANDLE(id, type, access) \
	UVERBS_ATTR_IDR(id, type, access, UA_MANDATORY)
#define MOCK_NUMBER \
	UVERBS_ATTR_PTR_IN(MOCK_ATTR_NUMBER, UVERBS_ATTR_TYPE(u32), \
			   UA_MANDATORY)
#define MOCK_ANY	UVERBS_IDR_ANY_OBJECT

DECLARE_UVERBS_NAMED_METHOD(MOCK_METHOD_CREATE,
			    MOCK_HANDLE(MOCK_ATTR_HANDLE, MOCK_OBJECT,
					UVERBS_ACCESS_NEW));

DECLARE_UVERBS_NAMED_METHOD_DESTROY(MOCK_METHOD_DESTROY,
				    MOCK_HANDLE(MOCK_ATTR_HANDLE, MOCK_OBJECT,
						UVERBS_ACCESS_DESTROY));

DECLARE_UVERBS_NAMED_METHOD(MOCK_METHOD_ACTION,
			    MOCK_HANDLE(MOCK_ATTR_HANDLE,
					UVERBS_OBJECT_FLOW_ACTION,
					UVERBS_ACCESS_NEW));

DECLARE_UVERBS_NAMED_METHOD(MOCK_METHOD_PAIR,
			    MOCK_HANDLE(MOCK_ATTR_HANDLE, MOCK_ANY,
					UVERBS_ACCESS_WRITE),
			    MOCK_HANDLE(MOCK_ATTR_SECOND, MOCK_ANY,
					UVERBS_ACCESS_WRITE),
			    MOCK_NUMBER);

DECLARE_UVERBS_NAMED_METHOD(MOCK_METHOD_FILL, MOCK_NUMBER);

DECLARE_UVERBS_NAMED_METHOD(MOCK_METHOD_BREAK_READ,
			    MOCK_HANDLE(MOCK_ATTR_HANDLE, MOCK_ANY,
					UVERBS_ACCESS_READ),
			    MOCK_NUMBER);

DECLARE_UVERBS_NAMED_METHOD(MOCK_METHOD_BREAK_WRITE,
			    MOCK_HANDLE(MOCK_ATTR_HANDLE, MOCK_ANY,
					UVERBS_ACCESS_WRITE),
			    MOCK_NUMBER);

DECLARE_UVERBS_NAMED_METHOD(MOCK_METHOD_BREAK_NEW,
			    MOCK_HANDLE(MOCK_ATTR_HANDLE, MOCK_OBJECT,
					UVERBS_ACCESS_NEW),
			    MOCK_NUMBER);

DECLARE_UVERBS_NAMED_OBJECT(MOCK_OBJECT,
			    UVERBS_TYPE_ALLOC_IDR(mock_thing_destroy),
			    &UVERBS_METHOD(MOCK_METHOD_CREATE),
			    &UVERBS_METHOD(MOCK_METHOD_DESTROY),
			    &UVERBS_METHOD(MOCK_METHOD_ACTION),
			    &UVERBS_METHOD(MOCK_METHOD_PAIR),
			    &UVERBS_METHOD(MOCK_METHOD_FILL),
			    &UVERBS_METHOD(MOCK_METHOD_BREAK_READ),
			    &UVERBS_METHOD(MOCK_METHOD_BREAK_WRITE),
			    &UVERBS_METHOD(MOCK_METHOD_BREAK_NEW));

/* What the device adds to the standard objects. */
const struct uapi_definition mock_methods[] = {
	UAPI_DEF_CHAIN_OBJ_TREE_NAMED(MOCK_OBJECT),
	{},
};
