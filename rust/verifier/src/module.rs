//! Compiled candidates: a core module with the ABI of `docs/abi.md`, checked, compiled and run a chunk at a time.

use std::ops::Range;
use std::sync::Arc;

use wasmtime::{Engine, Func, Memory, Module, Store, TypedFunc};

use crate::clock::{Phase, within};
use crate::engine::{self, Host, Keyed};
use crate::error::{Error, Rejected};
use crate::flat::Flat;
use crate::fork::{Gated, PerProcess};
use crate::guest::{Chunk, Guest, Halt, Instance, Setting, fault};
use crate::limits::Limits;
use crate::outcome::{Outcome, Outcomes};
use crate::program::Tier;
use crate::rows::Rows;
use crate::{abi, codes};

/// Rows in one call: a chunk has no more.
const CALL_ROWS: usize = 4096;
/// Bytes of the table: an int64 a row, and one for the end.
const TABLE: usize = 8 * (CALL_ROWS + 1);
/// Bytes of rows copied at once, unless one row alone is longer: little enough to stay in the second-level cache.
const CALL_BYTES: usize = 128 << 10;
/// Fuel for instantiation and for `alloc`.
const SETUP_FUEL: u64 = 10_000_000;

/// The loop over rows, inside WebAssembly, for a candidate that has none (`f_rows`). Its own memory, which the candidate
/// cannot reach, holds the rows' offsets (an int64 each, and one for the end), and each row's label takes the place of its
/// offset. Offsets start at 0, where `base` is, and end within a 32-bit memory: their lower halves suffice.
const TRAMPOLINE: &str = r#"(module
  (import "candidate" "f" (func $f (param i32 i32) (result i64)))
  (memory (export "io") 1)
  (func (export "run") (param $base i32) (param $shift i32) (param $rows i32)
    (local $at i32) (local $start i32) (local $end i32)
    (local.set $rows (i32.shl (local.get $rows) (i32.const 3)))
    (local.set $start (i32.load (i32.const 0)))
    (loop $next
      (local.set $end (i32.load offset=8 (local.get $at)))
      (i64.store (local.get $at)
        (call $f
          (i32.add (local.get $base) (i32.shl (local.get $start) (local.get $shift)))
          (i32.sub (local.get $end) (local.get $start))))
      (local.set $start (local.get $end))
      (br_if $next (i32.lt_u
        (local.tee $at (i32.add (local.get $at) (i32.const 8)))
        (local.get $rows))))))"#;

/// A module that passed every check and is compiled for one stack size.
#[derive(Clone)]
pub(crate) struct Compiled {
    bytes: Vec<u8>,
    stack: usize,
    module: Arc<Gated<Module>>,
    trampoline: Arc<Gated<Module>>,
}

impl Compiled {
    /// Checks and compiles a module, binary or text.
    ///
    /// The outer error is our failure, the inner one the candidate's.
    pub(crate) fn new(source: &[u8], limits: &Limits) -> Result<Result<Self, Rejected>, Error> {
        let bytes = match abi::binary(source, limits) {
            Ok(bytes) => bytes,
            Err(rejected) => return Ok(Err(rejected)),
        };
        let engine = engine::modules(limits.stack)?;
        let module = match codes::module(&engine, limits.stack, &bytes) {
            Ok(module) => module,
            Err(error) => {
                return Ok(Err(Rejected::compile(format!("not a valid module: {}", abi::first_lines(&error)))));
            }
        };
        if let Err(reason) = abi::check(&module, &bytes, limits) {
            return Ok(Err(Rejected::compile(reason)));
        }
        let trampoline = trampoline(&engine, limits.stack)?;
        Ok(Ok(Self { bytes, stack: limits.stack, module, trampoline }))
    }

    /// The module's bytes in binary form.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The same module for another stack size, if it is another, or for a forked child's own engine.
    pub(crate) fn for_limits(&self, limits: &Limits) -> Result<Option<Self>, Error> {
        if self.stack == limits.stack && Engine::same(self.module.engine(), &engine::modules(limits.stack)?) {
            return Ok(None);
        }
        let unbounded = Limits { module_bytes: usize::MAX, source_bytes: usize::MAX, ..limits.clone() };
        match Self::new(&self.bytes, &unbounded)? {
            Ok(compiled) => Ok(Some(compiled)),
            Err(rejected) => Err(Error::Internal(format!("a module passed once and then not: {}", rejected.reason))),
        }
    }
}

