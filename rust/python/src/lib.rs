//! The module `llmerm._verifier`: a thin shell. What it does is in `llmerm_verifier`; how it looks to a user is in
//! `python/llmerm/verification.py`.

#![expect(clippy::needless_pass_by_value, reason = "pyo3 hands extracted arguments over by value")]

mod convert;
mod doorway;

use std::sync::Mutex;

use llmerm_verifier::{self as core, Judged, Program as CoreProgram, Rows, Stop};
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::PyList;

use convert::{Limits, Packed, labels_of, verdict};
use doorway::{enter, enter_and_abandon};

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

    /// Python source: a `Program` or a `Rejection`.
    #[staticmethod]
    fn python(py: Python<'_>, source: &[u8], limits: Limits) -> PyResult<Py<PyAny>> {
        accepted(py, CoreProgram::python(source, &limits.0))
    }

    /// "compiled" or "cpython".
    #[getter]
    fn tier(&self) -> &'static str {
        self.0.tier().name()
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

fn options(
    limits: Limits,
    threads: usize,
    isolate_rows: bool,
    audit_rows: usize,
    classes: Vec<String>,
) -> core::Options {
    core::Options { limits: limits.0, threads, isolate_rows, audit_rows, classes }
}

fn clones(programs: &[Py<Program>]) -> Vec<CoreProgram> {
    programs.iter().map(|program| program.get().0.clone()).collect()
}

/// Runs programs on rows and counts against labels: one dict a program (see `convert::verdict`).
#[pyfunction]
#[pyo3(signature = (programs, packed, labels, classes, limits, threads, isolate_rows, audit_rows, progress))]
#[expect(clippy::too_many_arguments, reason = "one call a batch; the Python side names them")]
fn verify<'py>(
    py: Python<'py>,
    programs: Vec<Py<Program>>,
    packed: Packed<'py>,
    labels: numpy::PyReadonlyArray1<'py, i64>,
    classes: Vec<String>,
    limits: Limits,
    threads: usize,
    isolate_rows: bool,
    audit_rows: usize,
    progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyList>> {
    let rows: Rows<'_> = packed.rows()?;
    let keep = core::Tallies { labels: labels_of(&labels, rows.len())? };
    let options = options(limits, threads, isolate_rows, audit_rows, classes);
    let (programs, stop, done) = (clones(&programs), Stop::default(), Default::default());
    let judged = enter(py, &stop, progress.as_ref().map(|call| (call, &done)), || {
        core::run(&programs, &rows, &keep, &options, &stop, &done)
    })?;
    let verdicts = judged.iter().map(|judged| verdict(py, judged)).collect::<PyResult<Vec<_>>>()?;
    PyList::new(py, verdicts)
}

type Predicted<'py> = (Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<u8>>, u64);

/// Runs one program on rows: (labels int64, outcome codes uint8, fuel), a `Rejection`, or None if it was cancelled.
#[pyfunction]
fn predict<'py>(
    py: Python<'py>,
    program: Py<Program>,
    packed: Packed<'py>,
    classes: Vec<String>,
    limits: Limits,
    threads: usize,
    isolate_rows: bool,
) -> PyResult<Py<PyAny>> {
    let rows = packed.rows()?;
    let options = options(limits, threads, isolate_rows, 0, classes);
    let (programs, stop, done) = (clones(&[program]), Stop::default(), Default::default());
    let judged = enter(py, &stop, None, || core::run(&programs, &rows, &core::Predictions, &options, &stop, &done))?;
    match judged.into_iter().next() {
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

/// The hash of the CPython runtime that is built in.
#[pyfunction]
fn runtime_hash() -> String {
    core::runtime_hash()
}

#[pymodule]
fn _verifier(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("OUTCOMES", core::OUTCOME_NAMES.to_vec())?;
    module.add("MEMORY_MAX", core::MEMORY_MAX)?;
    module.add("STACK_MIN", *core::STACK_RANGE.start())?;
    module.add("STACK_MAX", *core::STACK_RANGE.end())?;
    module.add_class::<Program>()?;
    module.add_class::<Rejection>()?;
    module.add_class::<Session>()?;
    module.add_function(wrap_pyfunction!(verify, module)?)?;
    module.add_function(wrap_pyfunction!(predict, module)?)?;
    module.add_function(wrap_pyfunction!(prepare, module)?)?;
    module.add_function(wrap_pyfunction!(runtime_hash, module)?)?;
    Ok(())
}
