//! x
#![allow(missing_docs)]
pub mod ir;
mod abi;
pub mod emit;
pub mod exceptions;
pub mod link;
pub mod print;
pub mod registry;
pub mod runtime;
