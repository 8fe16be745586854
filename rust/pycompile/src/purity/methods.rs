//! Calls.

use ruff_python_ast::{self as ast, Expr};

use super::outline::Kind;
use super::places::Place;
use super::words::{Does, builtin, builtin_type, has_key, member, method, raised};
use super::{Reader, Sure, doubt};

/// What is called.
enum Callee<'a> {
    /// Python's own. `method`: the object that it is called on is not among its arguments.
    Known { does: Does, name: &'a str, method: bool },
    /// The candidate's.
    Own { makes: bool },
}

impl<'a> Reader<'a> {
    pub(super) fn call(&mut self, at: &'a Expr, call: &'a ast::ExprCall, place: Place<'a>) -> Sure {
        let callee = self.callee(&call.func)?;
        let (args, keywords) = (&*call.arguments.args, &call.arguments.keywords);
        let makes = match callee {
            Callee::Known { name: "isinstance", .. } => {
                let ([object, classes], []) = (args, &**keywords) else { return doubt(call, "isinstance") };
                let classes = classes.as_tuple_expr().map_or(std::slice::from_ref(classes), |tuple| &tuple.elts);
                self.expr(object, Place::Test)?;
                classes.iter().try_for_each(|class| self.class(class))?;
                false
            }
            Callee::Known { does, name, method } => {
                for (index, arg) in args.iter().enumerate() {
                    self.argument(arg, does, name, index + usize::from(method && does == Does::Replaces), args.len())?;
                }
                for keyword in keywords {
                    if keyword.arg.as_deref().is_some_and(|name| !name.is_ascii()) {
                        return doubt(keyword, "a name that is not ASCII"); // CPython reads it as another
                    }
                    let place = match keyword.arg.as_deref() {
                        Some("key") if has_key(name) => Place::Function,
                        Some("repl") => return doubt(call, "repl="),
                        _ => Place::Value,
                    };
                    self.expr(&keyword.value, place)?;
                }
                match does {
                    Does::Parts if place != Place::Each || self.parts.is_some_and(|other| other != name) => {
                        return doubt(call, "parts that are not looped over");
                    }
                    Does::Parts => {
                        self.parts = Some(name);
                        true
                    }
                    does => matches!(does, Does::Iterates | Does::Makes | Does::Maps | Does::Wraps),
                }
            }
            Callee::Own { makes } => {
                self.all(args.iter().chain(keywords.iter().map(|keyword| &keyword.value)))?;
                makes
            }
        };
        if makes { self.made(at, place) } else { Ok(()) }
    }

    fn callee(&mut self, func: &'a Expr) -> Sure<Callee<'a>> {
        let known = |does: Option<Does>, name: &'a str| match does {
            Some(Does::Constant) | None => doubt(func, format!("{name}() may keep something")),
            Some(does) => Ok(Callee::Known { does, name, method: false }),
        };
        match func {
            Expr::Name(name) => {
                let id = name.id.as_str();
                match self.outline.kinds.get(id) {
                    Some(Kind::Function { generator, .. }) => Ok(Callee::Own { makes: *generator }),
                    Some(Kind::Class) => Ok(Callee::Own { makes: true }),
                    Some(Kind::Member(module, of)) => known(member(module, of), of),
                    Some(_) => doubt(func, format!("{id}()")),
                    None if builtin(id).is_some() => {
                        self.builtins.insert(id);
                        known(builtin(id), id)
                    }
                    None => {
                        self.name(name, Place::Function)?;
                        Ok(Callee::Own { makes: false })
                    }
                }
            }
            Expr::Attribute(attribute) => {
                let attr = attribute.attr.as_str();
                if let Expr::Name(base) = &*attribute.value {
                    match self.outline.kinds.get(base.id.as_str()) {
                        Some(Kind::Module(module)) => return known(member(module, attr), attr),
                        Some(Kind::Member("itertools", "chain")) if attr == "from_iterable" => {
                            return known(Some(Does::Iterates), attr);
                        }
                        _ => {}
                    }
                    if builtin_type(&base.id) {
                        self.builtins.insert(&base.id);
                        let does = if attr == "fromkeys" { method(attr) } else { method(attr).and(Some(Does::Value)) };
                        // What it gives is known by its address where the method's is.
                        return known(does.filter(|_| !matches!(method(attr), Some(Does::Makes | Does::Parts))), attr);
                    }
                }
                self.method(attribute, attr)
            }
            _ => {
                self.expr(func, Place::Function)?;
                Ok(Callee::Own { makes: false })
            }
        }
    }

