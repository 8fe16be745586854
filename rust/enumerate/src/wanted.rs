//! The behaviour that is asked for.

use crate::Error;
use crate::rows::{Rows, Target};
use crate::types::{Layout, Type, ints, ints_mut};

/// The labels as a value.
pub(crate) struct Wanted {
    pub(crate) kind: Type,
    value: Vec<u64>,
    rows: usize,
}

impl Wanted {
    pub(crate) fn new(rows: &Rows, target: &Target) -> Result<Self, Error> {
        let layout = Layout::of(rows);
        let (kind, count) = match target {
            Target::Bool { truth, .. } => (Type::Bool, truth.len()),
            Target::Int(labels) => (Type::Int, labels.len()),
        };
        if count != rows.count() {
            return Err(Error::Usage(format!("{} rows but {count} labels", rows.count())));
        }
        let mut value = vec![0; layout.size(kind)];
        match target {
            Target::Bool { truth, .. } => {
                for (row, _) in truth.iter().enumerate().filter(|(_, truth)| **truth) {
                    value[row / 64] |= 1 << (row % 64);
                }
            }
            Target::Int(labels) => ints_mut(&mut value)[..count].copy_from_slice(labels),
        }
        Ok(Self { kind, value, rows: count })
    }

    /// Rows on which a value differs.
    #[inline(always)]
    pub(crate) fn errors(&self, value: &[u64]) -> u32 {
        if self.kind == Type::Bool {
            return value.iter().zip(&self.value).map(|(a, b)| (a ^ b).count_ones()).sum();
        }
        let pairs = ints(value).iter().zip(ints(&self.value)).take(self.rows);
        pairs.map(|(a, b)| u32::from(a != b)).sum()
    }
}
