//! Variables: of functions, of the module level, and cells that nested functions share.

use std::rc::Rc;

use ruff_python_ast::ExprName;
use ruff_text_size::Ranged;

use super::code::*;
use super::types::Type;
use super::value::{More, Val};
use super::{Lower, R};
use crate::exceptions;
use crate::ir::{Expr, Global, Local, Stmt, Ty};
use crate::webs::{FunctionId, GlobalId, Place, WebId};

/// What is known of a constant string in a variable: the same one at every definition, or not.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) enum Constant {
    #[default]
    Unset,
    Text(Rc<[u8]>),
    Varies,
}

/// A web: the join of what is assigned to it.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    pub(crate) ty: Type,
    times: u32,
    constant: Constant,
}

impl GlobalVariable {
    pub(crate) fn variable_type(&self) -> &Type {
        &self.variable.ty
    }
}

impl Default for Variable {
    fn default() -> Self {
        Self { ty: Type::Never, times: 0, constant: Constant::Unset }
    }
}

/// A variable of the module level, or a default value kept there.
#[derive(Clone, Debug, Default)]
pub(crate) struct GlobalVariable {
    variable: Variable,
    place: Option<Global>,
    /// Says at run time whether it is bound, where a read may find that it is not.
    flag: Option<Global>,
    /// A partial function or the like, made of constants.
    made_of: Option<Val>,
    /// Assignments lowered in this pass.
    pub(crate) seen: u32,
}

fn offset(node: &impl Ranged) -> u32 {
    node.range().start().to_u32()
}

impl<'a> Lower<'a> {
    pub(crate) fn exception(&self, name: &str) -> i32 {
        exceptions::number(name).unwrap_or_else(|| panic!("no exception is named {name}"))
    }

