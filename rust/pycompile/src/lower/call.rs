//! Calls: of the program's functions, of builtins and library functions, of methods.

use ruff_python_ast::{self as ast, Expr as Ast};

use super::attributes::{is_listed, is_missing};
use super::code::*;
use super::function::start;
use super::types::Type;
use super::value::{More, Val};
use super::{Lower, R};
use crate::registry::{self};
use crate::webs::{FunctionId, ParameterKind};

impl<'a> Lower<'a> {
    pub(crate) fn call(&mut self, whole: &'a Ast, call: &'a ast::ExprCall) -> R<Val> {
        if let Some(name) = self.known_callee(&call.func)? {
            self.offset = start(call);
            return self.call_known(&name, whole, call);
        }
        if let Ast::Attribute(attribute) = &*call.func {
            if let Some(v) = self.bit_count(attribute, call)? {
                return Ok(v);
            }
            let object = self.expr(&attribute.value)?;
            self.offset = start(call);
            return self.call_method(call, object, attribute.attr.as_str());
        }
        let function = self.expr(&call.func)?;
        self.offset = start(call);
        if let Some(number) = function_number(&function.ty) {
            let function = self.hold(function);
            let args = self.match_arguments(number, &function, call)?;
            return self.call_function(&function, number, args);
        }
        match function.ty {
            Type::Never => Ok(Val::never()),
            Type::Known(_) => {
                let args = call.arguments.args.iter().map(|e| self.expr(e)).collect::<R<_>>()?;
                self.apply(function, args)
            }
            Type::Any | Type::Object(_) => self.decline("a call of a value that is not known while compiling"),
            _ => {
                for e in &call.arguments.args {
                    let v = self.expr(e)?;
                    self.discard(v.e);
                }
                Ok(self.fail("TypeError"))
            }
        }
    }

    /// What is known while compiling of an expression that only looks names up, and its name if it is Python's.
    pub(crate) fn known_callee(&mut self, func: &'a Ast) -> R<Option<String>> {
        Ok(match self.static_type(func)? {
            Some(Type::Known(name)) if name != "bound method" => Some(name),
            _ => None,
        })
    }

    pub(crate) fn static_type(&mut self, e: &'a Ast) -> R<Option<Type>> {
        Ok(match e {
            Ast::Name(name) => {
                let (code, v) = self.block(|s| s.read_name(name))?;
                (code.is_empty() && v.ty.is_static()).then_some(v.ty)
            }
            Ast::Attribute(attribute) => match self.static_type(&attribute.value)? {
                Some(Type::Known(owner)) => self.member(&owner, &attribute.attr).map(Type::Known),
                _ => None,
            },
            Ast::Call(call) => match self.known_callee(&call.func)? {
                // What makes a function or a pattern.
                Some(name) if name == "re.compile" => self.compiled_pattern(call)?.map(Type::Known),
                _ => None,
            },
            _ => None,
        })
    }

    pub(crate) fn attribute(&mut self, e: &'a ast::ExprAttribute) -> R<Val> {
        if let Some(Type::Known(owner)) = self.static_type(&e.value)? {
            if let Some(v) = self.library_constant(&owner, &e.attr)? {
                return Ok(v);
            }
            if let Some(name) = self.member(&owner, &e.attr) {
                return Ok(Val::known(name));
            }
            self.offset = start(e);
            return self.decline(format!("{owner}.{}", e.attr));
        }
        let object = self.expr(&e.value)?;
        if let (Type::Int(_) | Type::Bool, "real" | "numerator") = (&object.ty, e.attr.as_str()) {
            return self.unary(ast::UnaryOp::UAdd, object);
        }
        match (&object.ty, e.attr.as_str()) {
            (Type::Int(_) | Type::Bool | Type::Big, "imag") => return Ok(Val::int(0)),
            (Type::Int(_) | Type::Bool | Type::Big, "denominator") => return Ok(Val::int(1)),
            (Type::Big, "real" | "numerator") | (Type::Float, "real") | (Type::Never, _) => return Ok(object),
            _ => {}
        }
        if object.ty.class().is_some_and(|class| is_missing(class, &e.attr)) {
            return Ok(self.fail("AttributeError"));
        }
        if !object.ty.is_static() && !object.ty.class().is_some_and(is_listed) {
            return self.decline("an attribute of a value whose class is not known");
        }
        let object = self.made(object);
        let object = self.hold(object);
        Ok(Val { more: More::Bound(Box::new(object), e.attr.to_string()), ..Val::known("bound method") })
    }

