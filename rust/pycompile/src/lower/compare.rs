//! Comparisons.

use ruff_python_ast::{CmpOp, Expr as Ast, ExprCompare};

use super::code::*;
use super::types::Type;
use super::value::{More, Val};
use super::{Lower, R};
use crate::ir::{Expr, Ty};

/// Kinds of which a value of one never equals a value of another.
#[derive(PartialEq, Clone, Copy)]
pub(crate) enum Kind {
    Number,
    Text,
    None,
    List,
    Tuple,
    Dict,
}

pub(crate) fn kind(ty: &Type) -> Option<Kind> {
    Some(match ty {
        Type::Bool | Type::Int(_) | Type::Big | Type::Float => Kind::Number,
        Type::Char | Type::Str => Kind::Text,
        Type::None => Kind::None,
        Type::List(_) => Kind::List,
        Type::Tuple(_) => Kind::Tuple,
        Type::Dict(_) => Kind::Dict,
        _ => return None,
    })
}

impl<'a> Lower<'a> {
    pub(crate) fn comparison(&mut self, e: &'a ExprCompare) -> R<Val> {
        if let Some(v) = self.match_is_none(e)? {
            return Ok(v);
        }
        if let ([op], [right]) = (&e.ops[..], &e.comparators[..])
            && let Some(v) = self.compare_classes(&e.left, *op, right)?
        {
            return Ok(v);
        }
        let left = self.expr(&e.left)?;
        if e.ops.len() == 1 {
            return self.compare_to(left, e.ops[0], &e.comparators[0]);
        }
        self.chain(left, &e.ops, &e.comparators)
    }

    /// a < b < c: what is in the middle is evaluated once, and what follows only if it was true so far.
    fn chain(&mut self, left: Val, ops: &'a [CmpOp], rest: &'a [Ast]) -> R<Val> {
        if ops.len() == 1 {
            return self.compare_to(left, ops[0], &rest[0]);
        }
        let right = self.expr(&rest[0])?;
        let right = self.hold(right);
        let first = self.compare(left, ops[0], right.clone())?;
        let truth = self.truth(first)?;
        self.choose(truth, |s| s.chain(right, &ops[1..], &rest[1..]), |_| Ok(Val::bool(i32(0))))
    }

    /// re.search(...) is None, without the match.
    fn match_is_none(&mut self, e: &'a ExprCompare) -> R<Option<Val>> {
        let ([op @ (CmpOp::Is | CmpOp::IsNot)], Ast::Call(call), [Ast::NoneLiteral(_)]) =
            (&e.ops[..], &*e.left, &e.comparators[..])
        else {
            return Ok(None);
        };
        let found = self.re_shortcut("bool", call)?;
        Ok(found.map(|v| Val::bool(if *op == CmpOp::Is { not(v.e) } else { v.e })))
    }

    fn compare_to(&mut self, left: Val, op: CmpOp, right: &'a Ast) -> R<Val> {
        if matches!(op, CmpOp::In | CmpOp::NotIn) {
            let found = self.membership(left, right)?;
            return Ok(Val::bool(if op == CmpOp::In { found } else { not(found) }));
        }
        let right = self.expr(right)?;
        self.compare(left, op, right)
    }

    pub(crate) fn compare(&mut self, a: Val, op: CmpOp, b: Val) -> R<Val> {
        if a.ty == Type::Never || b.ty == Type::Never {
            return Ok(Val::new(Type::Bool, i32(0)));
        }
        let e = match op {
            CmpOp::Eq => self.equals(a, b)?,
            CmpOp::NotEq => not(self.equals(a, b)?),
            CmpOp::Is => self.same(a, b)?,
            CmpOp::IsNot => not(self.same(a, b)?),
            CmpOp::Lt => self.order(a, b, false, false)?,
            CmpOp::LtE => self.order(a, b, false, true)?,
            CmpOp::Gt => self.order(a, b, true, false)?,
            CmpOp::GtE => self.order(a, b, true, true)?,
            CmpOp::In | CmpOp::NotIn => {
                let found = self.contained(a, b)?;
                if op == CmpOp::In { found } else { not(found) }
            }
        };
        Ok(Val::bool(e))
    }

