//! Webs: which definitions of a variable reach which uses, for a whole module.
//!
//! ```text
//! let webs = analyze(parsed.suite())?;
//! webs.load(offset)      where the `Name` at this offset reads from, and whether it may be unbound there
//! webs.store(offset)     where the definition at this offset writes to
//! ```
//!
//! Offsets are where a node's range starts. A definition's is that of the name: a target's `Name`, a parameter's name, the name
//! behind `def`, an import's `asname` (else its name), the name of `except .. as`; a handler's own offset (its `except`) is the implicit
//! `del` of that name, on every way out of it. An augmented assignment's target and `del`'s have a load and a store. A `del` is a definition: it stores "unbound".
//!
//! A *web* is the definitions and uses of one variable that are connected: it needs one type and one WebAssembly local.
//! `x = int(x)` makes two webs of a parameter that is not read afterwards. One web for all of a variable, whatever the control flow, have
//! - variables of the module level (`Place::Global`),
//! - cells: variables that a nested function or lambda captures (`Web::cell`),
//! - shared variables: those that a lazy generator expression, which runs while its function goes on, takes from outside (`Web::shared`).
//!
//! Names of comprehensions are variables of the function around them, distinct from its own. What a comprehension's lambda captures
//! is a cell of its own in each evaluation of the comprehension (`Web::comprehension`).
//!
//! `Use::maybe_unbound` is set unless the variable is bound on every path. Where it is set, the local's first value and what a `del` stores
//! must mean "unbound": an unbound local is an UnboundLocalError (a NameError for a captured one); an unbound global is a builtin of that name,
//! else a NameError. Names that nothing binds are `Place::Builtin`, known or not.
//!
//! The analysis is one walk to find scopes (`scopes`), then one walk of each function that builds a graph of definitions and joins, as for SSA
//! (`flow`), then a union over the joins that are used (`graph`).

mod flow;
mod graph;
mod passive;
mod scopes;
#[cfg(test)]
mod tests;

use ruff_python_ast::Stmt;
use ruff_text_size::TextRange;

/// A function or lambda of the module, in the order of the source. The module level is function 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionId(pub u32);

/// A web of a function: its place in `Function::webs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WebId(pub u32);

/// A variable of the module level: its place in `Webs::globals`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GlobalId(pub u32);

/// What a name stands for at one place of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A web of the function that the name stands in.
    Local(WebId),
    /// A cell of an enclosing function.
    Captured(FunctionId, WebId),
    Global(GlobalId),
    /// Nothing in the module binds the name.
    Builtin,
}

/// A read of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Use {
    pub place: Place,
    pub maybe_unbound: bool,
}

/// How a variable gets a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DefinitionKind {
    Parameter,
    /// `x = ..`, also within a tuple, and `x: int = ..`.
    Assign,
    Augment,
    Walrus,
    For,
    Comprehension,
    With,
    Except,
    Import,
    Function,
    /// `del x`, and the end of an `except .. as x`: the variable is unbound from here.
    Delete,
}

/// A definition; `offset` is its key for `Webs::store`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    pub offset: u32,
    pub kind: DefinitionKind,
}

/// Connected definitions and uses of one variable.
#[derive(Clone, Debug)]
pub struct Web {
    pub name: String,
    /// In the order of the source. Definitions in nested functions (`nonlocal`) are not among them.
    pub definitions: Vec<Definition>,
    /// Something reads it.
    pub used: bool,
    /// Some read in its own function may find it unbound.
    pub maybe_unbound: bool,
    /// A nested function or lambda captures it.
    pub cell: bool,
    /// A nested function assigns or deletes it.
    pub nonlocal: bool,
    /// A lazy generator expression reads or writes it.
    pub shared: bool,
    /// It is a name of this comprehension's (its range).
    pub comprehension: Option<TextRange>,
}

/// How arguments come to a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParameterKind {
    PositionalOnly,
    Positional,
    /// `*args`
    Rest,
    KeywordOnly,
    /// `**kwargs`
    Keywords,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: String,
    pub offset: u32,
    pub kind: ParameterKind,
    pub has_default: bool,
    pub web: WebId,
}

