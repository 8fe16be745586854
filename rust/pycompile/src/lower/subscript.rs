//! Items and slices.

use ruff_python_ast::{self as ast, Expr as Ast};

use super::code::*;
use super::function::start;
use super::types::{Range, Type};
use super::value::{More, Val};
use super::{Lower, R};
use crate::ir::{Expr, Stmt, Ty};

impl<'a> Lower<'a> {
    pub(crate) fn subscript(&mut self, e: &'a ast::ExprSubscript) -> R<Val> {
        let object = self.expr(&e.value)?;
        let object = self.hold_unless_constant(object);
        if let Ast::Slice(slice) = &*e.slice {
            return self.slice(object, slice);
        }
        let key = self.expr(&e.slice)?;
        self.offset = start(e);
        self.get_item(object, key)
    }

    pub(crate) fn hold_unless_constant(&mut self, v: Val) -> Val {
        if v.text().is_some() { v } else { self.hold(v) }
    }

    pub(crate) fn get_item(&mut self, object: Val, key: Val) -> R<Val> {
        if object.ty == Type::Never || key.ty == Type::Never {
            return Ok(Val::never());
        }
        if let (More::Parts(parts), Some(at)) = (&object.more, key.constant()) {
            let at = if at < 0 { at + parts.len() as i64 } else { at };
            return match usize::try_from(at).ok().and_then(|at| parts.get(at)) {
                Some(part) => Ok(part.clone()),
                None => Ok(self.fail("IndexError")),
            };
        }
        let object = match object.ty {
            Type::MaybeChar | Type::MaybeStr => self.not_none(object, "TypeError"),
            _ => object,
        };
        if let More::Stepped { base, from, step, count } = &object.more
            && let Some((index, range)) = self.word_of(&key)
        {
            let (base, from, step, count) = (base.clone(), from.clone(), step.clone(), count.clone());
            let at = self.index(index, range, count)?;
            let address = add32(packed_data(base.e), wrap(add(from, mul(at, step))));
            let c = self.temp(load8(address, 0), Ty::I32);
            return Ok(Val::new(Type::Char, get(c)));
        }
        let object = self.made(object);
        match &object.ty {
            Type::Str | Type::Char => {
                let Some((index, range)) = self.index_word(&key) else {
                    return self.item_by_runtime(object, key, &Type::Char);
                };
                let s = self.packed(object);
                let s = self.simple(Val::new(Type::Str, s)).e;
                let at = self.index(index, range, packed_len(s.clone()))?;
                let c = self.temp(load8(add32(packed_data(s), wrap(at)), 0), Ty::I32);
                Ok(Val::new(Type::Char, get(c)))
            }
            Type::List(site) => {
                let site = *site;
                let Some((index, range)) = self.index_word(&key) else {
                    let item = self.item_of(site);
                    return self.item_by_runtime_of_list(object, key, &item);
                };
                let list = self.simple(object);
                let len = self.list_len(&list);
                let at = self.index(index, range, len)?;
                let item = self.item_at(&list, at)?;
                Ok(self.hold(item))
            }
            Type::Tuple(types) => {
                let types = types.clone();
                if let Some(at) = key.constant() {
                    let at = if at < 0 { at + types.len() as i64 } else { at };
                    let Some(ty) = usize::try_from(at).ok().and_then(|at| types.get(at)) else {
                        return Ok(self.fail("IndexError"));
                    };
                    let word = self.temp(load64(wrap(object.e), 8 + 8 * at as u64), Ty::I64);
                    let v = self.unboxed(get(word), ty);
                    return Ok(self.hold(v));
                }
                let all = types.iter().try_fold(Type::Never, |all, ty| self.join(&all, ty))?;
                let Some((index, range)) = self.word_of(&key) else {
                    return self.item_by_runtime(object, key, &all);
                };
                let tuple = self.simple(object).e;
                let at = self.index(index, range, i64(types.len() as i64))?;
                let address = add32(wrap(tuple), shl32(wrap(at), i32(3)));
                let word = self.temp(load64(address, 8), Ty::I64);
                let v = self.unboxed(get(word), &all);
                Ok(self.hold(v))
            }
            Type::Dict(site) => {
                let site = *site;
                self.dict_item(site, object, key)
            }
            Type::Object("match") => {
                let key = self.escaped(key)?;
                let e = self.raw_temp("re_match_getitem", vec![object.e, key], true, Ty::I64);
                Ok(Val::any(e))
            }
            _ => {
                let ty = match &object.ty {
                    Type::Object("range") if self.word_of(&key).is_some() => Type::Big,
                    Type::Object("Counter") => Type::Any,
                    _ => Type::Any,
                };
                self.item_by_runtime(object, key, &ty)
            }
        }
    }

    /// An index as a word: a large int is outside of any sequence.
    pub(crate) fn index_word(&mut self, key: &Val) -> Option<(Expr, Range)> {
        if key.ty != Type::Big {
            return self.word_of(key);
        }
        let n = self.simple(key.clone()).e;
        let error = self.exception("IndexError");
        self.require(wrap(and(n.clone(), i64(1))), error);
        Some((shr(n, i64(1)), super::types::WORD))
    }