    /// a == b, as i32.
    pub(crate) fn equals(&mut self, a: Val, b: Val) -> R<Expr> {
        // Items that may be nans are equal to themselves: the runtime knows of that.
        let number = |v: &Val| matches!(v.ty, Type::Float | Type::Any);
        if let (More::Parts(x), More::Parts(y)) = (&a.more, &b.more)
            && !x.iter().zip(y.iter()).any(|(x, y)| number(x) && number(y))
        {
            let (x, y) = (x.clone(), y.clone());
            if x.len() != y.len() {
                return Ok(i32(0));
            }
            let mut all = i32(1);
            for (x, y) in x.iter().zip(y.iter()) {
                if let (Type::Float, Type::Float) = (&x.ty, &y.ty) {
                    // Items that are one object are equal; of two nans that is CPython's to say.
                    let nans = and32(nef(x.e.clone(), x.e.clone()), nef(y.e.clone(), y.e.clone()));
                    self.expect(not(nans));
                }
                let equal = self.equals(x.clone(), y.clone())?;
                all = if matches!(all, Expr::I32(1)) { equal } else { and32(all, equal) };
            }
            return Ok(all);
        }
        // x == x[::-1] without making the reverse.
        match (&a.more, &b.more) {
            (More::Reversed(base), More::Nothing | More::Text(_)) if b.ty == Type::Str => {
                return Ok(self.raw_temp("str_equal_reversed", vec![b.e, base.e.clone()], false, Ty::I32));
            }
            (More::Nothing | More::Text(_), More::Reversed(base)) if a.ty == Type::Str => {
                return Ok(self.raw_temp("str_equal_reversed", vec![a.e, base.e.clone()], false, Ty::I32));
            }
            _ => {}
        }
        let (a, b) = (self.made(a), self.made(b));
        if let (Some((x, _)), Some((y, _))) = (self.word_of(&a), self.word_of(&b)) {
            return Ok(match (&a.ty, &b.ty) {
                (Type::Bool, Type::Bool) => eq32(a.e, b.e),
                _ => eq(x, y),
            });
        }
        match (&a.ty, &b.ty) {
            (Type::Float, Type::Float | Type::Int(_) | Type::Bool) | (Type::Int(_) | Type::Bool, Type::Float) => {
                if let (Some(x), Some(y)) = (self.float_of(&a), self.float_of(&b)) {
                    return Ok(eqf(x, y));
                }
            }
            (Type::Big, Type::Int(_) | Type::Bool) | (Type::Int(_) | Type::Bool, Type::Big) => {
                // A small int is never an object: equal ints of which one is small are equal words.
                let as_int = |s: &mut Self, v: Val| match s.word_of(&v) {
                    Some((e, range)) => s.boxed(Val::new(Type::Int(range), e)),
                    None => v.e,
                };
                let (x, y) = (as_int(self, a), as_int(self, b));
                return Ok(eq(x, y));
            }
            (Type::Char | Type::MaybeChar | Type::None, Type::Char | Type::MaybeChar)
            | (Type::MaybeChar, Type::None) => {
                let word = |v: Val| if v.ty == Type::None { i32(-1) } else { v.e };
                return Ok(eq32(word(a), word(b)));
            }
            (Type::MaybeStr, Type::None) => return Ok(zero(a.e)),
            (Type::None, Type::MaybeStr) => return Ok(zero(b.e)),
            (Type::Char, Type::Str) => return self.equals(b, a),
            (Type::Str, Type::Char) => {
                if let Some(text) = a.text()
                    && text.len() != 1
                {
                    return Ok(i32(0));
                }
                let s = self.simple(a).e;
                let same = eq32(load8(packed_data(s.clone()), 0), b.e);
                // Reading a byte is harmless whatever the length: the address is inside memory.
                return Ok(and32(eq(packed_len(s), i64(1)), same));
            }
            (Type::Str, Type::Str) => return Ok(self.equal_text(a, b)),
            (Type::MaybeStr, Type::Str | Type::MaybeStr | Type::Char)
            | (Type::Str | Type::Char, Type::MaybeStr)
            | (Type::MaybeChar, Type::Str | Type::MaybeStr)
            | (Type::Str, Type::MaybeChar) => {
                let maybe = Type::MaybeStr;
                let (x, y) = (self.coerce(a, &maybe), self.coerce(b, &maybe));
                return Ok(self.raw_temp("maybe_str_equal", vec![x, y], false, Ty::I32));
            }
            (Type::List(x), Type::List(y)) => {
                let ints = |s: &Self, site| {
                    s.is_raw(site) && matches!(s.item_of(site), Type::Int(_) | Type::Char | Type::Bool)
                };
                if ints(self, *x) && ints(self, *y) && kind(&self.item_of(*x)) == kind(&self.item_of(*y)) {
                    return Ok(self.raw_temp("equal_i64_lists", vec![a.e, b.e], false, Ty::I32));
                }
            }
            (x, y) if kind(x).is_some() && kind(y).is_some() && kind(x) != kind(y) => return Ok(i32(0)),
            (Type::None, Type::None) => return Ok(i32(1)),
            _ => {}
        }
        let (x, y) = (self.boxed_for_reading(a)?, self.boxed_for_reading(b)?);
        Ok(self.raw_temp("equal", vec![x, y], true, Ty::I32))
    }

