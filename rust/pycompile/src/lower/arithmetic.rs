//! Arithmetic: on words where the ranges allow, on values with a short way for small ints, else by the runtime.

use ruff_python_ast::{Operator, UnaryOp};

use super::code::*;
use super::types::{CAP, Range, STEP, TICK, Type, WORD};
use super::value::{More, Val};
use super::{Lower, R};
use crate::ir::{Expr, Stmt, Ty};

/// The runtime's function for an operator on any values.
fn runtime_name(op: Operator) -> &'static str {
    match op {
        Operator::Add => "add",
        Operator::Sub => "subtract",
        Operator::Mult => "multiply",
        Operator::MatMult => "matmul",
        Operator::Div => "truediv",
        Operator::Mod => "modulo",
        Operator::Pow => "power",
        Operator::LShift => "lshift",
        Operator::RShift => "rshift",
        Operator::BitOr => "bit_or",
        Operator::BitXor => "bit_xor",
        Operator::BitAnd => "bit_and",
        Operator::FloorDiv => "floordiv",
    }
}

/// The least symmetric power-of-two range with a and b in it: what bitwise operators stay in.
fn bitwise_range(a: Range, b: Range) -> Range {
    let reach = |r: Range| Range::of(0, r.hi.max(!r.lo)).mask();
    let mask = reach(a).max(reach(b));
    Range::of(if a.lo < 0 || b.lo < 0 { !mask } else { 0 }, mask)
}

impl<'a> Lower<'a> {
    pub(crate) fn binary(&mut self, op: Operator, a: Val, b: Val) -> R<Val> {
        if a.ty == Type::Never || b.ty == Type::Never {
            return Ok(Val::never());
        }
        if op == Operator::MatMult {
            return self.decline("the operator @");
        }
        if let (Some((x, xr)), Some((y, yr))) = (self.word_of(&a), self.word_of(&b)) {
            if a.ty == Type::Bool && b.ty == Type::Bool {
                match op {
                    Operator::BitAnd => return Ok(Val::bool(and32(a.e, b.e))),
                    Operator::BitOr => return Ok(Val::bool(or32(a.e, b.e))),
                    Operator::BitXor => return Ok(Val::bool(xor32(a.e, b.e))),
                    _ => {}
                }
            }
            if let Some(v) = self.words(op, x, xr, y, yr)? {
                return Ok(v);
            }
        }
        let int = |t: &Type| t.is_int() || *t == Type::Bool;
        if int(&a.ty) && int(&b.ty) {
            return self.ints(op, a, b);
        }
        if (a.ty == Type::Float || b.ty == Type::Float)
            && let (Some(x), Some(y)) = (self.float_of(&a), self.float_of(&b))
        {
            let (x, y) = (self.simple(Val::new(Type::Float, x)).e, self.simple(Val::new(Type::Float, y)).e);
            match op {
                Operator::Add => return Ok(Val::new(Type::Float, addf(x, y))),
                Operator::Sub => return Ok(Val::new(Type::Float, subf(x, y))),
                Operator::Mult => return Ok(Val::new(Type::Float, mulf(x, y))),
                Operator::Div => {
                    self.require(nef(y.clone(), Expr::F64(0.0)), self.exception("ZeroDivisionError"));
                    return Ok(Val::new(Type::Float, divf(x, y)));
                }
                Operator::Mod | Operator::FloorDiv => {
                    let (a, b) = (self.boxed(Val::new(Type::Float, x)), self.boxed(Val::new(Type::Float, y)));
                    let e = self.raw_temp(runtime_name(op), vec![a, b], true, Ty::I64);
                    return Ok(self.unboxed(e, &Type::Float));
                }
                _ => {}
            }
        }
        match (op, &a.ty, &b.ty) {
            (Operator::Add, x, y) if x.is_text() && y.is_text() => {
                let (x, y) = (self.packed(a), self.packed(b));
                let e = self.raw_temp("str_concat_packed", vec![x, y], false, Ty::I64);
                return Ok(Val::new(Type::Str, e));
            }
            (Operator::Mult, x, Type::Int(_)) if x.is_text() => return self.repeat_text(a, b),
            (Operator::Mult, Type::Int(_), y) if y.is_text() => return self.repeat_text(b, a),
            (Operator::Mod, x, _) if x.is_text() => {
                let (x, y) = (self.boxed(a), self.escaped(b)?);
                let e = self.raw_temp("modulo", vec![x, y], true, Ty::I64);
                return Ok(self.unboxed(e, &Type::Str));
            }
            (Operator::Add, Type::List(x), Type::List(y)) => {
                self.unite(*x, *y)?;
                let ty = Type::List(self.find(*x));
                let e = self.raw_temp("list_concat", vec![a.e, b.e], true, Ty::I64);
                return Ok(Val::new(ty, e));
            }
            (Operator::Mult, Type::List(_), Type::Int(_)) => {
                let e = self.raw_temp("list_repeat", vec![a.e, b.e], true, Ty::I64);
                return Ok(Val::new(a.ty, e));
            }
            (Operator::Mult, Type::Int(_), Type::List(_)) => {
                let e = self.raw_temp("list_repeat", vec![b.e, a.e], true, Ty::I64);
                return Ok(Val::new(b.ty, e));
            }
            (Operator::Add, Type::Tuple(_), Type::Tuple(_)) => {
                if let (More::Parts(x), More::Parts(y)) = (&a.more, &b.more) {
                    return self.parts(x.iter().chain(y.iter()).cloned().collect());
                }
            }
            _ => {}
        }
        let result = self.operator_class(op, &a.ty, &b.ty);
        let (x, y) = (self.escaped(a)?, self.escaped(b)?);
        let e = self.raw_temp(runtime_name(op), vec![x, y], true, Ty::I64);
        Ok(Val::new(result, e))
    }

