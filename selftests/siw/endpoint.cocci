// SPDX-License-Identifier: GPL-2.0
//
// An endpoint of siw's leads to its device, from whose list the last reference takes
// it out. Work that the connection manager has queued may have that reference, and
// come after the device was freed: KASAN has seen a use after free, once, in
// uverbs/026. Debian builds no siw, and it is not what the tests are about: an endpoint
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
identifier cep, sdev;
@@
  __siw_cep_dealloc(...)
  {
  ...
  struct siw_device *sdev = cep->sdev;
  ...
  kfree@p(cep);
+ put_device(&sdev->base_dev.dev);
  }
