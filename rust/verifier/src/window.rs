//! The blocks in memory: read, and not yet behind every program.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use crate::error::Error;
use crate::rows::Rows;
use crate::source::{BLOCK, Slab};

/// One block of a slab.
#[derive(Clone)]
pub(crate) struct Block<'a> {
    slab: Arc<dyn Slab + 'a>,
    range: Range<usize>,
    /// Whether these rows are plain text, whatever the others of the slab are.
    ascii: bool,
}

impl<'a> Block<'a> {
    fn of(slab: &Arc<dyn Slab + 'a>, range: Range<usize>) -> Self {
        let rows = slab.rows().slice(range.clone());
        let ascii = rows.ascii(0..rows.len()) == rows.len();
        Self { slab: Arc::clone(slab), range, ascii }
    }

    pub(crate) fn len(&self) -> usize {
        self.range.len()
    }

    pub(crate) fn rows(&self) -> Rows<'_> {
        match self.slab.rows().slice(self.range.clone()) {
            Rows::Text { bytes, .. } => Rows::Text { bytes, ascii: self.ascii },
            rows => rows,
        }
    }

    /// One a row, or none.
    pub(crate) fn labels(&self) -> &[i64] {
        self.slab.labels().get(self.range.clone()).unwrap_or(&[])
    }
}

struct Held<'a> {
    block: Block<'a>,
    /// The next program that is to begin it.
    next: usize,
    /// Programs that are not past it.
    open: usize,
}

/// Consecutive blocks; those before are done with, those after not read.
#[derive(Default)]
pub(crate) struct Window<'a> {
    held: VecDeque<Held<'a>>,
    /// The number of the first of them.
    first: usize,
    /// There is no block after them.
    pub(crate) ended: bool,
    /// The last of them is not a whole one.
    short: bool,
    /// Memory of what is held, in bytes.
    pub(crate) bytes: usize,
}

impl<'a> Window<'a> {
    pub(crate) fn starting(first: usize) -> Self {
        Self { first, ..Self::default() }
    }

    /// Adds a slab's blocks, which `open` programs have before them.
    pub(crate) fn push(&mut self, slab: Box<dyn Slab + 'a>, open: usize) -> Result<(), Error> {
        if self.short {
            return Err(Error::Internal("a slab that is not the last ends within a block".into()));
        }
        let slab: Arc<dyn Slab + 'a> = slab.into();
        let rows = slab.rows().len();
        self.short = !rows.is_multiple_of(BLOCK);
        self.bytes += slab.bytes();
        // A dataset without rows is one block without rows: candidates are loaded all the same.
        let starts = (0..rows.max(1)).step_by(BLOCK);
        self.held.extend(starts.map(|start| {
            let block = Block::of(&slab, start..(start + BLOCK).min(rows));
            Held { block, next: 0, open }
        }));
        Ok(())
    }

    pub(crate) fn get(&self, number: usize) -> Option<&Block<'a>> {
        self.held.get(number.checked_sub(self.first)?).map(|held| &held.block)
    }

    /// The number after the last block.
    pub(crate) fn end(&self) -> usize {
        self.first + self.held.len()
    }

    /// Whether nothing is held.
    pub(crate) fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// The oldest block that some program has not begun, and the program. `wanted` says which still count.
    pub(crate) fn begin(&mut self, programs: usize, wanted: impl Fn(usize) -> bool) -> Option<(usize, usize)> {
        for (index, held) in self.held.iter_mut().enumerate() {
            while held.next < programs {
                let program = held.next;
                held.next += 1;
                if wanted(program) {
                    return Some((program, self.first + index));
                }
            }
        }
        None
    }

    /// A program is past the blocks `from..`, or the first of them only.
    pub(crate) fn passed(&mut self, from: usize, all: bool) {
        let count = if all { usize::MAX } else { 1 };
        self.held.iter_mut().skip(from.saturating_sub(self.first)).take(count).for_each(|held| held.open -= 1);
        while self.held.front().is_some_and(|held| held.open == 0) {
            if let Some(Held { block, .. }) = self.held.pop_front() {
                let last = self.held.front().is_none_or(|next| !Arc::ptr_eq(&next.block.slab, &block.slab));
                self.bytes -= if last { block.slab.bytes() } else { 0 };
            }
            self.first += 1;
        }
    }
}