    /// What class the runtime's answer has, for objects.
    fn operator_class(&self, op: Operator, a: &Type, b: &Type) -> Type {
        use Operator::*;
        match (op, a, b) {
            (BitAnd | BitOr | BitXor | Sub, Type::Object("set"), Type::Object("set" | "frozenset")) => {
                Type::Object("set")
            }
            (Add, Type::Tuple(_) | Type::Object("tuple"), Type::Tuple(_) | Type::Object("tuple")) => {
                Type::Object("tuple")
            }
            (Mult, Type::Tuple(_) | Type::Object("tuple"), Type::Int(_)) => Type::Object("tuple"),
            _ => Type::Any,
        }
    }

    fn repeat_text(&mut self, text: Val, times: Val) -> R<Val> {
        let s = self.packed(text);
        let e = self.raw_temp("str_repeat_packed", vec![s, times.e], true, Ty::I64);
        Ok(Val::new(Type::Str, e))
    }

    /// Both operands are words. None: the result may not be one.
    fn words(&mut self, op: Operator, x: Expr, xr: Range, y: Expr, yr: Range) -> R<Option<Val>> {
        let wide = |r: Range| (i128::from(r.lo), i128::from(r.hi));
        let ((xl, xh), (yl, yh)) = (wide(xr), wide(yr));
        if let (Some(a), Some(b)) = (xr.constant(), yr.constant())
            && let Some(folded) = fold(op, a, b)
        {
            return Ok(Some(Val::int(folded)));
        }
        Ok(match op {
            Operator::Add => self.sum(add(x, y), (xl + yl, xh + yh), xr, yr),
            Operator::Sub => self.sum(sub(x, y), (xl - yh, xh - yl), xr, yr),
            Operator::Mult => {
                let products = [xl * yl, xl * yh, xh * yl, xh * yh];
                let (lo, hi) = products.iter().fold((i128::MAX, i128::MIN), |(lo, hi), &p| (lo.min(p), hi.max(p)));
                Range::word(lo, hi).map(|range| Val::new(Type::Int(range), mul(x, y)))
            }
            // The least word divided by -1 is none.
            Operator::FloorDiv if xr.lo == WORD.lo && yr.lo <= -1 => None,
            Operator::FloorDiv | Operator::Mod => Some(self.divide(op, x, xr, y, yr)),
            Operator::BitAnd => {
                let range = match (xr.lo >= 0, yr.lo >= 0) {
                    (true, true) => Range::of(0, xr.hi.min(yr.hi)),
                    (true, false) => Range::of(0, xr.hi),
                    (false, true) => Range::of(0, yr.hi),
                    (false, false) => bitwise_range(xr, yr),
                };
                Some(Val::new(Type::Int(range), and(x, y)))
            }
            Operator::BitOr => Some(Val::new(Type::Int(bitwise_range(xr, yr)), or(x, y))),
            Operator::BitXor => Some(Val::new(Type::Int(bitwise_range(xr, yr)), xor(x, y))),
            Operator::RShift if yr.lo >= 0 => {
                let count = if yr.hi > 63 { select(y.clone(), i64(63), lt_u(y, i64(63))) } else { y };
                let least = yr.lo.min(63);
                let range = Range::of(if xr.lo < 0 { xr.lo } else { 0 }, if xr.hi < 0 { -1 } else { xr.hi >> least });
                Some(Val::new(Type::Int(range), shr(x, count)))
            }
            Operator::LShift if yr.lo >= 0 && yr.hi < 62 => {
                let most = 1_i128 << yr.hi;
                let range = Range::word((xl * most).min(xl), (xh * most).max(xh));
                range.map(|range| Val::new(Type::Int(range), shl(x, y)))
            }
            Operator::Div => {
                let exact = Range::of(-(1 << 53), 1 << 53);
                if !xr.within(exact) || !yr.within(exact) {
                    return Ok(None);
                }
                let y = self.simple(Val::new(Type::Int(yr), y)).e;
                if yr.lo <= 0 && yr.hi >= 0 {
                    self.require(ne(y.clone(), i64(0)), self.exception("ZeroDivisionError"));
                }
                let float = |e| op_convert(e);
                Some(Val::new(Type::Float, divf(float(x), float(y))))
            }
            Operator::Pow if yr.lo == yr.hi && (0..=4).contains(&yr.lo) => {
                let base = self.simple(Val::new(Type::Int(xr), x));
                let mut power = Val::int(1);
                for _ in 0..yr.lo {
                    power = match self.word_of(&power) {
                        Some((p, pr)) => match self.words(Operator::Mult, p, pr, base.e.clone(), xr)? {
                            Some(next) => next,
                            None => return Ok(None),
                        },
                        None => return Ok(None),
                    };
                }
                Some(power)
            }
            _ => None,
        })
    }

