//! Compiles a candidate and runs it on text rows, without the verifier: for work on the compiler.
//!
//!     cargo run --release --example fast -- candidate.py rows.txt [ir|time]

use std::time::Instant;

#[path = "../tests/machine/mod.rs"]
#[allow(dead_code)]
mod machine;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let source = std::fs::read_to_string(&args[1]).expect("a source");
    let mode = args.get(3).map_or("", String::as_str);
    if mode == "ir" {
        match llmerm_pycompile::ir_text(&source, llmerm_pycompile::InputType::Text) {
            Ok(text) => println!("{text}"),
            Err(declined) => println!("declined: line {}: {}", declined.line, declined.reason),
        }
        return;
    }
    let rows = std::fs::read_to_string(&args[2]).expect("rows");
    let rows: Vec<&[u8]> = rows.lines().map(|line| line.split(" -> ").next().unwrap_or("").as_bytes()).collect();
    let engine = machine::engine();
    let runtime = wasmtime::Module::new(&engine, llmerm_pycompile::runtime()).expect("the runtime");
    let start = Instant::now();
    let artifact = match llmerm_pycompile::compile(&source, llmerm_pycompile::InputType::Text) {
        Ok(artifact) => artifact,
        Err(declined) => return println!("declined: line {}: {}", declined.line, declined.reason),
    };
    let compiled = start.elapsed();
    let module = match wasmtime::Module::new(&engine, &artifact.module) {
        Ok(module) => module,
        Err(error) => return println!("invalid: {error:?}"),
    };
    let translated = start.elapsed();
    let mut run = machine::Machine::new(&engine, &runtime, &module);
    let copies = if mode == "time" { 100_000 / rows.len().max(1) } else { 1 };
    let bytes: Vec<u8> = rows.concat();
    let data = run.put(&bytes);
    let mut offsets = vec![0_i64];
    for row in &rows {
        offsets.push(offsets[offsets.len() - 1] + row.len() as i64);
    }
    let offsets: Vec<u8> = offsets.iter().flat_map(|o| o.to_le_bytes()).collect();
    let offsets = run.put(&offsets);
    let out = run.alloc(rows.len() * 9 + 16);
    let status = run.init();
    if status != 0 {
        return println!("init: {status}");
    }
    let start = Instant::now();
    for _ in 0..copies {
        run.rows(data, offsets, rows.len() as u32, out);
    }
    let ran = start.elapsed();
    if mode == "time" {
        println!(
            "{:8.1} ns/row  compile {:?} cranelift {:?} ({} bytes)",
            ran.as_nanos() as f64 / (copies * rows.len()) as f64,
            compiled,
            translated - compiled,
            artifact.module.len()
        );
        return;
    }
    for row in 0..rows.len() as u32 {
        let label = run.word(out + 8 * row);
        let status = run.word(out + 8 * rows.len() as u32 + row) as u8;
        if status == 0 {
            println!("{label}");
        } else {
            println!("{}", llmerm_pycompile::exception_name(status).map_or(format!("#{status}"), str::to_owned));
        }
    }
}
