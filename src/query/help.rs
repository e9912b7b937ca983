//! What the query language can do, for people: `docs/query.md` and the help of every door are made here, from
//! `OPERATORS` and `FIELDS`.

use std::fmt::Write as _;

use super::operators::OPERATORS;
use crate::index::fields::{FIELDS, Field, Holder, Kind};

/// Returns the query language on a page of plain text.
pub fn help() -> String {
    let mut page = String::from("A query is words, and what they stand in:\n\n");
    let width = OPERATORS.iter().map(|operator| operator.usage.chars().count()).max().unwrap_or(0);
    for operator in OPERATORS {
        let summary = operator.help.split_once("; ").map_or(operator.help, |(first, _)| first);
        line(&mut page, width, operator.usage, summary);
    }
    for (title, holder) in [("Fields of articles", Holder::Article), ("Fields of statements", Holder::Statement)] {
        writeln!(page, "\n{title}:\n").expect(INFALLIBLE);
        for field in queryable(holder) {
            line(&mut page, width, &format!("{}:", field.name), field.help.unwrap_or_default());
        }
    }
    page.push_str(
        "\nBrackets bind first, then fields, NEAR and its kind, ATLEAST, NOT, AND, OR. AND, OR and NOT are in capitals; \
         operators\nwith a slash in any case. In a question about articles, fields of statements side by side hold of one \
         statement.\n",
    );
    page
}

const INFALLIBLE: &str = "a string can always be written to";

fn line(page: &mut String, width: usize, usage: &str, help: &str) {
    writeln!(page, "  {usage:width$}  {help}").expect(INFALLIBLE);
}

fn queryable(holder: Holder) -> impl Iterator<Item = &'static Field> {
    FIELDS.iter().filter(move |field| field.holder == holder && field.is_queryable())
}

/// Returns how values of a field are asked for.
fn asked_as(kind: Kind) -> &'static str {
    match kind {
        Kind::Text { .. } => "words",
        Kind::Name => "words of one name",
        Kind::Path => "a glob",
        Kind::Date | Kind::Instant => "days",
        Kind::Whole | Kind::Signed | Kind::Fraction => "numbers",
        Kind::Exact
        | Kind::Term
        | Kind::Key
        | Kind::Hash
        | Kind::Keys
        | Kind::Buckets
        | Kind::Stems
        | Kind::Marks
        | Kind::Record => "a whole value",
    }
}

/// Returns `docs/query.md`.
pub fn page() -> String {
    let mut page = String::from(INTRODUCTION);
    for operator in OPERATORS {
        let others: Vec<String> = operator.spellings.iter().skip(1).map(|spelling| format!("`{spelling}`")).collect();
        writeln!(page, "### `{}`\n\n{}.", operator.usage, capitalised(operator.help)).expect(INFALLIBLE);
        if operator.role.is_slashed() && !others.is_empty() {
            writeln!(page, "Also written {}.", others.join(" or ")).expect(INFALLIBLE);
        }
        writeln!(page, "\n| query | finds |\n|---|---|").expect(INFALLIBLE);
        for (query, finds) in operator.examples {
            writeln!(page, "| `{}` | {} |", query.replace('|', "\\|"), finds.replace('|', "\\|")).expect(INFALLIBLE);
        }
        page.push('\n');
    }
    page.push_str(GRAMMAR);
    for (title, holder) in [("articles", Holder::Article), ("statements", Holder::Statement)] {
        writeln!(page, "## Fields of {title}\n\n| field | finds | asked for by | also |\n|---|---|---|---|")
            .expect(INFALLIBLE);
        for field in queryable(holder) {
            let also: Vec<String> = field.aliases.iter().map(|alias| format!("`{alias}:`")).collect();
            let help = field.help.unwrap_or_default();
            writeln!(page, "| `{}:` | {help} | {} | {} |", field.name, asked_as(field.kind), also.join(", "))
                .expect(INFALLIBLE);
        }
        page.push('\n');
    }
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}

