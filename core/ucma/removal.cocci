// SPDX-License-Identifier: GPL-2.0
//
// A device that goes waits until every id on it is closed.

// Without memory for an event the program does not hear of the removal, but the
// id is closed nevertheless.
// matches: 1
@close_without_event@
position p;
identifier uevent, ctx, event;
@@
  ucma_event_handler(...)
  {
  <...
  uevent = ucma_create_uevent@p(ctx, event);
- if (!uevent)
-	return 0;
-
- mutex_lock(&ctx->file->mut);
- list_add_tail(&uevent->list, &ctx->file->event_list);
- mutex_unlock(&ctx->file->mut);
- wake_up_interruptible(&ctx->file->poll_wait);
+ if (uevent) {
+	mutex_lock(&ctx->file->mut);
+	list_add_tail(&uevent->list, &ctx->file->event_list);
+	mutex_unlock(&ctx->file->mut);
+	wake_up_interruptible(&ctx->file->poll_wait);
+ }
  ...>
  }
