//! Functions, specialised on the types of their arguments.

use std::rc::Rc;

use ruff_python_ast::{Expr as Ast, Parameters, Stmt as AstStmt};
use ruff_text_size::Ranged;

use super::closures::{Leaving, contains_function};
use super::code::*;
use super::exceptions::Jump;
use super::types::{CAP, LENGTH, Range, Type, WORD};
use super::value::Val;
use super::{Frame, INSTANCES, Lower, R};
use crate::ir::{Callee, Expr, Function, InputType, Local, Stmt, Ty};
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
    callee: Type,
    pub(crate) params: Vec<Type>,
    pub(crate) captured: Vec<Captured>,
    pub(crate) result: Type,
    times: u32,
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

    /// The instance of the candidate's function: `f`, else the only function that the source defines.
    pub(crate) fn entry_instance(&mut self) -> R<usize> {
        let function = self.entry_function()?;
        let found = self.instances.iter().position(|i| i.mode == Mode::Entry);
        let ty = match self.input {
            InputType::Text => Type::Str,
            InputType::Record => Type::Dict(self.site(u32::MAX, 0)),
            InputType::Ints | InputType::Floats => Type::List(self.site(u32::MAX, 0)),
        };
        if let Some(at) = found {
            return Ok(at);
        }
        let info = self.webs.function(FunctionId(function as u32));
        let required = info.parameters.iter().filter(|p| p.kind != ParameterKind::Rest && p.kind != ParameterKind::Keywords && !p.has_default);
        let first_positional = info.parameters.first().is_some_and(|p| {
            matches!(p.kind, ParameterKind::PositionalOnly | ParameterKind::Positional)
        });
        if !first_positional || required.count() > 1 {
            return self.decline("the signature of the candidate's function");
        }
        match &ty {
            Type::List(site) => {
                let item = if self.input == InputType::Ints { Type::Int(super::types::STEP) } else { Type::Float };
                self.put_in_site(*site, &item)?;
            }
            Type::Dict(site) => {
                self.key_in_site(*site, &Type::Str)?;
                self.put_in_site(*site, &Type::Any)?;
            }
            _ => {}
        }
        self.changed = true;
        self.instances.push(Instance {
            function,
            mode: Mode::Entry,
            callee: Type::Never,
            params: vec![ty],
            captured: vec![],
            result: Type::Never,
            times: 0,
        });
        Ok(self.instances.len() - 1)
    }

    fn entry_function(&mut self) -> R<usize> {
        let named = self.webs.globals.iter().position(|g| g.name == "f" && !g.definitions.is_empty());
        if let Some(f) = named {
            return match self.globals.get(&(f as u32)).map(|g| g.variable_type().clone()) {
                Some(Type::Function(function)) => Ok(function),
                _ => self.decline("`f` that is not a function of the module"),
            };
        }
        let top: Vec<usize> = self.bodies.iter().enumerate().skip(1).filter(|(_, b)| b.top_level).map(|(i, _)| i).collect();
        match top[..] {
            [only] => Ok(only),
            _ => self.decline("no function is named f"),
        }
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
                let local = if c.ty.is_static() { Local(u32::MAX) } else { self.new_local(self.captured_word(c), "_captured") };
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

    /// The row as the candidate's argument.
    fn row_value(&mut self, ty: &Type) -> R<Val> {
        let (row, length) = (get(Local(0)), get(Local(1)));
        Ok(match ty {
            Type::Str => {
                let packed = or(shl(extend(length), i64(32)), extend(row));
                let local = self.temp(packed, Ty::I64);
                Val::new(Type::Str, get(local))
            }
            Type::Dict(_) => {
                let record = self.raw_temp("record_from", vec![row, length], true, Ty::I64);
                Val::new(ty.clone(), record)
            }
            Type::List(site) => {
                let raw = self.is_raw(*site);
                if self.input == InputType::Ints && matches!(self.item_of(*site), Type::Int(_)) {
                    // Items beyond what sums are planned for: the row is CPython's.
                    let fits = self.raw("words_within", vec![row.clone(), length.clone(), i64(super::types::STEP.hi)], false);
                    self.expect(fits);
                }
                let name = match (raw, self.input == InputType::Ints) {
                    (true, _) => "wrap_words",
                    (false, true) => "list_from_i64",
                    (false, false) => "list_from_f64",
                };
                let list = self.raw_temp(name, vec![row, length], false, Ty::I64);
                Val::new(ty.clone(), list)
            }
            _ => Val::never(),
        })
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

    /// A returned value as a label.
    fn label_word(&mut self, v: Val) -> R<Expr> {
        let v = self.made(v);
        Ok(match &v.ty {
            Type::Int(_) => v.e,
            Type::Bool => extend(v.e),
            Type::Never => i64(0),
            ty if ty.is_static() => self.raw_temp("label_of", vec![i64(i64::from(self.address("rt_none")))], true, Ty::I64),
            Type::Char | Type::Str => {
                let packed = self.packed(v);
                self.raw_temp("label_of_packed", vec![packed], true, Ty::I64)
            }
            _ => {
                let word = self.boxed(v);
                self.raw_temp("label_of", vec![word], true, Ty::I64)
            }
        })
    }

    /// Calls a function of the program with arguments already matched to its parameters.
    pub(crate) fn call_function(&mut self, callee: &Val, function: usize, args: Vec<Val>) -> R<Val> {
        if self.cached.contains(&function) {
            self.call_cached(callee, function, args)
        } else {
            self.call_plainly(callee, function, args)
        }
    }

    pub(crate) fn call_plainly(&mut self, callee: &Val, function: usize, args: Vec<Val>) -> R<Val> {
        let mut args: Vec<Val> = args.into_iter().map(|v| self.made(v)).collect();
        if args.iter().any(|v| v.ty == Type::Never) {
            return Ok(Val::never());
        }
        for v in &mut args {
            if FunctionId(function as u32) == self.function() && contains_function(&v.ty) {
                *v = self.closed(v.clone(), Leaving::GoingOn)?;
            }
            v.ty = generalised(&v.ty);
        }
        let caller = self.instances[self.frame.instance].function;
        self.changed |= self.callers.insert(caller);
        let number = self.instance_for(callee, function, &args)?;
        if self.during_init.contains(&self.frame.instance) {
            self.changed |= self.during_init.insert(number);
        }
        let params = self.instances[number].params.clone();
        let mut words = Vec::new();
        for (v, ty) in args.into_iter().zip(&params) {
            if !ty.is_static() {
                words.push(self.coerce(v, ty));
            }
        }
        for at in 0..self.instances[number].captured.len() {
            let c = self.instances[number].captured[at].clone();
            let v = match self.captured_in(callee, c.function, c.web) {
                Some(v) => v,
                None => self.pass_captured(c.function, c.web)?,
            };
            let ty = if self.is_shared_cell(c.function, c.web) { v.ty.clone() } else { self.widen(&c.ty, &v.ty, 2)? };
            if ty != c.ty {
                self.instances[number].captured[at].ty = ty.clone();
                self.changed = true;
            }
            if ty.is_static() {
                continue;
            }
            let web = self.webs.web(c.function, c.web);
            words.push(if web.cell && web.nonlocal { v.e } else { self.coerce(v, &ty) });
        }
        let result = self.instances[number].result.clone();
        let call = Expr::Call { callee: Callee::Function(number), args: words, fallible: true };
        let e = get(self.temp(call, result.word()));
        Ok(match result {
            Type::Never => Val::never(),
            Type::None => {
                let none = self.none();
                Val::new(Type::None, none)
            }
            ty => self.carried_on(callee, Val::new(ty, e)),
        })
    }

    fn instance_for(&mut self, callee: &Val, function: usize, args: &[Val]) -> R<usize> {
        let shape = |ty: &Type| erased(ty);
        let wanted: Vec<Type> = args.iter().map(|v| shape(&v.ty)).collect();
        let found = (0..self.instances.len()).find(|&i| {
            let instance = &self.instances[i];
            instance.function == function
                && instance.mode == Mode::Plain
                && instance.callee == erased(&callee.ty)
                && instance.params.iter().map(shape).collect::<Vec<_>>() == wanted
        });
        if let Some(number) = found {
            for (at, v) in args.iter().enumerate() {
                let old = self.instances[number].params[at].clone();
                let ty = generalised(&self.join(&old, &v.ty)?);
                self.changed |= ty != old;
                self.instances[number].params[at] = ty;
            }
            return Ok(number);
        }
        if self.instances.len() >= INSTANCES {
            return self.decline("a function called with too many combinations of types");
        }
        self.changed = true;
        let info = self.webs.function(FunctionId(function as u32));
        let captured = info.captures.iter().map(|&(function, web)| Captured { function, web, ty: Type::Never }).collect();
        self.instances.push(Instance {
            function,
            mode: Mode::Plain,
            callee: erased(&callee.ty),
            params: args.iter().map(|v| v.ty.clone()).collect(),
            captured,
            result: Type::Never,
            times: 0,
        });
        Ok(self.instances.len() - 1)
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
        _ => e.is_number_literal_expr() || e.is_string_literal_expr() || e.is_boolean_literal_expr() || e.is_none_literal_expr(),
    }
}

pub(crate) fn zero_of(ty: Ty) -> Expr {
    match ty {
        Ty::I32 => i32(0),
        Ty::I64 => i64(0),
        Ty::F64 => Expr::F64(0.0),
    }
}

/// An argument's type, coarse enough that a function is not specialised on every number.
fn generalised(ty: &Type) -> Type {
    match ty {
        Type::Int(range) if range.within(LENGTH) => Type::INDEX,
        Type::Int(range) if range.within(CAP) => Type::Int(CAP),
        Type::Int(_) => Type::Int(WORD),
        Type::Tuple(items) => Type::Tuple(items.iter().map(generalised).collect()),
        Type::Closure(closure) => Type::Closure(Rc::new(closure.map(generalised))),
        other => other.clone(),
    }
}

/// A type without the numbers of its sites and the bounds of its ints.
fn erased(ty: &Type) -> Type {
    match ty {
        Type::List(_) => Type::List(super::types::Site(0)),
        Type::Dict(_) => Type::Dict(super::types::Site(0)),
        Type::Int(range) if range.within(CAP) => Type::Int(CAP),
        Type::Int(_) => Type::Int(WORD),
        Type::Tuple(items) => Type::Tuple(items.iter().map(erased).collect()),
        Type::Closure(closure) => Type::Closure(Rc::new(closure.map(erased))),
        other => other.clone(),
    }
}

/// For walks over the source.
pub(crate) fn start(node: &impl Ranged) -> u32 {
    node.range().start().to_u32()
}
