//! What can go wrong that is not a candidate's doing, and the one thing that is: a rejection.

/// Why a run as a whole produced no verdicts. Never scored as a candidate's failure.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request cannot be honoured; the message says what to change.
    #[error("{0}")]
    Usage(String),
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// A failure of this crate or of the engine under it.
    #[error("internal error: {0}")]
    Internal(String),
}

impl Error {
    /// Wraps an engine error that no candidate can cause.
    pub(crate) fn internal(context: &str, error: impl std::fmt::Display) -> Self {
        Self::Internal(format!("{context}: {error:#}"))
    }
}

/// Where in its life a candidate was turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Before anything ran: size, encoding, syntax of a module, its imports and exports.
    Compile,
    /// While its module level was executed, in the sandbox.
    Load,
}

impl Stage {
    /// The stage's name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Compile => "compile",
            Self::Load => "load",
        }
    }
}

/// A candidate that cannot be run on any row, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Where it was turned away.
    pub stage: Stage,
    /// One line for a person.
    pub reason: String,
}

impl Rejected {
    /// A rejection before anything ran.
    pub fn compile(reason: impl Into<String>) -> Self {
        Self { stage: Stage::Compile, reason: reason.into() }
    }

    /// A rejection at load.
    pub fn load(reason: impl Into<String>) -> Self {
        Self { stage: Stage::Load, reason: reason.into() }
    }
}
