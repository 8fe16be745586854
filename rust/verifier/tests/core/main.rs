//! The public interface from outside: what goes in, what is counted, and that nothing depends on threads or chunks.

mod abi;
mod blocks;
mod fast;
mod fuel;
mod helpers;
mod python;
mod rows;
mod stopping;
mod stress;
mod trouble;
