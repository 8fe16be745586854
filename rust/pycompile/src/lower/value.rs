//! Values while compiling: what carries them, and the conversions between forms.

use std::rc::Rc;

use wasm_encoder::Instruction as I;

use super::code::*;
use super::types::{Range, Type};
use super::{Lower, R};
use crate::ir::{Expr, Local, Stmt, Ty};

/// A value: its type and the expression that gives its word. The expression has no effects and does not depend on what
/// is lowered after it: whatever has an effect or may fail was put into a temporary.
#[derive(Clone, Debug)]
pub(crate) struct Val {
    pub(crate) ty: Type,
    pub(crate) e: Expr,
    pub(crate) more: More,
}

/// What else is known while compiling.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "a few live at a time")]
pub(crate) enum More {
    Nothing,
    /// A constant string.
    Text(Rc<[u8]>),
    /// A tuple that was not made: its items. The expression means nothing.
    Parts(Rc<Vec<Val>>),
    /// A string that was not made: the reverse of this one. The expression means nothing.
    Reversed(Box<Val>),
    /// A list that never changes once it is there: locals with its length (i64) and the address of its items (i32).
    Fixed(Local, Local),
    /// A method that was looked up and not called: its object and name. The expression means nothing.
    Bound(Box<Val>, String),
    /// operator.itemgetter of these. The expression means nothing.
    Getter(Rc<Vec<Val>>),
    /// functools.partial: the function and its first arguments. The expression means nothing.
    Partial(Box<Val>, Rc<Vec<Val>>),
    /// A string that was not made: `count` characters of `base` from `from` in steps of `step` (i64 all).
    Stepped {
        base: Box<Val>,
        from: Expr,
        step: Expr,
        count: Expr,
    },
}

impl Val {
    pub(crate) fn new(ty: Type, e: Expr) -> Self {
        Self { ty, e, more: More::Nothing }
    }

    pub(crate) fn int(value: i64) -> Self {
        Self::new(Type::Int(Range::only(value)), i64(value))
    }

    pub(crate) fn bool(e: Expr) -> Self {
        Self::new(Type::Bool, e)
    }

    /// An int of 32 bits without sign.
    pub(crate) fn index(e: Expr) -> Self {
        Self::new(Type::INDEX, e)
    }

    pub(crate) fn any(e: Expr) -> Self {
        Self::new(Type::Any, e)
    }

    pub(crate) fn parts(items: Vec<Self>) -> Self {
        let ty = Type::Tuple(items.iter().map(|item| item.ty.clone()).collect());
        Self { ty, e: i64(0), more: More::Parts(Rc::new(items)) }
    }

    pub(crate) fn never() -> Self {
        Self::new(Type::Never, i64(0))
    }

    pub(crate) fn known(name: impl Into<String>) -> Self {
        Self::new(Type::Known(name.into()), i64(0))
    }

    pub(crate) fn range(&self) -> Option<Range> {
        match self.ty {
            Type::Int(range) => Some(range),
            Type::Bool => Some(Range::of(0, 1)),
            _ => None,
        }
    }

    pub(crate) fn constant(&self) -> Option<i64> {
        match self.ty {
            Type::Int(range) => range.constant(),
            _ => None,
        }
    }

