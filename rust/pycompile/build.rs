//! Builds the runtime of the fast tier: every C file of `runtime/` as one WebAssembly module without imports, by the zig of the
//! Python package `ziglang`.
//!
//! `LLMERM_PY_RUNTIME` names a ready module and skips the build (for packagers without zig).

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

/// Data that compiled code knows the address of (`registry::address`).
const DATA: [&str; 8] = ["rt", "rt_true", "rt_false", "rt_none", "rt_chars", "rt_empty", "rt_unit", "rt_constants"];

const FLAGS: [&str; 13] = [
    "-target",
    "wasm32-wasi", // its libc has libm and strtod; what needs a system is found by `imports` below
    "-mexec-model=reactor",
    "-O2",
    "-fwrapv",
    "-fno-strict-aliasing",
    "-ffp-contract=off",
    "-msimd128",
    "-mbulk-memory",
    "-mwide-arithmetic",
    "-Wl,--no-entry",
    "-Wl,-z,stack-size=262144",
    "-s",
];

fn main() {
    let sources = Path::new("runtime");
    println!("cargo::rerun-if-changed={}", sources.display());
    println!("cargo::rerun-if-env-changed=LLMERM_PY_RUNTIME");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("runtime.wasm");
    match env::var_os("LLMERM_PY_RUNTIME") {
        Some(ready) => {
            println!("cargo::rerun-if-changed={}", ready.display());
            fs::copy(&ready, &out).unwrap_or_else(|error| panic!("LLMERM_PY_RUNTIME={}: {error}", ready.display()));
        }
        None => compile(sources, &out),
    }
    let module = fs::read(&out).expect("the runtime was just written");
    assert!(!imports(&module), "the runtime must import nothing: a C file calls a function that needs a system");
}

/// One call: zig compiles the files side by side, and keeps the objects of those that did not change.
fn compile(sources: &Path, out: &Path) {
    let mut files: Vec<PathBuf> = fs::read_dir(sources)
        .expect("the folder of the runtime's sources")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "c"))
        .collect();
    files.sort(); // the same sources give the same bytes
    let status = Command::new(python())
        .args(["-m", "ziglang", "cc"])
        .args(FLAGS)
        .args(DATA.map(|name| format!("-Wl,--export={name}")))
        .args(files)
        .arg("-o")
        .arg(out)
        .status()
        .expect("python was just found");
    assert!(status.success(), "zig could not build the fast tier's runtime ({status}); its message stands above");
}

/// A Python that has ziglang: maturin's, the environment's, or one of PATH.
fn python() -> PathBuf {
    let environment = env::var_os("VIRTUAL_ENV").map(|folder| Path::new(&folder).join("bin/python"));
    let candidates = [env::var_os("PYO3_PYTHON").map(PathBuf::from), environment]
        .into_iter()
        .flatten()
        .chain(["python3", "python"].map(PathBuf::from));
    let has_zig = |python: &PathBuf| {
        let probe = Command::new(python).args(["-c", "import ziglang"]).stderr(Stdio::null()).status();
        probe.is_ok_and(|status| status.success())
    };
    candidates.into_iter().find(has_zig).unwrap_or_else(|| {
        panic!(
            "no Python with zig was found: `pip install 'ziglang>=0.15,<0.17'` and put its python on PATH, or name a \
             ready module in LLMERM_PY_RUNTIME"
        )
    })
}

/// Whether a module has an import section with something in it.
fn imports(module: &[u8]) -> bool {
    let mut rest = module.get(8..).unwrap_or_default();
    while let [id, body @ ..] = rest {
        let (size, bytes) = leb(body);
        if *id == 2 {
            return leb(&body[bytes..]).0 > 0;
        }
        rest = &body[bytes + size..];
    }
    false
}

/// An unsigned LEB128 number, and how many bytes it takes.
fn leb(bytes: &[u8]) -> (usize, usize) {
    let end = bytes.iter().position(|byte| byte & 0x80 == 0).expect("a number ends");
    (bytes[..=end].iter().rev().fold(0, |value, byte| value << 7 | usize::from(byte & 0x7f)), end + 1)
}