    fn equal_text(&mut self, a: Val, b: Val) -> Expr {
        let (a, b) = if a.text().is_some() { (b, a) } else { (a, b) };
        if let Some(text) = b.text().cloned() {
            if text.is_empty() {
                return zero(packed_len(a.e));
            }
            if let Some(load) = short_text(&text) {
                let s = self.simple(a).e;
                let same = load(packed_data(s.clone()));
                let cond = eq(packed_len(s), i64(text.len() as i64));
                let e =
                    Expr::If { ty: Ty::I32, cond: Box::new(cond), then: Box::new(same), otherwise: Box::new(i32(0)) };
                return get(self.temp(e, Ty::I32));
            }
        }
        self.raw_temp("str_equal_packed", vec![a.e, b.e], false, Ty::I32)
    }

    /// a < b, a <= b, or with `swap` a > b, a >= b.
    fn order(&mut self, a: Val, b: Val, swap: bool, or_equal: bool) -> R<Expr> {
        let (a, b) = (self.made(a), self.made(b));
        if let (Some((x, _)), Some((y, _))) = (self.word_of(&a), self.word_of(&b)) {
            let compare = match (swap, or_equal) {
                (false, false) => lt,
                (false, true) => le,
                (true, false) => gt,
                (true, true) => ge,
            };
            return Ok(compare(x, y));
        }
        match (&a.ty, &b.ty) {
            (Type::Float, Type::Float | Type::Int(_) | Type::Bool) | (Type::Int(_) | Type::Bool, Type::Float) => {
                if let (Some(x), Some(y)) = (self.float_of(&a), self.float_of(&b)) {
                    let compare = match (swap, or_equal) {
                        (false, false) => ltf,
                        (false, true) => lef,
                        (true, false) => gtf,
                        (true, true) => gef,
                    };
                    return Ok(compare(x, y));
                }
            }
            (x, y) if x.is_text() && y.is_text() => {
                let (x, y) = (self.packed(a), self.packed(b));
                let sign = self.raw_temp("str_compare_packed", vec![x, y], false, Ty::I32);
                return Ok(match (swap, or_equal) {
                    (false, false) => lt32(sign, i32(0)),
                    (false, true) => lt32(sign, i32(1)),
                    (true, false) => ge32(sign, i32(1)),
                    (true, true) => ge32(sign, i32(0)),
                });
            }
            // A large int lies beyond every word: its sign decides.
            (Type::Big, Type::Int(_)) => return Ok(self.large_order(a, b, swap, or_equal)),
            (Type::Int(_), Type::Big) => return Ok(self.large_order(b, a, !swap, or_equal)),
            (x, y) if (x.is_int() || *x == Type::Bool) && (y.is_int() || *y == Type::Bool) => {
                let as_int = |s: &mut Self, v: Val| match s.word_of(&v) {
                    Some((e, range)) => s.boxed(Val::new(Type::Int(range), e)),
                    None => v.e,
                };
                let (x, y) = (as_int(self, a), as_int(self, b));
                let (x, y) = if swap { (y, x) } else { (x, y) };
                let (x, y) = (self.simple(Val::new(Type::Big, x)).e, self.simple(Val::new(Type::Big, y)).e);
                let quick = if or_equal { le(x.clone(), y.clone()) } else { lt(x.clone(), y.clone()) };
                let small = wrap(and(and(x.clone(), y.clone()), i64(1)));
                let slow = self.raw(if or_equal { "less_equal" } else { "less" }, vec![x, y], true);
                let e =
                    Expr::If { ty: Ty::I32, cond: Box::new(small), then: Box::new(quick), otherwise: Box::new(slow) };
                return Ok(get(self.temp(e, Ty::I32)));
            }
            _ => {}
        }
        let (x, y) = (self.boxed_for_reading(a)?, self.boxed_for_reading(b)?);
        let (x, y) = if swap { (y, x) } else { (x, y) };
        Ok(self.raw_temp(if or_equal { "less_equal" } else { "less" }, vec![x, y], true, Ty::I32))
    }

