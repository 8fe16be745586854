//! The CPython runtime: an interpreter compiled to WebAssembly, one fresh instance a candidate.

use std::ops::Range;
use std::sync::Arc;

use wasmtime::component::{Component, ComponentNamedList, InstancePre, Lift, Linker, Lower};
use wasmtime::{Engine, Store};

use crate::clock::{Phase, within};
use crate::engine::{self, Host, Keyed, Stop};
use crate::error::{Error, Rejected};
use crate::fork::{Gated, PerProcess};
use crate::guest::{Chunk, Guest, Halt, Instance, Setting, fault};
use crate::limits::Limits;
use crate::outcome::{Outcome, Outcomes};
use crate::program::Tier;
use crate::rows::Rows;
#[cfg(target_os = "linux")]
use crate::warm::Written;
use crate::{answers, cache, marshal};

/// The component, as `build.rs` made it. It imports nothing.
static COMPONENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/cpython.wasm"));
/// Its blake3 hash: taken when it was built, since that takes longer than a small verification.
const COMPONENT_HASH: &str = env!("LLMERM_CPYTHON_HASH");

/// Fuel for handing one chunk to the interpreter and back, allowed on top of a row's own.
const PARSE_FUEL: u64 = 20_000_000_000;

/// The interpreter, compiled for this machine and ready to be instantiated.
#[derive(Clone)]
pub struct CPython(Arc<Runtime>);

struct Runtime {
    engine: Engine,
    ready: InstancePre<Host>,
}

/// The hash of the runtime that is built in: what a report names so that it can be repeated.
#[must_use]
pub fn runtime_hash() -> &'static str {
    COMPONENT_HASH
}

impl CPython {
    /// The runtime for a stack size; compiled at most once a machine (see `cache`), loaded at most once a process.
    ///
    /// # Errors
    /// `Error::Internal` if the engine cannot be made.
    pub fn get(stack: usize) -> Result<Self, Error> {
        static RUNTIMES: Keyed<CPython> = PerProcess::new();
        engine::keyed(&RUNTIMES, stack, Self::new)
    }

    /// Whether `get` would not have to compile it.
    ///
    /// # Errors
    /// `Error::Internal` if the engine cannot be made.
    pub fn is_ready(stack: usize) -> Result<bool, Error> {
        Ok(cache::has_component(&engine::runtimes(stack)?, COMPONENT_HASH))
    }

    fn new(stack: usize) -> Result<Self, Error> {
        let engine = engine::runtimes(stack)?;
        let component: Component = cache::component(&engine, COMPONENT, COMPONENT_HASH)?;
        let ready = Linker::new(&engine)
            .instantiate_pre(&component)
            .map_err(|error| Error::internal("linking the CPython runtime", error))?;
        Ok(Self(Arc::new(Runtime { engine, ready })))
    }

    /// A fresh interpreter.
    pub(crate) fn start(&self, limits: &Limits, stop: &Stop) -> Result<Interpreter, Halt> {
        let mut store = engine::store(&self.0.engine, limits.memory)?;
        store.set_fuel(PARSE_FUEL).map_err(|error| Error::internal("fuel", error))?;
        let started = engine::drive(self.0.ready.instantiate_async(&mut store), stop).ok_or(Halt::Stopped)?;
        match started {
            Ok(instance) => Ok(Interpreter {
                store,
                instance,
                stop: stop.clone(),
                #[cfg(target_os = "linux")]
                written: Written::default(),
            }),
            Err(_) if store.data().denied => Err(Halt::Failed(Error::Usage(format!(
                "the memory limit of {} bytes is less than the CPython runtime starts with; allow at least 64 MiB",
                limits.memory
            )))),
            Err(error) => Err(Halt::Failed(Error::internal("starting the CPython runtime", error))),
        }
    }

    /// The canonical text of a Python source: parsed, docstrings dropped, unparsed, in the sandbox.
    ///
    /// # Errors
    /// The rejection if the source has no canonical text (a syntax error, or limits met while parsing).
    pub fn canonical(&self, source: &[u8], limits: &Limits, stop: &Stop) -> Result<Result<String, Rejected>, Error> {
        let run = || {
            let mut interpreter = self.start(limits, stop)?;
            let (result,): (Result<String, String>,) =
                match interpreter.call("canonical", (source,), limits.fuel_per_load)? {
                    Ok(result) => result,
                    Err(outcome) => return Err(Halt::Rejected(Rejected::compile(died(outcome, "parsing")))),
                };
            result.map_err(|reason| Halt::Rejected(Rejected::compile(reason)))
        };
        match run() {
            Ok(text) => Ok(Ok(text)),
            Err(Halt::Rejected(rejected)) => Ok(Err(rejected)),
            Err(Halt::Fallback(reason)) => Err(Error::Internal(reason)), // it has nothing to fall back to
            Err(Halt::Stopped) => Err(Error::Cancelled),
            Err(Halt::Failed(error)) => Err(error),
        }
    }
}

