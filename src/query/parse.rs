//! In: tokens. Out: the tree of what is written. Brackets, NOT and fields recurse, and no deeper than `MOST_NESTED`.

use std::ops::Range;

use super::error::{Mistake, Side};
use super::operators::{self, Operator, Proximity};
use super::reader::{MOST_NESTED, Place, Problem, Reader, named, within};
use super::syntax::{Named, Node, SAVED, What};
use super::token::{Expected, Lexed, Lexer, Reading, Token};
use super::typed::{Origin, in_a_row, pieces};
use super::value;

/// Reads one text.
pub(super) struct Parser<'t, 'r, 's> {
    lexer: Lexer<'t>,
    ahead: Option<Lexed>,
    place: Place,
    within: Option<Range<usize>>,
    /// Whether words count as they are written: inside `CAPS( )`.
    is_as_written: bool,
    reader: &'r mut Reader<'s>,
}

impl<'t, 'r, 's> Parser<'t, 'r, 's> {
    /// Returns a parser of one text; `within` is where all of it stands, if not each part in its own place.
    pub fn new(text: &'t str, place: Place, within: Option<Range<usize>>, reader: &'r mut Reader<'s>) -> Self {
        Self { lexer: Lexer::new(text), ahead: None, place, within, is_as_written: false, reader }
    }

    /// Reads the text to its end.
    pub fn whole(mut self) -> Result<Node, Problem> {
        let node = self.alternatives()?;
        match self.peek()? {
            Lexed { token: Token::End, .. } => {}
            Lexed { span, .. } => return Err((Mistake::UnopenedBracket.into(), span)),
        }
        node.ok_or_else(|| (Mistake::NoWord.into(), 0..self.lexer.text().len()))
    }

    fn peek(&mut self) -> Result<Lexed, Problem> {
        if self.ahead.is_none() {
            let lexed = self.lexer.next(Expected::Part, self.place.reading()).map_err(here)?;
            self.ahead = Some(lexed);
        }
        Ok(self.ahead.clone().expect("it was just read"))
    }

    fn next(&mut self) -> Result<Lexed, Problem> {
        let lexed = self.peek()?;
        self.ahead = None;
        Ok(lexed)
    }

    fn typed(&self, span: &Range<usize>) -> &str {
        &self.lexer.text()[span.clone()]
    }

    /// Returns where a part of this text stands in the query.
    fn at(&self, span: Range<usize>) -> Range<usize> {
        self.within.clone().unwrap_or(span)
    }

    fn origin(&self, start: usize) -> Origin {
        self.within.clone().map_or(Origin::From(start), Origin::Within)
    }

    fn nested<T>(
        &mut self,
        at: Range<usize>,
        read: impl FnOnce(&mut Self) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        if self.reader.nested == MOST_NESTED {
            return Err((Mistake::TooDeep { most: MOST_NESTED }.into(), at));
        }
        self.reader.nested += 1;
        let read = read(self);
        self.reader.nested -= 1;
        read
    }

    fn count_part(&mut self, at: &Range<usize>) -> Result<(), Problem> {
        self.reader.count_part().map_err(|mistake| (mistake.into(), at.clone()))
    }

    /// `a OR b`
    fn alternatives(&mut self) -> Result<Option<Node>, Problem> {
        let mut nodes = Vec::new();
        loop {
            match self.conjunction()? {
                Some(node) => nodes.push(node),
                None => {
                    let Lexed { token, span } = self.peek()?;
                    if let Some(operator) = self.operator_before(&token, &span) {
                        return Err(missing(operator, Side::Left, span));
                    }
                    return Ok(None);
                }
            }
            let Lexed { token, span } = self.peek()?;
            if token != Token::Or {
                return Ok(Some(any_of(nodes)));
            }
            self.next()?;
            if self.starts_nothing()? {
                return Err(missing("OR", Side::Right, span));
            }
        }
    }

    /// `a AND b`, `a b`
    fn conjunction(&mut self) -> Result<Option<Node>, Problem> {
        let mut nodes = Vec::new();
        let mut after = None;
        loop {
            match self.negation()? {
                Some(node) => nodes.push(node),
                None => match after {
                    Some(span) => return Err(missing("AND", Side::Right, span)),
                    None if nodes.is_empty() => return Ok(None),
                    None => return Ok(Some(all_of(nodes))),
                },
            }
            let Lexed { token, span } = self.peek()?;
            after = (token == Token::And).then_some(span);
            if after.is_some() {
                self.next()?;
            }
        }
    }