    pub(crate) fn item_by_runtime(&mut self, object: Val, key: Val, ty: &Type) -> R<Val> {
        let (object, key) = (self.boxed(object), self.escaped(key)?);
        let e = self.raw_temp("get_item", vec![object, key], true, Ty::I64);
        let v = self.unboxed(e, ty);
        Ok(self.hold(v))
    }

    pub(crate) fn item_by_runtime_of_list(&mut self, object: Val, key: Val, item: &Type) -> R<Val> {
        let object = Val::any(self.boxed_for_reading(object)?);
        self.item_by_runtime(object, key, item)
    }

    /// A checked index, negative from the end, as i64 inside the length.
    pub(crate) fn index(&mut self, index: Expr, range: Range, len: Expr) -> R<Expr> {
        let len = if is_simple(&len) { len } else { get(self.temp(len, Ty::I64)) };
        let at = if range.lo >= 0 {
            if is_simple(&index) { index } else { get(self.temp(index, Ty::I64)) }
        } else if range.hi < 0 {
            get(self.temp(add(index, len.clone()), Ty::I64))
        } else {
            // Most are inside as they stand. Of the others, those that adding the length brings inside were negative.
            let at = self.cursor(index, Ty::I64);
            let error = self.exception("IndexError");
            self.when(ge_u(get(at), len.clone()), |s| {
                s.set(at, add(get(at), len.clone()));
                s.require(lt_u(get(at), len), error);
                Ok(())
            })?;
            return Ok(get(at));
        };
        let error = self.exception("IndexError");
        self.require(lt_u(at.clone(), len), error);
        Ok(at)
    }

    pub(crate) fn set_subscript(&mut self, e: &'a ast::ExprSubscript, v: Val) -> R<()> {
        let v = self.made(v);
        let v = self.hold(v);
        let object = self.expr(&e.value)?;
        let object = self.hold(object);
        if let Ast::Slice(slice) = &*e.slice {
            return self.set_slice(object, slice, v);
        }
        let key = self.expr(&e.slice)?;
        self.offset = start(e);
        self.set_item(object, key, v)
    }

    pub(crate) fn set_item(&mut self, object: Val, key: Val, v: Val) -> R<()> {
        if object.ty == Type::Never || key.ty == Type::Never {
            return Ok(());
        }
        match &object.ty {
            Type::List(site) => {
                let site = *site;
                self.put_in_site(site, &v.ty)?;
                self.site_changes(site);
                if let Some((index, range)) = self.word_of(&key) {
                    let list = self.simple(object);
                    let len = load32_wide(wrap(list.e.clone()), 4);
                    let at = self.index(index, range, len)?;
                    self.barrier(site, &list.e);
                    let word = self.item_word(site, v);
                    let address = add32(load32(wrap(list.e), 12), shl32(wrap(at), i32(3)));
                    self.emit(Stmt::Eval(store64(address, 0, word)));
                    return Ok(());
                }
            }
            Type::Dict(site) => {
                let site = *site;
                return self.set_dict_item(site, object, key, v);
            }
            _ => {}
        }
        let (object, key, v) = (self.escaped(object)?, self.escaped(key)?, self.escaped(v)?);
        let call = self.raw("set_item", vec![object, key, v], true);
        self.emit(Stmt::Eval(call));
        Ok(())
    }

    pub(crate) fn set_slice(&mut self, object: Val, slice: &'a ast::ExprSlice, v: Val) -> R<()> {
        let mut args = vec![self.escaped(object)?];
        for bound in [&slice.lower, &slice.upper, &slice.step] {
            args.push(match bound {
                Some(e) => {
                    let v = self.expr(e)?;
                    self.escaped(v)?
                }
                None => i64(0),
            });
        }
        args.push(self.escaped(v)?);
        let call = self.raw("set_slice", args, true);
        self.emit(Stmt::Eval(call));
        Ok(())
    }

    pub(crate) fn delete_subscript(&mut self, e: &'a ast::ExprSubscript) -> R<()> {
        let object = self.expr(&e.value)?;
        let object = self.escaped(object)?;
        let mut args = vec![object];
        let name = if let Ast::Slice(slice) = &*e.slice {
            for bound in [&slice.lower, &slice.upper, &slice.step] {
                args.push(match bound {
                    Some(e) => {
                        let v = self.expr(e)?;
                        self.escaped(v)?
                    }
                    None => i64(0),
                });
            }
            "del_slice"
        } else {
            let key = self.expr(&e.slice)?;
            args.push(self.escaped(key)?);
            "del_item"
        };
        let call = self.raw(name, args, true);
        self.emit(Stmt::Eval(call));
        Ok(())
    }

    /// An object of the module level must not change.
    pub(crate) fn barrier(&mut self, site: super::types::Site, object: &Expr) {
        if self.contents(site).shared {
            let base = self.address("rt") + 16;
            let frozen = lt32_u(wrap(object.clone()), load32(i32(base), 0));
            self.require(not(frozen), crate::runtime::status::IMPURE);
        }
    }
}