    pub(crate) fn web_name(&self, function: FunctionId, web: WebId) -> &'a str {
        &self.webs.web(function, web).name
    }

    /// The function whose code is being lowered.
    pub(crate) fn function(&self) -> FunctionId {
        FunctionId(self.instances[self.frame.instance].function as u32)
    }

    /// The type of a variable so far.
    pub(crate) fn variable(&self, web: WebId) -> Variable {
        if let Some(ty) = self.cell_type(self.function(), web) {
            return Variable { ty, constant: Constant::Varies, ..Variable::default() };
        }
        self.variables.get(&(self.frame.instance, web.0)).cloned().unwrap_or_default()
    }

    pub(crate) fn grow(&mut self, mut variable: Variable, v: &Val) -> R<(Variable, bool)> {
        let ty = self.widen(&variable.ty, &v.ty, variable.times)?;
        let constant = match (&variable.constant, &v.more) {
            (_, _) if v.ty == Type::Never => variable.constant.clone(),
            (Constant::Unset, More::Text(text)) => Constant::Text(text.clone()),
            (Constant::Text(old), More::Text(new)) if old == new => Constant::Text(new.clone()),
            _ => Constant::Varies,
        };
        let changed = ty != variable.ty || constant != variable.constant;
        if ty != variable.ty {
            variable.times += 1;
        }
        variable.ty = ty;
        variable.constant = constant;
        Ok((variable, changed))
    }

    /// The local of a web, made when first asked for in a pass.
    pub(crate) fn place(&mut self, web: WebId) -> Local {
        if let Some(&local) = self.frame.places.get(&web.0) {
            return local;
        }
        let function = self.function();
        let ty = if self.is_shared_cell(function, web) { Ty::I64 } else { self.variable(web).ty.word() };
        let name = self.web_name(function, web).to_owned();
        let local = self.new_local(ty, &name);
        self.frame.places.insert(web.0, local);
        local
    }

    /// Whether a flag says at run time if a variable is bound.
    pub(crate) fn has_flag(&self, web: WebId) -> bool {
        let function = self.function();
        let this = self.webs.web(function, web);
        this.maybe_unbound || (this.cell && self.webs.captured_unbound(function, web))
    }

    pub(crate) fn flag(&mut self, web: WebId) -> Local {
        if let Some(&flag) = self.frame.flags.get(&web.0) {
            return flag;
        }
        let flag = self.new_local(Ty::I32, "_bound");
        self.frame.flags.insert(web.0, flag);
        flag
    }

    pub(crate) fn read_name(&mut self, name: &'a ExprName) -> R<Val> {
        let at = offset(name);
        let Some(used) = self.webs.load(at) else {
            return self.decline(format!("the name `{}` here", name.id));
        };
        match used.place {
            Place::Local(web) => {
                let v = self.read_web(web);
                if used.maybe_unbound {
                    let flag = self.flag(web);
                    // To a generator expression it is a variable of an enclosing function.
                    let inside = self.generators.iter().any(|&(from, to)| (from..to).contains(&at));
                    let error = self.exception(if inside { "NameError" } else { "UnboundLocalError" });
                    self.require(get(flag), error);
                }
                Ok(v)
            }
            Place::Captured(function, web) => self.read_captured(function, web),
            Place::Global(global) => self.read_global(global, used.maybe_unbound, &name.id),
            Place::Builtin => {
                if name.id.as_str() == "__name__" {
                    return Ok(self.text(b"candidate")); // the verifier's name for it
                }
                if self.is_builtin(&name.id) {
                    return Ok(Val::known(name.id.as_str()));
                }
                if KNOWN_TO_PYTHON.contains(&name.id.as_str()) {
                    return self.decline(format!("the builtin `{}`", name.id));
                }
                Ok(self.fail("NameError"))
            }
        }
    }

    pub(crate) fn read_web(&mut self, web: WebId) -> Val {
        let variable = self.variable(web);
        if variable.ty.is_static() || variable.ty == Type::Never {
            if let Some(v) = self.frame.made_of.get(&web.0) {
                return v.clone();
            }
            return Val::new(variable.ty, i64(0));
        }
        let function = self.function();
        let local = self.place(web);
        if self.is_shared_cell(function, web) {
            let word = self.temp(load64(wrap(get(local)), 8), Ty::I64);
            return self.unboxed(get(word), &variable.ty);
        }
        let mut v = self.constant_of(&variable, get(local));
        if let Some((len, items)) = self.fixed(web, &variable.ty) {
            v.more = More::Fixed(len, items);
        }
        if self.frame.walrus { self.hold(v) } else { v }
    }

    pub(crate) fn constant_of(&mut self, variable: &Variable, e: Expr) -> Val {
        if let Type::Int(range) = variable.ty
            && let Some(value) = range.constant()
        {
            return Val::int(value);
        }
        match &variable.constant {
            Constant::Text(text) if variable.ty.is_text() => {
                let text = text.clone();
                self.text(&text)
            }
            _ => Val::new(variable.ty.clone(), e),
        }
    }

    pub(crate) fn read_global(&mut self, global: GlobalId, maybe_unbound: bool, name: &str) -> R<Val> {
        let known = self.globals.get(&global.0).cloned().unwrap_or_default();
        if maybe_unbound {
            if self.is_builtin(name) || KNOWN_TO_PYTHON.contains(&name) {
                return self.decline(format!("the global `{name}`, which may be the builtin here"));
            }
            let Some(flag) = known.flag else { return Ok(self.fail("NameError")) };
            let error = self.exception("NameError");
            self.require(Expr::Global(flag), error);
        }
        if self.webs.globals[global.0 as usize].definitions.is_empty() {
            return Ok(self.fail("NameError"));
        }
        if let Some(v) = known.made_of {
            return Ok(v);
        }
        self.read_kept(known)
    }

    pub(crate) fn read_kept(&mut self, known: GlobalVariable) -> R<Val> {
        let Some(place) = known.place else {
            return Ok(Val::new(known.variable.ty, i64(0)));
        };
        let v = self.constant_of(&known.variable, Expr::Global(place));
        Ok(v)
    }

    /// Assigns to the name at `at`.
    pub(crate) fn write_name(&mut self, at: u32, v: Val) -> R<()> {
        match self.webs.store(at) {
            Some(Place::Local(web)) => self.write_web(web, v),
            Some(Place::Global(global)) => self.write_global(global.0, v),
            Some(Place::Captured(function, web)) => self.write_captured(function, web, v),
            _ => self.decline("an assignment to this"),
        }
    }

    pub(crate) fn write_web(&mut self, web: WebId, v: Val) -> R<()> {
        let function = self.function();
        if self.is_shared_cell(function, web) {
            let ty = self.put_in_cell(function, web, &v.ty)?;
            if self.has_flag(web) {
                let flag = self.flag(web);
                self.set(flag, i32(1));
            }
            if !ty.is_static() {
                let word = self.boxed(v);
                let local = self.place(web);
                self.emit(Stmt::Eval(store64(wrap(get(local)), 8, word)));
            }
            return Ok(());
        }
        let (variable, changed) = self.grow(self.variable(web), &v)?;
        let ty = variable.ty.clone();
        self.variables.insert((self.frame.instance, web.0), variable);
        self.changed |= changed;
        if self.has_flag(web) {
            let flag = self.flag(web);
            self.set(flag, i32(1));
        }
        if ty.is_static() {
            // Parts of what is assigned once are where they were then.
            let once = self.webs.web(function, web).definitions.len() == 1 && self.frame.loops.is_empty();
            if once && !matches!(v.more, More::Nothing) {
                self.frame.made_of.insert(web.0, v);
            }
            return Ok(());
        }
        let local = self.place(web);
        let e = self.coerce(v, &ty);
        self.set(local, e);
        if let Some((len, items)) = self.fixed(web, &ty) {
            self.set(len, load32_wide(wrap(get(local)), 4));
            self.set(items, load32(wrap(get(local)), 12));
        }
        Ok(())
    }

    /// Locals for the length and the items' address of a variable whose list never changes.
    pub(crate) fn fixed(&mut self, web: WebId, ty: &Type) -> Option<(Local, Local)> {
        let Type::List(site) = ty else { return None };
        if self.contents(*site).changed || self.item_of(*site) == Type::Never {
            return None;
        }
        if let Some(&known) = self.frame.fixed.get(&web.0) {
            return Some(known);
        }
        let locals = (self.new_local(Ty::I64, "_len"), self.new_local(Ty::I32, "_items"));
        self.frame.fixed.insert(web.0, locals);
        Some(locals)
    }

    /// Assigns to a variable of the module level, or keeps a default value.
    pub(crate) fn write_global(&mut self, key: u32, v: Val) -> R<()> {
        let mut known = self.globals.get(&key).cloned().unwrap_or_default();
        let (variable, changed) = self.grow(known.variable, &v)?;
        known.variable = variable;
        known.seen += 1;
        self.changed |= changed;
        let ty = known.variable.ty.clone();
        if (key as usize) < self.webs.globals.len() && self.webs.global_unbound(GlobalId(key)) {
            let flag = *known.flag.get_or_insert_with(|| {
                self.changed = true;
                self.global_words.push(Ty::I32);
                Global(self.global_words.len() as u32 - 1)
            });
            self.emit(Stmt::SetGlobal(flag, i32(1)));
        }
        let once = self.webs.globals.get(key as usize).is_some_and(|g| g.definitions.len() == 1 && g.bound_at_end);
        if once && self.frame.instance == 0 && is_made_of_constants(&v) {
            known.made_of = Some(v.clone());
        }
        if !ty.is_static() && ty != Type::Never {
            self.share(&ty);
            let word = ty.word();
            let place = *known.place.get_or_insert_with(|| {
                self.global_words.push(word);
                Global(self.global_words.len() as u32 - 1)
            });
            self.global_words[place.0 as usize] = word;
            let e = self.coerce(v, &ty);
            self.emit(Stmt::SetGlobal(place, e));
        }
        self.globals.insert(key, known);
        Ok(())
    }

    pub(crate) fn read_default(&mut self, key: u32) -> R<Val> {
        let known = self.globals.get(&key).cloned().unwrap_or_default();
        self.read_kept(known)
    }

    /// What `ty` holds may be reached from the module level.
    pub(crate) fn share(&mut self, ty: &Type) {
        match ty {
            Type::List(site) | Type::Dict(site) => {
                let site = self.find(*site);
                if !self.contents(site).shared {
                    self.sites[site.0].shared = true;
                    self.changed = true;
                    let (item, key) = (self.item_of(site), self.key_of(site));
                    self.share(&item);
                    self.share(&key);
                }
            }
            Type::Tuple(items) => items.iter().for_each(|item| self.share(item)),
            _ => {}
        }
    }

    /// `del x`.
    pub(crate) fn delete_name(&mut self, name: &'a ExprName) -> R<()> {
        self.read_name(name)?; // it must be bound
        self.unbind_name(offset(name))
    }

    /// The name defined at this place is unbound from here.
    pub(crate) fn unbind_name(&mut self, at: u32) -> R<()> {
        match self.webs.store(at) {
            Some(Place::Local(web)) if !self.is_shared_cell(self.function(), web) => {
                let flag = self.flag(web);
                if self.has_flag(web) {
                    self.set(flag, i32(0));
                }
                Ok(())
            }
            Some(Place::Global(global)) => {
                if let Some(flag) = self.globals.get(&global.0).and_then(|known| known.flag) {
                    self.emit(Stmt::SetGlobal(flag, i32(0)));
                }
                Ok(())
            }
            _ => self.decline("`del` of this name"),
        }
    }
}