    /// An int of any size against a word: large < word, or with `swap` large > word.
    fn large_order(&mut self, large: Val, word: Val, swap: bool, or_equal: bool) -> Expr {
        let n = self.simple(large).e;
        let (small, sign) = (shr(n.clone(), i64(1)), load32(wrap(n.clone()), 4));
        let quick = match (swap, or_equal) {
            (false, false) => lt(small, word.e),
            (false, true) => le(small, word.e),
            (true, false) => gt(small, word.e),
            (true, true) => ge(small, word.e),
        };
        let beyond = if swap { ge32(sign, i32(0)) } else { lt32(sign, i32(0)) };
        let cond = Box::new(wrap(and(n, i64(1))));
        let e = Expr::If { ty: Ty::I32, cond, then: Box::new(quick), otherwise: Box::new(beyond) };
        get(self.temp(e, Ty::I32))
    }
}

/// A comparison of the bytes at an address with a constant of up to eight bytes, in one or two loads.
fn short_text(text: &[u8]) -> Option<impl Fn(Expr) -> Expr + use<>> {
    use wasm_encoder::{Instruction as I, MemArg};
    let len = text.len();
    if !(2..=8).contains(&len) {
        return None;
    }
    let width = if len >= 8 {
        8
    } else if len >= 4 {
        4
    } else {
        2
    };
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0_i64, |n, &b| n << 8 | i64::from(b));
    let (head, tail) = (number(&text[..width]), number(&text[len - width..]));
    Some(move |address: Expr| {
        let load = |at: u64| {
            let place = MemArg { offset: at, align: 0, memory_index: 0 };
            let instruction = match width {
                8 => I::I64Load(place),
                4 => I::I64Load32U(place),
                _ => I::I64Load16U(place),
            };
            op(instruction, [address.clone()])
        };
        let same = eq(load(0), i64(head));
        if len == width { same } else { and32(same, eq(load((len - width) as u64), i64(tail))) }
    })
}
