//! `in`: without the container where it is a display, a constant or a table.

use ruff_python_ast::{self as ast, Expr as Ast};

use super::code::*;
use super::function::start;
use super::types::Type;
use super::value::{More, Val};
use super::{Lower, R};
use crate::ir::{Expr, Ty};

impl<'a> Lower<'a> {
    /// `item in e`: literals are not made into objects.
    pub(crate) fn membership(&mut self, item: Val, e: &'a Ast) -> R<Expr> {
        let elts = match e {
            Ast::List(list) => &list.elts,
            Ast::Tuple(tuple) => &tuple.elts,
            Ast::Set(set) if set.elts.iter().all(|e| e.is_literal_expr()) && hashable(&item.ty) => &set.elts,
            Ast::Call(call) => {
                if let Some(found) = self.in_range(&item, call)? {
                    return Ok(found);
                }
                let container = self.expr(e)?;
                return self.contained(item, container);
            }
            _ => {
                let container = self.expr(e)?;
                return self.contained(item, container);
            }
        };
        if elts.iter().any(Ast::is_starred_expr) || matches!(item.ty, Type::Float | Type::Any) {
            let container = self.expr(e)?;
            return self.contained(item, container);
        }
        let item = self.hold(item);
        let parts = elts.iter().map(|e| {
            let v = self.expr(e)?;
            Ok(self.hold(v))
        });
        let parts = parts.collect::<R<Vec<_>>>()?;
        self.offset = start(e);
        self.among(&item, &parts)
    }

    /// item in range(...), for ints in words and a step of one.
    fn in_range(&mut self, item: &Val, call: &'a ast::ExprCall) -> R<Option<Expr>> {
        let args = &call.arguments.args;
        if !(1..=2).contains(&args.len())
            || !call.arguments.keywords.is_empty()
            || args.iter().any(Ast::is_starred_expr)
            || !matches!(item.ty, Type::Int(_))
            || self.known_callee(&call.func)?.as_deref() != Some("range")
        {
            return Ok(None);
        }
        let item = self.hold(item.clone()).e;
        let mut bounds = Vec::new();
        for e in args {
            let v = self.expr(e)?;
            let Some((word, _)) = self.word_of(&v) else { return self.decline("a range of this") };
            bounds.push(if is_simple(&word) { word } else { get(self.temp(word, Ty::I64)) });
        }
        let (from, to) = match &bounds[..] {
            [to] => (i64(0), to.clone()),
            [from, to, ..] => (from.clone(), to.clone()),
            [] => return Ok(None),
        };
        Ok(Some(and32(le(from, item.clone()), lt(item, to))))
    }

    fn among(&mut self, item: &Val, parts: &[Val]) -> R<Expr> {
        let mut found = i32(0);
        for part in parts {
            let equal = match found {
                Expr::I32(0) => self.equals(item.clone(), part.clone())?,
                so_far => {
                    let (item, part) = (item.clone(), part.clone());
                    self.choose(so_far, |_| Ok(Val::bool(i32(1))), |s| Ok(Val::bool(s.equals(item, part)?)))?.e
                }
            };
            found = equal;
        }
        Ok(found)
    }

