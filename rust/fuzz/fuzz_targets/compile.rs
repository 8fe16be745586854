//! No text makes the compiler panic, and every module that it emits is valid. `rust/pycompile/tests/fuzz.rs` is the same without libFuzzer.

#![no_main]

use libfuzzer_sys::fuzz_target;
use llmerm_pycompile::{InputType, compile};
use wasmparser::{Validator, WasmFeatures};

fuzz_target!(|source: &str| {
    for input in [InputType::Text, InputType::Ints, InputType::Record] {
        match compile(source, input) {
            Ok(artifact) => {
                let features = WasmFeatures::default() | WasmFeatures::WIDE_ARITHMETIC;
                Validator::new_with_features(features).validate_all(&artifact.module).expect("a valid module");
            }
            Err(declined) => assert!(!declined.reason.contains("panicked"), "{}", declined.reason),
        }
    }
});