    /// `NOT a`
    fn negation(&mut self) -> Result<Option<Node>, Problem> {
        let Lexed { token, span } = self.peek()?;
        if token != Token::Not {
            return self.repetition();
        }
        self.next()?;
        let inner = self.nested(span.clone(), Self::negation)?;
        let inner = inner.ok_or_else(|| missing("NOT", Side::Right, span.clone()))?;
        let at = self.at(span.start..self.lexer.at().max(span.end));
        Ok(Some(What::Not(Box::new(inner)).at(at)))
    }

    /// `ATLEAST/3 a`
    fn repetition(&mut self) -> Result<Option<Node>, Problem> {
        let Lexed { token, span } = self.peek()?;
        let Token::AtLeast(count) = token else { return self.proximity() };
        self.next()?;
        let typed = self.typed(&span).to_owned();
        let Some(inner) = self.proximity()? else { return Err(missing(&typed, Side::Right, span)) };
        let at = self.at(span.start..self.lexer.at().max(span.end));
        Ok(Some(What::AtLeast(count, Box::new(inner)).at(at)))
    }

    /// `a NEAR/5 b`
    fn proximity(&mut self) -> Result<Option<Node>, Problem> {
        let Some(first) = self.operand()? else { return Ok(None) };
        let start = first.at.start;
        let mut operands = vec![first];
        let mut chain: Option<(Proximity, String)> = None;
        while let Lexed { token: Token::Between(proximity), span } = self.peek()? {
            self.next()?;
            let typed = self.typed(&span).to_owned();
            match &chain {
                Some((other, first)) if *other != proximity => {
                    return Err((Mistake::MixedOperators { first: first.clone(), second: typed }.into(), span));
                }
                _ => self.note_spelling(proximity.operator, &typed),
            }
            let next = self.peek()?;
            match (next.token, self.operand()?) {
                (_, Some(operand)) => operands.push(operand),
                (Token::Not, None) => return Err((not_inside(&typed).into(), next.span)),
                (Token::AtLeast(_), None) => {
                    let hint = "write ATLEAST before the whole";
                    return Err((Mistake::Inside { what: "ATLEAST", operator: typed, hint }.into(), next.span));
                }
                (_, None) => return Err(missing(&typed, Side::Right, span)),
            }
            chain = Some((proximity, typed));
        }
        let Some((proximity, _)) = chain else { return Ok(operands.pop()) };
        let end = operands.last().map_or(start, |last| last.at.end);
        Ok(Some(What::Between { proximity, operands }.at(start..end.max(start))))
    }

    fn note_spelling(&mut self, operator: &Operator, typed: &str) {
        let canonical = operator.spellings[0];
        let (Some((name, _)), Some((typed_name, argument))) = (canonical.split_once('/'), typed.split_once('/')) else {
            return;
        };
        if !typed_name.eq_ignore_ascii_case(name) {
            let note = match typed_name.eq_ignore_ascii_case("W") && canonical == "NEAR/n" {
                true => {
                    format!("{typed} is read as NEAR/{argument}, in either order; BEFORE/{argument} keeps the order")
                }
                false => format!("{typed} is read as {name}/{}", argument.to_uppercase()),
            };
            if !self.reader.notes.contains(&note) {
                self.reader.notes.push(note);
            }
        }
    }

    /// A word, a phrase, a field with its value, a bracket, or one of those with `-` before it.
    fn operand(&mut self) -> Result<Option<Node>, Problem> {
        let Lexed { token, span } = self.peek()?;
        if token != Token::Minus {
            return self.primary(Expected::Part);
        }
        self.next()?;
        let inner = self.nested(span.clone(), |parser| parser.primary(Expected::Part))?;
        let inner = inner.ok_or_else(|| missing("-", Side::Right, span.clone()))?;
        let at = self.at(span.start..self.lexer.at().max(span.end));
        Ok(Some(What::Not(Box::new(inner)).at(at)))
    }