    /// A sum or difference. One that only grows by steps is held inside `CAP`, so that loops keep their words.
    fn sum(&mut self, e: Expr, (lo, hi): (i128, i128), a: Range, b: Range) -> Option<Val> {
        let range = Range::word(lo, hi)?;
        let steps = |step: Range, by: Range| step.within(by) && (a.within(CAP) && b.within(CAP));
        if range.within(CAP) || !(steps(a, STEP) || steps(b, STEP)) {
            return range.within(WORD).then(|| Val::new(Type::Int(range), e));
        }
        if steps(a, TICK) || steps(b, TICK) {
            return Some(Val::new(Type::Int(CAP), e));
        }
        let sum = self.temp(e, Ty::I64);
        let inside = lt_u(add(get(sum), i64(CAP.hi)), i64(2 * CAP.hi + 1));
        self.expect(inside);
        Some(Val::new(Type::Int(CAP), get(sum)))
    }

    fn divide(&mut self, op: Operator, x: Expr, xr: Range, y: Expr, yr: Range) -> Val {
        use wasm_encoder::Instruction as I;
        let modulo = op == Operator::Mod;
        let range = if modulo {
            let below = if yr.hi > 0 { yr.hi - 1 } else { 0 };
            let above = if yr.lo < 0 { yr.lo + 1 } else { 0 };
            let whole = xr.lo >= 0 && yr.lo > xr.hi; // smaller than any divisor
            if whole { xr } else { Range::of(above, if xr.lo >= 0 && yr.lo > 0 { below.min(xr.hi) } else { below }) }
        } else {
            let reach = xr.hi.max(-xr.lo);
            match (xr.lo >= 0 && yr.lo > 0, yr.lo > 0) {
                (true, _) => Range::of(xr.lo / yr.hi, xr.hi / yr.lo),
                (false, true) => Range::of(xr.lo, xr.hi.max(0)),
                _ => Range::of(-reach, reach),
            }
        };
        if let Some(n) = yr.constant()
            && n > 0
            && n.count_ones() == 1
        {
            let e = if modulo { and(x, i64(n - 1)) } else { shr(x, i64(i64::from(n.trailing_zeros()))) };
            return Val::new(Type::Int(range), e);
        }
        let y = self.simple(Val::new(Type::Int(yr), y)).e;
        if yr.lo <= 0 && yr.hi >= 0 {
            self.require(ne(y.clone(), i64(0)), self.exception("ZeroDivisionError"));
        }
        if xr.lo >= 0 && yr.lo >= 0 {
            let e = super::code::op(if modulo { I::I64RemU } else { I::I64DivU }, [x, y]);
            return Val::new(Type::Int(range), get(self.temp(e, Ty::I64)));
        }
        let x = self.simple(Val::new(Type::Int(xr), x)).e;
        let rest = self.temp(super::code::op(I::I64RemS, [x.clone(), y.clone()]), Ty::I64);
        // Python rounds down: a remainder has the divisor's sign.
        let off = and32(ne(get(rest), i64(0)), lt(xor(get(rest), y.clone()), i64(0)));
        let e = if modulo {
            add(get(rest), select(y, i64(0), off))
        } else {
            let quotient = self.temp(super::code::op(I::I64DivS, [x, y]), Ty::I64);
            sub(get(quotient), extend(off))
        };
        Val::new(Type::Int(range), get(self.temp(e, Ty::I64)))
    }

