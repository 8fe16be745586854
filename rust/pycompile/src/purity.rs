//! Whether a source keeps nothing from one call of `f` to the next, read from its text: then CPython need not be asked by
//! running rows again in another order.
//!
//! What could outlive a call in CPython, and why an accepted source has none of it:
//! - module variables: no `global`, and at module level no loops, calls that keep something, or rebinding by a function;
//! - objects that module variables lead to: they are constants, patterns, functions, and tables that are only read: a table is
//!   nowhere in a place where another name could come to mean it;
//! - attributes of functions, classes and modules, defaults, caches: attributes are set on a method's own instance alone,
//!   instances are made within a call and no class is named but to make one, defaults are constants, and of the decorators that
//!   keep something only caches of nested functions remain, which die with the call;
//! - the interpreter (`sys`, builtins, `random`, the decimal context, warnings): of modules only the listed members can be
//!   reached, `eval` and the like are not among the builtins listed, and no name with two underscores is looked up;
//! - generators left suspended, `finally`, `__del__`: they end within the call or run nothing, as `finally`, `with` and
//!   destructors are refused;
//! - caches inside the library (patterns, interned strings, specialised bytecode): they change no answer, only fuel; and
//!   `is` is for None and truth values alone, since a pattern may or may not be the cached one.
//!
//! And what differs from call to call without being kept: addresses in the heap. An object known by its address (a generator, an
//! iterator, a nested function, an instance, a match) is held by a variable or consumed where it is made, and never becomes
//! text, an item or an argument of the candidate's functions; so no text shows an address, and no set is ordered by one. A
//! float that is not a number hashes by its address: sets and floats do not go together.
//!
//! Names are taken by their text in the whole module: one that means two things is refused. Errors that a limit causes
//! (MemoryError, RecursionError) cannot be caught here: near a limit what came before may decide, as `audit` has it.

mod expressions;
mod methods;
mod module;
mod outline;
mod places;
mod statements;
mod words;

use std::collections::HashSet;

use ruff_text_size::Ranged;

use crate::api::{Declined, declined};
use crate::guard::guarded_here;
use crate::ir::InputType;
use outline::Outline;

/// Nothing outlives a call of the candidate's function on rows of a type.
///
/// # Errors
/// The construct that leaves it in doubt.
pub fn keeps_nothing(source: &str, input: InputType) -> Result<(), Declined> {
    guarded_here(source, || {
        let parsed = ruff_python_parser::parse_module(source)
            .map_err(|error| declined(source, error.location.start().to_u32(), error.error.to_string()))?;
        let check = || {
            let outline = Outline::of(&parsed.syntax().body)?;
            let floats = outline.floats || !matches!(input, InputType::Text | InputType::Ints);
            if outline.sets && floats {
                return Err(Doubt { offset: 0, what: "sets and floats: nan is ordered by its address".into() });
            }
            let mut reader = Reader::new(&outline);
            reader.module(&parsed.syntax().body)?;
            reader.names()
        };
        check().map_err(|doubt: Doubt| declined(source, doubt.offset, doubt.what))
    })
}

/// What is not known to keep nothing, and where.
struct Doubt {
    offset: u32,
    what: String,
}

type Sure<T = ()> = Result<T, Doubt>;

fn doubt<T>(at: &impl Ranged, what: impl Into<String>) -> Sure<T> {
    Err(Doubt { offset: at.start().to_u32(), what: what.into() })
}

/// Reads a module, and notes what names are used for.
struct Reader<'a> {
    outline: &'a Outline<'a>,
    /// Bound by assignments, parameters and the like.
    bound: HashSet<&'a str>,
    /// Looked up, and neither defined by the module nor built in.
    free: HashSet<&'a str>,
    builtins: HashSet<&'a str>,
    /// Bound to objects known by their addresses.
    held: HashSet<&'a str>,
    /// Used where such an object may not be.
    loose: HashSet<&'a str>,
    /// The first parameters of methods, and what is bound otherwise than as a parameter.
    receivers: HashSet<&'a str>,
    stored: HashSet<&'a str>,
    /// What a loop goes through whose items are known by their addresses.
    parts: Option<&'a str>,
    /// That of the method being read, outside its nested functions.
    receiver: Option<&'a str>,
}

impl<'a> Reader<'a> {
    fn new(outline: &'a Outline<'a>) -> Self {
        Self {
            outline,
            bound: HashSet::new(),
            free: HashSet::new(),
            builtins: HashSet::new(),
            held: HashSet::new(),
            loose: HashSet::new(),
            receivers: HashSet::new(),
            stored: HashSet::new(),
            parts: None,
            receiver: None,
        }
    }

    /// Every name means one thing.
    fn names(&self) -> Sure {
        let two = |name: &&&str| self.outline.kinds.contains_key(**name) || self.builtins.contains(**name);
        let found = [
            (self.bound.iter().find(two), "is bound anew"),
            (self.free.difference(&self.bound).next(), "is not defined here"),
            (self.held.intersection(&self.loose).next(), "may be known by its address"),
            (self.receivers.intersection(&self.stored).next(), "is a method's instance and more"),
        ];
        match found.into_iter().find_map(|(name, what)| Some(format!("{} {what}", name?))) {
            Some(what) => Err(Doubt { offset: 0, what }),
            None => Ok(()),
        }
    }
}
