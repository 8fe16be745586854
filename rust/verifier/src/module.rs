//! Compiled candidates: a core module with the ABI of `docs/abi.md`, checked, compiled and run a chunk at a time.

use std::ops::Range;

use wasmtime::{Engine, Func, Memory, Module, Store, TypedFunc};

use crate::abi;
use crate::engine::{self, Host};
use crate::error::{Error, Rejected};
use crate::guest::{Chunk, Guest, Halt, Instance, Setting, fault};
use crate::limits::Limits;
use crate::outcome::{Names, Outcome};
use crate::rows::Rows;

/// Rows a chunk may hold: the trampoline's memory is sized for it.
const CHUNK_ROWS: usize = 4096;
/// Bytes of rows a chunk may hold, unless one row alone is longer.
const CHUNK_BYTES: usize = 256 << 10;
/// Fuel for instantiation and for `alloc`.
const SETUP_FUEL: u64 = 10_000_000;

/// The loop over a chunk's rows, inside WebAssembly: its own memory holds (pointer, length) pairs from 0 and the
/// predictions from 32768, where the candidate cannot reach them.
const TRAMPOLINE: &str = r#"(module
  (import "candidate" "f" (func $f (param i32 i32) (result i64)))
  (memory (export "io") 1)
  (func (export "run") (param $rows i32) (local $i i32)
    (loop $next
      (i64.store
        (i32.add (i32.const 32768) (i32.shl (local.get $i) (i32.const 3)))
        (call $f
          (i32.load (i32.shl (local.get $i) (i32.const 3)))
          (i32.load offset=4 (i32.shl (local.get $i) (i32.const 3)))))
      (br_if $next (i32.lt_u
        (local.tee $i (i32.add (local.get $i) (i32.const 1)))
        (local.get $rows))))))"#;
const PREDICTIONS: usize = 32768;

/// A module that passed every check and is compiled for one stack size.
#[derive(Clone)]
pub(crate) struct Compiled {
    bytes: Vec<u8>,
    stack: usize,
    module: Module,
    trampoline: Module,
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
        let module = match Module::new(&engine, &bytes) {
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

    /// The same module for another stack size, if it is another.
    pub(crate) fn for_limits(&self, limits: &Limits) -> Result<Option<Self>, Error> {
        if self.stack == limits.stack {
            return Ok(None);
        }
        let unbounded = Limits { module_bytes: usize::MAX, source_bytes: usize::MAX, ..limits.clone() };
        match Self::new(&self.bytes, &unbounded)? {
            Ok(compiled) => Ok(Some(compiled)),
            Err(rejected) => Err(Error::Internal(format!("a module passed once and then not: {}", rejected.reason))),
        }
    }
}

fn trampoline(engine: &Engine, stack: usize) -> Result<Module, Error> {
    use std::collections::HashMap;
    use std::sync::{Mutex, OnceLock};
    static TRAMPOLINES: OnceLock<Mutex<HashMap<usize, Module>>> = OnceLock::new();
    engine::keyed(&TRAMPOLINES, stack, |_| {
        let bytes = wat::parse_str(TRAMPOLINE).map_err(|error| Error::internal("the trampoline", error))?;
        Module::new(engine, bytes).map_err(|error| Error::internal("the trampoline", error))
    })
}

impl Guest for Compiled {
    fn open<'a>(&'a self, rows: &Rows<'_>, setting: &'a Setting<'a>) -> Result<Box<dyn Instance + 'a>, Halt> {
        match rows {
            Rows::Text { ascii: false, .. } => {
                return Err(reject("the rows hold text beyond ASCII, which compiled candidates cannot take"));
            }
            Rows::Record { matrix: None, .. } => {
                return Err(reject(
                    "the rows have columns that are not numbers, which compiled candidates cannot take",
                ));
            }
            _ => {}
        }
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
        let made =
            engine::drive(wasmtime::Instance::new_async(&mut store, &self.trampoline, &[f.into()]), &setting.stop);
        let trampoline =
            made.ok_or(Halt::Stopped)?.map_err(|error| Error::internal("instantiating the trampoline", error))?;
        let io = trampoline.get_memory(&mut store, "io").ok_or_else(|| lost("io"))?;
        let run =
            trampoline.get_typed_func(&mut store, "run").map_err(|error| Error::internal("the trampoline", error))?;
        let room = CHUNK_BYTES.max(rows.longest_bytes());
        let mut running = Running { store, memory, io, run, room, base: 0, setting };
        running.base = running.place(&candidate)?;
        Ok(Box::new(running))
    }
}

fn reject(reason: &str) -> Halt {
    Halt::Rejected(Rejected::load(reason))
}

struct Running<'a> {
    store: Store<Host>,
    memory: Memory,
    io: Memory,
    run: TypedFunc<i32, ()>,
    /// Bytes for rows at `base` in the candidate's memory.
    room: usize,
    base: usize,
    setting: &'a Setting<'a>,
}

