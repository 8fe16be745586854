//! Python values to the core's and back.

use llmerm_verifier::{self as core, Bits, Ended, Error, Judged, Ragged, Rows, Tally, Verdict};
use numpy::{PyReadonlyArray1, PyReadonlyArray2};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Limits, read from the attributes of `llmerm.verification.Limits`.
pub(crate) struct Limits(pub(crate) core::Limits);

impl<'py> FromPyObject<'_, 'py> for Limits {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self(core::Limits {
            fuel_per_row: object.getattr("fuel_per_row")?.extract()?,
            fuel_per_candidate: object.getattr("fuel_per_candidate")?.extract()?,
            fuel_per_load: object.getattr("fuel_per_load")?.extract()?,
            memory: object.getattr("memory")?.extract()?,
            stack: object.getattr("stack")?.extract()?,
            module_bytes: object.getattr("module_bytes")?.extract()?,
            source_bytes: object.getattr("source_bytes")?.extract()?,
            wall_seconds: object.getattr("wall_seconds")?.extract()?,
        }))
    }
}

/// How to run, read from the attributes of `llmerm.verification.Settings`.
pub(crate) struct Settings(pub(crate) core::Options);

impl<'py> FromPyObject<'_, 'py> for Settings {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let limits: Limits = object.getattr("limits")?.extract()?;
        Ok(Self(core::Options {
            limits: limits.0,
            threads: object.getattr("threads")?.extract()?,
            isolate_rows: object.getattr("isolate_rows")?.extract()?,
            audit_rows: object.getattr("audit_rows")?.extract()?,
            classes: object.getattr("classes")?.extract()?,
            first_block: object.getattr("first_block")?.extract()?,
            spent: object.getattr("spent")?.extract()?,
            window: object.getattr("row_buffer")?.extract()?,
        }))
    }
}

/// An input type by its name.
pub(crate) struct InputType(pub(crate) core::InputType);

impl<'py> FromPyObject<'_, 'py> for InputType {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self(match object.extract::<&str>()? {
            "text" => core::InputType::Text,
            "ints" => core::InputType::Ints,
            "floats" => core::InputType::Floats,
            "record" => core::InputType::Record,
            other => return Err(PyValueError::new_err(format!("unknown input type {other:?}"))),
        }))
    }
}

/// Which tier is asked for, by its name.
pub(crate) struct Choice(pub(crate) core::Choice);

impl<'py> FromPyObject<'_, 'py> for Choice {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self(match object.extract::<&str>()? {
            "auto" => core::Choice::Auto,
            "fast" => core::Choice::Fast,
            "cpython" => core::Choice::CPython,
            other => return Err(PyValueError::new_err(format!("unknown tier {other:?}"))),
        }))
    }
}

/// The arrays of `llmerm.dataset.Packed`, borrowed for the length of a call.
pub(crate) enum Packed<'py> {
    Text {
        data: PyReadonlyArray1<'py, u8>,
        offsets: PyReadonlyArray1<'py, i64>,
        /// None: to be looked at.
        ascii: Option<bool>,
        longest: Option<usize>,
    },
    Bits {
        /// (rows, bytes of a row).
        data: PyReadonlyArray2<'py, u8>,
        /// Symbols of a row.
        width: usize,
    },
    Ints(PyReadonlyArray1<'py, i64>, PyReadonlyArray1<'py, i64>, Option<usize>),
    Floats(PyReadonlyArray1<'py, f64>, PyReadonlyArray1<'py, i64>, Option<usize>),
    Record {
        data: PyReadonlyArray1<'py, u8>,
        offsets: PyReadonlyArray1<'py, i64>,
        /// The matrix, and offsets that cut it into rows.
        matrix: Option<(PyReadonlyArray2<'py, f64>, Vec<i64>)>,
    },
}

impl<'py> FromPyObject<'_, 'py> for Packed<'py> {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let kind: String = object.getattr("kind")?.extract()?;
        if kind == "bits" {
            let (data, width) = (object.getattr("data")?.extract()?, object.getattr("width")?.extract()?);
            return Ok(Self::Bits { data, width });
        }
        let (data, offsets) = (object.getattr("data")?, object.getattr("offsets")?.extract()?);
        let longest = object.getattr("longest")?.extract()?;
        Ok(match kind.as_str() {
            "text" => {
                Self::Text { data: data.extract()?, offsets, ascii: object.getattr("ascii")?.extract()?, longest }
            }
            "ints" => Self::Ints(data.extract()?, offsets, longest),
            "floats" => Self::Floats(data.extract()?, offsets, longest),
            "record" => {
                let matrix: Option<PyReadonlyArray2<'py, f64>> = object.getattr("matrix")?.extract()?;
                let matrix = matrix.map(|matrix| {
                    let [rows, columns] = [0, 1].map(|axis| matrix.as_array().shape()[axis]);
                    (matrix, (0..=rows).map(|row| (row * columns) as i64).collect())
                });
                Self::Record { data: data.extract()?, offsets, matrix }
            }
            other => return Err(PyValueError::new_err(format!("unknown input type {other:?}"))),
        })
    }
}

