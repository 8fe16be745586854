//! The wasmtime engines: a list of decisions, each with its reason.

use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, Module, OptLevel, PoolingAllocationConfig, ResourceLimiter,
    Store, Strategy,
};

use crate::error::Error;
use crate::fork::{self, Gated, Inside, PerProcess};
use crate::limits::MEMORY_MAX;

/// Fuel between two looks at the stop flag: some milliseconds of work.
const FUEL_SLICE: u64 = 50_000_000;
/// Room on a fiber for the host functions that run on it, over the guest's own stack.
const HOST_STACK: usize = 1 << 20;
/// Memory that a slot keeps for its next guest: more than the frozen interpreter starts with; what a greedy candidate
/// took beyond it is given back.
const KEPT: usize = 64 << 20;
/// Instances alive at once; each worker holds one and may open another.
pub(crate) const SLOTS: u32 = 128;

/// What the two engines share.
fn base(stack: usize) -> Config {
    let mut config = Config::new();
    // Winch has had sandbox escapes; Cranelift is the compiler that is fuzzed and formally checked most.
    config.strategy(Strategy::Cranelift);
    config.cranelift_opt_level(OptLevel::Speed);
    // Fuel decides what a candidate may use: it counts operations, so it is the same on every machine.
    config.consume_fuel(true);
    // NaN bits would otherwise depend on the processor.
    config.cranelift_nan_canonicalization(true);
    // Relaxed SIMD answers differently on different processors.
    config.wasm_relaxed_simd(false);
    config.max_wasm_stack(stack);
    config.async_stack_size(stack + HOST_STACK);
    // Traps are outcomes, not bugs to debug: no backtraces are collected.
    config.wasm_backtrace_max_frames(None);
    config.generate_address_map(false);
    config
}

/// An engine over a pool of instances: opening one maps a copy-on-write image, and closing it frees the slot.
fn pooled(tune: impl Fn(&mut PoolingAllocationConfig) -> Config) -> Result<Engine, Error> {
    let make = |scan| {
        let mut pool = PoolingAllocationConfig::default();
        pool.total_stacks(SLOTS);
        pool.total_memories(2 * SLOTS);
        pool.max_memory_size(MEMORY_MAX);
        // A guest that touched little is cheaper to clear by copying its written pages back than by giving them to
        // the kernel and faulting them in again; but only where the kernel can say which were written (Linux 6.7).
        pool.pagemap_scan(scan);
        // Giving back also interrupts every other core, so that two workers would slow each other down.
        let kept = if scan == Enabled::Yes { KEPT } else { 64 << 10 };
        pool.linear_memory_keep_resident(kept);
        pool.table_keep_resident(1 << 20);
        let mut config = tune(&mut pool);
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
        let engine = Engine::new(&config);
        #[cfg(unix)]
        crate::signals::remember();
        engine
    };
    make(Enabled::Yes).or_else(|_| make(Enabled::No)).map_err(|error| Error::internal("the engine", error))
}

/// A compiled module; the outer gate is for its registration, the inner for its end.
pub(crate) fn module(engine: &Engine, wasm: &[u8]) -> wasmtime::Result<Gated<Module>> {
    let _inside = Inside::enter();
    Module::new(engine, wasm).map(Gated::new)
}

/// The engine for compiled candidates: core modules only.
pub(crate) fn for_modules(stack: usize) -> Result<Engine, Error> {
    pooled(|pool| {
        pool.total_core_instances(2 * SLOTS);
        pool.total_tables(2 * SLOTS);
        let mut config = base(stack);
        config.wasm_component_model(false);
        config.wasm_memory64(false);
        config.wasm_multi_memory(false);
        // Products of 64 by 64 bits, as integers beyond 62 bits and modular powers need them.
        config.wasm_wide_arithmetic(true);
        // Compiled Python marks the ways that errors take: they are laid out away from the loops.
        config.wasm_branch_hinting(true);
        // Many candidates compile at once, one a worker; threads inside one compilation would only compete.
        config.parallel_compilation(false);
        config
    })
}

