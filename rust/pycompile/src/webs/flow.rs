//! Control flow: a walk of each function in the order of evaluation, with the definition (or join) that each variable has at hand.

mod control;
mod results;

use super::graph::{Graph, Node};
use super::scopes::{Body, Scopes};
use super::{Declined, DefinitionKind, Webs};
use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{self as ast, Expr, Number, Parameters, Stmt};
use ruff_text_size::TextRange;

pub(super) fn analyze(scopes: &Scopes) -> Result<Webs, Declined> {
    let flows: Vec<Flow> = (0..scopes.functions.len()).map(|function| Flow::of(scopes, function)).collect();
    results::assemble(scopes, flows)
}

/// Where a name leads: a node of this function's graph, or a variable of another.
#[derive(Clone, Copy)]
enum Reach {
    /// (node, variable)
    Own(Node, usize),
    Other(usize, usize),
    Builtin,
}

/// The variables at one place: by variable, the node that it comes from. Behind a `return` it is not live.
#[derive(Clone)]
struct State {
    nodes: Vec<Node>,
    live: bool,
}

/// What control can leave otherwise than by its end.
enum Frame {
    Loop {
        head: Vec<Node>,
        exits: Vec<State>,
    },
    /// The body of a `try` with handlers, or of a `with`. `caught` are joins of all that the body may leave.
    Catch {
        caught: Vec<Node>,
    },
    /// All of a `try` with a `finally`, but that. `jumps` are those that pass through it.
    Finally {
        caught: Vec<Node>,
        jumps: Vec<(Jump, State)>,
    },
}

#[derive(Clone, Copy)]
enum Jump {
    Break,
    Continue,
}

/// The analysis of one function.
struct Flow<'a, 's> {
    scopes: &'s Scopes<'a>,
    function: usize,
    scope: usize,
    graph: Graph,
    state: State,
    frames: Vec<Frame>,
    loads: Vec<(u32, Reach)>,
    stores: Vec<(u32, Reach)>,
    /// Functions that the statements just behind us made, if nothing since can have called them.
    fresh: Vec<(usize, u32)>,
    /// The statement at hand calls nothing.
    passive: bool,
    /// Each nested function, where it was made (if in a loop, where that starts), and the variables when it can first be called.
    created: Vec<(usize, u32, State)>,
    /// Of the module level: the end of each statement (or its head) that may call something, and the variables before it.
    calls: Vec<(u32, State)>,
    /// Where the outermost loop at hand starts.
    loop_start: Option<u32>,
}

impl<'a, 's> Flow<'a, 's> {
    fn of(scopes: &'s Scopes<'a>, function: usize) -> Self {
        let this = &scopes.functions[function];
        let mut graph = Graph::default();
        let nodes = (0..this.variables.len()).map(|v| graph.entry(v)).collect();
        let mut flow = Flow {
            scopes,
            function,
            scope: this.scope,
            graph,
            state: State { nodes, live: true },
            frames: Vec::new(),
            loads: Vec::new(),
            stores: Vec::new(),
            fresh: Vec::new(),
            passive: false,
            created: Vec::new(),
            calls: Vec::new(),
            loop_start: None,
        };
        for parameter in this.parameters().into_iter().flat_map(|p| p.iter()) {
            flow.define(parameter.name(), parameter.name().range, DefinitionKind::Parameter);
        }
        match this.body {
            Body::Module(body) => flow.body(body),
            Body::Def(def) => flow.body(&def.body),
            Body::Lambda(lambda) => flow.visit_expr(&lambda.body),
        }
        flow
    }

    fn reach(&self, name: &str) -> Reach {
        match self.scopes.resolve(self.scope, name) {
            Some((function, variable)) if function == self.function => Reach::Own(self.state.nodes[variable], variable),
            Some((function, variable)) => Reach::Other(function, variable),
            None => Reach::Builtin,
        }
    }

    fn read(&mut self, name: &str, range: TextRange) {
        let reach = self.reach(name);
        if let Reach::Own(node, _) = reach {
            self.graph.read(node);
        }
        self.loads.push((range.start().into(), reach));
    }

    /// `name` gets a value; `range` is what the definition is known by.
    fn define(&mut self, name: &str, range: TextRange, kind: DefinitionKind) {
        let offset = range.start().into();
        let reach = match self.scopes.resolve(self.scope, name) {
            Some((function, variable)) if function == self.function => {
                let node = self.graph.definition(variable, offset, kind);
                for frame in &self.frames {
                    if let Frame::Catch { caught } | Frame::Finally { caught, .. } = frame {
                        self.graph.add(caught[variable], node);
                    }
                }
                self.state.nodes[variable] = node;
                Reach::Own(node, variable)
            }
            Some((function, variable)) => Reach::Other(function, variable),
            None => Reach::Builtin,
        };
        self.stores.push((offset, reach));
    }

