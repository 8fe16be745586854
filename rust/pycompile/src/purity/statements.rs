//! Functions and what is in them.

use ruff_python_ast::{self as ast, ExceptHandler, Expr, Stmt};

use super::module::is_literal;
use super::outline::{Kind, keeps};
use super::places::Place;
use super::words::caught;
use super::{Reader, Sure, doubt};

impl<'a> Reader<'a> {
    /// `method`: of a class of the module.
    pub(super) fn function(&mut self, def: &'a ast::StmtFunctionDef, nested: bool, method: bool) -> Sure {
        if def.is_async || def.type_params.is_some() {
            return doubt(def, "a function of another kind");
        }
        if let Some(decorator) =
            def.decorator_list.iter().find(|decorator| !nested || !self.caches(&decorator.expression))
        {
            return doubt(decorator, "a decorator");
        }
        let parameters = &def.parameters;
        self.parameters(parameters, !nested)?;
        // A class's names are not those of the module.
        if method && parameters.iter().filter_map(|p| p.default()).any(|default| !is_literal(default)) {
            return doubt(def, "a default that may change");
        }
        let first = parameters.posonlyargs.iter().chain(&parameters.args).next().map(|first| first.name().as_str());
        if method && first.is_none() {
            return doubt(def, "a method without an instance");
        }
        let receiver = std::mem::replace(&mut self.receiver, first.filter(|_| method));
        self.receivers.extend(self.receiver);
        self.held.extend(self.receiver);
        self.block(&def.body)?;
        self.receiver = receiver;
        Ok(())
    }

