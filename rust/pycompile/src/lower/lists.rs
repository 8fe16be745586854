//! Lists: literals, items, and the methods that work on words.

use ruff_python_ast::{self as ast, Expr as Ast};

use super::code::*;
use super::types::{Site, Type};
use super::value::{More, Val};
use super::{Lower, R};
use crate::ir::{Expr, Stmt, Ty};

impl<'a> Lower<'a> {
    pub(crate) fn list_literal(&mut self, at: u32, elts: &'a [Ast]) -> R<Val> {
        let site = self.site(at, 0);
        let starred = elts.iter().any(Ast::is_starred_expr);
        let known = if starred { 0 } else { elts.len() };
        let mut items = Vec::new();
        let mut all = Type::Never;
        if !starred {
            for e in elts {
                let v = self.expr(e)?;
                let v = self.made(v);
                all = self.join(&all, &v.ty)?;
                items.push(self.hold(v));
            }
            self.put_in_site(site, &all)?;
        }
        let site = self.find(site);
        let list = self.raw("new_list", vec![i32(known as i32), i32(known.max(4) as i32)], false);
        let list = Val::new(Type::List(site), get(self.temp(list, Ty::I64)));
        if !items.is_empty() {
            let data = self.temp(load32(wrap(list.e.clone()), 12), Ty::I32);
            for (i, v) in items.into_iter().enumerate() {
                let word = self.item_word(site, v);
                self.emit(Stmt::Eval(store64(get(data), 8 * i as u64, word)));
            }
        }
        if starred {
            for e in elts {
                match e {
                    Ast::Starred(s) => {
                        let v = self.expr(&s.value)?;
                        self.extend_list(site, &list, v)?;
                    }
                    e => {
                        let v = self.expr(e)?;
                        self.append(site, &list, v)?;
                    }
                }
            }
        }
        Ok(list)
    }

    /// An item in the form in which the site keeps it: an i64.
    pub(crate) fn item_word(&mut self, site: Site, v: Val) -> Expr {
        let ty = self.item_of(site);
        if !self.is_raw(site) {
            return self.boxed(v);
        }
        let e = self.coerce(v, &ty);
        match ty.word() {
            Ty::I64 => e,
            Ty::I32 => op(wasm_encoder::Instruction::I64ExtendI32S, [e]),
            Ty::F64 => op(wasm_encoder::Instruction::I64ReinterpretF64, [e]),
        }
    }

    /// The length of a list, as i64.
    pub(crate) fn list_len(&self, list: &Val) -> Expr {
        match list.more {
            More::Fixed(len, _) => get(len),
            _ => load32_wide(wrap(list.e.clone()), 4),
        }
    }

    /// The item at an index that is known to be inside; not yet held.
    pub(crate) fn item_at(&mut self, list: &Val, at: Expr) -> R<Val> {
        let Type::List(site) = list.ty else { return self.decline("an item of this") };
        let ty = self.item_of(site);
        if ty == Type::Never {
            return Ok(Val::never());
        }
        let data = match list.more {
            More::Fixed(_, items) => get(items),
            _ => load32(wrap(list.e.clone()), 12),
        };
        let (address, offset) = match at {
            Expr::I64(at) if (0..1 << 28).contains(&at) => (data, 8 * at as u64),
            at => (add32(data, shl32(wrap(at), i32(3))), 0),
        };
        if !self.is_raw(site) {
            let word = self.temp(load64(address, offset), Ty::I64);
            return Ok(self.unboxed(get(word), &ty));
        }
        let e = match ty.word() {
            Ty::I64 => load64(address, offset),
            Ty::I32 => load32(address, offset),
            Ty::F64 => load_float(address, offset),
        };
        let e = get(self.temp(e, ty.word()));
        Ok(Val::new(ty, e))
    }

    pub(crate) fn append(&mut self, site: Site, list: &Val, v: Val) -> R<()> {
        let v = self.made(v);
        self.put_in_site(site, &v.ty)?;
        self.site_changes(site);
        let site = self.find(site);
        self.barrier(site, &list.e);
        let word = self.item_word(site, v);
        let word = if is_simple(&word) { word } else { get(self.temp(word, Ty::I64)) };
        let object = wrap(list.e.clone());
        let len = self.temp(load32(object.clone(), 4), Ty::I32);
        let room = lt32_u(get(len), load32(object.clone(), 8));
        let slow = self.raw("list_append", vec![list.e.clone(), word.clone()], true);
        let address = add32(load32(object.clone(), 12), shl32(get(len), i32(3)));
        let quick =
            vec![Stmt::Eval(store64(address, 0, word)), Stmt::Eval(store32(object, 4, add32(get(len), i32(1))))];
        self.emit(Stmt::If { cond: room, then: quick, otherwise: vec![Stmt::Eval(slow)] });
        Ok(())
    }

