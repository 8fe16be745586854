//! No text makes the compiler panic, and every module that it emits is valid: the deterministic twin of `rust/fuzz`.

#![allow(missing_docs, clippy::unwrap_used)]

mod mutations;

use std::thread;

use llmerm_pycompile::{InputType, compile, keeps_nothing, standalone};
use mutations::{Random, corpus, mutated};
use wasmparser::{Validator, WasmFeatures};

const INPUTS: [InputType; 4] = [InputType::Text, InputType::Ints, InputType::Floats, InputType::Record];
/// Of each block of sources; a block has a thread.
const MUTATIONS: u64 = 20_000;

/// What is wrong with what the compiler makes of a source.
fn complaint(source: &str, input: InputType, whole: bool) -> Option<String> {
    let kept = keeps_nothing(source, input).err().map(|declined| declined.reason);
    if let Some(reason) = kept.filter(|reason| reason.contains("panicked")) {
        return Some(reason);
    }
    let features = WasmFeatures::default() | WasmFeatures::WIDE_ARITHMETIC;
    let made = if whole { standalone(source, input) } else { compile(source, input).map(|artifact| artifact.module) };
    match made {
        Ok(module) => {
            Validator::new_with_features(features).validate_all(&module).err().map(|e| format!("invalid: {e}"))
        }
        Err(declined) => declined.reason.contains("panicked").then_some(declined.reason),
    }
}

fn report(source: &str, input: InputType, whole: bool) -> usize {
    match complaint(source, input, whole) {
        Some(what) => {
            println!("---- {what}, for rows of {input:?}:\n{source}");
            1
        }
        None => 0,
    }
}

#[test]
fn every_source_of_the_repository_compiles_or_is_declined() {
    let corpus = corpus();
    assert!(corpus.len() > 400);
    let faults: usize = corpus.iter().map(|s| INPUTS.map(|input| report(s, input, false)).iter().sum::<usize>()).sum();
    assert_eq!(faults, 0);
    assert_eq!(corpus.iter().step_by(20).map(|s| report(s, InputType::Text, true)).sum::<usize>(), 0);
}

#[test]
fn mutations_compile_or_are_declined() {
    let corpus = corpus();
    let first = std::env::var("LLMERM_FUZZ_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(0);
    let faults: usize = thread::scope(|scope| {
        let blocks = (first..first + 2).map(|seed| {
            let corpus = &corpus;
            scope.spawn(move || {
                let mut random = Random(seed << 32);
                let tried = (0..MUTATIONS).map(|_| {
                    let source = mutated(&mut random, corpus);
                    report(&source, INPUTS[random.below(7).saturating_sub(3)], false)
                });
                tried.sum::<usize>()
            })
        });
        blocks.collect::<Vec<_>>().into_iter().map(|block| block.join().unwrap()).sum()
    });
    assert_eq!(faults, 0);
}
