//! Names, attributes and tables by where they stand: what is known by its address may be in some places only.

use ruff_python_ast::{self as ast, Expr};

use super::outline::Kind;
use super::words::{Does, builtin, builtin_type, member, method, part};
use super::{Reader, Sure, doubt};

/// What is done with the value of an expression.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place<'a> {
    /// Anything: it may become text, an item, an argument, an answer.
    Value,
    /// Only its truth counts, or nothing of it.
    Test,
    /// It is gone through.
    Iterated,
    /// By a loop, whose variables are bound to its items.
    Each,
    /// It is called, here or by what it is given to.
    Function,
    /// It is asked for a method or an attribute.
    Base,
    /// It is asked for an item.
    Item,
    /// A variable is bound to it.
    Bind(&'a str),
}

impl<'a> Reader<'a> {
    /// An object known by its address stands here.
    pub(super) fn made(&mut self, at: &'a Expr, place: Place<'a>) -> Sure {
        match place {
            Place::Value => doubt(at, "an object known by its address as a value"),
            Place::Bind(name) => {
                self.held.insert(name);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    pub(super) fn name(&mut self, name: &'a ast::ExprName, place: Place<'a>) -> Sure {
        let id = name.id.as_str();
        match self.outline.kinds.get(id) {
            Some(Kind::Function { generator: false, nested }) if !nested || place == Place::Function => Ok(()),
            Some(Kind::Member(module, of)) if plain(member(module, of)) => Ok(()),
            Some(_) => doubt(name, format!("{id} as a value")),
            None if builtin(id).is_some() => {
                self.builtins.insert(id);
                if plain(builtin(id)) { Ok(()) } else { doubt(name, format!("{id} as a value")) }
            }
            None => {
                self.free.insert(id);
                if matches!(place, Place::Value | Place::Bind(_)) {
                    self.loose.insert(id);
                }
                Ok(())
            }
        }
    }

    /// An attribute that is not called here.
    pub(super) fn attribute(&mut self, e: &'a ast::ExprAttribute, place: Place<'a>) -> Sure {
        let attr = e.attr.as_str();
        if let Expr::Name(base) = &*e.value {
            if let Some(Kind::Module(module)) = self.outline.kinds.get(base.id.as_str()) {
                let known = plain(member(module, attr));
                return if known { Ok(()) } else { doubt(e, format!("{module}.{attr} as a value")) };
            }
            if builtin_type(&base.id) && plain(method(attr)) {
                return self.name(base, Place::Base);
            }
        }
        // A method is bound to its object, which its address is known by.
        let called = plain(method(attr)) || self.outline.methods.get(attr) == Some(&false) && !attr.starts_with("__");
        if let Some(depth) = self.table(&e.value) {
            let reads = place == Place::Function && matches!((attr, depth), ("get", 1) | ("index" | "count", _));
            return if reads { self.expr(&e.value, Place::Test) } else { doubt(e, "a table's attribute") };
        }
        if part(attr) || self.outline.fields.contains(attr) || place == Place::Function && called {
            return self.expr(&e.value, Place::Base);
        }
        doubt(e, format!("the attribute {attr}"))
    }

    /// How deep the table is that an expression stands for, if it does.
    pub(super) fn table(&self, e: &Expr) -> Option<usize> {
        match e {
            Expr::Name(name) => match self.outline.kinds.get(name.id.as_str()) {
                Some(Kind::Table(depth)) => Some(*depth),
                _ => None,
            },
            Expr::Subscript(e) if !e.slice.is_slice_expr() => {
                self.table(&e.value).filter(|depth| *depth > 1).map(|depth| depth - 1)
            }
            _ => None,
        }
    }

    /// A table of that depth: nothing but constants is taken out of it.
    pub(super) fn table_in(&mut self, mut e: &'a Expr, depth: usize, place: Place<'a>) -> Sure {
        let read = matches!(place, Place::Iterated | Place::Each | Place::Item) && depth == 1;
        if !read && place != Place::Test {
            return doubt(e, "a table of the module that may be changed");
        }
        while let Expr::Subscript(item) = e {
            self.expr(&item.slice, Place::Value)?;
            e = &item.value;
        }
        Ok(())
    }
}

/// A function that gives a value, or a constant.
fn plain(does: Option<Does>) -> bool {
    matches!(does, Some(Does::Value | Does::Reads | Does::Folds | Does::Constant))
}
