/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the supported kernels (6.1 to 6.12) differ: the only place that may
 * look at the kernel's version.
 */
#ifndef IB_CLIENT_DATA_COMPAT_H
#define IB_CLIENT_DATA_COMPAT_H

#include <linux/version.h>

/* Since 6.3 who changes the flags of an area has to say so. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define compat_vm_flags_set(vma, flags)	((void)((vma)->vm_flags |= (flags)))
#define compat_vm_flags_clear(vma, flags) ((void)((vma)->vm_flags &= ~(flags)))
#else
#define compat_vm_flags_set(vma, flags)	vm_flags_set(vma, flags)
#define compat_vm_flags_clear(vma, flags) vm_flags_clear(vma, flags)
#endif

/* Since 6.10 __assign_str() finds its source in the __string() declaration. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
#define compat_assign_str(dst, src)	__assign_str(dst, src)
#else
#define compat_assign_str(dst, src)	__assign_str(dst)
#endif

/* What create_cq() gets last: since 6.11 the whole attribute bundle. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
#define compat_create_cq_arg	ib_udata
#else
#define compat_create_cq_arg	uverbs_attr_bundle
#endif

/* The same for reg_user_mr_dmabuf(). */
#define compat_dmabuf_mr_arg	compat_create_cq_arg

/* Since 6.12 a driver may take back what it has mapped whenever it likes. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#define compat_mmap_disassociate	0
#define compat_user_mmap_disassociate(device)	((void)(device))
#else
#define compat_mmap_disassociate	1
#define compat_user_mmap_disassociate(device) \
	rdma_user_mmap_disassociate(device)
#endif

#endif /* IB_CLIENT_DATA_COMPAT_H */
