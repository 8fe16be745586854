//! Calls of the runtime's functions by their Python signatures.

use super::call::ITERABLES;
use super::code::*;
use super::types::{LENGTH, Range, Type};
use super::value::Val;
use super::{Lower, R};
use crate::ir::{Callee, Expr, Stmt, Ty};
use crate::registry::{self, Param};
use ruff_python_ast::{self as ast, Expr as Ast};

impl<'a> Lower<'a> {
    /// Positional arguments as the parameters of a runtime function: 0 where left out, the rest as a tuple.
    pub(crate) fn spread(&mut self, id: usize, words: Vec<Expr>) -> R<Option<Vec<Expr>>> {
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

    pub(crate) fn tuple_of(&mut self, words: Vec<Expr>) -> Expr {
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
    pub(crate) fn argument(&mut self, e: &'a Ast, iterable: bool, kept: bool) -> R<Expr> {
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
}
