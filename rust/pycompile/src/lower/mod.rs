//! Python's tree to the intermediate representation, by abstract interpretation.
//!
//! One walk does both: it computes types and builds code. It is repeated until no type changes (`run`); types of
//! variables, sites and functions only ever grow, and the last pass's code stands. `types` says what is known of a value,
//! `value` converts between forms, `function` specialises functions, `statement` and `expression` follow Python's grammar,
//! and the other files are a group of builtins or an idea each.

mod advance;
mod arithmetic;
mod assign;
mod attributes;
mod builtins;
mod caches;
mod call;
mod captured;
mod closures;
mod code;
mod collect;
mod compare;
mod dicts;
mod early;
mod entry;
mod exceptions;
mod expression;
mod extremes;
mod function;
mod functional;
mod identity;
mod instances;
mod join;
mod lazy;
mod lists;
mod membership;
mod methods;
mod names;
mod numbers;
mod objects;
mod regexes;
mod runtime_calls;
mod site;
mod slices;
mod source;
mod statement;
mod strings;
mod subscript;
mod tables;
mod types;
mod value;

use std::collections::{HashMap, HashSet};

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr as Ast, Stmt as AstStmt};
use ruff_text_size::Ranged;

use crate::ir::{Callee, Expr, Function, Global, InputType, Label, Local, Module, Stmt, Ty};
use crate::registry;
use crate::webs::{FunctionId, Webs};
use dicts::Table;
use function::{Body, Instance, start};
use names::{GlobalVariable, Variable};
use site::SiteData;
use types::{Site, Type};

/// Why a program is not compiled: what, and where in the source.
#[derive(Clone, Debug)]
pub(crate) struct Decline {
    pub(crate) offset: u32,
    pub(crate) reason: String,
}

pub(crate) type R<T> = Result<T, Decline>;

/// Passes after which a program is given up: types still changing then would be a fault of ours.
const PASSES: usize = 40;
/// Expressions that are lowered in all passes together: some are looked at twice on each level.
const WORK: usize = 2_000_000;
/// Expressions that are being lowered, each inside the one before: some more than the source nests.
const DEPTH: usize = 3000;
/// Functions a program may be specialised into.
const INSTANCES: usize = 64;

/// The state of lowering a program.
pub(crate) struct Lower<'a> {
    webs: &'a Webs,
    module: &'a [AstStmt],
    bodies: Vec<FunctionTree<'a>>,
    /// The ranges of generator expressions that are functions to Python: all but their first iterables.
    generators: Vec<(u32, u32)>,
    input: InputType,
    sites: Vec<SiteData>,
    site_at: HashMap<(usize, u32, u32), Site>,
    instances: Vec<Instance>,
    variables: HashMap<(usize, u32), Variable>,
    globals: HashMap<u32, GlobalVariable>,
    /// Types of variables that several functions assign, and how often they changed: one for all their activations.
    cells: HashMap<(FunctionId, u32), (Type, u32)>,
    global_words: Vec<Ty>,
    /// Functions under `lru_cache`, and the global that holds each instance's cache.
    cached: HashSet<usize>,
    caches: HashMap<usize, Global>,
    /// Functions that call functions of the program: their calls are counted.
    callers: HashSet<usize>,
    /// Constant defaults of nested functions.
    literal_defaults: HashMap<u32, &'a Ast>,
    patterns: Vec<crate::regex::Program>,
    pattern_at: HashMap<(Vec<u8>, u32), usize>,
    tables: Vec<Table>,
    /// Types of the items that the sum at a place adds, and how often they changed.
    sums: HashMap<(usize, u32), Type>,
    sum_times: HashMap<(usize, u32), u32>,
    /// Types of what min, max, next or reduce at a place keep.
    extremes: HashMap<(usize, u32, u32), (Type, Type)>,
    data: Vec<u8>,
    data_at: HashMap<Vec<u8>, u32>,
    /// A type changed in this pass: there will be another.
    changed: bool,
    /// Expressions lowered so far.
    work: usize,
    depth: usize,
    /// The place in the source of what is being lowered.
    offset: u32,
    frame: Frame<'a>,
}

/// The function being lowered.
#[derive(Default)]
struct Frame<'a> {
    instance: usize,
    locals: Vec<Ty>,
    names: Vec<String>,
    /// Locals of variables; the others are temporaries, assigned once.
    places: HashMap<u32, Local>,
    flags: HashMap<u32, Local>,
    /// Length and items of variables whose lists never change.
    fixed: HashMap<u32, (Local, Local)>,
    named: Vec<bool>,
    /// Statements of the blocks being built, innermost last.
    blocks: Vec<Vec<Stmt>>,
    labels: u32,
    loops: Vec<Loop>,
    tries: u32,
    /// Where captured variables are, in the order of `Instance::captured`.
    captured: Vec<Local>,
    /// Numbers of the exceptions being handled, innermost last.
    caught: Vec<Local>,
    /// An expression may assign a variable.
    walrus: bool,
    /// Values of variables that nothing carries: partial functions, bound methods.
    made_of: HashMap<u32, value::Val>,
    /// `finally` clauses around the statement at hand, innermost last.
    finals: Vec<exceptions::Final>,
    /// Sources that variables keep.
    kept: Vec<lazy::Kept<'a>>,
}