    fn target(&mut self, target: &'a Expr, kind: DefinitionKind) {
        match target {
            Expr::Name(name) => self.define(&name.id, name.range, kind),
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                elts.iter().for_each(|e| self.target(e, kind));
            }
            Expr::Starred(starred) => self.target(&starred.value, kind),
            _ => walk_expr(self, target),
        }
    }

    /// Evaluates for truth: the states where it is true and where it is false.
    fn condition(&mut self, expr: &'a Expr) -> (State, State) {
        match expr {
            Expr::BoolOp(op) => {
                // `leaving`: `a and ..` leaves when a is false
                let mut leaving: Option<State> = None;
                for value in &op.values {
                    let (yes, no) = self.condition(value);
                    let (on, off) = if op.op == ast::BoolOp::And { (yes, no) } else { (no, yes) };
                    self.state = on;
                    leaving = Some(match leaving {
                        Some(left) => self.merge(left, off),
                        None => off,
                    });
                }
                let leaving = leaving.unwrap_or_else(|| self.state.clone());
                if op.op == ast::BoolOp::And { (self.state.clone(), leaving) } else { (leaving, self.state.clone()) }
            }
            Expr::UnaryOp(op) if op.op == ast::UnaryOp::Not => {
                let (yes, no) = self.condition(&op.operand);
                (no, yes)
            }
            _ => {
                self.visit_expr(expr);
                let (mut yes, mut no) = (self.state.clone(), self.state.clone());
                match constant(expr) {
                    Some(true) => no.live = false,
                    Some(false) => yes.live = false,
                    None => {}
                }
                (yes, no)
            }
        }
    }

    fn defaults(&mut self, parameters: &'a Parameters) {
        parameters.iter_non_variadic_params().filter_map(|p| p.default()).for_each(|d| self.visit_expr(d));
    }

    /// A function was made: what it captures must be bound when it is first called.
    fn made(&mut self, range: TextRange) {
        let function = self.scopes.function_of(range);
        let position = self.loop_start.unwrap_or(range.start().into());
        if self.passive {
            self.fresh.push((function, position));
        } else {
            self.created.push((function, position, self.state.clone()));
        }
    }

    fn comprehension(
        &mut self,
        range: TextRange,
        generators: &'a [ast::Comprehension],
        elements: [Option<&'a Expr>; 2],
    ) {
        let outer = self.scope;
        if let Some(first) = generators.first() {
            self.visit_expr(&first.iter);
        }
        self.scope = self.scopes.comprehension_of(range);
        for (variable, v) in self.scopes.functions[self.function].variables.iter().enumerate() {
            if v.scope == self.scope {
                self.state.nodes[variable] = self.graph.entry(variable);
            }
        }
        self.generators(generators, true, elements);
        self.scope = outer;
    }

    fn generators(&mut self, generators: &'a [ast::Comprehension], first: bool, elements: [Option<&'a Expr>; 2]) {
        let Some((generator, rest)) = generators.split_first() else {
            return elements.into_iter().flatten().for_each(|e| self.visit_expr(e));
        };
        if !first {
            self.visit_expr(&generator.iter);
        }
        let head = self.open_loop();
        let exit = self.state.clone();
        self.target(&generator.target, DefinitionKind::Comprehension);
        for test in &generator.ifs {
            let (yes, no) = self.condition(test);
            self.back(&head, &no);
            self.state = yes;
        }
        self.generators(rest, false, elements);
        self.back(&head, &self.state.clone());
        self.state = exit;
    }
}

/// The truth of a literal.
fn constant(expr: &Expr) -> Option<bool> {
    match expr {
        Expr::BooleanLiteral(literal) => Some(literal.value),
        Expr::NoneLiteral(_) => Some(false),
        Expr::NumberLiteral(literal) => match &literal.value {
            Number::Int(value) => Some(*value != ast::Int::ZERO),
            _ => None,
        },
        _ => None,
    }
}

impl<'a> Visitor<'a> for Flow<'a, '_> {
    fn visit_annotation(&mut self, _: &'a Expr) {}

    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        self.statement(stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) => self.read(&name.id, name.range),
            Expr::Named(named) => {
                self.visit_expr(&named.value);
                self.target(&named.target, DefinitionKind::Walrus);
            }
            Expr::BoolOp(_) => {
                let (yes, no) = self.condition(expr);
                self.state = self.merge(yes, no);
            }
            Expr::If(e) => {
                let (yes, no) = self.condition(&e.test);
                self.state = yes;
                self.visit_expr(&e.body);
                let then = std::mem::replace(&mut self.state, no);
                self.visit_expr(&e.orelse);
                self.state = self.merge(then, self.state.clone());
            }
            Expr::Compare(e) => {
                self.visit_expr(&e.left);
                let mut exit: Option<State> = None;
                for (i, comparator) in e.comparators.iter().enumerate() {
                    if i > 0 {
                        let here = self.state.clone();
                        exit = Some(match exit {
                            Some(exit) => self.merge(exit, here),
                            None => here,
                        });
                    }
                    self.visit_expr(comparator);
                }
                if let Some(exit) = exit {
                    self.state = self.merge(exit, self.state.clone());
                }
            }
            Expr::Lambda(lambda) => {
                lambda.parameters.iter().for_each(|p| self.defaults(p));
                self.made(lambda.range);
            }
            Expr::ListComp(c) => self.comprehension(c.range, &c.generators, [Some(&c.elt), None]),
            Expr::SetComp(c) => self.comprehension(c.range, &c.generators, [Some(&c.elt), None]),
            Expr::DictComp(c) => self.comprehension(c.range, &c.generators, [Some(&c.key), Some(&c.value)]),
            Expr::Generator(c) => self.comprehension(c.range, &c.generators, [Some(&c.elt), None]),
            _ => walk_expr(self, expr),
        }
    }
}
