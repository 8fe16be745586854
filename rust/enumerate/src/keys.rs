//! What a value is known by, and the sets of what is known.
//!
//! A condition on at most 128 rows is its own key, so that equal keys mean equal behaviours. Any other value is known by the 128
//! bits of XXH3; among 10^9 values the chance that two share them is about 10^-21.

use xxhash_rust::xxh3::xxh3_128;

use crate::types::Type;

/// Independent parts of a set: as many workers can put keys into it at once.
pub(crate) const SHARDS: usize = 16;

/// Whether values of so many words are their own keys.
#[inline(always)]
pub(crate) fn exact(kind: Type, words: usize) -> bool {
    kind == Type::Bool && words <= 2
}

#[inline(always)]
pub(crate) fn key(kind: Type, value: &[u64]) -> u128 {
    match *value {
        [word] if kind == Type::Bool => u128::from(word),
        [low, high] if kind == Type::Bool => u128::from(low) | u128::from(high) << 64,
        _ => xxh3_128(bytemuck::cast_slice(value)),
    }
}

/// Where a key stands: conditions differ in few bits, so these are spread first.
#[inline(always)]
fn spread(key: u128) -> u64 {
    const ODD: [u64; 2] = [0x9E37_79B9_7F4A_7C15, 0xD6E8_FEB8_6659_FD93];
    let product = u128::from(key as u64 ^ ODD[0]) * u128::from((key >> 64) as u64 ^ ODD[1]);
    let mixed = (product as u64 ^ (product >> 64) as u64).wrapping_mul(ODD[0]);
    mixed ^ mixed >> 32
}

#[inline(always)]
pub(crate) fn shard_of(key: u128) -> usize {
    (spread(key) >> 60) as usize
}

/// A set of keys.
#[derive(Debug)]
pub(crate) struct KeySet {
    pub(crate) shards: Vec<Shard>,
}

impl KeySet {
    pub(crate) fn new() -> Self {
        Self { shards: (0..SHARDS).map(|_| Shard::new()).collect() }
    }

    #[inline(always)]
    pub(crate) fn contains(&self, key: u128) -> bool {
        self.shards[shard_of(key)].contains(key)
    }

    /// Asks for the memory that `contains` will read.
    #[inline(always)]
    pub(crate) fn prefetch(&self, key: u128) {
        self.shards[shard_of(key)].prefetch(key);
    }

    /// Takes keys out again.
    pub(crate) fn remove(&mut self, keys: Vec<u128>) {
        let mut gone: [Vec<u128>; SHARDS] = Default::default();
        for key in keys {
            gone[shard_of(key)].push(key);
        }
        for (shard, mut gone) in self.shards.iter_mut().zip(gone) {
            gone.sort_unstable();
            shard.keep(|key| gone.binary_search(&key).is_err());
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.shards.iter().map(|shard| shard.slots.len() * size_of::<u128>()).sum()
    }
}

/// Open addressing with linear probing; 0 is an empty slot, and the key 0 is kept aside.
#[derive(Debug)]
pub(crate) struct Shard {
    slots: Vec<u128>,
    mask: usize,
    used: usize,
    zero: bool,
}

impl Shard {
    fn new() -> Self {
        Self { slots: vec![0; 16], mask: 15, used: 0, zero: false }
    }

    /// Asks for the memory that a key is looked for in.
    #[inline(always)]
    pub(crate) fn prefetch(&self, key: u128) {
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            let slot = self.slots.as_ptr().wrapping_add(spread(key) as usize & self.mask);
            // SAFETY: a prefetch of any address has no effect but on caches.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(slot.cast()) };
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = key;
    }

    #[inline(always)]
    fn contains(&self, key: u128) -> bool {
        if key == 0 {
            return self.zero;
        }
        let mut at = spread(key) as usize & self.mask;
        loop {
            match self.slots[at] {
                0 => return false,
                slot if slot == key => return true,
                _ => at = (at + 1) & self.mask,
            }
        }
    }

    /// Whether the key is new.
    pub(crate) fn insert(&mut self, key: u128) -> bool {
        if key == 0 {
            return !std::mem::replace(&mut self.zero, true);
        }
        if (self.used + 1) * 3 > self.slots.len() * 2 {
            self.grow();
        }
        let new = self.place(key);
        self.used += usize::from(new);
        new
    }

    fn place(&mut self, key: u128) -> bool {
        let mut at = spread(key) as usize & self.mask;
        loop {
            match self.slots[at] {
                0 => {
                    self.slots[at] = key;
                    return true;
                }
                slot if slot == key => return false,
                _ => at = (at + 1) & self.mask,
            }
        }
    }

    fn grow(&mut self) {
        let old = std::mem::take(&mut self.slots);
        self.slots = vec![0; old.len() * 2];
        self.mask = self.slots.len() - 1;
        for key in old.into_iter().filter(|&key| key != 0) {
            self.place(key);
        }
    }

    /// Keeps some of the keys, in the same room.
    fn keep(&mut self, kept: impl Fn(u128) -> bool) {
        let len = self.slots.len();
        let old = std::mem::replace(&mut self.slots, vec![0; len]);
        self.zero &= kept(0);
        self.used = 0;
        for key in old.into_iter().filter(|&key| key != 0 && kept(key)) {
            self.place(key);
            self.used += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_kept_through_growth_and_removal() {
        let mut set = KeySet::new();
        let key = |at: u128| (at * 3 % 7_001) | ((at % 5) << 90);
        let insert = |set: &mut KeySet, key| set.shards[shard_of(key)].insert(key);
        for at in 0..5_000 {
            assert!(insert(&mut set, key(at)), "{at}");
            assert!(!insert(&mut set, key(at)), "{at}");
        }
        set.remove((0..5_000).step_by(2).map(key).collect());
        for at in 0..5_000 {
            assert_eq!(set.contains(key(at)), at % 2 == 1, "{at}");
        }
        assert!(insert(&mut set, 0), "the key 0 was taken out");
    }
}
