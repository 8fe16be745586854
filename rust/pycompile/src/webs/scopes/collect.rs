//! The walk over the source that fills the scopes with what each binds and reads, and declines what is not modelled.

use super::{Body, ComprehensionScope, FunctionScope, Scope, Scopes, Symbol, Variable};
use crate::webs::{Declined, DefinitionKind};
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr, ExprContext, Parameters, Stmt};
use ruff_text_size::{Ranged, TextRange};

/// Deeper than any candidate, and far from the end of the stack.
const MAX_DEPTH: u32 = 120;
/// CPython rejects 21 nested loops, `try`s and `with`s.
const MAX_BLOCKS: u32 = 12;

/// Methods, and functions of modules, that consume an iterable argument before they return.
const CONSUMING_METHODS: &[&str] = &["join", "extend", "update", "union", "prod", "fsum", "Counter", "deque", "reduce"];

/// Scopes with their symbols; nothing is looked up yet.
pub(super) fn scopes(module: &[Stmt]) -> Result<Scopes<'_>, Declined> {
    let mut collector = Collector {
        all: Scopes { functions: Vec::new(), scopes: Vec::new() },
        scope: 0,
        depth: 0,
        loops: 0,
        blocks: 0,
        future: true,
        iterable: false,
        consumer: Consumer::None,
        declined: None,
    };
    collector.function(Body::Module(module), TextRange::default());
    match collector.declined {
        Some(declined) => Err(declined),
        None => Ok(collector.all),
    }
}

/// What a generator expression is an argument of.
#[derive(Clone, Copy)]
enum Consumer<'a> {
    None,
    /// A method that consumes it.
    Method,
    Function(&'a str),
}

struct Collector<'a> {
    all: Scopes<'a>,
    scope: usize,
    depth: u32,
    /// Loops around the statement at hand.
    loops: u32,
    /// Blocks around it that CPython counts.
    blocks: u32,
    /// `from __future__` may still come.
    future: bool,
    /// In a comprehension's iterable.
    iterable: bool,
    consumer: Consumer<'a>,
    declined: Option<Declined>,
}

impl<'a> Collector<'a> {
    fn decline(&mut self, at: impl Ranged, what: &str) {
        self.declined.get_or_insert_with(|| Declined { offset: at.start().into(), what: what.to_owned() });
    }

    fn function(&mut self, body: Body<'a>, range: TextRange) {
        let (outer, around) = (self.scope, (std::mem::take(&mut self.loops), std::mem::take(&mut self.blocks)));
        let parent = (!self.all.scopes.is_empty()).then_some(outer);
        let function = self.all.functions.len();
        self.scope = self.all.scopes.len();
        self.all.scopes.push(Scope { parent, function, comprehension: None, symbols: Vec::new(), names: Vec::new() });
        self.all.functions.push(FunctionScope {
            body,
            range,
            scope: self.scope,
            parent: parent.map(|p| self.all.scopes[p].function),
            variables: Vec::new(),
            captures: Vec::new(),
            is_generator: false,
            refers_to_itself: false,
        });
        for parameter in self.all.functions[function].parameters().into_iter().flat_map(|p| p.iter()) {
            let name = parameter.name();
            if self.all.scopes[self.scope].symbol(name).is_some() {
                self.decline(name, "two parameters of one name");
            }
            self.bind(self.scope, name, name.range, DefinitionKind::Parameter);
        }
        match body {
            Body::Module(body) => self.visit_body(body),
            Body::Def(def) => self.visit_body(&def.body),
            Body::Lambda(lambda) => self.visit_expr(&lambda.body),
        }
        self.scope = outer;
        (self.loops, self.blocks) = around;
    }

    fn defaults(&mut self, parameters: &'a Parameters) {
        parameters.iter_non_variadic_params().filter_map(|p| p.default()).for_each(|d| self.visit_expr(d));
    }

