// SPDX-License-Identifier: GPL-2.0
// Client data, or the structure around them, used after the reference to them
// was given back.
//
// A path that sets the pointer anew is clean.  A function that takes a second
// reference may put and go on: it is left out.  @KIND@ stands for the functions of
// that kind in lint/references.
virtual report

@twice@
identifier fn;
identifier g =~ "^(ib_client_data_get|@gets@)$";
position s;
@@
fn@s(...) { <+... g(...) ...+> }

@data exists@
identifier fn;
local idexpression struct ib_client_data *d;
expression e, e1;
identifier f !~ "^(PTR_ERR.*|dev_[a-z_]+|pr_[a-z_]+)$";
identifier c =~ "^(container_of|@same@)$";
identifier m;
type T;
position s != twice.s;
position p, q;
@@
fn@s(...)
{
... when any
ib_put_client_data@p(d)
... when != d = e
    when != &d
(
return@q d;
|
d->m@q
|
f@q(..., \(d\|(T)d\|&d->m\), ...)
|
c@q(d, ...)
|
e1 = d@q
)
... when any
}

@script:python depends on report@
p << data.p;
q << data.q;
@@
print(f"{q[0].file}:{q[0].line}: use-after-put: {q[0].current_element}(): the reference was given back in line {p[0].line}")

@around exists@
identifier fn;
local idexpression x;
expression e, e1;
identifier f !~ "^(PTR_ERR.*|dev_[a-z_]+|pr_[a-z_]+)$";
iterator i;
identifier m, n;
type T;
position s != twice.s;
position p, q;
@@
fn@s(...)
{
... when any
ib_put_client_data@p(&x->m)
... when != x = e
    when != &x
    when != i(x, ...) { ... }
    when != i(..., x, ...) { ... }
(
return@q x;
|
x->n@q
|
f@q(..., \(x\|(T)x\|&x->n\), ...)
|
e1 = x@q
)
... when any
}

@script:python depends on report@
p << around.p;
q << around.q;
@@
print(f"{q[0].file}:{q[0].line}: use-after-put: {q[0].current_element}(): the reference was given back in line {p[0].line}")

// The structure is used, the data were put.
@beside exists@
identifier fn;
local idexpression struct ib_client_data *d;
local idexpression x;
expression e, e1;
identifier f !~ "^(PTR_ERR.*|dev_[a-z_]+|pr_[a-z_]+)$";
identifier c =~ "^(@same@)$";
identifier m, n;
type S, T;
position s != twice.s;
position p, q;
@@
fn@s(...)
{
... when any
(
x = container_of(d, S, m)
|
x = c(d)
)
... when != x = e
    when != d = e
    when any
ib_put_client_data@p(d)
... when != x = e
    when != &x
(
return@q x;
|
x->n@q
|
f@q(..., \(x\|(T)x\|&x->n\), ...)
|
e1 = x@q
)
... when any
}

@script:python depends on report@
p << beside.p;
q << beside.q;
@@
print(f"{q[0].file}:{q[0].line}: use-after-put: {q[0].current_element}(): the reference was given back in line {p[0].line}")

// The same with functions of lint/references.
@put exists@
identifier fn;
local idexpression x;
expression e, e1;
identifier g =~ "^(@puts@)$";
identifier f !~ "^(PTR_ERR.*|dev_[a-z_]+|pr_[a-z_]+)$";
iterator i;
identifier n;
type T;
position s != twice.s;
position p, q;
@@
fn@s(...)
{
... when any
g@p(x)
... when != x = e
    when != &x
    when != i(x, ...) { ... }
    when != i(..., x, ...) { ... }
(
return@q x;
|
x->n@q
|
f@q(..., \(x\|(T)x\|&x->n\), ...)
|
e1 = x@q
)
... when any
}

@script:python depends on report@
p << put.p;
q << put.q;
@@
print(f"{q[0].file}:{q[0].line}: use-after-put: {q[0].current_element}(): the reference was given back in line {p[0].line}")

@dropped exists@
identifier fn;
local idexpression x;
expression e;
identifier g =~ "^(@drops@)$";
identifier f =~ "^(@drops@|@puts@)$";
identifier n =~ "^([a-z]*dev|device|ulp)$";
identifier m;
position s != twice.s;
position p, q;
@@
fn@s(...)
{
... when any
g@p(x)
... when != x = e
    when != x->n = e
    when != &x
(
x->n->m@q
|
f@q(x)
)
... when any
}

@script:python depends on report@
p << dropped.p;
q << dropped.q;
@@
print(f"{q[0].file}:{q[0].line}: use-after-put: {q[0].current_element}(): the reference was given back in line {p[0].line}")
