//! Statements, by Python's grammar.

use ruff_python_ast::{self as ast, Expr as Ast, Stmt as AstStmt};

use super::code::*;
use super::exceptions::Jump;
use super::function::start;
use super::value::Val;
use super::{Loop, Lower, R};
use crate::ir::{Expr, Label, Stmt, Ty};

/// Whether the end of statements may be reached.
pub(crate) fn ends(statements: &[AstStmt]) -> bool {
    match statements.last() {
        Some(AstStmt::Return(_) | AstStmt::Raise(_)) => false,
        Some(AstStmt::If(e)) => {
            let complete = e.elif_else_clauses.last().is_some_and(|clause| clause.test.is_none());
            !complete || ends(&e.body) || e.elif_else_clauses.iter().any(|clause| ends(&clause.body))
        }
        Some(AstStmt::While(e)) if matches!(&*e.test, Ast::BooleanLiteral(b) if b.value) => has_break(&e.body),
        Some(AstStmt::For(e)) if !e.orelse.is_empty() => ends(&e.orelse) || has_break(&e.body),
        _ => true,
    }
}

/// Whether a loop's body may break out of it.
fn has_break(body: &[AstStmt]) -> bool {
    body.iter().any(|statement| match statement {
        AstStmt::Break(_) => true,
        AstStmt::If(e) => has_break(&e.body) || e.elif_else_clauses.iter().any(|clause| has_break(&clause.body)),
        AstStmt::For(e) => has_break(&e.orelse),
        AstStmt::While(e) => has_break(&e.orelse),
        AstStmt::Try(_) | AstStmt::With(_) | AstStmt::Match(_) => true,
        _ => false,
    })
}

impl<'a> Lower<'a> {
    pub(crate) fn statements(&mut self, statements: &'a [AstStmt]) -> R<()> {
        for statement in statements {
            self.offset = start(statement);
            self.statement(statement)?;
            if matches!(statement, AstStmt::Return(_) | AstStmt::Break(_) | AstStmt::Continue(_) | AstStmt::Raise(_)) {
                break; // what follows is never reached
            }
        }
        Ok(())
    }

    fn statement(&mut self, statement: &'a AstStmt) -> R<()> {
        match statement {
            AstStmt::Expr(e) => {
                let v = match &*e.value {
                    Ast::StringLiteral(_) | Ast::EllipsisLiteral(_) => return Ok(()), // a docstring, or nothing
                    value => self.expr(value)?,
                };
                self.discard(v.e);
                Ok(())
            }
            AstStmt::Assign(assign) => self.assign(assign),
            AstStmt::AugAssign(assign) => self.augmented(assign),
            AstStmt::AnnAssign(assign) => match &assign.value {
                Some(value) => {
                    let v = self.expr(value)?;
                    self.assign_to(&assign.target, v)
                }
                None => Ok(()),
            },
            AstStmt::Return(ret) => {
                let v = match &ret.value {
                    Some(value) => self.expr(value)?,
                    None => {
                        let none = self.none();
                        Val::new(super::types::Type::None, none)
                    }
                };
                self.give(v)
            }
            AstStmt::If(e) => self.if_statement(&e.test, &e.body, &e.elif_else_clauses),
            AstStmt::While(e) => self.while_statement(e),
            AstStmt::For(e) => self.for_statement(e),
            AstStmt::Break(_) => self.leave_by(Jump::Break),
            AstStmt::Continue(_) => self.leave_by(Jump::Continue),
            AstStmt::Pass(_) | AstStmt::Global(_) | AstStmt::Nonlocal(_) => Ok(()),
            AstStmt::FunctionDef(def) => self.function_statement(def),
            AstStmt::Import(import) => self.import(import),
            AstStmt::ImportFrom(import) => self.import_from(import),
            AstStmt::Try(e) => self.try_statement(e),
            AstStmt::Raise(e) => self.raise(e),
            AstStmt::Assert(e) => {
                let test = self.test(&e.test)?;
                let test = self.temp(test, Ty::I32);
                let failing = self.block(|s| {
                    if let Some(message) = &e.msg {
                        let v = s.expr(message)?;
                        s.discard(v.e);
                    }
                    s.fail("AssertionError");
                    Ok(())
                });
                let (failing, ()) = failing?;
                self.emit(Stmt::If { cond: not(get(test)), then: failing, otherwise: vec![] });
                Ok(())
            }
            AstStmt::Delete(e) => {
                for target in &e.targets {
                    self.delete(target)?;
                }
                Ok(())
            }
            AstStmt::With(_) => self.decline("a with statement"),
            AstStmt::ClassDef(_) => self.decline("a class"),
            AstStmt::Match(_) => self.decline("a match statement"),
            AstStmt::TypeAlias(_) => self.decline("a type alias"),
            AstStmt::IpyEscapeCommand(_) => self.decline("an IPython command"),
        }
    }

