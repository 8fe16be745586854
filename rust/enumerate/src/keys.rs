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
        let at = spread(key);
        let shard = &self.shards[(at >> 60) as usize];
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            // SAFETY: a prefetch of any address has no effect but on caches.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(shard.slots.as_ptr().wrapping_add(at as usize & shard.mask).cast()) };
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = shard;
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
}