/// In words, why the instance was lost while it was doing `what`.
fn died(outcome: Outcome, what: &str) -> String {
    match outcome {
        Outcome::OutOfFuel => format!("out of fuel while {what} it"),
        Outcome::OutOfMemory => format!("out of memory while {what} it"),
        _ => format!("trapped while {what} it (a system call, or the end of the stack)"),
    }
}

/// One running interpreter.
pub(crate) struct Interpreter {
    store: Gated<Store<Host>>,
    instance: wasmtime::component::Instance,
    stop: Stop,
    /// Below the store, since it is to be dropped after it.
    #[cfg(target_os = "linux")]
    written: Written,
}

#[cfg(target_os = "linux")]
impl Drop for Interpreter {
    fn drop(&mut self) {
        self.written = Written::before_end();
    }
}

impl Interpreter {
    /// Calls an export on a budget of fuel. The inner error is the fault that cost the instance.
    pub(crate) fn call<P, R>(&mut self, export: &str, params: P, fuel: u64) -> Result<Result<R, Outcome>, Halt>
    where
        P: ComponentNamedList + Lower + Send + Sync,
        R: ComponentNamedList + Lift + Send + Sync + 'static,
    {
        let function = self
            .instance
            .get_typed_func::<P, R>(&mut self.store, export)
            .map_err(|error| Error::internal("the CPython runtime's exports", error))?;
        self.store.set_fuel(fuel).map_err(|error| Error::internal("fuel", error))?;
        self.store.data_mut().denied = false;
        let ended = engine::drive(function.call_async(&mut self.store, params), &self.stop).ok_or(Halt::Stopped)?;
        Ok(ended.map_err(|error| fault(&error, &self.store)))
    }

    /// Fuel used of the budget of the last call.
    fn used(&self, budget: u64) -> u64 {
        budget - self.store.get_fuel().unwrap_or(0).min(budget)
    }

    pub(crate) fn load(&mut self, source: &[u8], fuel: u64) -> Result<(), Halt> {
        let reason = match self.call::<_, (Result<(), String>,)>("load", (source,), fuel)? {
            Ok((Ok(()),)) => return Ok(()),
            Ok((Err(reason),)) => reason,
            Err(outcome) => died(outcome, "loading"),
        };
        Err(Halt::Rejected(Rejected::load(reason)))
    }
}

/// A Python candidate.
pub(crate) struct PythonGuest<'a> {
    pub(crate) source: &'a [u8],
}

impl Guest for PythonGuest<'_> {
    fn tier(&self) -> Tier {
        Tier::CPython
    }

    fn open<'a>(&'a self, _: &Rows<'_>, setting: &'a Setting<'a>) -> Result<Box<dyn Instance + 'a>, Halt> {
        let mut interpreter = CPython::get(setting.limits.stack)?.start(setting.limits, &setting.stop)?;
        interpreter.load(self.source, setting.limits.fuel_per_load)?;
        Ok(Box::new(Loaded { interpreter, setting, buffer: Vec::new() }))
    }
}

struct Loaded<'a> {
    interpreter: Interpreter,
    setting: &'a Setting<'a>,
    buffer: Vec<u8>,
}

impl Instance for Loaded<'_> {
    fn predict(&mut self, rows: &Rows<'_>, range: Range<usize>, outcomes: &mut Outcomes) -> Result<Chunk, Halt> {
        let budget = self.setting.limits.fuel_per_row;
        let classes = self.setting.classes;
        {
            let _copy = within(Phase::Copy);
            marshal::encode(rows, range.clone(), &mut self.buffer);
        }
        let chunk = (self.buffer.as_slice(), !classes.is_empty());
        let answer: Result<(Vec<u8>,), Outcome> = self.interpreter.call("predict", chunk, budget)?;
        let fuel = self.interpreter.used(budget);
        Ok(match answer {
            Ok((answer,)) => match answers::decode(&answer, range.len(), classes, outcomes) {
                Some(()) => Chunk::Done { fuel },
                // The candidate spoiled the runner; whatever it meant to answer is lost.
                None => Chunk::Died { outcome: Outcome::Trap, fuel },
            },
            Err(outcome) => Chunk::Died { outcome, fuel },
        })
    }
}
