//! One file per subcommand: it declares its options, calls one library function and hands the result to `output`.
//!
//! `COMMANDS` is the one list of them; help, completions, man pages and the README's table are made from it.

mod arguments;
mod check;
mod completions;
mod config;
mod extract;
mod files;
mod forget;
mod hook;
mod ingest;
mod man;
#[cfg(feature = "mcp")]
mod mcp;
mod query;
#[cfg(feature = "web")]
mod serve;
mod show;
mod speakers;
mod status;
mod terminal;
mod timeline;
mod trace;
mod unmatched;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgMatches, Args, FromArgMatches, Parser};

use crate::error::{Exit, Hinted};
use arguments::OutputName;
use dateline::config::{Origin, Setting};
use dateline::output::{Output, Records, TEXT};
use terminal::ColorChoice;

/// One subcommand, as `COMMANDS` lists it.
struct CommandRow {
    name: &'static str,
    declare: fn() -> clap::Command,
    run: fn(&ArgMatches, &Common) -> anyhow::Result<Exit>,
}

/// What a command's options know how to do.
trait Run: Parser {
    fn run(self, common: &Common) -> anyhow::Result<Exit>;
}

const fn row<Options: Run>(name: &'static str) -> CommandRow {
    CommandRow {
        name,
        declare: Options::command,
        run: |matches, common| Options::from_arg_matches(matches)?.run(common),
    }
}

/// Every subcommand, in the order of `dateline --help`.
const COMMANDS: &[CommandRow] = &[
    row::<ingest::Ingest>("ingest"),
    row::<query::Query>("query"),
    row::<show::Show>("show"),
    row::<extract::Extract>("extract"),
    row::<speakers::Speakers>("speakers"),
    row::<timeline::Timeline>("timeline"),
    row::<trace::Trace>("trace"),
    row::<files::Files>("files"),
    row::<status::Status>("status"),
    row::<config::Config>("config"),
    row::<forget::Forget>("forget"),
    row::<check::Check>("check"),
    #[cfg(feature = "web")]
    row::<serve::Serve>("serve"),
    #[cfg(feature = "mcp")]
    row::<mcp::Mcp>("mcp"),
    row::<completions::Completions>("completions"),
    row::<man::Man>("man"),
];

/// Who said what, when and where: full-text search over a folder of news
///
/// The statement is a first-class thing to find: words, their speaker, the speaker's role, the day and the place.
#[derive(Parser)]
#[command(name = "dateline", version, subcommand_required = true, arg_required_else_help = true)]
#[command(after_help = "Exit codes: 0 done or found, 1 nothing found, 2 error, 3 done but some inputs were newly \
                        rejected, 75 another ingest holds the index.")]
struct Program {
    #[command(flatten)]
    common: Common,
}

/// Options that every command has.
#[derive(Args, Clone)]
pub struct Common {
    /// Directory of the index
    #[arg(long, global = true, env = INDEX_VARIABLE, default_value = DEFAULT_INDEX, value_name = "PLACE")]
    #[arg(help_heading = "General options")]
    index: PathBuf,
    /// Form of the output
    #[arg(long, global = true, value_name = "FORMAT", value_parser = OutputName::parser())]
    #[arg(help_heading = "General options")]
    format: Option<OutputName>,
    /// When to colour the output and to call a pager
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "General options")]
    color: ColorChoice,
    /// Say nothing but results and errors
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = "General options")]
    quiet: bool,
    /// Say more about what is done
    #[arg(short, long, global = true, help_heading = "General options")]
    verbose: bool,
    /// Where `index` came from.
    #[arg(skip = Origin::Default)]
    index_origin: Origin,
}

const INDEX_VARIABLE: &str = "DATELINE_INDEX";
const DEFAULT_INDEX: &str = "index";

impl Common {
    /// Returns the output asked for; `otherwise` where none was.
    fn output(&self, otherwise: &'static Output) -> &'static Output {
        self.format.map_or(otherwise, |format| format.0)
    }

    /// Prints rows in the form asked for, readable text where none was.
    ///
    /// # Errors
    /// If the form is for hits alone, or standard output cannot be written.
    fn print_records(&self, records: &Records, paged: bool) -> anyhow::Result<()> {
        let output = self.output(TEXT);
        let Some(write) = output.records else {
            return Err(Hinted {
                message: format!("{} cannot be written as {}", records.name, output.name),
                hint: "use --format text, json, jsonl or csv".into(),
            }
            .into());
        };
        let screen = terminal::screen(self.color);
        terminal::print(paged && output.is_for_people, |out| write(out, records, &screen))
    }

    /// Returns the settings that do not belong to one collection.
    fn settings(&self) -> Vec<Setting> {
        vec![Setting {
            name: "index".into(),
            value: Some(self.index.display().to_string()),
            origin: self.index_origin.clone(),
        }]
    }
}

/// Returns the whole command line as clap knows it.
fn declare() -> clap::Command {
    use clap::CommandFactory;
    let mut program = Program::command();
    for row in COMMANDS {
        program = program.subcommand((row.declare)().name(row.name));
    }
    program
}

/// Runs the command that the arguments ask for.
///
/// # Errors
/// Whatever the command could not do. Mistakes in the arguments themselves are printed by clap, which exits with 2.
pub fn run(arguments: impl Iterator<Item = OsString>) -> anyhow::Result<Exit> {
    let program = declare();
    let arguments = arguments::protect_negated_words(arguments.collect(), &program);
    let matches = program.get_matches_from(arguments);
    let mut common = Common::from_arg_matches(&matches)?;
    common.index_origin = match matches.value_source("index") {
        Some(clap::parser::ValueSource::EnvVariable) => Origin::Environment(INDEX_VARIABLE),
        Some(clap::parser::ValueSource::CommandLine) => Origin::Option("--index"),
        _ => Origin::Default,
    };
    let (name, matches) = matches.subcommand().expect("clap requires a subcommand");
    let row = COMMANDS.iter().find(|row| row.name == name).expect("clap knows only the rows of COMMANDS");
    (row.run)(matches, &common)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        declare().debug_assert();
    }

    #[test]
    fn help_is_imperative_without_full_stop() {
        for command in declare().get_subcommands() {
            let about = command.get_about().unwrap_or_else(|| panic!("{} has no help", command.get_name())).to_string();
            assert!(!about.ends_with('.'), "help of {} ends with a full stop: {about}", command.get_name());
            assert!(about.starts_with(char::is_uppercase), "help of {}: {about}", command.get_name());
            for argument in command.get_arguments().filter(|argument| argument.get_id() != "help") {
                let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                assert!(
                    !help.is_empty() && !help.ends_with('.'),
                    "{} {}: {help}",
                    command.get_name(),
                    argument.get_id()
                );
            }
        }
    }
}
