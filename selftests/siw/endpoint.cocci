// SPDX-License-Identifier: GPL-2.0
//
// An endpoint of siw's leads to its device, from whose list the last reference takes
// it out. Work that the connection manager has queued may have that reference, and
// come after the device was freed: KASAN sees a use after free, once in some dozens of
// removals. Debian builds no siw, and it is not what the tests are about: an endpoint
// keeps the memory of its device.

// matches: 1
@endpoint_has_device@
position p;
identifier cep, sdev;
@@
  siw_cep_alloc(...)
  {
  ...
  cep->sdev = sdev@p;
+ get_device(&sdev->base_dev.dev);
  ...
  }

// matches: 1
@endpoint_puts_device@
position p;
identifier cep, sdev, flags;
@@
  __siw_cep_dealloc(...)
  {
  ...
  list_del(&cep->devq)@p;
  spin_unlock_irqrestore(&sdev->lock, flags);
+ put_device(&sdev->base_dev.dev);
  ...
  }
