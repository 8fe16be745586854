//! A program: what a candidate is once it has been accepted for running.

use std::sync::Arc;

use crate::cpython::CPython;
use crate::cpython::PythonGuest;
use crate::engine::Stop;
use crate::error::{Error, Rejected};
use crate::guest::Guest;
use crate::limits::Limits;
use crate::module::Compiled;

/// A candidate ready to run. Cheap to clone.
#[derive(Clone)]
pub struct Program(Arc<Kind>);

enum Kind {
    Compiled(Compiled),
    Python(Vec<u8>),
}

/// How a program is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// A module that implements the ABI.
    Compiled,
    /// Python source on the CPython runtime.
    CPython,
}

impl Tier {
    /// The tier's name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Compiled => "compiled",
            Self::CPython => "cpython",
        }
    }
}

impl Program {
    /// A WebAssembly module, binary or text.
    ///
    /// # Errors
    /// Outer: our failure. Inner: why the module is turned away.
    pub fn module(source: &[u8], limits: &Limits) -> Result<Result<Self, Rejected>, Error> {
        Ok(Compiled::new(source, limits)?.map(|compiled| Self(Arc::new(Kind::Compiled(compiled)))))
    }

    /// Python source. It is not parsed here but in the sandbox, when it is first run: only its size and encoding are
    /// checked.
    ///
    /// # Errors
    /// Why the source is turned away.
    pub fn python(source: &[u8], limits: &Limits) -> Result<Self, Rejected> {
        if source.len() > limits.source_bytes {
            let reason = format!("the source has {} bytes; the limit is {}", source.len(), limits.source_bytes);
            return Err(Rejected::compile(reason));
        }
        if source.iter().all(u8::is_ascii_whitespace) {
            return Err(Rejected::compile("the source is empty"));
        }
        if let Err(error) = std::str::from_utf8(source) {
            return Err(Rejected::compile(format!("the source is not UTF-8: byte {} is wrong", error.valid_up_to())));
        }
        Ok(Self(Arc::new(Kind::Python(source.to_vec()))))
    }

    /// How it will be run.
    #[must_use]
    pub fn tier(&self) -> Tier {
        match *self.0 {
            Kind::Compiled(_) => Tier::Compiled,
            Kind::Python(_) => Tier::CPython,
        }
    }

    /// What identifies a compiled module: the hash of its bytes; None for a source.
    #[must_use]
    pub fn module_bytes(&self) -> Option<&[u8]> {
        match &*self.0 {
            Kind::Compiled(compiled) => Some(compiled.bytes()),
            Kind::Python(_) => None,
        }
    }

    /// The canonical text of a Python source; None for a module.
    ///
    /// # Errors
    /// Outer: our failure. Inner: why the source has none.
    pub fn canonical(&self, limits: &Limits, stop: &Stop) -> Result<Option<Result<String, Rejected>>, Error> {
        match &*self.0 {
            Kind::Compiled(_) => Ok(None),
            Kind::Python(source) => CPython::get(limits.stack)?.canonical(source, limits, stop).map(Some),
        }
    }

    /// Calls `run` with what makes this program's instances.
    pub(crate) fn with_guest<T>(&self, limits: &Limits, run: impl FnOnce(&dyn Guest) -> T) -> Result<T, Error> {
        Ok(match &*self.0 {
            Kind::Compiled(compiled) => match compiled.for_limits(limits)? {
                Some(other) => run(&other),
                None => run(compiled),
            },
            Kind::Python(source) => run(&PythonGuest { runtime: &CPython::get(limits.stack)?, source }),
        })
    }
}
