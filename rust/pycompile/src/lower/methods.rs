//! Calls of methods: on words where there is a way, else the runtime's of the class; of a class that is known only when it runs.

use super::attributes::is_missing;
use super::call::TAKE_ITERABLES;
use super::code::*;
use super::types::Type;
use super::value::Val;
use super::{Lower, R};
use crate::ir::{Callee, Expr, Stmt, Ty};
use crate::registry::{self};
use ruff_python_ast::{self as ast, Expr as Ast};

impl<'a> Lower<'a> {
    pub(crate) fn call_method(&mut self, call: &'a ast::ExprCall, object: Val, name: &str) -> R<Val> {
        if object.ty == Type::Never {
            return Ok(Val::never());
        }
        let object = match object.ty {
            Type::MaybeChar | Type::MaybeStr => self.not_none(object, "AttributeError"),
            _ => object,
        };
        let object = if object.text().is_some() { object } else { self.hold(object) };
        let plain = call.arguments.keywords.is_empty() && !call.arguments.args.iter().any(Ast::is_starred_expr);
        match &object.ty {
            Type::Char | Type::Str if plain => {
                if let Some(v) = self.text_method(&object, name, &call.arguments.args)? {
                    return Ok(v);
                }
            }
            Type::List(site) => {
                let site = *site;
                if plain && let Some(v) = self.list_method(site, &object, name, &call.arguments.args)? {
                    return Ok(v);
                }
                if name == "sort" {
                    return self.sort_method(site, &object, call);
                }
                // The runtime's method may change it, and knows no types.
                if ["count", "index"].contains(&name) {
                    self.boxed_for_reading(object.clone())?;
                } else {
                    self.escape(&object.ty)?;
                }
            }
            Type::Dict(site) => {
                let site = *site;
                if plain && let Some(v) = self.dict_method(site, &object, name, &call.arguments.args)? {
                    return Ok(v);
                }
                self.escape(&object.ty)?;
                self.site_changes(site);
            }
            Type::Object("deque")
                if plain && call.arguments.args.is_empty() && (name == "pop" || name == "popleft") =>
            {
                return Ok(self.deque_end(&object, name == "popleft"));
            }
            Type::Known(_) | Type::Function(_) | Type::Closure(_) => {
                return self.decline(format!("the method {name} of this"));
            }
            _ => {}
        }
        if name == "format" && object.ty.is_text() && !call.arguments.keywords.is_empty() {
            return self.decline("str.format with keywords");
        }
        match object.ty.class() {
            Some(class) => {
                let Some(id) = self.method_of(class, name) else {
                    return self.unknown_method(class, name);
                };
                let word = self.boxed(object);
                let word = get(self.temp(word, Ty::I64));
                match self.runtime_arguments(id, Some(word), call)? {
                    Some(args) => self.runtime_function(id, args),
                    None => Ok(self.fail("TypeError")),
                }
            }
            None => self.dynamic_method(call, object, name),
        }
    }

    pub(crate) fn method_of(&self, class: &str, name: &str) -> Option<usize> {
        let base = match class {
            "Counter" | "defaultdict" => Some("dict"),
            "frozenset" => Some("set"),
            "bool" => Some("int"),
            _ => None,
        };
        registry::method(class, name).or_else(|| base.and_then(|base| registry::method(base, name)))
    }

    /// A method that the runtime does not have: Python may have it. The arguments are not looked at before that.
    pub(crate) fn unknown_method(&mut self, class: &str, name: &str) -> R<Val> {
        if is_missing(class, name) {
            return Ok(self.fail("AttributeError"));
        }
        self.decline(format!("the method {class}.{name}"))
    }

