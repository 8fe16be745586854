//! Functions under `functools.lru_cache`. A cache is a dict in a global variable, from the arguments to the result; it lives as long as
//! the row, or until its `def` is executed again. It saves time, and changes nothing: where it might, the program is CPython's.

use std::collections::HashSet;

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{self as ast, Expr as Ast};

use super::code::*;
use super::function::{Body, Mode, zero_of};
use super::types::Type;
use super::value::Val;
use super::{Lower, R};
use crate::ir::{Expr, Global, Stmt, Ty};
use crate::webs::FunctionId;

impl<'a> Lower<'a> {
    /// A call of a function under `lru_cache`: a dict from arguments to results, which lives as long as the row.
    pub(crate) fn call_cached(&mut self, callee: &Val, function: usize, args: Vec<Val>) -> R<Val> {
        let args: Vec<Val> = args
            .into_iter()
            .map(|v| {
                let v = self.made(v);
                self.hold(v)
            })
            .collect();
        let cache = self.cache_of(function);
        self.when(zero(Expr::Global(cache)), |s| {
            let dict = s.raw("new_dict", vec![], false);
            s.emit(Stmt::SetGlobal(cache, dict));
            Ok(())
        })?;
        let dict = get(self.temp(Expr::Global(cache), Ty::I64));
        let key = self.boxed_for_reading(Val::parts(args.clone()))?;
        let found = self.raw_temp("dict_find", vec![dict.clone(), key.clone()], true, Ty::I64);
        // The result's type is the function's: it is called once here to know it.
        let (call, v) = self.block(|s| {
            let v = s.call_plainly(callee, function, args)?;
            s.check_keys(function)?;
            let v = s.hold(v);
            let word = s.escaped(v.clone())?;
            let put = s.raw("dict_put", vec![dict, key, word], true);
            s.emit(Stmt::Eval(put));
            Ok(v)
        })?;
        let ty = v.ty.clone();
        if ty == Type::Never {
            self.emit(Stmt::If { cond: zero(found), then: call, otherwise: vec![] });
            return Ok(Val::never());
        }
        let result = self.cursor(zero_of(ty.word()), ty.word());
        let (hit, ()) = self.block(|s| {
            let v = s.unboxed(found.clone(), &ty);
            s.set(result, v.e);
            Ok(())
        })?;
        let mut miss = call;
        miss.push(Stmt::Set(result, v.e));
        self.emit(Stmt::If { cond: zero(found), then: miss, otherwise: hit });
        Ok(self.hold(Val::new(ty, get(result))))
    }

    /// The global that holds a function's cache.
    pub(crate) fn cache_of(&mut self, function: usize) -> Global {
        if let Some(&cache) = self.caches.get(&function) {
            return cache;
        }
        self.global_words.push(Ty::I64);
        let cache = Global(self.global_words.len() as u32 - 1);
        self.caches.insert(function, cache);
        cache
    }

    /// Equal arguments of different types (1, 1.0, True) would have one entry, where the results differ.
    fn check_keys(&self, function: usize) -> R<()> {
        let instances = self.instances.iter().filter(|i| i.function == function && i.mode == Mode::Plain);
        let kinds: HashSet<Vec<u8>> = instances.map(|i| i.params.iter().flat_map(kinds).collect()).collect();
        if kinds.len() > 1 || kinds.iter().flatten().any(|&kind| kind == UNKNOWN) {
            return self.decline("a cached function with arguments of different types");
        }
        Ok(())
    }

    /// Decorators: caches.
    pub(crate) fn decorate(&mut self, def: &'a ast::StmtFunctionDef, function: &Val) -> R<()> {
        for decorator in &def.decorator_list {
            let callee = match &decorator.expression {
                Ast::Call(call) => &*call.func,
                e => e,
            };
            match self.known_callee(callee)?.as_deref() {
                Some(name @ ("functools.lru_cache" | "functools.cache")) if is_plain(name, &decorator.expression) => {
                    if let Type::Function(number) = function.ty {
                        if self.is_recursive(self.function()) {
                            return self.decline("a cached function inside a recursive one"); // each activation has a cache
                        }
                        self.changed |= self.cached.insert(number);
                        let cache = self.cache_of(number);
                        self.emit(Stmt::SetGlobal(cache, i64(0)));
                    }
                }
                _ => return self.decline("a decorator"),
            }
        }
        Ok(())
    }

    /// Whether a function might be called while it runs: something that it names, or that this names, has its name.
    fn is_recursive(&self, function: FunctionId) -> bool {
        let name = self.webs.function(function).name.as_str();
        let (mut seen, mut open) = (HashSet::new(), vec![function.0 as usize]);
        if function.0 == 0 {
            return false;
        }
        while let Some(next) = open.pop() {
            let names = self.names_in(next);
            if names.contains(name) {
                return true;
            }
            let named = |f: &crate::webs::Function| f.name == "<lambda>" || names.contains(f.name.as_str());
            let found = self.webs.functions.iter().enumerate().filter(|(_, f)| named(f)).map(|(at, _)| at);
            open.extend(found.filter(|&at| seen.insert(at)));
        }
        false
    }

    /// The names that stand in a function.
    fn names_in(&self, function: usize) -> HashSet<&'a str> {
        struct Names<'a>(HashSet<&'a str>);
        impl<'a> Visitor<'a> for Names<'a> {
            fn visit_expr(&mut self, e: &'a Ast) {
                if let Ast::Name(name) = e {
                    self.0.insert(name.id.as_str());
                }
                walk_expr(self, e);
            }
        }
        let mut names = Names(HashSet::new());
        match self.bodies[function].body {
            Body::Statements(statements) => names.visit_body(statements),
            Body::Expression(e) => names.visit_expr(e),
        }
        names.0
    }
}

/// Whether a decorator is `cache`, `lru_cache`, or the latter with sizes that it takes.
fn is_plain(name: &str, decorator: &Ast) -> bool {
    let Ast::Call(call) = decorator else { return true };
    let size = |e: &Ast| e.is_none_literal_expr() || e.as_number_literal_expr().is_some_and(|n| n.value.is_int());
    name == "functools.lru_cache"
        && call.arguments.args.len() + call.arguments.keywords.len() < 2
        && call.arguments.args.iter().all(size)
        && call.arguments.keywords.iter().all(|k| k.arg.as_deref() == Some("maxsize") && size(&k.value))
}

const UNKNOWN: u8 = 0;

/// What numbers there may be in an argument, by position.
fn kinds(ty: &Type) -> Vec<u8> {
    match ty {
        Type::Bool => vec![1],
        Type::Int(_) | Type::Big => vec![2],
        Type::Float => vec![3],
        Type::Char | Type::MaybeChar | Type::Str | Type::MaybeStr | Type::None | Type::Never => vec![4],
        Type::Function(_) | Type::Known(_) => vec![5],
        Type::Tuple(items) => [6].into_iter().chain(items.iter().flat_map(kinds)).collect(),
        _ => vec![UNKNOWN],
    }
}
