use chrono::Local;
use clap::Parser;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use dateline::index::Place;
use dateline::output::{TEXT, timeline_records};
use dateline::search::{Archive, Request, Target};
use dateline::timeline::{self, Options, Split, Unit};

use super::arguments::Filters;
use super::{Common, Run, terminal};
use crate::error::Exit;

/// Show hits by day, week, month, quarter or year
#[derive(Parser)]
#[command(after_help = "Examples:\n  dateline timeline 'Lady Corrin' --unit month\n  \
                        dateline timeline -s tolls --by speaker\n  \
                        dateline timeline missiles sanctions --share --format csv")]
pub struct Timeline {
    /// A query; several are compared
    #[arg(value_name = "QUERY")]
    queries: Vec<String>,
    /// Count statements instead of articles
    #[arg(short, long)]
    statements: bool,
    /// What one bar stands for [default: the finest that fits on a screen]
    #[arg(long, value_name = "UNIT", value_parser = unit_parser())]
    unit: Option<Unit>,
    /// Split the hits by the values of a field
    #[arg(long, value_name = "FIELD", value_parser = split_parser())]
    by: Option<Split>,
    /// Values shown of the field that splits, those with most hits
    #[arg(long, value_name = "N", default_value_t = 5)]
    top: usize,
    /// Show the share of all articles or statements
    #[arg(long)]
    share: bool,
    #[command(flatten)]
    filters: Filters,
}

fn unit_parser() -> impl TypedValueParser<Value = Unit> {
    PossibleValuesParser::new(Unit::ALL.map(Unit::name))
        .map(|name| *Unit::ALL.iter().find(|unit| unit.name() == name).expect("clap knows only these names"))
}

fn split_parser() -> impl TypedValueParser<Value = Split> {
    PossibleValuesParser::new(Split::ALL.map(Split::field))
        .map(|name| *Split::ALL.iter().find(|split| split.field() == name).expect("clap knows only these names"))
}

impl Run for Timeline {
    fn run(self, common: &Common) -> anyhow::Result<Exit> {
        let archive = Archive::open(&Place::new(&common.index))?;
        let filters = self.filters.fields();
        let today = Local::now().date_naive();
        // Without a query all that the filters let through.
        let queries = if self.queries.is_empty() { vec![String::new()] } else { self.queries };
        let requests: Vec<Request> = queries
            .into_iter()
            .map(|query| Request {
                target: if self.statements { Target::Statements } else { Target::Articles },
                filters: filters.clone(),
                ..Request::new(query, today)
            })
            .collect();
        let options = Options { unit: self.unit, split: self.by, most_values: self.top, shares: self.share };
        let timeline = timeline::timeline(&archive, &requests, &options)?;
        match common.output(TEXT).timeline {
            Some(write) => {
                let screen = terminal::screen(common.color);
                terminal::print(true, |out| write(out, &timeline, &screen))?;
            }
            None => common.print_records(&timeline_records(&timeline), false)?,
        }
        Ok(if timeline.total() == 0 { Exit::NothingFound } else { Exit::Done })
    }
}