/// Whether a value that nothing carries is the same in every function.
fn is_made_of_constants(v: &Val) -> bool {
    let constant =
        |v: &Val| v.constant().is_some() || v.text().is_some() || matches!(v.ty, Type::Function(_) | Type::Known(_));
    match &v.more {
        More::Getter(keys) => keys.iter().all(constant),
        More::Partial(function, first) => {
            constant(function) && matches!(function.more, More::Nothing) && first.iter().all(constant)
        }
        _ => false,
    }
}

/// Builtins of Python that are not modelled: using one is not a NameError.
const KNOWN_TO_PYTHON: &[&str] = &[
    "__build_class__",
    "__import__",
    "aiter",
    "anext",
    "breakpoint",
    "bytearray",
    "classmethod",
    "compile",
    "complex",
    "delattr",
    "dir",
    "eval",
    "exec",
    "getattr",
    "globals",
    "hasattr",
    "help",
    "id",
    "input",
    "locals",
    "memoryview",
    "open",
    "property",
    "setattr",
    "slice",
    "staticmethod",
    "super",
    "vars",
    "exit",
    "quit",
    "copyright",
    "credits",
    "license",
    "__doc__",
    "__file__",
    "__builtins__",
    "__debug__",
    "__spec__",
    "__loader__",
    "__package__",
    "BaseExceptionGroup",
    "ExceptionGroup",
    "GeneratorExit",
    "BlockingIOError",
    "BrokenPipeError",
    "BufferError",
    "BytesWarning",
    "ChildProcessError",
    "ConnectionAbortedError",
    "ConnectionError",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "DeprecationWarning",
    "EncodingWarning",
    "EnvironmentError",
    "FileExistsError",
    "FileNotFoundError",
    "FutureWarning",
    "ImportWarning",
    "IndentationError",
    "InterruptedError",
    "IOError",
    "IsADirectoryError",
    "MemoryError",
    "NotADirectoryError",
    "PendingDeprecationWarning",
    "PermissionError",
    "ProcessLookupError",
    "PythonFinalizationError",
    "RecursionError",
    "ReferenceError",
    "ResourceWarning",
    "RuntimeWarning",
    "StopAsyncIteration",
    "SyntaxError",
    "SyntaxWarning",
    "SystemError",
    "TabError",
    "TimeoutError",
    "UnicodeTranslateError",
    "UnicodeWarning",
    "UserWarning",
    "Warning",
    "NotImplemented",
    "Ellipsis",
];