    /// list.extend(v), list += v.
    pub(crate) fn extend_list(&mut self, site: Site, list: &Val, v: Val) -> R<()> {
        self.site_changes(site);
        if let Type::List(other) = v.ty {
            self.unite(site, other)?;
            self.barrier(site, &list.e);
            let v = self.made(v);
            let call = self.raw("list_extend_words", vec![list.e.clone(), v.e], true);
            self.emit(Stmt::Eval(call));
            return Ok(());
        }
        if let Type::Any | Type::Object(_) = v.ty {
            self.put_in_site(site, &Type::Any)?;
        }
        let mut source = self.open_value(v)?;
        self.leaving(|s, done| s.drain(&mut source, done, &mut |s, item| s.append(site, list, item)))
    }

    /// Methods that need no values. None: the runtime's method is called.
    pub(crate) fn list_method(&mut self, site: Site, list: &Val, name: &str, args: &'a [Ast]) -> R<Option<Val>> {
        let none = self.none();
        let none = Val::new(Type::None, none);
        match (name, args) {
            ("append", [e]) => {
                let v = self.expr(e)?;
                self.append(site, list, v)?;
            }
            ("extend", [e]) => {
                let mut first = true;
                if self.is_lazy(e)? {
                    self.site_changes(site);
                    self.leaving(|s, done| s.each(e, done, &mut |s, item| s.append(site, list, item)))?;
                    first = false;
                }
                if first {
                    let v = self.expr(e)?;
                    self.extend_list(site, list, v)?;
                }
            }
            ("pop", [] | [_]) => {
                self.site_changes(site);
                self.barrier(site, &list.e);
                let error = self.exception("IndexError");
                let object = wrap(list.e.clone());
                let ty = self.item_of(site);
                let index = match args {
                    [e] => {
                        let v = self.expr(e)?;
                        match self.word_of(&v) {
                            Some((index, _)) => Some(index),
                            None => return self.decline("list.pop of this index"),
                        }
                    }
                    _ => None,
                };
                let index = index.filter(|e| !matches!(e, Expr::I64(-1)));
                if let Some(index) = index {
                    let word = self.raw_temp("list_pop", vec![list.e.clone(), index], true, Ty::I64);
                    return Ok(Some(self.item_from_word(site, &ty, word)));
                }
                let len = self.temp(sub32(load32(object.clone(), 4), i32(1)), Ty::I32);
                self.require(ge32(get(len), i32(0)), error);
                self.emit(Stmt::Eval(store32(object, 4, get(len))));
                let item = self.item_at(list, extend(get(len)))?;
                return Ok(Some(self.hold(item)));
            }
            ("insert", [at, e]) => {
                let at = self.expr(at)?;
                let v = self.expr(e)?;
                let v = self.made(v);
                let Some((at, _)) = self.word_of(&at) else { return self.decline("list.insert at this index") };
                self.put_in_site(site, &v.ty)?;
                self.site_changes(site);
                self.barrier(site, &list.e);
                let word = self.item_word(site, v);
                let call = self.raw("list_insert", vec![list.e.clone(), at, word], true);
                self.emit(Stmt::Eval(call));
            }
            ("reverse", []) => {
                self.site_changes(site);
                self.barrier(site, &list.e);
                let call = self.raw("list_reverse", vec![list.e.clone()], true);
                self.emit(Stmt::Eval(call));
            }
            ("copy", []) => {
                let e = self.raw_temp("list_copy", vec![list.e.clone()], false, Ty::I64);
                return Ok(Some(Val::new(list.ty.clone(), e)));
            }
            ("clear", []) => {
                self.site_changes(site);
                self.barrier(site, &list.e);
                self.emit(Stmt::Eval(store32(wrap(list.e.clone()), 4, i32(0))));
            }
            ("count", [e]) if self.is_raw(site) && matches!(self.item_of(site), Type::Int(_)) => {
                let v = self.expr(e)?;
                let Type::Int(_) = v.ty else { return self.decline("list.count of this") };
                let e = self.raw_temp("count_i64", vec![list.e.clone(), v.e], false, Ty::I32);
                return Ok(Some(Val::index(extend(e))));
            }
            ("index", [e]) if self.is_raw(site) && matches!(self.item_of(site), Type::Int(_)) => {
                let v = self.expr(e)?;
                let Type::Int(_) = v.ty else { return self.decline("list.index of this") };
                let e = self.raw_temp("index_i64", vec![list.e.clone(), v.e], false, Ty::I32);
                let error = self.exception("ValueError");
                self.require(ge32(e.clone(), i32(0)), error);
                return Ok(Some(Val::index(extend(e))));
            }
            _ => return Ok(None),
        }
        Ok(Some(none))
    }