    /// Ints (or bools) of which one, or the result, may not fit a word.
    fn ints(&mut self, op: Operator, a: Val, b: Val) -> R<Val> {
        if let (Operator::Mod, Type::Big, Type::Int(range)) = (op, &a.ty, &b.ty)
            && range.lo > 0
        {
            let e = self.raw_temp("int_mod_word", vec![a.e, b.e], false, Ty::I64);
            return Ok(Val::new(Type::Int(Range::of(0, range.hi - 1)), e));
        }
        let (ar, br) = (a.range(), b.range());
        let as_int = |s: &mut Self, v: Val| match s.word_of(&v) {
            Some((e, range)) => s.boxed(Val::new(Type::Int(range), e)),
            None => v.e,
        };
        let (x, y) = (as_int(self, a), as_int(self, b));
        let (x, y) = (self.simple(Val::new(Type::Big, x)).e, self.simple(Val::new(Type::Big, y)).e);
        let small = and(and(x.clone(), y.clone()), i64(1));
        let (quick, fits): (Expr, Expr) = match op {
            Operator::Add => {
                let sum = self.temp(add(x.clone(), sub(y.clone(), i64(1))), Ty::I64);
                let over = and(xor(x.clone(), get(sum)), xor(y.clone(), get(sum)));
                (get(sum), and32(wrap(small), ge(over, i64(0))))
            }
            Operator::Sub => {
                let sum = self.temp(add(sub(x.clone(), y.clone()), i64(1)), Ty::I64);
                let over = and(xor(x.clone(), y.clone()), xor(x.clone(), get(sum)));
                (get(sum), and32(wrap(small), ge(over, i64(0))))
            }
            Operator::BitAnd => (and(x.clone(), y.clone()), wrap(small)),
            Operator::BitOr => (or(x.clone(), y.clone()), wrap(small)),
            Operator::BitXor => (or(xor(x.clone(), y.clone()), i64(1)), wrap(small)),
            Operator::RShift if br.is_some_and(|r| r.lo >= 0) => {
                let count = shr(y.clone(), i64(1));
                let count = match br {
                    Some(r) if r.hi < 62 => count,
                    _ => select(count.clone(), i64(62), lt(count, i64(62))),
                };
                (or(shr(x.clone(), count), i64(1)), wrap(small))
            }
            Operator::LShift if br.is_some_and(|r| r.lo >= 0) => {
                let count = shr(y.clone(), i64(1));
                let wide = br.is_none_or(|r| r.hi >= 62);
                let small = if wide { and(small, extend(lt(count.clone(), i64(62)))) } else { small };
                let shifted = self.temp(shl(sub(x.clone(), i64(1)), count.clone()), Ty::I64);
                let back = eq(shr(get(shifted), count), sub(x.clone(), i64(1)));
                (or(get(shifted), i64(1)), and32(wrap(small), back))
            }
            Operator::Mult => {
                let half = |e: Expr| lt_u(add(e, i64(1 << 31)), i64(1 << 32));
                let (p, q) = (shr(x.clone(), i64(1)), shr(y.clone(), i64(1)));
                let fits = and32(wrap(small), and32(half(p.clone()), half(q)));
                (add(mul(sub(x.clone(), i64(1)), shr(y.clone(), i64(1))), i64(1)), fits)
            }
            _ => (i64(0), i32(0)),
        };
        let slow = self.raw(runtime_name(op), vec![x, y], true);
        let e = match fits {
            Expr::I32(0) => slow,
            fits => Expr::If { ty: Ty::I64, cond: Box::new(fits), then: Box::new(quick), otherwise: Box::new(slow) },
        };
        let e = get(self.temp(e, Ty::I64));
        let bounded = |r: Option<Range>| r.filter(|r| r.lo >= 0);
        Ok(match op {
            Operator::BitAnd => match (bounded(ar), bounded(br)) {
                (Some(r), _) | (None, Some(r)) => self.unboxed(e, &Type::Int(Range::of(0, r.hi))),
                _ => Val::new(Type::Big, e),
            },
            Operator::Mod => match br {
                Some(r) if r.lo > 0 => self.unboxed(e, &Type::Int(Range::of(0, r.hi - 1))),
                _ => Val::new(Type::Big, e),
            },
            Operator::Div => self.unboxed(e, &Type::Float),
            Operator::Pow if br.is_none_or(|r| r.lo < 0) => Val::any(e),
            _ => Val::new(Type::Big, e),
        })
    }

