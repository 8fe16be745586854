//! Dicts. One of constants that never changes is a table: its lookups need neither a hash nor the dict.

use ruff_python_ast::{self as ast, Expr as Ast};

use super::code::*;
use super::tables::constant_word;
use super::types::{Site, Type};
use super::value::{More, Val};
use super::{Lower, R};
use crate::ir::{Expr, Stmt, Ty};

/// A constant dict, in order: keys without repetition.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) entries: Vec<(Key, Val)>,
    /// It is looked up otherwise than as a table: the dict has to be made.
    pub(crate) made: bool,
}

/// A constant key, as the scalars that it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Int(i64),
    Text(Vec<u8>),
    Tuple(Vec<Key>),
}

impl<'a> Lower<'a> {
    pub(crate) fn new_dict(&mut self, at: u32) -> R<Val> {
        let site = self.site(at, 0);
        self.box_site(site);
        let e = self.raw_temp("new_dict", vec![], false, Ty::I64);
        Ok(Val::new(Type::Dict(self.find(site)), e))
    }

    pub(crate) fn dict_literal(&mut self, at: u32, items: &'a [ast::DictItem]) -> R<Val> {
        if items.iter().any(|item| item.key.is_none()) {
            return self.merged_dict(items);
        }
        let mut pairs = Vec::new();
        for item in items {
            let Some(key) = &item.key else { continue };
            let key = self.expr(key)?;
            let key = self.made_unless_parts(key);
            let key = self.hold(key);
            let v = self.expr(&item.value)?;
            let v = self.made_unless_parts(v);
            pairs.push((key, self.hold(v)));
        }
        let site = self.site(at, 0);
        self.box_site(site);
        self.note_table(site, &pairs);
        let (mut keys, mut items) = (Type::Never, Type::Never);
        for (key, v) in &pairs {
            keys = self.join(&keys, &key.ty)?;
            items = self.join(&items, &v.ty)?;
        }
        self.key_in_site(site, &keys)?;
        self.put_in_site(site, &items)?;
        let site = self.find(site);
        if self.table_of(site).is_some_and(|table| !table.made) {
            return Ok(Val::new(Type::Dict(site), i64(0)));
        }
        let dict = self.raw_temp("new_dict", vec![], false, Ty::I64);
        for (key, v) in pairs {
            let (key, v) = (self.boxed(key), self.boxed(v));
            let call = self.raw("dict_put", vec![dict.clone(), key, v], true);
            self.emit(Stmt::Eval(call));
        }
        Ok(Val::new(Type::Dict(site), dict))
    }

    pub(crate) fn made_unless_parts(&mut self, v: Val) -> Val {
        if matches!(v.more, More::Parts(_)) { v } else { self.made(v) }
    }

    /// A dict display with `**` in it.
    pub(crate) fn merged_dict(&mut self, items: &'a [ast::DictItem]) -> R<Val> {
        let dict = self.raw_temp("new_dict", vec![], false, Ty::I64);
        for item in items {
            if let Some(key) = &item.key {
                let key = self.expr(key)?;
                let key = self.hold(key);
                let v = self.expr(&item.value)?;
                self.put_escaped(&dict, key, v)?;
                continue;
            }
            let v = self.expr(&item.value)?;
            if !matches!(v.ty, Type::Dict(_) | Type::Object("dict" | "Counter" | "defaultdict")) {
                return self.decline("** of this in a dict display");
            }
            let other = self.escaped(v)?;
            let call = self.raw("inplace_or", vec![dict.clone(), other], true);
            self.emit(Stmt::Eval(call));
        }
        Ok(Val::new(Type::Object("dict"), dict))
    }

    /// dict(pairs, a=1): the keywords are put in behind the pairs.
    pub(crate) fn dict_with_keywords(&mut self, call: &'a ast::ExprCall) -> R<Val> {
        let dict = match &call.arguments.args[..] {
            [] => self.raw_temp("new_dict", vec![], false, Ty::I64),
            [e] if !e.is_starred_expr() => {
                // Python looks at the pairs after it has evaluated the keywords.
                let v =
                    if self.is_lazy(e)? { return self.decline("dict of this with keywords") } else { self.expr(e)? };
                let word = self.boxed_for_reading(v)?;
                let mut values = Vec::new();
                for keyword in &call.arguments.keywords {
                    let v = self.expr(&keyword.value)?;
                    let v = self.made(v);
                    values.push(self.hold(v));
                }
                let dict = self.runtime_call("", "dict", vec![word])?.e;
                for (keyword, v) in call.arguments.keywords.iter().zip(values) {
                    let Some(name) = &keyword.arg else { return self.decline("dict with **") };
                    let key = self.text(name.as_str().as_bytes());
                    self.put_escaped(&dict, key, v)?;
                }
                return Ok(Val::new(Type::Object("dict"), dict));
            }
            _ => return self.decline("dict with these arguments"),
        };
        for keyword in &call.arguments.keywords {
            let Some(name) = &keyword.arg else { return self.decline("dict with **") };
            let key = self.text(name.as_str().as_bytes());
            let v = self.expr(&keyword.value)?;
            self.put_escaped(&dict, key, v)?;
        }
        Ok(Val::new(Type::Object("dict"), dict))
    }

