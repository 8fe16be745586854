//! What is done at module level: constants and tables are made, from nothing but constants.

use std::collections::HashSet;

use ruff_python_ast::{self as ast, Expr, Operator, Stmt};

use super::outline::{Kind, depth, main_guard};
use super::words::{Does, builtin, member};
use super::{Reader, Sure, doubt};

/// Loop variables that are bound to constants.
type Vars<'a> = HashSet<&'a str>;

impl<'a> Reader<'a> {
    pub(super) fn module(&mut self, body: &'a [Stmt]) -> Sure {
        for statement in body.iter().filter(|statement| !main_guard(statement)) {
            match statement {
                Stmt::Expr(e) if e.value.is_string_literal_expr() || e.value.is_ellipsis_literal_expr() => {}
                Stmt::Import(_) | Stmt::ImportFrom(_) | Stmt::Pass(_) => {}
                Stmt::FunctionDef(def) => self.function(def, false, false)?,
                Stmt::ClassDef(class) => self.class_body(class)?,
                Stmt::Assign(assign) => self.assign(&assign.targets, &assign.value)?,
                Stmt::AnnAssign(ast::StmtAnnAssign { target, value: Some(value), .. }) => {
                    self.assign(std::slice::from_ref(target), value)?;
                }
                _ => return doubt(statement, "a statement at module level"),
            }
        }
        Ok(())
    }

    fn assign(&mut self, targets: &'a [Expr], value: &'a Expr) -> Sure {
        if let [target @ Expr::Name(name)] = targets {
            if let Some(Kind::Table(depth)) = self.outline.kinds.get(name.id.as_str()) {
                let known =
                    name.id.is_ascii() && !name.id.starts_with("__") && self.is_table(value, *depth, &Vars::new());
                return if known { Ok(()) } else { doubt(target, "a table of what may change") };
            }
            if let Expr::Lambda(lambda) = value {
                if let Some(parameters) = lambda.parameters.as_deref() {
                    self.parameters(parameters, true)?;
                }
                self.bind(target)?;
                return self.expr(&lambda.body, super::places::Place::Value);
            }
        }
        if !self.constant(value) {
            return doubt(value, "a variable of the module that may change");
        }
        let names = |target: &Expr| match target {
            Expr::Tuple(tuple) => tuple.elts.iter().all(Expr::is_name_expr),
            other => other.is_name_expr(),
        };
        if !targets.iter().all(names) {
            return doubt(value, "a target at module level");
        }
        targets.iter().try_for_each(|target| self.bind(target))
    }

    fn class_body(&mut self, class: &'a ast::StmtClassDef) -> Sure {
        let object = |e: &Expr| e.as_name_expr().is_some_and(|name| name.id == "object");
        let plain = |arguments: &ast::Arguments| arguments.keywords.is_empty() && arguments.args.iter().all(object);
        if !class.decorator_list.is_empty()
            || class.type_params.is_some()
            || !class.arguments.as_deref().is_none_or(plain)
        {
            return doubt(class, "a class of another kind");
        }
        for statement in &class.body {
            match statement {
                Stmt::Expr(e) if e.value.is_string_literal_expr() => {}
                Stmt::Pass(_) => {}
                Stmt::FunctionDef(def) => self.function(def, false, true)?,
                Stmt::Assign(assign) if assign.targets.iter().all(Expr::is_name_expr) && is_literal(&assign.value) => {}
                _ => return doubt(statement, "an attribute of a class that may change"),
            }
        }
        Ok(())
    }

    pub(super) fn constant(&self, e: &'a Expr) -> bool {
        self.is_constant(e, &Vars::new())
    }