    fn primary(&mut self, expected: Expected) -> Result<Option<Node>, Problem> {
        let Lexed { token, span } = match expected {
            Expected::Part => self.peek()?,
            Expected::Value => {
                let lexed = self.lexer.next(expected, self.place.reading()).map_err(here)?;
                self.ahead = Some(lexed.clone());
                lexed
            }
        };
        let at = self.at(span.clone());
        let start = span.start;
        let node = match token {
            Token::Open => self.bracket(span)?,
            Token::Capitals => self.capitals(span)?,
            Token::Field => self.field(span)?,
            Token::Phrase(inner) => {
                self.next()?;
                self.count_part(&span)?;
                self.phrase(inner, span.clone())?
            }
            Token::Regex(_) if self.is_as_written => return Err((Mistake::PatternInCaps.into(), span)),
            Token::Regex(inner) => {
                self.next()?;
                self.count_part(&span)?;
                let pattern = self.typed(&inner).to_owned();
                let interval = operators::regex(&pattern, at.clone()).map_err(|mistake| (mistake.into(), span))?;
                What::Exact { text: format!("/{pattern}/"), interval }.at(at)
            }
            Token::Typed => {
                self.next()?;
                self.count_part(&span)?;
                return self.typed_part(span).map(Some);
            }
            _ => return Ok(None),
        };
        self.boosted(node, start).map(Some)
    }

    fn bracket(&mut self, span: Range<usize>) -> Result<Node, Problem> {
        self.next()?;
        let inner = self.nested(span.clone(), Self::alternatives)?;
        let closing = self.peek()?;
        if closing.token != Token::Close {
            return Err((Mistake::UnclosedBracket.into(), span));
        }
        self.ahead = None;
        let whole = span.start..closing.span.end;
        let mut node = inner.ok_or((Mistake::EmptyBrackets.into(), whole.clone()))?;
        node.at = self.at(whole);
        Ok(node)
    }

    fn capitals(&mut self, span: Range<usize>) -> Result<Node, Problem> {
        if let Place::Name(_) | Place::Value(_) = self.place {
            let hint = "names are found however they are written";
            return Err((Mistake::Inside { what: "CAPS", operator: "this field".into(), hint }.into(), span));
        }
        self.next()?;
        let open = self.peek()?.span;
        let outer = std::mem::replace(&mut self.is_as_written, true);
        let inner = self.bracket(open);
        self.is_as_written = outer;
        let inner = inner?;
        let at = self.at(span.start..self.lexer.at());
        Ok(What::Capitals(Box::new(inner)).at(at))
    }

    fn field(&mut self, span: Range<usize>) -> Result<Node, Problem> {
        if self.is_as_written {
            let hint = "put CAPS into the field: headline:CAPS(US)";
            return Err((Mistake::Inside { what: "a field", operator: "CAPS".into(), hint }.into(), span));
        }
        self.next()?;
        let name = self.typed(&span).to_owned();
        let colon = span.start..span.end + 1;
        self.lexer.resume(span.end + 1);
        if name.eq_ignore_ascii_case(SAVED) {
            return self.saved(colon);
        }
        let named = named(&name).map_err(|mistake| (mistake.into(), span.clone()))?;
        let place = self.place.inside(named).map_err(|mistake| (mistake.into(), span.clone()))?;
        let outer = std::mem::replace(&mut self.place, place);
        let expected = if named == Named::Said { Expected::Part } else { Expected::Value };
        let value = self.nested(span.clone(), |parser| parser.primary(expected));
        self.place = outer;
        let value = value?.ok_or_else(|| missing(&format!("{name}:"), Side::Right, colon.clone()))?;
        let mut node = within(named, value);
        node.at = self.at(span.start..node.at.end.max(colon.end));
        Ok(node)
    }

    fn saved(&mut self, colon: Range<usize>) -> Result<Node, Problem> {
        let lexed = self.lexer.next(Expected::Value, Reading::Values).map_err(here)?;
        self.ahead = None;
        if lexed.token != Token::Typed {
            return Err(missing("query:", Side::Right, colon));
        }
        let typed = colon.start..lexed.span.end;
        let name = value::unquoted(self.typed(&lexed.span));
        let at = self.at(typed.clone());
        self.nested(typed.clone(), |parser| parser.reader.saved(&name, at, typed, parser.place))
    }

