//! Trains the tagger from articles whose words another tagger and parser marked. Deterministic, as its parent.

use super::Order;
use crate::article::Span;
use crate::language::Lexicon;
use crate::statement::tagger::{Counted, Lesson, Tagger, Teacher, part_of_dependency, tag_of_penn};
use crate::statement::token::Analysis;
use crate::statement::unit::{Unit, read_plain_units_of};

/// One article whose words another tagger and parser marked.
pub struct TaggedArticle {
    pub text: String,
    pub paragraphs: Vec<Span>,
    /// Where a word starts, its Penn tag, its dependency; in order.
    pub tokens: Vec<(usize, String, String)>,
}

/// Passes over the tagged articles.
const TAG_PASSES: usize = 5;

/// Returns the tagger that fits the articles.
pub fn train_tags(articles: &[TaggedArticle], lexicon: &Lexicon, report: &mut dyn FnMut(String)) -> Tagger {
    let mut counted = Counted::default();
    for article in articles {
        go_over(article, lexicon, &mut |text, units, lessons| counted.add(text, units, lessons));
    }
    let mut teacher = Teacher::default();
    let mut order = Order::new(articles.len());
    for pass in 0..TAG_PASSES {
        (teacher.seen, teacher.right_tags, teacher.right_parts) = (0, 0, 0);
        for article in order.shuffled().into_iter().map(|index| &articles[index]) {
            go_over(article, lexicon, &mut |text, units, lessons| teacher.teach(text, units, lessons));
        }
        let share = |right: u64| right as f64 / teacher.seen.max(1) as f64;
        report(format!("pass {pass}: tags {:.4}, parts {:.4}", share(teacher.right_tags), share(teacher.right_parts)));
    }
    teacher.tagger(&counted)
}

/// Takes the units of a paragraph, with what is right for each.
type TakeUnits<'t> = dyn FnMut(&Analysis<'_>, &mut [Unit], &[Option<Lesson>]) + 't;

/// Hands on the paragraphs of an article, their tags guessed, with what is right for their units.
fn go_over(article: &TaggedArticle, lexicon: &Lexicon, take: &mut TakeUnits<'_>) {
    let text = Analysis::new(&article.text, &article.paragraphs, lexicon);
    let lesson_of = |unit: &Unit| {
        let token = &text.tokens[unit.tokens.start];
        let at = article.tokens.binary_search_by_key(&token.start(), |(start, ..)| *start).ok()?;
        let (_, penn, dependency) = &article.tokens[at];
        Some(Lesson { tag: tag_of_penn(token, penn, dependency), part: part_of_dependency(dependency) })
    };
    let mut units = Vec::new();
    for &paragraph in &text.paragraphs {
        read_plain_units_of(&text, paragraph, &mut units);
        let lessons: Vec<Option<Lesson>> = units.iter().map(lesson_of).collect();
        take(&text, &mut units, &lessons);
    }
}
