//! Scopes: which function or comprehension each name belongs to. `collect` walks the source for what every scope binds and reads;
//! `finish` then looks names up and finds cells, captures and lazy generator expressions. What CPython's compiler rejects and the parser lets through is
//! declined here too.

mod collect;
mod finish;

use super::{Declined, passive};
use ruff_python_ast::{self as ast, Parameters, Stmt};
use ruff_text_size::TextRange;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Symbol {
    /// A variable of the scope's function, by its place in `FunctionScope::variables`.
    Bound(usize),
    Global,
    Nonlocal,
}

pub(in crate::webs) struct Variable<'a> {
    pub(in crate::webs) name: &'a str,
    pub(in crate::webs) scope: usize,
    /// A nested function reads or writes it.
    pub(in crate::webs) cell: bool,
    /// A nested function writes it.
    pub(in crate::webs) nonlocal: bool,
    pub(in crate::webs) shared: bool,
    /// Something may unbind it again.
    pub(in crate::webs) deleted: bool,
    /// Nothing but imports binds it.
    pub(in crate::webs) imported: bool,
}

pub(in crate::webs) struct Scope<'a> {
    pub(in crate::webs) parent: Option<usize>,
    pub(in crate::webs) function: usize,
    pub(in crate::webs) comprehension: Option<ComprehensionScope<'a>>,
    symbols: Vec<(&'a str, Symbol)>,
    /// Names that it reads, and those it binds elsewhere.
    names: Vec<&'a str>,
}

pub(in crate::webs) struct ComprehensionScope<'a> {
    pub(in crate::webs) range: TextRange,
    pub(in crate::webs) lazy: bool,
    /// Its first iterable, which is evaluated in the scope around it.
    pub(in crate::webs) first: TextRange,
    consumer: Option<&'a str>,
}

#[derive(Clone, Copy)]
pub(in crate::webs) enum Body<'a> {
    Module(&'a [Stmt]),
    Def(&'a ast::StmtFunctionDef),
    Lambda(&'a ast::ExprLambda),
}

pub(in crate::webs) struct FunctionScope<'a> {
    pub(in crate::webs) body: Body<'a>,
    pub(in crate::webs) range: TextRange,
    pub(in crate::webs) scope: usize,
    pub(in crate::webs) parent: Option<usize>,
    pub(in crate::webs) variables: Vec<Variable<'a>>,
    /// (function, variable) of cells that it needs, for itself or for a function in it.
    pub(in crate::webs) captures: Vec<(usize, usize)>,
    pub(in crate::webs) is_generator: bool,
    pub(in crate::webs) refers_to_itself: bool,
}

impl<'a> FunctionScope<'a> {
    pub(in crate::webs) fn parameters(&self) -> Option<&'a Parameters> {
        match self.body {
            Body::Module(_) => None,
            Body::Def(def) => Some(&def.parameters),
            Body::Lambda(lambda) => lambda.parameters.as_deref(),
        }
    }
}

pub(in crate::webs) struct Scopes<'a> {
    pub(in crate::webs) functions: Vec<FunctionScope<'a>>,
    pub(in crate::webs) scopes: Vec<Scope<'a>>,
}

impl<'a> Scopes<'a> {
    /// (function, variable) that a name stands for in a scope; None if nothing in the module binds it.
    pub(in crate::webs) fn resolve(&self, scope: usize, name: &str) -> Option<(usize, usize)> {
        let mut at = scope;
        loop {
            let scope = &self.scopes[at];
            at = match scope.symbol(name) {
                Some(Symbol::Bound(variable)) => return Some((scope.function, variable)),
                Some(Symbol::Global) if at != 0 => 0,
                _ => scope.parent?,
            };
        }
    }

    /// The function whose range this is. A range has one `def` or `lambda` only.
    pub(in crate::webs) fn function_of(&self, range: TextRange) -> usize {
        self.functions.iter().position(|f| f.range == range).unwrap_or_default()
    }

    pub(in crate::webs) fn comprehension_of(&self, range: TextRange) -> usize {
        let of = |s: &Scope| s.comprehension.as_ref().is_some_and(|c| c.range == range);
        self.scopes.iter().position(of).unwrap_or_default()
    }

    /// Is the variable one of the module level? (A module-level comprehension's name is not.)
    pub(in crate::webs) fn is_global(&self, function: usize, variable: usize) -> bool {
        function == 0 && self.functions[0].variables[variable].scope == 0
    }

    /// The name is a library's or a builtin: it is no function of the candidate's.
    pub(in crate::webs) fn is_library(&self, scope: usize, name: &str) -> bool {
        self.resolve(scope, name).is_none_or(|(f, v)| self.functions[f].variables[v].imported)
    }
}

impl Scope<'_> {
    fn symbol(&self, name: &str) -> Option<Symbol> {
        self.symbols.iter().find(|(n, _)| *n == name).map(|&(_, s)| s)
    }
}

pub(super) fn collect(module: &[Stmt]) -> Result<Scopes<'_>, Declined> {
    finish::finish(collect::scopes(module)?)
}

/// Whether a statement surely runs no code of the candidate's own.
pub(super) fn is_passive(scopes: &Scopes, scope: usize, stmt: &Stmt) -> bool {
    passive::statement(stmt, &|name| scopes.is_library(scope, name))
}