    fn phrase(&mut self, inner: Range<usize>, span: Range<usize>) -> Result<Node, Problem> {
        let text = self.typed(&inner).to_owned();
        let origin = self.origin(inner.start);
        let interval = match self.is_as_written {
            true if operators::has_wildcard(&text) => return Err((Mistake::PatternInCaps.into(), span)),
            true => operators::as_written(&text, &origin),
            false => operators::phrase(&text, &origin, self.is_in_name())
                .map_err(|(mistake, at)| (mistake.into(), self.here(&span, at)))?,
        };
        let mut interval = interval.ok_or((Mistake::NoWord.into(), span.clone()))?;
        let mut appended = String::new();
        if let Some(after) = self.suffix('~', |char| char.is_ascii_digit()) {
            let distance = self.typed(&after)[1..].parse().ok().filter(|count| operators::COUNTS.contains(count));
            let distance = distance.ok_or((Mistake::PhraseDistance.into(), after.clone()))?;
            let end = after.end;
            interval =
                operators::slop(interval, distance).ok_or_else(|| (Mistake::OneWordPhrase.into(), span.start..end))?;
            appended = format!("~{distance}");
        }
        let mut what = What::phrase(&text, interval);
        if let What::Exact { text, .. } = &mut what {
            text.push_str(&appended);
        }
        Ok(what.at(self.at(span.start..self.lexer.at())))
    }

    /// Takes a sign and what may follow it, if the sign is the next character.
    fn suffix(&mut self, sign: char, belongs: impl Fn(char) -> bool) -> Option<Range<usize>> {
        let start = self.lexer.at();
        let rest = self.lexer.text()[start..].strip_prefix(sign)?;
        let end = start + sign.len_utf8() + rest.find(|char| !belongs(char)).unwrap_or(rest.len());
        self.lexer.resume(end);
        Some(start..end)
    }

    /// Reads the boost behind a bracket, phrase or regular expression.
    fn boosted(&mut self, node: Node, start: usize) -> Result<Node, Problem> {
        if self.ahead.is_some() {
            return Ok(node);
        }
        if let Some(span) = self.suffix('~', |char| char.is_ascii_digit()) {
            return Err((Mistake::LoneTilde.into(), span));
        }
        let Some(span) = self.suffix('^', |char| char.is_ascii_digit() || char == '.') else { return Ok(node) };
        let factor = factor(self.typed(&span)).ok_or((Mistake::Boost.into(), span.clone()))?;
        let at = self.at(start..span.end);
        boost(node, factor, at).map_err(|mistake| (mistake.into(), span))
    }

    /// Reads a run of typed characters: words, a wildcard, a value; with what is appended to them.
    fn typed_part(&mut self, span: Range<usize>) -> Result<Node, Problem> {
        let typed = self.typed(&span);
        let caret = typed.rfind('^').filter(|&caret| caret > 0);
        let (body, factor) = match caret.map(|caret| (caret, factor(&typed[caret..]))) {
            Some((caret, Some(factor))) => (span.start..span.start + caret, Some(factor)),
            Some((caret, None)) if self.place.reading() == Reading::Words => {
                return Err((Mistake::Boost.into(), span.start + caret..span.end));
            }
            _ => (span.clone(), None),
        };
        let typed = self.typed(&body).to_owned();
        let origin = self.origin(body.start);
        let node = match self.place {
            Place::Value(field) => value::read(field, &typed, &origin, self.reader.today)
                .map_err(|(mistake, at)| (mistake.into(), self.here(&body, at)))?,
            _ => self.words(&typed, &body, &origin)?,
        };
        match factor {
            Some(factor) => boost(node, factor, self.at(span.clone())).map_err(|mistake| (mistake.into(), span)),
            None => Ok(node),
        }
    }

    /// Returns a place that `value::read` gave in this text.
    fn here(&self, body: &Range<usize>, at: Range<usize>) -> Range<usize> {
        if self.within.is_some() { body.clone() } else { at }
    }

