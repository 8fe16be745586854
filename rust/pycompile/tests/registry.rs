//! What the runtime says of itself is well formed.

#![allow(missing_docs, clippy::unwrap_used)]

use llmerm_pycompile::ir::Ty;
use llmerm_pycompile::{exceptions, registry};

#[test]
fn python_signatures_fit_their_functions() {
    for entry in registry::entries() {
        let Some(signature) = &entry.signature else {
            assert!(!entry.name.contains('('), "{} is no signature", entry.name);
            continue;
        };
        assert_eq!(entry.ty.params, vec![Ty::I64; signature.params.len()], "{}", entry.name);
        assert_eq!(entry.ty.result, Some(Ty::I64), "{}", entry.name);
        let word = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
        assert!(word(signature.name) && signature.params.iter().all(|param| word(param.name)), "{}", entry.name);
        let optional = signature.params.iter().filter(|param| !param.keyword_only && !param.star);
        assert!(optional.map(|param| param.optional).is_sorted(), "{}: what may be left out comes last", entry.name);
        let id = registry::module_function(signature.owner, signature.name).unwrap();
        assert!(std::ptr::eq(registry::entry(id), entry), "{} is defined twice", entry.name);
    }
}

#[test]
fn data_has_addresses() {
    let names = ["rt", "rt_true", "rt_false", "rt_none", "rt_chars", "rt_empty", "rt_unit", "rt_constants"];
    assert!(names.iter().all(|name| registry::address(name) % 4 == 0 && registry::address(name) > 0));
    assert!(registry::raw("alloc").is_some());
}

#[test]
fn exceptions_derive() {
    let number = |name| exceptions::number(name).unwrap();
    assert_eq!(number("BaseException"), 16);
    assert_eq!(exceptions::name(number("KeyError")), Some("KeyError"));
    assert_eq!(exceptions::base(number("KeyError")), exceptions::number("LookupError"));
    assert_eq!(exceptions::base(number("BaseException")), None);
    assert!(exceptions::is_subclass(number("UnicodeDecodeError"), number("ValueError")));
    assert!(!exceptions::is_subclass(number("ValueError"), number("UnicodeError")));
    assert!(!exceptions::is_subclass(number("KeyboardInterrupt"), number("Exception")));
    assert!(!exceptions::is_subclass(1, number("BaseException")), "a deopt is nothing that a program can catch");
    let lookup: Vec<_> = exceptions::subclasses(number("LookupError")).filter_map(exceptions::name).collect();
    assert_eq!(lookup, ["LookupError", "IndexError", "KeyError"]);
    assert_eq!(exceptions::number("NoSuchError"), None);
    assert_eq!(exceptions::name(2), None);
}
