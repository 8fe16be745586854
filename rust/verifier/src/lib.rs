//! Runs untrusted candidate programs on rows, sandboxed and metered, and counts.
//!
//! ```no_run
//! use std::sync::atomic::AtomicU64;
//! use llmerm_verifier::{Choice, Limits, Options, Program, Ragged, Rows, Stop, Tallies, run};
//!
//! let rows = Rows::text(Ragged::new(b"0110", &[0, 2, 4])?);
//! let source = b"def f(x): return x.count('1') % 2";
//! let program = Program::python(source, &Limits::default(), Choice::Auto).expect("accepted");
//! let options = Options { limits: Limits::default(), threads: 2, isolate_rows: false, audit_rows: 32, classes: vec![] };
//! let labels = Tallies { labels: &[1, 1] };
//! let verdicts = run(&[program], &rows, &labels, &options, &Stop::default(), &AtomicU64::new(0))?;
//! # Ok::<(), llmerm_verifier::Error>(())
//! ```
//!
//! The flow: `program` accepts a candidate (`module`, `python`), `run` cuts the rows into shards and gives them to
//! workers, `shard` runs one on fresh instances (`guest`: `module`, `fast`, `cpython`) in chunks, `tally` counts. Nothing a candidate does
//! can raise, hang or go uncounted; labels stay on this side of the sandbox.

mod abi;
mod answers;
mod audit;
mod cache;
mod codes;
mod cpython;
mod engine;
mod error;
mod fast;
mod flat;
mod fork;
mod guest;
mod kept;
mod limits;
mod marshal;
mod module;
mod options;
mod outcome;
mod program;
mod python;
mod queue;
mod rows;
mod run;
mod session;
mod shard;
mod tally;
#[cfg(target_os = "linux")]
mod warm;

pub use cpython::{CPython, runtime_hash};
pub use engine::Stop;
pub use error::{Error, Rejected, Stage};
pub use limits::{Limits, MEMORY_MAX, STACK_RANGE};
pub use llmerm_pycompile::Declined;
pub use options::{Judged, Options, Verdict};
pub use outcome::{Names, Outcome, Outcomes};
pub use program::{Program, Tier};
pub use python::{Choice, translated, wat};
pub use rows::{InputType, Ragged, Rows};
pub use run::run;
pub use session::{Ended, Session};
pub use tally::{Keep, OUTCOME_NAMES, Predicted, Predictions, Tallies, Tally};
