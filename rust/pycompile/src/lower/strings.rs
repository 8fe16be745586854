//! Methods of strings that work on words. All others are the runtime's.

use ruff_python_ast::Expr as Ast;

use super::code::*;
use super::types::{LENGTH, Range, Type};
use super::value::Val;
use super::{Lower, R};
use crate::ir::{Expr, Stmt, Ty};

impl<'a> Lower<'a> {
    /// A method of text with plain arguments. None: the runtime's method is called.
    pub(crate) fn text_method(&mut self, object: &Val, name: &str, args: &'a [Ast]) -> R<Option<Val>> {
        if name == "join" && args.len() == 1 {
            return self.join_text(object.clone(), &args[0]).map(Some);
        }
        if !["count", "find", "index", "startswith", "endswith", "replace", "isdigit"].contains(&name) {
            return Ok(None);
        }
        // The arguments are looked at before they are evaluated: what is not text goes to the runtime's method.
        let mut values = Vec::new();
        let (code, ()) = self.block(|s| {
            for e in args {
                let v = s.expr(e)?;
                values.push(if v.text().is_some() { v } else { s.hold(v) });
            }
            Ok(())
        })?;
        if !values.iter().all(|v| v.ty.is_text()) {
            return Ok(None);
        }
        self.splice(code);
        let s = self.packed(object.clone());
        let s = self.simple(Val::new(Type::Str, s)).e;
        Ok(Some(match (name, &values[..]) {
            ("count", [sub]) => {
                let e = match sub.ty {
                    Type::Char => self.raw_temp("str_count_char", vec![s, sub.e.clone()], false, Ty::I32),
                    _ => {
                        let sub = self.packed(sub.clone());
                        self.raw_temp("str_count", vec![s, sub], false, Ty::I32)
                    }
                };
                Val::index(extend(e))
            }
            ("find" | "index", [sub]) => {
                let e = match sub.ty {
                    Type::Char => self.raw_temp("str_find_char", vec![s, sub.e.clone()], false, Ty::I32),
                    _ => {
                        let sub = self.packed(sub.clone());
                        self.raw_temp("str_find", vec![s, sub], false, Ty::I32)
                    }
                };
                if name == "index" {
                    let error = self.exception("ValueError");
                    self.require(ge32(e.clone(), i32(0)), error);
                    Val::index(extend(e))
                } else {
                    let at = op(wasm_encoder::Instruction::I64ExtendI32S, [e]);
                    Val::new(Type::Int(Range::of(-1, LENGTH.hi)), at)
                }
            }
            ("startswith" | "endswith", [affix]) => {
                let affix = self.packed(affix.clone());
                let affix = self.simple(Val::new(Type::Str, affix)).e;
                let (len, n) = (packed_len(s.clone()), packed_len(affix.clone()));
                let part = if name == "startswith" {
                    or(and(s.clone(), i64(0xffff_ffff)), shl(n.clone(), i64(32)))
                } else {
                    let at = add(and(s.clone(), i64(0xffff_ffff)), sub(len.clone(), n.clone()));
                    or(at, shl(n.clone(), i64(32)))
                };
                let same = self.raw("str_equal_packed", vec![part, affix], false);
                let e = Expr::If {
                    ty: Ty::I32,
                    cond: Box::new(le(n, len)),
                    then: Box::new(same),
                    otherwise: Box::new(i32(0)),
                };
                Val::bool(get(self.temp(e, Ty::I32)))
            }
            ("replace", [old, new]) => {
                let (old, new) = (self.packed(old.clone()), self.packed(new.clone()));
                let e = self.raw_temp("str_replace_packed", vec![s, old, new], true, Ty::I64);
                Val::new(Type::Str, e)
            }
            ("isdigit", []) => Val::bool(self.raw_temp("str_is_digits", vec![s], false, Ty::I32)),
            _ => return Ok(None),
        }))
    }

    /// sep.join(items): characters and strings are put together as they come.
    fn join_text(&mut self, separator: Val, items: &'a Ast) -> R<Val> {
        let looped = self.is_loop(items)?;
        let (separator_word, list) = if looped {
            let separator = self.packed(separator);
            let list = self.listed(items)?;
            (separator, list)
        } else {
            let separator = self.packed(separator);
            let v = self.expr(items)?;
            (separator, self.made(v))
        };
        if let Type::List(site) = list.ty
            && self.is_raw(site)
        {
            let name = match self.item_of(site) {
                Type::Char => Some("join_chars"),
                Type::Str => Some("join_packed"),
                _ => None,
            };
            if let Some(name) = name {
                let e = self.raw_temp(name, vec![separator_word, list.e], true, Ty::I64);
                return Ok(Val::new(Type::Str, e));
            }
        }
        let separator = self.boxed(Val::new(Type::Str, separator_word));
        let items = self.boxed_for_reading(list)?;
        let id = crate::registry::method("str", "join");
        match id {
            Some(id) => self.runtime_function(id, vec![separator, items]),
            None => self.decline("str.join"),
        }
    }

    /// Leaves statements out of a block and puts them where they belong.
    pub(crate) fn splice(&mut self, code: Vec<Stmt>) {
        code.into_iter().for_each(|stmt| self.emit(stmt));
    }
}
