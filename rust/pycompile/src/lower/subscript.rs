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

    fn hold_unless_constant(&mut self, v: Val) -> Val {
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
    fn index_word(&mut self, key: &Val) -> Option<(Expr, Range)> {
        if key.ty != Type::Big {
            return self.word_of(key);
        }
        let n = self.simple(key.clone()).e;
        let error = self.exception("IndexError");
        self.require(wrap(and(n.clone(), i64(1))), error);
        Some((shr(n, i64(1)), super::types::WORD))
    }

    fn item_by_runtime(&mut self, object: Val, key: Val, ty: &Type) -> R<Val> {
        let (object, key) = (self.boxed(object), self.escaped(key)?);
        let e = self.raw_temp("get_item", vec![object, key], true, Ty::I64);
        let v = self.unboxed(e, ty);
        Ok(self.hold(v))
    }

    fn item_by_runtime_of_list(&mut self, object: Val, key: Val, item: &Type) -> R<Val> {
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

    /// x[i : i + k] of a string, with a constant k and an i that is not negative: what is left from i, at most k.
    fn window(&mut self, object: &Val, slice: &'a ast::ExprSlice) -> R<Option<Val>> {
        let (Some(Ast::Name(from)), Some(Ast::BinOp(to)), None) =
            (slice.lower.as_deref(), slice.upper.as_deref(), &slice.step)
        else {
            return Ok(None);
        };
        let (Ast::Name(base), Ast::NumberLiteral(_), ast::Operator::Add) = (&*to.left, &*to.right, to.op) else {
            return Ok(None);
        };
        if from.id != base.id || object.ty != Type::Str || !matches!(object.more, More::Nothing) {
            return Ok(None);
        }
        let (first, width) = (self.read_name(from)?, self.expr(&to.right)?);
        let (Type::Int(range), Some(width)) = (&first.ty, width.constant().filter(|width| *width > 0)) else {
            return Ok(None);
        };
        if range.lo < 0 {
            return Ok(None);
        }
        let s = self.simple(object.clone()).e;
        let first = self.simple(first).e;
        let len = get(self.temp(packed_len(s.clone()), Ty::I64));
        let at = get(self.temp(select(first.clone(), len.clone(), lt(first, len.clone())), Ty::I64));
        let left = get(self.temp(sub(len, at.clone()), Ty::I64));
        let count = select(left.clone(), i64(width), lt(left, i64(width)));
        let e = self.temp(or(shl(count, i64(32)), add(and(s, i64(0xffff_ffff)), at)), Ty::I64);
        Ok(Some(Val::new(Type::Str, get(e))))
    }

    pub(crate) fn slice(&mut self, object: Val, slice: &'a ast::ExprSlice) -> R<Val> {
        if let Some(v) = self.window(&object, slice)? {
            return Ok(v);
        }
        let mut bounds = Vec::new();
        for bound in [&slice.lower, &slice.upper, &slice.step] {
            bounds.push(match bound {
                Some(e) if !e.is_none_literal_expr() => {
                    let v = self.expr(e)?;
                    Some(self.hold(v))
                }
                _ => None,
            });
        }
        let [from, to, step] = &bounds[..] else { return self.decline("a slice") };
        let step_value = step.as_ref().map_or(Some(1), Val::constant);
        if let More::Parts(parts) = &object.more
            && let Some(items) = constant_slice(parts.len(), from, to, step_value)
        {
            return Ok(Val::parts(items.into_iter().map(|at| parts[at].clone()).collect()));
        }
        let object = match object.ty {
            Type::MaybeChar | Type::MaybeStr => self.not_none(object, "TypeError"),
            _ => object,
        };
        let words = |s: &mut Self, v: &Option<Val>| match v {
            None => Some(None),
            Some(v) => s.word_of(v).map(Some),
        };
        if object.ty.is_text()
            && let (Some(from), Some(to)) = (words(self, from), words(self, to))
        {
            if let (None, None, Some(-1), More::Nothing) = (&from, &to, step_value, &object.more) {
                let base = self.packed(object);
                let base = Val::new(Type::Str, base);
                let base = self.hold(base);
                return Ok(Val { ty: Type::Str, e: i64(0), more: More::Reversed(Box::new(base)) });
            }
            match step_value {
                Some(1) => return self.text_slice(object, from, to),
                Some(step) if step != 0 => return self.text_stepped(object, from, to, step),
                _ => {}
            }
        }
        let object = self.made(object);
        let mut args = Vec::new();
        let ty = match &object.ty {
            Type::Str | Type::Char => Type::Str,
            Type::List(_) => object.ty.clone(),
            Type::Object(class) if matches!(*class, "bytes" | "tuple" | "range" | "list") => object.ty.clone(),
            Type::Tuple(_) => Type::Object("tuple"),
            _ => Type::Any,
        };
        let is_list = matches!(object.ty, Type::List(_));
        args.push(if is_list { object.e } else { self.escaped(object)? });
        for bound in bounds {
            args.push(match bound {
                Some(v) => self.escaped(v)?,
                None => i64(0),
            });
        }
        // A list's words are copied as they are, whatever their form.
        let name = if is_list { "list_slice" } else { "get_slice" };
        let e = self.raw_temp(name, args, true, Ty::I64);
        let v = if ty == Type::Str { self.unboxed(e, &ty) } else { Val::new(ty, e) };
        Ok(self.hold(v))
    }

    /// A bound of a slice brought inside 0..=len.
    fn clamped(&mut self, bound: (Expr, Range), len: &Expr) -> Expr {
        let (e, range) = bound;
        let e = if is_simple(&e) { e } else { get(self.temp(e, Ty::I64)) };
        let at = if range.lo >= 0 {
            if range.hi == 0 {
                return i64(0);
            }
            select(e.clone(), len.clone(), lt(e, len.clone()))
        } else {
            let back = self.temp(add(e.clone(), len.clone()), Ty::I64);
            let back = select(get(back), i64(0), gt(get(back), i64(0)));
            if range.hi < 0 {
                back
            } else {
                let back = get(self.temp(back, Ty::I64));
                let front = select(e.clone(), len.clone(), lt(e.clone(), len.clone()));
                select(back, front, lt(e, i64(0)))
            }
        };
        get(self.temp(at, Ty::I64))
    }

    fn text_slice(&mut self, object: Val, from: Option<(Expr, Range)>, to: Option<(Expr, Range)>) -> R<Val> {
        let s = self.packed(object);
        let s = self.simple(Val::new(Type::Str, s)).e;
        let len = get(self.temp(packed_len(s.clone()), Ty::I64));
        let from = match from {
            Some(bound) => self.clamped(bound, &len),
            None => i64(0),
        };
        let to = match to {
            Some(bound) => self.clamped(bound, &len),
            None => len,
        };
        let data = if matches!(from, Expr::I64(0)) {
            and(s, i64(0xffff_ffff))
        } else {
            add(and(s, i64(0xffff_ffff)), from.clone())
        };
        let count = if matches!(from, Expr::I64(0)) {
            to
        } else {
            let count = get(self.temp(sub(to, from), Ty::I64));
            select(count.clone(), i64(0), gt(count, i64(0)))
        };
        let e = self.temp(or(shl(count, i64(32)), data), Ty::I64);
        Ok(Val::new(Type::Str, get(e)))
    }

    fn text_stepped(
        &mut self,
        object: Val,
        from: Option<(Expr, Range)>,
        to: Option<(Expr, Range)>,
        step: i64,
    ) -> R<Val> {
        let s = self.packed(object);
        let base = Box::new(self.hold(Val::new(Type::Str, s)));
        let len = get(self.temp(packed_len(base.e.clone()), Ty::I64));
        let (from, count) = if step > 0 {
            let from = match from {
                Some(bound) => self.clamped(bound, &len),
                None => i64(0),
            };
            let to = match to {
                Some(bound) => self.clamped(bound, &len),
                None => len,
            };
            let span = self.temp(add(sub(to, from.clone()), i64(step - 1)), Ty::I64);
            let span = select(get(span), i64(0), gt(get(span), i64(0)));
            (from, divided(span, step))
        } else {
            // Bounds lie in -1..len: the one before the first character is reached only by leaving it out.
            let last = get(self.temp(sub(len.clone(), i64(1)), Ty::I64));
            let bound = |s: &mut Self, bound: Option<(Expr, Range)>, default: Expr| match bound {
                None => default,
                Some((e, _)) => {
                    let e = if is_simple(&e) { e } else { get(s.temp(e, Ty::I64)) };
                    let back = get(s.temp(add(e.clone(), len.clone()), Ty::I64));
                    let back = select(back.clone(), i64(-1), ge(back, i64(0)));
                    let front = select(e.clone(), last.clone(), lt(e.clone(), last.clone()));
                    get(s.temp(select(back, front, lt(e, i64(0))), Ty::I64))
                }
            };
            let from = bound(self, from, last.clone());
            let to = bound(self, to, i64(-1));
            let span = self.temp(add(sub(from.clone(), to), i64(-step - 1)), Ty::I64);
            let span = select(get(span), i64(0), gt(get(span), i64(0)));
            (from, divided(span, -step))
        };
        let [from, count] = [from, count].map(|e| if is_simple(&e) { e } else { get(self.temp(e, Ty::I64)) });
        Ok(Val { ty: Type::Str, e: i64(0), more: More::Stepped { base, from, step: i64(step), count } })
    }

    // ---- writing ----

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

    fn set_slice(&mut self, object: Val, slice: &'a ast::ExprSlice, v: Val) -> R<()> {
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

fn divided(e: Expr, by: i64) -> Expr {
    if by.count_ones() == 1 {
        shr_u(e, i64(i64::from(by.trailing_zeros())))
    } else {
        op(wasm_encoder::Instruction::I64DivU, [e, i64(by)])
    }
}

/// The places that a slice with constant bounds takes of `len` items.
fn constant_slice(len: usize, from: &Option<Val>, to: &Option<Val>, step: Option<i64>) -> Option<Vec<usize>> {
    let step = step.filter(|&step| step != 0)?;
    let len = len as i64;
    let bound = |v: &Option<Val>, default: i64| match v {
        None => Some(default),
        Some(v) => {
            let at = v.constant()?;
            let at = if at < 0 { at + len } else { at };
            Some(if step > 0 { at.clamp(0, len) } else { at.clamp(-1, len - 1) })
        }
    };
    let (mut at, to) =
        if step > 0 { (bound(from, 0)?, bound(to, len)?) } else { (bound(from, len - 1)?, bound(to, -1)?) };
    let mut places = Vec::new();
    while if step > 0 { at < to } else { at > to } {
        places.push(at as usize);
        at += step;
    }
    Some(places)
}
