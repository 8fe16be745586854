//! The intermediate representation as text, for people: one line a statement, names instead of numbers.

use std::fmt::{self, Display, Formatter, Write};

use crate::ir::{Callee, Expr, Function, Global, Local, Module, Stmt, Ty};
use crate::registry;

/// All functions of a module.
#[must_use]
pub fn text(module: &Module) -> String {
    let mut out = String::new();
    for function in &module.functions {
        // Writing to a String does not fail.
        let _ = writeln!(out, "{}", Printed { function, module });
    }
    out
}

/// The WebAssembly text of a binary module.
///
/// # Errors
///
/// If `wasm` is no module.
pub fn wat(wasm: &[u8]) -> Result<String, String> {
    wasmprinter::print_bytes(wasm).map_err(|error| format!("{error:#}"))
}

struct Printed<'a> {
    function: &'a Function,
    module: &'a Module,
}

impl Display for Printed<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let function = self.function;
        write!(f, "{}(", function.name)?;
        for place in 0..function.params {
            let comma = if place > 0 { ", " } else { "" };
            write!(f, "{comma}{}: {}", self.local(Local(place)), ty(function.locals[place as usize]))?;
        }
        writeln!(f, ") -> {}", ty(function.result))?;
        self.body(f, &function.body, 1)
    }
}

impl Printed<'_> {
    /// Names may repeat (webs of one variable), so a local is its name and its number.
    fn local(&self, local: Local) -> String {
        let name = self.function.names.get(local.0 as usize).map_or("", String::as_str);
        let name = if name.is_empty() { "_" } else { name };
        format!("{name}.{}", local.0)
    }

    fn body(&self, f: &mut Formatter<'_>, body: &[Stmt], depth: usize) -> fmt::Result {
        body.iter().try_for_each(|stmt| self.stmt(f, stmt, depth))
    }

    fn stmt(&self, f: &mut Formatter<'_>, stmt: &Stmt, depth: usize) -> fmt::Result {
        let indent = "    ".repeat(depth);
        f.write_str(&indent)?;
        match stmt {
            Stmt::Set(local, value) => writeln!(f, "{} = {}", self.local(*local), self.expr(value)),
            Stmt::SetGlobal(global, value) => writeln!(f, "{} = {}", name(*global), self.expr(value)),
            Stmt::Eval(value) => writeln!(f, "{}", self.expr(value)),
            Stmt::If { cond, then, otherwise } => {
                writeln!(f, "if {}", self.expr(cond))?;
                self.body(f, then, depth + 1)?;
                if !otherwise.is_empty() {
                    writeln!(f, "{indent}else")?;
                    self.body(f, otherwise, depth + 1)?;
                }
                Ok(())
            }
            Stmt::Block { label, body } => {
                writeln!(f, "block @{}", label.0)?;
                self.body(f, body, depth + 1)
            }
            Stmt::Loop { label, body } => {
                writeln!(f, "loop @{}", label.0)?;
                self.body(f, body, depth + 1)
            }
            Stmt::Break(label) => writeln!(f, "break @{}", label.0),
            Stmt::BreakIf(label, cond) => writeln!(f, "break @{} if {}", label.0, self.expr(cond)),
            Stmt::Try { body, handler } => {
                writeln!(f, "try")?;
                self.body(f, body, depth + 1)?;
                writeln!(f, "{indent}on error")?;
                self.body(f, handler, depth + 1)
            }
            Stmt::Return(value) => writeln!(f, "return {}", self.expr(value)),
            Stmt::Fail(error) => writeln!(f, "fail {}", status(*error)),
            Stmt::Rethrow => writeln!(f, "rethrow"),
        }
    }

    fn expr(&self, expr: &Expr) -> String {
        match expr {
            Expr::I32(value) => value.to_string(),
            Expr::I64(value) => format!("{value}L"),
            Expr::F64(value) => format!("{value:?}"),
            Expr::Data(offset) => format!("data+{offset}"),
            Expr::Packed(offset, len) => format!("{:?}", self.constant(*offset, *len)),
            Expr::Get(local) => self.local(*local),
            Expr::Global(global) => name(*global),
            Expr::Tee(local, value) => format!("({} := {})", self.local(*local), self.expr(value)),
            Expr::Op(instruction, args) => call(&format!("{instruction:?}"), &self.exprs(args)),
            Expr::Call { callee, args, fallible } => {
                let callee = match callee {
                    Callee::Runtime(id) => registry::entry(*id).name.split('(').next().unwrap_or_default(),
                    Callee::Function(place) => &self.module.functions[*place].name,
                };
                format!("{}{}", call(callee, &self.exprs(args)), if *fallible { "?" } else { "" })
            }
            Expr::If { cond, then, otherwise, .. } => {
                format!("({} if {} else {})", self.expr(then), self.expr(cond), self.expr(otherwise))
            }
            Expr::Do(body, value) => format!("{{ {}{} }}", self.inline(body), self.expr(value)),
            Expr::Never(_, body) => format!("{{ {}}}", self.inline(body)),
        }
    }

    fn exprs(&self, exprs: &[Expr]) -> String {
        exprs.iter().map(|expr| self.expr(expr)).collect::<Vec<_>>().join(", ")
    }

    /// Statements inside an expression, on one line.
    fn inline(&self, body: &[Stmt]) -> String {
        struct Lines<'a>(&'a Printed<'a>, &'a [Stmt]);
        impl Display for Lines<'_> {
            fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
                self.0.body(f, self.1, 0)
            }
        }
        let lines = Lines(self, body).to_string();
        lines.lines().map(|line| format!("{}; ", line.trim_start())).collect()
    }

    fn constant(&self, offset: u32, len: u32) -> String {
        let bytes = self.module.data.get(offset as usize..(offset + len) as usize).unwrap_or_default();
        String::from_utf8_lossy(bytes).into_owned()
    }
}

/// `I64Load(MemArg { offset: 8, align: 3, memory_index: 0 })` as `I64Load+8`.
fn call(name: &str, args: &str) -> String {
    let (name, offset) = match name.split_once("(MemArg { offset: ") {
        Some((name, rest)) => (name, rest.split(',').next().filter(|&offset| offset != "0")),
        None => (name, None),
    };
    match offset {
        Some(offset) => format!("{name}+{offset}({args})"),
        None => format!("{name}({args})"),
    }
}

fn name(global: Global) -> String {
    format!("global.{}", global.0)
}

fn ty(ty: Ty) -> &'static str {
    match ty {
        Ty::I32 => "i32",
        Ty::I64 => "i64",
        Ty::F64 => "f64",
    }
}

fn status(error: i32) -> String {
    use crate::runtime::status::{DEOPT, IMPURE, NO_CLASS, NOT_A_LABEL};
    let known = [(DEOPT, "deopt"), (IMPURE, "impure"), (NOT_A_LABEL, "not a label"), (NO_CLASS, "no class")];
    let known = known.iter().find(|known| known.0 == error).map(|known| known.1);
    known.or_else(|| crate::exceptions::name(error)).map_or_else(|| error.to_string(), String::from)
}
