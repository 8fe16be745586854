//! A candidate and the runtime as one module of ABI 1 (docs/abi.md), without imports.
//!
//! The runtime imports nothing, so its things have the first indices of every kind. The candidate's follow, and each section of the result
//! is the runtime's items and then the candidate's, byte for byte.

use wasm_encoder::{Encode, ExportKind, ExportSection, ImportSection, RawSection, Section, SectionId};
use wasmparser::{BinaryReader, Parser, Payload};

use crate::abi::Program;
use crate::emit::{self, Layout, Types};
use crate::ir::Module;
use crate::runtime;

/// The body of a section without items.
const EMPTY: &[u8] = &[0];

/// A module that exports `memory`, `alloc` and `f`, and also `init` and `rows`. An exception in a row is a trap, and so is what compiled
/// code does not model.
#[must_use]
pub fn standalone(module: &Module) -> Vec<u8> {
    let inner = runtime_sections();
    let count = |id: SectionId| inner[id as usize].map_or(0, |body| items(body).0);
    let program = Program::standalone(module);
    let layout = Layout::behind(&program, count(SectionId::Function), count(SectionId::Global), count(SectionId::Data));
    let added = emit::sections(&program, &layout, Types::new(count(SectionId::Type)), ImportSection::new());
    let mut exports = ExportSection::new();
    exports.export("memory", ExportKind::Memory, 0);
    for &(name, place) in program.exports() {
        exports.export(name, ExportKind::Func, layout.function(place));
    }

    let order: [(SectionId, Option<&dyn Section>); 10] = [
        (SectionId::Type, Some(&added.types)),
        (SectionId::Function, Some(&added.functions)),
        (SectionId::Table, None),
        (SectionId::Memory, None),
        (SectionId::Global, Some(&added.globals)),
        (SectionId::Export, Some(&exports)),
        (SectionId::Element, None),
        (SectionId::DataCount, Some(&added.data_count)),
        (SectionId::Code, Some(&added.code)),
        (SectionId::Data, Some(&added.data)),
    ];
    let mut out = wasm_encoder::Module::new();
    for (id, section) in order {
        let inner = match id {
            SectionId::Export | SectionId::DataCount => None, // ours say it all
            _ => inner[id as usize],
        };
        if id == SectionId::Code {
            out.section(&added.hints);
        }
        let data = match section {
            Some(section) => joined(inner.unwrap_or(EMPTY), section),
            None => inner.unwrap_or(EMPTY).to_vec(),
        };
        out.section(&RawSection { id: id as u8, data: &data });
    }
    out.finish()
}

/// The bodies of the runtime's sections by id.
fn runtime_sections() -> [Option<&'static [u8]>; 16] {
    let mut sections = [None; 16];
    for payload in Parser::new(0).parse_all(runtime::WASM) {
        let payload = payload.expect("build.rs made a module");
        if let Payload::CustomSection(_) = payload {
            continue;
        }
        if let Some((id, range)) = payload.as_section() {
            sections[usize::from(id)] = Some(&runtime::WASM[range]);
        }
    }
    sections
}

/// A section's number of items, and their bytes.
fn items(body: &[u8]) -> (u32, &[u8]) {
    let mut reader = BinaryReader::new(body, 0);
    let count = reader.read_var_u32().expect("a section starts with a number");
    (count, &body[reader.original_position()..])
}

/// The body of a section that has the items of both.
fn joined(inner: &[u8], section: &dyn Section) -> Vec<u8> {
    let mut encoded = Vec::new();
    section.encode(&mut encoded);
    let (_, body) = items(&encoded); // the number that stands before the body is its size
    let (inner_count, inner_items) = items(inner);
    let (count, added_items) = items(body);
    let mut out = Vec::with_capacity(inner.len() + encoded.len());
    (inner_count + count).encode(&mut out);
    out.extend_from_slice(inner_items);
    out.extend_from_slice(added_items);
    out
}
