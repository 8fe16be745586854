//! Statements: joins, loops, jumps, and what an exception may find.

use super::{Flow, Frame, Jump, State};
use crate::webs::DefinitionKind;
use crate::webs::graph::Node;
use crate::webs::scopes;
use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

impl<'a> Flow<'a, '_> {
    /// The state where two ways meet. A way that is not live does not count.
    pub(super) fn merge(&mut self, a: State, b: State) -> State {
        match (a.live, b.live) {
            (true, false) => a,
            (false, true) => b,
            (live, _) => {
                let join = |(variable, (a, b)): (usize, (Node, Node))| {
                    if a == b { a } else { self.graph.join(variable, vec![a, b]) }
                };
                State { nodes: a.nodes.into_iter().zip(b.nodes).enumerate().map(join).collect(), live }
            }
        }
    }

    /// A join for each variable, with its present node as the first operand.
    fn joins(&mut self) -> Vec<Node> {
        self.state.nodes.iter().enumerate().map(|(variable, &node)| self.graph.join(variable, vec![node])).collect()
    }

    /// The head of a loop, and the state in it.
    pub(super) fn open_loop(&mut self) -> Vec<Node> {
        let head = self.joins();
        self.state.nodes.clone_from(&head);
        head
    }

    /// A way back to the head of a loop.
    pub(super) fn back(&mut self, head: &[Node], state: &State) {
        if state.live {
            head.iter().zip(&state.nodes).for_each(|(&join, &node)| self.graph.add(join, node));
        }
    }

    fn jump(&mut self, jump: Jump) {
        let state = self.state.clone();
        self.state.live = false;
        if !state.live {
            return;
        }
        for frame in self.frames.iter_mut().rev() {
            match (frame, jump) {
                (Frame::Catch { .. }, _) => {}
                (Frame::Finally { jumps, .. }, _) => return jumps.push((jump, state)),
                (Frame::Loop { exits, .. }, Jump::Break) => return exits.push(state),
                (Frame::Loop { head, .. }, Jump::Continue) => {
                    let head = head.clone();
                    return self.back(&head, &state);
                }
            }
        }
    }

    pub(super) fn body(&mut self, body: &'a [Stmt]) {
        self.visit_body(body);
        self.settle();
    }

    /// From here on, the functions made last may be called.
    fn settle(&mut self) {
        let fresh = std::mem::take(&mut self.fresh);
        self.created.extend(fresh.into_iter().map(|(function, position)| (function, position, self.state.clone())));
    }

    pub(super) fn statement(&mut self, stmt: &'a Stmt) {
        let passive = scopes::is_passive(self.scopes, self.scope, stmt);
        if !passive {
            self.settle();
            if self.function == 0 {
                self.calls.push((head_end(stmt).into(), self.state.clone()));
            }
        }
        self.passive = passive;
        let outermost = matches!(stmt, Stmt::For(_) | Stmt::While(_)) && self.loop_start.is_none();
        if outermost {
            self.loop_start = Some(stmt.start().into());
        }
        match stmt {
            Stmt::FunctionDef(def) => {
                def.decorator_list.iter().for_each(|d| self.visit_expr(&d.expression));
                self.defaults(&def.parameters);
                self.made(def.range);
                self.define(&def.name, def.name.range, DefinitionKind::Function);
            }
            Stmt::Return(s) => {
                s.value.iter().for_each(|v| self.visit_expr(v));
                self.state.live = false;
            }
            Stmt::Raise(_) => {
                walk_stmt(self, stmt);
                self.state.live = false;
            }
            Stmt::Assert(s) => {
                let (yes, no) = self.condition(&s.test);
                self.state = no;
                s.msg.iter().for_each(|m| self.visit_expr(m));
                self.state = yes;
            }
            Stmt::Delete(s) => s.targets.iter().for_each(|t| self.delete(t)),
            Stmt::Assign(s) => {
                self.visit_expr(&s.value);
                s.targets.iter().for_each(|t| self.target(t, DefinitionKind::Assign));
            }
            Stmt::AnnAssign(s) => {
                if let Some(value) = &s.value {
                    self.visit_expr(value);
                    self.target(&s.target, DefinitionKind::Assign);
                } else if !s.target.is_name_expr() {
                    self.target(&s.target, DefinitionKind::Assign);
                }
            }
            Stmt::AugAssign(s) => {
                self.visit_expr(&s.target); // a name reads as a name, whatever its context
                self.visit_expr(&s.value);
                if let Expr::Name(name) = &*s.target {
                    self.define(&name.id, name.range, DefinitionKind::Augment);
                }
            }
            Stmt::Import(s) => {
                for alias in &s.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    self.define(name.split('.').next().unwrap_or(name), name.range, DefinitionKind::Import);
                }
            }
            Stmt::ImportFrom(s) => {
                for alias in &s.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    self.define(name, name.range, DefinitionKind::Import);
                }
            }
            Stmt::If(s) => self.branches(s),
            Stmt::While(s) => {
                let head = self.open_loop();
                self.frames.push(Frame::Loop { head: head.clone(), exits: Vec::new() });
                let (yes, no) = self.condition(&s.test);
                self.state = yes;
                self.body(&s.body);
                self.back(&head, &self.state.clone());
                self.leave_loop(no, &s.orelse);
            }
            Stmt::For(s) => {
                self.visit_expr(&s.iter);
                let head = self.open_loop();
                let exit = self.state.clone();
                self.frames.push(Frame::Loop { head: head.clone(), exits: Vec::new() });
                self.target(&s.target, DefinitionKind::For);
                self.body(&s.body);
                self.back(&head, &self.state.clone());
                self.leave_loop(exit, &s.orelse);
            }
            Stmt::Break(_) => self.jump(Jump::Break),
            Stmt::Continue(_) => self.jump(Jump::Continue),
            Stmt::Try(s) => self.protected(s),
            Stmt::With(s) => {
                let caught = self.joins();
                let swallowed = State { nodes: caught.clone(), live: self.state.live };
                self.frames.push(Frame::Catch { caught });
                for item in &s.items {
                    self.visit_expr(&item.context_expr);
                    item.optional_vars.iter().for_each(|v| self.target(v, DefinitionKind::With));
                }
                self.body(&s.body);
                self.frames.pop();
                self.state = self.merge(self.state.clone(), swallowed);
            }
            _ => walk_stmt(self, stmt),
        }
        self.passive = false;
        if outermost {
            self.loop_start = None;
        }
    }

    fn leave_loop(&mut self, end: State, orelse: &'a [Stmt]) {
        let exits = match self.frames.pop() {
            Some(Frame::Loop { exits, .. }) => exits,
            _ => Vec::new(),
        };
        self.state = end;
        self.body(orelse);
        for exit in exits {
            self.state = self.merge(self.state.clone(), exit);
        }
    }

    fn branches(&mut self, s: &'a ast::StmtIf) {
        let (yes, mut no) = self.condition(&s.test);
        self.state = yes;
        self.body(&s.body);
        let mut out = self.state.clone();
        for clause in &s.elif_else_clauses {
            self.state = no.clone();
            let yes = match &clause.test {
                Some(test) => {
                    let (yes, next) = self.condition(test);
                    no = next;
                    yes
                }
                None => {
                    no.live = false;
                    self.state.clone()
                }
            };
            self.state = yes;
            self.body(&clause.body);
            out = self.merge(out, self.state.clone());
        }
        self.state = self.merge(out, no);
    }

    fn protected(&mut self, s: &'a ast::StmtTry) {
        let live = self.state.live;
        if !s.finalbody.is_empty() {
            let caught = self.joins();
            self.frames.push(Frame::Finally { caught, jumps: Vec::new() });
        }
        let caught = self.joins();
        self.frames.push(Frame::Catch { caught: caught.clone() });
        self.body(&s.body);
        self.frames.pop();
        self.body(&s.orelse);
        let mut out = self.state.clone();
        // a handler's test is evaluated when the tests before it have failed
        let mut next = State { nodes: caught, live };
        for ast::ExceptHandler::ExceptHandler(handler) in &s.handlers {
            self.state = next;
            handler.type_.iter().for_each(|t| self.visit_expr(t));
            next = self.state.clone();
            self.handler(handler);
            out = self.merge(out, self.state.clone());
        }
        self.state = out;
        if !s.finalbody.is_empty()
            && let Some(Frame::Finally { caught, jumps }) = self.frames.pop()
        {
            self.finally(&s.finalbody, &caught, live, jumps);
        }
    }

    fn handler(&mut self, handler: &'a ast::ExceptHandlerExceptHandler) {
        let Some(name) = &handler.name else { return self.body(&handler.body) };
        self.define(name, name.range, DefinitionKind::Except);
        let caught = self.joins();
        self.frames.push(Frame::Finally { caught, jumps: Vec::new() });
        self.body(&handler.body);
        let frame = self.frames.pop();
        // the name goes at the end of the handler, however it is left
        let before = self.state.clone();
        self.define(name, TextRange::empty(handler.start()), DefinitionKind::Delete);
        if let Some(Frame::Finally { jumps, .. }) = frame {
            let end = self.state.clone();
            for (jump, mut state) in jumps {
                for (variable, node) in state.nodes.iter_mut().enumerate() {
                    if before.nodes[variable] != end.nodes[variable] {
                        *node = end.nodes[variable];
                    }
                }
                self.state = state;
                self.jump(jump);
            }
            self.state = end;
        }
    }

    /// The body of a `finally` sees all that may come to it. Behind it, a variable that it leaves alone is what it was before.
    fn finally(&mut self, body: &'a [Stmt], caught: &[Node], live: bool, jumps: Vec<(Jump, State)>) {
        let end = std::mem::replace(&mut self.state, State { nodes: caught.to_vec(), live });
        self.body(body);
        let after = self.state.clone();
        let through = |state: State| State {
            live: state.live && after.live,
            nodes: (0..caught.len())
                .map(|v| if after.nodes[v] == caught[v] { state.nodes[v] } else { after.nodes[v] })
                .collect(),
        };
        for (jump, state) in jumps {
            self.state = through(state);
            self.jump(jump);
        }
        self.state = through(end);
    }

    fn delete(&mut self, target: &'a Expr) {
        match target {
            Expr::Name(name) => {
                self.read(&name.id, name.range);
                self.define(&name.id, name.range, DefinitionKind::Delete);
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                elts.iter().for_each(|e| self.delete(e));
            }
            _ => self.visit_expr(target),
        }
    }
}

/// Where what a statement evaluates itself ends, before the statements in it.
fn head_end(stmt: &Stmt) -> TextSize {
    match stmt {
        Stmt::FunctionDef(s) => s.parameters.end(),
        Stmt::For(s) => s.iter.end(),
        Stmt::While(s) => s.test.end(),
        Stmt::If(s) => s.test.end(),
        Stmt::With(s) => s.items.last().map_or(s.start(), Ranged::end),
        Stmt::Try(s) => s.start(),
        _ => stmt.end(),
    }
}
