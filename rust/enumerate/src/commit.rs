//! What a piece of work found, and how it comes into the bank: the same on any number of threads, since what is new is decided
//! in the order of the pieces, one part of the keys beside the other.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::iter::{IndexedParallelIterator, IntoParallelRefMutIterator, ParallelIterator};

use crate::bank::{Bank, Origin};
use crate::cross::{BATCH, Batch};
use crate::keys::{KeySet, SHARDS, exact, key, shard_of};
use crate::remake::lean;
use crate::types::Type;

/// How far ahead the memory of a key is asked for.
const AHEAD: usize = 8;

/// Values of one piece that were not in the bank when it began. One may be there twice.
#[derive(Default)]
pub(crate) struct Fresh {
    keys: Vec<u128>,
    numbers: Vec<[u32; 3]>,
    /// Empty where the keys are the values, and where values are made again.
    values: Vec<u64>,
    /// Which of them have their key in which part.
    shards: [Vec<u32>; SHARDS],
    /// Expressions evaluated.
    pub(crate) seen: u64,
}

impl Fresh {
    /// Forgets everything but the memory that it was in.
    pub(crate) fn clear(&mut self) {
        self.keys.clear();
        self.numbers.clear();
        self.values.clear();
        self.shards.iter_mut().for_each(Vec::clear);
        self.seen = 0;
    }

    /// Takes what is new in a batch.
    #[inline(always)]
    pub(crate) fn take(&mut self, kind: Type, known: &KeySet, batch: &Batch) {
        let mut keys = [0u128; BATCH];
        for (at, slot) in keys.iter_mut().enumerate().take(batch.len) {
            *slot = key(kind, batch.value(at));
            known.prefetch(*slot);
        }
        for (at, &key) in keys.iter().enumerate().take(batch.len) {
            if !known.contains(key) {
                self.shards[shard_of(key)].push(self.keys.len() as u32);
                self.keys.push(key);
                self.numbers.push(batch.numbers[at]);
                if !exact(kind, batch.words) && !lean(kind) {
                    self.values.extend_from_slice(batch.value(at));
                }
            }
        }
    }
}

/// Puts what is new, values of so many words, into the bank in the order of the pieces; each comes with the number of its rule.
pub(crate) fn commit(bank: &mut Bank, words: usize, pieces: &[(u32, &Fresh)]) {
    let new: Vec<Vec<AtomicU64>> = pieces
        .iter()
        .map(|(_, fresh)| (0..fresh.keys.len().div_ceil(64)).map(|_| AtomicU64::new(0)).collect())
        .collect();
    bank.keys.shards.par_iter_mut().enumerate().for_each(|(number, shard)| {
        for ((_, fresh), new) in pieces.iter().zip(&new) {
            let all = &fresh.shards[number];
            for (place, &at) in all.iter().enumerate() {
                if let Some(&later) = all.get(place + AHEAD) {
                    shard.prefetch(fresh.keys[later as usize]);
                }
                if shard.insert(fresh.keys[at as usize]) {
                    new[at as usize / 64].fetch_or(1 << (at % 64), Ordering::Relaxed);
                }
            }
        }
    });
    for ((rule, fresh), new) in pieces.iter().zip(&new) {
        for (word, bits) in new.iter().enumerate() {
            let mut bits = bits.load(Ordering::Relaxed);
            while bits != 0 {
                let at = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let origin = Origin { rule: *rule, args: fresh.numbers[at] };
                let key = fresh.keys[at];
                if fresh.values.is_empty() {
                    bank.push(key, &[key as u64, (key >> 64) as u64], origin);
                } else {
                    bank.push(key, &fresh.values[at * words..][..words], origin);
                }
            }
        }
    }
}
