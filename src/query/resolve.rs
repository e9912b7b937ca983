//! In: what is written. Out: the `Query` for the kind of document asked for.
//!
//! In a question about articles, fields of statements side by side hold of one statement: such parts are kept apart
//! until it is known what stands beside them.

use std::ops::Range;

use super::error::Mistake;
use super::operators;
use super::parse::not_inside;
use super::syntax::{Named, Node, SAID, Value, What};
use super::token::Found;
use super::tree::{Interval, Query, Scope};
use super::typed::Piece;
use crate::index::fields::{FIELDS, Field, Holder, Kind};
use crate::search::Target;

/// A part of a question, by what it is about.
enum Part {
    /// The documents asked for; inside `said:( )` the statement.
    Asked(Query),
    /// One statement of an article asked for.
    Statement(Query),
}

/// Where a part stands.
#[derive(Clone, Copy)]
struct Context {
    target: Target,
    place: Place,
    /// Whether a negation stands around it.
    is_negated: bool,
}

#[derive(Clone, Copy)]
enum Place {
    Top,
    Said,
    Text(Scope, &'static [&'static str]),
    Name(&'static Field),
    Value(&'static Field),
}

/// Returns the question that `node` asks.
///
/// # Errors
/// If what stands inside an operator cannot stand there.
pub(super) fn resolve(node: &Node, target: Target) -> Found<Query> {
    Ok(asked(part(node, Context { target, place: Place::Top, is_negated: false })?))
}

fn asked(part: Part) -> Query {
    match part {
        Part::Asked(query) => query,
        Part::Statement(query) => Query::OneStatement(Box::new(query)),
    }
}

fn part(node: &Node, context: Context) -> Found<Part> {
    match &node.what {
        What::And(nodes) => conjunction(nodes, context),
        What::Or(nodes) => alternatives(nodes, context),
        What::Not(inner) => {
            let inner = part(inner, Context { is_negated: !context.is_negated, ..context })?;
            Ok(Part::Asked(Query::Not(Box::new(asked(inner)))))
        }
        What::Boost(inner, factor) => Ok(match part(inner, context)? {
            Part::Asked(query) => Part::Asked(Query::Boost(Box::new(query), *factor)),
            Part::Statement(query) => Part::Statement(Query::Boost(Box::new(query), *factor)),
        }),
        What::In(named, inner) => {
            let inner = part(inner, Context { place: inside(*named), ..context })?;
            Ok(match (named, inner) {
                (named, Part::Asked(query)) if is_of_statements(*named) && is_about_articles(context) => {
                    Part::Statement(query)
                }
                (_, inner) => inner,
            })
        }
        What::Capitals(inner) => part(inner, context),
        What::AtLeast(count, inner) => at_least(*count, inner, node, context).map(Part::Asked),
        What::Star => Ok(Part::Asked(any_value(context, &node.at))),
        What::Value { field, value, .. } => Ok(Part::Asked(whole_value(field, value, &node.at))),
        What::Bare { pieces, .. } => bare(pieces, node, context).map(Part::Asked),
        What::Exact { .. } | What::Between { .. } => {
            Ok(Part::Asked(text(interval(node, OUTSIDE, is_in_name(context))?, 1, context)))
        }
    }
}

fn is_about_articles(context: Context) -> bool {
    context.target == Target::Articles && !matches!(context.place, Place::Said)
}

fn is_in_name(context: Context) -> bool {
    matches!(context.place, Place::Name(_))
}

fn is_of_statements(named: Named) -> bool {
    match named {
        Named::Said => true,
        Named::Lead => false,
        Named::Field(field) => field.holder == Holder::Statement,
    }
}

fn inside(named: Named) -> Place {
    match named {
        Named::Said => Place::Said,
        Named::Lead => Place::Text(Scope::Lead, &["headline", "body"]),
        Named::Field(field) => match field.kind {
            Kind::Text { .. } if field.name == "headline" => Place::Text(Scope::Headline, &["headline"]),
            Kind::Text { .. } => Place::Text(Scope::Body, &["body"]),
            Kind::Name => Place::Name(field),
            _ => Place::Value(field),
        },
    }
}

/// Joins what stands side by side; what is about a statement is about one.
fn conjunction(nodes: &[Node], context: Context) -> Found<Part> {
    if is_in_name(context) {
        return one_name(nodes, context);
    }
    let is_described = |node: &&Node| is_described_statement(node);
    let descriptions = nodes.iter().filter(is_described).count();
    let mut asked_parts = Vec::new();
    let mut of_statements = Vec::new();
    for node in nodes {
        match part(node, context)? {
            Part::Asked(query) => asked_parts.push(query),
            Part::Statement(query) if descriptions > 1 && is_described_statement(node) => {
                asked_parts.push(Query::OneStatement(Box::new(query)));
            }
            Part::Statement(_) if descriptions > 1 => {
                return Err((Mistake::BesideSeveralStatements, node.at.clone()));
            }
            Part::Statement(query) => of_statements.push(query),
        }
    }
    let of_one = match of_statements.len() {
        0 => return Ok(Part::Asked(all(asked_parts))),
        _ => all(of_statements),
    };
    if asked_parts.is_empty() {
        return Ok(Part::Statement(of_one));
    }
    asked_parts.push(Query::OneStatement(Box::new(of_one)));
    Ok(Part::Asked(all(asked_parts)))
}

/// Whether a part is `said:( )` with a field in it: a statement described by itself.
fn is_described_statement(node: &Node) -> bool {
    match &node.what {
        What::In(Named::Said, inner) => names_field(inner),
        What::Boost(inner, _) => is_described_statement(inner),
        _ => false,
    }
}

fn names_field(node: &Node) -> bool {
    match &node.what {
        What::In(..) => true,
        What::And(nodes) | What::Or(nodes) => nodes.iter().any(names_field),
        What::Not(inner) | What::Boost(inner, _) => names_field(inner),
        _ => false,
    }
}

fn all(mut queries: Vec<Query>) -> Query {
    if queries.len() == 1 {
        return queries.remove(0);
    }
    let flat = queries.into_iter().flat_map(|query| match query {
        Query::And(inner) => inner,
        query => vec![query],
    });
    Query::And(flat.collect())
}

fn alternatives(nodes: &[Node], context: Context) -> Found<Part> {
    if is_in_name(context) && nodes.iter().all(is_interval) {
        let either = nodes.iter().map(|node| interval(node, OUTSIDE, true)).collect::<Found<Vec<_>>>()?;
        return Ok(Part::Asked(text(Interval::Either(either), 1, context)));
    }
    let parts = nodes.iter().map(|node| part(node, context)).collect::<Found<Vec<_>>>()?;
    if parts.iter().all(|part| matches!(part, Part::Statement(_))) {
        let queries = parts.into_iter().map(|(Part::Asked(query) | Part::Statement(query))| query);
        return Ok(Part::Statement(Query::Or(queries.collect())));
    }
    Ok(Part::Asked(Query::Or(parts.into_iter().map(asked).collect())))
}

/// Joins what stands side by side in a name field: the words are of one value.
fn one_name(nodes: &[Node], context: Context) -> Found<Part> {
    let mut words = Vec::new();
    let mut queries = Vec::new();
    for node in nodes {
        if is_interval(node) {
            words.push(interval(node, OUTSIDE, true)?);
        } else {
            queries.push(asked(part(node, context)?));
        }
    }
    if !words.is_empty() {
        queries.insert(0, text(operators::within_one_value(words), 1, context));
    }
    Ok(Part::Asked(all(queries)))
}

/// Whether a part is words and nothing else.
fn is_interval(node: &Node) -> bool {
    match &node.what {
        What::Bare { .. } | What::Exact { .. } | What::Between { .. } => true,
        What::Or(nodes) => nodes.iter().all(is_interval),
        _ => false,
    }
}

fn scope(context: Context) -> Scope {
    match context.place {
        Place::Text(scope, _) => scope,
        Place::Said => Scope::Said,
        // What a statement's context says is no reason to leave it out.
        Place::Top if context.target == Target::Statements && context.is_negated => Scope::Said,
        _ => Scope::Any,
    }
}

fn text(interval: Interval, at_least: u32, context: Context) -> Query {
    match context.place {
        Place::Name(field) => Query::Name { field, interval },
        _ => Query::Text { interval, at_least, scope: scope(context) },
    }
}

fn bare(pieces: &[Piece], node: &Node, context: Context) -> Found<Query> {
    match pieces {
        [Piece::Plain(word)] => Ok(Query::Word { word: word.clone(), scope: scope(context) }),
        [piece @ Piece::Compound(word)] => match piece.clone().exact(false) {
            Interval::Compound(_) => Ok(Query::Word { word: word.clone(), scope: scope(context) }),
            interval => Ok(text(interval, 1, context)),
        },
        _ => Ok(text(interval(node, OUTSIDE, false)?, 1, context)),
    }
}

fn at_least(count: u32, inner: &Node, node: &Node, context: Context) -> Found<Query> {
    if let What::In(named, value) = &inner.what
        && let (Place::Text(..), Place::Top | Place::Said) = (inside(*named), context.place)
    {
        return at_least(count, value, node, Context { place: inside(*named), ..context });
    }
    if is_in_name(context) {
        let hint = "a name is there or not";
        let mistake = Mistake::Inside { what: "ATLEAST", operator: "a field of names".into(), hint };
        return Err((mistake, node.at.clone()));
    }
    Ok(text(interval(inner, &format!("ATLEAST/{count}"), false)?, count, context))
}

fn any_value(context: Context, at: &Range<usize>) -> Query {
    let has = |name: &str| {
        let field = FIELDS.iter().find(|field| field.name == name);
        field.map(|field| Query::Has { field, at: at.clone() })
    };
    match context.place {
        Place::Top => Query::Everything,
        Place::Said => has(SAID).unwrap_or(Query::Everything),
        Place::Text(_, names) => {
            let mut fields: Vec<Query> = names.iter().filter_map(|name| has(name)).collect();
            if fields.len() == 1 { fields.remove(0) } else { Query::Or(fields) }
        }
        Place::Name(field) | Place::Value(field) => Query::Has { field, at: at.clone() },
    }
}

fn whole_value(field: &'static Field, value: &Value, at: &Range<usize>) -> Query {
    match value {
        Value::Pattern(pattern) => Query::Value { field, pattern: pattern.clone(), at: at.clone() },
        Value::Bounds(bounds) => Query::Between { field, bounds: bounds.clone(), at: at.clone() },
        Value::Missing => Query::Not(Box::new(Query::Has { field, at: at.clone() })),
    }
}

/// Stands for the operator where words stand in none.
const OUTSIDE: &str = "a phrase";

/// Returns words and where they stand to each other, as `operator` asks for.
fn interval(node: &Node, operator: &str, is_in_name: bool) -> Found<Interval> {
    let inside = |what: &'static str, hint: &'static str| {
        Err((Mistake::Inside { what, operator: operator.into(), hint }, node.at.clone()))
    };
    match &node.what {
        What::Bare { pieces, .. } => Ok(inflected(pieces)),
        What::Exact { interval, .. } => Ok(interval.clone()),
        What::Or(nodes) => {
            let either = nodes.iter().map(|node| interval(node, operator, is_in_name)).collect::<Found<Vec<_>>>()?;
            Ok(Interval::Either(either))
        }
        What::Capitals(inner) => interval(inner, operator, is_in_name),
        What::Between { proximity, operands } => {
            let spelling = proximity.spelling();
            let operands = operands.iter().map(|node| interval(node, &spelling, is_in_name));
            match (proximity.build)(operands.collect::<Found<Vec<_>>>()?, proximity.count) {
                Interval::Same { .. } if is_in_name => {
                    inside("SAME", "names have no sentences; put the words side by side in the bracket")
                }
                built => Ok(built),
            }
        }
        What::And(_) => inside("AND", "put OR between the words, or all of them within one NEAR"),
        What::Not(_) => Err((not_inside(operator), node.at.clone())),
        What::In(..) => inside("a field", "put the whole into the field: headline:(a NEAR/5 b)"),
        What::AtLeast(..) => inside("ATLEAST", "write ATLEAST before the whole"),
        What::Boost(..) => inside("a boost", "boost the whole: (a NEAR/5 b)^2"),
        What::Star => inside("a `*` alone", "put letters beside it"),
        What::Value { .. } => inside("a value", "write words"),
    }
}

fn inflected(pieces: &[Piece]) -> Interval {
    match pieces {
        [Piece::Plain(word)] => Interval::Inflected(word.clone()),
        [piece] => match piece.clone().exact(false) {
            Interval::Compound(word) => Interval::Inflected(word),
            exact => exact,
        },
        pieces => Interval::Phrase(pieces.iter().map(|piece| piece.clone().exact(false)).collect()),
    }
}