fn trampoline(engine: &Engine, stack: usize) -> Result<Arc<Gated<Module>>, Error> {
    static TRAMPOLINES: Keyed<Arc<Gated<Module>>> = PerProcess::new();
    engine::keyed(&TRAMPOLINES, stack, |_| {
        let bytes = wat::parse_str(TRAMPOLINE).map_err(|error| Error::internal("the trampoline", error))?;
        engine::module(engine, &bytes).map(Arc::new).map_err(|error| Error::internal("the trampoline", error))
    })
}

impl Guest for Compiled {
    fn tier(&self) -> Tier {
        Tier::Compiled
    }

    fn open<'a>(&'a self, rows: &Rows<'_>, setting: &'a Setting<'a>) -> Result<Box<dyn Instance + 'a>, Halt> {
        let flat = Flat::numbers(rows)
            .map_err(|what| reject(&format!("the rows hold {what}, which compiled candidates cannot take")))?;
        let mut store = engine::store(self.module.engine(), setting.limits.memory)?;
        store.set_fuel(SETUP_FUEL).map_err(|error| Error::internal("fuel", error))?;
        let made = engine::drive(wasmtime::Instance::new_async(&mut store, &self.module, &[]), &setting.stop);
        let candidate = match made.ok_or(Halt::Stopped)? {
            Ok(instance) => instance,
            // Only data and element segments run here; one that is out of bounds is the candidate's fault.
            Err(error) if error.downcast_ref::<wasmtime::Trap>().is_some() => {
                return Err(reject(&format!("it cannot be instantiated: {}", abi::first_lines(&error))));
            }
            Err(error) if store.data().denied => {
                return Err(reject(&format!("out of memory: {}", abi::first_lines(&error))));
            }
            Err(error) => return Err(Halt::Failed(Error::internal("instantiating a module", error))),
        };
        let lost = |what: &str| Error::Internal(format!("a checked export is gone: {what}"));
        let f: Func = candidate.get_func(&mut store, "f").ok_or_else(|| lost("f"))?;
        let memory = candidate.get_memory(&mut store, "memory").ok_or_else(|| lost("memory"))?;
        let short = flat.longest() >> flat.shift() <= abi::ROW_MAX;
        let own = candidate.get_typed_func(&mut store, "f_rows").ok().filter(|_| short);
        let room = CALL_BYTES.max(flat.longest()).next_multiple_of(8);
        let wanted = room + if own.is_some() { TABLE } else { 0 };
        let mut space = Space { memory, base: 0, room: wanted };
        space.find(&mut store, &candidate, &setting.stop)?;
        let rows = match own {
            Some(run) if space.room == wanted => {
                space.room = room;
                Loop::Own { run, table: space.base + room }
            }
            _ => {
                let made = engine::drive(
                    wasmtime::Instance::new_async(&mut store, &self.trampoline, &[f.into()]),
                    &setting.stop,
                );
                let trampoline = made
                    .ok_or(Halt::Stopped)?
                    .map_err(|error| Error::internal("instantiating the trampoline", error))?;
                let table = trampoline.get_memory(&mut store, "io").ok_or_else(|| lost("io"))?;
                let run = trampoline
                    .get_typed_func(&mut store, "run")
                    .map_err(|error| Error::internal("the trampoline", error))?;
                Loop::Ours { run, table }
            }
        };
        let running = Running { store, space, rows, setting };
        Ok(Box::new(running))
    }
}

fn reject(reason: &str) -> Halt {
    Halt::Rejected(Rejected::load(reason))
}

struct Running<'a> {
    store: Gated<Store<Host>>,
    space: Space,
    rows: Loop,
    setting: &'a Setting<'a>,
}

/// The loop over rows, and where its table is.
enum Loop {
    /// The candidate's own, which its compiler could make one with f. The table lies in the candidate's memory, behind the
    /// rows: what it writes there are its own labels, and the host reads one for each row whatever it does.
    Own { run: TypedFunc<(i32, i32, i32, i32), ()>, table: usize },
    /// The trampoline's.
    Ours { run: TypedFunc<(i32, i32, i32), ()>, table: Memory },
}

/// Bytes for rows at `base` in the candidate's memory.
struct Space {
    memory: Memory,
    base: usize,
    room: usize,
}

