//! The runtimes' machine code, compiled once a machine and kept in a private folder.
//!
//! A file here is machine code that we will run, so it is used only if it is provably ours: the folder and the file
//! belong to this user and nobody else may write them, and the file's hash is the one recorded beside it. Anything
//! else is compiled again. Whatever goes wrong with the folder costs time, never the run.

use std::fs::{self, File};
use std::hash::{Hash, Hasher};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process;

use wasmtime::component::Component;
use wasmtime::{Engine, Module};

use crate::error::Error;
use crate::fork::Inside;

/// What is kept: wasmtime's two forms of compiled code.
pub(crate) trait Compiled: Sized {
    /// What the files are called.
    const NAME: &'static str;
    fn compile(engine: &Engine, wasm: &[u8]) -> wasmtime::Result<Self>;
    fn serialize(&self) -> wasmtime::Result<Vec<u8>>;
    /// # Safety
    /// The file holds what `serialize` gave.
    unsafe fn deserialize(engine: &Engine, file: &Path) -> wasmtime::Result<Self>;
}

macro_rules! compiled {
    ($type:ty, $name:literal) => {
        impl Compiled for $type {
            const NAME: &'static str = $name;
            fn compile(engine: &Engine, wasm: &[u8]) -> wasmtime::Result<Self> {
                Self::new(engine, wasm)
            }
            fn serialize(&self) -> wasmtime::Result<Vec<u8>> {
                self.serialize()
            }
            unsafe fn deserialize(engine: &Engine, file: &Path) -> wasmtime::Result<Self> {
                // SAFETY: as the caller promises.
                unsafe { Self::deserialize_file(engine, file) }
            }
        }
    };
}
compiled!(Component, "cpython");
compiled!(Module, "fast");

/// The CPython runtime, from the cache or from the compiler. `hash` is the blake3 hash of `wasm` in hexadecimal.
pub(crate) fn component(engine: &Engine, wasm: &'static [u8], hash: &str) -> Result<Component, Error> {
    get(folder("runtimes"), engine, wasm, hash)
}

/// The fast tier's runtime, from the cache or from the compiler.
pub(crate) fn module(engine: &Engine, wasm: &'static [u8]) -> Result<Module, Error> {
    get(folder("runtimes"), engine, wasm, &blake3::hash(wasm).to_hex())
}

/// Whether `component` would have it without compiling.
pub(crate) fn has_component(engine: &Engine, hash: &str) -> bool {
    folder("runtimes")
        .filter(|folder| private(folder))
        .is_some_and(|folder| Entry::new(&folder, engine, hash, Component::NAME).hash.exists())
}

fn get<T: Compiled>(folder: Option<PathBuf>, engine: &Engine, wasm: &[u8], hash: &str) -> Result<T, Error> {
    let _inside = Inside::enter();
    let compile = || {
        T::compile(engine, wasm).map_err(|error| Error::internal(&format!("compiling the {} runtime", T::NAME), error))
    };
    let Some(folder) = folder.filter(|folder| private(folder)) else {
        return compile();
    };
    let entry = Entry::new(&folder, engine, hash, T::NAME);
    if let Some(compiled) = entry.load(engine) {
        return Ok(compiled);
    }
    // Several processes may start at once: one compiles, the others wait and load.
    let lock = File::create(&entry.lock).ok();
    let locked = lock.as_ref().is_some_and(|lock| lock.lock().is_ok());
    if locked && let Some(compiled) = entry.load(engine) {
        return Ok(compiled);
    }
    let compiled: T = compile()?;
    // Failing to write (a full disk, say) is not a failure of the run: the next process compiles again.
    if entry.write(&compiled).is_err() {
        return Ok(compiled);
    }
    Ok(entry.load(engine).unwrap_or(compiled))
}

/// One of the folders in `LLMERM_CACHE_DIR`, else `$XDG_CACHE_HOME/llmerm`, else `~/.cache/llmerm`.
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let var = |variable| std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    var("LLMERM_CACHE_DIR")
        .or_else(|| var("XDG_CACHE_HOME").map(|base| base.join("llmerm")))
        .or_else(|| var("HOME").map(|home| home.join(".cache").join("llmerm")))
        .map(|base| base.join(name))
}

