//! Text cut into runs: what matched, and whose words they are. Templates escape each run and wrap it in one element.

use crate::article::Span;

/// A stretch of text that is marked or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub text: String,
    pub is_marked: bool,
}

/// Returns the stretch `part` of `text`, cut where `marks` begin and end.
pub fn marked(text: &str, part: Span, marks: &[Span]) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut push = |from: usize, to: usize, is_marked| match text.get(from..to) {
        Some(cut) if !cut.is_empty() => runs.push(Run { text: cut.to_owned(), is_marked }),
        _ => (),
    };
    let mut at = part.start;
    for mark in marks.iter().filter(|mark| part.contains(**mark) && !mark.is_empty()) {
        if mark.start < at {
            continue;
        }
        push(at, mark.start, false);
        push(mark.start, mark.end, true);
        at = mark.end;
    }
    push(at, part.end, false);
    runs
}

/// Returns several stretches as one, with an ellipsis where something between them was left out.
pub fn joined(text: &str, parts: &[Span], marks: &[Span]) -> Vec<Run> {
    let mut runs = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            runs.push(Run { text: " … ".to_owned(), is_marked: false });
        }
        runs.extend(marked(text, *part, marks));
    }
    runs
}

/// Returns a sentence of the program, cut where backticks enclose what could be typed.
pub fn prose(text: &str) -> Vec<Run> {
    let parts = text.split('`').enumerate();
    let runs = parts.map(|(index, part)| Run { text: part.to_owned(), is_marked: index % 2 == 1 });
    runs.filter(|run| !run.text.is_empty()).collect()
}

/// A stretch of an article's text, with the statement whose words it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken<'t> {
    pub text: &'t str,
    /// Index of the innermost statement.
    pub statement: Option<usize>,
    /// Whether the statement begins here: where links to it lead.
    pub is_start: bool,
}

/// Cuts the stretch `part` of `text` where statements begin and end. `statements` are their indices and spans.
pub fn spoken<'t>(text: &'t str, part: Span, statements: &[(usize, &[Span])]) -> Vec<Spoken<'t>> {
    let mut edges = vec![part.start, part.end];
    for span in statements.iter().flat_map(|(_, spans)| *spans).filter(|span| span.overlaps(part)) {
        edges.extend([span.start.max(part.start), span.end.min(part.end)]);
    }
    edges.sort_unstable();
    edges.dedup();
    let mut runs = Vec::new();
    for pair in edges.windows(2) {
        let cut = Span::new(pair[0], pair[1]);
        let Some(text) = text.get(cut.range()) else { continue };
        let covering = statements.iter().filter(|(_, spans)| spans.iter().any(|span| span.contains(cut)));
        // The innermost one began last.
        let start_of = |spans: &[Span]| spans.iter().find(|span| span.contains(cut)).map_or(0, |span| span.start);
        let innermost = covering.max_by_key(|(index, spans)| (start_of(spans), *index));
        runs.push(Spoken {
            text,
            statement: innermost.map(|(index, _)| *index),
            is_start: innermost.is_some_and(|(_, spans)| spans[0].start == cut.start),
        });
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_cut_and_nothing_is_lost() {
        let text = "One — two three";
        let whole = Span::new(0, text.len());
        // Marks that overlap or come from elsewhere change nothing.
        let rows = [
            (vec![], "One — two three"),
            (vec![Span::new(0, 3)], "[One] — two three"),
            (vec![Span::new(8, 11), Span::new(12, 17)], "One — [two] [three]"),
            (vec![Span::new(0, 3), Span::new(2, 8)], "[One] — two three"),
            (vec![Span::new(90, 95)], "One — two three"),
        ];
        for (marks, expected) in rows {
            let runs = marked(text, whole, &marks);
            let shown = runs.iter().map(|run| if run.is_marked { format!("[{}]", run.text) } else { run.text.clone() });
            assert_eq!(shown.collect::<String>(), expected);
        }
    }

    #[test]
    fn what_could_be_typed_is_told_from_prose() {
        let rows = [
            ("unknown field `speeker`", "unknown field [speeker]"),
            ("`(` was left out", "[(] was left out"),
            ("nothing", "nothing"),
            ("half `open", "half [open]"),
        ];
        for (text, expected) in rows {
            let runs = prose(text);
            let shown = runs.iter().map(|run| if run.is_marked { format!("[{}]", run.text) } else { run.text.clone() });
            assert_eq!(shown.collect::<String>(), expected);
        }
    }

    #[test]
    fn every_stretch_belongs_to_the_innermost_statement() {
        let text = "He said: 'She told me \"go\" twice' and left.";
        let whole = Span::new(0, text.len());
        let outer = [Span::new(9, 33)];
        let inner = [Span::new(22, 26)];
        let runs = spoken(text, whole, &[(0, &outer), (1, &inner)]);
        let found: Vec<(&str, Option<usize>, bool)> =
            runs.iter().map(|run| (run.text, run.statement, run.is_start)).collect();
        assert_eq!(
            found,
            [
                ("He said: ", None, false),
                ("'She told me ", Some(0), true),
                ("\"go\"", Some(1), true),
                (" twice'", Some(0), false),
                (" and left.", None, false),
            ]
        );
        assert_eq!(spoken(text, Span::new(0, 8), &[(0, &outer)]).len(), 1);
    }
}
