// SPDX-License-Identifier: GPL-2.0
// A reference to client data that some path neither gives back nor hands on.
//
// Handed on: returned, stored, listed, or passed to a function that lint/references
// names, be it the data or the structure that embeds them.  Paths on which the
// call is known to have failed have no reference.  An assignment inside a
// condition is not looked at.  @KIND@ stands for the functions of that kind in
// lint/references.
virtual report

@condition@
expression d;
identifier g =~ "^(ib_((get|alloc_or_get)_client_data|client_data_get)|@returns@)$";
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
identifier f =~ "^(ib_put_client_data|@puts@|@drops@|@ends@|@keeps@)$";
identifier c =~ "^(container_of|@same@)$";
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
    when != e = c(d, ...)
    when != f(..., c(d, ...), ...)
    when != \( e1 ? d : e2 \| e1 ? e2 : d \)
(
return \( d \| (T)d \| c(d, ...) \| f(..., d, ...) \| f(..., c(d, ...), ...)
	\| e1 ? d : e2 \| e1 ? e2 : d
	\| e1 ? c(d, ...) : e2 \| e1 ? e2 : c(d, ...) \| PTR_ERR(d) \);
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
identifier f =~ "^(ib_put_client_data|@puts@|@drops@|@ends@|@keeps@)$";
identifier c =~ "^(container_of|@same@)$";
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
(
x = container_of(d, S, m)
|
x = c(d)
)
... when != true !d
    when != false d
    when != true IS_ERR(d)
    when != false !IS_ERR(d)
    when != true !r
    when != f(..., \(d\|x\|&x->m\), ...)
    when != f(..., (T)\(d\|x\), ...)
    when != g(&x->n, ...)
    when != g(..., &x->n)
    when != e = \(d\|x\|&x->m\)
    when != e = (T)\(d\|x\)
    when != \( e1 ? \(d\|x\) : e2 \| e1 ? e2 : \(d\|x\) \)
(
return \( \(d\|x\|&x->m\) \| (T)\(d\|x\) \| f(..., \(d\|x\|&x->m\), ...)
	\| e1 ? \(d\|x\) : e2 \| e1 ? e2 : \(d\|x\) \);
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

// The same of what a function of lint/references returned.
@returned exists@
local idexpression x;
expression e, e1, e2;
identifier g =~ "^(@returns@)$";
identifier f =~ "^(ib_put_client_data|@puts@|@drops@|@ends@|@keeps@)$";
identifier l =~ "^((list|hlist)_add.*|xchg)$";
identifier m;
type T;
position p != condition.p;
position q;
@@
x = g@p(...)
... when != true !x
    when != false x
    when != f(..., \(x\|(T)x\|&x->m\), ...)
    when != l(&x->m, ...)
    when != l(..., &x->m)
    when != e = \(x\|(T)x\|&x->m\)
    when != \( e1 ? x : e2 \| e1 ? e2 : x \)
(
return \( x \| (T)x \| &x->m \| f(..., \(x\|&x->m\), ...) \| e1 ? x : e2
	\| e1 ? e2 : x \);
|
return 0;
|
return@q ...;
|
x =@q e
)

@script:python depends on report@
p << returned.p;
q << returned.q;
@@
print(f"{p[0].file}:{p[0].line}: missing-put: {p[0].current_element}(): the reference is lost on the way to line {q[0].line}")

// An object took a reference, then something failed.  Success leaves it to the
// object.
@taken exists@
local idexpression int r;
idexpression x;
expression e;
identifier l;
identifier g =~ "^(@takes@)$";
identifier f =~ "^(@puts@|@drops@|@ends@|@keeps@)$";
position p, q;
@@
r = g@p(x, ...);
if (r) { ... \(return ...;\|goto l;\) }
... when != f(x, ...)
(
return 0;
|
return@q e;
)

@script:python depends on report@
p << taken.p;
q << taken.q;
@@
print(f"{p[0].file}:{p[0].line}: missing-put: {p[0].current_element}(): the reference is lost on the way to line {q[0].line}")

// What sets the variable anew comes after a success.
@taken_then exists@
local idexpression int r;
idexpression x;
expression e, e1, e2;
identifier g =~ "^(@takes@)$";
identifier f =~ "^(@puts@|@drops@|@ends@|@keeps@)$";
position p, q;
@@
r = g@p(x, ...);
... when != f(x, ...)
    when != r = e
r = e1;
... when != f(x, ...)
(
return 0;
|
return@q e2;
)

@script:python depends on report@
p << taken_then.p;
q << taken_then.q;
@@
print(f"{p[0].file}:{p[0].line}: missing-put: {p[0].current_element}(): the reference is lost on the way to line {q[0].line}")

@taken_in_condition exists@
idexpression x;
expression e;
identifier l;
identifier g =~ "^(@takes@)$";
identifier f =~ "^(@puts@|@drops@|@ends@|@keeps@)$";
position p, q;
@@
if (g@p(x, ...)) { ... \(return ...;\|goto l;\) }
... when != f(x, ...)
(
return 0;
|
return@q e;
)

@script:python depends on report@
p << taken_in_condition.p;
q << taken_in_condition.q;
@@
print(f"{p[0].file}:{p[0].line}: missing-put: {p[0].current_element}(): the reference is lost on the way to line {q[0].line}")

// One more reference, of an object or to the data in a structure.  Paths on which
// there is no such object are left out, and those on which nothing failed if
// somebody asks: what was made holds it then.
@held exists@
identifier fn !~ "^(@gets@|@keeps@)$";
idexpression x;
local idexpression int r;
identifier g =~ "^(@gets@)$";
identifier f =~ "^(ib_put_client_data|@puts@|@drops@|@ends@|@keeps@)$";
identifier m;
position p, q;
@@
fn(...)
{
... when any
(
g@p(x, ...);
|
ib_client_data_get@p(&x->m);
)
... when != f(..., \(x\|&x->m\), ...)
    when != true !x
    when != false r < 0
return@q ...;
... when any
}

@script:python depends on report@
p << held.p;
q << held.q;
@@
print(f"{p[0].file}:{p[0].line}: missing-put: {p[0].current_element}(): the reference is lost on the way to line {q[0].line}")

@held_inside exists@
identifier fn !~ "^(@gets@|@keeps@)$";
idexpression x;
local idexpression int r;
identifier f =~ "^(ib_put_client_data|@puts@|@drops@|@ends@|@keeps@)$";
identifier m, n;
position p, q;
@@
fn(...)
{
... when any
ib_client_data_get@p(&x->n->m);
... when != f(..., \(x\|x->n\|&x->n->m\), ...)
    when != true !x
    when != false r < 0
return@q ...;
... when any
}

@script:python depends on report@
p << held_inside.p;
q << held_inside.q;
@@
print(f"{p[0].file}:{p[0].line}: missing-put: {p[0].current_element}(): the reference is lost on the way to line {q[0].line}")

// What gives references back for others does so.
@putter@
identifier fn =~ "^(@puts@|@drops@)$";
position p;
@@
fn@p(...) { ... }

@empty exists@
identifier fn;
identifier f =~ "^(ib_put_client_data|@puts@|@drops@|@ends@|@keeps@)$";
position putter.p;
position q;
@@
fn@p(...)
{
... when != f(...)
return@q ...;
... when any
}

@script:python depends on report@
p << putter.p;
q << empty.q;
@@
print(f"{p[0].file}:{p[0].line}: missing-put: {p[0].current_element}(): nothing is put on the way to line {q[0].line}")

@some@
identifier fn =~ "^(@ends@)$";
identifier f =~ "^(ib_put_client_data|@puts@|@drops@|@ends@|@keeps@)$";
position p;
@@
fn@p(...) { <+... f(...) ...+> }

@none@
identifier fn =~ "^(@ends@)$";
position p != some.p;
@@
fn@p(...) { ... }

@script:python depends on report@
p << none.p;
@@
print(f"{p[0].file}:{p[0].line}: missing-put: {p[0].current_element}(): nothing is put at all")
