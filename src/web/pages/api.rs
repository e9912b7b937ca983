//! The page about the HTTP API, made from the table that answers it.

use askama::Template;

use super::{Layout, write};
use crate::output::OUTPUTS;
use crate::web::api::{ENDPOINTS, Endpoint};
use crate::web::dispatch::Asked;
use crate::web::outgoing::Outgoing;
use crate::web::parameters::Parameters;
use crate::web::problem::Problem;
use crate::web::request::{PARAMETERS, Parameter};

#[derive(Template)]
#[template(path = "api.html")]
struct ApiPage {
    layout: Layout,
    shared: &'static [Parameter],
    formats: Vec<&'static str>,
    endpoints: Vec<EndpointItem>,
}

struct EndpointItem {
    path: &'static str,
    summary: &'static str,
    asks: bool,
    parameters: Vec<&'static Parameter>,
    /// An answer to look at; none where it needs an id.
    example: Option<String>,
}

/// Answers `/api`.
pub fn api(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    let page = ApiPage {
        layout: Layout::new("HTTP API · Dateline", "/api", asked),
        shared: PARAMETERS,
        formats: OUTPUTS.iter().map(|output| output.name).collect(),
        endpoints: ENDPOINTS.iter().map(EndpointItem::new).collect(),
    };
    write(&page, out)
}

impl EndpointItem {
    fn new(endpoint: &'static Endpoint) -> Self {
        let mut example = Parameters::default();
        if endpoint.asks {
            example = example.with("q", "talks");
        }
        for parameter in endpoint.parameters.iter().filter(|parameter| parameter.is_required) {
            example = example.with(parameter.name, parameter.example);
        }
        Self {
            path: endpoint.route.path,
            summary: endpoint.summary,
            asks: endpoint.asks,
            parameters: endpoint.segment.iter().chain(endpoint.parameters).collect(),
            example: endpoint.segment.is_none().then(|| example.address(endpoint.route.path)),
        }
    }
}
