//! Slices.

use super::code::*;
use super::types::{Range, Type};
use super::value::{More, Val};
use super::{Lower, R};
use crate::ir::{Expr, Ty};
use ruff_python_ast::{self as ast, Expr as Ast};

impl<'a> Lower<'a> {
    /// x[i : i + k] of a string, with a constant k and an i that is not negative: what is left from i, at most k.
    pub(crate) fn window(&mut self, object: &Val, slice: &'a ast::ExprSlice) -> R<Option<Val>> {
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
    pub(crate) fn clamped(&mut self, bound: (Expr, Range), len: &Expr) -> Expr {
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

    pub(crate) fn text_slice(&mut self, object: Val, from: Option<(Expr, Range)>, to: Option<(Expr, Range)>) -> R<Val> {
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

    pub(crate) fn text_stepped(
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
}

pub(crate) fn divided(e: Expr, by: i64) -> Expr {
    if by.count_ones() == 1 {
        shr_u(e, i64(i64::from(by.trailing_zeros())))
    } else {
        op(wasm_encoder::Instruction::I64DivU, [e, i64(by)])
    }
}

/// The places that a slice with constant bounds takes of `len` items.
pub(crate) fn constant_slice(
    len: usize,
    from: &Option<Val>,
    to: &Option<Val>,
    step: Option<i64>,
) -> Option<Vec<usize>> {
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
