// SPDX-License-Identifier: GPL-2.0
// Client data used although the call that should have got them may have failed,
// or tested for the wrong kind of failure: ib_get_client_data() fails with NULL,
// ib_alloc_or_get_client_data() with an ERR_PTR.  @KIND@ stands for the functions of
// that kind in lint/references.
virtual report

// An assignment in a condition is its own test.
@tested@
expression d;
identifier g =~ "^(ib_(get|alloc_or_get)_client_data|@returns@)$";
statement S1, S2;
position p;
@@
(
while (<+... d = g@p(...) ...+>) S1
|
if (<+... d = g@p(...) ...+>) S1 else S2
)

@used exists@
local idexpression struct ib_client_data *d;
identifier f =~ "^ib_(put_client_data|client_data_get)$";
identifier g =~ "^ib_(get|alloc_or_get)_client_data$";
expression e;
identifier m;
position p != tested.p;
position q;
@@
d = g@p(...)
... when != d
(
\( d && <+... d ...+> \| !d || <+... d ...+> \| IS_ERR(d) || <+... d ...+>
\| !IS_ERR(d) && <+... d ...+> \| d ? <+... d ...+> : e
\| IS_ERR(d) ? e : <+... d ...+> \)
|
d->m@q
|
f@q(d)
)

@script:python depends on report@
q << used.q;
g << used.g;
@@
print(f"{q[0].file}:{q[0].line}: unchecked: {q[0].current_element}(): {g}() may have failed")

// Only what is around the data is used.
@around exists@
local idexpression struct ib_client_data *d;
local idexpression x;
identifier g =~ "^ib_(get|alloc_or_get)_client_data$";
type S;
identifier m, n;
position p != tested.p;
position q;
@@
d = g@p(...)
... when != d
x = container_of(d, S, m)
... when != d
    when != x
\( x->n@q \| &x->n@q \)

@script:python depends on report@
q << around.q;
g << around.g;
@@
print(f"{q[0].file}:{q[0].line}: unchecked: {q[0].current_element}(): {g}() may have failed")

// The same of what a function of lint/references returned.
@returned exists@
local idexpression x;
identifier g =~ "^(@returns@)$";
identifier f =~ "^(ib_put_client_data|ib_client_data_get|@puts@|@gets@|@keeps@)$";
expression e;
identifier n;
position p != tested.p;
position q;
@@
x = g@p(...)
... when != x
(
\( x && <+... x ...+> \| !x || <+... x ...+> \| x ? <+... x ...+> : e \)
|
x->n@q
|
f@q(..., \(x\|&x->n\), ...)
)

@script:python depends on report@
q << returned.q;
g << returned.g;
@@
print(f"{q[0].file}:{q[0].line}: unchecked: {q[0].current_element}(): {g}() may have failed")

@nested@
identifier f =~ "^ib_(put_client_data|client_data_get)$";
identifier g =~ "^ib_(get|alloc_or_get)_client_data$";
type S;
identifier m, n;
position q;
@@
(
f@q(g(...))
|
g@q(...)->m
|
container_of@q(g(...), S, m)->n
)

@script:python depends on report@
q << nested.q;
g << nested.g;
@@
print(f"{q[0].file}:{q[0].line}: unchecked: {q[0].current_element}(): {g}() may have failed")

@wrong_null exists@
local idexpression struct ib_client_data *d;
expression e;
position q;
@@
d = ib_alloc_or_get_client_data(...)
... when != d = e
    when != IS_ERR(d)
    when != IS_ERR_OR_NULL(d)
    when != PTR_ERR_OR_ZERO(d)
(
if (!d@q) { ... }
|
if (d@q) { ... }
|
if (!d@q || ...) { ... }
|
if (d@q && ...) { ... }
)

@script:python depends on report@
q << wrong_null.q;
@@
print(f"{q[0].file}:{q[0].line}: unchecked: {q[0].current_element}(): ib_alloc_or_get_client_data() fails with an ERR_PTR, not NULL")

@wrong_error exists@
local idexpression struct ib_client_data *d;
expression e;
identifier t =~ "^(IS_ERR|PTR_ERR|PTR_ERR_OR_ZERO)$";
position q;
@@
d = ib_get_client_data(...)
... when != d = e
    when != IS_ERR_OR_NULL(d)
t@q(d)

@script:python depends on report@
q << wrong_error.q;
@@
print(f"{q[0].file}:{q[0].line}: unchecked: {q[0].current_element}(): ib_get_client_data() fails with NULL, not an ERR_PTR")