impl Packed<'_> {
    pub(crate) fn rows(&self) -> PyResult<Rows<'_>> {
        Ok(match self {
            Self::Text { data, offsets, ascii, longest } => {
                let bytes = ragged(data, offsets, *longest)?;
                ascii.map_or_else(|| Rows::text(bytes), |ascii| Rows::Text { bytes, ascii })
            }
            Self::Bits { data, width } => {
                let rows = data.as_array().shape()[0];
                Rows::Bits(Bits::new(data.as_slice()?, rows, *width).map_err(usage)?)
            }
            Self::Ints(data, offsets, longest) => Rows::Ints(ragged(data, offsets, *longest)?),
            Self::Floats(data, offsets, longest) => Rows::Floats(ragged(data, offsets, *longest)?),
            Self::Record { data, offsets, matrix } => Rows::Record {
                encoded: ragged(data, offsets, None)?,
                matrix: match matrix {
                    Some((matrix, offsets)) => Some(Ragged::new(matrix.as_slice()?, offsets).map_err(usage)?),
                    None => None,
                },
            },
        })
    }
}

impl Packed<'_> {
    /// What is not in a NumPy array of the caller's: the offsets of a matrix's rows.
    pub(crate) fn into_offsets(self) -> Vec<i64> {
        match self {
            Self::Record { matrix: Some((_, offsets)), .. } => offsets,
            _ => Vec::new(),
        }
    }
}

fn ragged<'a, T: numpy::Element + Copy>(
    data: &'a PyReadonlyArray1<'_, T>,
    offsets: &'a PyReadonlyArray1<'_, i64>,
    longest: Option<usize>,
) -> PyResult<Ragged<'a, T>> {
    let (data, offsets) = (data.as_slice()?, offsets.as_slice()?);
    longest.map_or_else(|| Ragged::new(data, offsets), |longest| Ragged::known(data, offsets, longest)).map_err(usage)
}

fn usage(error: Error) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// The labels, one a row.
pub(crate) fn labels_of<'a>(labels: &'a PyReadonlyArray1<'_, i64>, rows: usize) -> PyResult<&'a [i64]> {
    let labels = labels.as_slice()?;
    if labels.len() == rows {
        Ok(labels)
    } else {
        Err(PyValueError::new_err(format!("{rows} rows but {} labels", labels.len())))
    }
}

/// A verdict as keyword arguments for `llmerm.verification.Verdict`.
pub(crate) fn verdict<'py>(py: Python<'py>, given: &Verdict<Tally>) -> PyResult<Bound<'py, PyDict>> {
    let (empty, mut pure_, mut rejected, mut cancelled) = (Tally::default(), None, None, false);
    let mut stopped = None;
    let tally = match &given.judged {
        Judged::Ran { kept, pure } => {
            pure_ = *pure;
            kept
        }
        Judged::Stopped { kept, pure, why } => {
            (pure_, stopped) = (*pure, Some(why.name()));
            kept
        }
        Judged::Rejected(reason) => {
            rejected = Some(reason);
            &empty
        }
        Judged::Cancelled => {
            cancelled = true;
            &empty
        }
    };
    let dict = PyDict::new(py);
    dict.set_item("rows", tally.rows)?;
    dict.set_item("correct", tally.correct)?;
    dict.set_item("wrong", tally.wrong)?;
    let faults = PyDict::new(py);
    faults.set_item("out_of_fuel", tally.out_of_fuel)?;
    faults.set_item("out_of_memory", tally.out_of_memory)?;
    faults.set_item("trap", tally.trap)?;
    faults.set_item("exception", tally.exception)?;
    faults.set_item("bad_output", tally.bad_output)?;
    dict.set_item("faults", faults)?;
    dict.set_item("exceptions", tally.exceptions.clone())?;
    dict.set_item("tier", given.tier.name())?;
    dict.set_item("deopts", given.deopts)?;
    dict.set_item("fuel", tally.fuel)?;
    dict.set_item("rejected", rejected.map(|rejected| rejected.reason.as_str()))?;
    dict.set_item("stage", rejected.map(|rejected| rejected.stage.name()))?;
    dict.set_item("pure", pure_)?;
    dict.set_item("cancelled", cancelled)?;
    dict.set_item("stopped", stopped)?;
    Ok(dict)
}

/// How a cell ended, in words.
pub(crate) fn ended(ended: Ended) -> &'static str {
    match ended {
        Ended::Ok => "ok",
        Ended::Exception => "exception",
        Ended::OutOfFuel => "out_of_fuel",
        Ended::OutOfMemory => "out_of_memory",
        Ended::Trap => "trap",
    }
}