    /// A method of an object whose class is known only when it runs.
    pub(crate) fn dynamic_method(&mut self, call: &'a ast::ExprCall, object: Val, name: &str) -> R<Val> {
        let methods: Vec<usize> = registry::methods_named(name).to_vec();
        if methods.is_empty() {
            return self.decline(format!("the method {name}"));
        }
        let word = self.boxed(object);
        let word = get(self.temp(word, Ty::I64));
        let tag = self.raw_temp("value_tag", vec![word.clone()], false, Ty::I32);
        if is_missing("NoneType", name) {
            let error = self.exception("AttributeError");
            self.require(ne32(tag.clone(), i32(1)), error);
        }
        // The method is looked up before the arguments are evaluated: where there is none, the exception is CPython's to raise.
        let classes = methods.iter().filter_map(|&id| tags(registry::signature(id).owner)).flatten();
        let known = classes.fold(0_i64, |known, tag| known | 1 << tag);
        self.expect(wrap(and(shr_u(i64(known), extend(tag.clone())), i64(1))));
        let args = self.argument_words(call, TAKE_ITERABLES.contains(&name))?;
        let result = self.cursor(i64(0), Ty::I64);
        self.leaving(|s, done| {
            for id in methods {
                let owner = registry::signature(id).owner;
                let Some(tags) = tags(owner) else { continue };
                let is = tags.iter().map(|&t| eq32(tag.clone(), i32(t))).reduce(or32).unwrap_or(i32(0));
                s.when(is, |s| {
                    let mut words = vec![word.clone()];
                    words.extend(args.iter().cloned());
                    match s.spread(id, words)? {
                        Some(words) => {
                            let call = Expr::Call { callee: Callee::Runtime(id), args: words, fallible: true };
                            s.set(result, call);
                        }
                        None => {
                            s.fail("TypeError");
                        }
                    }
                    s.emit(Stmt::Break(done));
                    Ok(())
                })?;
            }
            // A class with this method, but not with one of these.
            s.emit(Stmt::Fail(crate::runtime::status::DEOPT));
            Ok(())
        })?;
        let held = self.temp(get(result), Ty::I64);
        Ok(Val::any(get(held)))
    }

    pub(crate) fn argument_words(&mut self, call: &'a ast::ExprCall, iterable: bool) -> R<Vec<Expr>> {
        if !call.arguments.keywords.is_empty() || call.arguments.args.iter().any(Ast::is_starred_expr) {
            return self.decline("such arguments for a method of a value whose class is not known");
        }
        let mut args = Vec::new();
        for e in &call.arguments.args {
            let v = if iterable && self.is_lazy(e)? { self.listed(e)? } else { self.expr(e)? };
            let word = self.escaped(v)?;
            args.push(if is_simple(&word) { word } else { get(self.temp(word, Ty::I64)) });
        }
        Ok(args)
    }

    /// A method on values, for bound methods and `map(str.strip, ...)`.
    pub(crate) fn method_on_values(&mut self, object: Val, name: &str, args: Vec<Val>) -> R<Val> {
        if let Type::Dict(site) = object.ty
            && let Some(v) = self.dict_method_on_values(site, &object, name, &args)?
        {
            return Ok(v);
        }
        let Some(class) = object.ty.class() else {
            return self.decline(format!("the method {name} as a function"));
        };
        let Some(id) = self.method_of(class, name) else {
            return self.decline(format!("the method {class}.{name}"));
        };
        self.escape(&object.ty)?;
        let mut words = vec![self.boxed(object)];
        for v in args {
            words.push(self.escaped(v)?);
        }
        match self.spread(id, words)? {
            Some(words) => self.runtime_function(id, words),
            None => Ok(self.fail("TypeError")),
        }
    }
}

/// The runtime's tags of a class (rt.h).
pub(crate) fn tags(class: &str) -> Option<&'static [i32]> {
    Some(match class {
        "bool" => &[2],
        "int" => &[2, 3],
        "float" => &[4],
        "str" => &[5],
        "bytes" => &[6],
        "list" => &[7],
        "tuple" => &[8],
        "dict" => &[9, 14, 15, 24],
        "set" => &[10, 11],
        "frozenset" => &[11],
        "range" => &[12],
        "deque" => &[13],
        "Counter" => &[14],
        "defaultdict" => &[15],
        "match" => &[20],
        "hash" => &[21],
        _ => return None,
    })
}
