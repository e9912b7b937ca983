//! Parses arguments, runs a command, prints the error chain and picks the exit code.

fn main() {}