/// A function's tree, and what a look at it tells.
struct FunctionTree<'a> {
    body: Body<'a>,
    top_level: bool,
    walrus: bool,
}

/// Where `break` and `continue` go.
#[derive(Clone, Copy)]
struct Loop {
    leave: Label,
    next: Label,
}

/// Lowers a program.
pub(crate) fn run<'a>(webs: &'a Webs, module: &'a [AstStmt], input: InputType) -> R<Module> {
    let mut lower = Lower {
        webs,
        module,
        bodies: bodies(webs, module),
        generators: generators(module),
        input,
        sites: Vec::new(),
        site_at: HashMap::new(),
        instances: Vec::new(),
        variables: HashMap::new(),
        globals: HashMap::new(),
        cells: HashMap::new(),
        global_words: Vec::new(),
        cached: HashSet::new(),
        caches: HashMap::new(),
        callers: HashSet::new(),
        literal_defaults: HashMap::new(),
        patterns: Vec::new(),
        pattern_at: HashMap::new(),
        tables: Vec::new(),
        sums: HashMap::new(),
        sum_times: HashMap::new(),
        extremes: HashMap::new(),
        data: Vec::new(),
        data_at: HashMap::new(),
        changed: false,
        work: 0,
        depth: 0,
        offset: 0,
        frame: Frame::default(),
    };
    for _ in 0..PASSES {
        lower.changed = false;
        let (init, entry, functions) = lower.pass()?;
        if !lower.changed {
            let reset = lower.caches.values().copied().collect();
            return Ok(Module { input, functions, globals: lower.global_words, init, entry, reset, data: lower.data });
        }
    }
    lower.decline("types that do not settle")
}

/// The tree of each function, by its number in the analysis.
fn bodies<'a>(webs: &Webs, module: &'a [AstStmt]) -> Vec<FunctionTree<'a>> {
    struct Finder<'f, 'a> {
        webs: &'f Webs,
        found: Vec<FunctionTree<'a>>,
        inside: Vec<usize>,
    }
    impl<'a> Visitor<'a> for Finder<'_, 'a> {
        fn visit_stmt(&mut self, stmt: &'a AstStmt) {
            let AstStmt::FunctionDef(def) = stmt else { return walk_stmt(self, stmt) };
            let Some(FunctionId(at)) = self.webs.function_at(start(def)) else { return };
            self.found[at as usize].body = Body::Statements(&def.body);
            self.found[at as usize].top_level = self.inside.is_empty();
            self.inside.push(at as usize);
            walk_stmt(self, stmt);
            self.inside.pop();
        }
        fn visit_expr(&mut self, e: &'a Ast) {
            if let Ast::Named(_) = e
                && let Some(&at) = self.inside.last()
            {
                self.found[at].walrus = true;
            }
            let Ast::Lambda(lambda) = e else { return walk_expr(self, e) };
            let Some(FunctionId(at)) = self.webs.function_at(start(lambda)) else { return };
            self.found[at as usize].body = Body::Expression(&lambda.body);
            self.inside.push(at as usize);
            walk_expr(self, e);
            self.inside.pop();
        }
    }
    let empty = || FunctionTree { body: Body::Statements(&[]), top_level: false, walrus: false };
    let found = webs.functions.iter().map(|_| empty()).collect();
    let mut finder = Finder { webs, found, inside: Vec::new() };
    finder.visit_body(module);
    finder.found
}

fn generators(module: &[AstStmt]) -> Vec<(u32, u32)> {
    struct Finder(Vec<(u32, u32)>);
    impl<'a> Visitor<'a> for Finder {
        fn visit_expr(&mut self, e: &'a Ast) {
            if let Ast::Generator(g) = e {
                let (whole, first) = (g.range, g.generators[0].iter.range());
                self.0.push((whole.start().to_u32(), first.start().to_u32()));
                self.0.push((first.end().to_u32(), whole.end().to_u32()));
            }
            walk_expr(self, e);
        }
    }
    let mut finder = Finder(Vec::new());
    finder.visit_body(module);
    finder.0
}

impl<'a> Lower<'a> {
    pub(crate) fn decline<T>(&self, reason: impl Into<String>) -> R<T> {
        Err(Decline { offset: self.offset, reason: reason.into() })
    }