impl Running<'_> {
    /// Where rows go: what `alloc` gives, else fresh pages at the end, else between `__heap_base` and the end.
    fn place(&mut self, candidate: &wasmtime::Instance) -> Result<usize, Halt> {
        if let Ok(alloc) = candidate.get_typed_func::<i32, i32>(&mut self.store, "alloc") {
            let bytes = i32::try_from(self.room).map_err(|_| reject("a row is too long for 32-bit memory"))?;
            let called = engine::drive(alloc.call_async(&mut self.store, bytes), &self.setting.stop);
            let at = called.ok_or(Halt::Stopped)?.map_err(|_| reject("its alloc failed"))? as u32 as usize;
            let end = at.checked_add(self.room).filter(|&end| end <= self.memory.data_size(&self.store));
            return match end {
                Some(_) if at.is_multiple_of(8) => Ok(at),
                _ => Err(reject(&format!(
                    "its alloc gave {at}, which is not aligned to 8 or has no room for {} bytes",
                    self.room
                ))),
            };
        }
        let end = self.memory.data_size(&self.store);
        let pages = self.room.div_ceil(65536) as u64;
        let grown = engine::drive(self.memory.grow_async(&mut self.store, pages), &self.setting.stop);
        if grown.ok_or(Halt::Stopped)?.is_ok() {
            return Ok(end);
        }
        let heap =
            candidate.get_global(&mut self.store, "__heap_base").and_then(|base| base.get(&mut self.store).i32());
        if let Some(base) = heap {
            let base = (base as u32 as usize).next_multiple_of(8);
            let longest = self.room.min(end.saturating_sub(base));
            if longest > 0 {
                self.room = longest;
                return Ok(base);
            }
        }
        Err(reject("there is no room for rows: let its memory grow, or export alloc or __heap_base"))
    }

    /// Copies rows from `range` until the chunk is full: their bytes to the candidate, their places to the trampoline.
    /// Gives how many fitted, or None when not even one does.
    fn copy(&mut self, rows: &Rows<'_>, range: Range<usize>) -> Option<usize> {
        let mut pairs = [0_u8; PREDICTIONS];
        let mut used = 0;
        let mut count = 0;
        for row in range.clone().take(CHUNK_ROWS) {
            let (bytes, len) = extent(rows, row);
            if used + bytes > self.room {
                break;
            }
            pairs[count * 8..count * 8 + 4].copy_from_slice(&((self.base + used) as u32).to_le_bytes());
            pairs[count * 8 + 4..count * 8 + 8].copy_from_slice(&(len as u32).to_le_bytes());
            used += bytes;
            count += 1;
        }
        if count == 0 {
            return None;
        }
        let target = self.memory.data_mut(&mut self.store).get_mut(self.base..self.base + used)?;
        write_rows(rows, range.start..range.start + count, target);
        self.io.data_mut(&mut self.store)[..count * 8].copy_from_slice(&pairs[..count * 8]);
        Some(count)
    }
}

/// A row's bytes and elements as a compiled candidate sees it.
fn extent(rows: &Rows<'_>, row: usize) -> (usize, usize) {
    match rows {
        Rows::Text { bytes, .. } => (bytes.row(row).len(), bytes.row(row).len()),
        Rows::Ints(ints) => (ints.row(row).len() * 8, ints.row(row).len()),
        Rows::Floats(floats) | Rows::Record { matrix: Some(floats), .. } => {
            (floats.row(row).len() * 8, floats.row(row).len())
        }
        Rows::Record { matrix: None, .. } => (0, 0), // turned away in `open`
    }
}

fn write_rows(rows: &Rows<'_>, range: Range<usize>, target: &mut [u8]) {
    match rows {
        Rows::Text { bytes, .. } => target.copy_from_slice(bytes.span(range)),
        Rows::Ints(ints) => {
            for (slot, value) in target.as_chunks_mut::<8>().0.iter_mut().zip(ints.span(range)) {
                *slot = value.to_le_bytes();
            }
        }
        Rows::Floats(floats) | Rows::Record { matrix: Some(floats), .. } => {
            for (slot, value) in target.as_chunks_mut::<8>().0.iter_mut().zip(floats.span(range)) {
                *slot = value.to_le_bytes();
            }
        }
        Rows::Record { matrix: None, .. } => {}
    }
}

impl Instance for Running<'_> {
    fn predict(
        &mut self,
        rows: &Rows<'_>,
        range: Range<usize>,
        outcomes: &mut Vec<Outcome>,
        _: &mut Names,
    ) -> Result<Chunk, Halt> {
        let budget = self.setting.limits.fuel_per_row;
        let mut left = budget;
        let mut start = range.start;
        let before = outcomes.len();
        while start < range.end {
            // A memory too small for the row is the candidate's choice: like the row's own memory running out.
            let Some(count) = self.copy(rows, start..range.end) else {
                outcomes.truncate(before);
                return Ok(Chunk::Died { outcome: Outcome::OutOfMemory, fuel: budget - left });
            };
            self.store.set_fuel(left).map_err(|error| Error::internal("fuel", error))?;
            self.store.data_mut().denied = false;
            let ran = engine::drive(self.run.call_async(&mut self.store, count as i32), &self.setting.stop);
            if let Err(error) = ran.ok_or(Halt::Stopped)? {
                outcomes.truncate(before);
                let used = budget - self.store.get_fuel().unwrap_or(0).min(budget);
                return Ok(Chunk::Died { outcome: fault(&error, &self.store), fuel: used });
            }
            left = self.store.get_fuel().map_err(|error| Error::internal("fuel", error))?;
            let predictions = &self.io.data(&self.store)[PREDICTIONS..PREDICTIONS + count * 8];
            outcomes
                .extend(predictions.as_chunks::<8>().0.iter().map(|&value| Outcome::Label(i64::from_le_bytes(value))));
            start += count;
        }
        Ok(Chunk::Done { fuel: budget - left })
    }
}
