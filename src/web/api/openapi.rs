//! The description of the API (OpenAPI 3.1), made from `ENDPOINTS` and from the types that are written.

use std::io::Write;

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::super::dispatch::Asked;
use super::super::outgoing::Outgoing;
use super::super::problem::Problem;
use super::super::request::{PARAMETERS, Parameter, Takes};
use super::questions::refuse_unknown;
use super::{AnswerShape, ENDPOINTS, Endpoint};
use crate::index::fields::FIELDS;
use crate::output::{ArticleHitView, ArticleView, CSL_JSON, JSON, StatementHitView};

/// Answers `/api/v1/openapi.json`.
pub fn description(asked: &Asked, out: &mut Outgoing) -> Result<(), Problem> {
    refuse_unknown(asked, "/api/v1/openapi.json")?;
    out.content_type(JSON.media_type);
    let text = serde_json::to_string_pretty(&openapi()).map_err(|error| Problem::failed(&error))?;
    writeln!(out, "{text}")?;
    Ok(())
}

/// Returns the description.
fn openapi() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut types = settings.into_generator();
    let paths: Map<String, Value> = ENDPOINTS
        .iter()
        .map(|endpoint| (endpoint.route.path.to_owned(), json!({"get": operation(endpoint, &mut types)})))
        .collect();
    let mut schemas: Map<String, Value> = types.take_definitions(true);
    schemas.insert("Problem".into(), problem());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "dateline",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Who said what, when and where: search over an archive of news",
            "description": "Every answer is what the command line prints for the same question.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
            },
        },
        // Only where the server was started with a token.
        "security": [{}, {"bearer": []}, {"basic": []}],
    })
}

fn operation(endpoint: &Endpoint, types: &mut SchemaGenerator) -> Value {
    let mut parameters: Vec<Value> = Vec::new();
    if let Some(segment) = &endpoint.segment {
        parameters.push(described(segment, "path", endpoint.answer));
    }
    if endpoint.asks {
        parameters.extend(PARAMETERS.iter().map(|parameter| described(parameter, "query", endpoint.answer)));
        let asked = FIELDS.iter().filter_map(|field| {
            let help = field.help?;
            Some(json!({"name": field.name, "in": "query", "description": help, "schema": {"type": "string"}}))
        });
        parameters.extend(asked);
    }
    parameters.extend(endpoint.parameters.iter().map(|parameter| described(parameter, "query", endpoint.answer)));
    let name = endpoint.route.path.trim_start_matches("/api/v1/").split(['/', '.']).next().unwrap_or_default();
    let mut responses = json!({
        "200": {"description": "the answer", "content": content(endpoint.answer, types)},
        "304": {"description": "the answer to these parameters is still the one that you have"},
        "400": refusal("a parameter is wrong; `query` and `span` point into it where it is a query"),
        "401": refusal("the token is missing or wrong"),
        "413": refusal("the request has a body"),
        "421": refusal("the request is for a host that this server is not"),
        "500": refusal("the index cannot be read"),
        "503": refusal("too many questions wait, or the answer took too long; try again later"),
    });
    if endpoint.segment.is_some() {
        responses["404"] = refusal("nothing has this id");
    }
    json!({"operationId": name, "summary": endpoint.summary, "parameters": parameters, "responses": responses})
}

fn described(parameter: &Parameter, place: &str, answer: AnswerShape) -> Value {
    let (schema, example): (Value, Value) = match parameter.takes {
        Takes::Text | Takes::Switch => (json!({"type": "string"}), parameter.example.into()),
        Takes::UpTo(most) => {
            let example = parameter.example.parse::<u64>().unwrap_or_default().into();
            // An empty one counts as absent, as that of a form's empty field.
            (json!({"anyOf": [{"type": "integer", "minimum": 0, "maximum": most}, {"const": ""}]}), example)
        }
        Takes::OneOf(names) => (one_of(names()), parameter.example.into()),
        Takes::Form => (one_of(answer.forms().map(|output| output.name).collect()), parameter.example.into()),
    };
    json!({
        "name": parameter.name,
        "in": place,
        "description": parameter.help,
        "required": parameter.is_required,
        "schema": schema,
        "example": example,
    })
}

