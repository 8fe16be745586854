//! try, except, else, finally, raise.

use ruff_python_ast::{self as ast, ExceptHandler, Expr as Ast};

use super::code::*;
use super::function::start;
use super::{Loop, Lower, R};
use crate::exceptions as table;
use crate::ir::{Label, Local, Stmt, Ty};

/// A way out of statements. What is returned is in a local: the function's result, or the value that is to be a label.
#[derive(Clone, Copy)]
pub(crate) enum Jump {
    Return(Local),
    Break,
    Continue,
}

/// A `finally` clause that is yet to come: jumps out of its statements note where they go, and leave to it.
pub(crate) struct Final {
    exit: Label,
    way: Local,
    /// Loops around it.
    loops: usize,
    leaving: Vec<Jump>,
}

impl<'a> Lower<'a> {
    pub(crate) fn try_statement(&mut self, e: &'a ast::StmtTry) -> R<()> {
        if e.is_star {
            return self.decline("except*");
        }
        if !e.finalbody.is_empty() {
            return self.with_finally(e);
        }
        self.try_except(e)
    }

    fn try_except(&mut self, e: &'a ast::StmtTry) -> R<()> {
        let error = self.address("rt");
        self.leaving(|s, done| {
            let (mut body, ()) = s.block(|s| s.statements(&e.body))?;
            let handled = s.label();
            // The body's normal end goes on to `else`, past the handlers.
            body.push(Stmt::Break(handled));
            let (handler, ()) = s.block(|s| {
                let number = s.temp(load32(i32(error), 0), Ty::I32);
                // What is not an exception (deopt and the like) is nobody's to catch.
                let first = i32(crate::runtime::status::FIRST_EXCEPTION);
                s.emit(Stmt::If { cond: lt32(get(number), first), then: vec![Stmt::Rethrow], otherwise: vec![] });
                for handler in &e.handlers {
                    let ExceptHandler::ExceptHandler(handler) = handler;
                    let caught = match &handler.type_ {
                        None => i32(1),
                        Some(classes) => s.caught(classes, number)?,
                    };
                    s.when(caught, |s| {
                        s.emit(Stmt::Eval(store32(i32(error), 0, i32(0))));
                        if let Some(name) = &handler.name
                            && handler_uses(&handler.body, name)
                        {
                            return s.decline("an exception object that is used");
                        }
                        if handler.name.is_some() {
                            // Nobody reads it in the handler, at whose end it is unbound.
                            s.unbind_name(start(handler))?;
                        }
                        s.frame.caught.push(number);
                        let built = s.statements(&handler.body);
                        s.frame.caught.pop();
                        built?;
                        s.emit(Stmt::Break(done));
                        Ok(())
                    })?;
                }
                s.emit(Stmt::Rethrow);
                Ok(())
            })?;
            s.emit(Stmt::Block { label: handled, body: vec![Stmt::Try { body, handler }] });
            s.statements(&e.orelse)
        })
    }

    /// `finally` runs after the body, whatever way that is left: by an exception, or by a jump that then goes on.
    fn with_finally(&mut self, e: &'a ast::StmtTry) -> R<()> {
        let error = self.address("rt");
        let kept = self.cursor(i32(0), Ty::I32);
        let way = self.cursor(i32(0), Ty::I32);
        let exit = self.label();
        self.frame.finals.push(Final { exit, way, loops: self.frame.loops.len(), leaving: Vec::new() });
        let built = self.block(|s| {
            if e.handlers.is_empty() {
                s.statements(&e.body)?;
                s.statements(&e.orelse)
            } else {
                s.try_except(e)
            }
        });
        let leaving = self.frame.finals.pop().map_or_else(Vec::new, |f| f.leaving);
        let (body, ()) = built?;
        let first = i32(crate::runtime::status::FIRST_EXCEPTION);
        let handler = vec![
            Stmt::Set(kept, load32(i32(error), 0)),
            // What is not an exception ends the row: nothing may come in its place.
            Stmt::If { cond: lt32(get(kept), first), then: vec![Stmt::Rethrow], otherwise: vec![] },
            Stmt::Eval(store32(i32(error), 0, i32(0))),
        ];
        self.set(kept, i32(0));
        self.set(way, i32(0));
        self.emit(Stmt::Block { label: exit, body: vec![Stmt::Try { body, handler }] });
        self.statements(&e.finalbody)?;
        let again = vec![Stmt::Eval(store32(i32(error), 0, get(kept))), Stmt::Rethrow];
        self.emit(Stmt::If { cond: get(kept), then: again, otherwise: vec![] });
        for (number, jump) in leaving.into_iter().enumerate() {
            self.when(eq32(get(way), i32(number as i32 + 1)), |s| s.leave_by(jump))?;
        }
        Ok(())
    }

