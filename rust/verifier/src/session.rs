//! A Python session in the sandbox: code run cell by cell in one namespace. What a proposer's tool runs in.

use crate::cpython::{CPython, Interpreter};
use crate::engine::Stop;
use crate::error::{Error, Rejected};
use crate::guest::Halt;
use crate::limits::Limits;
use crate::outcome::Outcome;

/// One interpreter whose namespace lives until it is lost to a limit.
pub struct Session {
    limits: Limits,
    variables: Vec<u8>,
    interpreter: Option<Interpreter>,
}

/// How a cell ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It ran to its end.
    Ok,
    /// It raised; the traceback is in the output.
    Exception,
    /// It used too much fuel; the namespace is lost.
    OutOfFuel,
    /// It used too much memory; the namespace is lost.
    OutOfMemory,
    /// It trapped; the namespace is lost.
    Trap,
}

impl Session {
    /// A session whose namespace starts with `variables`, a marshalled dict. `fuel_per_load` bounds one cell.
    #[must_use]
    pub fn new(limits: Limits, variables: Vec<u8>) -> Self {
        Self { limits, variables, interpreter: None }
    }

    /// Runs one cell. After a cell that lost the interpreter, the next starts with a fresh namespace.
    ///
    /// # Errors
    /// `Error::Cancelled` if `stop` was requested, else our own failure.
    pub fn run(&mut self, code: &str, output_limit: u32, stop: &Stop) -> Result<(Ended, String), Error> {
        match self.cell(code, output_limit, stop) {
            Ok(done) => Ok(done),
            Err(Halt::Failed(error)) => Err(error),
            Err(Halt::Stopped) => Err(Error::Cancelled),
            Err(Halt::Rejected(Rejected { reason, .. }) | Halt::Fallback(reason)) => Err(Error::Internal(reason)),
        }
    }

    fn cell(&mut self, code: &str, output_limit: u32, stop: &Stop) -> Result<(Ended, String), Halt> {
        let fuel = self.limits.fuel_per_load;
        let mut interpreter = match self.interpreter.take() {
            Some(interpreter) => interpreter,
            None => self.fresh(stop)?,
        };
        type Reply = ((bool, String),);
        let reply: Result<Reply, Outcome> = interpreter.call("run", (code, output_limit), fuel)?;
        Ok(match reply {
            Ok(((ok, output),)) => {
                self.interpreter = Some(interpreter);
                (if ok { Ended::Ok } else { Ended::Exception }, output)
            }
            Err(Outcome::OutOfFuel) => (Ended::OutOfFuel, String::new()),
            Err(Outcome::OutOfMemory) => (Ended::OutOfMemory, String::new()),
            Err(_) => (Ended::Trap, String::new()),
        })
    }

    fn fresh(&self, stop: &Stop) -> Result<Interpreter, Halt> {
        let mut interpreter = CPython::get(self.limits.stack)?.start(&self.limits, stop)?;
        let defined: Result<(Result<(), String>,), Outcome> =
            interpreter.call("define", (self.variables.as_slice(),), self.limits.fuel_per_load)?;
        match defined {
            Ok((Ok(()),)) => Ok(interpreter),
            _ => {
                Err(Halt::Failed(Error::Usage("the session's variables do not fit its memory and fuel limits".into())))
            }
        }
    }
}
