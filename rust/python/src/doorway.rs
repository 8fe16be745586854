//! The one doorway between Python and the core: the GIL is released, Ctrl-C is noticed, errors get their Python types.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use llmerm_verifier::{Error, Stop};
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;

/// Tells Python how far the work is.
pub(crate) type Tell<'a> = dyn Fn(Python<'_>) -> PyResult<()> + Sync + 'a;

/// How often signals are looked at and progress is told.
const TICK: Duration = Duration::from_millis(50);

/// Runs `work` on another thread without the GIL; meanwhile this one, which may be Python's main thread, listens for
/// Ctrl-C (and asks the work to stop through `stop`) and calls `progress`.
pub(crate) fn enter<T: Send>(
    py: Python<'_>,
    stop: &Stop,
    progress: Option<&Tell<'_>>,
    work: impl FnOnce() -> Result<T, Error> + Send,
) -> PyResult<T> {
    py.detach(|| {
        thread::scope(|scope| {
            let (sender, finished) = channel();
            scope.spawn(move || report(&sender, work));
            let mut interrupted = None;
            loop {
                let error = match wait(&finished, progress) {
                    Waited::Finished(result) => return interrupted.map_or_else(|| convert(result), Err),
                    Waited::Interrupted(error) => error,
                };
                stop.request();
                interrupted.get_or_insert(error);
            }
        })
    })
}

/// The same for work that gives what it has when it is asked to stop: Ctrl-C is no error then, but said beside.
pub(crate) fn enter_for_parts<T: Send>(
    py: Python<'_>,
    stop: &Stop,
    progress: Option<&Tell<'_>>,
    work: impl FnOnce() -> Result<T, Error> + Send,
) -> PyResult<(T, bool)> {
    let mut result = None;
    let entered = enter(py, stop, progress, || {
        result = Some(work()?);
        Ok(())
    });
    match (entered, result) {
        (Err(error), Some(parts)) if Python::attach(|py| error.is_instance_of::<PyKeyboardInterrupt>(py)) => {
            Ok((parts, true))
        }
        (Err(error), _) => Err(error),
        (Ok(()), Some(parts)) => Ok((parts, false)),
        (Ok(()), None) => convert(Err(Error::Internal("the work ended without a result".into()))),
    }
}

/// The same for work that cannot be asked to stop: after Ctrl-C it is left to end, or to die with the process.
pub(crate) fn enter_and_abandon<T: Send + 'static>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> PyResult<T> {
    py.detach(|| {
        let (sender, finished) = channel();
        thread::spawn(move || report(&sender, work));
        match wait(&finished, None) {
            Waited::Finished(result) => convert(result),
            Waited::Interrupted(error) => Err(error),
        }
    })
}

/// Runs `work` and sends what came of it; a panic is our own failure.
fn report<T>(sender: &Sender<Result<T, Error>>, work: impl FnOnce() -> Result<T, Error>) {
    let result = catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Error::Internal("the verifier panicked; this is a bug in llmerm".into())));
    // Whoever abandoned the work does not listen.
    let _ = sender.send(result);
}

enum Waited<T> {
    Finished(Result<T, Error>),
    Interrupted(PyErr),
}

/// Waits until the work is finished, or Python has a signal for us, or `progress` raises.
fn wait<T>(finished: &Receiver<Result<T, Error>>, progress: Option<&Tell<'_>>) -> Waited<T> {
    loop {
        match finished.recv_timeout(TICK) {
            Ok(result) => return Waited::Finished(result),
            Err(RecvTimeoutError::Disconnected) => {
                return Waited::Finished(Err(Error::Internal("a thread of the verifier vanished".into())));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        let heard = Python::attach(|py| {
            py.check_signals()?;
            progress.map_or(Ok(()), |tell| tell(py))
        });
        if let Err(error) = heard {
            return Waited::Interrupted(error);
        }
    }
}

fn convert<T>(result: Result<T, Error>) -> PyResult<T> {
    result.map_err(|error| Python::attach(|py| to_python(py, error)))
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
