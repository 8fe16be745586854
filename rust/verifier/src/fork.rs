//! What makes a forked child safe: no fork happens inside the engine, and nothing of the engine is inherited.
//!
//! A fork copies the memory of the process and only the thread that forked. A lock that another thread held would stay
//! locked for ever in the child, and an engine would have slots whose owners are gone. So whoever forks waits
//! until no thread is inside wasmtime (a slice of fuel, or a compilation), and the child makes its own engines and tables
//! when it first needs them; the parent's copies are left alone.

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use wasmtime::{AsContext, AsContextMut, Store, StoreContext, StoreContextMut};

/// Forks between the first user of the verifier and this process.
static GENERATION: AtomicUsize = AtomicUsize::new(0);
/// Threads inside the engine.
static INSIDE: AtomicUsize = AtomicUsize::new(0);
/// Somebody is about to fork: nobody may enter.
static CLOSED: AtomicBool = AtomicBool::new(false);
/// How often a closed gate is looked at.
const LOOK: Duration = Duration::from_micros(50);

thread_local! {
    /// Gates that this thread is inside of: only the outermost counts.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// Whether this process was forked from one that used the verifier: its threads are not here.
pub(crate) fn is_child() -> bool {
    GENERATION.load(SeqCst) > 0
}

/// While it lives, nobody forks. To be held around everything that may take a lock of wasmtime's that is the process's.
pub(crate) struct Inside(());

impl Inside {
    pub(crate) fn enter() -> Self {
        watch();
        if DEPTH.get() == 0 {
            loop {
                INSIDE.fetch_add(1, SeqCst);
                if !CLOSED.load(SeqCst) {
                    break;
                }
                INSIDE.fetch_sub(1, SeqCst);
                thread::sleep(LOOK);
            }
        }
        DEPTH.set(DEPTH.get() + 1);
        Self(())
    }
}

/// Whether this thread is inside the engine. May be asked by a signal handler.
#[cfg(unix)]
pub(crate) fn is_inside() -> bool {
    DEPTH.try_with(Cell::get).unwrap_or(0) > 0
}

impl Drop for Inside {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
        if DEPTH.get() == 0 {
            INSIDE.fetch_sub(1, SeqCst);
        }
    }
}

/// Has forks call us, once a process.
fn watch() {
    static WATCHED: AtomicBool = AtomicBool::new(false);
    if WATCHED.load(SeqCst) || WATCHED.swap(true, SeqCst) {
        return;
    }
    #[cfg(unix)]
    // SAFETY: the three functions touch atomics only, and sleep; they stay loaded as long as the process may fork, since
    // Python never unloads an extension module.
    unsafe {
        libc::pthread_atfork(Some(before), Some(after), Some(in_child));
    }
}

#[cfg(unix)]
extern "C" fn before() {
    // A thread that forks from inside would wait for itself.
    let own = usize::from(is_inside());
    while CLOSED.swap(true, SeqCst) {
        thread::sleep(LOOK); // another thread is forking
    }
    while INSIDE.load(SeqCst) > own {
        thread::sleep(LOOK);
    }
}

#[cfg(unix)]
extern "C" fn after() {
    CLOSED.store(false, SeqCst);
}

#[cfg(unix)]
extern "C" fn in_child() {
    // Threads that were waiting at the gate may have counted themselves for a moment.
    INSIDE.store(usize::from(is_inside()), SeqCst);
    GENERATION.fetch_add(1, SeqCst);
    CLOSED.store(false, SeqCst);
}

/// A process-wide value that a forked child does not inherit: it starts again with the default.
pub(crate) struct PerProcess<T: 'static>(AtomicPtr<Made<T>>);

struct Made<T> {
    generation: usize,
    value: T,
}

impl<T: Default> PerProcess<T> {
    pub(crate) const fn new() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    /// The value of this process. No lock is taken: one could have been held when the process was forked.
    pub(crate) fn get(&self) -> &'static T {
        watch();
        loop {
            let known = self.0.load(SeqCst);
            let generation = GENERATION.load(SeqCst);
            // SAFETY: what is stored came from `Box::into_raw` and is never freed.
            if let Some(made) = unsafe { known.as_ref() }
                && made.generation == generation
            {
                return &made.value;
            }
            let made = Box::into_raw(Box::new(Made { generation, value: T::default() }));
            if self.0.compare_exchange(known, made, SeqCst, SeqCst).is_err() {
                // SAFETY: it was made above and nobody else has seen it.
                drop(unsafe { Box::from_raw(made) });
            }
        }
    }
}

/// Something of wasmtime's whose end takes its locks: it is dropped inside the gate.
pub(crate) struct Gated<T>(ManuallyDrop<T>);

impl<T> Gated<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(ManuallyDrop::new(value))
    }
}

impl<T> Drop for Gated<T> {
    fn drop(&mut self) {
        let _inside = Inside::enter();
        // SAFETY: it is dropped here and nowhere else, and not used again.
        unsafe { ManuallyDrop::drop(&mut self.0) }
    }
}

impl<T> Deref for Gated<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Gated<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: 'static> AsContext for Gated<Store<T>> {
    type Data = T;

    fn as_context(&self) -> StoreContext<'_, T> {
        self.0.as_context()
    }
}

impl<T: 'static> AsContextMut for Gated<Store<T>> {
    fn as_context_mut(&mut self) -> StoreContextMut<'_, T> {
        self.0.as_context_mut()
    }
}
