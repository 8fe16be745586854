//! Traps of WebAssembly are signals to wasmtime, which installs its handlers once a process. Other libraries install
//! theirs later and do not always hand on what is not for them (Python's `faulthandler`, Ray), so that a candidate's
//! trap would end the process. Where that has happened, a handler of ours goes on top: a signal that is raised inside the
//! engine is wasmtime's, any other theirs.

use std::ffi::c_int;
use std::mem::{MaybeUninit, transmute};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::fork;

/// What wasmtime listens to.
const SIGNALS: [c_int; 3] = [libc::SIGSEGV, libc::SIGILL, libc::SIGFPE];

/// A handler as the kernel has it.
struct Handler {
    address: AtomicUsize,
    /// It takes three arguments.
    informed: AtomicBool,
}

impl Handler {
    const fn none() -> Self {
        Self { address: AtomicUsize::new(libc::SIG_DFL), informed: AtomicBool::new(false) }
    }

    fn set(&self, action: &libc::sigaction) {
        self.informed.store(action.sa_flags & libc::SA_SIGINFO != 0, SeqCst);
        self.address.store(action.sa_sigaction, SeqCst);
    }
}

static OURS: [Handler; SIGNALS.len()] = [const { Handler::none() }; SIGNALS.len()];
static THEIRS: [Handler; SIGNALS.len()] = [const { Handler::none() }; SIGNALS.len()];
/// wasmtime's actions, as it installed them.
static INSTALLED: OnceLock<[libc::sigaction; SIGNALS.len()]> = OnceLock::new();

/// Remembers wasmtime's handlers. To be called when it has just made its first engine.
pub(crate) fn remember() {
    INSTALLED.get_or_init(|| {
        let actions = SIGNALS.map(current);
        OURS.iter().zip(&actions).for_each(|(handler, action)| handler.set(action));
        actions
    });
}

/// Puts the handlers in place if somebody has replaced them.
pub(crate) fn keep() {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let Some(installed) = INSTALLED.get() else { return };
    for (index, ours) in installed.iter().enumerate() {
        if is_ours(&current(SIGNALS[index]), ours) {
            continue;
        }
        let _lock = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let found = current(SIGNALS[index]);
        if !is_ours(&found, ours) {
            THEIRS[index].set(&found);
            let mut action = *ours; // with its flags: an alternate stack, three arguments
            action.sa_sigaction = dispatch as *const () as usize;
            // SAFETY: `dispatch` is a handler of three arguments, as wasmtime's is, and stays loaded with this library.
            unsafe { libc::sigaction(SIGNALS[index], &raw const action, ptr::null_mut()) };
        }
    }
}

fn is_ours(found: &libc::sigaction, ours: &libc::sigaction) -> bool {
    found.sa_sigaction == ours.sa_sigaction || found.sa_sigaction == dispatch as *const () as usize
}

fn current(signal: c_int) -> libc::sigaction {
    let mut action = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: the call only writes to `action`, for which all bits 0 is a value too.
    unsafe {
        libc::sigaction(signal, ptr::null(), action.as_mut_ptr());
        action.assume_init()
    }
}

/// On top of everybody's handlers. Touches atomics and a thread-local counter only.
extern "C" fn dispatch(signal: c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let Some(index) = SIGNALS.iter().position(|&known| known == signal) else { return };
    if fork::is_inside() {
        return OURS[index].call(OURS[index].address.load(SeqCst), signal, info, context);
    }
    // A handler that gives up raises the signal again for the one before it, which may be this one: then nobody is left.
    let theirs = &THEIRS[index].address;
    let address = theirs.swap(libc::SIG_DFL, SeqCst);
    THEIRS[index].call(address, signal, info, context);
    let _ = theirs.compare_exchange(libc::SIG_DFL, address, SeqCst, SeqCst);
}

impl Handler {
    fn call(&self, address: usize, signal: c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
        match address {
            // SAFETY: both calls are allowed in a handler; the default action of these signals ends the process.
            libc::SIG_DFL | libc::SIG_IGN => unsafe {
                libc::signal(signal, libc::SIG_DFL);
                libc::raise(signal);
            },
            // SAFETY: the address is what another library gave the kernel as a handler of this many arguments.
            _ if self.informed.load(SeqCst) => unsafe {
                type Informed = extern "C" fn(c_int, *mut libc::siginfo_t, *mut libc::c_void);
                transmute::<usize, Informed>(address)(signal, info, context);
            },
            // SAFETY: as above.
            _ => unsafe { transmute::<usize, extern "C" fn(c_int)>(address)(signal) },
        }
    }
}
