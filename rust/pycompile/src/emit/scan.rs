//! What has to be known of a function before it is emitted.

use std::collections::BTreeSet;

use crate::ir::{Callee, Expr, Function, Stmt};

/// Who is called.
pub(super) struct Calls {
    /// The numbers of the runtime's functions.
    pub(super) runtime: BTreeSet<usize>,
    /// How often the program's own functions stand in calls, by place.
    pub(super) functions: Vec<u32>,
}

/// All calls in a program's functions.
pub(super) fn calls<'a>(functions: impl Iterator<Item = &'a Function> + Clone) -> Calls {
    let mut calls = Calls { runtime: BTreeSet::new(), functions: vec![0; functions.clone().count()] };
    for function in functions {
        any(&function.body, &mut |node| {
            match node {
                Node::Expr(Expr::Call { callee: Callee::Runtime(id), .. }) => {
                    calls.runtime.insert(*id);
                }
                Node::Expr(Expr::Call { callee: Callee::Function(place), .. }) => calls.functions[*place] += 1,
                _ => {}
            }
            false
        });
    }
    calls
}

/// Whether control can reach the handler around these statements.
pub(crate) fn can_fail(body: &[Stmt]) -> bool {
    any(body, &mut |node| {
        matches!(node, Node::Expr(Expr::Call { fallible: true, .. }) | Node::Stmt(Stmt::Fail(_) | Stmt::Rethrow))
    })
}

/// Whether control never comes to the end of these statements, in a way that validation sees too.
pub(super) fn leaves(body: &[Stmt]) -> bool {
    matches!(body.last(), Some(Stmt::Return(_) | Stmt::Break(_) | Stmt::Fail(_) | Stmt::Rethrow))
}

/// Whether these statements end in an error: a branch into them is unlikely.
pub(super) fn fails(body: &[Stmt]) -> bool {
    matches!(body.last(), Some(Stmt::Fail(_) | Stmt::Rethrow))
}

enum Node<'a> {
    Expr(&'a Expr),
    Stmt(&'a Stmt),
}

/// Whether `found` says so of a statement or expression in `body`, at any depth.
fn any(body: &[Stmt], found: &mut impl FnMut(Node) -> bool) -> bool {
    body.iter().any(|stmt| {
        found(Node::Stmt(stmt))
            || match stmt {
                Stmt::Set(_, value) | Stmt::SetGlobal(_, value) => any_expr(value, found),
                Stmt::Eval(value) | Stmt::BreakIf(_, value) | Stmt::Return(value) => any_expr(value, found),
                Stmt::If { cond, then, otherwise } => {
                    any_expr(cond, found) || any(then, found) || any(otherwise, found)
                }
                Stmt::Block { body, .. } | Stmt::Loop { body, .. } => any(body, found),
                Stmt::Try { body, handler } => any(body, found) || any(handler, found),
                Stmt::Break(_) | Stmt::Fail(_) | Stmt::Rethrow => false,
            }
    })
}

fn any_expr(expr: &Expr, found: &mut impl FnMut(Node) -> bool) -> bool {
    found(Node::Expr(expr))
        || match expr {
            Expr::Tee(_, value) => any_expr(value, found),
            Expr::Op(_, args) | Expr::Call { args, .. } => args.iter().any(|arg| any_expr(arg, found)),
            Expr::If { cond, then, otherwise, .. } => [cond, then, otherwise].iter().any(|part| any_expr(part, found)),
            Expr::Do(body, value) => any(body, found) || any_expr(value, found),
            Expr::Never(_, body) => any(body, found),
            Expr::I32(_) | Expr::I64(_) | Expr::F64(_) | Expr::Data(_) | Expr::Packed(..) => false,
            Expr::Get(_) | Expr::Global(_) => false,
        }
}
