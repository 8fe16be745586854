//! Functions as values: what a function carries with it when it is not enough to know which one it is.
//!
//! A function is usually known while compiling (`Type::Function`), and what it captures is passed with each call, out of the
//! locals of the function around it. That is right as long as it is called from inside that function's activation. One that
//! leaves it, or has defaults of its own, becomes a `Type::Closure`: a tuple of its defaults and captured variables.

use std::rc::Rc;

use super::code::*;
use super::types::Type;
use super::value::{More, Val};
use super::{Lower, R};
use crate::ir::{Expr, Ty};
use crate::webs::{DefinitionKind, FunctionId, WebId};

/// What the tuple of a function's value holds, in this order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Closure {
    pub(crate) function: usize,
    /// (parameter, type)
    pub(crate) defaults: Vec<(usize, Type)>,
    /// Variables of functions that may be over when it is called: values, or cells.
    pub(crate) captured: Vec<(FunctionId, WebId, Type)>,
}

impl Closure {
    pub(crate) fn map(&self, mut f: impl FnMut(&Type) -> Type) -> Self {
        Self {
            function: self.function,
            defaults: self.defaults.iter().map(|(at, ty)| (*at, f(ty))).collect(),
            captured: self.captured.iter().map(|(function, web, ty)| (*function, *web, f(ty))).collect(),
        }
    }

    pub(crate) fn types(&self) -> impl Iterator<Item = &Type> {
        self.defaults.iter().map(|(_, ty)| ty).chain(self.captured.iter().map(|(_, _, ty)| ty))
    }

    fn same_shape(&self, other: &Self) -> bool {
        self.function == other.function
            && self.defaults.len() == other.defaults.len()
            && self.captured.len() == other.captured.len()
            && self.captured.iter().zip(&other.captured).all(|(a, b)| (a.0, a.1) == (b.0, b.1))
    }
}

/// How long the function that made a value will go on.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Leaving {
    /// It is over: its variables have their last values.
    Return,
    /// It may assign its variables again.
    GoingOn,
}

impl<'a> Lower<'a> {
    pub(crate) fn join_closures(&mut self, a: &Closure, b: &Closure) -> R<Type> {
        if !a.same_shape(b) {
            return self.decline("a variable that holds different functions");
        }
        let mut joined = a.clone();
        for (mine, theirs) in joined.defaults.iter_mut().zip(&b.defaults) {
            mine.1 = self.join(&mine.1, &theirs.1)?;
        }
        for (mine, theirs) in joined.captured.iter_mut().zip(&b.captured) {
            mine.2 = self.join(&mine.2, &theirs.2)?;
        }
        Ok(Type::Closure(Rc::new(joined)))
    }

    /// A function with defaults that are evaluated where it is defined.
    pub(crate) fn with_defaults(&mut self, function: usize, defaults: Vec<(usize, Val)>) -> Val {
        let types = defaults.iter().map(|(at, v)| (*at, v.ty.clone())).collect();
        let values = defaults.into_iter().map(|(_, v)| v).collect();
        let tuple = self.boxed(Val::parts(values));
        let closure = Closure { function, defaults: types, captured: vec![] };
        Val::new(Type::Closure(Rc::new(closure)), tuple)
    }

    /// A parameter's default out of a closure.
    pub(crate) fn default_in(&mut self, closure: &Val, parameter: usize) -> Option<Val> {
        let Type::Closure(c) = &closure.ty else { return None };
        let at = c.defaults.iter().position(|(p, _)| *p == parameter)?;
        let ty = c.defaults[at].1.clone();
        let word = self.closure_word(closure, at);
        let v = self.unboxed(word, &ty);
        Some(self.hold(v))
    }

    /// A captured variable out of a closure: its value, or its cell.
    pub(crate) fn captured_in(&mut self, closure: &Val, function: FunctionId, web: WebId) -> Option<Val> {
        let Type::Closure(c) = &closure.ty else { return None };
        let at = c.captured.iter().position(|(f, w, _)| (*f, *w) == (function, web))?;
        let ty = c.captured[at].2.clone();
        let place = c.defaults.len() + at;
        let word = self.closure_word(closure, place);
        if let Some(ty) = self.cell_type(function, web) {
            return Some(Val::new(ty, word));
        }
        let v = self.unboxed(word, &ty);
        Some(self.hold(v))
    }

    fn closure_word(&mut self, closure: &Val, at: usize) -> Expr {
        let word = load64(wrap(closure.e.clone()), 8 + 8 * at as u64);
        get(self.temp(word, Ty::I64))
    }

    /// The variables of the function at hand that a function needs, directly or through functions that it captures.
    fn own_captures(&self, function: usize) -> Vec<WebId> {
        let mine = self.function();
        let (mut found, mut open) = (Vec::new(), vec![function]);
        while let Some(next) = open.pop() {
            for &(owner, web) in &self.webs.function(FunctionId(next as u32)).captures {
                if owner != mine || found.contains(&web) {
                    continue;
                }
                found.push(web);
                match self.variable(web).ty {
                    Type::Function(other) => open.push(other),
                    Type::Closure(c) => open.push(c.function),
                    _ => {}
                }
            }
        }
        found
    }

