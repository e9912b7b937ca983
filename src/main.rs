//! Parses arguments, runs a command, prints the error chain and picks the exit code.

use std::process::ExitCode;

mod commands;
mod error;

fn main() -> ExitCode {
    match commands::run(std::env::args_os()) {
        Ok(exit) => exit.into(),
        Err(error) => error::report(&error).into(),
    }
}
