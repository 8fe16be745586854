//! Variables of enclosing functions: passed with each call, or in cells that several functions share.

use super::closures::Leaving;
use super::code::*;
use super::function::Captured;
use super::types::Type;
use super::value::Val;
use super::{Lower, R};
use crate::ir::{Stmt, Ty};
use crate::webs::{FunctionId, WebId};

impl<'a> Lower<'a> {
    /// The type of a variable that lives in a cell on the heap.
    pub(crate) fn cell_type(&self, function: FunctionId, web: WebId) -> Option<Type> {
        let shared = self.is_shared_cell(function, web);
        shared.then(|| self.cells.get(&(function, web.0)).map_or(Type::Never, |(ty, _)| ty.clone()))
    }

    /// Something of type `ty` is put into a cell; gives the type of what may be in it.
    pub(crate) fn put_in_cell(&mut self, function: FunctionId, web: WebId, ty: &Type) -> R<Type> {
        let (old, times) = self.cells.get(&(function, web.0)).cloned().unwrap_or((Type::Never, 0));
        let new = self.widen(&old, ty, times)?;
        if new != old {
            self.cells.insert((function, web.0), (new.clone(), times + 1));
            self.changed = true;
        }
        Ok(new)
    }

    /// Whether a nested function assigns it, so that it lives in a cell on the heap.
    pub(crate) fn is_shared_cell(&self, function: FunctionId, web: WebId) -> bool {
        let web = self.webs.web(function, web);
        web.cell && web.nonlocal
    }

    /// A variable of an enclosing function.
    pub(crate) fn read_captured(&mut self, function: FunctionId, web: WebId) -> R<Val> {
        let at = self.captured(function, web);
        let Captured { ty, .. } = self.instances[self.frame.instance].captured[at].clone();
        let ty = self.cell_type(function, web).unwrap_or(ty);
        if ty.is_static() || ty == Type::Never {
            return Ok(Val::new(ty, i64(0)));
        }
        let local = self.frame.captured[at];
        if self.is_shared_cell(function, web) {
            let word = self.temp(load64(wrap(get(local)), 8), Ty::I64);
            return Ok(self.unboxed(get(word), &ty));
        }
        Ok(Val::new(ty, get(local)))
    }

    /// The place of a captured variable among what the function at hand is given; it is added if it is new.
    pub(crate) fn captured(&mut self, function: FunctionId, web: WebId) -> usize {
        let instance = &mut self.instances[self.frame.instance];
        if let Some(at) = instance.captured.iter().position(|c| c.function == function && c.web == web) {
            return at;
        }
        instance.captured.push(Captured { function, web, ty: Type::Never });
        self.changed = true;
        let local = self.new_local(Ty::I64, "_captured");
        self.frame.captured.push(local);
        self.frame.captured.len() - 1
    }

    /// What a call passes for a variable that the callee captures: its value, or the address of its cell.
    pub(crate) fn pass_captured(&mut self, function: FunctionId, web: WebId) -> R<Val> {
        let shared = self.is_shared_cell(function, web);
        if function == self.function() {
            let variable = self.variable(web);
            if self.has_flag(web) {
                // Whether the callee would find it unbound is for CPython to say.
                let flag = self.flag(web);
                self.expect(get(flag));
            }
            if variable.ty.is_static() || variable.ty == Type::Never {
                return Ok(Val::new(variable.ty, i64(0)));
            }
            let local = self.place(web);
            return Ok(Val::new(variable.ty, get(local)));
        }
        let at = self.captured(function, web);
        if shared {
            let ty = self.cell_type(function, web).unwrap_or(Type::Never);
            if ty.is_static() {
                return Ok(Val::new(ty, i64(0)));
            }
            return Ok(Val::new(ty, get(self.frame.captured[at])));
        }
        self.read_captured(function, web)
    }

    pub(crate) fn write_captured(&mut self, function: FunctionId, web: WebId, v: Val) -> R<()> {
        let v = self.closed(v, Leaving::GoingOn)?;
        let at = self.captured(function, web);
        let ty = self.put_in_cell(function, web, &v.ty)?;
        if ty.is_static() {
            return Ok(());
        }
        let word = self.boxed(v);
        let local = self.frame.captured[at];
        self.emit(Stmt::Eval(store64(wrap(get(local)), 8, word)));
        Ok(())
    }

    /// Cells of the function at hand are made before anything else.
    pub(crate) fn make_cells(&mut self) -> R<()> {
        let function = self.function();
        for web in 0..self.webs.function(function).webs.len() as u32 {
            let web = WebId(web);
            if self.is_shared_cell(function, web) {
                if self.webs.web(function, web).comprehension.is_some() {
                    return self.decline("a comprehension's variable that a function captures");
                }
                let local = self.place(web);
                let cell = self.raw("new_tuple", vec![i32(1)], false);
                self.set(local, cell);
            }
        }
        Ok(())
    }
}
