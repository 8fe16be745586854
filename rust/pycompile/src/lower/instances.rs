//! Calls of the program's functions, each specialised on the types of its arguments.

use std::rc::Rc;

use super::closures::{Leaving, contains_function};
use super::code::*;
use super::function::{Captured, Instance, Mode};
use super::types::{CAP, LENGTH, Type, WORD};
use super::value::Val;
use super::{INSTANCES, Lower, R};
use crate::ir::{Callee, Expr};
use crate::webs::FunctionId;

impl<'a> Lower<'a> {
    /// Calls a function of the program with arguments already matched to its parameters.
    pub(crate) fn call_function(&mut self, callee: &Val, function: usize, args: Vec<Val>) -> R<Val> {
        if self.cached.contains(&function) {
            self.call_cached(callee, function, args)
        } else {
            self.call_plainly(callee, function, args)
        }
    }

    pub(crate) fn call_plainly(&mut self, callee: &Val, function: usize, args: Vec<Val>) -> R<Val> {
        let mut args: Vec<Val> = args.into_iter().map(|v| self.made(v)).collect();
        if args.iter().any(|v| v.ty == Type::Never) {
            return Ok(Val::never());
        }
        for v in &mut args {
            if FunctionId(function as u32) == self.function() && contains_function(&v.ty) {
                *v = self.closed(v.clone(), Leaving::GoingOn)?;
            }
            v.ty = generalised(&v.ty);
        }
        let caller = self.instances[self.frame.instance].function;
        self.changed |= self.callers.insert(caller);
        let number = self.instance_for(callee, function, &args)?;
        let params = self.instances[number].params.clone();
        let mut words = Vec::new();
        for (v, ty) in args.into_iter().zip(&params) {
            if !ty.is_static() {
                words.push(self.coerce(v, ty));
            }
        }
        for at in 0..self.instances[number].captured.len() {
            let c = self.instances[number].captured[at].clone();
            let v = match self.captured_in(callee, c.function, c.web) {
                Some(v) => v,
                None => self.pass_captured(c.function, c.web)?,
            };
            let ty = if self.is_shared_cell(c.function, c.web) { v.ty.clone() } else { self.widen(&c.ty, &v.ty, 2)? };
            if ty != c.ty {
                self.instances[number].captured[at].ty = ty.clone();
                self.changed = true;
            }
            if ty.is_static() {
                continue;
            }
            let web = self.webs.web(c.function, c.web);
            words.push(if web.cell && web.nonlocal { v.e } else { self.coerce(v, &ty) });
        }
        let result = self.instances[number].result.clone();
        let call = Expr::Call { callee: Callee::Function(number), args: words, fallible: true };
        let e = get(self.temp(call, result.word()));
        Ok(match result {
            Type::Never => Val::never(),
            Type::None => {
                let none = self.none();
                Val::new(Type::None, none)
            }
            ty => self.carried_on(callee, Val::new(ty, e)),
        })
    }

    fn instance_for(&mut self, callee: &Val, function: usize, args: &[Val]) -> R<usize> {
        let shape = |ty: &Type| erased(ty);
        let wanted: Vec<Type> = args.iter().map(|v| shape(&v.ty)).collect();
        let found = (0..self.instances.len()).find(|&i| {
            let instance = &self.instances[i];
            instance.function == function
                && instance.mode == Mode::Plain
                && instance.callee == erased(&callee.ty)
                && instance.params.iter().map(shape).collect::<Vec<_>>() == wanted
        });
        if let Some(number) = found {
            for (at, v) in args.iter().enumerate() {
                let old = self.instances[number].params[at].clone();
                let ty = generalised(&self.join(&old, &v.ty)?);
                self.changed |= ty != old;
                self.instances[number].params[at] = ty;
            }
            return Ok(number);
        }
        if self.instances.len() >= INSTANCES {
            return self.decline("a function called with too many combinations of types");
        }
        self.changed = true;
        let info = self.webs.function(FunctionId(function as u32));
        let captured =
            info.captures.iter().map(|&(function, web)| Captured { function, web, ty: Type::Never }).collect();
        self.instances.push(Instance {
            function,
            mode: Mode::Plain,
            callee: erased(&callee.ty),
            params: args.iter().map(|v| v.ty.clone()).collect(),
            captured,
            result: Type::Never,
            times: 0,
        });
        Ok(self.instances.len() - 1)
    }
}

/// An argument's type, coarse enough that a function is not specialised on every number.
fn generalised(ty: &Type) -> Type {
    match ty {
        Type::Int(range) if range.within(LENGTH) => Type::INDEX,
        Type::Int(range) if range.within(CAP) => Type::Int(CAP),
        Type::Int(_) => Type::Int(WORD),
        Type::Tuple(items) => Type::Tuple(items.iter().map(generalised).collect()),
        Type::Closure(closure) => Type::Closure(Rc::new(closure.map(generalised))),
        other => other.clone(),
    }
}

/// A type without the numbers of its sites and the bounds of its ints.
fn erased(ty: &Type) -> Type {
    match ty {
        Type::List(_) => Type::List(super::types::Site(0)),
        Type::Dict(_) => Type::Dict(super::types::Site(0)),
        Type::Int(range) if range.within(CAP) => Type::Int(CAP),
        Type::Int(_) => Type::Int(WORD),
        Type::Tuple(items) => Type::Tuple(items.iter().map(erased).collect()),
        Type::Closure(closure) => Type::Closure(Rc::new(closure.map(erased))),
        other => other.clone(),
    }
}
