//! A program: what a candidate is once it has been accepted for running.

use std::sync::Arc;

use llmerm_pycompile::InputType;

use crate::cpython::CPython;
use crate::engine::Stop;
use crate::error::{Error, Rejected};
use crate::guest::{Guest, Halt};
use crate::limits::Limits;
use crate::module::Compiled;
use crate::python::{self, Choice, Python};
use crate::rows::Rows;

/// A candidate ready to run. Cheap to clone.
#[derive(Clone)]
pub struct Program(Arc<Kind>);

enum Kind {
    Compiled(Compiled),
    Python(Python),
}

/// How a program is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// A module that implements the ABI.
    Compiled,
    /// Python source compiled to WebAssembly.
    Fast,
    /// Python source on the CPython runtime.
    CPython,
}

impl Tier {
    /// The tier's name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Compiled => "compiled",
            Self::Fast => "fast",
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

    /// Python source. It is not parsed here, but when the rows' type is known: only its size and encoding are checked.
    ///
    /// # Errors
    /// Why the source is turned away.
    pub fn python(source: &[u8], limits: &Limits, choice: Choice) -> Result<Self, Rejected> {
        Ok(Self(Arc::new(Kind::Python(Python::new(source, limits, choice)?))))
    }

    /// How it will be run on rows of a type, if nothing in them speaks against it. Compiles Python to find out.
    #[must_use]
    pub fn tier(&self, input: InputType) -> Tier {
        match &*self.0 {
            Kind::Compiled(_) => Tier::Compiled,
            Kind::Python(python) => match python.choice {
                Choice::Auto if python.artifact(input).is_err() => Tier::CPython,
                Choice::CPython => Tier::CPython,
                Choice::Auto | Choice::Fast => Tier::Fast,
            },
        }
    }

    /// Why a program that is for the fast tier only cannot be compiled for rows of a type.
    #[must_use]
    pub fn declined(&self, input: InputType) -> Option<Rejected> {
        match &*self.0 {
            Kind::Python(python) if python.choice == Choice::Fast => python
                .artifact(input)
                .as_ref()
                .as_ref()
                .err()
                .map(|declined| Rejected::compile(python::reason(declined))),
            _ => None,
        }
    }

    /// The tier for these rows. `again`: the fast tier was tried, and could not have the program.
    pub(crate) fn tier_on(&self, rows: &Rows<'_>, again: bool) -> Tier {
        match &*self.0 {
            Kind::Compiled(_) => Tier::Compiled,
            Kind::Python(python) => python.tier(rows, again),
        }
    }

    /// The tier that it is meant for, when nothing of it was run.
    pub(crate) fn untried(&self) -> Tier {
        match &*self.0 {
            Kind::Compiled(_) => Tier::Compiled,
            Kind::Python(python) if python.choice == Choice::CPython => Tier::CPython,
            Kind::Python(_) => Tier::Fast,
        }
    }

    /// Whether its text shows that no row leaves anything for another. Of a module nothing is known.
    pub(crate) fn keeps_nothing(&self, rows: &Rows<'_>) -> bool {
        matches!(&*self.0, Kind::Python(python) if python.keeps_nothing(rows.input_type()))
    }

    /// Whether it is not to be run in CPython instead.
    pub(crate) fn only_fast(&self) -> bool {
        matches!(&*self.0, Kind::Python(python) if python.choice == Choice::Fast)
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
            Kind::Python(python) => CPython::get(limits.stack)?.canonical(python.source(), limits, stop).map(Some),
        }
    }

    /// Calls `run` with what makes this program's instances for these rows. `again`: not on the fast tier.
    pub(crate) fn with_guest<T>(
        &self,
        rows: &Rows<'_>,
        limits: &Limits,
        again: bool,
        run: impl FnOnce(&dyn Guest) -> T,
    ) -> Result<T, Halt> {
        match &*self.0 {
            Kind::Compiled(compiled) => Ok(match compiled.for_limits(limits)? {
                Some(other) => run(&other),
                None => run(compiled),
            }),
            Kind::Python(python) => python.with_guest(rows, limits, again, run),
        }
    }
}