    fn method(&mut self, attribute: &'a ast::ExprAttribute, attr: &'a str) -> Sure<Callee<'a>> {
        let base = &*attribute.value;
        let known = |does| Ok(Callee::Known { does, name: attr, method: true });
        if let Some(depth) = self.table(base) {
            self.expr(base, Place::Test)?;
            return match (attr, depth) {
                ("index" | "count", _) | ("get" | "copy", 1) => known(Does::Value),
                ("keys", _) | ("items" | "values", 1) => known(Does::Makes),
                _ => doubt(attribute, "a table of the module that may be changed"),
            };
        }
        self.expr(base, Place::Base)?;
        if attr == "copy" && self.outline.hashes() {
            return doubt(attribute, "a hash that may be copied"); // and is known by its address
        }
        match (self.outline.methods.get(attr), method(attr)) {
            (Some(makes), _) if !attr.starts_with("__") => Ok(Callee::Own { makes: *makes }),
            (None, Some(does)) => known(does),
            (None, None) if attr == "sort" || attr == "format" && is_plain(base) => known(Does::Value),
            (None, None) if self.outline.fields.contains(attr) => Ok(Callee::Own { makes: false }),
            _ => doubt(attribute, format!(".{attr}() may keep something")),
        }
    }

    /// An argument of a function of Python's.
    fn argument(&mut self, arg: &'a Expr, does: Does, name: &str, index: usize, count: usize) -> Sure {
        let place = match (does, index) {
            (Does::Iterates, 1) if name == "accumulate" => Place::Function,
            (Does::Iterates, _) if name == "iter" && count > 1 => return doubt(arg, "iter() of a function"),
            (Does::Reads, 0) if count > 1 && matches!(name, "min" | "max") => Place::Value,
            (Does::Reads, 0) | (Does::Iterates, _) => Place::Iterated,
            (Does::Parts, 0) if name == "groupby" => Place::Iterated,
            (Does::Parts, 1) if name == "groupby" => Place::Function,
            (Does::Maps | Does::Folds | Does::Wraps, 0) => Place::Function,
            (Does::Maps, _) | (Does::Folds, 1) => Place::Iterated,
            // What is called with matches is seen here.
            (Does::Replaces, 1) => match arg {
                Expr::Lambda(lambda) => return self.lambda(lambda, true),
                Expr::StringLiteral(_) | Expr::FString(_) | Expr::BytesLiteral(_) => Place::Value,
                _ => return doubt(arg, "a replacement that may be a function"),
            },
            _ => Place::Value,
        };
        // Which arguments a starred one is, is not known.
        let starred =
            arg.is_starred_expr() && !matches!(does, Does::Value | Does::Makes | Does::Reads | Does::Iterates);
        if starred { doubt(arg, "starred arguments") } else { self.expr(arg, place) }
    }

    /// A class that `isinstance` looks for.
    fn class(&mut self, e: &'a Expr) -> Sure {
        match e {
            Expr::Name(name) if self.outline.kinds.get(name.id.as_str()) == Some(&Kind::Class) => Ok(()),
            Expr::Name(name) => self.name(name, Place::Value),
            _ => doubt(e, "isinstance"),
        }
    }

    /// What a `raise` raises.
    pub(super) fn raise(&mut self, e: &'a Expr) -> Sure {
        let (func, call) = match e {
            Expr::Call(call) => (&*call.func, Some(&call.arguments)),
            _ => (e, None),
        };
        match func {
            Expr::Name(name) if raised(&name.id) && !self.outline.kinds.contains_key(name.id.as_str()) => {
                self.builtins.insert(&name.id);
                let Some(arguments) = call else { return Ok(()) };
                self.all(arguments.args.iter().chain(arguments.keywords.iter().map(|keyword| &keyword.value)))
            }
            _ => doubt(e, "an exception that is not listed"),
        }
    }
}

/// A literal that formats values, and asks for no attribute of theirs.
fn is_plain(base: &Expr) -> bool {
    let Expr::StringLiteral(literal) = base else { return false };
    let field = |rest: &str| !rest.split(['}', ':', '!', '{']).next().unwrap_or_default().contains('.');
    literal.value.to_str().split('{').skip(1).all(field)
}