/// Returns the schema of a parameter that takes one of these names; an empty one counts as absent.
fn one_of(mut names: Vec<&str>) -> Value {
    names.push("");
    json!({"type": "string", "enum": names})
}

/// Returns the forms of an answer by their media types.
fn content(answer: AnswerShape, types: &mut SchemaGenerator) -> Value {
    let schema = match answer {
        AnswerShape::Hits => hits(types),
        AnswerShape::Article => types.subschema_for::<ArticleView<'static>>().to_value(),
        AnswerShape::Rows(name, columns) => rows(name, columns),
        AnswerShape::Description => json!({"type": "object"}),
    };
    let forms = answer.forms().map(|output| {
        let schema = match output.name {
            name if name == JSON.name => schema.clone(),
            name if name == CSL_JSON.name => json!({"type": "array", "items": {"type": "object"}}),
            _ => json!({"type": "string"}),
        };
        (output.media_type.to_owned(), json!({"schema": schema}))
    });
    forms.collect::<Map<_, _>>().into()
}

fn hits(types: &mut SchemaGenerator) -> Value {
    let article = types.subschema_for::<ArticleHitView<'static>>();
    let statement = types.subschema_for::<StatementHitView<'static>>();
    let hits = json!({"type": "array", "items": {"anyOf": [article, statement]}});
    let counts = json!({"type": "array", "items": {
        "type": "object",
        "properties": {"value": {"type": "string"}, "count": {"type": "integer"}},
        "required": ["value", "count"],
    }});
    json!({
        "type": "object",
        "properties": {
            "schema": {"type": "integer"},
            "query": {"type": "string"},
            "understood": {"type": "string", "description": "the query as it was read, in its own language"},
            "total": {"type": "integer", "description": "exact, before copies are joined"},
            "took_ms": {"type": "number"},
            "facets": {"type": "object", "additionalProperties": {
                "type": "object",
                "properties": {"counts": counts, "missing": {"type": "integer"}},
                "required": ["counts", "missing"],
            }},
            "terms": {"type": "array", "items": {
                "type": "object",
                "properties": {
                    "word": {"type": "string"},
                    "hits": {"type": "integer"},
                    "archive": {"type": "integer"},
                    "score": {"type": "number"},
                },
            }},
            "dropped": {"type": "array", "items": {"type": "string"}},
            "notes": {
                "type": "array",
                "items": {"type": "string"},
                "description": "what was read otherwise than users of other systems may expect",
            },
            "undated": {
                "type": "integer",
                "description": "what matches but for the days asked for, because it has none",
            },
            "group_by": {
                "type": ["object", "null"],
                "properties": {"field": {"type": "string"}, "total": {"type": "integer"}},
                "required": ["field", "total"],
                "description": "by what the hits are grouped, and how many groups there are on all pages",
            },
            "groups": {"type": "array", "items": {
                "type": "object",
                "properties": {"value": {"type": ["string", "null"]}, "total": {"type": "integer"}, "hits": hits},
                "required": ["value", "total", "hits"],
            }},
            "hits": hits,
        },
        "required": [
            "schema", "query", "understood", "total", "took_ms", "facets", "terms", "dropped", "notes", "undated",
            "group_by", "groups", "hits",
        ],
    })
}

fn rows(name: &str, columns: &[&str]) -> Value {
    let properties: Map<String, Value> = columns.iter().map(|column| ((*column).to_owned(), json!({}))).collect();
    json!({
        "type": "object",
        "properties": {
            "schema": {"type": "integer"},
            name: {"type": "array", "items": {"type": "object", "properties": properties}},
        },
        "required": ["schema"],
    })
}

fn refusal(description: &str) -> Value {
    json!({
        "description": description,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    })
}

fn problem() -> Value {
    json!({
        "type": "object",
        "description": "RFC 9457",
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "hint": {"type": ["string", "null"]},
            "query": {"type": "string"},
            "span": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
        },
        "required": ["type", "title", "status", "detail", "hint"],
    })
}
