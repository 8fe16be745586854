//! The module `llmerm._verifier`: a thin shell. What it does is in `llmerm_verifier`; how it looks to a user is in
//! `python/llmerm/verification.py`.

#![expect(clippy::needless_pass_by_value, reason = "pyo3 hands extracted arguments over by value")]

mod convert;
mod doorway;
mod enumeration;
mod stream;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use llmerm_verifier::{self as core, Judged, Program as CoreProgram, Stop};
use numpy::PyArray1;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use convert::{Choice, InputType, Limits, Packed, Settings, labels_of, verdict};
use doorway::{Tell, enter, enter_and_abandon, enter_for_parts};
use stream::{Calls, Pulled};

/// Compiling many candidates is much allocating, and what one worker makes another frees: with the C library's allocator two
/// workers waited for each other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A candidate that the verifier accepted for running.
#[pyclass(frozen, module = "llmerm._verifier")]
struct Program(CoreProgram);

/// Why a candidate cannot be run.
#[pyclass(frozen, get_all, module = "llmerm._verifier")]
struct Rejection {
    stage: &'static str,
    reason: String,
}

impl From<core::Rejected> for Rejection {
    fn from(rejected: core::Rejected) -> Self {
        Self { stage: rejected.stage.name(), reason: rejected.reason }
    }
}

fn accepted(py: Python<'_>, program: Result<CoreProgram, core::Rejected>) -> PyResult<Py<PyAny>> {
    match program {
        Ok(program) => Ok(Py::new(py, Program(program))?.into_any()),
        Err(rejected) => Ok(Py::new(py, Rejection::from(rejected))?.into_any()),
    }
}

#[pymethods]
impl Program {
    /// A WebAssembly module, binary or text: a `Program` or a `Rejection`.
    #[staticmethod]
    fn module(py: Python<'_>, source: &[u8], limits: Limits) -> PyResult<Py<PyAny>> {
        let program = enter(py, &Stop::default(), None, || CoreProgram::module(source, &limits.0))?;
        accepted(py, program)
    }

    /// Python source: a `Program` or a `Rejection`. With the tier "fast" it is compiled now, for rows of `input_type`.
    #[staticmethod]
    fn python(
        py: Python<'_>,
        source: &[u8],
        limits: Limits,
        tier: Choice,
        input_type: InputType,
    ) -> PyResult<Py<PyAny>> {
        let program = enter(py, &Stop::default(), None, || {
            let program = CoreProgram::python(source, &limits.0, tier.0);
            Ok(program.and_then(|program| program.declined(input_type.0).map_or(Ok(program), Err)))
        })?;
        accepted(py, program)
    }

