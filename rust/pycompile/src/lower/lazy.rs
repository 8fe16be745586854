//! Lazy things that are kept: a generator expression, `map` or `filter` in a variable.
//!
//! Such a variable's value is known while compiling: it is a source (`source`) whose cursors are locals. Opening it, where it is
//! assigned, evaluates what Python evaluates there; whoever consumes it advances the same cursors, and the variables in it are
//! read then. That works inside the function that made it, so a lazy thing is not passed on otherwise.

use std::cell::RefCell;
use std::rc::Rc;

use ruff_python_ast::Expr as Ast;

use super::code::*;
use super::source::Source;
use super::types::Type;
use super::value::Val;
use super::{Lower, R};
use crate::emit::can_fail;
use crate::ir::{Label, Local, Stmt, Ty};

const NAME: &str = "lazy:";

/// A source that is kept, and what has become of it.
#[derive(Clone)]
pub(crate) struct Kept<'a> {
    source: Rc<RefCell<Source<'a>>>,
    state: Local,
}

/// States of what is kept. Left by an error it is `RUNNING`: what CPython would do with it next depends on where it was.
const LIVE: i32 = 0;
const ENDED: i32 = 1;
const RUNNING: i32 = 2;

impl<'a> Lower<'a> {
    /// The value of an assignment: if it is lazy, a source that is opened here.
    pub(crate) fn kept(&mut self, e: &'a Ast) -> R<Option<Val>> {
        if e.is_name_expr() || self.frame.instance == 0 || !self.is_lazy(e)? {
            return Ok(None);
        }
        let source = self.open(e)?;
        let state = self.cursor(i32(LIVE), Ty::I32);
        self.frame.kept.push(Kept { source: Rc::new(RefCell::new(source)), state });
        Ok(Some(Val::known(format!("{NAME}{}:{}", self.frame.instance, self.frame.kept.len() - 1))))
    }

    /// What is kept in a variable that an expression names.
    fn kept_in(&mut self, e: &'a Ast) -> R<Option<Val>> {
        let Ast::Name(name) = e else { return Ok(None) };
        let v = self.read_name(name)?;
        Ok(is_kept(&v.ty).then_some(v))
    }

    /// Whether an expression names something lazy. (Looks only; that it is bound is checked by whoever reads it.)
    pub(crate) fn is_kept_name(&mut self, e: &'a Ast) -> R<bool> {
        let (_, kept) = self.block(|s| s.kept_in(e))?;
        Ok(kept.is_some())
    }

    /// A source that goes on with what a variable keeps.
    pub(crate) fn open_kept(&mut self, e: &'a Ast) -> R<Option<Source<'a>>> {
        if !self.is_kept_name(e)? {
            return Ok(None);
        }
        let Some(v) = self.kept_in(e)? else { return Ok(None) };
        let Type::Known(name) = &v.ty else { return Ok(None) };
        let mine = format!("{NAME}{}:", self.frame.instance);
        let at = name.strip_prefix(&mine).and_then(|at| at.parse::<usize>().ok());
        match at.and_then(|at| self.frame.kept.get(at)).cloned() {
            Some(kept) => Ok(Some(Source::Kept(kept))),
            None => self.decline("a generator of another function"),
        }
    }

    pub(crate) fn advance_kept(&mut self, kept: &Kept<'a>, exhausted: Label) -> R<Val> {
        let Ok(mut source) = kept.source.try_borrow_mut() else {
            return self.decline("a generator that asks itself for items");
        };
        self.emit(Stmt::BreakIf(exhausted, eq32(get(kept.state), i32(ENDED))));
        self.expect(not(get(kept.state)));
        self.set(kept.state, i32(RUNNING));
        let mut item = Val::never();
        self.leaving(|s, found| {
            s.leaving(|s, ended| {
                let next = s.advance(&mut source, ended)?;
                let next = s.made_unless_parts(next);
                item = s.hold(next);
                s.set(kept.state, i32(LIVE));
                s.emit(Stmt::Break(found));
                Ok(())
            })?;
            s.set(kept.state, i32(ENDED));
            s.emit(Stmt::Break(exhausted));
            Ok(())
        })?;
        Ok(item)
    }

    /// `map` and its like, neither consumed where they stand nor assigned to a variable.
    pub(crate) fn kept_elsewhere(&mut self, e: &'a Ast) -> R<Val> {
        let list = self.listed_early(e)?;
        let word = self.boxed_for_reading(list)?;
        self.runtime_call("", "iter", vec![word])
    }

    /// A lazy expression's items as a list, for one of the runtime's functions that takes them one by one and may itself fail.
    pub(crate) fn listed_for(&mut self, name: &str, e: &'a Ast) -> R<Val> {
        let at = self.offset;
        let (body, list) = self.block(|s| s.listed(e))?;
        self.offset = at;
        let adding_fails = match list.ty {
            Type::List(site) => name == "dict" || name.starts_with("math.") || !is_scalar(&self.item_of(site)),
            _ => false,
        };
        if adding_fails && can_fail(&body) {
            self.emit(Stmt::Try { body, handler: vec![Stmt::Fail(crate::runtime::status::DEOPT)] });
        } else {
            self.splice(body);
        }
        Ok(list)
    }
}

pub(crate) fn is_kept(ty: &Type) -> bool {
    matches!(ty, Type::Known(name) if name.starts_with(NAME))
}

/// Whether values of the type never change.
fn is_scalar(ty: &Type) -> bool {
    match ty {
        Type::Tuple(items) => items.iter().all(is_scalar),
        Type::None | Type::Bool | Type::Int(_) | Type::Big | Type::Float => true,
        ty => ty.is_text() || matches!(ty, Type::MaybeChar | Type::MaybeStr),
    }
}
