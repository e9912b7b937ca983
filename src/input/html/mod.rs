//! Saved web pages: In: a page's markup. Out: its article, or why it holds none.
//!
//! 1. parse as browsers do 2. read the metadata 3. find the running text 4. choose each field

mod blocks;
mod boilerplate;
mod byline;
mod clutter;
mod head_lines;
mod json_ld;
mod main_text;
mod metadata;
mod published;
mod standfirst;
pub(super) mod tree;

use std::borrow::Cow;

use super::members::Members;
use super::rejected::Reason;
use super::text_stream::TextStream;
use super::{Format, Head, RawArticle, Reader};
use metadata::Metadata;
use tree::Tree;

pub(crate) const FORMAT: Format = Format {
    name: "html",
    title: "saved web pages",
    extensions: &["html", "htm", "xhtml", "shtml"],
    recognise,
    reader: Reader::Text(read),
};

fn recognise(head: &Head<'_>) -> bool {
    let begins = head
        .root_element()
        .is_some_and(|root| ["html", "head", "body"].iter().any(|name| root.eq_ignore_ascii_case(name)));
    begins || head.has_extension(FORMAT.extensions) && head.text.contains('<')
}

fn read(text: &mut TextStream<'_>, members: &mut Members<'_>) -> Result<(), Reason> {
    let page = text.rest()?;
    members.give(article(&page)?)
}

/// A page with less running text than this holds no article, unless it says that it is one.
const MIN_TEXT_CHARS: usize = 140;

/// Makes an article of a page.
///
/// # Errors
/// `NoArticle` where the page holds none; where the page is built to exhaust its reader, that.
pub(crate) fn article(page: &str) -> Result<RawArticle, Reason> {
    let tree = Tree::parse(page)?;
    let metadata = Metadata::read(&tree);
    let outlet = metadata.outlet();
    let headline = metadata.headline(outlet.as_deref());
    let described = metadata.described.body.as_deref();
    let text = main_text::find(&tree, &metadata, headline.as_deref());
    let mut article = RawArticle { line: 1, headline, outlet, ..RawArticle::default() };
    metadata.fill(&mut article, text.start);
    article.body = text.paragraphs.join("\n\n");
    if let Some(described) = described
        && described.len() > 3 * article.body.len()
    {
        article.body = described_text(described);
    }
    let is_short = text.weight < MIN_TEXT_CHARS && article.body.len() < MIN_TEXT_CHARS;
    if article.body.is_empty() || is_short && !metadata.is_article() {
        let what = if text.link_chars > text.weight * 4 { "a page of links" } else { "a page without running text" };
        return Err(Reason::NoArticle { what: what.into() });
    }
    Ok(article)
}

/// Returns the text of a piece of markup, its blocks separated by blank lines.
pub(crate) fn plain_text(markup: &str) -> String {
    let Ok(tree) = Tree::parse(markup) else { return String::new() };
    let paragraphs: Vec<String> = blocks::blocks(&tree).into_iter().map(|block| block.text).collect();
    paragraphs.join("\n\n")
}

/// Returns the paragraphs of a text in which a description holds an article: markup, also escaped, or a line each.
fn described_text(text: &str) -> String {
    let is_escaped = text.contains("&lt;") && !text.contains('<');
    let text = if is_escaped { Cow::Owned(plain_text(text)) } else { Cow::Borrowed(text) };
    if text.contains('<') {
        return plain_text(&text);
    }
    let paragraphs: Vec<String> = text.lines().map(metadata::shown).filter(|line| !line.is_empty()).collect();
    paragraphs.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_the_page_does_not_show_is_that_of_its_description() {
        let post = "The ferry sailed at noon with all its passengers aboard, the harbour master said.";
        let rows = [
            (
                format!(r#""articleBody":"{post}\n\n{post} Twice &amp; more.""#),
                format!("{post}\n\n{post} Twice & more."),
            ),
            (format!(r#""articleBody":"<p>{post}</p><p>{post}</p>""#), format!("{post}\n\n{post}")),
            (
                format!(r#""articleBody":"&lt;p&gt;{post}&lt;/p&gt;\n&lt;p&gt;{post}&lt;/p&gt;""#),
                format!("{post}\n\n{post}"),
            ),
            (
                format!(
                    r#""liveBlogUpdate":[{{"headline":"First","articleBody":"{post}"}},{{"articleBody":"<p>{post}</p>"}}]"#
                ),
                format!("First\n\n{post}\n\n{post}"),
            ),
        ];
        for (described, expected) in rows {
            let page = format!(
                "<title>Ferry sails</title><script type=application/ld+json>{{\"@type\":\"LiveBlogPosting\",\
                 \"headline\":\"Ferry sails\",{described}}}</script><h1>Ferry sails</h1><p>Loading …</p>"
            );
            assert_eq!(article(&page).unwrap().body, expected, "{described}");
        }
    }
}
