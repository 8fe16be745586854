//! Writes down programs of a typed grammar in order of their size, and keeps those that fit labelled rows best.
//!
//! ```
//! use llmerm_enumerate::{Grammar, Progress, RuleText, Rows, Settings, Target, search};
//!
//! let rows = Rows::text(b"011011100", &[0, 3, 6, 9])?;
//! let labels = [0, 0, 1];
//! let rule = |op: &str, size| RuleText { op: op.into(), size, constants: vec![] };
//! let texts = [
//!     rule("x", 1),
//!     RuleText { op: "match".into(), size: 2, constants: vec![vec![2]] },
//!     rule("count", 2),
//!     RuleText { op: "remainder".into(), size: 3, constants: vec![vec![2, 1]] },
//! ];
//! let grammar = Grammar::new("01", &texts, &[], &[], &rows)?;
//! let settings = Settings { k: 1, max_size: Some(12), ..Settings::default() };
//! let found = search(&rows, &Target::of(&labels)?, &grammar, &settings, &|| false, &Progress::default())?;
//! assert_eq!(found.programs[0].errors, 0);
//! assert!(found.programs[0].source.contains("x.count(\"1\") % 2"));
//! # Ok::<(), llmerm_enumerate::Error>(())
//! ```
//!
//! The flow: `rows` and `grammar` come in; `search` goes through the sizes; `jobs` cuts a size into pieces in a fixed order,
//! `cross` evaluates the pieces with `kernels`, `commit` puts what is new into the `bank`; `again` compares with the labels and,
//! when memory is full, makes anew what is not stored; `best` keeps the k best; `python` writes them down. docs/enumeration.md has
//! the semantics.

mod again;
mod bank;
mod best;
mod body;
mod clock;
mod commit;
mod constants;
mod counting;
mod cross;
mod expr;
mod found;
mod grammar;
mod jobs;
mod kernels;
mod keys;
mod lags;
mod op;
mod python;
mod remake;
mod rows;
mod search;
mod settings;
mod shapes;
mod simd;
mod types;
mod wanted;

pub use found::{Ended, Found, Level, Program};
pub use grammar::{DefineText, Feature, Grammar, RuleText};
pub use rows::{Rows, Target};
pub use search::search;
pub use settings::{Progress, Settings};
pub use types::Type;

/// Why nothing was searched.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request cannot be honoured; the message says what to change.
    #[error("{0}")]
    Usage(String),
}
