//! Rows and rules that live in Python: called from the core's threads, a block or a chunk at a time.

use std::sync::Mutex;

use llmerm_verifier::{Error, Next, Rows, Rule, Slab, Source, Stop, Why};
use numpy::PyReadonlyArray1;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::convert::{Packed, labels_of};

/// Seconds that one question to the reader may take.
const PATIENCE: f64 = 0.05;

/// A Python object whose `next(seconds)` gives `(packed, labels)`, None where there is nothing yet, or False at the end.
/// What it raises ends the run, and is raised again by whoever asks `failed`.
pub(crate) struct Pulled {
    object: Py<PyAny>,
    failed: Option<PyErr>,
}

impl Pulled {
    pub(crate) fn new(object: Py<PyAny>) -> Self {
        Self { object, failed: None }
    }

    /// What the object raised.
    pub(crate) fn failed(self) -> Option<PyErr> {
        self.failed
    }
}

impl<'a> Source<'a> for Pulled {
    fn next(&mut self) -> Result<Next<'a>, Error> {
        let next = Python::attach(|py| {
            let given = self.object.bind(py).call_method1("next", (PATIENCE,))?;
            Ok(match given.extract::<Option<bool>>() {
                Ok(None) => Next::Later,
                Ok(Some(_)) => Next::End,
                Err(_) => Next::Slab(Box::new(Arrays::new(&given)?)),
            })
        });
        next.map_err(|error| {
            self.failed = Some(error);
            Error::Internal("the reader raised".into()) // not seen: `failed` goes first
        })
    }
}

/// A slab of NumPy arrays.
struct Arrays {
    /// Of the arrays in `owner`.
    rows: Rows<'static>,
    labels: &'static [i64],
    bytes: usize,
    /// The pair that was given.
    owner: Py<PyAny>,
    /// What `rows` borrows beside it.
    _offsets: Vec<i64>,
}

impl Arrays {
    fn new(given: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (packed, labels): (Bound<'_, PyAny>, PyReadonlyArray1<'_, i64>) = given.extract()?;
        let (arrays, bytes) = (packed.extract::<Packed<'_>>()?, packed.getattr("nbytes")?.extract::<usize>()?);
        let rows = arrays.rows()?;
        let labels = labels_of(&labels, rows.len())?;
        let bytes = bytes + size_of_val(labels);
        if !given.is_instance_of::<pyo3::types::PyTuple>() {
            return Err(PyValueError::new_err("a reader gives tuples")); // which keep what is in them
        }
        // SAFETY: the slices lie in NumPy arrays that the tuple `owner` keeps alive (through `packed`, whose fields are
        // read-only attributes of a tuple, too) and in `_offsets`, for as long as this struct, which hands out no longer
        // borrow than its own.
        // Nobody writes to them: a reader gives every array away and makes new ones.
        let (rows, labels) =
            unsafe { (std::mem::transmute::<Rows<'_>, Rows<'static>>(rows), &*std::ptr::from_ref::<[i64]>(labels)) };
        Ok(Self { rows, labels, bytes, owner: given.clone().unbind(), _offsets: arrays.into_offsets() })
    }
}

impl Slab for Arrays {
    fn rows(&self) -> Rows<'_> {
        self.rows
    }

    fn labels(&self) -> &[i64] {
        self.labels
    }

    fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for Arrays {
    fn drop(&mut self) {
        // Here and now: otherwise the memory would wait for the next thread that comes by with the GIL.
        Python::attach(|py| {
            let owner = std::mem::replace(&mut self.owner, py.None());
            drop(owner.into_bound(py));
        });
    }
}

/// A Python function of (program, rows, errors). What it raises ends the run, and is raised again by whoever asks `failed`.
pub(crate) struct Calls {
    function: Py<PyAny>,
    stop: Stop,
    failed: Mutex<Option<PyErr>>,
}

impl Calls {
    pub(crate) fn new(function: Py<PyAny>, stop: Stop) -> Self {
        Self { function, stop, failed: Mutex::default() }
    }

    pub(crate) fn failed(self) -> Option<PyErr> {
        self.failed.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Rule for Calls {
    fn settled(&self, program: usize, rows: u64, errors: u64) -> Option<Why> {
        let called = Python::attach(|py| self.function.call1(py, (program, rows, errors))?.extract::<Option<bool>>(py));
        match called {
            Ok(None) => None,
            Ok(Some(true)) => Some(Why::Holds),
            Ok(Some(false)) => Some(Why::Fails),
            Err(error) => {
                self.failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get_or_insert(error);
                self.stop.request();
                None
            }
        }
    }
}