/// A function, a lambda or the module level.
#[derive(Clone, Debug)]
pub struct Function {
    /// `<lambda>` and `<module>` where there is none.
    pub name: String,
    /// Where the `def` (with its decorators) or `lambda` starts.
    pub offset: u32,
    pub parent: Option<FunctionId>,
    pub parameters: Vec<Parameter>,
    pub webs: Vec<Web>,
    /// Cells of enclosing functions that it, or a function in it, reads or writes.
    pub captures: Vec<(FunctionId, WebId)>,
    /// Functions and lambdas directly in it.
    pub nested: Vec<FunctionId>,
    pub is_generator: bool,
    pub has_decorators: bool,
    /// It, or a function in it, reads the variable that its `def` assigns.
    pub refers_to_itself: bool,
}

/// A variable of the module level.
#[derive(Clone, Debug)]
pub struct Global {
    pub name: String,
    pub definitions: Vec<Definition>,
    /// When the module has run, it is bound.
    pub bound_at_end: bool,
}

/// A comprehension or generator expression.
#[derive(Clone, Debug)]
pub struct Comprehension {
    pub range: TextRange,
    pub function: FunctionId,
    /// A generator expression that is not known to be consumed where it stands.
    pub lazy: bool,
    /// Webs from outside it that it reads or writes, its first iterable aside.
    pub captures: Vec<WebId>,
}

/// What is not modelled: the program is CPython's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declined {
    pub offset: u32,
    pub what: String,
}

/// The analysis of a module.
#[derive(Clone, Debug, Default)]
pub struct Webs {
    pub functions: Vec<Function>,
    pub globals: Vec<Global>,
    pub comprehensions: Vec<Comprehension>,
    /// Sorted by offset.
    loads: Vec<(u32, Use)>,
    stores: Vec<(u32, Place)>,
}

impl Webs {
    /// The read at an offset; None where there is none.
    pub fn load(&self, offset: u32) -> Option<Use> {
        find(&self.loads, offset)
    }

    /// The definition at an offset; None where there is none.
    pub fn store(&self, offset: u32) -> Option<Place> {
        find(&self.stores, offset)
    }

    /// Whether some nested function may find this variable, which it captures, unbound.
    pub fn captured_unbound(&self, function: FunctionId, web: WebId) -> bool {
        self.loads.iter().any(|(_, used)| used.maybe_unbound && used.place == Place::Captured(function, web))
    }

    /// Whether some read may find this variable of the module level unbound.
    pub fn global_unbound(&self, global: GlobalId) -> bool {
        self.loads.iter().any(|(_, used)| used.maybe_unbound && used.place == Place::Global(global))
    }

    /// The function whose `def` or `lambda` starts at an offset.
    pub fn function_at(&self, offset: u32) -> Option<FunctionId> {
        let at = 1 + self.functions.get(1..)?.iter().position(|f| f.offset == offset)?;
        Some(FunctionId(at as u32))
    }

    /// A function by its number.
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.0 as usize]
    }

    /// A web of a function.
    pub fn web(&self, function: FunctionId, web: WebId) -> &Web {
        &self.functions[function.0 as usize].webs[web.0 as usize]
    }

    /// The comprehension or generator expression with this range.
    pub fn comprehension(&self, range: TextRange) -> Option<&Comprehension> {
        self.comprehensions.iter().find(|c| c.range == range)
    }
}

fn find<T: Copy>(sorted: &[(u32, T)], offset: u32) -> Option<T> {
    sorted.binary_search_by_key(&offset, |&(at, _)| at).ok().map(|at| sorted[at].1)
}

/// Scopes and webs of a module.
///
/// # Errors
/// What is not modelled.
pub fn analyze(module: &[Stmt]) -> Result<Webs, Declined> {
    let scopes = scopes::collect(module)?;
    flow::analyze(&scopes)
}