/// The engine for trusted language runtimes, which are components.
pub(crate) fn for_runtimes(stack: usize) -> Result<Engine, Error> {
    pooled(|pool| {
        pool.total_component_instances(SLOTS);
        pool.max_component_instance_size(1 << 20);
        // componentize-py's interpreter is a few dozen core modules linked by shared tables.
        pool.max_core_instances_per_component(64);
        pool.max_tables_per_component(16);
        pool.total_core_instances(64 * SLOTS);
        pool.total_tables(16 * SLOTS);
        pool.table_elements(40_000);
        let mut config = base(stack);
        config.wasm_component_model(true);
        // One large compilation, once a machine. Inlining made it four times as long for three per cent of speed.
        // A forked child has none of the threads that would do it.
        config.parallel_compilation(!fork::is_child());
        config
    })
}

/// One engine a stack size, made when first asked for: the call stack's bound belongs to the engine.
pub(crate) fn modules(stack: usize) -> Result<Engine, Error> {
    static ENGINES: Keyed<Engine> = PerProcess::new();
    keyed(&ENGINES, stack, for_modules)
}

/// The same for the runtimes.
pub(crate) fn runtimes(stack: usize) -> Result<Engine, Error> {
    static ENGINES: Keyed<Engine> = PerProcess::new();
    keyed(&ENGINES, stack, for_runtimes)
}

/// A process-wide table.
pub(crate) type Keyed<T> = PerProcess<Mutex<HashMap<usize, T>>>;

/// Looks `key` up in a process-wide table, making its value on first use.
pub(crate) fn keyed<T: Clone>(
    table: &'static Keyed<T>,
    key: usize,
    make: impl FnOnce(usize) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut table = table.get().lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = table.get(&key) {
        return Ok(known.clone());
    }
    let made = make(key)?;
    table.insert(key, made.clone());
    Ok(made)
}

/// When to give up: the caller's flag, and a candidate's deadline.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    flag: Arc<AtomicBool>,
    /// Of one candidate: its verdict is known.
    done: Option<Arc<AtomicBool>>,
    deadline: Option<Instant>,
}

impl Stop {
    /// Asks everything that watches this flag to stop.
    pub fn request(&self) {
        self.flag.store(true, Ordering::Relaxed);
    }

    /// Whether the caller asked to stop.
    #[must_use]
    pub fn requested(&self) -> bool {
        self.flag.load(Ordering::Relaxed)
    }

    pub(crate) fn until(&self, deadline: Option<Instant>, done: &Arc<AtomicBool>) -> Self {
        Self { flag: Arc::clone(&self.flag), done: Some(Arc::clone(done)), deadline }
    }

    pub(crate) fn due(&self) -> bool {
        self.requested()
            || self.done.as_ref().is_some_and(|done| done.load(Ordering::Relaxed))
            || self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}

/// Runs guest code to its end, looking at `stop` between slices of fuel. None: it was stopped.
pub(crate) fn drive<T>(future: impl Future<Output = T>, stop: &Stop) -> Option<T> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        let inside = Inside::enter();
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return Some(value);
        }
        drop(inside);
        if stop.due() {
            return None; // dropping the future unwinds the guest
        }
    }
}

/// What a store carries: the memory bound, and whether it was met.
pub(crate) struct Host {
    memory: usize,
    pub(crate) denied: bool,
}

impl ResourceLimiter for Host {
    fn memory_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let granted = desired <= self.memory;
        self.denied |= !granted;
        Ok(granted)
    }

    fn table_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(true) // bounded by the pool
    }
}

/// A store with its memory bound, fuelled by the call, yielding every slice.
pub(crate) fn store(engine: &Engine, memory: usize) -> Result<Gated<Store<Host>>, Error> {
    #[cfg(unix)]
    crate::signals::keep();
    let mut store = Gated::new(Store::new(engine, Host { memory, denied: false }));
    store.limiter(|host| host);
    store.fuel_async_yield_interval(Some(FUEL_SLICE)).map_err(|error| Error::internal("fuel", error))?;
    Ok(store)
}
