//! The machine code of candidates that come as modules: kept by content, in memory, and on disk what took long to make.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use wasmtime::{Engine, Module};

use crate::cache::{self, Entry};
use crate::engine;
use crate::fork::{Gated, Inside};
use crate::kept::{Kept, MACHINE_CODE, weight};

/// A module of fewer bytes compiles in less time than it takes to look for it on disk with all checks, and to write it.
const WORTH: usize = 32 << 10;
/// Most bytes on disk; the oldest files go first.
const DISK: u64 = 256 << 20;
/// What the files are called.
const NAME: &str = "module";

/// The machine code of a module, made unless it is kept. The error says what is wrong with the module.
pub(crate) fn module(engine: &Engine, stack: usize, wasm: &[u8]) -> wasmtime::Result<Arc<Gated<Module>>> {
    static MODULES: Kept<(usize, [u8; 32]), Gated<Module>> = Kept::new(MACHINE_CODE);
    let hash = blake3::hash(wasm);
    MODULES.get(&(stack, *hash.as_bytes()), || {
        let folder = (wasm.len() >= WORTH).then(|| cache::folder("modules")).flatten();
        let module = match folder.filter(|folder| cache::private(folder)) {
            Some(folder) => on_disk(&folder, engine, wasm, &hash.to_hex(), DISK)?,
            None => engine::module(engine, wasm)?,
        };
        let bytes = weight(&module);
        Ok((module, bytes))
    })
}

fn on_disk(folder: &Path, engine: &Engine, wasm: &[u8], hash: &str, most: u64) -> wasmtime::Result<Gated<Module>> {
    let _inside = Inside::enter();
    let entry = Entry::new(folder, engine, hash, NAME);
    if let Some(module) = entry.load(engine) {
        return Ok(Gated::new(module));
    }
    let module = Module::new(engine, wasm)?;
    // What cannot be written is compiled again the next time.
    if entry.write(&module).is_ok() {
        prune(folder, most);
    }
    Ok(Gated::new(module))
}

/// Removes the oldest files until the rest is no larger than `most`. A process that has one of them mapped keeps it.
fn prune(folder: &Path, most: u64) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut files: Vec<(SystemTime, u64, PathBuf)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let meta = entry.metadata().ok().filter(fs::Metadata::is_file)?;
            Some((meta.modified().ok()?, meta.len(), entry.path()))
        })
        .collect();
    files.sort();
    let mut bytes: u64 = files.iter().map(|(_, len, _)| len).sum();
    for (_, len, path) in files {
        if bytes <= most {
            return;
        }
        if fs::remove_file(&path).is_ok() {
            bytes -= len;
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn wasm(answer: usize) -> Vec<u8> {
        wat::parse_str(format!("(module (func (export \"f\") (result i32) (i32.const {answer})))")).expect("a module")
    }

    fn use_it(folder: &Path, answer: usize, most: u64) -> Vec<PathBuf> {
        let engine = engine::modules(1 << 20).expect("an engine");
        let wasm = wasm(answer);
        let module = on_disk(folder, &engine, &wasm, &blake3::hash(&wasm).to_hex(), most).expect("a module");
        assert_eq!(module.exports().count(), 1);
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path()).collect();
        files.sort();
        files
    }

    #[test]
    fn a_module_is_written_once_and_read_again() {
        let base = tempfile::tempdir().expect("a folder");
        let files = use_it(base.path(), 1, DISK);
        assert_eq!(files.len(), 2);
        let written = fs::metadata(&files[0]).expect("a file").modified().expect("a time");
        assert_eq!(use_it(base.path(), 1, DISK), files);
        assert_eq!(fs::metadata(&files[0]).expect("a file").modified().expect("a time"), written);
    }

    #[test]
    fn the_oldest_go_when_there_are_too_many_bytes() {
        let base = tempfile::tempdir().expect("a folder");
        let first = use_it(base.path(), 1, DISK);
        let size: u64 = first.iter().map(|file| fs::metadata(file).expect("a file").len()).sum();
        for file in &first {
            let file = fs::File::options().write(true).open(file).expect("ours");
            file.set_modified(SystemTime::UNIX_EPOCH).expect("ours");
        }
        let second = use_it(base.path(), 2, 3 * size);
        assert_eq!(second.len(), 4);
        let third = use_it(base.path(), 3, 2 * size + size / 2);
        assert_eq!(third.len(), 4);
        assert!(first.iter().all(|file| !third.contains(file)));
    }

    #[test]
    fn the_same_module_is_the_same_machine_code() {
        let engine = engine::modules(1 << 20).expect("an engine");
        let [one, again, other] = [7, 7, 8].map(|answer| module(&engine, 1 << 20, &wasm(answer)).expect("a module"));
        assert!(Arc::ptr_eq(&one, &again));
        assert!(!Arc::ptr_eq(&one, &other));
    }
}
