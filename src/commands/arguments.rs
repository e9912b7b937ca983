//! Arguments that several commands share, and the words of a query among them.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use dateline::input::WalkOptions;
use dateline::output::{OUTPUTS, Output};
use dateline::query::End;

/// A row of `OUTPUTS`, chosen by name.
#[derive(Clone, Copy)]
pub struct OutputName(pub &'static Output);

impl OutputName {
    /// Returns a parser that knows the names in `OUTPUTS` and shows their help.
    pub fn parser() -> impl TypedValueParser<Value = Self> {
        let names = OUTPUTS.iter().map(|output| PossibleValue::new(output.name).help(output.help));
        PossibleValuesParser::new(names)
            .map(|name| Self(OUTPUTS.iter().find(|output| output.name == name).expect("clap knows only these names")))
    }
}

/// Marks an argument that begins with `-` and is a word of the query. No argument of a process can hold it.
const WORD_MARK: char = '\0';

/// Marks those arguments which look like options and are words: in `query talks -draft` the last one excludes a word.
///
/// An argument is a word if it has one dash and its letters are not all short options. Everything after `--` is a
/// word anyway.
pub fn protect_negated_words(mut arguments: Vec<OsString>, program: &clap::Command) -> Vec<OsString> {
    let Some(command) = arguments.iter().skip(1).find_map(|name| program.find_subcommand(name)) else {
        return arguments;
    };
    if !command.get_positionals().any(|argument| argument.get_id() == QUERY_ID) {
        return arguments;
    }
    let shorts: Vec<char> = command
        .get_arguments()
        .chain(program.get_arguments())
        .filter_map(clap::Arg::get_short)
        .chain(['h', 'V'])
        .collect();
    let with_value: Vec<char> = command
        .get_arguments()
        .filter(|argument| argument.get_action().takes_values())
        .filter_map(clap::Arg::get_short)
        .collect();
    for argument in arguments.iter_mut().skip(1) {
        if argument == "--" {
            break;
        }
        let Some(letters) = argument.to_str().and_then(|text| text.strip_prefix('-')) else { continue };
        if letters.is_empty() || letters.starts_with('-') {
            continue;
        }
        let options = letters.chars().take_while(|letter| shorts.contains(letter));
        let are_options = options.clone().count() == letters.chars().count()
            || letters.starts_with(|first| with_value.contains(&first))
                && letters[1..].bytes().all(|b| b.is_ascii_digit());
        if !are_options {
            *argument = format!("{WORD_MARK}-{letters}").into();
        }
    }
    arguments
}

/// Id of the positional argument that takes the words of a query.
pub const QUERY_ID: &str = "query";

/// Returns the query that the arguments make: joined by a space.
pub fn joined(words: &[String]) -> String {
    words.iter().map(|word| word.trim_start_matches(WORD_MARK)).collect::<Vec<_>>().join(" ")
}

/// Returns an argument as it is typed in a shell.
pub fn for_shell(argument: &str) -> String {
    let is_plain = |char: char| char.is_alphanumeric() || "-_./:=@%+,".contains(char);
    if !argument.is_empty() && argument.chars().all(is_plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', r"'\''"))
}

/// What a walk passes over.
#[derive(clap::Args)]
pub struct Walking {
    /// Read only files that match; gitignore syntax, from the folder given
    #[arg(long, value_name = "GLOB")]
    include: Vec<String>,
    /// Leave out files that match
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Walk folders behind symbolic links too
    #[arg(long)]
    follow: bool,
}

impl Walking {
    pub fn options(&self) -> WalkOptions {
        WalkOptions {
            follow: self.follow,
            ignore: Vec::new(),
            include: self.include.clone(),
            exclude: self.exclude.clone(),
            threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        }
    }
}

/// Options that stand for fields of the query.
#[derive(clap::Args)]
pub struct Filters {
    /// Who said it
    #[arg(long, value_name = "NAME")]
    speaker: Option<String>,
    /// Office of the speaker
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// Place or country of the dateline
    #[arg(long, value_name = "PLACE")]
    location: Option<String>,
    /// Who published it
    #[arg(long, value_name = "NAME")]
    outlet: Option<String>,
    /// First day of publication
    #[arg(long, value_name = "DAY")]
    since: Option<String>,
    /// Last day of publication
    #[arg(long, value_name = "DAY")]
    until: Option<String>,
    /// Day of publication
    #[arg(long, value_name = "DAY", conflicts_with_all = ["since", "until"])]
    on: Option<String>,
}

impl Filters {
    /// Returns the fields and values that the options stand for.
    pub fn fields(self) -> Vec<(String, String)> {
        let named = [
            ("speaker", self.speaker),
            ("role", self.role),
            ("location", self.location),
            ("outlet", self.outlet),
            (End::Since.name(), self.since),
            (End::Until.name(), self.until),
            ("date", self.on),
        ];
        named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}

/// How many threads work.
#[derive(clap::Args)]
pub struct Threads {
    /// Threads to work with [default: one per core]
    #[arg(short = 'j', long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

impl Threads {
    pub fn count(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        self.threads.map_or_else(cores, NonZeroUsize::get)
    }
}

/// Parses a number of seconds, which may have a fraction.
///
/// # Errors
/// If it is no such number.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "a number of seconds, such as 60 or 0.5".to_owned())?;
    Duration::try_from_secs_f64(number).map_err(|error| error.to_string())
}

/// A number of bytes, written with a unit.
#[derive(Clone, Copy)]
pub struct MemorySize(pub u64);

impl std::str::FromStr for MemorySize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = match text[digits.len()..].to_ascii_lowercase().trim_end_matches('b').trim_end_matches('i') {
            "" => 1,
            "k" => 1 << 10,
            "m" => 1 << 20,
            "g" => 1 << 30,
            _ => return Err("the unit is K, M or G".into()),
        };
        let number: u64 = digits.parse().map_err(|_| "a size is a number and a unit, such as 512M".to_owned())?;
        let bytes = number.checked_mul(unit).ok_or("that is more than any machine has")?;
        if bytes < Self::LEAST { Err("at least 64M is needed".into()) } else { Ok(Self(bytes)) }
    }
}

impl MemorySize {
    /// The engine asks for 15 MB a thread, and an article may be long.
    const LEAST: u64 = 64 << 20;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        let rows = [
            ("512M", Some(512 << 20)),
            ("512MiB", Some(512 << 20)),
            ("2g", Some(2 << 30)),
            ("100000000", Some(100_000_000)),
            ("70000K", Some(70_000 << 10)),
            ("1M", None),
            ("M", None),
            ("12T", None),
            ("99999999999G", None),
            ("-1G", None),
        ];
        for (text, expected) in rows {
            assert_eq!(text.parse::<MemorySize>().ok().map(|size| size.0), expected, "{text}");
        }
    }

    #[test]
    fn arguments_are_typed_so_that_a_shell_reads_them() {
        let rows = [
            ("--since=2025-06", "--since=2025-06"),
            ("speaker:varga", "speaker:varga"),
            ("what's new", r"'what'\''s new'"),
            ("$HOME", "'$HOME'"),
            ("Médée", "Médée"),
            ("", "''"),
        ];
        for (argument, expected) in rows {
            assert_eq!(for_shell(argument), expected);
        }
    }

    #[test]
    fn a_word_with_a_dash_is_told_from_options() {
        let program = super::super::declare();
        let rows = [
            (&["query", "talks", "-draft"][..], "talks -draft"),
            (&["query", "-draft", "talks", "-s"], "-draft talks"),
            (&["query", "talks", "-sl", "--since", "2025"], "talks"),
            (&["query", "-n5", "talks", "-1987"], "talks -1987"),
            (&["query", "talks", "-speaker:varga"], "talks -speaker:varga"),
            (&["query", "talks", "--", "-s"], "talks -s"),
        ];
        for (arguments, expected) in rows {
            let arguments = ["dateline"].iter().chain(arguments).map(OsString::from).collect();
            let protected = protect_negated_words(arguments, &program);
            let matches =
                program.clone().try_get_matches_from(protected).unwrap_or_else(|error| panic!("{expected}: {error}"));
            let (_, matches) = matches.subcommand().unwrap();
            let words: Vec<String> = matches.get_many(QUERY_ID).unwrap().cloned().collect();
            assert_eq!(joined(&words), expected);
        }
    }
}