    /// Numbers, text, truth values, functions of the module, patterns, and tuples and frozensets of these.
    fn is_constant(&self, e: &'a Expr, vars: &Vars<'a>) -> bool {
        let all = |exprs: &'a [Expr]| exprs.iter().all(|e| self.is_constant(e, vars));
        match e {
            Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::BytesLiteral(_) => true,
            Expr::BooleanLiteral(_) | Expr::NoneLiteral(_) => true,
            Expr::Name(name) => {
                let id = name.id.as_str();
                match self.outline.kinds.get(id) {
                    Some(Kind::Function { generator: false, nested: false }) => true,
                    Some(Kind::Member(module, of)) => member(module, of) == Some(Does::Constant),
                    Some(_) => false,
                    None => vars.contains(id) || (self.bound.contains(id) && builtin(id).is_none()),
                }
            }
            Expr::Attribute(e) => match &*e.value {
                Expr::Name(base) => match self.outline.kinds.get(base.id.as_str()) {
                    Some(Kind::Module(module)) => member(module, &e.attr) == Some(Does::Constant),
                    _ => false,
                },
                _ => false,
            },
            Expr::Tuple(tuple) => all(&tuple.elts),
            Expr::UnaryOp(e) => self.is_constant(&e.operand, vars),
            Expr::BinOp(e) => self.is_constant(&e.left, vars) && self.is_constant(&e.right, vars),
            Expr::BoolOp(e) => all(&e.values),
            Expr::Compare(e) => self.is_constant(&e.left, vars) && all(&e.comparators),
            Expr::If(e) => [&e.test, &e.body, &e.orelse].into_iter().all(|e| self.is_constant(e, vars)),
            Expr::Subscript(e) => match &*e.slice {
                Expr::Slice(slice) => {
                    let mut parts = [&slice.lower, &slice.upper, &slice.step].into_iter().flatten();
                    self.is_constant(&e.value, vars) && parts.all(|e| self.is_constant(e, vars))
                }
                index => self.is_constant(&e.value, vars) && self.is_constant(index, vars),
            },
            Expr::Call(call) if call.arguments.keywords.is_empty() => self.is_constant_call(call, vars),
            _ => false,
        }
    }

    fn is_constant_call(&self, call: &'a ast::ExprCall, vars: &Vars<'a>) -> bool {
        let args = &*call.arguments.args;
        let all = || args.iter().all(|e| self.is_constant(e, vars));
        let of = |module: &str, name: &str| {
            (module == "re" && name == "compile" && all())
                || (module == "math" && member(module, name) == Some(Does::Value) && all())
        };
        match &*call.func {
            Expr::Name(name) => match (name.id.as_str(), self.outline.kinds.get(name.id.as_str())) {
                (_, Some(Kind::Member(module, name))) => of(module, name),
                (_, Some(_)) => false,
                (
                    "abs" | "bin" | "bool" | "chr" | "divmod" | "float" | "format" | "hex" | "int" | "len" | "oct"
                    | "ord" | "pow" | "range" | "round" | "str",
                    None,
                ) => all() && !self.bound.contains(name.id.as_str()),
                ("frozenset" | "max" | "min" | "sum" | "tuple", None) => {
                    // Of several it may give one.
                    let through = if let [only] = args { self.goes_through(only, vars) } else { all() };
                    through && !self.bound.contains(name.id.as_str())
                }
                _ => false,
            },
            Expr::Attribute(e) => match &*e.value {
                Expr::Name(base) if let Some(Kind::Module(module)) = self.outline.kinds.get(base.id.as_str()) => {
                    of(module, &e.attr)
                }
                base => match e.attr.as_str() {
                    "encode" | "lower" | "replace" | "strip" | "upper" => self.is_constant(base, vars) && all(),
                    "join" => self.is_constant(base, vars) && args.iter().all(|e| self.goes_through(e, vars)),
                    _ => false,
                },
            },
            _ => false,
        }
    }