    fn bind(&mut self, scope: usize, name: &'a str, range: TextRange, kind: DefinitionKind) {
        if name == "__debug__" {
            self.decline(range, "assignment to __debug__");
        }
        let imported = kind == DefinitionKind::Import;
        let function = self.all.scopes[scope].function;
        match self.all.scopes[scope].symbol(name) {
            Some(Symbol::Bound(variable)) => {
                let variable = &mut self.all.functions[function].variables[variable];
                variable.imported &= imported;
                variable.deleted |= kind == DefinitionKind::Delete;
            }
            Some(Symbol::Global) => self.decline(range, "assignment to a global variable in a function"),
            Some(Symbol::Nonlocal) if kind == DefinitionKind::Delete => {
                self.decline(range, "del of a nonlocal variable");
            }
            Some(Symbol::Nonlocal) => {}
            None => {
                let variables = &mut self.all.functions[function].variables;
                variables.push(Variable {
                    name,
                    scope,
                    cell: false,
                    nonlocal: false,
                    shared: false,
                    deleted: kind == DefinitionKind::Delete,
                    imported,
                });
                let symbol = Symbol::Bound(variables.len() - 1);
                self.all.scopes[scope].symbols.push((name, symbol));
            }
        }
    }

    fn reads(&mut self, name: &'a str) {
        let names = &mut self.all.scopes[self.scope].names;
        if !names.contains(&name) {
            names.push(name);
        }
    }

    fn declare(&mut self, names: &'a [ast::Identifier], symbol: Symbol) {
        for name in names {
            let scope = &mut self.all.scopes[self.scope];
            let known = scope.symbol(name);
            if known == Some(symbol) {
                continue;
            }
            if known.is_some() || scope.names.contains(&name.as_str()) {
                self.decline(name, "a declaration after the name's use");
            } else if self.scope != 0 {
                scope.symbols.push((name, symbol));
                scope.names.push(name);
            } else if symbol == Symbol::Nonlocal {
                self.decline(name, "nonlocal at module level");
            }
        }
    }

