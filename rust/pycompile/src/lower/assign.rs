//! Assignment: names, items, unpacking, and augmented assignment.

use ruff_python_ast::{self as ast, Expr as Ast, Operator};

use super::code::*;
use super::function::start;
use super::types::Type;
use super::value::{More, Val};
use super::{Lower, R};
use crate::ir::Ty;

impl<'a> Lower<'a> {
    pub(crate) fn assign(&mut self, e: &'a ast::StmtAssign) -> R<()> {
        if let [Ast::Name(target)] = &e.targets[..]
            && let Some(v) = self.kept(&e.value)?
        {
            return self.write_name(start(target), v);
        }
        let v = self.expr(&e.value)?;
        if let [target] = &e.targets[..] {
            return self.assign_to(target, v);
        }
        let v = self.hold(v);
        e.targets.iter().try_for_each(|target| self.assign_to(target, v.clone()))
    }

    pub(crate) fn assign_to(&mut self, target: &'a Ast, v: Val) -> R<()> {
        match target {
            Ast::Name(name) => {
                let v = self.made(v);
                self.write_name(start(name), v)
            }
            Ast::Subscript(e) => self.set_subscript(e, v),
            Ast::Tuple(tuple) => self.unpack(&tuple.elts, v),
            Ast::List(list) => self.unpack(&list.elts, v),
            Ast::Starred(_) => self.decline("a starred target here"),
            _ => {
                self.offset = start(target);
                self.decline("an assignment to an attribute")
            }
        }
    }

    fn unpack(&mut self, targets: &'a [Ast], v: Val) -> R<()> {
        if v.ty == Type::Never {
            return targets.iter().try_for_each(|t| match t {
                Ast::Starred(s) => self.assign_to(&s.value, Val::never()),
                t => self.assign_to(t, Val::never()),
            });
        }
        let star = targets.iter().position(Ast::is_starred_expr);
        let items = match &v.more {
            More::Parts(parts) => {
                let held = parts.iter().map(|part| self.hold(part.clone())).collect();
                Some(held)
            }
            _ => self.items_of(&v, targets.len(), star.is_some())?,
        };
        if let (Some(items), None) = (&items, star) {
            if items.len() != targets.len() {
                self.fail("ValueError");
                return self.unpack(targets, Val::never());
            }
            return targets.iter().zip(items.clone()).try_for_each(|(target, item)| self.assign_to(target, item));
        }
        let Some(star) = star else {
            return self.decline("unpacking of this");
        };
        // With a star: a list of all items, of which the middle is sliced out.
        let (list, ty) = self.list_of(v)?;
        let list = Val::new(ty.clone(), get(self.temp(list, Ty::I64)));
        let len = get(self.temp(load32_wide(wrap(list.e.clone()), 4), Ty::I64));
        let after = targets.len() - star - 1;
        let enough = ge_u(len.clone(), i64((star + after) as i64));
        let error = self.exception("ValueError");
        self.require(enough, error);
        for (at, target) in targets.iter().enumerate() {
            let item = match at.cmp(&star) {
                std::cmp::Ordering::Less => self.item_at(&list, i64(at as i64))?,
                std::cmp::Ordering::Greater => {
                    let back = i64((targets.len() - at) as i64);
                    self.item_at(&list, sub(len.clone(), back))?
                }
                std::cmp::Ordering::Equal => {
                    let bound = |e| or(shl(e, i64(1)), i64(1));
                    let (from, to) = (bound(i64(star as i64)), bound(sub(len.clone(), i64(after as i64))));
                    let e = self.raw_temp("list_slice", vec![list.e.clone(), from, to, i64(0)], true, Ty::I64);
                    Val::new(ty.clone(), e)
                }
            };
            let target = if let Ast::Starred(s) = target { &s.value } else { target };
            self.assign_to(target, item)?;
        }
        Ok(())
    }

