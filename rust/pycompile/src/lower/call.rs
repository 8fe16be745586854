//! Calls: of the program's functions, of builtins and library functions, of methods.

use ruff_python_ast::{self as ast, Expr as Ast};

use super::attributes::is_missing;
use super::code::*;
use super::function::start;
use super::types::{LENGTH, Range, Type};
use super::value::{More, Val};
use super::{Lower, R};
use crate::ir::{Callee, Expr, Stmt, Ty};
use crate::registry::{self, Param};
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

    fn static_type(&mut self, e: &'a Ast) -> R<Option<Type>> {
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
        let object = self.made(object);
        let object = self.hold(object);
        Ok(Val { more: More::Bound(Box::new(object), e.attr.to_string()), ..Val::known("bound method") })
    }

    // ---- the program's functions ----

    /// A call's arguments in the order of the parameters, defaults filled in.
    fn match_arguments(&mut self, function: usize, callee: &Val, call: &'a ast::ExprCall) -> R<Vec<Val>> {
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
    fn left_to_fill(&self, function: usize, given: usize, call: &ast::ExprCall) -> Option<usize> {
        let parameters = &self.webs.function(FunctionId(function as u32)).parameters;
        let plain = parameters
            .iter()
            .all(|p| !p.has_default && matches!(p.kind, ParameterKind::Positional | ParameterKind::PositionalOnly));
        let last = call.arguments.args.last().is_some_and(Ast::is_starred_expr) && call.arguments.keywords.is_empty();
        let stars = call.arguments.args.iter().filter(|e| e.is_starred_expr()).count();
        if plain && last && stars == 1 { parameters.len().checked_sub(given) } else { None }
    }

    fn matched(
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

    fn mismatch(&mut self, count: usize) -> R<Vec<Val>> {
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

    // ---- the runtime's functions ----

    /// Positional arguments as the parameters of a runtime function: 0 where left out, the rest as a tuple.
    fn spread(&mut self, id: usize, words: Vec<Expr>) -> R<Option<Vec<Expr>>> {
        let params = &registry::signature(id).params;
        let mut words = words.into_iter();
        let mut args = Vec::new();
        for param in params {
            if param.star {
                let rest: Vec<Expr> = words.by_ref().collect();
                args.push(self.tuple_of(rest));
            } else if let Some(word) = words.next().filter(|_| !param.keyword_only) {
                args.push(word);
            } else if param.optional {
                args.push(i64(0));
            } else {
                return Ok(None);
            }
        }
        Ok(words.next().is_none().then_some(args))
    }

    fn tuple_of(&mut self, words: Vec<Expr>) -> Expr {
        if words.is_empty() {
            return i64(i64::from(self.address("rt_unit")));
        }
        let tuple = self.raw_temp("new_tuple", vec![i32(words.len() as i32)], false, Ty::I64);
        for (at, word) in words.into_iter().enumerate() {
            self.emit(Stmt::Eval(store64(wrap(tuple.clone()), 8 + 8 * at as u64, word)));
        }
        tuple
    }

    /// A call's arguments as words for a runtime function, in its parameters' order; `object` is `self`.
    pub(crate) fn runtime_arguments(
        &mut self,
        id: usize,
        object: Option<Expr>,
        call: &'a ast::ExprCall,
    ) -> R<Option<Vec<Expr>>> {
        let params: &'static [Param] = &registry::signature(id).params;
        // An iterator takes its arguments' items later.
        let kept = registry::signature(id).result == "iter";
        let first = usize::from(object.is_some());
        let mut slots: Vec<Option<Expr>> = vec![None; params.len()];
        let mut rest: Vec<Expr> = Vec::new();
        let mut star_tuple = None;
        if let Some(object) = object {
            slots[0] = Some(object);
        }
        let mut at = first;
        for e in &call.arguments.args {
            let star_at = params.get(at).is_some_and(|p| p.star);
            if let Ast::Starred(s) = e {
                if !star_at || call.arguments.args.len() != at - first + rest.len() + 1 {
                    return self.decline("a call with *arguments");
                }
                let v = self.expr(&s.value)?;
                let word = self.boxed_for_reading(v)?;
                let mut tuple = self.runtime_call("", "tuple", vec![word])?.e;
                if !rest.is_empty() {
                    let before = self.tuple_of(std::mem::take(&mut rest));
                    tuple = self.raw_temp("add", vec![before, tuple], true, Ty::I64);
                }
                star_tuple = Some(tuple);
                continue;
            }
            let word = self.argument(e, params.get(at).is_some_and(|p| ITERABLES.contains(&p.name)), kept)?;
            match params.get(at) {
                Some(param) if param.star => rest.push(word),
                Some(param) if !param.keyword_only => {
                    slots[at] = Some(word);
                    at += 1;
                }
                _ => return Ok(None),
            }
        }
        for keyword in &call.arguments.keywords {
            let Some(name) = &keyword.arg else { return self.decline("a call with **keywords") };
            let Some(slot) = params.iter().position(|p| p.name == name.as_str() && !p.positional_only && !p.star)
            else {
                return self.decline(format!("the argument {name}= here"));
            };
            let word = self.argument(&keyword.value, ITERABLES.contains(&params[slot].name), kept)?;
            if slots[slot].replace(word).is_some() {
                return Ok(None);
            }
        }
        let mut args = Vec::new();
        for (slot, param) in slots.into_iter().zip(params) {
            args.push(match slot {
                Some(word) => word,
                None if param.star => match star_tuple.take() {
                    Some(tuple) => tuple,
                    None => {
                        let rest = std::mem::take(&mut rest);
                        self.tuple_of(rest)
                    }
                },
                None if param.optional => i64(0),
                None => return Ok(None),
            });
        }
        Ok(Some(args))
    }

    /// An argument for the runtime: a generator expression or a lazy builtin becomes a list, where any iterable will do.
    fn argument(&mut self, e: &'a Ast, iterable: bool, kept: bool) -> R<Expr> {
        let v = match iterable && self.is_lazy(e)? {
            true if kept => self.listed_early(e)?,
            true => self.listed(e)?,
            false => self.expr(e)?,
        };
        let word = self.boxed_for_reading(v)?;
        Ok(if is_simple(&word) { word } else { get(self.temp(word, Ty::I64)) })
    }

    /// Calls a runtime function by its Python name.
    pub(crate) fn runtime_call(&mut self, owner: &str, name: &str, mut args: Vec<Expr>) -> R<Val> {
        let Some(id) = registry::module_function(owner, name) else {
            return self.decline(format!("{owner}.{name}"));
        };
        args.resize(registry::signature(id).params.len(), i64(0));
        self.runtime_function(id, args)
    }

    pub(crate) fn runtime_function(&mut self, id: usize, args: Vec<Expr>) -> R<Val> {
        let result = registry::signature(id).result;
        let call = Expr::Call { callee: Callee::Runtime(id), args, fallible: true };
        let e = get(self.temp(call, Ty::I64));
        let v = match result {
            "index" => self.unboxed(e, &Type::Int(Range::of(-1, LENGTH.hi))),
            "bool" => self.unboxed(e, &Type::Bool),
            "int" => Val::new(Type::Big, e),
            "float" => self.unboxed(e, &Type::Float),
            "str" => self.unboxed(e, &Type::Str),
            "str?" => self.unboxed(e, &Type::MaybeStr),
            "None" => Val::new(Type::None, e),
            "list" | "list[any]" => {
                let site = self.boxed_site(self.offset, 1, &Type::Any)?;
                Val::new(Type::List(site), e)
            }
            "list[str]" => {
                let site = self.boxed_site(self.offset, 2, &Type::Str)?;
                Val::new(Type::List(site), e)
            }
            "list[index]" => {
                let site = self.boxed_site(self.offset, 3, &Type::Int(Range::of(-1, LENGTH.hi)))?;
                Val::new(Type::List(site), e)
            }
            "any" => Val::any(e),
            class => Val::new(Type::Object(class), e),
        };
        Ok(self.hold(v))
    }

    // ---- methods ----

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

    fn method_of(&self, class: &str, name: &str) -> Option<usize> {
        let base = match class {
            "Counter" | "defaultdict" => Some("dict"),
            "frozenset" => Some("set"),
            "bool" => Some("int"),
            _ => None,
        };
        registry::method(class, name).or_else(|| base.and_then(|base| registry::method(base, name)))
    }

    /// A method that the runtime does not have: Python may have it. The arguments are not looked at before that.
    fn unknown_method(&mut self, class: &str, name: &str) -> R<Val> {
        if is_missing(class, name) {
            return Ok(self.fail("AttributeError"));
        }
        self.decline(format!("the method {class}.{name}"))
    }

    /// A method of an object whose class is known only when it runs.
    fn dynamic_method(&mut self, call: &'a ast::ExprCall, object: Val, name: &str) -> R<Val> {
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
        // Arguments are evaluated once, before the class is looked at, as Python evaluates them before the call.
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
            // A class without this method, or one that is not modelled.
            s.emit(Stmt::Fail(crate::runtime::status::DEOPT));
            Ok(())
        })?;
        let held = self.temp(get(result), Ty::I64);
        Ok(Val::any(get(held)))
    }

    fn argument_words(&mut self, call: &'a ast::ExprCall, iterable: bool) -> R<Vec<Expr>> {
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
    fn method_on_values(&mut self, object: Val, name: &str, args: Vec<Val>) -> R<Val> {
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

/// The function of the program that a value is.
fn function_number(ty: &Type) -> Option<usize> {
    match ty {
        Type::Function(number) => Some(*number),
        Type::Closure(closure) => Some(closure.function),
        _ => None,
    }
}

/// Parameters of which nothing is asked but the items, all of them and at once.
const ITERABLES: &[&str] = &["iterable", "iterables", "others", "other", "seq", "source"];

/// Methods with such parameters.
const TAKE_ITERABLES: &[&str] = &[
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