/// Makes the folder if need be; true if it is ours and nobody else can write it.
pub(crate) fn private(folder: &Path) -> bool {
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

pub(crate) struct Entry {
    code: PathBuf,
    hash: PathBuf,
    lock: PathBuf,
}

impl Entry {
    /// The key holds all that decides the machine code: the WebAssembly, the wasmtime version, the configuration and
    /// the processor (the last three are wasmtime's own compatibility hash).
    pub(crate) fn new(folder: &Path, engine: &Engine, wasm_hash: &str, name: &str) -> Self {
        let mut key = KeyHasher(blake3::Hasher::new());
        engine.precompile_compatibility_hash().hash(&mut key);
        key.0.update(wasm_hash.as_bytes());
        let key = &key.0.finalize().to_hex()[..32];
        let file = |suffix| folder.join(format!("{name}-{key}.{suffix}"));
        Self { code: file("cwasm"), hash: file("blake3"), lock: file("lock") }
    }

    pub(crate) fn load<T: Compiled>(&self, engine: &Engine) -> Option<T> {
        let recorded = fs::read_to_string(&self.hash).ok()?;
        let mut file = File::open(&self.code).ok()?;
        if !owned(&file.metadata().ok()?) || hash_of(&mut file).ok()?.as_str() != recorded {
            return None;
        }
        // SAFETY: the file is one that this user wrote through `write`: the folder is private (checked by `private`),
        // the file is owned and writable by us alone, and its bytes have the hash recorded for it. wasmtime itself
        // refuses another version's or configuration's file.
        unsafe { T::deserialize(engine, &self.code) }.ok()
    }

    pub(crate) fn write(&self, compiled: &impl Compiled) -> io::Result<()> {
        let code = compiled.serialize().map_err(io::Error::other)?;
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    /// A component so small that compiling it takes no time; `use_it` gives the files there are afterwards.
    fn use_it(folder: &Path) -> Vec<PathBuf> {
        let engine = crate::engine::for_runtimes(1 << 20).expect("an engine");
        let wasm = wat::parse_str("(component (core module (func (export \"f\"))))").expect("a component");
        get::<Component>(Some(folder.to_owned()), &engine, &wasm, "of a test").expect("it never fails");
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder).map(|all| all.map(|file| file.expect("a file").path()).collect()).unwrap_or_default();
        files.retain(|path| path.extension().is_some_and(|suffix| suffix != "lock"));
        files.sort(); // the hash, then the code
        files
    }

    fn inode(path: &Path) -> u64 {
        fs::metadata(path).expect("it is there").ino()
    }

    fn permit(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
    }

    #[test]
    fn the_first_use_writes_private_files_and_the_second_reads_them() {
        let base = tempfile::tempdir().expect("a folder");
        let folder = base.path().join("a/b");
        let files = use_it(&folder);
        let names: Vec<_> = files.iter().filter_map(|path| path.extension()).collect();
        assert_eq!(names, ["blake3", "cwasm"]);
        assert_eq!(fs::metadata(&folder).expect("a folder").mode() & 0o777, 0o700);
        assert!(files.iter().all(|path| fs::metadata(path).expect("a file").mode() & 0o777 == 0o600));
        let before: Vec<u64> = files.iter().map(|path| inode(path)).collect();
        assert_eq!(use_it(&folder), files);
        assert_eq!(files.iter().map(|path| inode(path)).collect::<Vec<_>>(), before);
    }

    #[test]
    fn what_is_damaged_cut_or_missing_is_made_again() {
        let base = tempfile::tempdir().expect("a folder");
        let files = use_it(base.path());
        let good: Vec<Vec<u8>> = files.iter().map(|path| fs::read(path).expect("a file")).collect();
        let spoil: [fn(&mut Vec<u8>); 4] = [
            |bytes| {
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
            },
            |bytes| bytes.truncate(10),
            Vec::clear,
            |bytes| bytes.push(0),
        ];
        for (file, good) in files.iter().zip(&good) {
            for spoil in spoil {
                let mut bad = good.clone();
                spoil(&mut bad);
                fs::write(file, &bad).expect("written");
                use_it(base.path());
                assert_eq!(&fs::read(file).expect("a file"), good, "{}", file.display());
            }
            fs::remove_file(file).expect("removed");
            assert_eq!(use_it(base.path()), files);
        }
    }

    #[test]
    fn a_file_that_others_may_write_is_made_again() {
        let base = tempfile::tempdir().expect("a folder");
        let files = use_it(base.path());
        let before = inode(&files[1]);
        permit(&files[1], 0o660);
        use_it(base.path());
        assert_ne!(inode(&files[1]), before);
        assert_eq!(fs::metadata(&files[1]).expect("a file").mode() & 0o777, 0o600);
    }

    #[test]
    fn a_folder_that_others_may_write_is_neither_read_nor_written() {
        for mode in [0o770, 0o702, 0o777] {
            let base = tempfile::tempdir().expect("a folder");
            permit(base.path(), mode);
            assert!(use_it(base.path()).is_empty());
            // Neither is one that was ours: not even a file with its hash beside it.
            permit(base.path(), 0o700);
            let files = use_it(base.path());
            fs::write(&files[1], b"not machine code").expect("written");
            fs::write(&files[0], blake3::hash(b"not machine code").to_hex().as_bytes()).expect("written");
            permit(base.path(), mode);
            use_it(base.path());
            assert_eq!(fs::read(&files[1]).expect("a file"), b"not machine code");
        }
    }

    #[test]
    fn a_link_in_the_folders_place_is_not_followed() {
        let base = tempfile::tempdir().expect("a folder");
        let (target, link) = (base.path().join("target"), base.path().join("link"));
        make(&target).expect("made");
        std::os::unix::fs::symlink(&target, &link).expect("linked");
        assert!(use_it(&link).is_empty());
    }

    #[test]
    fn a_folder_that_cannot_be_made_costs_time_only() {
        let base = tempfile::tempdir().expect("a folder");
        let file = base.path().join("file");
        fs::write(&file, b"").expect("written");
        assert!(use_it(&file.join("below")).is_empty()); // root could write anywhere, but not below a file
        assert!(use_it(&file).is_empty());
    }
}