    fn item_from_word(&mut self, site: Site, ty: &Type, word: Expr) -> Val {
        if !self.is_raw(site) {
            let v = self.unboxed(word, ty);
            return self.hold(v);
        }
        let e = match ty.word() {
            Ty::I64 => word,
            Ty::I32 => wrap(word),
            Ty::F64 => op(wasm_encoder::Instruction::F64ReinterpretI64, [word]),
        };
        Val::new(ty.clone(), e)
    }

    /// Sorts a list in place, without a key.
    pub(crate) fn sort_in_place(&mut self, site: Site, list: &Expr, reverse: Expr) {
        let raw = self.is_raw(site);
        let name = match self.item_of(site) {
            Type::Int(_) | Type::Bool | Type::Char if raw => "sort_i64",
            Type::Float if raw => "sort_f64",
            Type::Str if raw => "sort_packed",
            _ => "sort_values",
        };
        if raw && !matches!(self.item_of(site), Type::Int(_) | Type::Bool | Type::Char | Type::Float | Type::Str) {
            self.box_site(site);
        }
        let call = self.raw(name, vec![list.clone(), reverse], true);
        self.emit(Stmt::Eval(call));
    }

    /// A list as a value that is only read: its items must be values, but their types stay known.
    pub(crate) fn boxed_for_reading(&mut self, v: Val) -> R<Expr> {
        match &v.ty {
            Type::List(site) => {
                let item = self.item_of(*site);
                self.box_site(*site);
                self.escape_contents(&item)?;
            }
            Type::Dict(site) => {
                let (key, item) = (self.key_of(*site), self.item_of(*site));
                self.escape_contents(&key)?;
                self.escape_contents(&item)?;
            }
            Type::Tuple(items) => {
                for item in items.clone() {
                    self.escape_contents(&item)?;
                }
            }
            Type::Function(_) | Type::Known(_) | Type::Closure(_) => {
                return self.decline("a function or module used as a value");
            }
            _ => {}
        }
        Ok(self.boxed(v))
    }

    /// What a reader may keep of a container are its items: those that can change are then anybody's.
    fn escape_contents(&mut self, item: &Type) -> R<()> {
        match item {
            Type::List(_) | Type::Dict(_) | Type::Tuple(_) | Type::Closure(_) => self.escape(&item.clone()),
            _ => Ok(()),
        }
    }

    /// A tuple display with stars in it.
    pub(crate) fn starred_tuple(&mut self, elts: &'a [Ast]) -> R<Option<Val>> {
        if !elts.iter().any(Ast::is_starred_expr) {
            return Ok(None);
        }
        let list = self.list_literal(self.offset, elts)?;
        let word = self.escaped(list)?;
        Ok(Some(self.runtime_call("", "tuple", vec![word])?))
    }

    pub(crate) fn set_literal(&mut self, elts: &'a [Ast]) -> R<Val> {
        let set = self.raw_temp("new_set", vec![], false, Ty::I64);
        for e in elts {
            if e.is_starred_expr() {
                return self.decline("a starred expression in a set");
            }
            let v = self.expr(e)?;
            let word = self.escaped(v)?;
            let call = self.raw("set_put", vec![set.clone(), word], true);
            self.emit(Stmt::Eval(call));
        }
        Ok(Val::new(Type::Object("set"), set))
    }

    /// deque.popleft() or deque.pop() (deque_object of rt.h).
    pub(crate) fn deque_end(&mut self, deque: &Val, left: bool) -> Val {
        let object = wrap(deque.e.clone());
        let base = self.address("rt") + 16;
        let frozen = lt32_u(object.clone(), load32(i32(base), 0));
        self.require(not(frozen), crate::runtime::status::IMPURE);
        let len = self.temp(load32(object.clone(), 4), Ty::I32);
        let error = self.exception("IndexError");
        self.require(get(len), error);
        let head = self.temp(load32(object.clone(), 8), Ty::I32);
        let mask = load32(object.clone(), 12);
        let place = if left { get(head) } else { and32(add32(get(head), sub32(get(len), i32(1))), mask.clone()) };
        let item = load64(add32(load32(object.clone(), 16), shl32(place, i32(3))), 0);
        let item = get(self.temp(item, Ty::I64));
        if left {
            self.emit(Stmt::Eval(store32(object.clone(), 8, and32(add32(get(head), i32(1)), mask))));
        }
        self.emit(Stmt::Eval(store32(object.clone(), 4, sub32(get(len), i32(1)))));
        self.emit(Stmt::Eval(store32(object.clone(), 20, add32(load32(object, 20), i32(1)))));
        Val::any(item)
    }

    pub(crate) fn keyword<'k>(call: &'k ast::ExprCall, name: &str) -> Option<&'k Ast> {
        call.arguments.keywords.iter().find(|k| k.arg.as_deref() == Some(name)).map(|k| &k.value)
    }
}