    /// "compiled", "fast" or "cpython": how it is run on rows of a type. Python is compiled to find out.
    fn tier(&self, py: Python<'_>, input_type: InputType) -> PyResult<&'static str> {
        enter(py, &Stop::default(), None, || Ok(self.0.tier(input_type.0).name()))
    }

    /// The binary module, or None for a Python source.
    #[getter]
    fn module_bytes(&self) -> Option<&[u8]> {
        self.0.module_bytes()
    }

    /// The canonical text of a Python source (None for a module), or a `Rejection`.
    fn canonical(&self, py: Python<'_>, limits: Limits) -> PyResult<Py<PyAny>> {
        let stop = Stop::default();
        match enter(py, &stop, None, || self.0.canonical(&limits.0, &stop))? {
            None => Ok(py.None()),
            Some(Ok(text)) => Ok(text.into_pyobject(py)?.into_any().unbind()),
            Some(Err(rejected)) => Ok(Py::new(py, Rejection::from(rejected))?.into_any()),
        }
    }
}

/// What the fast tier does not compile.
#[pyclass(frozen, get_all, module = "llmerm._verifier")]
struct Declined {
    line: u32,
    reason: String,
}

/// Compiles Python for the fast tier: `form` is "ir" or "wat" (text), "module" (what the verifier runs) or "wasm" (ABI 1,
/// runtime included). A `Declined` where it cannot be compiled.
#[pyfunction]
fn compile_python(py: Python<'_>, source: &str, input_type: InputType, form: &str) -> PyResult<Py<PyAny>> {
    let compiled = enter(py, &Stop::default(), None, || core::translated(source, input_type.0, form))?;
    Ok(match compiled {
        Ok(bytes) => PyBytes::new(py, &bytes).into_any().unbind(),
        Err(declined) => Py::new(py, Declined { line: declined.line, reason: declined.reason })?.into_any(),
    })
}

/// A binary module as WebAssembly text.
#[pyfunction]
fn wat(module: &[u8]) -> PyResult<String> {
    core::wat(module).map_err(PyValueError::new_err)
}

fn clones(programs: &[Py<Program>]) -> Vec<CoreProgram> {
    programs.iter().map(|program| program.get().0.clone()).collect()
}

/// Verdicts, whether Ctrl-C was heard, and the seconds of each phase.
type Counted<'py> = (Bound<'py, PyList>, bool, Vec<(&'static str, f64)>);

/// Rows to count on: arrays and labels, or an object whose `next(seconds)` gives such pairs (see `stream::Pulled`).
#[derive(FromPyObject)]
enum Given<'py> {
    Whole(Packed<'py>, numpy::PyReadonlyArray1<'py, i64>),
    Stream(Py<PyAny>),
}

/// Runs programs on rows and counts against labels: one dict a program (see `convert::verdict`), whether Ctrl-C was heard
/// (so that the caller ends, even where all rows had been run), and the seconds that threads spent in each phase.
/// `bounds`: errors past which each program is dropped. `rule(program, rows, errors)`: None to go on, True or False to end
/// a program there. `settings`: see `convert::Settings`.
#[pyfunction]
#[pyo3(signature = (programs, rows, settings, bounds, rule, progress))]
fn verify<'py>(
    py: Python<'py>,
    programs: Vec<Py<Program>>,
    rows: Given<'py>,
    settings: Settings,
    bounds: Option<Vec<u64>>,
    rule: Option<Py<PyAny>>,
    progress: Option<Py<PyAny>>,
) -> PyResult<Counted<'py>> {
    let (programs, stop, done) = (clones(&programs), Stop::default(), AtomicU64::new(0));
    let bounds = bounds.map(core::Bounds);
    let calls = rule.map(|rule| Calls::new(rule, stop.clone()));
    let rule = match (&bounds, &calls) {
        (Some(bounds), _) => Some(bounds as &dyn core::Rule),
        (None, Some(calls)) => Some(calls as &dyn core::Rule),
        (None, None) => None,
    };
    let told = |py: Python<'_>| match &progress {
        Some(call) => call.call1(py, (done.load(Ordering::Relaxed),)).map(drop),
        None => Ok(()),
    };
    let told = Some(&told as &Tell<'_>);
    let ran = match &rows {
        Given::Whole(packed, labels) => {
            let rows = packed.rows()?;
            let mut source = core::Whole::new(rows, labels_of(labels, rows.len())?);
            enter_for_parts(py, &stop, told, || {
                core::run(&programs, &mut source, &core::Tallies, &settings.0, rule, &stop, &done)
            })
        }
        Given::Stream(object) => {
            let mut source = Pulled::new(object.clone_ref(py));
            let ran = enter_for_parts(py, &stop, told, || {
                core::run(&programs, &mut source, &core::Tallies, &settings.0, rule, &stop, &done)
            });
            // What it raised when nobody waited for its rows any longer does not matter.
            ran.map_err(|error| source.failed().unwrap_or(error))
        }
    };
    let (ran, interrupted) = calls.and_then(Calls::failed).map_or(ran, Err)?;
    let verdicts = ran.verdicts.iter().map(|given| verdict(py, given)).collect::<PyResult<Vec<_>>>()?;
    let spent = core::Phase::ALL.map(|phase| (phase.name(), ran.profile.seconds(phase)));
    Ok((PyList::new(py, verdicts)?, interrupted || ran.interrupted, spent.to_vec()))
}

