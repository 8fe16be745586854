//! What was made of a candidate, kept by content: a table that all programs of the process share, bounded in bytes.
//!
//! So the same source costs nothing the second time, whoever compiles it, and ten thousand live programs do not hold ten
//! thousand machine codes: what was not used for longest is made again when it is needed.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wasmtime::Module;

use crate::fork::PerProcess;

/// Most bytes of machine code that are kept for the candidates of one kind.
pub(crate) const MACHINE_CODE: usize = 64 << 20;
/// What a module takes beside its image, about.
const OVERHEAD: usize = 8 << 10;

/// Bytes that a compiled module takes, about.
pub(crate) fn weight(module: &Module) -> usize {
    let image = module.image_range();
    image.end.addr() - image.start.addr() + OVERHEAD
}

/// A table for one kind of value.
pub(crate) struct Kept<K: 'static, V: 'static> {
    table: PerProcess<Mutex<Table<K, V>>>,
    /// Most bytes of all values, as `get` is told; the newest is kept whatever it weighs.
    most: usize,
}

struct Table<K, V> {
    slots: HashMap<K, Slot<V>>,
    /// Keys by when they were last used.
    ages: BTreeMap<u64, K>,
    clock: u64,
    bytes: usize,
}

/// A value, or none yet; locked while it is made.
type Place<V> = Arc<Mutex<Option<Arc<V>>>>;

struct Slot<V> {
    place: Place<V>,
    age: u64,
    bytes: usize,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { slots: HashMap::new(), ages: BTreeMap::new(), clock: 0, bytes: 0 }
    }
}

impl<K: Hash + Eq + Clone, V> Kept<K, V> {
    pub(crate) const fn new(most: usize) -> Self {
        Self { table: PerProcess::new(), most }
    }

    /// The value of `key`, which `make` gives with its weight in bytes unless it is there. Threads that ask for the same
    /// at the same time wait for one of them to make it, others do not. An error is not kept.
    pub(crate) fn get<E>(&self, key: &K, make: impl FnOnce() -> Result<(V, usize), E>) -> Result<Arc<V>, E> {
        let place = self.place(key);
        let mut held = lock(&place);
        if let Some(value) = &*held {
            return Ok(value.clone());
        }
        let (value, bytes) = make()?;
        let value = held.insert(Arc::new(value)).clone();
        drop(held);
        // What goes is dropped after the lock is.
        let _gone = self.weigh(key, &place, bytes);
        Ok(value)
    }

    fn place(&self, key: &K) -> Place<V> {
        let mut table = lock(self.table.get());
        let table = &mut *table;
        table.clock += 1;
        let age = table.clock;
        let slot = table.slots.entry(key.clone()).or_insert_with(|| Slot { place: Place::default(), age, bytes: 0 });
        table.ages.remove(&slot.age);
        slot.age = age;
        table.ages.insert(age, key.clone());
        slot.place.clone()
    }

    fn weigh(&self, key: &K, place: &Place<V>, bytes: usize) -> Vec<Slot<V>> {
        let mut table = lock(self.table.get());
        let table = &mut *table;
        // It may have had to go while it was made, and may even be there again.
        if let Some(slot) = table.slots.get_mut(key).filter(|slot| Arc::ptr_eq(&slot.place, place)) {
            slot.bytes = bytes;
            table.bytes += bytes;
        }
        let mut gone = Vec::new();
        while table.bytes > self.most && table.slots.len() > 1 {
            let Some((_, oldest)) = table.ages.pop_first() else { break };
            if let Some(slot) = table.slots.remove(&oldest) {
                table.bytes -= slot.bytes;
                gone.push(slot);
            }
        }
        gone
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        static TABLE: Kept<u32, u32> = Kept::new(100);
        let made = Mutex::new(Vec::new());
        let ask = |key: u32| {
            let value = TABLE.get(&key, || {
                made.lock().expect("not poisoned").push(key);
                Ok::<_, ()>((10 * key, 40))
            });
            assert_eq!(value.as_deref(), Ok(&(10 * key)));
        };
        [1, 2, 1, 3, 1, 2, 3].into_iter().for_each(ask);
        assert_eq!(*made.lock().expect("not poisoned"), [1, 2, 3, 2, 3]);
    }

    #[test]
    fn one_that_is_larger_than_all_is_kept_until_the_next() {
        static TABLE: Kept<u32, ()> = Kept::new(100);
        let made = Mutex::new(Vec::new());
        for key in [1, 1, 2, 1] {
            let _ = TABLE.get(&key, || {
                made.lock().expect("not poisoned").push(key);
                Ok::<_, ()>(((), 1000))
            });
        }
        assert_eq!(*made.lock().expect("not poisoned"), [1, 2, 1]);
    }

    #[test]
    fn an_error_is_not_kept() {
        static TABLE: Kept<u32, u32> = Kept::new(100);
        assert_eq!(TABLE.get(&1, || Err("no")).map(|value| *value), Err("no"));
        assert_eq!(TABLE.get(&1, || Ok::<_, &str>((5, 1))).map(|value| *value), Ok(5));
    }

    #[test]
    fn threads_that_ask_for_the_same_make_it_once() {
        static TABLE: Kept<u32, usize> = Kept::new(100);
        let made = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    TABLE.get(&7, || Ok::<_, ()>((made.fetch_add(1, std::sync::atomic::Ordering::Relaxed), 1)))
                });
            }
        });
        assert_eq!(made.into_inner(), 1);
    }
}