    /// A call's arguments in the order of the parameters, defaults filled in.
    pub(crate) fn match_arguments(&mut self, function: usize, callee: &Val, call: &'a ast::ExprCall) -> R<Vec<Val>> {
        let mut positional = Vec::new();
        for e in &call.arguments.args {
            if e.is_starred_expr() {
                if let Ast::Starred(s) = e {
                    let v = self.expr(&s.value)?;
                    let v = self.hold(v);
                    match (&v.ty, &v.more) {
                        (_, More::Parts(parts)) => positional.extend(parts.iter().cloned()),
                        (Type::Tuple(types), _) => {
                            for at in 0..types.len() {
                                positional.push(self.get_item(v.clone(), Val::int(at as i64))?);
                            }
                        }
                        (Type::List(_), _) => {
                            let Some(count) = self.left_to_fill(function, positional.len(), call) else {
                                return self.decline("a call with *arguments");
                            };
                            let error = self.exception("TypeError");
                            self.require(eq32(load32(wrap(v.e.clone()), 4), i32(count as i32)), error);
                            for at in 0..count {
                                let item = self.item_at(&v, i64(at as i64))?;
                                positional.push(self.hold(item));
                            }
                        }
                        _ => return self.decline("a call with *arguments"),
                    }
                }
                continue;
            }
            let v = self.expr(e)?;
            let v = self.made(v);
            positional.push(self.hold(v));
        }
        let mut named = Vec::new();
        for keyword in &call.arguments.keywords {
            let Some(name) = &keyword.arg else { return self.decline("a call with **keywords") };
            let v = self.expr(&keyword.value)?;
            let v = self.made(v);
            named.push((name.as_str(), self.hold(v)));
        }
        self.matched(function, callee, positional, named)
    }

    /// How many arguments a list must give that comes last in a call: known if all parameters are positional, without defaults.
    pub(crate) fn left_to_fill(&self, function: usize, given: usize, call: &ast::ExprCall) -> Option<usize> {
        let parameters = &self.webs.function(FunctionId(function as u32)).parameters;
        let plain = parameters
            .iter()
            .all(|p| !p.has_default && matches!(p.kind, ParameterKind::Positional | ParameterKind::PositionalOnly));
        let last = call.arguments.args.last().is_some_and(Ast::is_starred_expr) && call.arguments.keywords.is_empty();
        let stars = call.arguments.args.iter().filter(|e| e.is_starred_expr()).count();
        if plain && last && stars == 1 { parameters.len().checked_sub(given) } else { None }
    }

    pub(crate) fn matched(
        &mut self,
        function: usize,
        callee: &Val,
        positional: Vec<Val>,
        mut named: Vec<(&str, Val)>,
    ) -> R<Vec<Val>> {
        let info = self.webs.function(FunctionId(function as u32));
        let mut positional = positional.into_iter();
        let mut args = Vec::new();
        for (at, parameter) in info.parameters.iter().enumerate() {
            let by_name = named.iter().position(|(name, _)| *name == parameter.name);
            let v = match parameter.kind {
                ParameterKind::Rest => Some(Val::parts(positional.by_ref().collect())),
                ParameterKind::Keywords => return self.decline("**kwargs"),
                ParameterKind::KeywordOnly => None,
                ParameterKind::PositionalOnly | ParameterKind::Positional => positional.next(),
            };
            let v = match (v, by_name) {
                (Some(_), Some(_)) => return self.mismatch(info.parameters.len()),
                (Some(v), None) => v,
                (None, Some(by_name)) if parameter.kind != ParameterKind::PositionalOnly => {
                    named.swap_remove(by_name).1
                }
                _ if parameter.has_default => match self.default_in(callee, at) {
                    Some(v) => v,
                    None => self.default_of(function, at)?,
                },
                _ => return self.mismatch(info.parameters.len()),
            };
            args.push(v);
        }
        if positional.next().is_some() || !named.is_empty() {
            return self.mismatch(info.parameters.len());
        }
        Ok(args)
    }

