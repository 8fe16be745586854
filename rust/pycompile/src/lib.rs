//! Python source to WebAssembly, with CPython's exact answers: the fast tier (docs/fast-tier.md).
//!
//! `compile` is the pipeline: parse (ruff), `webs` (which definition reaches which use), `lower` (types and code, by abstract
//! interpretation, to `ir`), `emit` (to WebAssembly). The `runtime` is C, in `runtime/`; `registry` reads what it offers.

#![allow(missing_docs, reason = "internal; the crate's users are the verifier and its bindings")]

mod abi;
mod api;
mod branches;
pub mod emit;
pub mod exceptions;
mod guard;
pub mod ir;
pub mod link;
mod lower;
pub mod print;
mod purity;
pub mod regex;
pub mod registry;
pub mod runtime;
pub mod webs;

pub use api::{Artifact, Declined, compile, exception_name, ir_text, runtime, standalone, wat_text};
pub use ir::InputType;
pub use purity::keeps_nothing;
