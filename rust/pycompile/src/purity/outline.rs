//! What a module's names stand for, before its code is read: functions, classes, imports and tables, by name.

use std::collections::{HashMap, HashSet};

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr, Number, Operator, Stmt};
use ruff_text_size::Ranged;

use super::words::{Does, builtin, is_float, member, method, module, raised, special, taken};
use super::{Doubt, Sure, doubt};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    Module(&'a str),
    /// What is imported from a module.
    Member(&'a str, &'a str),
    /// For annotations, which are not evaluated.
    Annotation,
    /// `generator`: calling it gives one. `nested`: it is made anew in each call.
    Function {
        generator: bool,
        nested: bool,
    },
    Class,
    /// A list, dict or set of the module, that many deep; what is below is constant.
    Table(usize),
}

#[derive(Default)]
pub(super) struct Outline<'a> {
    pub(super) kinds: HashMap<&'a str, Kind<'a>>,
    /// Of the module's classes; true: calling it gives a generator.
    pub(super) methods: HashMap<&'a str, bool>,
    /// Attributes of their instances.
    pub(super) fields: HashSet<&'a str>,
    /// There may be sets, or floats.
    pub(super) sets: bool,
    pub(super) floats: bool,
    /// For each function that is open: whether it yields.
    open: Vec<bool>,
    in_class: bool,
    wrong: Option<Doubt>,
}

impl<'a> Outline<'a> {
    pub(super) fn of(body: &'a [Stmt]) -> Sure<Self> {
        let mut outline = Self::default();
        for statement in body.iter().filter(|statement| !main_guard(statement)) {
            outline.visit_stmt(statement);
            if let Some((name, depth)) = table_of(statement) {
                outline.define(name, Kind::Table(depth), statement);
            }
        }
        if let Some(wrong) = outline.wrong {
            return Err(wrong);
        }
        let clash = outline.fields.iter().find(|name| outline.methods.contains_key(**name) || taken(name));
        match clash {
            Some(name) => Err(Doubt { offset: 0, what: format!("the attribute {name} may be another object's") }),
            None => Ok(outline),
        }
    }

    pub(super) fn hashes(&self) -> bool {
        self.kinds.values().any(|kind| matches!(kind, Kind::Module("hashlib") | Kind::Member("hashlib", _)))
    }

    fn define(&mut self, name: &'a str, kind: Kind<'a>, at: &impl Ranged) {
        let before = self.kinds.insert(name, kind);
        let double = matches!(kind, Kind::Table(_)) || before.is_some_and(|before| before != kind);
        if (before.is_some() && double) || builtin(name).is_some() || raised(name) || !name.is_ascii() {
            self.fail(at, &format!("{name} may mean two things"));
        }
    }

    fn fail(&mut self, at: &impl Ranged, what: &str) {
        if self.wrong.is_none() {
            self.wrong = doubt::<()>(at, what).err();
        }
    }

    fn function(&mut self, def: &'a ast::StmtFunctionDef) {
        let (nested, method_of) = (!self.open.is_empty(), std::mem::take(&mut self.in_class));
        self.visit_parameters(&def.parameters);
        self.open.push(false);
        self.visit_body(&def.body);
        let generator = self.open.pop() == Some(true);
        let name = def.name.as_str();
        if !method_of {
            self.define(name, Kind::Function { generator, nested }, def);
            return;
        }
        self.in_class = true;
        let plain = matches!(method(name), None | Some(Does::Value)) && !matches!(name, "format" | "sort");
        let known = if name.starts_with("__") { special(name) && (!generator || name == "__iter__") } else { plain };
        let double = self.methods.insert(name, generator).is_some_and(|before| before != generator);
        if !known || double || !name.is_ascii() {
            self.fail(def, "a method whose name has a meaning");
        }
    }

    fn import(&mut self, statement: &'a ast::StmtImportFrom) {
        let from = statement.module.as_deref().unwrap_or_default();
        for alias in &statement.names {
            let name = alias.name.as_str();
            let kind = match from {
                "__future__" if name == "annotations" => continue,
                "typing" if name != "*" => Kind::Annotation,
                _ => Kind::Member(from, name),
            };
            if matches!(kind, Kind::Member(..)) && member(from, name).is_none() && !keeps(from, name) {
                self.fail(statement, &format!("{from}.{name} may keep something"));
            }
            self.floats |= is_float(from, name);
            self.define(alias.asname.as_deref().unwrap_or(name), kind, statement);
        }
    }
}

/// The decorators that keep answers: for nested functions.
pub(super) fn keeps(module: &str, name: &str) -> bool {
    module == "functools" && matches!(name, "cache" | "lru_cache")
}

