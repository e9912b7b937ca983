//! The page of the query language, made from the tables that the language itself is made from.

use askama::Template;

use super::{Layout, Link, write};
use crate::index::fields::FIELDS;
use crate::query::OPERATORS;
use crate::web::dispatch::Asked;
use crate::web::outgoing::Outgoing;
use crate::web::parameters::Parameters;
use crate::web::problem::Problem;
use crate::web::runs::{self, Run};

#[derive(Template)]
#[template(path = "help.html")]
struct HelpPage {
    layout: Layout,
    operators: Vec<OperatorRow>,
    fields: Vec<FieldRow>,
}

struct OperatorRow {
    usage: &'static str,
    help: Vec<Run>,
    examples: Vec<Example>,
}

struct Example {
    link: Link,
    finds: &'static str,
}

struct FieldRow {
    name: &'static str,
    aliases: String,
    help: &'static str,
}

/// Answers `/help`.
pub fn help(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    let operators = OPERATORS.iter().map(|operator| OperatorRow {
        usage: operator.usage,
        help: runs::prose(operator.help),
        examples: operator.examples.iter().map(|&(query, finds)| Example { link: example(query), finds }).collect(),
    });
    let fields = FIELDS
        .iter()
        .filter_map(|field| Some(FieldRow { name: field.name, aliases: field.aliases.join(", "), help: field.help? }));
    let page = HelpPage {
        layout: Layout::new("How to ask · Dateline", "/help", asked),
        operators: operators.collect(),
        fields: fields.collect(),
    };
    write(&page, out)
}

fn example(query: &str) -> Link {
    Link::new(query, Parameters::default().with("q", query).address("/"))
}
