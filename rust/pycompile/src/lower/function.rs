//! Functions, specialised on the types of their arguments.

use ruff_python_ast::{Expr as Ast, Parameters, Stmt as AstStmt};
use ruff_text_size::Ranged;

use super::closures::Leaving;
use super::code::*;
use super::exceptions::Jump;
use super::types::Type;
use super::value::Val;
use super::{Frame, Lower, R};
use crate::ir::{Expr, Function, Local, Stmt, Ty};
use crate::webs::{FunctionId, ParameterKind, WebId};

/// A variable of an enclosing function that a function is given with each call.
#[derive(Clone, Debug)]
pub(crate) struct Captured {
    pub(crate) function: FunctionId,
    pub(crate) web: WebId,
    pub(crate) ty: Type,
}

/// What a function's `return` gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Module,
    /// The candidate itself: returns labels.
    Entry,
    Plain,
}

/// A function for one tuple of argument types.
#[derive(Clone, Debug)]
pub(crate) struct Instance {
    pub(crate) function: usize,
    pub(crate) mode: Mode,
    /// The type of the function's value, which may carry other functions.
    pub(crate) callee: Type,
    pub(crate) params: Vec<Type>,
    pub(crate) captured: Vec<Captured>,
    pub(crate) result: Type,
    pub(crate) times: u32,
}