type Predicted<'py> = (Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<u8>>, u64);

/// Runs one program on rows: (labels int64, outcome codes uint8, fuel), a `Rejection`, or None if it was cancelled.
#[pyfunction]
fn predict<'py>(py: Python<'py>, program: Py<Program>, packed: Packed<'py>, settings: Settings) -> PyResult<Py<PyAny>> {
    let mut source = core::Whole::new(packed.rows()?, &[]);
    let (programs, stop, done) = (clones(&[program]), Stop::default(), AtomicU64::new(0));
    let ran = enter(py, &stop, None, || {
        core::run(&programs, &mut source, &core::Predictions, &settings.0, None, &stop, &done)
    })?;
    match ran.verdicts.into_iter().next().map(|verdict| verdict.judged) {
        Some(Judged::Ran { kept, .. }) => {
            let answer: Predicted<'_> =
                (PyArray1::from_vec(py, kept.labels), PyArray1::from_vec(py, kept.outcomes), kept.fuel);
            Ok(answer.into_pyobject(py)?.into_any().unbind())
        }
        Some(Judged::Rejected(rejected)) => Ok(Py::new(py, Rejection::from(rejected))?.into_any()),
        _ => Ok(py.None()),
    }
}

/// A Python session in the sandbox, for a proposer's tool.
#[pyclass(frozen, module = "llmerm._verifier")]
struct Session(Mutex<core::Session>);

#[pymethods]
impl Session {
    /// `variables` is `marshal.dumps(dict, 4)`: what the namespace starts with.
    #[new]
    fn new(limits: Limits, variables: Vec<u8>) -> Self {
        Self(Mutex::new(core::Session::new(limits.0, variables)))
    }

    /// Runs one cell: (how it ended, output of at most `output_limit` characters and a notice).
    fn run(&self, py: Python<'_>, code: &str, output_limit: u32) -> PyResult<(&'static str, String)> {
        let stop = Stop::default();
        let (ended, output) = enter(py, &stop, None, || {
            let mut session = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            session.run(code, output_limit, &stop)
        })?;
        Ok((convert::ended(ended), output))
    }
}

/// Loads the CPython runtime for a stack size, compiling it if this machine has not yet done so.
#[pyfunction]
fn prepare(py: Python<'_>, stack: usize) -> PyResult<()> {
    enter_and_abandon(py, move || core::CPython::get(stack).map(drop))
}

/// Whether `prepare` would not have to compile it.
#[pyfunction]
fn is_prepared(py: Python<'_>, stack: usize) -> PyResult<bool> {
    enter(py, &Stop::default(), None, || core::CPython::is_ready(stack))
}

/// The hash of the CPython runtime that is built in.
#[pyfunction]
fn runtime_hash() -> &'static str {
    core::runtime_hash()
}

#[pymodule]
fn _verifier(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("OUTCOMES", core::OUTCOME_NAMES.to_vec())?;
    module.add("BLOCK", core::BLOCK)?;
    module.add("MEMORY_MAX", core::MEMORY_MAX)?;
    module.add("STACK_MIN", *core::STACK_RANGE.start())?;
    module.add("STACK_MAX", *core::STACK_RANGE.end())?;
    module.add_class::<Program>()?;
    module.add_class::<Rejection>()?;
    module.add_class::<Session>()?;
    module.add_class::<Declined>()?;
    module.add_function(wrap_pyfunction!(compile_python, module)?)?;
    module.add_function(wrap_pyfunction!(enumeration::enumerate_programs, module)?)?;
    module.add_function(wrap_pyfunction!(wat, module)?)?;
    module.add_function(wrap_pyfunction!(is_prepared, module)?)?;
    module.add_function(wrap_pyfunction!(verify, module)?)?;
    module.add_function(wrap_pyfunction!(predict, module)?)?;
    module.add_function(wrap_pyfunction!(prepare, module)?)?;
    module.add_function(wrap_pyfunction!(runtime_hash, module)?)?;
    Ok(())
}