    /// Lowers everything that is reachable once.
    fn pass(&mut self) -> R<(usize, usize, Vec<Function>)> {
        self.globals.values_mut().for_each(|global| global.seen = 0);
        let init = self.module_instance();
        let mut functions = vec![None];
        functions[0] = Some(self.lower_module()?);
        let entry = self.entry_instance()?;
        let mut next = 1;
        while next < self.instances.len() {
            let function = self.lower_instance(next)?;
            functions.push(Some(function));
            next += 1;
        }
        Ok((init, entry, functions.into_iter().flatten().collect()))
    }

    // ---- locals, blocks, labels ----

    pub(crate) fn new_local(&mut self, ty: Ty, name: &str) -> Local {
        self.frame.locals.push(ty);
        self.frame.names.push(name.to_owned());
        self.frame.named.push(!name.is_empty());
        Local(self.frame.locals.len() as u32 - 1)
    }

    pub(crate) fn is_temp(&self, local: Local) -> bool {
        !self.frame.named[local.0 as usize]
    }

    /// A local that is assigned more than once: a cursor or an accumulator.
    pub(crate) fn cursor(&mut self, first: Expr, ty: Ty) -> Local {
        let local = self.new_local(ty, "_");
        self.emit(Stmt::Set(local, first));
        local
    }

    pub(crate) fn emit(&mut self, stmt: Stmt) {
        if let Some(block) = self.frame.blocks.last_mut() {
            block.push(stmt);
        }
    }

    pub(crate) fn set(&mut self, local: Local, e: Expr) {
        self.emit(Stmt::Set(local, e));
    }

    /// The statements that `build` emits.
    pub(crate) fn block<T>(&mut self, build: impl FnOnce(&mut Self) -> R<T>) -> R<(Vec<Stmt>, T)> {
        self.frame.blocks.push(Vec::new());
        let built = build(self);
        let block = self.frame.blocks.pop().unwrap_or_default();
        Ok((block, built?))
    }

    pub(crate) fn label(&mut self) -> Label {
        self.frame.labels += 1;
        Label(self.frame.labels)
    }

    /// `if cond { then }`.
    pub(crate) fn when(&mut self, cond: Expr, then: impl FnOnce(&mut Self) -> R<()>) -> R<()> {
        let (then, ()) = self.block(then)?;
        self.emit(Stmt::If { cond, then, otherwise: vec![] });
        Ok(())
    }

    pub(crate) fn branch(
        &mut self,
        cond: Expr,
        then: impl FnOnce(&mut Self) -> R<()>,
        otherwise: impl FnOnce(&mut Self) -> R<()>,
    ) -> R<()> {
        let (then, ()) = self.block(then)?;
        let (otherwise, ()) = self.block(otherwise)?;
        self.emit(Stmt::If { cond, then, otherwise });
        Ok(())
    }

    /// `build` in a block that `Break(label)` leaves.
    pub(crate) fn leaving(&mut self, build: impl FnOnce(&mut Self, Label) -> R<()>) -> R<()> {
        let label = self.label();
        let (body, ()) = self.block(|s| build(s, label))?;
        self.emit(Stmt::Block { label, body });
        Ok(())
    }

    /// `build` again and again; it leaves by breaking to a label outside.
    pub(crate) fn forever(&mut self, build: impl FnOnce(&mut Self) -> R<()>) -> R<()> {
        let label = self.label();
        let (mut body, ()) = self.block(build)?;
        body.push(Stmt::Break(label));
        self.emit(Stmt::Loop { label, body });
        Ok(())
    }

    // ---- the runtime ----

    /// The address of one of the runtime's objects.
    pub(crate) fn address(&self, name: &str) -> i32 {
        registry::address(name)
    }

    /// A call of one of the runtime's functions on machine words; its error, if it may leave one, is looked at.
    pub(crate) fn raw(&mut self, name: &str, args: Vec<Expr>, fallible: bool) -> Expr {
        let function = registry::raw(name).unwrap_or_else(|| panic!("the runtime has no raw.{name}"));
        Expr::Call { callee: Callee::Runtime(function), args, fallible }
    }

    /// The same, its result in a temporary.
    pub(crate) fn raw_temp(&mut self, name: &str, args: Vec<Expr>, fallible: bool, ty: Ty) -> Expr {
        let call = self.raw(name, args, fallible);
        Expr::Get(self.temp(call, ty))
    }

    /// The offset of constant bytes in the module's data.
    pub(crate) fn data(&mut self, bytes: &[u8]) -> u32 {
        if let Some(&at) = self.data_at.get(bytes) {
            return at;
        }
        self.data.resize(self.data.len().next_multiple_of(8), 0);
        let at = self.data.len() as u32;
        self.data.extend_from_slice(bytes);
        self.data_at.insert(bytes.to_vec(), at);
        at
    }
}