    pub(crate) fn put_escaped(&mut self, dict: &Expr, key: Val, v: Val) -> R<()> {
        let key = self.escaped(key)?;
        let v = self.escaped(v)?;
        let call = self.raw("dict_put", vec![dict.clone(), key, v], true);
        self.emit(Stmt::Eval(call));
        Ok(())
    }

    /// The dict itself is wanted: it cannot stay a table only.
    pub(crate) fn want_dict(&mut self, site: Site) {
        if let Some(at) = self.contents(site).table
            && !self.tables[at].made
        {
            self.tables[at].made = true;
            self.changed = true;
        }
    }

    /// dict[key].
    pub(crate) fn dict_item(&mut self, site: Site, dict: Val, key: Val) -> R<Val> {
        let error = self.exception("KeyError");
        if let Some((there, v)) = self.table_lookup(site, &key)? {
            self.require(there, error);
            return Ok(self.hold(v));
        }
        self.want_dict(site);
        let item = self.item_of(site);
        let key = self.escaped_key(key)?;
        let e = self.raw_temp("dict_find", vec![dict.e, key], true, Ty::I64);
        self.require(ne(e.clone(), i64(0)), error);
        if item == Type::Never {
            return Ok(self.fail("KeyError"));
        }
        let v = self.unboxed(e, &item);
        Ok(self.hold(v))
    }

    /// A key for a lookup: it is only compared.
    pub(crate) fn escaped_key(&mut self, key: Val) -> R<Expr> {
        let word = self.boxed_for_reading(key)?;
        Ok(if is_simple(&word) { word } else { get(self.temp(word, Ty::I64)) })
    }

    pub(crate) fn set_dict_item(&mut self, site: Site, dict: Val, key: Val, v: Val) -> R<()> {
        let v = self.made(v);
        self.want_dict(site);
        self.site_changes(site);
        self.key_in_site(site, &key.ty)?;
        self.put_in_site(site, &v.ty)?;
        let (key, v) = (self.boxed(key), self.boxed(v));
        let call = self.raw("dict_put", vec![dict.e, key, v], true);
        self.emit(Stmt::Eval(call));
        Ok(())
    }

    /// Methods of dicts of known types. None: the runtime's method is called.
    pub(crate) fn dict_method(&mut self, site: Site, dict: &Val, name: &str, args: &'a [Ast]) -> R<Option<Val>> {
        if !["get", "setdefault"].contains(&name) || !(1..=2).contains(&args.len()) {
            if ["keys", "values", "items", "get"].contains(&name) {
                // Views are only read.
                self.want_dict(site);
            }
            return Ok(None);
        }
        let mut values = Vec::new();
        for e in args {
            let v = self.expr(e)?;
            let v = self.made_unless_parts(v);
            values.push(self.hold(v));
        }
        self.dict_method_on_values(site, dict, name, &values)
    }

    pub(crate) fn dict_method_on_values(&mut self, site: Site, dict: &Val, name: &str, args: &[Val]) -> R<Option<Val>> {
        let none = self.none();
        let (key, default) = match args {
            [key] => (key.clone(), Val::new(Type::None, none)),
            [key, default] => (key.clone(), default.clone()),
            _ => return Ok(None),
        };
        match name {
            "get" => {
                if let Some((there, v)) = self.table_lookup(site, &key)? {
                    return self.choose(there, |_| Ok(v), |_| Ok(default)).map(Some);
                }
                self.want_dict(site);
                let item = self.item_of(site);
                let key = self.escaped_key(key)?;
                let e = self.raw_temp("dict_find", vec![dict.e.clone(), key], true, Ty::I64);
                let there = ne(e.clone(), i64(0));
                self.choose(
                    there,
                    |s| {
                        if item == Type::Never {
                            return Ok(Val::never());
                        }
                        let v = s.unboxed(e, &item);
                        Ok(s.hold(v))
                    },
                    |_| Ok(default),
                )
                .map(Some)
            }
            "setdefault" => {
                self.want_dict(site);
                self.site_changes(site);
                self.key_in_site(site, &key.ty)?;
                self.put_in_site(site, &default.ty)?;
                let item = self.item_of(site);
                let key = self.boxed(key);
                let key = get(self.temp(key, Ty::I64));
                let default = self.boxed(default);
                let default = get(self.temp(default, Ty::I64));
                let found = self.raw("dict_find", vec![dict.e.clone(), key.clone()], true);
                let found = self.cursor(found, Ty::I64);
                self.when(zero(get(found)), |s| {
                    let call = s.raw("dict_put", vec![dict.e.clone(), key, default.clone()], true);
                    s.emit(Stmt::Eval(call));
                    s.set(found, default);
                    Ok(())
                })?;
                let held = self.temp(get(found), Ty::I64);
                let v = self.unboxed(get(held), &item);
                Ok(Some(self.hold(v)))
            }
            _ => Ok(None),
        }
    }
}

impl Table {
    pub(crate) fn is_of(&self, entries: &[(Key, Val)]) -> bool {
        let same = |a: &Val, b: &Val| a.ty == b.ty && constant_word(a) == constant_word(b) && a.text() == b.text();
        self.entries.len() == entries.len()
            && self.entries.iter().zip(entries).all(|((key, v), (other, w))| key == other && same(v, w))
    }
}
