// SPDX-License-Identifier: GPL-2.0
/*
 * What ib_uverbs asks to be freed, and why.  Most free functions are its own and
 * do not tell the driver: a watched device precedes each of them by one that
 * writes down type, handle and reason.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <rdma/uverbs_std_types.h>
#include "objects.h"
#include "mock.h"
#include "mock_abi.h"

static bool mock_watching;
module_param_named(watch, mock_watching, bool, 0644);
MODULE_PARM_DESC(watch, "1: the log has TYPE:HANDLE:REASON for every object freed; from the next context on");

/**
 * struct mock_type - a type of objects that is watched
 * @name: what the log calls it
 * @id: which it is
 * @idr: what the device has in place of the type, if it is one with handles
 * @fd: the same if it is one with descriptors
 * @type: the type proper.  As @idr and @fd under mock_watch_lock until a device
 *	uses it.
 */
struct mock_type {
	const char *name;
	u16 id;
	union {
		struct uverbs_obj_idr_type idr;
		struct uverbs_obj_fd_type fd;
	};
	const struct uverbs_obj_type *type;
};

static struct mock_type mock_types[] = {
	{ .name = "pd", .id = UVERBS_OBJECT_PD },
	{ .name = "comp_channel", .id = UVERBS_OBJECT_COMP_CHANNEL },
	{ .name = "cq", .id = UVERBS_OBJECT_CQ },
	{ .name = "qp", .id = UVERBS_OBJECT_QP },
	{ .name = "srq", .id = UVERBS_OBJECT_SRQ },
	{ .name = "ah", .id = UVERBS_OBJECT_AH },
	{ .name = "mr", .id = UVERBS_OBJECT_MR },
	{ .name = "mw", .id = UVERBS_OBJECT_MW },
	{ .name = "flow", .id = UVERBS_OBJECT_FLOW },
	{ .name = "xrcd", .id = UVERBS_OBJECT_XRCD },
	{ .name = "rwq_table", .id = UVERBS_OBJECT_RWQ_IND_TBL },
	{ .name = "wq", .id = UVERBS_OBJECT_WQ },
	{ .name = "flow_action", .id = UVERBS_OBJECT_FLOW_ACTION },
	{ .name = "dm", .id = UVERBS_OBJECT_DM },
	{ .name = "counters", .id = UVERBS_OBJECT_COUNTERS },
	{ .name = "async_event", .id = UVERBS_OBJECT_ASYNC_EVENT },
	{ .name = "own", .id = MOCK_OBJECT },
};

/* protects mock_types */
static DEFINE_MUTEX(mock_watch_lock);

static const struct mock_type *mock_type_of(struct ib_uobject *uobj)
{
	return container_of(uobj->uapi_object->type_attrs, struct mock_type,
			    idr.type);
}

static void mock_free_note(struct ib_uobject *uobj, enum rdma_remove_reason why)
{
	static const char * const reasons[] = {
		[RDMA_REMOVE_DESTROY] = "destroy",
		[RDMA_REMOVE_CLOSE] = "close",
		[RDMA_REMOVE_DRIVER_REMOVE] = "driver_remove",
		[RDMA_REMOVE_ABORT] = "abort",
		[RDMA_REMOVE_DRIVER_FAILURE] = "driver_failure",
	};

	if (mock_watching)
		mock_note("%s:%d:%s ", mock_type_of(uobj)->name, uobj->id,
			  reasons[why]);
}

static int mock_idr_free(struct ib_uobject *uobj, enum rdma_remove_reason why,
			 struct uverbs_attr_bundle *attrs)
{
	mock_free_note(uobj, why);
	return container_of(mock_type_of(uobj)->type,
			    struct uverbs_obj_idr_type, type)
		->destroy_object(uobj, why, attrs);
}

static void mock_fd_free(struct ib_uobject *uobj, enum rdma_remove_reason why)
{
	mock_free_note(uobj, why);
	container_of(mock_type_of(uobj)->type, struct uverbs_obj_fd_type, type)
		->destroy_object(uobj, why);
}

/* What a driver states of its types goes with its device: so does this. */
static void mock_watch_type(struct uverbs_api_object *object,
			    struct mock_type *mine)
{
	const struct uverbs_obj_type *type = object->type_attrs;

	if (!type || type == &mine->idr.type)
		return;
	mine->type = type;
	if (type->type_class == &uverbs_idr_class) {
		memcpy(&mine->idr,
		       container_of(type, struct uverbs_obj_idr_type, type),
		       sizeof(mine->idr));
		mine->idr.destroy_object = mock_idr_free;
	} else {
		memcpy(&mine->fd,
		       container_of(type, struct uverbs_obj_fd_type, type),
		       sizeof(mine->fd));
		mine->fd.destroy_object = mock_fd_free;
	}
	/* Whoever frees an object at this moment finds all of it. */
	smp_store_release(&object->type_attrs, &mine->idr.type);
}

/**
 * mock_watch() - watch the types of a device, if the test wants it so
 * @context: of the device
 *
 * Context: May sleep.  While the context is made: the device is there.
 */
void mock_watch(struct ib_ucontext *context)
{
	const struct uverbs_api_object *object;
	size_t i;

	if (!mock_watching)
		return;
	mutex_lock(&mock_watch_lock);
	for (i = 0; i < ARRAY_SIZE(mock_types); i++) {
		object = uapi_get_object(context->ufile->device->uapi,
					 mock_types[i].id);
		if (!IS_ERR(object))
			mock_watch_type((struct uverbs_api_object *)object,
					&mock_types[i]);
	}
	mutex_unlock(&mock_watch_lock);
}
