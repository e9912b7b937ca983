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
    rows: Vec<Row>,
}

/// A speaker without the place of the mention.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Named {
    name: Option<String>,
    kind: SpeakerKind,
    role: Option<String>,
    organisation: Option<String>,
}

/// One statement. Every distance is from the start of its first span.
#[derive(Debug, Serialize, Deserialize)]
struct Row {
    kind: StatementKind,
    field: StatementField,
    /// From the start of the statement before.
    start: i64,
    /// Lengths of the spans, and the gap before each but the first.
    len: u64,
    more: Vec<(u64, u64)>,
    cue: Option<(i64, u64)>,
    /// Number of the speaker, and the mention.
    speaker: Option<(u32, i64, u64)>,
    medium: Option<u32>,
    relayed_by: Option<u32>,
}

/// What columns hold of a statement.
#[derive(Clone, Copy, Debug)]
pub(in crate::index) struct InColumns {
    pub id: StatementId,
    pub said_on: Option<NaiveDate>,
    pub confidence: f32,
}

impl Row {
    /// Returns its spans where the first one starts at `start`.
    fn spans(&self, start: i64) -> Option<Vec<Span>> {
        let mut spans = vec![span(start, self.len)?];
        for &(gap, len) in &self.more {
            let end = spans.last()?.end.checked_add(usize::try_from(gap).ok()?)?;
            spans.push(span(i64::try_from(end).ok()?, len)?);
        }
        Some(spans)
    }
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
        for statement in statements {
            let first = statement.spans.first().copied().unwrap_or(Span::new(0, 0));
            let start = first.start as i64;
            let away = |span: Span| (span.start as i64 - start, span.len() as u64);
            let gaps = statement.spans.windows(2).map(|pair| (pair[1].start - pair[0].end, pair[1].len()));
            let row = Row {
                kind: statement.kind,
                field: statement.field,
                start: start - before,
                len: first.len() as u64,
                more: gaps.map(|(gap, len)| (gap as u64, len as u64)).collect(),
                cue: statement.cue.map(away),
                speaker: statement.speaker.as_ref().map(|speaker| {
                    let (start, len) = away(speaker.mention);
                    (spoken.speaker(speaker), start, len)
                }),
                medium: statement.medium.as_deref().map(|medium| spoken.phrase(medium)),
                relayed_by: statement.relayed_by.as_deref().map(|name| spoken.phrase(name)),
            };
            spoken.rows.push(row);
            before = start;
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
        self.rows.len()
    }

    /// Returns the statements in their order, each with what `columns` says of its number; none where damage made
    /// spans or names that are not there.
    pub fn statements(&self, columns: impl Fn(usize) -> InColumns) -> Option<Vec<Statement>> {
        let mut start = 0_i64;
        let rows = self.rows.iter().enumerate().map(|(number, row)| {
            start = start.checked_add(row.start)?;
            self.statement(row, start, columns(number))
        });
        rows.collect()
    }

    fn statement(&self, row: &Row, start: i64, columns: InColumns) -> Option<Statement> {
        let away = |(distance, len): (i64, u64)| span(start.checked_add(distance)?, len);
        let phrase = |number: u32| self.phrases.get(number as usize).cloned();
        let spans = row.spans(start)?;
        let speaker = match row.speaker {
            None => None,
            Some((number, distance, len)) => {
                let named = self.speakers.get(number as usize)?;
                Some(Speaker {
                    name: named.name.clone(),
                    kind: named.kind,
                    role: named.role.clone(),
                    organisation: named.organisation.clone(),
                    mention: away((distance, len))?,
                })
            }
        };
        let InColumns { id, said_on, confidence } = columns;
        Some(Statement {
            id,
            kind: row.kind,
            field: row.field,
            spans,
            cue: match row.cue {
                Some(cue) => Some(away(cue)?),
                None => None,
            },
            speaker,
            said_on,
            medium: match row.medium {
                Some(number) => Some(phrase(number)?),
                None => None,
            },
            relayed_by: match row.relayed_by {
                Some(number) => Some(phrase(number)?),
                None => None,
            },
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
