//! One instance of the runtime with a candidate linked to it: made, loaded, and called with rows.

use std::ops::Range;

use llmerm_pycompile as pycompile;
use wasmtime::{Extern, Instance, Memory, ModuleExport, Store, TypedFunc, WasmParams, WasmResults};

use super::Code;
use crate::abi::first_lines;
use crate::clock::{Phase, within};
use crate::engine::{self, Host};
use crate::error::Error;
use crate::flat::Flat;
use crate::fork::Gated;
use crate::guest::{Classes, Halt, Setting, fault};
use crate::outcome::Outcome;

/// Rows in one call.
const CALL_ROWS: usize = 1024;
/// Bytes of rows copied at once, unless one row alone is longer: little enough to stay in the second-level cache.
const CALL_BYTES: usize = 128 << 10;

/// An instance that has run the module level.
pub(super) struct Live {
    store: Gated<Store<Host>>,
    memory: Memory,
    rows: TypedFunc<(i32, i32, i32, i32), i32>,
    place: Place,
}

/// Where things lie in the instance's memory.
struct Place {
    /// Elements of rows, `room` bytes.
    data: usize,
    room: usize,
}

impl Place {
    /// The rows' offsets, and one for the end.
    fn offsets(&self) -> usize {
        self.data + self.room
    }

    /// Their labels, then their statuses.
    fn labels(&self) -> usize {
        self.offsets() + 8 * (CALL_ROWS + 1)
    }

    /// Class names; first a word for each, its length and address.
    fn classes(&self) -> usize {
        self.labels() + 9 * CALL_ROWS
    }
}

/// What a call made of its rows.
pub(super) struct Called<'a> {
    pub(super) labels: &'a [[u8; 8]],
    /// All 0 when every row has a label.
    pub(super) statuses: &'a [u8],
    pub(super) fuel_left: u64,
}

impl Live {
    /// Whatever goes wrong here is a `Halt::Fallback`: CPython has its own way through the module level.
    pub(super) fn start(code: &Code, flat: &Flat<'_>, setting: &Setting<'_>) -> Result<Self, Halt> {
        let runtime = code.runtime.places();
        let mut store = engine::store(runtime.module.engine(), setting.limits.memory)?;
        store.set_fuel(setting.limits.fuel_per_load).map_err(|error| Error::internal("fuel", error))?;
        let base = engine::drive(Instance::new_async(&mut store, &runtime.module, &[]), &setting.stop);
        let base = base.ok_or(Halt::Stopped)?.map_err(|error| left("the runtime does not start", &error))?;
        let memory = export(&mut store, &base, &runtime.memory).and_then(Extern::into_memory).ok_or_else(lost)?;
        let state = export(&mut store, &base, &runtime.state).and_then(Extern::into_global).ok_or_else(lost)?;
        let state = state.get(&mut store).i32().ok_or_else(lost)? as u32 as usize;

        let mut place = Place { data: 0, room: flat.longest().max(CALL_BYTES).next_multiple_of(8) };
        let classes = class_table(setting.classes, 0).len();
        let bytes = i32::try_from(place.classes() + classes)
            .map_err(|_| Halt::Fallback("a row is too long for 32-bit memory".into()))?;
        let alloc = function::<i32, i32>(&mut store, &base, &runtime.alloc)?;
        let alloc = engine::drive(alloc.call_async(&mut store, bytes), &setting.stop).ok_or(Halt::Stopped)?;
        place.data = alloc.map_err(|error| left("there is no room for rows", &error))? as u32 as usize;

        let imports = code.linked(&mut store, &base).ok_or_else(lost)?;
        let candidate = engine::drive(Instance::new_async(&mut store, &code.module, &imports), &setting.stop);
        let candidate = candidate.ok_or(Halt::Stopped)?.map_err(|error| left("it does not start", &error))?;
        if !setting.classes.is_empty() {
            let at = place.classes();
            memory.data_mut(&mut store)[at..][..classes].copy_from_slice(&class_table(setting.classes, at));
            let set = function::<(i32, i32), ()>(&mut store, &base, &runtime.set_classes)?;
            let call = (at as i32, setting.classes.len() as i32);
            let set = engine::drive(set.call_async(&mut store, call), &setting.stop).ok_or(Halt::Stopped)?;
            set.map_err(|error| left("the classes cannot be set", &error))?;
        }
        let entry = |error| left("its module is not as agreed", &error);
        let init = candidate.get_typed_func::<(), ()>(&mut store, "init").map_err(entry)?;
        let rows = candidate.get_typed_func(&mut store, "rows").map_err(entry)?;
        let ran = engine::drive(init.call_async(&mut store, ()), &setting.stop).ok_or(Halt::Stopped)?;
        ran.map_err(|error| left("its module level does not end", &error))?;
        match memory.data(&store)[state] {
            0 => Ok(Self { store, memory, rows, place }),
            error => {
                let what = pycompile::exception_name(error).unwrap_or("what the fast tier does not model");
                Err(Halt::Fallback(format!("its module level meets {what}")))
            }
        }
    }