    pub(crate) fn unary(&mut self, op: UnaryOp, v: Val) -> R<Val> {
        if v.ty == Type::Never && op != UnaryOp::Not {
            return Ok(Val::never());
        }
        match op {
            UnaryOp::Not => {
                let truth = self.truth(v)?;
                Ok(Val::bool(not(truth)))
            }
            UnaryOp::USub => match self.word_of(&v) {
                Some((e, range)) => self.binary(Operator::Sub, Val::int(0), Val::new(Type::Int(range), e)),
                None if v.ty == Type::Float => Ok(Val::new(Type::Float, op1(wasm_encoder::Instruction::F64Neg, v.e))),
                None => self.unary_by_runtime("negative", v),
            },
            UnaryOp::UAdd => match self.word_of(&v) {
                Some((e, range)) => Ok(Val::new(Type::Int(range), e)),
                None if v.ty == Type::Float || v.ty == Type::Big => Ok(v),
                None => self.unary_by_runtime("positive", v),
            },
            UnaryOp::Invert => match self.word_of(&v) {
                Some((e, range)) => Ok(Val::new(Type::Int(Range::of(!range.hi, !range.lo)), xor(e, i64(-1)))),
                None => self.unary_by_runtime("invert", v),
            },
        }
    }

    fn unary_by_runtime(&mut self, name: &str, v: Val) -> R<Val> {
        let ty = if v.ty == Type::Big { Type::Big } else { Type::Any };
        let x = self.escaped(v)?;
        let e = self.raw_temp(name, vec![x], true, Ty::I64);
        Ok(Val::new(ty, e))
    }

    /// Whether a value is true, as i32.
    pub(crate) fn truth(&mut self, v: Val) -> R<Expr> {
        if let More::Parts(parts) = &v.more {
            return Ok(i32(i32::from(!parts.is_empty())));
        }
        let v = self.made(v);
        Ok(match v.ty {
            Type::Never | Type::None => i32(0),
            Type::Bool => v.e,
            Type::Int(range) => match range.constant() {
                Some(value) => i32(i32::from(value != 0)),
                None => ne(v.e, i64(0)),
            },
            Type::Big => ne(v.e, i64(1)),
            Type::Float => nef(v.e, Expr::F64(0.0)),
            Type::Char => i32(1),
            Type::MaybeChar => ge32(v.e, i32(0)),
            Type::Str | Type::MaybeStr => match v.text() {
                Some(text) => i32(i32::from(!text.is_empty())),
                None => ne(packed_len(v.e), i64(0)),
            },
            Type::List(_) => ne32(load32(wrap(v.e), 4), i32(0)),
            Type::Tuple(items) => i32(i32::from(!items.is_empty())),
            Type::Function(_) | Type::Closure(_) => i32(1),
            Type::Known(_) => return self.decline("the truth of a function or module"),
            Type::Dict(_) | Type::Object(_) | Type::Any => {
                let word = self.boxed(v);
                self.raw_temp("truth", vec![word], true, Ty::I32)
            }
        })
    }

    /// Leaves the handler's way open: used after something that can only end here.
    pub(crate) fn fail(&mut self, exception: &str) -> Val {
        self.emit(Stmt::Fail(self.exception(exception)));
        Val::never()
    }
}

fn op1(instruction: wasm_encoder::Instruction<'static>, e: Expr) -> Expr {
    op(instruction, [e])
}

fn op_convert(e: Expr) -> Expr {
    op(wasm_encoder::Instruction::F64ConvertI64S, [e])
}

fn fold(op: Operator, a: i64, b: i64) -> Option<i64> {
    let (x, y) = (i128::from(a), i128::from(b));
    let value = match op {
        Operator::Add => x + y,
        Operator::Sub => x - y,
        Operator::Mult => x * y,
        Operator::FloorDiv if b != 0 => floor(x, y),
        Operator::Mod if b != 0 => x - y * floor(x, y),
        Operator::LShift if (0..62).contains(&b) => x << y,
        Operator::RShift if b >= 0 => x >> y.min(100),
        Operator::BitAnd => x & y,
        Operator::BitOr => x | y,
        Operator::BitXor => x ^ y,
        Operator::Pow if (0..=64).contains(&b) => x.checked_pow(b as u32)?,
        _ => return None,
    };
    Range::word(value, value).map(|range| range.lo)
}

fn floor(x: i128, y: i128) -> i128 {
    let q = x / y;
    if x % y != 0 && (x < 0) != (y < 0) { q - 1 } else { q }
}