fn capitalised(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

const INTRODUCTION: &str = "\
<!-- Made from `src/query/operators/` and `src/index/fields.rs`: DATELINE_BLESS=1 cargo test --lib query::help -->
# The query language

One language for the command line, the web page, the HTTP API, the tools for language models and saved queries.
A question is about articles, or with `-s` about statements. Words are folded for case and accents. `--any` reads a
question in plain words instead: any of them may match, and only double quotation marks keep their meaning.

## Operators

";

const GRAMMAR: &str = "\
## How parts are read

- Brackets bind first, then fields, NEAR and its kind, ATLEAST, NOT, AND, OR: `a OR b c` is `a OR (b c)`.
- AND, OR and NOT are operators in capitals only; operators with a slash in any case. NEAR, BEFORE, SAME and ATLEAST in
  capitals without their slash are mistakes; in small letters they are words.
- Among the operands of NEAR, BEFORE, SAME and ATLEAST stand words, phrases, wildcards, alternatives of those, and
  bracketed proximity. AND, NOT and fields there are mistakes; `headline:(a NEAR/5 b)` is how to name the field. Nothing
  matches across headline and body. A chain of one operator means all within one window; mixing operators needs
  brackets. Numbers go from 1 to 1000.
- `-` negates only where it begins something: `cease-fire` is one word, and `a - b` is `a b`.
- A hyphenated word is indexed as its parts and joined, and typed it matches either. ’ and ' are one, and a possessive
  's is dropped. `U.S.` matches `U.S.` and capital `US`, never `us`.
- `name:` is a field if it begins with a letter and neither `//` nor a space follows; names that are no field are
  mistakes. Inside a field of whole values quotation marks hold spaces together and switch wildcards off.
- `/…/` is a regular expression only where it begins something, `?` a wildcard only inside a word.
- Quoted words, wildcards, other spellings and proximity never look into the context of a statement, and neither does
  what is negated.
- In a question about articles, fields of statements side by side hold of one statement. Two `said:( )` with fields in
  them are of one statement each, and a field beside two of those is a mistake. `-said:x` means that no statement has it.
  Inside `said:( )` stand words and fields of statements, not of articles.
- Ranges include both ends. Weeks begin on Monday. `added:` goes by the days of Greenwich.
- A query may have 128 KiB with the saved queries it names, 8192 words and values, and 64 levels of brackets.
- Lexis's `!` is a mistake, because `*` is meant. Its `W/n` is NEAR, in either order; Factiva's is ordered, which is
  BEFORE here. `--explain` says how a query was understood.

";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_what_the_code_says() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/query.md");
        if std::env::var_os("DATELINE_BLESS").is_some() {
            std::fs::write(file, page()).unwrap();
        }
        let written = std::fs::read_to_string(file).unwrap_or_default();
        assert!(written == page(), "docs/query.md is out of date: DATELINE_BLESS=1 cargo test --lib query::help");
    }

    #[test]
    fn every_operator_and_field_is_helped_with() {
        let help = help();
        for operator in OPERATORS {
            assert!(help.contains(operator.usage), "{}", operator.usage);
            assert!(page().contains(operator.usage), "{}", operator.usage);
        }
        for field in FIELDS {
            assert_eq!(help.contains(&format!("  {}: ", field.name)), field.is_queryable(), "{}", field.name);
        }
        assert!(help.lines().all(|line| line.chars().count() <= 120), "{help}");
    }

    #[test]
    fn bounds_are_told_as_they_are() {
        use crate::query::reader::{MOST_BYTES, MOST_NESTED, MOST_PARTS};
        let told = format!(
            "{} KiB with the saved queries it names, {MOST_PARTS} words and values, and {MOST_NESTED}",
            MOST_BYTES >> 10
        );
        assert!(GRAMMAR.replace('\n', " ").contains(&told), "{told}");
    }
}