    /// Going through it gives constants, and does nothing else.
    fn goes_through(&self, e: &'a Expr, vars: &Vars<'a>) -> bool {
        match e {
            Expr::Call(call)
                if call.arguments.keywords.iter().all(|keyword| self.is_constant(&keyword.value, vars)) =>
            {
                let name = match &*call.func {
                    Expr::Name(name) => match self.outline.kinds.get(name.id.as_str()) {
                        Some(Kind::Member("itertools", name)) => *name,
                        Some(_) => "",
                        None => name.id.as_str(),
                    },
                    Expr::Attribute(e) if matches!(&*e.value, Expr::Name(base) if self.outline.kinds.get(base.id.as_str()) == Some(&Kind::Module("itertools"))) => {
                        e.attr.as_str()
                    }
                    _ => return self.is_constant(e, vars) || self.is_table(e, 1, vars),
                };
                let through =
                    matches!(name, "combinations" | "enumerate" | "permutations" | "product" | "reversed" | "zip");
                if through && !self.bound.contains(name) {
                    return call.arguments.args.iter().all(|e| self.goes_through(e, vars));
                }
                self.is_constant(e, vars) || self.is_table(e, 1, vars)
            }
            Expr::Generator(e) => self.with_loops(&e.generators, vars, |vars| self.is_constant(&e.elt, vars)),
            Expr::Name(name) if self.outline.kinds.get(name.id.as_str()) == Some(&Kind::Table(1)) => true,
            _ => self.is_constant(e, vars) || self.is_table(e, 1, vars),
        }
    }

    /// It makes a list, dict or set, `levels` deep, of constants.
    fn is_table(&self, e: &'a Expr, levels: usize, vars: &Vars<'a>) -> bool {
        let item = |e: &'a Expr, vars: &Vars<'a>| match levels {
            1 => self.is_constant(e, vars),
            _ => self.is_table(e, levels - 1, vars),
        };
        if depth(e) != levels {
            return false;
        }
        match e {
            Expr::List(list) => list.elts.iter().all(|e| item(e, vars)),
            Expr::Set(set) => set.elts.iter().all(|e| item(e, vars)),
            Expr::Dict(dict) => {
                let constant = |key: &'a Option<Expr>| key.as_ref().is_some_and(|key| self.is_constant(key, vars));
                dict.items.iter().all(|pair| constant(&pair.key) && item(&pair.value, vars))
            }
            Expr::ListComp(e) => self.with_loops(&e.generators, vars, |vars| item(&e.elt, vars)),
            Expr::SetComp(e) => self.with_loops(&e.generators, vars, |vars| item(&e.elt, vars)),
            Expr::DictComp(e) => {
                self.with_loops(&e.generators, vars, |vars| self.is_constant(&e.key, vars) && item(&e.value, vars))
            }
            Expr::BinOp(e) => {
                e.op == Operator::Mult
                    && levels == 1
                    && self.is_table(&e.left, 1, vars)
                    && self.is_constant(&e.right, vars)
            }
            Expr::Call(call) if call.arguments.keywords.is_empty() => match &*call.func {
                Expr::Name(name) => {
                    let own =
                        self.bound.contains(name.id.as_str()) || self.outline.kinds.contains_key(name.id.as_str());
                    !own && call.arguments.args.iter().all(|e| self.goes_through(e, vars))
                }
                Expr::Attribute(e) => {
                    let text = matches!(&*e.value, Expr::Name(base) if base.id == "str" && &*e.attr == "maketrans");
                    let all = call.arguments.args.iter().all(|e| self.is_constant(e, vars));
                    all && (text || (&*e.attr == "split" && self.is_constant(&e.value, vars)))
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn with_loops(
        &self,
        loops: &'a [ast::Comprehension],
        vars: &Vars<'a>,
        then: impl FnOnce(&Vars<'a>) -> bool,
    ) -> bool {
        let mut vars = vars.clone();
        for each in loops {
            if each.is_async || !self.goes_through(&each.iter, &vars) {
                return false;
            }
            let targets = each.target.as_tuple_expr().map_or(std::slice::from_ref(&each.target), |tuple| &tuple.elts);
            for target in targets {
                let Expr::Name(name) = target else { return false };
                if self.outline.kinds.contains_key(name.id.as_str()) || builtin(&name.id).is_some() {
                    return false;
                }
                vars.insert(&name.id);
            }
            if !each.ifs.iter().all(|e| self.is_constant(e, &vars)) {
                return false;
            }
        }
        then(&vars)
    }
}

/// A constant in which no name is looked up.
pub(super) fn is_literal(e: &Expr) -> bool {
    match e {
        Expr::Tuple(tuple) => tuple.elts.iter().all(is_literal),
        Expr::UnaryOp(e) => is_literal(&e.operand),
        _ => e.is_literal_expr(),
    }
}