    /// item in container, as i32.
    pub(crate) fn contained(&mut self, item: Val, container: Val) -> R<Expr> {
        if item.ty == Type::Never || container.ty == Type::Never {
            return Ok(i32(0));
        }
        if let More::Parts(parts) = &container.more
            && !matches!(item.ty, Type::Float | Type::Any)
        {
            let parts = parts.clone();
            let item = self.hold(item);
            return self.among(&item, &parts);
        }
        let container = self.made(container);
        match (&item.ty, &container.ty) {
            (Type::Char, Type::Str | Type::Char) => {
                if let Some(text) = container.text().cloned().filter(|text| text.len() <= 12) {
                    let c = self.simple(item).e;
                    return Ok(self.one_of(c, &text));
                }
                let s = self.packed(container);
                let at = self.raw_temp("str_find_char", vec![s, item.e], false, Ty::I32);
                return Ok(ge32(at, i32(0)));
            }
            (Type::MaybeChar, Type::Str | Type::Char) => {
                let c = self.not_none(item, "TypeError");
                return self.contained(c, container);
            }
            (Type::MaybeStr, Type::Str | Type::Char) => {
                let s = self.not_none(item, "TypeError");
                return self.contained(s, container);
            }
            (Type::Str, Type::Str | Type::Char) => {
                let s = self.packed(container);
                let needle = self.packed(item);
                let at = self.raw_temp("str_find", vec![s, needle], false, Ty::I32);
                return Ok(ge32(at, i32(0)));
            }
            (Type::Int(_) | Type::Bool | Type::None | Type::Float | Type::Big, Type::Str | Type::Char) => {
                self.fail("TypeError");
                return Ok(i32(0));
            }
            (Type::Int(_), Type::List(site)) if self.is_raw(*site) && matches!(self.item_of(*site), Type::Int(_)) => {
                let at = self.raw_temp("index_i64", vec![container.e, item.e], false, Ty::I32);
                return Ok(ge32(at, i32(0)));
            }
            (Type::Big, Type::List(site)) if self.is_raw(*site) && matches!(self.item_of(*site), Type::Int(_)) => {
                // A large int is in no list of words.
                let n = self.simple(item).e;
                let at = self.raw("index_i64", vec![container.e, shr(n.clone(), i64(1))], false);
                let found = ge32(at, i32(0));
                let cond = wrap(and(n, i64(1)));
                let e =
                    Expr::If { ty: Ty::I32, cond: Box::new(cond), then: Box::new(found), otherwise: Box::new(i32(0)) };
                return Ok(get(self.temp(e, Ty::I32)));
            }
            (Type::Char, Type::List(site)) if self.is_raw(*site) && self.item_of(*site) == Type::Char => {
                let at = self.raw_temp("index_i64", vec![container.e, extend(item.e)], false, Ty::I32);
                return Ok(ge32(at, i32(0)));
            }
            (_, Type::Dict(site)) => {
                if let Some(found) = self.table_has(*site, &item)? {
                    return Ok(found);
                }
            }
            _ => {}
        }
        let (container, item) = (self.boxed_for_reading(container)?, self.boxed_for_reading(item)?);
        Ok(self.raw_temp("contains", vec![container, item], true, Ty::I32))
    }

    /// Whether a character (i32) is one of a text's.
    pub(crate) fn one_of(&mut self, c: Expr, text: &[u8]) -> Expr {
        let mut letters: Vec<u8> = text.to_vec();
        letters.sort_unstable();
        letters.dedup();
        match letters[..] {
            [] => return i32(0),
            [first, .., last] if usize::from(last - first) + 1 == letters.len() => {
                return lt32_u(sub32(c, i32(i32::from(first))), i32(letters.len() as i32));
            }
            _ => {}
        }
        letters.iter().map(|&letter| eq32(c.clone(), i32(i32::from(letter)))).reduce(or32).unwrap_or(i32(0))
    }

    /// A value that is not None; if it is, the exception.
    pub(crate) fn not_none(&mut self, v: Val, exception: &str) -> Val {
        let error = self.exception(exception);
        match v.ty {
            Type::MaybeChar => {
                let c = self.simple(v).e;
                self.require(ge32(c.clone(), i32(0)), error);
                Val::new(Type::Char, c)
            }
            Type::MaybeStr => {
                let s = self.simple(v).e;
                self.require(ne(s.clone(), i64(0)), error);
                Val::new(Type::Str, s)
            }
            _ => v,
        }
    }
}

fn hashable(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Bool | Type::Int(_) | Type::Big | Type::Char | Type::Str | Type::None | Type::MaybeChar | Type::MaybeStr
    )
}
