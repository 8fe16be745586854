//! The k best programs so far, by training errors, then size, then the order in which they came.

use std::collections::{BinaryHeap, HashSet};

use crate::expr::Expr;

/// A program that is kept.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) errors: u32,
    pub(crate) size: usize,
    order: u64,
    key: u128,
    pub(crate) expr: Expr,
}

impl Kept {
    fn rank(&self) -> (u32, usize, u64) {
        (self.errors, self.size, self.order)
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        self.rank() == other.rank()
    }
}

impl Eq for Kept {}

impl PartialOrd for Kept {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Kept {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}

/// Programs without error are kept whatever their behaviour, since they all have one on the training rows and it is other
/// rows that tell them apart. Of those with errors one a behaviour is kept.
#[derive(Clone, Debug)]
pub(crate) struct Best {
    k: usize,
    exact: Vec<Kept>,
    others: BinaryHeap<Kept>,
    keys: HashSet<u128>,
    offered: u64,
}

impl Best {
    pub(crate) fn new(k: usize) -> Self {
        Self { k, exact: vec![], others: BinaryHeap::new(), keys: HashSet::new(), offered: 0 }
    }

    /// Programs with so many errors are not wanted any more; everything is while there is room.
    pub(crate) fn unwanted(&self) -> u32 {
        match self.others.peek() {
            _ if self.exact.len() >= self.k => 0,
            Some(worst) if self.exact.len() + self.others.len() >= self.k => worst.errors,
            _ => u32::MAX,
        }
    }

    /// Considers a program; `expr` is asked for if it is kept.
    pub(crate) fn offer(&mut self, errors: u32, size: usize, key: u128, expr: impl FnOnce() -> Expr) {
        let order = self.offered;
        self.offered += 1;
        if errors == 0 {
            if self.exact.len() < self.k {
                let expr = expr();
                if self.exact.iter().any(|kept| kept.expr == expr) {
                    return;
                }
                self.exact.push(Kept { errors, size, order, key, expr });
            }
        } else if errors < self.unwanted() && self.keys.insert(key) {
            self.others.push(Kept { errors, size, order, key, expr: expr() });
        }
        while self.exact.len() + self.others.len() > self.k
            && let Some(dropped) = self.others.pop()
        {
            self.keys.remove(&dropped.key);
        }
    }

    /// How many programs without error there are.
    pub(crate) fn exact(&self) -> usize {
        self.exact.len()
    }

    /// The least number of errors so far.
    pub(crate) fn errors(&self) -> Option<u32> {
        if self.exact.is_empty() { self.others.iter().map(|kept| kept.errors).min() } else { Some(0) }
    }

    /// Best first.
    pub(crate) fn into_sorted(self) -> Vec<Kept> {
        let mut all = self.exact;
        all.extend(self.others.into_sorted_vec());
        all
    }
}
