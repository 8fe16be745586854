//! The lengths of lists: many values share them, so a value holds a number only.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::types::Layout;

/// Shapes that one search can tell apart. Slices of rows of one length have fewer than their length.
const MOST: usize = 1 << 16;

/// The lengths of the lists of all rows.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) lens: Vec<u16>,
    /// The longest.
    pub(crate) longest: usize,
    /// Whether all are as long.
    pub(crate) uniform: bool,
    /// For each position a bit a row: whether the row is longer than that.
    pub(crate) valid: Vec<u64>,
}

/// The shapes so far. Numbers are given in the order in which threads come; only whether two are the same matters.
#[derive(Debug)]
pub(crate) struct Shapes {
    layout: Layout,
    numbers: Mutex<HashMap<Vec<u16>, u64>>,
    all: Box<[OnceLock<Shape>]>,
}

impl Shapes {
    pub(crate) fn new(layout: Layout) -> Self {
        Self { layout, numbers: Mutex::default(), all: (0..MOST).map(|_| OnceLock::new()).collect() }
    }

    /// The number of a shape; None when there are too many.
    pub(crate) fn number(&self, lens: Vec<u16>) -> Option<u64> {
        let mut numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&number) = numbers.get(&lens) {
            return Some(number);
        }
        let number = numbers.len();
        let slot = self.all.get(number)?;
        let mut valid = vec![0; self.layout.longest * self.layout.words];
        for (row, &len) in lens.iter().enumerate() {
            for at in 0..usize::from(len) {
                valid[at * self.layout.words + row / 64] |= 1 << (row % 64);
            }
        }
        let longest = usize::from(lens.iter().copied().max().unwrap_or(0));
        let uniform = lens.iter().all(|&len| usize::from(len) == longest);
        let shape = Shape { lens: lens.clone(), longest, uniform, valid };
        slot.get_or_init(|| shape);
        numbers.insert(lens, number as u64);
        Some(number as u64)
    }

    /// The shape of a seq or flags value.
    #[inline(always)]
    pub(crate) fn of(&self, value: &[u64]) -> &Shape {
        self.all[value[0] as usize].get().expect("a number is given when the shape is there")
    }
}
