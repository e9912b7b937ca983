//! The statements of an article as they are stored beside it: names and roles once, spans as distances, and nothing
//! that a column holds. An archive has twenty statements an article; stored one by one they took a third of its text.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::article::Span;
use crate::statement::{Speaker, SpeakerKind, Statement, StatementField, StatementId, StatementKind};

/// What is stored of the statements of one article.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::index) struct Spoken {
    speakers: Vec<Named>,
    /// Media and those who passed words on.
    phrases: Vec<String>,
    rows: Rows,
}

/// A speaker without the place of the mention.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Named {
    name: Option<String>,
    kind: SpeakerKind,
    role: Option<String>,
    organisation: Option<String>,
}

/// The statements, column by column: what is the same in all of them takes next to nothing then.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Rows {
    kinds: Vec<StatementKind>,
    /// Numbers of those in the headline.
    in_headline: Vec<u32>,
    /// From the end of the first span of the statement before.
    starts: Vec<i64>,
    lengths: Vec<u64>,
    /// Of those with more than one span, the number, and of each other span the gap before it and its length.
    more: Vec<(u32, Vec<(u64, u64)>)>,
    /// Beside the first span.
    cues: Vec<Option<Beside>>,
    /// Number of the speaker, and the mention beside the cue or, without one, the first span.
    speakers: Vec<Option<(u32, Beside)>>,
    /// Numbers of statements and of their phrases.
    media: Vec<(u32, u32)>,
    relayed_by: Vec<(u32, u32)>,
}

/// Where a span lies from another one, which it mostly touches: twice the distance from the other's end or, where it begins
/// before that, one more than twice the distance of the starts; below 0, one less than the distance to the other's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Beside {
    place: i64,
    length: u64,
}

impl Beside {
    fn new(span: Span, other: Span) -> Self {
        let distance = |from: usize, to: usize| to as i64 - from as i64;
        let place = if span.start >= other.end {
            2 * distance(other.end, span.start)
        } else if span.start >= other.start {
            2 * distance(other.start, span.start) + 1
        } else {
            -1 - distance(span.start, other.start)
        };
        Self { place, length: span.len() as u64 }
    }

    /// Returns the span; none where that would begin before the text or end beyond all.
    fn of(self, other: Span) -> Option<Span> {
        let start = match self.place {
            place if place < 0 => i64::try_from(other.start).ok()?.checked_add(place.checked_add(1)?)?,
            place if place % 2 == 0 => i64::try_from(other.end).ok()?.checked_add(place / 2)?,
            place => i64::try_from(other.start).ok()?.checked_add(place / 2)?,
        };
        span(start, self.length)
    }
}

/// What columns hold of a statement.
#[derive(Clone, Copy, Debug)]
pub(in crate::index) struct InColumns {
    pub id: StatementId,
    pub said_on: Option<NaiveDate>,
    pub confidence: f32,
}

fn span(start: i64, len: u64) -> Option<Span> {
    let start = usize::try_from(start).ok()?;
    Some(Span { start, end: start.checked_add(usize::try_from(len).ok()?)? })
}

impl Spoken {
    /// Packs the statements of an article.
    pub fn new(statements: &[Statement]) -> Self {
        let mut spoken = Self::default();
        let mut before = 0;
        for (number, statement) in (0..).zip(statements) {
            let first = statement.spans.first().copied().unwrap_or(Span::new(0, 0));
            let medium = statement.medium.as_deref().map(|medium| (number, spoken.phrase(medium)));
            let relayed_by = statement.relayed_by.as_deref().map(|name| (number, spoken.phrase(name)));
            let near = statement.cue.unwrap_or(first);
            let speaker = statement.speaker.as_ref();
            let speaker = speaker.map(|speaker| (spoken.speaker(speaker), Beside::new(speaker.mention, near)));
            let rows = &mut spoken.rows;
            rows.kinds.push(statement.kind);
            if statement.field == StatementField::Headline {
                rows.in_headline.push(number);
            }
            rows.starts.push(first.start as i64 - before);
            before = first.end as i64;
            rows.lengths.push(first.len() as u64);
            if statement.spans.len() > 1 {
                let gaps = statement.spans.windows(2).map(|pair| (pair[1].start - pair[0].end, pair[1].len()));
                rows.more.push((number, gaps.map(|(gap, len)| (gap as u64, len as u64)).collect()));
            }
            rows.cues.push(statement.cue.map(|cue| Beside::new(cue, first)));
            rows.speakers.push(speaker);
            rows.media.extend(medium);
            rows.relayed_by.extend(relayed_by);
        }
        spoken
    }

    fn speaker(&mut self, speaker: &Speaker) -> u32 {
        let known = self.speakers.iter().position(|known| {
            known.kind == speaker.kind
                && known.name == speaker.name
                && known.role == speaker.role
                && known.organisation == speaker.organisation
        });
        let number = known.unwrap_or_else(|| {
            let Speaker { name, kind, role, organisation, .. } = speaker.clone();
            self.speakers.push(Named { name, kind, role, organisation });
            self.speakers.len() - 1
        });
        number as u32
    }

