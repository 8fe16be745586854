//! The ABI of `docs/abi.md`, checked point by point before a module is ever instantiated.

use wasmtime::{ExternType, Module, ValType};

use crate::error::Rejected;
use crate::limits::Limits;

/// The most elements of a row that `f_rows` is given.
pub(crate) const ROW_MAX: usize = (1 << 28) - 1;

/// An error in at most three lines and 400 characters: a hostile text can make its own excerpt endless.
fn brief(error: &str) -> String {
    error.lines().take(3).collect::<Vec<_>>().join(" ").chars().take(400).collect()
}

pub(crate) fn first_lines(error: &wasmtime::Error) -> String {
    brief(&format!("{error:#}"))
}

/// The module in binary form, whichever form it came in, if its size allows.
pub(crate) fn binary(source: &[u8], limits: &Limits) -> Result<Vec<u8>, Rejected> {
    let is_binary = source.starts_with(b"\0asm");
    let (bound, what) = if is_binary { (limits.module_bytes, "module") } else { (limits.source_bytes, "source") };
    too_large(source.len(), bound, what)?;
    if is_binary {
        return Ok(source.to_vec());
    }
    if source.is_empty() {
        return Err(Rejected::compile("the source is empty"));
    }
    let text = std::str::from_utf8(source)
        .map_err(|_| Rejected::compile("neither a WebAssembly module (no \\0asm at the start) nor text in UTF-8"))?;
    let bytes = wat::parse_str(text)
        .map_err(|error| Rejected::compile(format!("not WebAssembly text: {}", brief(&error.to_string()))))?;
    too_large(bytes.len(), limits.module_bytes, "module")?;
    Ok(bytes)
}

fn too_large(len: usize, bound: usize, what: &str) -> Result<(), Rejected> {
    if len > bound {
        return Err(Rejected::compile(format!("the {what} has {len} bytes; the limit is {bound}")));
    }
    Ok(())
}

/// The ABI, point by point.
pub(crate) fn check(module: &Module, bytes: &[u8], limits: &Limits) -> Result<(), String> {
    if let Some(import) = module.imports().next() {
        let name = format!("{}.{}", import.module(), import.name());
        return Err(format!("it imports {name}; a candidate may import nothing"));
    }
    if has_start(bytes) {
        return Err("it has a start function; a candidate may run nothing before its rows".into());
    }
    let function = |name: &str, params: &[ValType], results: &[ValType]| match module.get_export(name) {
        Some(ExternType::Func(found)) => {
            let same = |found: &mut dyn ExactSizeIterator<Item = ValType>, wanted: &[ValType]| {
                found.len() == wanted.len() && found.zip(wanted).all(|(found, wanted)| ValType::eq(&found, wanted))
            };
            Ok(Some(same(&mut found.params(), params) && same(&mut found.results(), results)))
        }
        Some(_) => Err(format!("its export {name} is not a function")),
        None => Ok(None),
    };
    match function("f", &[ValType::I32, ValType::I32], &[ValType::I64])? {
        Some(true) => {}
        Some(false) => return Err("its export f has another signature than (i32, i32) -> i64".into()),
        None => return Err("it exports no function f".into()),
    }
    if function("alloc", &[ValType::I32], &[ValType::I32])? == Some(false) {
        return Err("its export alloc has another signature than (i32) -> i32".into());
    }
    if function("f_rows", &[const { ValType::I32 }; 4], &[])? == Some(false) {
        return Err("its export f_rows has another signature than (i32, i32, i32, i32) -> ()".into());
    }
    match module.get_export("memory") {
        Some(ExternType::Memory(memory)) if memory.minimum().saturating_mul(65536) > limits.memory as u64 => {
            Err(format!("its memory starts at {} bytes; the limit is {}", memory.minimum() * 65536, limits.memory))
        }
        Some(ExternType::Memory(_)) => Ok(()),
        _ => Err("it exports no memory".into()),
    }
}

/// Whether the module has a start section (id 8). The module was validated, so its sections are well formed.
fn has_start(bytes: &[u8]) -> bool {
    let mut rest = &bytes[8.min(bytes.len())..];
    while let Some((&id, tail)) = rest.split_first() {
        if id == 8 {
            return true;
        }
        let (mut size, mut shift, mut used) = (0_u64, 0, 0);
        for &byte in tail.iter().take(5) {
            size |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            used += 1;
            if byte < 0x80 {
                break;
            }
        }
        let next = used + usize::try_from(size).unwrap_or(usize::MAX - used);
        rest = tail.get(next..).unwrap_or(&[]);
    }
    false
}