/// A function's tree.
#[derive(Clone, Copy)]
pub(crate) enum Body<'a> {
    Statements(&'a [AstStmt]),
    Expression(&'a Ast),
}

/// Where defaults of parameters are kept among the globals' keys.
fn default_key(function: usize, parameter: usize) -> u32 {
    1 << 24 | (function as u32) << 8 | parameter as u32
}

impl<'a> Lower<'a> {
    pub(crate) fn module_instance(&mut self) -> usize {
        if self.instances.is_empty() {
            self.instances.push(Instance {
                function: 0,
                mode: Mode::Module,
                callee: Type::Never,
                params: vec![],
                captured: vec![],
                result: Type::Never,
                times: 0,
            });
        }
        0
    }

    /// The module level as a function.
    pub(crate) fn lower_module(&mut self) -> R<Function> {
        self.frame = Frame::default();
        let (mut body, ()) = self.block(|s| s.statements(s.module))?;
        body.push(Stmt::Return(i64(0)));
        Ok(self.finish("<module>".into(), 0, Ty::I64, body))
    }

    fn finish(&mut self, name: String, params: u32, result: Ty, body: Vec<Stmt>) -> Function {
        let frame = std::mem::take(&mut self.frame);
        Function { name, params, locals: frame.locals, names: frame.names, result, body }
    }

    /// Lowers one instance.
    pub(crate) fn lower_instance(&mut self, number: usize) -> R<Function> {
        let Instance { function, mode, params, captured, .. } = self.instances[number].clone();
        self.frame = Frame { instance: number, walrus: self.bodies[function].walrus, ..Frame::default() };
        let info = self.webs.function(FunctionId(function as u32));
        self.offset = info.offset;
        if info.is_generator {
            return self.decline("a generator function");
        }
        let body = self.bodies[function].body;
        let mut arguments = Vec::new();
        if mode == Mode::Entry {
            self.new_local(Ty::I32, "row");
            self.new_local(Ty::I32, "length");
        } else {
            for ty in params.iter().filter(|ty| !ty.is_static()) {
                arguments.push(self.new_local(ty.word(), "_argument"));
            }
            for c in &captured {
                let local =
                    if c.ty.is_static() { Local(u32::MAX) } else { self.new_local(self.captured_word(c), "_captured") };
                self.frame.captured.push(local);
            }
        }
        let count = self.frame.locals.len() as u32;
        let (mut code, ()) = self.block(|s| {
            s.make_cells()?;
            let deep = mode == Mode::Plain && s.callers.contains(&function);
            if deep {
                s.deeper();
            }
            if mode == Mode::Entry {
                let row = s.row_value(&params[0])?;
                s.bind_parameter(function, 0, row)?;
                for at in 1..s.webs.function(FunctionId(function as u32)).parameters.len() {
                    let v = match s.webs.function(FunctionId(function as u32)).parameters[at].kind {
                        ParameterKind::Rest => Val::parts(vec![]),
                        ParameterKind::Keywords => return s.decline("**kwargs"),
                        _ => s.read_default(default_key(function, at))?,
                    };
                    s.bind_parameter(function, at, v)?;
                }
            } else {
                let mut arguments = arguments.iter();
                for (at, ty) in params.iter().enumerate() {
                    let e = if ty.is_static() { i64(0) } else { arguments.next().map_or(i64(0), |&l| get(l)) };
                    s.bind_parameter(function, at, Val::new(ty.clone(), e))?;
                }
            }
            match body {
                Body::Statements(statements) => {
                    s.statements(statements)?;
                    if !super::statement::ends(statements) {
                        return Ok(());
                    }
                    let none = s.none();
                    s.give(Val::new(Type::None, none))
                }
                Body::Expression(e) => {
                    let v = s.expr(e)?;
                    s.give(v)
                }
            }
        })?;
        if mode == Mode::Entry && !self.instances[number].captured.is_empty() {
            return self.decline("a function that outlives the variables it captures");
        }
        code.push(Stmt::Return(zero_of(self.result_word(number))));
        let result = self.result_word(number);
        let name = self.instance_name(number);
        Ok(self.finish(name, count, result, code))
    }

    fn instance_name(&self, number: usize) -> String {
        let instance = &self.instances[number];
        let types: Vec<String> = instance.params.iter().map(ToString::to_string).collect();
        format!("{}({})", self.webs.function(FunctionId(instance.function as u32)).name, types.join(", "))
    }

    fn captured_word(&self, c: &Captured) -> Ty {
        let web = self.webs.web(c.function, c.web);
        if web.cell && web.nonlocal { Ty::I64 } else { c.ty.word() }
    }

    fn result_word(&self, number: usize) -> Ty {
        let instance = &self.instances[number];
        if instance.mode == Mode::Plain { instance.result.word() } else { Ty::I64 }
    }

    fn bind_parameter(&mut self, function: usize, at: usize, v: Val) -> R<()> {
        self.check_argument(&v.ty)?;
        let web = self.webs.function(FunctionId(function as u32)).parameters[at].web;
        self.write_web(web, v)
    }

    /// Counts a call; too deep is CPython's to judge.
    fn deeper(&mut self) {
        let depth = self.address("rt") + 4;
        let now = self.temp(add32(load32(i32(depth), 0), i32(1)), Ty::I32);
        self.emit(Stmt::Eval(store32(i32(depth), 0, get(now))));
        self.expect(lt32(get(now), i32(800)));
    }

    fn shallower(&mut self) {
        let depth = self.address("rt") + 4;
        let less = sub32(load32(i32(depth), 0), i32(1));
        self.emit(Stmt::Eval(store32(i32(depth), 0, less)));
    }

    /// `return v`.
    pub(crate) fn give(&mut self, v: Val) -> R<()> {
        let number = self.frame.instance;
        let v = if self.instances[number].mode == Mode::Plain { self.closed(v, Leaving::Return)? } else { v };
        match self.instances[number].mode {
            Mode::Module => self.decline("`return` outside a function"),
            Mode::Entry if self.frame.finals.is_empty() => {
                let label = self.label_word(v)?;
                self.emit(Stmt::Return(label));
                Ok(())
            }
            Mode::Entry => {
                let word = if v.ty.is_static() { self.none() } else { self.boxed(v) };
                let word = self.temp(word, Ty::I64);
                self.leave_by(Jump::Return(word))
            }
            Mode::Plain => {
                let old = self.instances[number].result.clone();
                let ty = self.widen(&old, &v.ty, self.instances[number].times)?;
                if ty != old {
                    self.instances[number].result = ty.clone();
                    self.instances[number].times += 1;
                    self.changed = true;
                }
                let e = self.coerce(v, &ty);
                let word = match e {
                    Expr::Get(local) if self.frame.finals.is_empty() => local,
                    e => self.temp(e, ty.word()),
                };
                self.leave_by(Jump::Return(word))
            }
        }
    }

    /// Returns what `give` made of a value.
    pub(crate) fn return_word(&mut self, word: Local) -> R<()> {
        let instance = &self.instances[self.frame.instance];
        if instance.mode == Mode::Entry {
            let label = self.raw_temp("label_of", vec![get(word)], true, Ty::I64);
            self.emit(Stmt::Return(label));
            return Ok(());
        }
        if self.callers.contains(&instance.function) {
            self.shallower();
        }
        self.emit(Stmt::Return(get(word)));
        Ok(())
    }

    /// `def` and `lambda`: evaluates the defaults, and gives the function.
    pub(crate) fn define(&mut self, at: u32, parameters: Option<&'a Parameters>) -> R<Val> {
        let Some(FunctionId(function)) = self.webs.function_at(at) else {
            return self.decline("this function");
        };
        let function = function as usize;
        // Its definition is evaluated once, so that its defaults can be globals.
        let top_level = self.frame.instance == 0 && self.bodies[function].top_level && self.frame.loops.is_empty();
        if let Some(parameters) = parameters {
            let defaults: Vec<Option<&'a Ast>> = parameters
                .posonlyargs
                .iter()
                .chain(&parameters.args)
                .map(|p| p.default.as_deref())
                .chain(parameters.vararg.iter().map(|_| None))
                .chain(parameters.kwonlyargs.iter().map(|p| p.default.as_deref()))
                .collect();
            let mut carried = Vec::new();
            for (at, default) in defaults.into_iter().enumerate() {
                let Some(default) = default else { continue };
                if is_literal(default) && !top_level {
                    // A constant: the same whenever it is evaluated, so it is read where the function is called.
                    self.literal_defaults.insert(default_key(function, at), default);
                    continue;
                }
                let v = self.expr(default)?;
                let v = self.made(v);
                if top_level {
                    self.write_global(default_key(function, at), v)?;
                } else {
                    carried.push((at, self.hold(v)));
                }
            }
            if !carried.is_empty() {
                return Ok(self.with_defaults(function, carried));
            }
        }
        Ok(Val::new(Type::Function(function), i64(0)))
    }

    pub(crate) fn default_of(&mut self, function: usize, parameter: usize) -> R<Val> {
        let key = default_key(function, parameter);
        match self.literal_defaults.get(&key).copied() {
            Some(default) => self.expr(default),
            None => self.read_default(key),
        }
    }
}

fn is_literal(e: &Ast) -> bool {
    match e {
        Ast::UnaryOp(unary) => is_literal(&unary.operand),
        Ast::Tuple(tuple) => tuple.elts.iter().all(is_literal),
        _ => {
            e.is_number_literal_expr()
                || e.is_string_literal_expr()
                || e.is_boolean_literal_expr()
                || e.is_none_literal_expr()
        }
    }
}

pub(crate) fn zero_of(ty: Ty) -> Expr {
    match ty {
        Ty::I32 => i32(0),
        Ty::I64 => i64(0),
        Ty::F64 => Expr::F64(0.0),
    }
}

/// For walks over the source.
pub(crate) fn start(node: &impl Ranged) -> u32 {
    node.range().start().to_u32()
}
