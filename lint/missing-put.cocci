// SPDX-License-Identifier: GPL-2.0
// A reference to client data that some path neither gives back nor hands on.
//
// Handed on: returned, stored, or passed to a function as it is, be it the data
// or the structure that embeds them.  What only looks at the pointer does not
// count.  Paths on which the call is known to have failed have no reference.
// An assignment inside a condition is not looked at.
virtual report

@condition@
expression d;
identifier g =~ "^ib_((get|alloc_or_get)_client_data|client_data_get)$";
statement S1, S2;
position p;
@@
(
while (<+... d = g@p(...) ...+>) S1
|
if (<+... d = g@p(...) ...+>) S1 else S2
)

@plain exists@
local idexpression struct ib_client_data *d, other;
expression e, e1, e2, e3;
identifier f !~ "^(IS_ERR.*|PTR_ERR|ERR_CAST|container_of|dev_[a-z_]+|pr_[a-z_]+)$";
type T;
position p != condition.p;
position q;
@@
(
d = ib_get_client_data@p(...)
|
d = ib_alloc_or_get_client_data@p(...)
|
d = ib_client_data_get@p(...)
)
... when != true !d
    when != false d
    when != true IS_ERR(d)
    when != false !IS_ERR(d)
    when != true IS_ERR_OR_NULL(d)
    when != false !IS_ERR_OR_NULL(d)
    when != true d == ERR_PTR(...)
    when != (d == ERR_PTR(...));
    when != \(d == other \| other == d\)
    when != f(..., d, ...)
    when != f(..., (T)d, ...)
    when != e = d
    when != e = (T)d
    when != e = PTR_ERR_OR_ZERO(d)
    when != e = container_of(d, ...)
    when != f(..., container_of(d, ...), ...)
    when != \( e1 ? d : e2 \| e1 ? e2 : d \)
(
return <+... d ...+>;
|
return@q ...;
|
d =@q e3
)

@script:python depends on report@
p << plain.p;
q << plain.q;
@@
print(f"{p[0].file}:{p[0].line}: missing-put: {p[0].current_element}(): the reference is lost on the way to line {q[0].line}")

// The same once the structure around the data is known.  A result that is
// tested for zero decides between paths that this cannot tell apart: those on
// which it is are left out.
@around exists@
local idexpression struct ib_client_data *d;
local idexpression x;
local idexpression int r;
expression e, e1, e2, e3;
identifier f !~ "^(IS_ERR.*|PTR_ERR|ERR_CAST|container_of|dev_[a-z_]+|pr_[a-z_]+)$";
identifier g =~ "^(ib_(put_client_data|client_data_get)|(list|hlist)_add.*|xchg)$";
identifier m, n;
type S, T;
position p != condition.p;
position q;
@@
(
d = ib_get_client_data@p(...)
|
d = ib_alloc_or_get_client_data@p(...)
|
d = ib_client_data_get@p(...)
)
... when != true !d
    when != false d
    when != true IS_ERR(d)
    when != false !IS_ERR(d)
    when != f(..., d, ...)
    when != d = e
    when != return ...;
x = container_of(d, S, m)
... when != true !d
    when != false d
    when != true IS_ERR(d)
    when != false !IS_ERR(d)
    when != true !r
    when != f(..., \(d\|x\), ...)
    when != f(..., (T)\(d\|x\), ...)
    when != g(&x->n, ...)
    when != g(..., &x->n)
    when != e = \(d\|x\|&x->m\)
    when != e = (T)\(d\|x\)
    when != \( e1 ? \(d\|x\) : e2 \| e1 ? e2 : \(d\|x\) \)
(
return <+... d ...+>;
|
return <+... x ...+>;
|
return@q ...;
|
x =@q e3
)

@script:python depends on report@
p << around.p;
q << around.q;
@@
print(f"{p[0].file}:{p[0].line}: missing-put: {p[0].current_element}(): the reference is lost on the way to line {q[0].line}")
