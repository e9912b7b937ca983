//! Several questions on one chart.

use askama::Template;

use super::chart::Chart;
use super::search::{noun, plural};
use super::{Layout, Link, write};
use crate::search::{Request, Target};
use crate::web::dispatch::Asked;
use crate::web::outgoing::Outgoing;
use crate::web::parameters::Parameters;
use crate::web::problem::Problem;
use crate::web::{asking, request, wording};

/// Questions on one chart: as many as there are colours that can be told apart at a glance.
const MOST: usize = 4;

#[derive(Template)]
#[template(path = "compare.html")]
struct ComparePage {
    layout: Layout,
    /// One box for each, and one more for the next.
    boxes: Vec<String>,
    of_statements: bool,
    chart: Option<Chart>,
    stretches: Vec<Stretch>,
    names: Vec<String>,
    totals: Vec<Link>,
}

/// What each question has in one stretch of the calendar.
struct Stretch {
    name: String,
    counts: Vec<String>,
}

/// Answers `/compare`.
pub fn compare(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    let queries: Vec<&str> = asked.parameters.all("q").take(MOST).collect();
    let target = request::request(&asked.parameters, Target::Statements, asked.today)?.target;
    let mut boxes: Vec<String> = queries.iter().map(|query| (*query).to_owned()).collect();
    boxes.resize((boxes.len() + 1).clamp(2, MOST), String::new());
    let mut page = ComparePage {
        layout: Layout::new("Compare · Dateline", "/compare", asked),
        boxes,
        of_statements: target == Target::Statements,
        chart: None,
        stretches: Vec::new(),
        names: queries.iter().map(|query| (*query).to_owned()).collect(),
        totals: Vec::new(),
    };
    if !queries.is_empty() {
        page.fill(asked, &queries, target)?;
    }
    write(&page, out)
}

impl ComparePage {
    fn fill(&mut self, asked: &Asked, queries: &[&str], target: Target) -> Result<(), Problem> {
        let requests: Vec<Request> =
            queries.iter().map(|query| Request { target, ..Request::new(*query, asked.today) }).collect();
        let timeline = asking::timeline(asked, &requests, None)?;
        let alone = |query: &str| {
            let asks = Parameters::default().with("q", query);
            if target == Target::Articles { asks.with("target", "articles") } else { asks }
        };
        let days_of = |number: usize, days: &str| match queries.get(number) {
            Some(query) => alone(query).with("date", days).address("/"),
            None => "/".to_owned(),
        };
        let title = format!("{} by {}", plural(target), timeline.unit.name());
        self.chart = Chart::new(title, &timeline, noun(target), days_of);
        self.totals = timeline
            .series
            .iter()
            .zip(queries)
            .map(|(series, query)| {
                let total = series.counts.iter().sum::<u64>() + series.undated;
                Link::new(wording::number(total), alone(query).address("/"))
            })
            .collect();
        self.stretches = timeline
            .starts
            .iter()
            .enumerate()
            .map(|(at, start)| Stretch {
                name: wording::stretch(timeline.unit, *start),
                counts: timeline.series.iter().map(|series| wording::number(series.counts[at])).collect(),
            })
            .collect();
        Ok(())
    }
}
