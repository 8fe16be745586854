//! Builds the CPython runtime: a component with no imports, made by componentize-py from `runtimes/cpython`.
//!
//! `LLMERM_CPYTHON_COMPONENT` names a ready component and skips the build (for packagers without componentize-py).

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn main() {
    let sources = Path::new("runtimes/cpython");
    println!("cargo::rerun-if-changed={}", sources.display());
    println!("cargo::rerun-if-env-changed=LLMERM_CPYTHON_COMPONENT");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("cpython.wasm");
    match env::var_os("LLMERM_CPYTHON_COMPONENT") {
        Some(ready) => {
            fs::copy(&ready, &out)
                .unwrap_or_else(|error| panic!("LLMERM_CPYTHON_COMPONENT={}: {error}", ready.display()));
        }
        None => componentize(sources, &out),
    }
    let hash = blake3::hash(&fs::read(&out).expect("the component was just written"));
    println!("cargo::rustc-env=LLMERM_CPYTHON_HASH={}", hash.to_hex());
}

fn componentize(sources: &Path, out: &Path) {
    let status = Command::new("componentize-py")
        .args(["--quiet", "--wit-path"])
        .arg(sources)
        .args(["--world", "candidate", "componentize", "runner", "--python-path"])
        .arg(sources)
        .args(["--stub-wasi", "--output"])
        .arg(out)
        // The interpreter is frozen with the environment it was built in: none of ours belongs in it.
        .env_remove("VIRTUAL_ENV")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .status();
    match status {
        Ok(status) if status.success() => {}
        Ok(status) => {
            panic!("componentize-py could not build the CPython runtime ({status}); its message stands above")
        }
        Err(error) => panic!(
            "componentize-py was not found ({error}): `pip install componentize-py==0.25.1` and put it on PATH, \
             or name a ready component in LLMERM_CPYTHON_COMPONENT"
        ),
    }
}