    fn comprehension(
        &mut self,
        range: TextRange,
        generators: &'a [ast::Comprehension],
        lazy: bool,
        elements: [Option<&'a Expr>; 2],
    ) {
        let outer = self.scope;
        let (lazy, consumer) = match std::mem::replace(&mut self.consumer, Consumer::None) {
            Consumer::None => (lazy, None),
            Consumer::Method => (false, None),
            Consumer::Function(name) => (lazy, Some(name)),
        };
        let inner = self.all.scopes.len();
        let first = generators.first().map_or(range, |g| g.iter.range());
        self.all.scopes.push(Scope {
            parent: Some(outer),
            function: self.all.scopes[outer].function,
            comprehension: Some(ComprehensionScope { range, lazy, first, consumer }),
            symbols: Vec::new(),
            names: Vec::new(),
        });
        for (i, generator) in generators.iter().enumerate() {
            if generator.is_async {
                self.decline(generator, "async");
            }
            self.scope = if i == 0 { outer } else { inner };
            let around = std::mem::replace(&mut self.iterable, true);
            self.visit_expr(&generator.iter);
            self.iterable = around;
            self.scope = inner;
            self.visit_expr(&generator.target);
            generator.ifs.iter().for_each(|test| self.visit_expr(test));
        }
        elements.into_iter().flatten().for_each(|e| self.visit_expr(e));
        self.scope = outer;
    }

    fn walrus(&mut self, named: &'a ast::ExprNamed) {
        let Expr::Name(target) = &*named.target else { return self.decline(named, "walrus target") };
        let mut scope = self.scope;
        while self.all.scopes[scope].comprehension.is_some() {
            if self.all.scopes[scope].symbol(&target.id).is_some() {
                self.decline(named, "a walrus to a comprehension's own name");
            }
            scope = self.all.scopes[scope].parent.unwrap_or_default();
        }
        if self.iterable {
            self.decline(named, "a walrus in a comprehension's iterable");
        }
        self.bind(scope, &target.id, target.range, DefinitionKind::Walrus);
        if scope != self.scope {
            self.reads(&target.id);
        }
        self.visit_expr(&named.value);
    }

    fn is_future(&mut self, import: &'a ast::StmtImportFrom) {
        let annotations = import.names.iter().all(|n| n.name.as_str() == "annotations");
        if !self.future || !annotations {
            self.decline(import, "from __future__");
        }
    }

    fn in_module(&self) -> bool {
        self.all.scopes[self.scope].function == 0
    }
}

impl<'a> Visitor<'a> for Collector<'a> {
    fn visit_annotation(&mut self, _: &'a Expr) {}

    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if self.depth > MAX_DEPTH {
            return self.decline(stmt, "nesting");
        }
        self.depth += 1;
        let future = match stmt {
            Stmt::Expr(e) => e.value.is_string_literal_expr(),
            Stmt::ImportFrom(i) => i.module.as_deref() == Some("__future__"),
            _ => false,
        };
        self.future &= future;
        let block = u32::from(matches!(stmt, Stmt::For(_) | Stmt::While(_) | Stmt::Try(_) | Stmt::With(_)));
        self.blocks += block;
        if self.blocks > MAX_BLOCKS {
            self.decline(stmt, "nesting");
        }
        match stmt {
            Stmt::FunctionDef(def) => {
                if def.is_async {
                    self.decline(stmt, "async");
                }
                if def.type_params.is_some() {
                    self.decline(stmt, "type parameters");
                }
                def.decorator_list.iter().for_each(|d| self.visit_expr(&d.expression));
                self.defaults(&def.parameters);
                self.bind(self.scope, &def.name, def.name.range, DefinitionKind::Function);
                self.function(Body::Def(def), def.range);
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    let bound = name.split('.').next().unwrap_or(name);
                    self.bind(self.scope, bound, name.range, DefinitionKind::Import);
                }
            }
            Stmt::ImportFrom(import) => {
                if import.level > 0 || import.names.iter().any(|n| &n.name == "*") {
                    self.decline(stmt, "import *");
                }
                if future {
                    self.is_future(import);
                }
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    self.bind(self.scope, name, name.range, DefinitionKind::Import);
                }
            }
            Stmt::AugAssign(assign) => {
                if let Expr::Name(name) = &*assign.target {
                    self.reads(&name.id);
                }
                walk_stmt(self, stmt);
            }
            Stmt::AnnAssign(assign) => {
                if let Expr::Name(name) = &*assign.target
                    && self.all.scopes[self.scope].symbol(&name.id).is_some_and(|s| !matches!(s, Symbol::Bound(_)))
                {
                    self.decline(stmt, "an annotated global or nonlocal name");
                }
                assign.value.iter().for_each(|v| self.visit_expr(v));
                self.visit_expr(&assign.target);
            }
            Stmt::Global(s) => self.declare(&s.names, Symbol::Global),
            Stmt::Nonlocal(s) => self.declare(&s.names, Symbol::Nonlocal),
            Stmt::For(s) => {
                if s.is_async {
                    self.decline(stmt, "async");
                }
                self.visit_expr(&s.iter);
                self.visit_expr(&s.target);
                self.loops += 1;
                self.visit_body(&s.body);
                self.loops -= 1;
                self.visit_body(&s.orelse);
            }
            Stmt::While(s) => {
                self.visit_expr(&s.test);
                self.loops += 1;
                self.visit_body(&s.body);
                self.loops -= 1;
                self.visit_body(&s.orelse);
            }
            Stmt::Break(_) | Stmt::Continue(_) if self.loops == 0 => {
                self.decline(stmt, "break or continue outside a loop");
            }
            Stmt::Return(_) if self.in_module() => self.decline(stmt, "return outside a function"),
            Stmt::Try(s) => {
                if s.is_star {
                    self.decline(stmt, "except*");
                }
                self.visit_body(&s.body);
                for ast::ExceptHandler::ExceptHandler(handler) in &s.handlers {
                    handler.type_.iter().for_each(|t| self.visit_expr(t));
                    if let Some(name) = &handler.name {
                        self.bind(self.scope, name, name.range, DefinitionKind::Except);
                        self.bind(self.scope, name, name.range, DefinitionKind::Delete);
                    }
                    self.visit_body(&handler.body);
                }
                self.visit_body(&s.orelse);
                self.visit_body(&s.finalbody);
            }
            Stmt::With(s) if s.is_async => self.decline(stmt, "async"),
            Stmt::ClassDef(_) => self.decline(stmt, "class"),
            Stmt::Match(_) => self.decline(stmt, "match"),
            Stmt::TypeAlias(_) => self.decline(stmt, "type"),
            Stmt::IpyEscapeCommand(_) => self.decline(stmt, "syntax"),
            _ => walk_stmt(self, stmt),
        }
        self.blocks -= block;
        self.depth -= 1;
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if self.depth > MAX_DEPTH {
            return self.decline(expr, "nesting");
        }
        self.depth += 1;
        match expr {
            Expr::Name(name) => match name.ctx {
                ExprContext::Load => self.reads(&name.id),
                ExprContext::Store => self.bind(self.scope, &name.id, name.range, DefinitionKind::Assign),
                ExprContext::Del => {
                    self.reads(&name.id);
                    self.bind(self.scope, &name.id, name.range, DefinitionKind::Delete);
                }
                ExprContext::Invalid => self.decline(expr, "syntax"),
            },
            Expr::Named(named) => self.walrus(named),
            Expr::Lambda(lambda) => {
                lambda.parameters.iter().for_each(|p| self.defaults(p));
                let around = std::mem::replace(&mut self.iterable, false);
                self.function(Body::Lambda(lambda), lambda.range);
                self.iterable = around;
            }
            Expr::ListComp(c) => self.comprehension(c.range, &c.generators, false, [Some(&c.elt), None]),
            Expr::SetComp(c) => self.comprehension(c.range, &c.generators, false, [Some(&c.elt), None]),
            Expr::DictComp(c) => self.comprehension(c.range, &c.generators, false, [Some(&c.key), Some(&c.value)]),
            Expr::Generator(c) => self.comprehension(c.range, &c.generators, true, [Some(&c.elt), None]),
            Expr::Call(call) => {
                self.visit_expr(&call.func);
                let consumer = match &*call.func {
                    Expr::Name(name) => Consumer::Function(&name.id),
                    Expr::Attribute(a) if CONSUMING_METHODS.contains(&a.attr.as_str()) => Consumer::Method,
                    _ => Consumer::None,
                };
                for arg in &call.arguments.args {
                    self.consumer = if arg.is_generator_expr() { consumer } else { Consumer::None };
                    self.visit_expr(arg);
                }
                self.consumer = Consumer::None;
                call.arguments.keywords.iter().for_each(|k| self.visit_expr(&k.value));
            }
            Expr::Tuple(ast::ExprTuple { elts, ctx, .. }) | Expr::List(ast::ExprList { elts, ctx, .. }) => {
                if ctx.is_store() && elts.iter().filter(|e| e.is_starred_expr()).count() > 1 {
                    self.decline(expr, "two starred targets");
                }
                elts.iter().for_each(|e| self.visit_expr(e));
            }
            Expr::Yield(_) | Expr::YieldFrom(_) => {
                if self.in_module() || self.all.scopes[self.scope].comprehension.is_some() {
                    self.decline(expr, "yield outside a function");
                }
                let function = self.all.scopes[self.scope].function;
                self.all.functions[function].is_generator = true;
                walk_expr(self, expr);
            }
            Expr::Await(_) => self.decline(expr, "async"),
            Expr::TString(_) => self.decline(expr, "a template string"),
            Expr::IpyEscapeCommand(_) => self.decline(expr, "syntax"),
            _ => walk_expr(self, expr),
        }
        self.depth -= 1;
    }
}
