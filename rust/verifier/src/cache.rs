//! The runtime's machine code, compiled once a machine and kept in a private folder.
//!
//! A file here is machine code that we will run, so it is used only if it is provably ours: the folder and the file
//! belong to this user and nobody else may write them, and the file's hash is the one recorded beside it. Anything
//! else is compiled again. Whatever goes wrong with the folder costs time, never the run.

use std::fs::{self, File};
use std::hash::{Hash, Hasher};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process;

use wasmtime::Engine;
use wasmtime::component::Component;

use crate::error::Error;

/// The compiled form of `wasm`, from the cache or from the compiler.
pub(crate) fn component(engine: &Engine, wasm: &'static [u8]) -> Result<Component, Error> {
    let compile =
        || Component::new(engine, wasm).map_err(|error| Error::internal("compiling the CPython runtime", error));
    let Some(folder) = folder().filter(|folder| private(folder)) else {
        return compile();
    };
    let entry = Entry::new(&folder, engine, wasm);
    if let Some(component) = entry.load(engine) {
        return Ok(component);
    }
    // Several processes may start at once: one compiles, the others wait and load.
    let lock = File::create(&entry.lock).ok();
    let locked = lock.as_ref().is_some_and(|lock| lock.lock().is_ok());
    if locked && let Some(component) = entry.load(engine) {
        return Ok(component);
    }
    let component = compile()?;
    // Failing to write (a full disk, say) is not a failure of the run: the next process compiles again.
    if entry.write(&component).is_err() {
        return Ok(component);
    }
    Ok(entry.load(engine).unwrap_or(component))
}

/// `LLMERM_CACHE_DIR`, else `$XDG_CACHE_HOME/llmerm`, else `~/.cache/llmerm`.
fn folder() -> Option<PathBuf> {
    let var = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    var("LLMERM_CACHE_DIR")
        .or_else(|| var("XDG_CACHE_HOME").map(|base| base.join("llmerm")))
        .or_else(|| var("HOME").map(|home| home.join(".cache").join("llmerm")))
        .map(|base| base.join("runtimes"))
}

/// Makes the folder if need be; true if it is ours and nobody else can write it.
fn private(folder: &Path) -> bool {
    make(folder).is_ok() && fs::symlink_metadata(folder).is_ok_and(|meta| meta.is_dir() && owned(&meta))
}

#[cfg(unix)]
fn make(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(unix)]
fn owned(meta: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    meta.uid() == rustix::process::geteuid().as_raw() && meta.mode() & 0o022 == 0
}

#[cfg(not(unix))]
fn owned(_: &fs::Metadata) -> bool {
    true // the user's own profile folder
}

struct Entry {
    code: PathBuf,
    hash: PathBuf,
    lock: PathBuf,
}

impl Entry {
    /// The key holds all that decides the machine code: the component, the wasmtime version, the configuration and
    /// the processor (the last three are wasmtime's own compatibility hash).
    fn new(folder: &Path, engine: &Engine, wasm: &[u8]) -> Self {
        let mut key = KeyHasher(blake3::Hasher::new());
        engine.precompile_compatibility_hash().hash(&mut key);
        key.0.update(wasm);
        let key = &key.0.finalize().to_hex()[..32];
        let file = |suffix| folder.join(format!("cpython-{key}.{suffix}"));
        Self { code: file("cwasm"), hash: file("blake3"), lock: file("lock") }
    }

    fn load(&self, engine: &Engine) -> Option<Component> {
        let recorded = fs::read_to_string(&self.hash).ok()?;
        let mut file = File::open(&self.code).ok()?;
        if !owned(&file.metadata().ok()?) || hash_of(&mut file).ok()?.as_str() != recorded {
            return None;
        }
        // SAFETY: the file is one that this user wrote through `write`: the folder is private (checked by `private`),
        // the file is owned and writable by us alone, and its bytes have the hash recorded for it. wasmtime itself
        // refuses another version's or configuration's file.
        unsafe { Component::deserialize_file(engine, &self.code) }.ok()
    }

    fn write(&self, component: &Component) -> io::Result<()> {
        let code = component.serialize().map_err(io::Error::other)?;
        replace(&self.code, &code)?;
        replace(&self.hash, blake3::hash(&code).to_hex().as_bytes())
    }
}

/// Writes a file whole or not at all.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension(format!("{}.tmp", process::id()));
    let written =
        create(&temporary).and_then(|mut file| file.write_all(bytes)).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

#[cfg(unix)]
fn create(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    File::options().write(true).create(true).truncate(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn create(path: &Path) -> io::Result<File> {
    File::create(path)
}

fn hash_of(file: &mut File) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    let mut block = vec![0; 1 << 20];
    loop {
        match file.read(&mut block)? {
            0 => return Ok(hasher.finalize().to_hex().to_string()),
            read => hasher.update(&block[..read]),
        };
    }
}

/// Feeds `Hash` into blake3; only `write` is ever used for the key.
struct KeyHasher(blake3::Hasher);

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}
