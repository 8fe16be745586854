//! Looks up every name: cells, captures, lazy generator expressions.

use super::{Body, ComprehensionScope, Scopes, Symbol};
use crate::webs::Declined;

/// Functions that consume an iterable argument before they return, unlike `map` or `zip`.
const CONSUMERS: &[&str] = &[
    "sum",
    "any",
    "all",
    "min",
    "max",
    "sorted",
    "list",
    "tuple",
    "set",
    "frozenset",
    "dict",
    "next",
    "bytes",
    "bytearray",
];
/// The same, to be imported.
const IMPORTED_CONSUMERS: &[&str] = &["prod", "fsum", "Counter", "deque", "reduce"];
/// What reads or writes variables by their names as text.
const REFLECTION: &[&str] =
    &["exec", "eval", "compile", "globals", "locals", "vars", "dir", "__import__", "__builtins__"];

/// Looks every name up.
pub(super) fn finish(mut all: Scopes<'_>) -> Result<Scopes<'_>, Declined> {
    let names: Vec<&str> =
        all.functions.iter().map(|f| if let Body::Def(def) = f.body { &*def.name } else { "" }).collect();
    for scope in 0..all.scopes.len() {
        settle_consumer(&mut all, scope);
    }
    for scope in 0..all.scopes.len() {
        let function = all.scopes[scope].function;
        for i in 0..all.scopes[scope].names.len() {
            let name = all.scopes[scope].names[i];
            let nonlocal = all.scopes[scope].symbol(name) == Some(Symbol::Nonlocal);
            let Some((owner, variable)) = all.resolve(scope, name) else {
                if nonlocal || REFLECTION.contains(&name) {
                    let offset = all.functions[function].range.start().into();
                    return Err(Declined { offset, what: format!("the name {name}") });
                }
                continue;
            };
            let global = all.is_global(owner, variable);
            if nonlocal && global {
                let offset = all.functions[function].range.start().into();
                return Err(Declined { offset, what: format!("nonlocal {name}") });
            }
            let mut at = function;
            while at != owner {
                if !global && !all.functions[at].captures.contains(&(owner, variable)) {
                    all.functions[at].captures.push((owner, variable));
                }
                let parent = all.functions[at].parent.unwrap_or_default();
                if names[at] == name && all.resolve(outer_scope(&all, at), name) == Some((owner, variable)) {
                    all.functions[at].refers_to_itself = true;
                }
                at = parent;
            }
            let found = &mut all.functions[owner].variables[variable];
            found.cell |= !global && owner != function;
            found.nonlocal |= nonlocal;
            found.imported &= !nonlocal;
            if owner == function && !global {
                share(&mut all, scope, variable);
            }
        }
    }
    Ok(all)
}

/// The scope that a function's name is assigned in.
fn outer_scope(all: &Scopes, function: usize) -> usize {
    all.scopes[all.functions[function].scope].parent.unwrap_or_default()
}

/// A generator expression is not lazy if the function it is an argument of is known to consume it.
fn settle_consumer(all: &mut Scopes, scope: usize) {
    let Some(ComprehensionScope { consumer: Some(name), .. }) = all.scopes[scope].comprehension else { return };
    let outer = all.scopes[scope].parent.unwrap_or_default();
    let consumes = match all.resolve(outer, name) {
        None => CONSUMERS.contains(&name),
        Some((f, v)) => all.functions[f].variables[v].imported && IMPORTED_CONSUMERS.contains(&name),
    };
    if let Some(comprehension) = &mut all.scopes[scope].comprehension {
        comprehension.lazy &= !consumes;
    }
}

/// Notes a read, in `scope`, of a variable of the same function, if a lazy comprehension stands between them.
fn share(all: &mut Scopes, scope: usize, variable: usize) {
    let Scopes { functions, scopes } = all;
    let function = scopes[scope].function;
    let found = &mut functions[function].variables[variable];
    let mut at = scope;
    while at != found.scope {
        found.shared |= scopes[at].comprehension.as_ref().is_some_and(|c| c.lazy);
        let Some(parent) = scopes[at].parent else { break };
        at = parent;
    }
}
