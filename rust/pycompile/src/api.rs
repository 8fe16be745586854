//! What the verifier and the command line use of this crate.

use crate::guard::guarded;
use crate::ir::InputType;
use crate::{branches, emit, ir, link, lower, print, webs};

/// What is not compiled: the program is CPython's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declined {
    /// The line of the construct, from 1.
    pub line: u32,
    /// The construct.
    pub reason: String,
}

/// A compiled candidate.
#[derive(Clone, Debug)]
pub struct Artifact {
    /// A core module that imports the runtime as `rt` (docs/fast-tier.md).
    pub module: Vec<u8>,
}

/// Compiles a source for rows of one type.
///
/// # Errors
/// The construct that is not compiled.
pub fn compile(source: &str, input: InputType) -> Result<Artifact, Declined> {
    guarded(source, || lowered(source, input).map(|module| Artifact { module: emit::emit(&module) }))
}

/// The front half: source to intermediate representation.
fn lowered(source: &str, input: InputType) -> Result<ir::Module, Declined> {
    let declined = |offset: u32, reason: String| declined(source, offset, reason);
    let parsed = ruff_python_parser::parse_module(source)
        .map_err(|error| declined(error.location.start().to_u32(), format!("a syntax error: {}", error.error)))?;
    let statements = &parsed.syntax().body;
    let webs = webs::analyze(statements).map_err(|error| declined(error.offset, error.what))?;
    let mut module = lower::run(&webs, statements, input).map_err(|error| declined(error.offset, error.reason))?;
    branches::straighten(&mut module);
    Ok(module)
}

/// A construct's line comes from its offset.
pub(crate) fn declined(source: &str, offset: u32, reason: String) -> Declined {
    let before = &source.as_bytes()[..(offset as usize).min(source.len())];
    Declined { line: 1 + before.iter().filter(|&&byte| byte == b'\n').count() as u32, reason }
}

/// The runtime's module.
#[must_use]
pub fn runtime() -> &'static [u8] {
    crate::runtime::WASM
}

/// The program as one module of ABI 1, without imports.
///
/// # Errors
/// As `compile`.
pub fn standalone(source: &str, input: InputType) -> Result<Vec<u8>, Declined> {
    guarded(source, || lowered(source, input).map(|module| link::standalone(&module)))
}

/// The intermediate representation as text.
///
/// # Errors
/// As `compile`.
pub fn ir_text(source: &str, input: InputType) -> Result<String, Declined> {
    guarded(source, || lowered(source, input).map(|module| print::text(&module)))
}

/// The module as WebAssembly text.
///
/// # Errors
/// As `compile`.
pub fn wat_text(source: &str, input: InputType) -> Result<String, Declined> {
    let artifact = compile(source, input)?;
    print::wat(&artifact.module).map_err(|reason| Declined { line: 0, reason })
}

/// The name of an exception, by its status (16 and on); None for another status.
#[must_use]
pub fn exception_name(status: u8) -> Option<&'static str> {
    crate::exceptions::name(i32::from(status))
}
