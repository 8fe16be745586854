//! Imports, and what modules contain.

use ruff_python_ast::{self as ast};

use super::function::start;
use super::types::Type;
use super::value::Val;
use super::{Lower, R};
use crate::ir::Expr;
use crate::registry;

/// Modules of which something is modelled.
const MODULES: &[&str] = &[
    "math",
    "itertools",
    "functools",
    "collections",
    "operator",
    "string",
    "re",
    "hashlib",
    "heapq",
    "bisect",
    "copy",
    "zlib",
    "binascii",
    "statistics",
    "typing",
    "__future__",
    "sys",
    "itertools.chain",
    "fractions",
    "decimal",
    "random",
    "time",
    "os",
    "json",
    "numpy",
    "collections.abc",
    "types",
    "dataclasses",
    "abc",
    "enum",
    "struct",
    "base64",
];

/// Names of modules that are compiled here and have no function in the runtime.
const COMPILED: &[&str] = &[
    "functools.reduce",
    "functools.lru_cache",
    "functools.cache",
    "functools.partial",
    "itertools.starmap",
    "itertools.takewhile",
    "itertools.dropwhile",
    "itertools.filterfalse",
    "operator.itemgetter",
    "operator.getitem",
    "re.compile",
    "re.search",
    "re.match",
    "re.fullmatch",
    "re.findall",
    "re.finditer",
    "re.sub",
    "re.subn",
    "re.split",
    "re.error",
];

/// Members of patterns.
const PATTERN: &[&str] = &[
    "search",
    "match",
    "fullmatch",
    "findall",
    "finditer",
    "sub",
    "subn",
    "split",
    "pattern",
    "flags",
    "groups",
    "groupindex",
];

impl<'a> Lower<'a> {
    pub(crate) fn import(&mut self, import: &'a ast::StmtImport) -> R<()> {
        for alias in &import.names {
            let module = alias.name.as_str();
            if !MODULES.contains(&module) {
                return self.decline(format!("import {module}"));
            }
            let (at, known) = match &alias.asname {
                Some(name) => (start(name), module),
                None => (start(&alias.name), module.split('.').next().unwrap_or(module)),
            };
            self.write_name(at, Val::known(known))?;
        }
        Ok(())
    }

    pub(crate) fn import_from(&mut self, import: &'a ast::StmtImportFrom) -> R<()> {
        let Some(module) = import.module.as_ref().filter(|m| import.level == 0 && MODULES.contains(&m.as_str())) else {
            return self.decline("this import");
        };
        for alias in &import.names {
            self.offset = start(alias);
            let at = start(alias.asname.as_ref().unwrap_or(&alias.name));
            if ["typing", "__future__", "collections.abc", "types"].contains(&module.as_str()) {
                // Names for annotations, which are not evaluated.
                self.write_name(at, Val::known(format!("{module}.{}", alias.name)))?;
                continue;
            }
            let v = match self.library_constant(module, &alias.name)? {
                Some(v) => v,
                None => match self.member(module, &alias.name) {
                    Some(name) => Val::known(name),
                    None => return self.decline(format!("{module}.{}", alias.name)),
                },
            };
            self.write_name(at, v)?;
        }
        Ok(())
    }

    /// The full name of a member of a module or class, if it is modelled.
    pub(crate) fn member(&self, owner: &str, name: &str) -> Option<String> {
        let full = format!("{owner}.{name}");
        let known = registry::module_function(owner, name).is_some()
            || COMPILED.contains(&full.as_str())
            || MODULES.contains(&full.as_str())
            || (owner.starts_with("re.Pattern:") && PATTERN.contains(&name));
        known.then_some(full)
    }

    /// Constants of modules.
    pub(crate) fn library_constant(&mut self, owner: &str, name: &str) -> R<Option<Val>> {
        let float = |value: f64| Some(Val::new(Type::Float, Expr::F64(value)));
        Ok(match (owner, name) {
            ("math", "pi") => float(std::f64::consts::PI),
            ("math", "e") => float(std::f64::consts::E),
            ("math", "tau") => float(std::f64::consts::TAU),
            ("math", "inf") => float(f64::INFINITY),
            ("math", "nan") => float(f64::NAN),
            ("string", "digits") => Some(self.text(b"0123456789")),
            ("string", "hexdigits") => Some(self.text(b"0123456789abcdefABCDEF")),
            ("string", "octdigits") => Some(self.text(b"01234567")),
            ("string", "ascii_lowercase") => Some(self.text(b"abcdefghijklmnopqrstuvwxyz")),
            ("string", "ascii_uppercase") => Some(self.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")),
            ("string", "ascii_letters") => Some(self.text(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")),
            ("string", "punctuation") => Some(self.text(b"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")),
            ("string", "printable") => Some(self.text(
                b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \t\n\r\x0b\x0c",
            )),
            ("string", "whitespace") => Some(self.text(b" \t\n\r\x0b\x0c")),
            ("re", flag) => super::regexes::flag(flag).map(|bits| Val::int(i64::from(bits))),
            _ => None,
        })
    }
}