    /// A decorator that keeps answers, as long as the function lives.
    fn caches(&self, decorator: &Expr) -> bool {
        let decorator = match decorator {
            Expr::Call(call) => {
                let values = call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|k| &k.value));
                if !values.clone().all(|e| e.is_literal_expr()) {
                    return false;
                }
                &*call.func
            }
            other => other,
        };
        let kind = |name: &ast::ExprName| self.outline.kinds.get(name.id.as_str()).copied();
        match decorator {
            Expr::Name(name) => matches!(kind(name), Some(Kind::Member(module, of)) if keeps(module, of)),
            Expr::Attribute(e) => {
                let module = e.value.as_name_expr().and_then(kind);
                matches!(module, Some(Kind::Module(module)) if keeps(module, &e.attr))
            }
            _ => false,
        }
    }

    /// Parameters; `kept`: their defaults outlive the call, and must be constants.
    pub(super) fn parameters(&mut self, parameters: &'a ast::Parameters, kept: bool) -> Sure {
        for parameter in parameters.iter() {
            self.bound.insert(self.plain(parameter.name())?);
            match parameter.default() {
                Some(default) if kept && !self.constant(default) => return doubt(default, "a default that may change"),
                Some(default) if !kept => self.expr(default, Place::Value)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// A name that may be bound. CPython reads names that are not ASCII as others.
    fn plain(&self, name: &'a ast::Identifier) -> Sure<&'a str> {
        if name.is_ascii() && !name.starts_with("__") { Ok(name) } else { doubt(name, format!("the name {name}")) }
    }

    /// A target of an assignment.
    pub(super) fn bind(&mut self, target: &'a Expr) -> Sure {
        match target {
            Expr::Name(name) if name.id.is_ascii() && !name.id.starts_with("__") => {
                self.bound.insert(&name.id);
                self.stored.insert(&name.id);
                Ok(())
            }
            Expr::Tuple(tuple) => tuple.elts.iter().try_for_each(|target| self.bind(target)),
            Expr::List(list) => list.elts.iter().try_for_each(|target| self.bind(target)),
            Expr::Starred(starred) => self.bind(&starred.value),
            // The module's own objects have no items that can be set, but for its tables.
            Expr::Subscript(item) if self.table(&item.value).is_none() => {
                self.expr(&item.value, Place::Base)?;
                self.expr(&item.slice, Place::Value)
            }
            Expr::Attribute(e) => match (&*e.value, self.receiver) {
                (Expr::Name(base), Some(receiver)) if base.id == receiver => self.name(base, Place::Base),
                _ => doubt(target, "an attribute of what may not be a method's instance"),
            },
            _ => doubt(target, "a target that may outlive the call"),
        }
    }

    fn block(&mut self, body: &'a [Stmt]) -> Sure {
        body.iter().try_for_each(|statement| self.statement(statement))
    }

    fn statement(&mut self, statement: &'a Stmt) -> Sure {
        match statement {
            Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) => Ok(()),
            // They bind nothing that a name does not bind elsewhere.
            Stmt::Nonlocal(_) | Stmt::Import(_) | Stmt::ImportFrom(_) => Ok(()),
            Stmt::Expr(e) => self.expr(&e.value, Place::Test),
            Stmt::Return(e) => self.all(e.value.as_deref()),
            Stmt::Assign(assign) => {
                let place = match &*assign.targets {
                    [Expr::Name(name)] => Place::Bind(&name.id),
                    [Expr::Tuple(_) | Expr::List(_)] => Place::Iterated,
                    _ => Place::Value,
                };
                self.expr(&assign.value, place)?;
                assign.targets.iter().try_for_each(|target| self.bind(target))
            }
            Stmt::AugAssign(assign) => {
                self.expr(&assign.value, Place::Value)?;
                if let Expr::Name(name) = &*assign.target {
                    self.name(name, Place::Value)?;
                }
                self.bind(&assign.target)
            }
            Stmt::AnnAssign(assign) => {
                let Expr::Name(name) = &*assign.target else { return doubt(assign, "an annotated target") };
                self.bind(&assign.target)?;
                assign.value.as_deref().map_or(Ok(()), |value| self.expr(value, Place::Bind(&name.id)))
            }
            Stmt::Delete(delete) => delete.targets.iter().try_for_each(|target| match target {
                Expr::Attribute(_) => doubt(target, "an attribute that is deleted"),
                _ => self.bind(target),
            }),
            Stmt::For(each) if !each.is_async => {
                self.each(&each.iter, &each.target)?;
                self.block(&each.body)?;
                self.block(&each.orelse)
            }
            Stmt::While(e) => {
                self.expr(&e.test, Place::Test)?;
                self.block(&e.body)?;
                self.block(&e.orelse)
            }
            Stmt::If(e) => {
                self.expr(&e.test, Place::Test)?;
                self.block(&e.body)?;
                e.elif_else_clauses.iter().try_for_each(|clause| {
                    clause.test.as_ref().map_or(Ok(()), |test| self.expr(test, Place::Test))?;
                    self.block(&clause.body)
                })
            }
            Stmt::Assert(assert) => {
                self.expr(&assert.test, Place::Test)?;
                self.all(assert.msg.as_deref())
            }
            Stmt::Raise(raise) if raise.cause.as_deref().is_none_or(Expr::is_none_literal_expr) => {
                raise.exc.as_deref().map_or(Ok(()), |e| self.raise(e))
            }
            Stmt::Try(e) if !e.is_star && e.finalbody.is_empty() => {
                self.block(&e.body)?;
                e.handlers.iter().try_for_each(|handler| self.handler(handler))?;
                self.block(&e.orelse)
            }
            Stmt::FunctionDef(def) => self.function(def, true, false),
            _ => doubt(statement, "a statement that is not known to keep nothing"),
        }
    }

    fn handler(&mut self, handler: &'a ExceptHandler) -> Sure {
        let ExceptHandler::ExceptHandler(handler) = handler;
        let listed = |e: &'a Expr| e.as_name_expr().map(|name| name.id.as_str()).filter(|name| caught(name));
        let kinds = handler.type_.as_deref().map_or(&[][..], |kind| match kind {
            Expr::Tuple(tuple) => &tuple.elts,
            one => std::slice::from_ref(one),
        });
        if kinds.is_empty() || !kinds.iter().all(|kind| listed(kind).is_some()) {
            return doubt(handler, "a handler that may catch what a limit causes");
        }
        self.builtins.extend(kinds.iter().filter_map(listed));
        if let Some(name) = &handler.name {
            let name = self.plain(name)?;
            self.bound.insert(name);
            self.held.insert(name);
        }
        self.block(&handler.body)
    }
}