    fn words(&self, typed: &str, body: &Range<usize>, origin: &Origin) -> Result<Node, Problem> {
        let at = self.at(body.clone());
        if self.is_as_written {
            let is_pattern = operators::has_wildcard(typed) || typed.contains('~');
            let interval = operators::as_written(typed, origin).filter(|_| !is_pattern);
            let interval = interval.ok_or((Mistake::PatternInCaps.into(), body.clone()))?;
            return Ok(What::Exact { text: typed.into(), interval }.at(at));
        }
        if typed.bytes().all(|byte| byte == b'*') {
            return Ok(What::Star.at(at));
        }
        if let Some(word) = typed.strip_suffix('!').filter(|word| word.ends_with(char::is_alphanumeric)) {
            return Err((Mistake::Truncation { word: word.into() }.into(), body.clone()));
        }
        if let Some((word, digits)) = typed.rsplit_once('~')
            && digits.bytes().all(|byte| byte.is_ascii_digit())
        {
            let distance = if digits.is_empty() { Some(1) } else { digits.parse().ok() };
            let tilde = body.start + word.len()..body.end;
            let distance = distance
                .filter(|distance| operators::DISTANCES.contains(distance))
                .ok_or((Mistake::FuzzyDistance.into(), tilde.clone()))?;
            if operators::has_wildcard(word) {
                let hint = "write the word with either of them";
                let mistake = Mistake::Inside { what: "a wildcard", operator: "`~`".into(), hint };
                return Err((mistake.into(), body.clone()));
            }
            let interval = operators::fuzzy(word, origin, distance).ok_or((Mistake::LoneTilde.into(), tilde))?;
            return Ok(What::Exact { text: typed.into(), interval }.at(at));
        }
        if operators::has_wildcard(typed) {
            let interval = operators::wildcard(typed, origin, self.is_in_name())
                .map_err(|(mistake, at)| (mistake.into(), self.here(body, at)))?;
            let interval = interval.ok_or((Mistake::LoneWildcard.into(), body.clone()))?;
            return Ok(What::Exact { text: typed.into(), interval }.at(at));
        }
        let pieces = pieces(typed, origin);
        if pieces.is_empty() {
            return Err((Mistake::NoWord.into(), body.clone()));
        }
        if self.is_in_name() {
            let exact = pieces.into_iter().map(|piece| piece.exact(true)).collect();
            let interval = in_a_row(exact).ok_or((Mistake::NoWord.into(), body.clone()))?;
            return Ok(What::Exact { text: typed.into(), interval }.at(at));
        }
        Ok(What::Bare { text: typed.into(), pieces }.at(at))
    }

    fn is_in_name(&self) -> bool {
        matches!(self.place, Place::Name(_))
    }

    fn starts_nothing(&mut self) -> Result<bool, Problem> {
        Ok(matches!(self.peek()?.token, Token::End | Token::Close | Token::Or | Token::And | Token::Between(..)))
    }

    /// Returns how an operator that stands before its left operand is written.
    fn operator_before(&self, token: &Token, span: &Range<usize>) -> Option<&str> {
        matches!(token, Token::And | Token::Or | Token::Between(..)).then(|| self.typed(span))
    }
}

/// Joins parts with AND; of none it is everything.
pub(super) fn all_of(nodes: Vec<Node>) -> Node {
    match nodes.is_empty() {
        true => What::Star.at(0..0),
        false => joined(nodes, What::And),
    }
}

/// Joins parts with OR.
pub(super) fn any_of(nodes: Vec<Node>) -> Node {
    joined(nodes, What::Or)
}

/// Joins parts, one at least; what is joined alike already becomes part of the whole.
fn joined(mut nodes: Vec<Node>, join: fn(Vec<Node>) -> What) -> Node {
    if nodes.len() == 1 {
        return nodes.remove(0);
    }
    let span = nodes[0].at.start..nodes.iter().map(|node| node.at.end).max().unwrap_or(0);
    let is_and = matches!(join(Vec::new()), What::And(_));
    let flat = nodes.into_iter().flat_map(|node| match node.what {
        What::And(inner) if is_and => inner,
        What::Or(inner) if !is_and => inner,
        what => vec![what.at(node.at)],
    });
    let flat = flat.collect();
    join(flat).at(span)
}

fn here((mistake, span): (Mistake, Range<usize>)) -> Problem {
    (mistake.into(), span)
}

fn missing(operator: &str, side: Side, span: Range<usize>) -> Problem {
    (Mistake::MissingOperand { operator: operator.into(), side }.into(), span)
}

/// Returns what is wrong with a negation among words that stand near each other.
pub(super) fn not_inside(operator: &str) -> Mistake {
    let hint = "put NOT beside the whole: (a NEAR/5 b) NOT c";
    Mistake::Inside { what: "NOT", operator: operator.into(), hint }
}

/// Returns the number behind `^`.
fn factor(suffix: &str) -> Option<f32> {
    let digits = suffix.strip_prefix('^')?;
    let is_number = digits.starts_with(|char: char| char.is_ascii_digit() || char == '.')
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    digits.parse().ok().filter(|factor| is_number && is_factor(*factor))
}

fn is_factor(factor: f32) -> bool {
    factor > 0.0 && factor <= 1000.0
}

fn boost(node: Node, factor: f32, at: Range<usize>) -> Result<Node, Mistake> {
    match node.what {
        What::Boost(inner, before) => {
            let factor = factor * before;
            is_factor(factor).then(|| What::Boost(inner, factor).at(at)).ok_or(Mistake::Boost)
        }
        what => Ok(What::Boost(Box::new(what.at(node.at)), factor).at(at)),
    }
}
