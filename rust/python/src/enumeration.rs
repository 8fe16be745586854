//! `enumerate_programs`: the search of `llmerm_enumerate`, for `llmerm.enumeration.search`.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use llmerm_enumerate::{DefineText, Feature, Found, Grammar, Progress, Rows, RuleText, Settings, Target, Type, search};
use llmerm_verifier::{Error, Stop};
use numpy::PyReadonlyArray1;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::convert::Packed;
use crate::doorway::{Tell, enter_for_parts};

/// A grammar, read from the attributes of `llmerm.enumeration.Grammar`.
pub(crate) struct GrammarText {
    symbols: String,
    rules: Vec<RuleText>,
    defines: Vec<DefineText>,
    features: Vec<(Type, u32, String)>,
}

impl<'py> FromPyObject<'_, 'py> for GrammarText {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let rules: Vec<(String, u32, Vec<Vec<i64>>)> = object.getattr("rules")?.extract()?;
        let defines: Vec<(String, u32, Vec<String>, String)> = object.getattr("defines")?.extract()?;
        let features: Vec<(String, u32, String)> = object.getattr("features")?.extract()?;
        let define = |(name, size, args, body): (String, u32, Vec<String>, String)| {
            let args = args.iter().map(|arg| named(arg)).collect::<PyResult<_>>()?;
            Ok(DefineText { name, size, args, body })
        };
        Ok(Self {
            symbols: object.getattr("symbols")?.extract()?,
            rules: rules.into_iter().map(|(op, size, constants)| RuleText { op, size, constants }).collect(),
            defines: defines.into_iter().map(define).collect::<PyResult<_>>()?,
            features: features
                .into_iter()
                .map(|(kind, size, source)| Ok((named(&kind)?, size, source)))
                .collect::<PyResult<_>>()?,
        })
    }
}

fn named(kind: &str) -> PyResult<Type> {
    Type::named(kind).ok_or_else(|| PyValueError::new_err(format!("there is no type {kind:?}")))
}

/// How to search, read from the attributes of `llmerm.enumeration.search`'s settings.
pub(crate) struct SearchSettings(Settings);

impl<'py> FromPyObject<'_, 'py> for SearchSettings {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let max_size: usize = object.getattr("max_size")?.extract()?;
        let seconds: f64 = object.getattr("seconds")?.extract()?;
        let time = Duration::try_from_secs_f64(seconds).map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok(Self(Settings {
            k: object.getattr("k")?.extract()?,
            max_size: (max_size > 0).then_some(max_size),
            time: (!time.is_zero()).then_some(time),
            memory: object.getattr("memory")?.extract()?,
            threads: object.getattr("threads")?.extract()?,
        }))
    }
}

/// Searches, and gives what was found (see `python/llmerm/enumeration/search.py`) and whether Ctrl-C ended it.
#[pyfunction]
#[pyo3(signature = (packed, labels, grammar, feature_values, settings, progress))]
pub(crate) fn enumerate_programs<'py>(
    py: Python<'py>,
    packed: Packed<'py>,
    labels: PyReadonlyArray1<'py, i64>,
    grammar: GrammarText,
    feature_values: Vec<PyReadonlyArray1<'py, i64>>,
    settings: SearchSettings,
    progress: Option<Py<PyAny>>,
) -> PyResult<(Bound<'py, PyDict>, bool)> {
    let rows = match &packed {
        Packed::Text { data, offsets, .. } => Rows::text(data.as_slice()?, offsets.as_slice()?),
        Packed::Ints(data, offsets, _) => Rows::ints(data.as_slice()?, offsets.as_slice()?),
        _ => return Err(PyValueError::new_err("enumeration is over rows of text or ints")),
    };
    let labels = labels.as_slice()?;
    let values = feature_values.iter().map(|values| Ok(values.as_slice()?.to_vec())).collect::<PyResult<Vec<_>>>()?;
    if values.len() != grammar.features.len() {
        return Err(PyValueError::new_err("one array of values a feature"));
    }
    let features: Vec<Feature> = grammar
        .features
        .into_iter()
        .zip(values)
        .map(|((kind, size, source), values)| Feature { kind, size, source, values })
        .collect();
    let (stop, counts, start) = (Stop::default(), Progress::default(), Instant::now());
    let told = |py: Python<'_>| match &progress {
        Some(call) => call.call1(py, (snapshot(py, &counts, start)?,)).map(drop),
        None => Ok(()),
    };
    let (found, interrupted) = enter_for_parts(py, &stop, Some(&told as &Tell<'_>), || {
        let usage = |error: llmerm_enumerate::Error| Error::Usage(error.to_string());
        let rows = rows.map_err(usage)?;
        let target = Target::of(labels).map_err(usage)?;
        let grammar =
            Grammar::new(&grammar.symbols, &grammar.rules, &grammar.defines, &features, &rows).map_err(usage)?;
        search(&rows, &target, &grammar, &settings.0, &|| stop.requested(), &counts).map_err(usage)
    })?;
    Ok((dict(py, &found)?, interrupted))
}

fn snapshot<'py>(py: Python<'py>, counts: &Progress, start: Instant) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("size", counts.size.load(Ordering::Relaxed))?;
    dict.set_item("programs", counts.programs.load(Ordering::Relaxed))?;
    dict.set_item("distinct", counts.distinct.load(Ordering::Relaxed))?;
    dict.set_item("errors", counts.errors.load(Ordering::Relaxed))?;
    dict.set_item("full_at", counts.full_at.load(Ordering::Relaxed))?;
    dict.set_item("seconds", start.elapsed().as_secs_f64())?;
    Ok(dict)
}

fn dict<'py>(py: Python<'py>, found: &Found) -> PyResult<Bound<'py, PyDict>> {
    let programs = PyList::empty(py);
    for program in &found.programs {
        let dict = PyDict::new(py);
        dict.set_item("source", &program.source)?;
        dict.set_item("expression", &program.expression)?;
        dict.set_item("size", program.size)?;
        dict.set_item("errors", program.errors)?;
        dict.set_item("bits", program.bits)?;
        programs.append(dict)?;
    }
    let levels = PyList::empty(py);
    for level in &found.levels {
        let types = PyDict::new(py);
        for (kind, count) in Type::ALL.iter().zip(level.distinct).filter_map(|(kind, count)| Some((kind, count?))) {
            types.set_item(kind.name(), count)?;
        }
        let dict = PyDict::new(py);
        dict.set_item("size", level.size)?;
        dict.set_item("programs", level.programs)?;
        dict.set_item("distinct", level.distinct.iter().flatten().sum::<u64>())?;
        dict.set_item("types", types)?;
        dict.set_item("seconds", level.seconds)?;
        dict.set_item("stored", level.stored)?;
        dict.set_item("full", level.full)?;
        dict.set_item("complete", level.complete)?;
        levels.append(dict)?;
    }
    let dict = PyDict::new(py);
    dict.set_item("programs", programs)?;
    dict.set_item("levels", levels)?;
    dict.set_item("ended", found.ended.name())?;
    dict.set_item("full_at", found.full_at)?;
    dict.set_item("programs_seen", found.levels.iter().map(|level| level.programs).sum::<u64>())?;
    dict.set_item("distinct", found.levels.iter().flat_map(|level| level.distinct).flatten().sum::<u64>())?;
    dict.set_item("memory", found.memory)?;
    dict.set_item("seconds", found.seconds)?;
    dict.set_item("log2_counts", &found.log2_counts)?;
    dict.set_item("result_type", found.kind.name())?;
    Ok(dict)
}