    fn if_statement(&mut self, test: &'a Ast, body: &'a [AstStmt], rest: &'a [ast::ElifElseClause]) -> R<()> {
        let cond = self.test(test)?;
        match cond {
            Expr::I32(0) => return self.else_clauses(rest),
            Expr::I32(_) => return self.statements(body),
            _ => {}
        }
        self.branch(cond, |s| s.statements(body), |s| s.else_clauses(rest))
    }

    fn else_clauses(&mut self, clauses: &'a [ast::ElifElseClause]) -> R<()> {
        match clauses.split_first() {
            None => Ok(()),
            Some((clause, rest)) => match &clause.test {
                Some(test) => self.if_statement(test, &clause.body, rest),
                None => self.statements(&clause.body),
            },
        }
    }

    fn while_statement(&mut self, e: &'a ast::StmtWhile) -> R<()> {
        let (leave, done, next) = (self.label(), self.label(), self.label());
        let (body, ()) = self.block(|s| {
            let test = s.test(&e.test)?;
            match test {
                Expr::I32(0) => s.emit(Stmt::Break(done)),
                Expr::I32(_) => {}
                test => s.emit(Stmt::BreakIf(done, not(test))),
            }
            s.frame.loops.push(Loop { leave, next });
            let built = s.statements(&e.body);
            s.frame.loops.pop();
            built?;
            s.emit(Stmt::Break(next));
            Ok(())
        })?;
        self.looped(leave, done, Stmt::Loop { label: next, body }, &e.orelse)
    }

    /// A loop, then its `else` if it was not left by `break`.
    fn looped(&mut self, leave: Label, done: Label, code: Stmt, orelse: &'a [AstStmt]) -> R<()> {
        let (mut body, ()) = self.block(|_| Ok(()))?;
        body.push(Stmt::Block { label: done, body: vec![code] });
        let (otherwise, ()) = self.block(|s| s.statements(orelse))?;
        body.extend(otherwise);
        self.emit(Stmt::Block { label: leave, body });
        Ok(())
    }

    fn for_statement(&mut self, e: &'a ast::StmtFor) -> R<()> {
        if e.is_async {
            return self.decline("async for");
        }
        let (leave, done) = (self.label(), self.label());
        let (code, ()) = self.block(|s| {
            s.each(&e.iter, done, &mut |s, item| {
                let next = s.label();
                let (body, ()) = s.block(|s| {
                    s.assign_to(&e.target, item)?;
                    s.frame.loops.push(Loop { leave, next });
                    let built = s.statements(&e.body);
                    s.frame.loops.pop();
                    built
                })?;
                s.emit(Stmt::Block { label: next, body });
                Ok(())
            })
        })?;
        let (otherwise, ()) = self.block(|s| s.statements(&e.orelse))?;
        let mut body = vec![Stmt::Block { label: done, body: code }];
        body.extend(otherwise);
        self.emit(Stmt::Block { label: leave, body });
        Ok(())
    }

    fn function_statement(&mut self, def: &'a ast::StmtFunctionDef) -> R<()> {
        let function = self.define(start(def), Some(&def.parameters))?;
        self.decorate(def, &function)?;
        self.write_name(start(&def.name), function)
    }

    fn delete(&mut self, target: &'a Ast) -> R<()> {
        match target {
            Ast::Name(name) => self.delete_name(name),
            Ast::Subscript(e) => self.delete_subscript(e),
            Ast::Tuple(tuple) => tuple.elts.iter().try_for_each(|e| self.delete(e)),
            Ast::List(list) => list.elts.iter().try_for_each(|e| self.delete(e)),
            _ => self.decline("`del` of this"),
        }
    }
}