    /// `return`, `break` or `continue`, by way of the `finally` clauses between here and there.
    pub(crate) fn leave_by(&mut self, jump: Jump) -> R<()> {
        let loops = self.frame.loops.len();
        if let Some(last) = self.frame.finals.last_mut()
            && (matches!(jump, Jump::Return(_)) || last.loops == loops)
        {
            last.leaving.push(jump);
            let (way, exit, number) = (last.way, last.exit, last.leaving.len());
            self.set(way, i32(number as i32));
            self.emit(Stmt::Break(exit));
            return Ok(());
        }
        match jump {
            Jump::Return(word) => self.return_word(word),
            Jump::Break | Jump::Continue => {
                let Some(&Loop { leave, next }) = self.frame.loops.last() else {
                    return self.decline("`break` or `continue` outside a loop");
                };
                self.emit(Stmt::Break(if matches!(jump, Jump::Break) { leave } else { next }));
                Ok(())
            }
        }
    }

    /// Whether the error is one of the classes, as i32.
    fn caught(&mut self, classes: &'a Ast, number: crate::ir::Local) -> R<crate::ir::Expr> {
        let names: Vec<&'a Ast> = match classes {
            Ast::Tuple(tuple) => tuple.elts.iter().collect(),
            e => vec![e],
        };
        let mut numbers = Vec::new();
        for e in names {
            let name = match self.known_callee(e)? {
                Some(name) => name,
                None => return self.decline("except with this class"),
            };
            let short = name.rsplit_once('.').map_or(name.as_str(), |(_, short)| short);
            if ["MemoryError", "RecursionError"].contains(&short) {
                return self.decline(format!("except {short}"));
            }
            let Some(class) = table::number(short) else { return self.decline(format!("except {short}")) };
            numbers.extend(table::subclasses(class));
        }
        numbers.sort_unstable();
        numbers.dedup();
        let all = table::number("Exception").map(|e| table::subclasses(e).count());
        if all == Some(numbers.len()) {
            // All but KeyboardInterrupt and SystemExit, which nothing raises by itself.
            let exits = ["BaseException", "KeyboardInterrupt", "SystemExit"].map(|name| self.exception(name));
            let is_exit = exits.map(|n| eq32(get(number), i32(n))).into_iter().reduce(or32).unwrap_or(i32(0));
            return Ok(not(is_exit));
        }
        Ok(numbers.iter().map(|&n| eq32(get(number), i32(n))).reduce(or32).unwrap_or(i32(0)))
    }

    pub(crate) fn raise(&mut self, e: &'a ast::StmtRaise) -> R<()> {
        let Some(exception) = &e.exc else {
            let Some(&number) = self.frame.caught.last() else { return self.decline("`raise` without an exception") };
            let error = self.address("rt");
            self.emit(Stmt::Eval(store32(i32(error), 0, get(number))));
            self.emit(Stmt::Rethrow);
            return Ok(());
        };
        if e.cause.as_ref().is_some_and(|cause| !cause.is_none_literal_expr()) {
            return self.decline("raise from this");
        }
        let class = match &**exception {
            Ast::Call(call) => {
                for e in &call.arguments.args {
                    let v = self.expr(e)?;
                    self.discard(v.e);
                }
                if !call.arguments.keywords.is_empty() {
                    return self.decline("raise with keywords");
                }
                &*call.func
            }
            class => class,
        };
        let name = match self.known_callee(class)? {
            Some(name) => name,
            None => return self.decline("raise of this"),
        };
        match table::number(&name) {
            // Its constructor wants particular arguments.
            Some(_) if name.starts_with("Unicode") && name != "UnicodeError" => self.decline("raise of this"),
            Some(number) => {
                self.emit(Stmt::Fail(number));
                Ok(())
            }
            None => self.decline(format!("raise {name}")),
        }
    }
}

/// Whether a handler's body reads the exception's name.
fn handler_uses(body: &[ast::Stmt], name: &str) -> bool {
    use ast::visitor::{Visitor, walk_expr};
    struct Uses<'n>(&'n str, bool);
    impl<'v> Visitor<'v> for Uses<'_> {
        fn visit_expr(&mut self, e: &'v Ast) {
            if let Ast::Name(name) = e {
                self.1 |= name.id.as_str() == self.0;
            }
            walk_expr(self, e);
        }
    }
    let mut uses = Uses(name, false);
    uses.visit_body(body);
    uses.1
}
