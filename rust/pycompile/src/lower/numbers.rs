//! Builtins on numbers that work on words.

use super::code::*;
use super::types::{Range, Type};
use super::value::Val;
use super::{Lower, R};
use crate::ir::{Expr, Ty};
use crate::registry;
use ruff_python_ast::{self as ast, CmpOp, Expr as Ast, Operator};

impl<'a> Lower<'a> {
    /// bin(n).count('1') of an int, without the string.
    pub(crate) fn bit_count(&mut self, method: &'a ast::ExprAttribute, call: &'a ast::ExprCall) -> R<Option<Val>> {
        let (Ast::Call(bin), [Ast::StringLiteral(digit)]) = (&*method.value, &call.arguments.args[..]) else {
            return Ok(None);
        };
        let [number] = &bin.arguments.args[..] else { return Ok(None) };
        if method.attr.as_str() != "count"
            || digit.value.to_str() != "1"
            || !call.arguments.keywords.is_empty()
            || !bin.arguments.keywords.is_empty()
            || number.is_starred_expr()
            || self.known_callee(&bin.func)?.as_deref() != Some("bin")
        {
            return Ok(None);
        }
        let v = self.expr(number)?;
        if !v.ty.is_int() {
            let word = self.escaped(v)?;
            let text = self.runtime_call("", "bin", vec![word])?;
            let s = self.packed(text);
            let e = self.raw_temp("str_count_char", vec![s, i32(i32::from(b'1'))], false, Ty::I32);
            return Ok(Some(Val::index(extend(e))));
        }
        if let Type::Int(range) = v.ty
            && range.lo >= 0
        {
            return Ok(Some(Val::index(op(wasm_encoder::Instruction::I64Popcnt, [v.e]))));
        }
        let word = self.boxed(v);
        let Some(id) = registry::method("int", "bit_count") else { return Ok(None) };
        self.runtime_function(id, vec![word]).map(Some)
    }

    /// int(c) of one character that is a digit below `base`.
    pub(crate) fn digit(&mut self, c: Expr, base: i64) -> Val {
        let digit = self.temp(sub32(c, i32(48)), Ty::I32);
        let error = self.exception("ValueError");
        self.require(lt32_u(get(digit), i32(base as i32)), error);
        Val::new(Type::Int(Range::of(0, base - 1)), extend(get(digit)))
    }

    pub(crate) fn int_of(&mut self, v: Val) -> R<Option<Val>> {
        Ok(match &v.ty {
            Type::Int(_) | Type::Big => Some(v),
            Type::Bool => {
                let e = extend(v.e);
                Some(Val::new(Type::BIT, e))
            }
            Type::Char => Some(self.digit(v.e, 10)),
            Type::Str => {
                let s = self.packed(v);
                let e = self.raw_temp("int_parse_packed", vec![s, i32(10)], true, Ty::I64);
                Some(Val::new(Type::Big, e))
            }
            Type::Float => {
                let f = if is_simple(&v.e) { v.e } else { get(self.temp(v.e, Ty::F64)) };
                let float = self.boxed(Val::new(Type::Float, f));
                let v = self.runtime_call("", "int", vec![float])?;
                Some(Val::new(Type::Big, v.e))
            }
            _ => None,
        })
    }

    /// min or max of several values: the first of equals.
    pub(crate) fn least(&mut self, args: Vec<Val>, greatest: bool) -> R<Option<Val>> {
        let words: Option<Vec<(Expr, Range)>> = args
            .iter()
            .map(|v| match v.ty {
                Type::Int(_) => self.word_of(v),
                _ => None,
            })
            .collect();
        if let Some(words) = words {
            let mut words = words.into_iter();
            let Some((mut e, mut range)) = words.next() else { return Ok(None) };
            for (next, bounds) in words {
                let old = if is_simple(&e) { e } else { get(self.temp(e, Ty::I64)) };
                let next = if is_simple(&next) { next } else { get(self.temp(next, Ty::I64)) };
                let better = if greatest { gt(next.clone(), old.clone()) } else { lt(next.clone(), old.clone()) };
                e = select(next, old, better);
                range = if greatest {
                    Range::of(range.lo.max(bounds.lo), range.hi.max(bounds.hi))
                } else {
                    Range::of(range.lo.min(bounds.lo), range.hi.min(bounds.hi))
                };
            }
            return Ok(Some(Val::new(Type::Int(range), e)));
        }
        let mut args = args.into_iter();
        let Some(first) = args.next() else { return Ok(None) };
        let mut best = self.hold(first);
        for next in args {
            let next = self.hold(next);
            let order = if greatest { CmpOp::Gt } else { CmpOp::Lt };
            let better = self.compare(next.clone(), order, best.clone())?;
            best = self.choose(better.e, |_| Ok(next), |_| Ok(best))?;
            best = self.hold(best);
        }
        Ok(Some(best))
    }

    /// math.prod of a list of ints.
    pub(crate) fn product_of(&mut self, v: Val) -> R<Option<Val>> {
        let Type::List(site) = v.ty else { return Ok(None) };
        if !self.is_raw(site) || !matches!(self.item_of(site), Type::Int(_)) {
            return Ok(None);
        }
        let product = self.cursor(i64(3), Ty::I64); // the value 1
        let mut source = self.open_value(v)?;
        self.leaving(|s, done| {
            s.drain(&mut source, done, &mut |s, item| {
                let next = s.binary(Operator::Mult, Val::new(Type::Big, get(product)), item)?;
                let word = s.boxed(next);
                s.set(product, word);
                Ok(())
            })
        })?;
        Ok(Some(Val::new(Type::Big, get(self.temp(get(product), Ty::I64)))))
    }

    /// sum of a list that is there.
    pub(crate) fn sum_of(&mut self, v: Val) -> R<Option<Val>> {
        match &v.ty {
            Type::List(_) | Type::Dict(_) => {
                let mut source = self.open_value(v)?;
                Ok(Some(self.summed(Val::int(0), |s, done, each| s.drain(&mut source, done, each))?))
            }
            _ => Ok(None),
        }
    }
}
