//! Parses arguments, runs a command, prints the error chain and picks the exit code.

use std::panic::catch_unwind;
use std::process::ExitCode;

mod commands;
mod error;

/// Statements are many small strings: a tenth of the time of finding them went to the allocator of the system. Large pages
/// (`no_thp` turns them off) would be as fast and cost a seventh more memory. Version 3 takes a longer way for each piece
/// whose size is no power of two, and a tenth more memory than `v2`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match catch_unwind(|| commands::run(std::env::args_os())) {
        Ok(Ok(exit)) => exit.into(),
        Ok(Err(error)) => error::report(&error).into(),
        // Damaged data can make the engine panic in many places.
        Err(_) => error::report_breakdown().into(),
    }
}