    /// The items of something that must have `count` of them; None where a list has to be made first.
    fn items_of(&mut self, v: &Val, count: usize, star: bool) -> R<Option<Vec<Val>>> {
        let error = self.exception("ValueError");
        if star {
            return Ok(None);
        }
        Ok(Some(match &v.ty {
            Type::Tuple(types) => {
                let v = self.simple(v.clone());
                let words = types.iter().enumerate().map(|(at, ty)| {
                    let word = self.temp(load64(wrap(v.e.clone()), 8 + 8 * at as u64), Ty::I64);
                    self.unboxed(get(word), ty)
                });
                words.collect()
            }
            Type::List(_) => {
                let v = self.simple(v.clone());
                let len = load32(wrap(v.e.clone()), 4);
                self.require(eq32(len, i32(count as i32)), error);
                (0..count).map(|at| self.item_at(&v, i64(at as i64))).collect::<R<_>>()?
            }
            Type::Str | Type::Char => {
                let s = self.packed(v.clone());
                let s = get(self.temp(s, Ty::I64));
                self.require(eq(packed_len(s.clone()), i64(count as i64)), error);
                (0..count)
                    .map(|at| {
                        let c = self.temp(load8(packed_data(s.clone()), at as u64), Ty::I32);
                        Val::new(Type::Char, get(c))
                    })
                    .collect()
            }
            _ => {
                let (list, ty) = self.list_of(v.clone())?;
                let list = Val::new(ty, get(self.temp(list, Ty::I64)));
                return self.items_of(&list, count, false);
            }
        }))
    }

    /// A new list of an iterable's items, as a value, and its type.
    fn list_of(&mut self, v: Val) -> R<(crate::ir::Expr, Type)> {
        if let Type::List(_) = v.ty {
            return Ok((v.e, v.ty));
        }
        let item = match &v.ty {
            Type::Str | Type::Char => Type::Char,
            _ => Type::Any,
        };
        let word = self.escaped(v)?;
        let list = self.runtime_call("", "list", vec![word])?;
        let site = self.boxed_site(self.offset, 7, &item)?;
        Ok((list.e, Type::List(site)))
    }

    pub(crate) fn augmented(&mut self, e: &'a ast::StmtAugAssign) -> R<()> {
        match &*e.target {
            Ast::Name(name) => {
                let old = self.read_name(name)?;
                let v = self.expr(&e.value)?;
                self.offset = start(e);
                let new = self.in_place(e.op, old, v)?;
                self.write_name(start(name), new)
            }
            Ast::Subscript(target) => {
                let object = self.expr(&target.value)?;
                let object = self.hold(object);
                if target.slice.is_slice_expr() {
                    return self.decline("augmented assignment to a slice");
                }
                let key = self.expr(&target.slice)?;
                let key = self.hold(key);
                let old = self.get_item(object.clone(), key.clone())?;
                let old = self.hold(old);
                let v = self.expr(&e.value)?;
                self.offset = start(e);
                let new = self.in_place(e.op, old, v)?;
                self.set_item(object, key, new)
            }
            _ => self.decline("augmented assignment to an attribute"),
        }
    }

    /// a op= b: lists, sets and dicts change in place.
    fn in_place(&mut self, op: Operator, a: Val, b: Val) -> R<Val> {
        if let (Operator::Add, Type::List(site)) = (op, &a.ty) {
            let site = *site;
            let a = self.hold(a);
            self.extend_list(site, &a, b)?;
            return Ok(a);
        }
        let name = match op {
            Operator::Add => "inplace_add",
            Operator::Mult => "inplace_multiply",
            Operator::Sub => "inplace_subtract",
            Operator::BitAnd => "inplace_and",
            Operator::BitOr => "inplace_or",
            Operator::BitXor => "inplace_xor",
            _ => return self.binary(op, a, b),
        };
        let changes = match &a.ty {
            Type::List(_) | Type::Dict(_) | Type::Any => true,
            Type::Object(class) => matches!(*class, "set" | "Counter" | "defaultdict" | "deque" | "dict" | "list"),
            _ => false,
        };
        if !changes {
            return self.binary(op, a, b);
        }
        let ty = a.ty.clone();
        let (x, y) = (self.escaped(a)?, self.escaped(b)?);
        let e = self.raw_temp(name, vec![x, y], true, Ty::I64);
        Ok(Val::new(if ty.is_int() { Type::Any } else { ty }, e))
    }
}