impl<'a> Visitor<'a> for Outline<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(def) => self.function(def),
            Stmt::ClassDef(class) => {
                if !self.open.is_empty() || self.in_class {
                    self.fail(class, "a class that is not the module's");
                }
                self.define(&class.name, Kind::Class, class);
                self.in_class = true;
                self.visit_body(&class.body);
                self.in_class = false;
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let name = alias.name.as_str();
                    if !module(name) {
                        self.fail(import, &format!("the module {name} may keep something"));
                    }
                    self.define(alias.asname.as_deref().unwrap_or(name), Kind::Module(name), import);
                }
            }
            Stmt::ImportFrom(import) if import.level == 0 => self.import(import),
            Stmt::ImportFrom(import) => self.fail(import, "a relative import"),
            Stmt::Assign(assign) if self.in_class => {
                self.fields.extend(assign.targets.iter().filter_map(|target| Some(target.as_name_expr()?.id.as_str())));
                walk_stmt(self, statement);
            }
            Stmt::AugAssign(assign) => {
                self.floats |= floating(assign.op, &assign.value);
                walk_stmt(self, statement);
            }
            _ => walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Set(_) | Expr::SetComp(_) => self.sets = true,
            Expr::Name(name) if matches!(name.id.as_str(), "set" | "frozenset") => self.sets = true,
            Expr::Name(name) if matches!(name.id.as_str(), "float" | "complex" | "pow") => self.floats = true,
            Expr::NumberLiteral(number) if !matches!(number.value, Number::Int(_)) => self.floats = true,
            Expr::Attribute(attribute) => {
                // Of whatever module: it may be imported below, under any name.
                self.floats |= ["math", "statistics"].iter().any(|module| is_float(module, &attribute.attr));
                if attribute.ctx.is_store() {
                    self.fields.insert(&attribute.attr);
                }
            }
            Expr::BinOp(e) => self.floats |= floating(e.op, &e.right),
            Expr::Lambda(_) => self.open.push(false),
            Expr::Yield(_) | Expr::YieldFrom(_) => {
                if let Some(yields) = self.open.last_mut() {
                    *yields = true;
                }
            }
            _ => {}
        }
        walk_expr(self, expr);
        if expr.is_lambda_expr() && self.open.pop() == Some(true) {
            self.fail(expr, "a lambda that yields");
        }
    }
}

/// `if __name__ == "__main__":`, which is not run. No name with two underscores is bound.
pub(super) fn main_guard(statement: &Stmt) -> bool {
    let Stmt::If(guard) = statement else { return false };
    let Expr::Compare(test) = &*guard.test else { return false };
    let (left, [right], [ast::CmpOp::Eq]) = (&*test.left, &*test.comparators, &*test.ops) else { return false };
    let named = left.as_name_expr().is_some_and(|name| name.id == "__name__");
    named
        && right.as_string_literal_expr().is_some_and(|s| &s.value == "__main__")
        && guard.elif_else_clauses.is_empty()
}

/// Whether an operator makes floats of whole numbers.
fn floating(op: Operator, right: &Expr) -> bool {
    op == Operator::Div || (op == Operator::Pow && !right.is_number_literal_expr())
}

/// A variable of the module that is a table, and how deep: `module` looks at what is in it.
fn table_of(statement: &Stmt) -> Option<(&str, usize)> {
    let (target, value) = match statement {
        Stmt::Assign(assign) if assign.targets.len() == 1 => (&assign.targets[0], &*assign.value),
        Stmt::AnnAssign(assign) => (&*assign.target, assign.value.as_deref()?),
        _ => return None,
    };
    let depth = depth(value);
    (depth > 0).then_some((target.as_name_expr()?.id.as_str(), depth))
}

/// How many lists, dicts and sets are inside each other in what an expression makes.
pub(super) fn depth(expr: &Expr) -> usize {
    1 + match expr {
        Expr::List(list) => list.elts.first().map_or(0, depth),
        Expr::Dict(dict) => dict.items.first().map_or(0, |item| depth(&item.value)),
        Expr::ListComp(e) => depth(&e.elt),
        Expr::DictComp(e) => depth(&e.value),
        Expr::Set(_) | Expr::SetComp(_) => 0,
        Expr::BinOp(e) if e.op == Operator::Mult && e.left.is_list_expr() => return depth(&e.left),
        Expr::Call(call) => match &*call.func {
            Expr::Name(name) if matches!(name.id.as_str(), "list" | "dict" | "set" | "sorted") => 0,
            Expr::Attribute(method) if matches!(method.attr.as_str(), "split" | "maketrans") => 0,
            _ => return 0,
        },
        _ => return 0,
    }
}
