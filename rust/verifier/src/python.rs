//! Python source: compiled ahead of time where that gives CPython's answers, else interpreted. Which, is decided when the
//! rows' type is known, once for each type.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use llmerm_pycompile::{self as pycompile, Artifact, Declined, InputType};

use crate::cpython::PythonGuest;
use crate::error::{Error, Rejected};
use crate::fast::{Code, FastGuest};
use crate::guest::{Guest, Halt};
use crate::kept::Kept;
use crate::limits::Limits;
use crate::program::Tier;
use crate::rows::Rows;

/// Which tier a Python candidate is to run on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// The fast tier if it takes the candidate, else CPython.
    #[default]
    Auto,
    /// The fast tier or none; single rows that it leaves still run in CPython.
    Fast,
    /// CPython.
    CPython,
}

/// A source that was accepted for running.
pub(crate) struct Python {
    source: String,
    pub(crate) choice: Choice,
    /// The blake3 hash of the source.
    hash: [u8; 32],
    /// Whether it keeps nothing from row to row, by the rows' type.
    keeps_nothing: [OnceLock<bool>; 4],
}

/// The compiled module, or why there is none.
pub(crate) type Translated = Result<Artifact, Declined>;

/// Most bytes of compiled modules that are kept (their machine code is counted apart).
const MODULES: usize = 32 << 20;
/// What a kept module takes beside its bytes, about.
const OVERHEAD: usize = 512;

/// What the fast tier makes of a source, for people and tools: "ir", "wat", "module" (what the verifier runs) or "wasm"
/// (ABI 1, runtime included).
///
/// # Errors
/// Outer: an unknown form. Inner: the construct that is not compiled, and its line.
pub fn translated(source: &str, input: InputType, form: &str) -> Result<Result<Vec<u8>, Declined>, Error> {
    let compile = |form: fn(&str, InputType) -> Result<Vec<u8>, Declined>| Ok(form(source, input));
    match form {
        "ir" => compile(|source, input| pycompile::ir_text(source, input).map(String::into_bytes)),
        "wat" => compile(|source, input| pycompile::wat_text(source, input).map(String::into_bytes)),
        "module" => compile(|source, input| pycompile::compile(source, input).map(|artifact| artifact.module)),
        "wasm" => compile(pycompile::standalone),
        _ => Err(Error::Usage(format!("no form {form:?} of a compiled program"))),
    }
}

/// A binary module as WebAssembly text.
///
/// # Errors
/// What is wrong with the module.
pub fn wat(module: &[u8]) -> Result<String, String> {
    pycompile::print::wat(module)
}

/// In one line.
pub(crate) fn reason(declined: &Declined) -> String {
    format!("the fast tier declines it: line {}: {}", declined.line, declined.reason)
}

impl Python {
    /// Checks size and encoding; nothing is parsed yet.
    pub(crate) fn new(source: &[u8], limits: &Limits, choice: Choice) -> Result<Self, Rejected> {
        if source.len() > limits.source_bytes {
            let reason = format!("the source has {} bytes; the limit is {}", source.len(), limits.source_bytes);
            return Err(Rejected::compile(reason));
        }
        if source.iter().all(u8::is_ascii_whitespace) {
            return Err(Rejected::compile("the source is empty"));
        }
        let source = std::str::from_utf8(source).map_err(|error| {
            Rejected::compile(format!("the source is not UTF-8: byte {} is wrong", error.valid_up_to()))
        })?;
        Ok(Self {
            source: source.to_owned(),
            choice,
            hash: *blake3::hash(source.as_bytes()).as_bytes(),
            keeps_nothing: Default::default(),
        })
    }

    pub(crate) fn source(&self) -> &[u8] {
        self.source.as_bytes()
    }

    /// Whether its text shows that no row leaves anything for another.
    pub(crate) fn keeps_nothing(&self, input: InputType) -> bool {
        let known = &self.keeps_nothing[input as usize];
        *known.get_or_init(|| pycompile::keeps_nothing(&self.source, input).is_ok())
    }

    /// The compiled module for rows of one type, or why there is none.
    pub(crate) fn artifact(&self, input: InputType) -> Arc<Translated> {
        static ARTIFACTS: Kept<(InputType, [u8; 32]), Translated> = Kept::new(MODULES);
        let made = ARTIFACTS.get(&(input, self.hash), || {
            let made = pycompile::compile(&self.source, input);
            let bytes = OVERHEAD + made.as_ref().map_or(0, |artifact| artifact.module.len());
            Ok::<_, Infallible>((made, bytes))
        });
        match made {
            Ok(made) => made,
        }
    }

    /// The tier for these rows. `again`: the fast tier was tried, and could not have the candidate.
    pub(crate) fn tier(&self, rows: &Rows<'_>, again: bool) -> Tier {
        match self.choice {
            Choice::Fast => Tier::Fast,
            Choice::Auto if !again && self.artifact(rows.input_type()).is_ok() => Tier::Fast,
            _ => Tier::CPython,
        }
    }

    /// Calls `run` with what makes this program's instances.
    pub(crate) fn with_guest<T>(
        &self,
        rows: &Rows<'_>,
        limits: &Limits,
        again: bool,
        run: impl FnOnce(&dyn Guest) -> T,
    ) -> Result<T, Halt> {
        let cpython = PythonGuest { source: self.source() };
        if self.choice == Choice::CPython || again {
            return Ok(run(&cpython));
        }
        let (stack, input) = (limits.stack, rows.input_type());
        let declined = match &*self.artifact(input) {
            Ok(artifact) if artifact.module.len() > limits.module_bytes => {
                format!("it is {} bytes compiled; the limit is {}", artifact.module.len(), limits.module_bytes)
            }
            Ok(artifact) => match &*Code::get(artifact, stack)? {
                Ok(code) => return Ok(run(&FastGuest { code, cpython })),
                Err(reason) => reason.clone(),
            },
            Err(declined) => reason(declined),
        };
        match self.choice {
            Choice::Fast => Err(Halt::Rejected(Rejected::compile(declined))),
            _ => Ok(run(&cpython)),
        }
    }
}