impl Space {
    /// Where rows go: what `alloc` gives, else fresh pages at the end, else between `__heap_base` and the end.
    fn find(
        &mut self,
        mut store: &mut Store<Host>,
        candidate: &wasmtime::Instance,
        stop: &engine::Stop,
    ) -> Result<(), Halt> {
        if let Ok(alloc) = candidate.get_typed_func::<i32, i32>(&mut store, "alloc") {
            let bytes = i32::try_from(self.room).map_err(|_| reject("a row is too long for 32-bit memory"))?;
            let called = engine::drive(alloc.call_async(&mut store, bytes), stop);
            self.base = called.ok_or(Halt::Stopped)?.map_err(|_| reject("its alloc failed"))? as u32 as usize;
            let end = self.base.checked_add(self.room).filter(|&end| end <= self.memory.data_size(&store));
            if end.is_none() || !self.base.is_multiple_of(8) {
                return Err(reject(&format!(
                    "its alloc gave {}, which is not aligned to 8 or has no room for {} bytes",
                    self.base, self.room
                )));
            }
            return Ok(());
        }
        let end = self.memory.data_size(&store);
        let pages = self.room.div_ceil(65536) as u64;
        let grown = engine::drive(self.memory.grow_async(&mut store, pages), stop);
        if grown.ok_or(Halt::Stopped)?.is_ok() {
            self.base = end;
            return Ok(());
        }
        let heap = candidate.get_global(&mut store, "__heap_base").and_then(|base| base.get(&mut store).i32());
        if let Some(base) = heap {
            self.base = (base as u32 as usize).next_multiple_of(8);
            self.room = self.room.min(end.saturating_sub(self.base));
            if self.room > 0 {
                return Ok(());
            }
        }
        Err(reject("there is no room for rows: let its memory grow, or export alloc or __heap_base"))
    }
}

impl Running<'_> {
    /// Copies rows from the start of `range`, as many as there is room for, and their offsets. None when not even one fits.
    fn copy(&mut self, flat: &Flat<'_>, range: Range<usize>) -> Option<usize> {
        let _copy = within(Phase::Copy);
        let count = flat.fitting(range.start..range.end.min(range.start + CALL_ROWS), self.space.room);
        let rows = range.start..range.start + count;
        let memory = self.space.memory.data_mut(&mut self.store);
        flat.copy(rows.clone(), memory.get_mut(self.space.base..self.space.base + flat.size(rows.clone()))?);
        let bytes = 8 * (count + 1);
        let table = match self.rows {
            Loop::Own { table, .. } => &mut memory[table..table + bytes],
            Loop::Ours { table, .. } => &mut table.data_mut(&mut self.store)[..bytes],
        };
        let first = flat.start(rows.start);
        flat.copy_offsets(rows, table);
        for offset in table.as_chunks_mut::<8>().0 {
            *offset = (i64::from_le_bytes(*offset) - first).to_le_bytes();
        }
        (count > 0).then_some(count)
    }

    /// The labels of the first `count` rows of the table.
    fn labels(&self, count: usize) -> &[[u8; 8]] {
        let table = match self.rows {
            Loop::Own { table, .. } => &self.space.memory.data(&self.store)[table..],
            Loop::Ours { table, .. } => table.data(&self.store),
        };
        table[..8 * count].as_chunks().0
    }
}

impl Instance for Running<'_> {
    fn predict(&mut self, rows: &Rows<'_>, range: Range<usize>, outcomes: &mut Outcomes) -> Result<Chunk, Halt> {
        let flat = Flat::numbers(rows).map_err(reject)?;
        let budget = self.setting.limits.fuel_per_row;
        let mut left = budget;
        let mut start = range.start;
        let before = outcomes.len();
        while start < range.end {
            // A memory too small for the row is the candidate's choice: like the row's own memory running out.
            let Some(count) = self.copy(&flat, start..range.end) else {
                outcomes.truncate(before);
                return Ok(Chunk::Died { outcome: Outcome::OutOfMemory, fuel: budget - left });
            };
            self.store.set_fuel(left).map_err(|error| Error::internal("fuel", error))?;
            self.store.data_mut().denied = false;
            let base = self.space.base as i32;
            let (shift, rows) = (flat.shift() as i32, count as i32);
            let ran = match &self.rows {
                Loop::Own { run, table } => {
                    let call = run.call_async(&mut self.store, (base, shift, rows, *table as i32));
                    engine::drive(call, &self.setting.stop)
                }
                Loop::Ours { run, .. } => {
                    engine::drive(run.call_async(&mut self.store, (base, shift, rows)), &self.setting.stop)
                }
            };
            if let Err(error) = ran.ok_or(Halt::Stopped)? {
                outcomes.truncate(before);
                let used = budget - self.store.get_fuel().unwrap_or(0).min(budget);
                return Ok(Chunk::Died { outcome: fault(&error, &self.store), fuel: used });
            }
            left = self.store.get_fuel().map_err(|error| Error::internal("fuel", error))?;
            outcomes.extend(self.labels(count));
            start += count;
        }
        Ok(Chunk::Done { fuel: budget - left })
    }
}
