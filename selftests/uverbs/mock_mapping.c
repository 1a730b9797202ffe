// SPDX-License-Identifier: GPL-2.0
/*
 * What the mock device has to be mapped: one page, at once, by ib_core's help or
 * without it, or page by page by operations of the driver's.  The device can take
 * the first of these back while it is being mapped, as one does that is about to be
 * reset.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/workqueue.h>
#include <rdma/uverbs_ioctl.h>
#include <ib_client_data_compat.h>
#include "mock.h"
#include "mock_abi.h"

/* More than anybody needs who does not wait for our mmap(). */
#define MOCK_TAKE_BACK_MS	500

/* The device's memory: there from the first mmap() on.  Under mock_page_lock. */
static struct page *mock_page;
/* protects mock_page */
static DEFINE_MUTEX(mock_page_lock);

/* The next mmap() meets a reset.  Written before and cleared by that mmap(). */
static bool mock_meets_reset;
/* The reset has taken back everything. */
static DECLARE_COMPLETION(mock_taken_back);
/* Of which device.  Written before the work is queued. */
static struct ib_device *mock_resetting;

static void mock_take_back(struct work_struct *work)
{
	compat_user_mmap_disassociate(mock_resetting);
	complete_all(&mock_taken_back);
}

static DECLARE_WORK(mock_reset_work, mock_take_back);

static int mock_reset_set(const char *value, const struct kernel_param *kp)
{
	return compat_mmap_disassociate ? param_set_bool(value, kp) :
					  -EOPNOTSUPP;
}

static const struct kernel_param_ops mock_reset_ops = {
	.set = mock_reset_set,
};
module_param_cb(reset, &mock_reset_ops, &mock_meets_reset, 0200);
MODULE_PARM_DESC(reset, "1: the device is reset during the next mmap()");

/* A driver's close() may take its time. */
static unsigned int mock_close_ms;
module_param_named(close_ms, mock_close_ms, uint, 0644);
MODULE_PARM_DESC(close_ms, "how long it takes to close an area, in ms");

static struct page *mock_page_get(void)
{
	mutex_lock(&mock_page_lock);
	if (!mock_page) {
		mock_page = alloc_page(GFP_KERNEL);
		if (mock_page)
			memset(page_address(mock_page), MOCK_PAGE_BYTE,
			       PAGE_SIZE);
	}
	mutex_unlock(&mock_page_lock);
	return mock_page;
}

static void mock_area_open(struct vm_area_struct *vma)
{
	mock_note("area ");
}

static void mock_area_close(struct vm_area_struct *vma)
{
	if (mock_close_ms)
		msleep(mock_close_ms);
	mock_gone("mapping");
}

/* The page is there since mmap(). */
static vm_fault_t mock_area_fault(struct vm_fault *vmf)
{
	get_page(mock_page);
	vmf->page = mock_page;
	return 0;
}

static const struct vm_operations_struct mock_area_ops = {
	.open = mock_area_open,
	.close = mock_area_close,
	.fault = mock_area_fault,
};

/**
 * mock_mmap() - map the device's page
 * @context: of whom
 * @vma: where
 *
 * Context: Process context, mmap_lock held for writing.
 * Return: 0 or a negative error.
 */
int mock_mmap(struct ib_ucontext *context, struct vm_area_struct *vma)
{
	struct page *page;
	int ret;

	if (vma->vm_pgoff < MOCK_PAGE_OFFSET || vma->vm_pgoff > MOCK_RAW_OFFSET)
		return -EINVAL;
	page = mock_page_get();
	if (!page)
		return -ENOMEM;
	if (vma->vm_pgoff == MOCK_AREA_OFFSET) {
		vma->vm_ops = &mock_area_ops;
		return 0;
	}
	if (vma->vm_pgoff == MOCK_RAW_OFFSET)
		return remap_pfn_range(vma, vma->vm_start, page_to_pfn(page),
				       PAGE_SIZE, vma->vm_page_prot);
	ret = rdma_user_mmap_io(context, vma, page_to_pfn(page), PAGE_SIZE,
				vma->vm_page_prot, NULL);
	if (ret || !mock_meets_reset)
		return ret;

	mock_meets_reset = false;
	mock_resetting = context->device;
	reinit_completion(&mock_taken_back);
	schedule_work(&mock_reset_work);
	wait_for_completion_timeout(&mock_taken_back,
				    msecs_to_jiffies(MOCK_TAKE_BACK_MS));
	return 0;
}

/**
 * mock_mapping_idle() - no reset runs any more
 *
 * Context: May sleep.  Before the device goes.
 */
void mock_mapping_idle(void)
{
	mock_meets_reset = false;
	flush_work(&mock_reset_work);
}

/**
 * mock_mapping_end() - free the page
 *
 * Context: The module's exit: nobody has it mapped, as there is no device.
 */
void mock_mapping_end(void)
{
	if (mock_page)
		__free_page(mock_page);
}