    pub(crate) fn mismatch(&mut self, count: usize) -> R<Vec<Val>> {
        self.fail("TypeError");
        Ok(vec![Val::never(); count])
    }

    /// Calls what is known while compiling with values: for `map`, `key=` and the like.
    pub(crate) fn apply(&mut self, function: Val, args: Vec<Val>) -> R<Val> {
        let args: Vec<Val> = args.into_iter().map(|v| self.hold(v)).collect();
        if args.iter().any(|v| v.ty == Type::Never) {
            return Ok(Val::never());
        }
        if let Some(number) = function_number(&function.ty) {
            let function = self.hold(function);
            let args = self.matched(number, &function, args, vec![])?;
            return self.call_function(&function, number, args);
        }
        match (&function.ty, &function.more) {
            (_, More::Getter(keys)) => {
                let [object] = &args[..] else { return Ok(self.fail("TypeError")) };
                let items = keys.iter().map(|key| {
                    let item = self.get_item(object.clone(), key.clone())?;
                    Ok(self.hold(item))
                });
                let mut items = items.collect::<R<Vec<_>>>()?;
                Ok(if items.len() == 1 { items.remove(0) } else { Val::parts(items) })
            }
            (_, More::Partial(function, first)) => {
                let all = first.iter().cloned().chain(args).collect();
                self.apply((**function).clone(), all)
            }
            (_, More::Bound(object, name)) => self.method_on_values((**object).clone(), &name.clone(), args),
            (Type::Known(name), _) => self.apply_known(&name.clone(), args),
            _ => self.decline("a call of a value that is not known while compiling"),
        }
    }

    /// A builtin, library function or unbound method on values.
    pub(crate) fn apply_known(&mut self, name: &str, args: Vec<Val>) -> R<Val> {
        if let Some(v) = self.builtin_on_values(name, &args)? {
            return Ok(v);
        }
        let (owner, short) = name.rsplit_once('.').unwrap_or(("", name));
        if let Some(id) = registry::method(owner, short) {
            let Some((object, rest)) = args.split_first() else { return Ok(self.fail("TypeError")) };
            if object.ty.class()
                == Some(match owner {
                    "str" => "str",
                    "list" => "list",
                    "dict" => "dict",
                    "int" => "int",
                    _ => "",
                })
            {
                return self.method_on_values(object.clone(), short, rest.to_vec());
            }
            let _ = id;
            return self.decline(format!("{name} of this"));
        }
        let Some(id) = registry::module_function(owner, short) else {
            return self.decline(format!("{name} as a function"));
        };
        let mut words = Vec::new();
        for v in args {
            words.push(self.boxed_for_reading(v)?);
        }
        match self.spread(id, words)? {
            Some(words) => self.runtime_function(id, words),
            None => Ok(self.fail("TypeError")),
        }
    }
}

/// The function of the program that a value is.
fn function_number(ty: &Type) -> Option<usize> {
    match ty {
        Type::Function(number) => Some(*number),
        Type::Closure(closure) => Some(closure.function),
        _ => None,
    }
}

/// Parameters of which nothing is asked but the items, all of them and at once.
pub(crate) const ITERABLES: &[&str] = &["iterable", "iterables", "others", "other", "seq", "source"];

/// Methods with such parameters.
pub(crate) const TAKE_ITERABLES: &[&str] = &[
    "extend",
    "extendleft",
    "update",
    "join",
    "union",
    "intersection",
    "difference",
    "symmetric_difference",
    "issubset",
    "issuperset",
    "isdisjoint",
    "intersection_update",
    "difference_update",
    "symmetric_difference_update",
];
