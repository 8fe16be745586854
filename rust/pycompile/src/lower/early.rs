//! What is evaluated earlier than Python does it: only where nobody can tell.

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{Expr as Ast, ExprName};

use super::code::*;
use super::function::start;
use super::types::Type;
use super::value::Val;
use super::{Lower, R};
use crate::emit::can_fail;
use crate::ir::{Stmt, Ty};
use crate::runtime::status::DEOPT;
use crate::webs::{DefinitionKind, FunctionId, Place, WebId};

/// Items that are made early, at most.
const EARLY: i32 = 1 << 14;

impl<'a> Lower<'a> {
    /// An argument that Python evaluates after another that is lowered behind it.
    pub(crate) fn early(&mut self, e: &'a Ast) -> R<Val> {
        let (code, v) = self.block(|s| {
            let v = s.expr(e)?;
            let v = s.made(v);
            Ok(s.hold(v))
        })?;
        if can_fail(&code) {
            return self.decline("an argument after an iterable that may fail");
        }
        self.splice(code);
        Ok(v)
    }

    /// A lazy expression's items as a list, for an iterator that takes them later. If making them fails, CPython says whether it comes
    /// to that.
    pub(crate) fn listed_early(&mut self, e: &'a Ast) -> R<Val> {
        let mut names = Names(Vec::new());
        names.visit_expr(e);
        for name in names.0 {
            if !self.is_settled(name) {
                self.offset = start(name);
                return self.decline("a lazy argument of which something may change");
            }
        }
        let at = start(e);
        let (body, list) = self.block(|s| {
            s.built(at, |s, put| {
                // There may be no end to them, where few are taken.
                let count = s.cursor(i32(0), Ty::I32);
                s.leaving(|s, done| {
                    s.each_of_all(e, done, &mut |s, item| {
                        s.set(count, add32(get(count), i32(1)));
                        s.expect(lt32_u(get(count), i32(EARLY)));
                        put(s, item)
                    })
                })
            })
        })?;
        if can_fail(&body) {
            self.emit(Stmt::Try { body, handler: vec![Stmt::Fail(DEOPT)] });
        } else {
            self.splice(body);
        }
        Ok(list)
    }

    /// Whether what a name is bound to stays as it is, as far as can be seen from here.
    fn is_settled(&self, name: &ExprName) -> bool {
        match self.webs.load(start(name)).map(|used| used.place) {
            None | Some(Place::Builtin | Place::Global(_)) => true, // the module level does not change while a row runs
            Some(Place::Local(web)) => {
                let variable = self.webs.web(self.function(), web);
                variable.comprehension.is_some() || self.is_settled_web(self.function(), web, &self.variable(web).ty)
            }
            Some(Place::Captured(function, web)) => {
                let ty = if function == self.function() {
                    self.variable(web).ty
                } else {
                    let known = self.instances[self.frame.instance]
                        .captured
                        .iter()
                        .find(|c| (c.function, c.web) == (function, web));
                    known.map_or(Type::Any, |c| c.ty.clone())
                };
                self.is_settled_web(function, web, &ty)
            }
        }
    }

    fn is_settled_web(&self, function: FunctionId, web: WebId, ty: &Type) -> bool {
        let web = self.webs.web(function, web);
        let mine = function == self.function();
        let once = |kind| match kind {
            DefinitionKind::Parameter | DefinitionKind::Comprehension => true,
            DefinitionKind::Assign | DefinitionKind::Function | DefinitionKind::Import => {
                mine && self.frame.loops.is_empty()
            }
            _ => false,
        };
        matches!(&web.definitions[..], [only] if once(only.kind)) && !web.nonlocal && self.is_unchanging(ty)
    }

    fn is_unchanging(&self, ty: &Type) -> bool {
        match ty {
            Type::List(site) | Type::Dict(site) => {
                let contents = self.contents(*site);
                // Not of lists and dicts in it: a site may hold itself.
                !contents.changed
                    && !matches!(contents.item, Type::List(_) | Type::Dict(_))
                    && self.is_unchanging(&contents.item)
            }
            Type::Tuple(items) => items.iter().all(|item| self.is_unchanging(item)),
            Type::Function(function) => self.webs.function(FunctionId(*function as u32)).captures.is_empty(),
            Type::Object(class) => matches!(*class, "bytes" | "tuple" | "range" | "frozenset" | "match"),
            Type::Any | Type::Closure(_) => false,
            _ => true,
        }
    }
}

struct Names<'a>(Vec<&'a ExprName>);
impl<'a> Visitor<'a> for Names<'a> {
    fn visit_expr(&mut self, e: &'a Ast) {
        if let Ast::Name(name) = e {
            self.0.push(name);
        }
        walk_expr(self, e);
    }
}