    fn phrase(&mut self, phrase: &str) -> u32 {
        let number = self.phrases.iter().position(|known| known == phrase).unwrap_or_else(|| {
            self.phrases.push(phrase.to_owned());
            self.phrases.len() - 1
        });
        number as u32
    }

    pub fn len(&self) -> usize {
        self.rows.kinds.len()
    }

    /// Returns the statements in their order, each with what `columns` says of its number; none where damage made
    /// spans or names that are not there.
    pub fn statements(&self, columns: impl Fn(usize) -> InColumns) -> Option<Vec<Statement>> {
        let mut end = 0_usize;
        let rows = (0..self.len()).map(|number| {
            let start = i64::try_from(end).ok()?.checked_add(*self.rows.starts.get(number)?)?;
            let first = span(start, *self.rows.lengths.get(number)?)?;
            end = first.end;
            self.statement(number, first, columns(number))
        });
        rows.collect()
    }

    fn statement(&self, number: usize, first: Span, columns: InColumns) -> Option<Statement> {
        let rows = &self.rows;
        let numbered = u32::try_from(number).ok()?;
        let phrase = |rows: &[(u32, u32)]| match rows.binary_search_by_key(&numbered, |row| row.0) {
            Ok(place) => self.phrases.get(rows[place].1 as usize).cloned().map(Some),
            Err(_) => Some(None),
        };
        let mut spans = vec![first];
        if let Ok(place) = rows.more.binary_search_by_key(&numbered, |row| row.0) {
            for &(gap, len) in &rows.more[place].1 {
                let start = spans.last()?.end.checked_add(usize::try_from(gap).ok()?)?;
                spans.push(span(i64::try_from(start).ok()?, len)?);
            }
        }
        let cue = match rows.cues.get(number)? {
            Some(cue) => Some(cue.of(first)?),
            None => None,
        };
        let speaker = match rows.speakers.get(number)? {
            Some((speaker, mention)) => {
                let named = self.speakers.get(*speaker as usize)?;
                Some(Speaker {
                    name: named.name.clone(),
                    kind: named.kind,
                    role: named.role.clone(),
                    organisation: named.organisation.clone(),
                    mention: mention.of(cue.unwrap_or(first))?,
                })
            }
            None => None,
        };
        let InColumns { id, said_on, confidence } = columns;
        let in_headline = rows.in_headline.binary_search(&numbered).is_ok();
        Some(Statement {
            id,
            kind: *rows.kinds.get(number)?,
            field: if in_headline { StatementField::Headline } else { StatementField::Body },
            spans,
            cue,
            speaker,
            said_on,
            medium: phrase(&rows.media)?,
            relayed_by: phrase(&rows.relayed_by)?,
            confidence,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(field: StatementField, spans: &[(usize, usize)], cue: Option<(usize, usize)>) -> Statement {
        let span = |&(start, end): &(usize, usize)| Span::new(start, end);
        Statement {
            id: StatementId(9),
            kind: StatementKind::Mixed,
            field,
            spans: spans.iter().map(span).collect(),
            cue: cue.as_ref().map(span),
            speaker: None,
            said_on: NaiveDate::from_ymd_opt(2025, 9, 2),
            medium: None,
            relayed_by: None,
            confidence: 0.75,
        }
    }

    fn columns(statement: &Statement) -> InColumns {
        InColumns { id: statement.id, said_on: statement.said_on, confidence: statement.confidence }
    }

    #[test]
    fn statements_are_read_back_whole() {
        let speaker = |name: Option<&str>, mention| Speaker {
            name: name.map(str::to_owned),
            kind: SpeakerKind::Person,
            role: Some("envoy".into()),
            organisation: None,
            mention,
        };
        let statements = [
            statement(StatementField::Headline, &[(40, 60)], None),
            Statement {
                speaker: Some(speaker(Some("Ana Corrin"), Span::new(2, 8))),
                medium: Some("a post".into()),
                relayed_by: Some("Ines Vale".into()),
                ..statement(StatementField::Body, &[(20, 30), (38, 50)], Some((32, 36)))
            },
            Statement {
                speaker: Some(speaker(Some("Ana Corrin"), Span::new(70, 73))),
                medium: Some("a post".into()),
                ..statement(StatementField::Body, &[(55, 68)], Some((74, 78)))
            },
            Statement {
                speaker: Some(speaker(None, Span::new(0, 2))),
                ..statement(StatementField::Body, &[(10, 18)], None)
            },
        ];
        let spoken = Spoken::new(&statements);
        assert_eq!((spoken.len(), spoken.speakers.len(), spoken.phrases.len()), (4, 2, 2));
        let bytes = postcard::to_stdvec(&spoken).unwrap();
        let read: Spoken = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(read.statements(|number| columns(&statements[number])).unwrap(), statements);
    }

    proptest::proptest! {
        #[test]
        fn damaged_statements_are_none_or_statements(bytes: Vec<u8>) {
            if let Ok(spoken) = postcard::from_bytes::<Spoken>(&bytes) {
                let of = InColumns { id: StatementId(0), said_on: None, confidence: 0.0 };
                if let Some(read) = spoken.statements(|_| of) {
                    assert!(read.iter().flat_map(|statement| &statement.spans).all(|span| span.start <= span.end));
                }
            }
        }
    }
}
