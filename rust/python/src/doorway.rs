//! The one doorway between Python and the core: the GIL is released, Ctrl-C is noticed, errors get their Python types.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use llmerm_verifier::{Error, Stop};
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;

/// How often signals are looked at and progress is told.
const TICK: Duration = Duration::from_millis(50);

/// Runs `work` on another thread without the GIL; meanwhile this one, which may be Python's main thread, listens for
/// Ctrl-C (and asks the work to stop through `stop`) and calls `progress` with the rows done so far.
pub(crate) fn enter<T: Send>(
    py: Python<'_>,
    stop: &Stop,
    progress: Option<(&Py<PyAny>, &AtomicU64)>,
    work: impl FnOnce() -> Result<T, Error> + Send,
) -> PyResult<T> {
    py.detach(|| {
        thread::scope(|scope| {
            let (sender, finished) = channel();
            let worker = scope.spawn(move || {
                let result = catch_unwind(AssertUnwindSafe(work));
                // The receiver waits in this scope until it has the result.
                let _ = sender.send(());
                result.unwrap_or_else(|panic| resume_unwind(panic))
            });
            let mut interrupted = None;
            while let Err(RecvTimeoutError::Timeout) = finished.recv_timeout(TICK) {
                let heard = Python::attach(|py| {
                    py.check_signals()?;
                    progress.map_or(Ok(()), |(call, done)| call.call1(py, (done.load(Ordering::Relaxed),)).map(drop))
                });
                if let Err(error) = heard {
                    stop.request();
                    interrupted.get_or_insert(error);
                }
            }
            let result = worker.join();
            if let Some(error) = interrupted {
                return Err(error);
            }
            match result {
                Ok(result) => result.map_err(|error| Python::attach(|py| to_python(py, error))),
                Err(_) => Err(Python::attach(|py| {
                    to_python(py, Error::Internal("the verifier panicked; this is a bug in llmerm".into()))
                })),
            }
        })
    })
}

/// The exception of `llmerm.errors` for a core error.
fn to_python(py: Python<'_>, error: Error) -> PyErr {
    let (class, message) = match error {
        Error::Cancelled => return PyKeyboardInterrupt::new_err(()),
        Error::Usage(message) => ("UsageError", message),
        Error::Internal(message) => ("InternalError", message),
    };
    let made = PyModule::import(py, "llmerm.errors").and_then(|module| module.getattr(class)?.call1((message,)));
    match made {
        Ok(exception) => PyErr::from_value(exception),
        Err(error) => error,
    }
}
