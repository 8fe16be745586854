//! What the runtime offers: its functions by Python signature or raw name, and the addresses of its data. Read once a process from the
//! module itself, so there is no list to keep in step.

mod read;
mod signature;

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::ir::Ty;
pub use signature::{Param, Signature};

/// A function's machine type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FnType {
    /// Types of the parameters.
    pub params: Vec<Ty>,
    /// Type of the result, if there is one.
    pub result: Option<Ty>,
}

/// A function that the runtime exports.
#[derive(Debug)]
pub struct Entry {
    /// The export's name.
    pub name: &'static str,
    /// Its machine type.
    pub ty: FnType,
    /// Its index in the runtime's module.
    pub index: u32,
    /// How Python calls it; none for a raw function.
    pub signature: Option<Signature>,
}

/// The functions are known by their places in `entries`: `Callee::Runtime(place)`.
#[derive(Default)]
struct Registry {
    entries: Vec<Entry>,
    /// (owner, name) of signatures; ("", name) of raw functions and builtins.
    python: HashMap<(&'static str, &'static str), usize>,
    raw: HashMap<&'static str, usize>,
    /// Methods of this name, of all types.
    methods: HashMap<&'static str, Vec<usize>>,
    addresses: HashMap<&'static str, i32>,
}

fn registry() -> &'static Registry {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    REGISTRY.get_or_init(|| {
        let exports = read::exports(crate::runtime::WASM);
        let mut registry = Registry { addresses: exports.addresses, ..Registry::default() };
        for (id, entry) in exports.functions.iter().enumerate() {
            match &entry.signature {
                Some(signature) => {
                    registry.python.insert((signature.owner, signature.name), id);
                    if signature.is_method() {
                        registry.methods.entry(signature.name).or_default().push(id);
                    }
                }
                None => {
                    registry.raw.insert(entry.name.strip_prefix("raw.").unwrap_or(entry.name), id);
                }
            }
        }
        registry.entries = exports.functions;
        registry
    })
}

/// All functions.
#[must_use]
pub fn entries() -> &'static [Entry] {
    &registry().entries
}

/// The function of that number.
#[must_use]
pub fn entry(id: usize) -> &'static Entry {
    &entries()[id]
}

/// How Python calls the function of that number: of one that was found by `builtin`, `method`, `module_function` or `methods_named`.
#[must_use]
pub fn signature(id: usize) -> &'static Signature {
    entry(id).signature.as_ref().expect("a function that was found by its Python name has a signature")
}

/// A builtin function: `len`.
#[must_use]
pub fn builtin(name: &str) -> Option<usize> {
    module_function("", name)
}

/// A method of a type: `str`, `count`.
#[must_use]
pub fn method(type_name: &str, name: &str) -> Option<usize> {
    module_function(type_name, name).filter(|&id| signature(id).is_method())
}

/// A function of a module or a type: `math`, `gcd`; `itertools.chain`, `from_iterable`; `dict`, `fromkeys`.
#[must_use]
pub fn module_function(module: &str, name: &str) -> Option<usize> {
    registry().python.get(&(module, name)).copied()
}

/// Methods of that name, one a type that has it: what a call on a value of unknown type chooses from.
#[must_use]
pub fn methods_named(name: &str) -> &'static [usize] {
    registry().methods.get(name).map_or(&[], Vec::as_slice)
}

/// Whether the runtime has functions of a module: `math`.
#[must_use]
pub fn has_owner(owner: &str) -> bool {
    registry().python.keys().any(|key| key.0 == owner)
}

/// A function by the name that C gave it in `RAW(name)`; also `alloc`.
#[must_use]
pub fn raw(name: &str) -> Option<usize> {
    registry().raw.get(name).copied()
}

/// The address of exported data: `rt`, `rt_true`, ...
///
/// # Panics
///
/// If the runtime exports no such data: `build.rs` lists them.
#[must_use]
pub fn address(name: &str) -> i32 {
    *registry().addresses.get(name).unwrap_or_else(|| panic!("the runtime exports no data `{name}`"))
}
