/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ib_uverbs_mock.ko: for tests only.  An RDMA device that has every user object
 * there is and moves no data, so that each command of ib_uverbs can be made to
 * succeed, whichever ib_uverbs it is.
 */
#ifndef UVERBS_MOCK_H
#define UVERBS_MOCK_H

#include <rdma/ib_verbs.h>

struct ib_ucontext;
struct uapi_definition;
struct vm_area_struct;

/* mock_device.c */
__printf(1, 2) void mock_note(const char *format, ...);
int mock_gone(const char *type);

/* mock_verbs.c */
extern const struct ib_device_ops mock_verbs_ops;
extern const struct ib_device_ops mock_disassociate_ops;

/* mock_mapping.c */
int mock_mmap(struct ib_ucontext *context, struct vm_area_struct *vma);
void mock_mapping_idle(void);
void mock_mapping_end(void);

/* mock_kept.c */
int mock_cq_gone(struct ib_cq *cq);

/* mock_watch.c */
void mock_watch(struct ib_ucontext *context);

/* mock_methods.c */
extern const struct uapi_definition mock_methods[];
void mock_methods_end(void);

#endif /* UVERBS_MOCK_H */