    pub(crate) fn text(&self) -> Option<&Rc<[u8]>> {
        match &self.more {
            More::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The most items that a tuple, with the tuples in it, may have.
const TUPLE: usize = 2000;

impl<'a> Lower<'a> {
    /// A tuple. Its type has all its items' types in it, so that tuples of tuples could grow without bounds.
    pub(crate) fn parts(&mut self, items: Vec<Val>) -> R<Val> {
        if items.iter().map(|item| item.ty.size()).sum::<usize>() > TUPLE {
            return self.decline("a tuple of so many items");
        }
        Ok(Val::parts(items))
    }

    /// A new temporary set to `e`.
    pub(crate) fn temp(&mut self, e: Expr, ty: Ty) -> Local {
        let local = self.new_local(ty, "");
        self.emit(Stmt::Set(local, e));
        local
    }

    /// A value whose expression may be used any number of times, and holds whatever is assigned later.
    pub(crate) fn hold(&mut self, v: Val) -> Val {
        match &v.more {
            More::Parts(parts) => {
                let held = parts.iter().map(|part| self.hold(part.clone())).collect();
                return Val::parts(held);
            }
            More::Reversed(base) => {
                let base = self.hold((**base).clone());
                return Val { more: More::Reversed(Box::new(base)), ..v };
            }
            More::Stepped { base, from, step, count } => {
                let (base, from, step, count) = ((**base).clone(), from.clone(), step.clone(), count.clone());
                let base = Box::new(self.hold(base));
                let [from, step, count] = [from, step, count].map(|e| self.hold_word(e, Ty::I64));
                return Val { more: More::Stepped { base, from, step, count }, ..v };
            }
            // The variable may be assigned another list while this one is held.
            More::Fixed(len, items) => {
                let (len, items) = (self.temp(get(*len), Ty::I64), self.temp(get(*items), Ty::I32));
                let e = self.hold_word(v.e, Ty::I64);
                return Val { ty: v.ty, e, more: More::Fixed(len, items) };
            }
            More::Nothing | More::Text(_) | More::Bound(..) | More::Getter(_) | More::Partial(..) => {}
        }
        if v.ty.is_static() || v.constant().is_some() {
            return v;
        }
        let word = v.ty.word();
        Val { e: self.hold_word(v.e, word), ..v }
    }

    pub(crate) fn hold_word(&mut self, e: Expr, ty: Ty) -> Expr {
        match e {
            Expr::I32(_) | Expr::I64(_) | Expr::F64(_) => e,
            Expr::Get(local) if self.is_temp(local) => e,
            e => get(self.temp(e, ty)),
        }
    }

    /// `hold` where the copy of a variable is not needed: for use several times before anything is assigned.
    pub(crate) fn simple(&mut self, v: Val) -> Val {
        let v = self.made(v);
        if is_simple(&v.e) { v } else { self.hold(v) }
    }

    /// The value made: no parts, nothing reversed or stepped.
    pub(crate) fn made(&mut self, v: Val) -> Val {
        match v.more {
            More::Nothing | More::Text(_) | More::Bound(..) | More::Getter(_) | More::Partial(..) | More::Fixed(..) => {
                v
            }
            More::Parts(_) => {
                let e = self.boxed(v.clone());
                Val::new(v.ty, e)
            }
            More::Reversed(base) => {
                let made = self.raw("str_reverse", vec![base.e], false);
                let e = get(self.temp(made, Ty::I64));
                Val::new(Type::Str, e)
            }
            More::Stepped { base, from, step, count } => {
                let args = vec![base.e, wrap(from), wrap(step), wrap(count)];
                let made = self.raw("str_slice_step", args, false);
                let e = get(self.temp(made, Ty::I64));
                Val::new(Type::Str, e)
            }
        }
    }

    /// A constant string.
    pub(crate) fn text(&mut self, text: &[u8]) -> Val {
        let (ty, e) = match *text {
            [c] => (Type::Char, i32(i32::from(c))),
            _ => (Type::Str, Expr::Packed(self.data(text), text.len() as u32)),
        };
        Val { ty, e, more: More::Text(text.into()) }
    }

    /// As a value: the word that the runtime takes, whatever the type.
    pub(crate) fn boxed(&mut self, v: Val) -> Expr {
        if let More::Parts(parts) = &v.more {
            if parts.is_empty() {
                return i64(i64::from(self.address("rt_unit")));
            }
            let words: Vec<Expr> = parts.iter().map(|part| self.boxed(part.clone())).collect();
            let tuple = self.raw("new_tuple", vec![i32(words.len() as i32)], false);
            let tuple = self.temp(tuple, Ty::I64);
            for (i, word) in words.into_iter().enumerate() {
                self.emit(Stmt::Eval(store64(wrap(get(tuple)), 8 + 8 * i as u64, word)));
            }
            return get(tuple);
        }
        let v = self.made(v);
        match v.ty {
            Type::Int(_) => match v.e {
                Expr::I64(value) => i64(value << 1 | 1),
                e => or(shl(e, i64(1)), i64(1)),
            },
            Type::Bool => {
                let [yes, no] = ["rt_true", "rt_false"].map(|name| i64(i64::from(self.address(name))));
                match v.e {
                    Expr::I32(0) => no,
                    Expr::I32(_) => yes,
                    e => select(yes, no, e),
                }
            }
            Type::Float => {
                let e = self.raw("float_box", vec![v.e], false);
                get(self.temp(e, Ty::I64))
            }
            Type::Char => self.boxed_char(v.e),
            Type::Str => {
                let e = self.raw("str_box", vec![v.e], false);
                get(self.temp(e, Ty::I64))
            }
            Type::MaybeChar => {
                let c = self.simple(Val::new(Type::MaybeChar, v.e)).e;
                let boxed = self.boxed_char(c.clone());
                let none = self.none();
                select(none, boxed, lt32(c, i32(0)))
            }
            Type::MaybeStr => {
                let s = self.simple(Val::new(Type::MaybeStr, v.e)).e;
                let boxed = self.raw("str_box", vec![s.clone()], false);
                let none = self.none();
                let e =
                    Expr::If { ty: Ty::I64, cond: Box::new(zero(s)), then: Box::new(none), otherwise: Box::new(boxed) };
                get(self.temp(e, Ty::I64))
            }
            Type::None => self.none(),
            Type::Dict(site) => {
                self.want_dict(site);
                v.e
            }
            _ => v.e,
        }
    }

    pub(crate) fn boxed_char(&mut self, c: Expr) -> Expr {
        let chars = self.address("rt_chars");
        match c {
            Expr::I32(c) => i64(i64::from(chars + 16 * c)),
            c => extend(add32(shl32(c, i32(4)), i32(chars))),
        }
    }

    pub(crate) fn none(&mut self) -> Expr {
        i64(i64::from(self.address("rt_none")))
    }

    /// From a value that is known to have the type.
    pub(crate) fn unboxed(&mut self, word: Expr, ty: &Type) -> Val {
        let e = match ty {
            Type::Int(range) => match range.constant() {
                Some(value) => i64(value),
                None => shr(word, i64(1)),
            },
            Type::Bool => eq(word, i64(i64::from(self.address("rt_true")))),
            Type::Float => load_float(wrap(word), 8),
            Type::Char => load8(load32(wrap(word), 8), 0),
            Type::Str => {
                let s = self.temp(wrap(word), Ty::I32);
                or(shl(load32_wide(get(s), 4), i64(32)), load32_wide(get(s), 8))
            }
            Type::MaybeChar => {
                let s = self.temp(word, Ty::I64);
                let none = self.none();
                Expr::If {
                    ty: Ty::I32,
                    cond: Box::new(eq(get(s), none)),
                    then: Box::new(i32(-1)),
                    otherwise: Box::new(load8(load32(wrap(get(s)), 8), 0)),
                }
            }
            Type::MaybeStr => {
                let s = self.temp(word, Ty::I64);
                let none = self.none();
                let a = wrap(get(s));
                Expr::If {
                    ty: Ty::I64,
                    cond: Box::new(eq(get(s), none)),
                    then: Box::new(i64(0)),
                    otherwise: Box::new(or(shl(load32_wide(a.clone(), 4), i64(32)), load32_wide(a, 8))),
                }
            }
            _ => word,
        };
        Val::new(ty.clone(), e)
    }

    /// The word of `v` in the form of type `to`, which is above its type.
    pub(crate) fn coerce(&mut self, v: Val, to: &Type) -> Expr {
        if v.ty.is_static() || v.ty == Type::Never {
            return match to.word() {
                Ty::I32 => i32(0),
                Ty::I64 => i64(0),
                Ty::F64 => Expr::F64(0.0),
            };
        }
        match (&v.ty, to) {
            (Type::Char, Type::Str) => self.char_as_str(v.e),
            (Type::Char, Type::MaybeChar) => v.e,
            (Type::None, Type::MaybeChar) => i32(-1),
            (Type::None, Type::MaybeStr) => i64(0),
            (Type::Str, Type::MaybeStr | Type::Str) => self.made(v).e,
            (Type::Char, Type::MaybeStr) => self.char_as_str(v.e),
            (Type::MaybeChar, Type::MaybeStr) => {
                let c = self.simple(v).e;
                let s = self.char_as_str(c.clone());
                let e = Expr::If {
                    ty: Ty::I64,
                    cond: Box::new(lt32(c, i32(0))),
                    then: Box::new(i64(0)),
                    otherwise: Box::new(s),
                };
                get(self.temp(e, Ty::I64))
            }
            (Type::Dict(_), Type::Dict(_)) => v.e,
            (from, to) if !to.is_value() && from.word() == to.word() => v.e,
            _ => self.boxed(v),
        }
    }

    /// A character as a packed string.
    pub(crate) fn char_as_str(&mut self, c: Expr) -> Expr {
        let chars = self.address("rt_chars");
        let object = match c {
            Expr::I32(c) => i32(chars + 16 * c),
            c => add32(shl32(c, i32(4)), i32(chars)),
        };
        or(load32_wide(object, 8), i64(1 << 32))
    }

    /// A string's packed word; the value must be text.
    pub(crate) fn packed(&mut self, v: Val) -> Expr {
        let v = self.made(v);
        match v.ty {
            Type::Char => match v.text().cloned() {
                Some(text) => Expr::Packed(self.data(&text), 1),
                None => {
                    let e = self.char_as_str(v.e);
                    get(self.temp(e, Ty::I64))
                }
            },
            _ => v.e,
        }
    }

    /// An int, or a bool as one, in a word; None if it is neither or may not fit.
    pub(crate) fn word_of(&mut self, v: &Val) -> Option<(Expr, Range)> {
        match v.ty {
            Type::Int(range) => Some((v.e.clone(), range)),
            Type::Bool => Some((extend(v.e.clone()), Range::of(0, 1))),
            _ => None,
        }
    }

    /// Raises unless `ok` (i32).
    pub(crate) fn require(&mut self, ok: Expr, error: i32) {
        self.emit(Stmt::If { cond: not(ok), then: vec![Stmt::Fail(error)], otherwise: vec![] });
    }

    /// Gives the row to CPython unless `ok`.
    pub(crate) fn expect(&mut self, ok: Expr) {
        self.require(ok, crate::runtime::status::DEOPT);
    }

    /// The word of an instruction without operands that can be dropped: for statements that only matter for effects.
    pub(crate) fn discard(&mut self, e: Expr) {
        if !is_simple(&e) {
            self.emit(Stmt::Eval(e));
        }
    }

    pub(crate) fn float_of(&mut self, v: &Val) -> Option<Expr> {
        match v.ty {
            Type::Float => Some(v.e.clone()),
            Type::Int(range) if range.within(Range::of(-(1 << 53), 1 << 53)) => {
                Some(op(I::F64ConvertI64S, [v.e.clone()]))
            }
            Type::Bool => Some(op(I::F64ConvertI32U, [v.e.clone()])),
            _ => None,
        }
    }
}
