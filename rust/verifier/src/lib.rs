//! Runs untrusted candidate programs on rows, sandboxed and metered, and counts.
//!
//! ```no_run
//! use std::sync::atomic::AtomicU64;
//! use llmerm_verifier::{Limits, Options, Program, Ragged, Rows, Stop, Tallies, run};
//!
//! let rows = Rows::text(Ragged::new(b"0110", &[0, 2, 4])?);
//! let program = Program::python(b"def f(x): return x.count('1') % 2", &Limits::default()).expect("accepted");
//! let options = Options { limits: Limits::default(), threads: 2, isolate_rows: false, audit_rows: 32, classes: vec![] };
//! let labels = Tallies { labels: &[1, 1] };
//! let verdicts = run(&[program], &rows, &labels, &options, &Stop::default(), &AtomicU64::new(0))?;
//! # Ok::<(), llmerm_verifier::Error>(())
//! ```
//!
//! The flow: `program` accepts a candidate (`module`, `cpython`), `run` cuts the rows into shards and gives them to
//! workers, `shard` runs one on fresh instances (`guest`) in chunks, `outcome` counts. Nothing a candidate does
//! can raise, hang or go uncounted; labels stay on this side of the sandbox.

mod abi;
mod answers;
mod audit;
mod cache;
mod cpython;
mod engine;
mod error;
mod guest;
mod limits;
mod marshal;
mod module;
mod options;
mod outcome;
mod program;
mod rows;
mod run;
mod session;
mod shard;
mod tally;

pub use cpython::{CPython, runtime_hash};
pub use engine::Stop;
pub use error::{Error, Rejected, Stage};
pub use limits::{Limits, MEMORY_MAX, STACK_RANGE};
pub use options::{Judged, Options};
pub use outcome::{Names, Outcome, Tally};
pub use program::{Program, Tier};
pub use rows::{InputType, Ragged, Rows};
pub use run::run;
pub use session::{Ended, Session};
pub use tally::{Keep, OUTCOME_NAMES, Outcomes, Predicted, Predictions, Tallies};
