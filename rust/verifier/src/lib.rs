//! Runs untrusted candidate programs on rows, sandboxed and metered, and counts.
//!
//! ```no_run
//! use std::sync::atomic::AtomicU64;
//! use llmerm_verifier::{Choice, Limits, Options, Program, Ragged, Rows, Stop, Tallies, Whole, run};
//!
//! let rows = Rows::text(Ragged::new(b"0110", &[0, 2, 4])?);
//! let source = b"def f(x): return x.count('1') % 2";
//! let program = Program::python(source, &Limits::default(), Choice::Auto).expect("accepted");
//! let options = Options { threads: 2, ..Options::default() };
//! let mut source = Whole::new(rows, &[1, 1]);
//! let ran = run(&[program], &mut source, &Tallies, &options, None, &Stop::default(), &AtomicU64::new(0))?;
//! assert_eq!(ran.verdicts.len(), 1);
//! # Ok::<(), llmerm_verifier::Error>(())
//! ```
//!
//! The flow: `program` accepts a candidate (`module`, `python`), `source` gives rows, `window` holds blocks of them, `run`
//! cuts blocks into shards and gives them to workers, `shard` runs one on fresh instances (`guest`: `module`, `fast`,
//! `cpython`) in chunks, `tally` counts, `fold` adds up in row order. Nothing a candidate does can raise, hang or go
//! uncounted; labels stay on this side of the sandbox.

mod abi;
mod answers;
mod audit;
mod bits;
mod cache;
mod clock;
mod codes;
mod cpython;
mod engine;
mod error;
mod fast;
mod flat;
mod fold;
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
mod reading;
mod rows;
mod rules;
mod run;
mod session;
mod shard;
#[cfg(unix)]
mod signals;
mod source;
mod tally;
#[cfg(target_os = "linux")]
mod warm;
mod window;

pub use bits::Bits;
pub use clock::{Phase, Profile};
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
pub use rules::{Bounds, Rule, Why};
pub use run::{Ran, run};
pub use session::{Ended, Session};
pub use source::{BLOCK, Next, Slab, Source, Whole};
pub use tally::{Keep, OUTCOME_NAMES, Predicted, Predictions, Tallies, Tally};