    /// A value that leaves the function at hand: functions in it take the variables along that they capture from it.
    pub(crate) fn closed(&mut self, v: Val, leaving: Leaving) -> R<Val> {
        let function = match (&v.ty, &v.more) {
            (Type::Function(function), _) => *function,
            (Type::Closure(c), _) => c.function,
            (Type::Tuple(_), More::Parts(parts)) => {
                let parts = parts.iter().map(|part| self.closed(part.clone(), leaving)).collect::<R<_>>()?;
                return Ok(Val::parts(parts));
            }
            (Type::Tuple(items), _) if items.iter().any(contains_function) => {
                return self.decline("a function in a tuple that is passed on");
            }
            _ => return Ok(v),
        };
        let mine = self.function();
        let webs = self.own_captures(function);
        if webs.is_empty() {
            return Ok(v);
        }
        if self.cached.contains(&function) {
            return self.decline("a cached function that is passed on");
        }
        let mut closure = match &v.ty {
            Type::Closure(c) => (**c).clone(),
            _ => Closure { function, defaults: vec![], captured: vec![] },
        };
        let mut values: Vec<Val> = (0..closure.defaults.len() + closure.captured.len())
            .map(|at| {
                let word = self.closure_word(&v, at);
                Val::any(word)
            })
            .collect();
        for web in webs {
            if closure.captured.iter().any(|(f, w, _)| (*f, *w) == (mine, web)) {
                continue;
            }
            let variable = self.webs.web(mine, web);
            let cell = self.is_shared_cell(mine, web);
            let once = cell || variable.definitions.iter().all(|d| d.kind == DefinitionKind::Parameter);
            let captured = self.pass_captured(mine, web)?;
            if leaving == Leaving::GoingOn && !once && !captured.ty.is_static() {
                return self.decline("a function passed on whose variables may change");
            }
            let ty = if cell { Type::Any } else { captured.ty.clone() };
            closure.captured.push((mine, web, ty));
            values.push(if cell { Val::any(captured.e) } else { captured });
        }
        let tuple = self.boxed(Val::parts(values));
        Ok(Val::new(Type::Closure(Rc::new(closure)), tuple))
    }

    /// What a function gave, if that is a function too: it may need what the one that gave it carried.
    pub(crate) fn carried_on(&mut self, callee: &Val, v: Val) -> Val {
        let (Type::Closure(from), Type::Closure(to)) = (&callee.ty, &v.ty) else { return v };
        let mut closure = (**to).clone();
        let count = closure.defaults.len() + closure.captured.len();
        let mut words: Vec<Val> = (0..count).map(|at| Val::any(self.closure_word(&v, at))).collect();
        for (at, (function, web, ty)) in from.captured.iter().enumerate() {
            if !closure.captured.iter().any(|(f, w, _)| (f, w) == (function, web)) {
                closure.captured.push((*function, *web, ty.clone()));
                words.push(Val::any(self.closure_word(callee, from.defaults.len() + at)));
            }
        }
        let tuple = self.boxed(Val::parts(words));
        Val::new(Type::Closure(Rc::new(closure)), tuple)
    }

    /// Whether a function that arrives as an argument may capture variables of an older activation of the function at hand.
    pub(crate) fn check_argument(&self, ty: &Type) -> R<()> {
        let stale = match ty {
            Type::Function(function) => !self.own_captures(*function).is_empty(),
            Type::Closure(c) => self
                .own_captures(c.function)
                .iter()
                .any(|web| !c.captured.iter().any(|(f, w, _)| (*f, *w) == (self.function(), *web))),
            Type::Tuple(items) => {
                items.iter().any(|item| contains_function(item) && self.check_argument(item).is_err())
            }
            _ => false,
        };
        if stale { self.decline("a function passed back to the function that made it") } else { Ok(()) }
    }

    /// Whether values of the type may be kept in containers: functions only if they carry all that they need.
    pub(crate) fn check_kept(&self, ty: &Type) -> R<()> {
        let fine = match ty {
            Type::Function(_) | Type::Known(_) => false,
            Type::Closure(c) => self
                .webs
                .function(FunctionId(c.function as u32))
                .captures
                .iter()
                .all(|key| c.captured.iter().any(|(f, w, _)| (*f, *w) == *key)),
            Type::Tuple(items) => return items.iter().try_for_each(|item| self.check_kept(item)),
            _ => true,
        };
        if fine { Ok(()) } else { self.decline("a function or module kept in a container") }
    }
}

pub(crate) fn contains_function(ty: &Type) -> bool {
    match ty {
        Type::Function(_) | Type::Closure(_) | Type::Known(_) => true,
        Type::Tuple(items) => items.iter().any(contains_function),
        _ => false,
    }
}
