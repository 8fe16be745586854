//! Where rows come from: slabs, which the run holds until every program is past them.

use crate::error::Error;
use crate::rows::Rows;

/// Rows in a block: what results are added up by, and what threads, tasks and machines share out (docs/scale.md). Blocks
/// are counted from a dataset's first row.
pub const BLOCK: usize = 1 << 16;

/// Consecutive rows: whole blocks, but for a dataset's last.
pub trait Slab: Send + Sync {
    /// The rows.
    fn rows(&self) -> Rows<'_>;
    /// One a row; empty where nothing is compared.
    fn labels(&self) -> &[i64];
    /// Memory that dropping it frees.
    fn bytes(&self) -> usize;
}

/// Gives the slabs of a dataset, in order. Called by one thread, beside those that run.
pub trait Source<'a>: Send {
    /// The next slab, or why there is none at the moment.
    ///
    /// # Errors
    /// Whatever ends the run.
    fn next(&mut self) -> Result<Next<'a>, Error>;

    /// Whether there is waiting and reading to do, which the workers should not have to wait for.
    fn is_stream(&self) -> bool {
        true
    }
}

/// What a source has.
pub enum Next<'a> {
    /// Rows.
    Slab(Box<dyn Slab + 'a>),
    /// Nothing yet: ask again. So that whoever asks can be stopped, no answer takes more than a fraction of a second.
    Later,
    /// No more rows.
    End,
}

/// A dataset that is in memory: one slab.
pub struct Whole<'a> {
    rows: Option<(Rows<'a>, &'a [i64])>,
}

impl<'a> Whole<'a> {
    /// With a label a row, or none at all.
    #[must_use]
    pub fn new(rows: Rows<'a>, labels: &'a [i64]) -> Self {
        Self { rows: Some((rows, labels)) }
    }
}

impl<'a> Source<'a> for Whole<'a> {
    fn next(&mut self) -> Result<Next<'a>, Error> {
        Ok(match self.rows.take() {
            Some((rows, labels)) => Next::Slab(Box::new(Borrowed(rows, labels))),
            None => Next::End,
        })
    }

    fn is_stream(&self) -> bool {
        false
    }
}

struct Borrowed<'a>(Rows<'a>, &'a [i64]);

impl Slab for Borrowed<'_> {
    fn rows(&self) -> Rows<'_> {
        self.0
    }

    fn labels(&self) -> &[i64] {
        self.1
    }

    fn bytes(&self) -> usize {
        0
    }
}