    /// Runs rows from the start of `range`, as many as a call takes. The inner error is the fault that cost the instance.
    pub(super) fn call(
        &mut self,
        flat: &Flat<'_>,
        range: Range<usize>,
        fuel: u64,
        setting: &Setting<'_>,
    ) -> Result<Result<Called<'_>, Outcome>, Halt> {
        let count = flat.fitting(range.start..range.end.min(range.start + CALL_ROWS), self.place.room);
        let rows = range.start..range.start + count;
        let (data, offsets, labels) = (self.place.data, self.place.offsets(), self.place.labels());
        {
            let _copy = within(Phase::Copy);
            let memory = self.memory.data_mut(&mut self.store);
            flat.copy(rows.clone(), &mut memory[data..][..flat.size(rows.clone())]);
            flat.copy_offsets(rows, &mut memory[offsets..][..8 * (count + 1)]);
        }
        self.store.set_fuel(fuel).map_err(|error| Error::internal("fuel", error))?;
        self.store.data_mut().denied = false;
        let call = (data as i32, offsets as i32, count as i32, labels as i32);
        let ran = engine::drive(self.rows.call_async(&mut self.store, call), &setting.stop);
        let statuses = match ran.ok_or(Halt::Stopped)? {
            Ok(statuses) => statuses,
            Err(error) => return Ok(Err(fault(&error, &self.store))),
        };
        let fuel_left = self.fuel_left();
        let (labels, rest) = self.memory.data(&self.store)[labels..].split_at(8 * count);
        // The or of all statuses spares the look at each.
        let statuses = &rest[..if statuses == 0 { 0 } else { count }];
        Ok(Ok(Called { labels: labels.as_chunks().0, statuses, fuel_left }))
    }

    pub(super) fn fuel_left(&self) -> u64 {
        self.store.get_fuel().unwrap_or(0)
    }
}

/// The candidate is CPython's, for want of something here.
fn left(what: &str, error: &wasmtime::Error) -> Halt {
    Halt::Fallback(format!("{what}: {}", first_lines(error)))
}

fn lost() -> Error {
    Error::Internal("the fast tier's runtime has other exports than the verifier expects".into())
}

fn export(store: &mut Store<Host>, instance: &Instance, place: &ModuleExport) -> Option<Extern> {
    instance.get_module_export(store, place)
}

fn function<P: WasmParams, R: WasmResults>(
    store: &mut Store<Host>,
    instance: &Instance,
    place: &ModuleExport,
) -> Result<TypedFunc<P, R>, Error> {
    let found = export(store, instance, place).and_then(Extern::into_func).ok_or_else(lost)?;
    found.typed(store).map_err(|_| lost())
}

/// What `raw.set_classes` takes, as it lies at the address `at`: a word for each name, and the names.
fn class_table(classes: &Classes, at: usize) -> Vec<u8> {
    let mut table = Vec::new();
    let mut name = at + 8 * classes.len();
    for class in classes {
        table.extend_from_slice(&((class.len() as u64) << 32 | name as u64).to_le_bytes());
        name += class.len();
    }
    table.extend(classes.iter().flat_map(|class| class.bytes()));
    table
}
