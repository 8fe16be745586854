//! Statements.

use wasm_encoder::BlockType;

use super::function::Emitter;
use super::gives::has_value;
use super::scan;
use crate::ir::{Expr, Stmt};

impl Emitter<'_> {
    pub(super) fn stmts(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            self.stmt(stmt);
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Set(local, value) => {
                self.expr(value);
                self.set(*local);
            }
            Stmt::SetGlobal(global, value) => {
                self.expr(value);
                let global = self.layout.global(*global);
                self.sink().global_set(global);
            }
            Stmt::Eval(value) => {
                self.expr(value);
                if has_value(value) {
                    self.sink().drop();
                }
            }
            Stmt::If { cond, then, otherwise } => self.branch(cond, then, otherwise),
            Stmt::Block { label, body } => {
                self.sink().block(BlockType::Empty);
                self.labelled(*label, body);
            }
            Stmt::Loop { label, body } => self.looped(*label, body),
            Stmt::Break(label) => {
                let depth = self.to_label(*label);
                self.sink().br(depth);
            }
            Stmt::BreakIf(label, cond) => {
                self.expr(cond);
                let depth = self.to_label(*label);
                self.sink().br_if(depth);
            }
            Stmt::Try { body, handler } => self.block(|this| {
                this.block(|this| {
                    this.handled(body);
                    if !scan::leaves(body) {
                        this.sink().br(1);
                    }
                });
                this.stmts(handler);
            }),
            Stmt::Return(value) => {
                self.expr(value);
                self.leave();
            }
            Stmt::Fail(error) => {
                let at = self.error();
                self.sink().i32_const(0).i32_const(*error).i32_store(at);
                self.rethrow();
            }
            Stmt::Rethrow => self.rethrow(),
        }
    }

    fn rethrow(&mut self) {
        let depth = self.to_handler();
        self.sink().br(depth);
    }

    fn branch(&mut self, cond: &Expr, then: &[Stmt], otherwise: &[Stmt]) {
        self.expr(cond);
        match (then, otherwise) {
            ([Stmt::Break(label)], []) => {
                let depth = self.to_label(*label);
                self.sink().br_if(depth);
            }
            ([Stmt::Rethrow], []) => self.unlikely_rethrow(),
            _ => {
                self.hint_unless_even(scan::fails(then), scan::fails(otherwise));
                self.sink().if_(BlockType::Empty);
                self.nest(|this| {
                    this.stmts(then);
                    if !otherwise.is_empty() {
                        this.sink().else_();
                        this.stmts(otherwise);
                    }
                });
            }
        }
    }

    pub(super) fn unlikely_rethrow(&mut self) {
        self.hint(false);
        let depth = self.to_handler();
        self.sink().br_if(depth);
    }
}
