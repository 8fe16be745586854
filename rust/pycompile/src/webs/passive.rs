//! What surely runs no code of the candidate's own: between a `def` and the next thing that could call it, variables may still be bound.

use ruff_python_ast::{Decorator, Expr, Parameters, Stmt};

/// Evaluating it calls nothing. Operators count: no class of the candidate's can give them a meaning.
pub(super) fn expression(expr: &Expr) -> bool {
    match expr {
        Expr::Name(_) | Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::BytesLiteral(_) => true,
        Expr::BooleanLiteral(_) | Expr::NoneLiteral(_) | Expr::EllipsisLiteral(_) => true,
        Expr::Lambda(lambda) => lambda.parameters.as_deref().is_none_or(defaults),
        Expr::Attribute(e) => expression(&e.value),
        Expr::UnaryOp(e) => expression(&e.operand),
        Expr::BinOp(e) => expression(&e.left) && expression(&e.right),
        Expr::Tuple(e) => e.elts.iter().all(expression),
        Expr::List(e) => e.elts.iter().all(expression),
        Expr::Set(e) => e.elts.iter().all(expression),
        Expr::Dict(e) => e.items.iter().all(|i| i.key.as_ref().is_some_and(expression) && expression(&i.value)),
        _ => false,
    }
}

/// The defaults call nothing.
pub(super) fn defaults(parameters: &Parameters) -> bool {
    parameters.iter_non_variadic_params().filter_map(|p| p.default()).all(expression)
}

/// The decorator is `name`, `name.attr` or a call of it, where the name is known to be a library's: `is_library`.
pub(super) fn decorator(decorator: &Decorator, is_library: &impl Fn(&str) -> bool) -> bool {
    let mut at = &decorator.expression;
    if let Expr::Call(call) = at {
        let mut values = call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|k| &k.value));
        if !values.all(expression) {
            return false;
        }
        at = &call.func;
    }
    while let Expr::Attribute(attribute) = at {
        at = &attribute.value;
    }
    matches!(at, Expr::Name(name) if is_library(&name.id))
}

/// The statement calls nothing.
pub(super) fn statement(stmt: &Stmt, is_library: &impl Fn(&str) -> bool) -> bool {
    match stmt {
        Stmt::FunctionDef(def) => {
            defaults(&def.parameters) && def.decorator_list.iter().all(|d| decorator(d, is_library))
        }
        Stmt::Import(_) | Stmt::ImportFrom(_) | Stmt::Pass(_) | Stmt::Global(_) | Stmt::Nonlocal(_) => true,
        Stmt::Expr(s) => expression(&s.value),
        Stmt::Assign(s) => s.targets.iter().all(|t| matches!(t, Expr::Name(_))) && expression(&s.value),
        Stmt::AnnAssign(s) => matches!(*s.target, Expr::Name(_)) && s.value.as_deref().is_none_or(expression),
        _ => false,
    }
}
