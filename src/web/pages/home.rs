//! The page before the first question: the box, what the archive holds, and where to begin.

use askama::Template;

use super::hits::speaker_address;
use super::search::Form;
use super::{Layout, Link, write};
use crate::web::dispatch::Asked;
use crate::web::names::NameList;
use crate::web::outgoing::Outgoing;
use crate::web::parameters::Parameters;
use crate::web::problem::Problem;
use crate::web::wording;

/// Names in each list.
const NAMES: usize = 10;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    layout: Layout,
    form: Form,
    panels: Vec<Panel>,
}

struct Panel {
    title: &'static str,
    names: Vec<Named>,
}

struct Named {
    link: Link,
    count: String,
}

/// Answers `/` without a question.
pub fn home(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    let names = asked.names();
    if names.is_none() {
        // The box can be used at once; counting the names of a large archive takes seconds.
        out.for_now();
    }
    let lists = names.map(|names| names.lists.as_slice()).unwrap_or_default();
    let panels = lists.iter().map(Panel::new).filter(|panel| !panel.names.is_empty()).collect();
    let page = HomePage {
        layout: Layout::new("Dateline", "/", asked),
        form: Form { query: String::new(), placeholder: "Who said what, and when", has_focus: true, kept: Vec::new() },
        panels,
    };
    write(&page, out)
}

impl Panel {
    fn new(list: &NameList) -> Self {
        let named = |(name, count): &(String, u64)| {
            let address = match list.field {
                "speaker" => speaker_address(name),
                field => Parameters::default().with(field, name).address("/"),
            };
            Named { link: Link::new(wording::value(list.field, name), address), count: wording::number(*count) }
        };
        Self { title: list.title, names: list.values.iter().take(NAMES).map(named).collect() }
    }
}
