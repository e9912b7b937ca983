//! What a page says of its article in JSON-LD, the vocabulary of schema.org.

use serde_json::{Map, Value};

use super::tree::{NodeId, Tree, fold};

/// The article that a page describes for search engines.
#[derive(Debug, Default)]
pub(super) struct Described {
    pub headline: Option<String>,
    pub published: Option<String>,
    pub modified: Option<String>,
    pub dateline: Option<String>,
    pub location: Option<String>,
    pub byline: Vec<String>,
    pub outlet: Option<String>,
    pub language: Option<String>,
    pub url: Option<String>,
    /// With markup, or a paragraph a line.
    pub body: Option<String>,
    /// Whether it is described as an article rather than as any page.
    pub is_article: bool,
}

/// Types that are articles although their names do not end so.
const ARTICLE_TYPES: [&str; 6] =
    ["BlogPosting", "LiveBlogPosting", "Report", "SocialMediaPosting", "Review", "Posting"];

/// Types of which dates and names are taken where nothing is described as an article.
const PAGE_TYPES: [&str; 4] = ["WebPage", "ItemPage", "CreativeWork", "VideoObject"];

/// Returns what the page's JSON-LD says of its article: of several the one that the page's title names.
pub(super) fn described(tree: &Tree, title: &str) -> Described {
    let graphs: Vec<Value> = scripts(tree).filter_map(|json| parse(&json)).collect();
    let mut things = Vec::new();
    graphs.iter().for_each(|graph| collect(graph, &mut things));
    let reader = Reader { things: &things };
    let is_named = |thing: &&Map<String, Value>| {
        reader.text(thing, &["headline", "name"]).is_some_and(|headline| title.contains(&headline))
    };
    let best = things.iter().enumerate().max_by_key(|(position, thing)| {
        (rank(thing), rank(thing) > 1 && is_named(thing), std::cmp::Reverse(*position))
    });
    let Some((_, article)) = best.filter(|(_, thing)| rank(thing) > 0) else { return Described::default() };
    // What an article leaves out may stand in what describes its page.
    let pages = || things.iter().filter(|thing| rank(thing) == 1);
    let first =
        |names: &[&str]| reader.text(article, names).or_else(|| pages().find_map(|page| reader.text(page, names)));
    Described {
        headline: reader.text(article, &["headline", "name"]),
        published: first(&["datePublished", "dateCreated", "uploadDate"]),
        modified: first(&["dateModified"]),
        dateline: reader.text(article, &["dateline"]),
        location: reader.names(article.get("contentLocation")).into_iter().next(),
        byline: reader.people(article),
        outlet: reader.names(article.get("publisher")).into_iter().next(),
        language: reader.text(article, &["inLanguage"]),
        url: reader.text(article, &["mainEntityOfPage", "url", "@id"]).filter(|url| url.starts_with("http")),
        body: article.get("articleBody").and_then(Value::as_str).map(str::to_owned).or_else(|| live(article)),
        is_article: rank(article) > 1,
    }
}

/// Returns the posts of a live blog in the order in which they stand there, each with its headline.
fn live(blog: &Map<String, Value>) -> Option<String> {
    let posts: Vec<&Value> = match blog.get("liveBlogUpdate")? {
        Value::Array(posts) => posts.iter().collect(),
        post => vec![post],
    };
    let parts = posts.into_iter().flat_map(|post| ["headline", "articleBody"].map(|name| post.get(name)));
    // Beside markup, line ends are no more than spaces.
    let texts: Vec<String> = parts.flatten().filter_map(Value::as_str).map(super::described_text).collect();
    (!texts.is_empty()).then(|| texts.join("\n\n"))
}

/// The scripts in which a page describes itself.
fn scripts(tree: &Tree) -> impl Iterator<Item = String> + '_ {
    tree.descendants(Tree::ROOT)
        .filter(|&node| {
            tree.name(node) == "script"
                && tree.attribute(node, "type").is_some_and(|kind| kind.to_ascii_lowercase().contains("ld+json"))
        })
        .map(|node| script_text(tree, node))
}

fn script_text(tree: &Tree, script: NodeId) -> String {
    tree.children(script).filter_map(|child| tree.text(child)).collect()
}

/// Parses JSON as pages hold it: within comments or CDATA, with line ends inside strings and commas before brackets.
fn parse(json: &str) -> Option<Value> {
    let trimmed = json.trim().trim_start_matches("<!--").trim_start_matches("//<![CDATA[").trim_end_matches(';');
    let start = trimmed.find(['{', '['])?;
    let end = trimmed.rfind(['}', ']'])?;
    let bare = trimmed.get(start..=end)?;
    let parsed = serde_json::from_str(bare).ok().or_else(|| serde_json::from_str(&mended(bare)).ok());
    parsed.or_else(|| salvaged(bare))
}

/// Saves what can be told from an article's description that is beyond mending: the first value of each simple property.
fn salvaged(json: &str) -> Option<Value> {
    let is_article = json.contains("Article\"") || json.contains("BlogPosting\"");
    let mut saved = Map::new();
    for name in ["headline", "datePublished", "dateModified"] {
        let value = json.match_indices(&format!("\"{name}\"")).find_map(|(at, key)| {
            let value = json[at + key.len()..].trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
            value.split(['"', '\\', '\n']).next().filter(|value| !value.is_empty())
        });
        if let Some(value) = value {
            saved.insert(name.to_owned(), Value::from(value));
        }
    }
    if !is_article || saved.is_empty() {
        return None;
    }
    saved.insert("@type".to_owned(), Value::from("Article"));
    Some(Value::Object(saved))
}

fn mended(json: &str) -> String {
    let mut mended = String::with_capacity(json.len());
    let (mut in_string, mut escaped) = (false, false);
    for character in json.chars() {
        if in_string {
            match character {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => in_string = false,
                '\n' => {
                    mended.push_str("\\n");
                    continue;
                }
                control if control.is_control() => {
                    mended.push(' ');
                    continue;
                }
                _ => {}
            }
        } else if character == '"' {
            in_string = true;
        } else if matches!(character, '}' | ']') {
            let kept = mended.trim_end().trim_end_matches(',').len();
            mended.truncate(kept);
        }
        mended.push(character);
    }
    mended
}

/// Objects of one page that are looked at; pages of lists describe thousands.
const MAX_THINGS: usize = 2_000;

fn collect<'v>(value: &'v Value, things: &mut Vec<&'v Map<String, Value>>) {
    if things.len() >= MAX_THINGS {
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, things)),
        Value::Object(object) => {
            things.push(object);
            for name in ["@graph", "mainEntity", "mainEntityOfPage"] {
                if let Some(inner) = object.get(name) {
                    collect(inner, things);
                }
            }
        }
        _ => {}
    }
}

/// Returns how much an object looks like the page's article: 3 an article with a headline, 2 an article, 1 a page.
fn rank(thing: &Map<String, Value>) -> u8 {
    let mut types = match thing.get("@type") {
        Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(name)) => vec![name.as_str()],
        _ => Vec::new(),
    };
    types.iter_mut().for_each(|name| *name = name.rsplit(['/', ':']).next().unwrap_or(name));
    let is_article = |name: &&str| name.ends_with("Article") || ARTICLE_TYPES.contains(name);
    if types.iter().any(is_article) {
        2 + u8::from(thing.contains_key("headline") || thing.contains_key("articleBody"))
    } else {
        u8::from(types.iter().any(|name| PAGE_TYPES.contains(name)))
    }
}

struct Reader<'v> {
    things: &'v [&'v Map<String, Value>],
}

impl Reader<'_> {
    /// Returns the first of the properties that holds words.
    fn text(&self, thing: &Map<String, Value>, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| match thing.get(*name)? {
            Value::Object(object) => ["@id", "url", "name", "@value"].iter().find_map(|name| words(object.get(*name)?)),
            Value::Array(values) => values.iter().find_map(words),
            value => words(value),
        })
    }

    /// Returns who wrote an article: people before organisations, where both are named.
    fn people(&self, article: &Map<String, Value>) -> Vec<String> {
        for name in ["author", "creator"] {
            let names = self.names(article.get(name));
            if !names.is_empty() {
                return names;
            }
        }
        Vec::new()
    }

    /// Returns the names that a property leads to: written out, of objects, or of objects named by `@id`.
    fn names(&self, value: Option<&Value>) -> Vec<String> {
        match value {
            Some(Value::Array(values)) => {
                let mut names = Vec::new();
                for name in values.iter().flat_map(|value| self.names(Some(value))) {
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
                names
            }
            Some(Value::Object(object)) => {
                let named = object.get("name").and_then(|name| match name {
                    Value::Array(names) => {
                        let names: Vec<String> = names.iter().filter_map(words).collect();
                        (!names.is_empty()).then_some(names)
                    }
                    name => words(name).map(|name| vec![name]),
                });
                named.or_else(|| self.behind_id(object)).unwrap_or_default()
            }
            Some(value) => words(value).into_iter().collect(),
            None => Vec::new(),
        }
    }

    fn behind_id(&self, reference: &Map<String, Value>) -> Option<Vec<String>> {
        let id = reference.get("@id")?;
        let thing = self.things.iter().find(|thing| thing.get("@id") == Some(id) && thing.contains_key("name"))?;
        Some(vec![words(thing.get("name")?)?])
    }
}

/// Returns the words of a string as the page would show them.
fn words(value: &Value) -> Option<String> {
    let text = super::plain_text(value.as_str()?);
    let text = fold(&text);
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Described {
        described(
            &Tree::parse(&format!("<script type='application/ld+json'>{json}</script>")).unwrap(),
            "Ferry sails | Post",
        )
    }

    #[test]
    fn articles_are_found_wherever_they_stand() {
        let rows = [
            (r#"{"@type":"NewsArticle","headline":"Ferry sails"}"#, Some("Ferry sails")),
            (
                r#"[{"@type":"Organization","name":"Post"},{"@type":["Article"],"headline":"Ferry sails"}]"#,
                Some("Ferry sails"),
            ),
            (
                r#"{"@graph":[{"@type":"WebPage","name":"Page"},{"@type":"http://schema.org/NewsArticle","headline":"Ferry sails"}]}"#,
                Some("Ferry sails"),
            ),
            ("{\"@type\":\"NewsArticle\",\"headline\":\"Ferry\nsails\",}", Some("Ferry sails")),
            (r#"<!-- {"@type":"NewsArticle","headline":"Ferry &amp; crew"} -->"#, Some("Ferry & crew")),
            // Of several the one that the title names; of what is broken what can be saved.
            (
                r#"[{"@type":"NewsArticle","headline":"Rain"},{"@type":"NewsArticle","headline":"Ferry sails"}]"#,
                Some("Ferry sails"),
            ),
            (r#"[{"@type":"NewsArticle","headline":"Rain"},{"@type":"NewsArticle","headline":"Snow"}]"#, Some("Rain")),
            (r#"{"@type":"NewsArticle","headline":"Ferry sails","text":"He said "no" to all"}"#, Some("Ferry sails")),
            (r#"{"@type":"Product","headline":"Ferry sails","text":"He said "no" to all"}"#, None),
            (r#"{"@type":"Organization","name":"Post"}"#, None),
            (r#"{"@type":"NewsArticle","headline":"Ferry"#, None),
        ];
        for (json, headline) in rows {
            assert_eq!(of(json).headline.as_deref(), headline, "{json}");
        }
    }

    #[test]
    fn what_an_article_leaves_out_is_taken_from_its_page() {
        let rows = [
            (
                r#"[{"@type":"NewsArticle","headline":"Ferry"},{"@type":"WebPage","datePublished":"2025-05-02"}]"#,
                Some("2025-05-02"),
            ),
            (
                r#"[{"@type":"NewsArticle","datePublished":"2025-05-01"},{"@type":"WebPage","datePublished":"2025-05-02"}]"#,
                Some("2025-05-01"),
            ),
            // Other articles say nothing of this one.
            (
                r#"[{"@type":"NewsArticle","headline":"Ferry sails"},{"@type":"Article","datePublished":"2025-05-02"}]"#,
                None,
            ),
        ];
        for (json, published) in rows {
            assert_eq!(of(json).published.as_deref(), published, "{json}");
        }
    }

    #[test]
    fn posts_of_a_live_blog_are_its_text() {
        let rows = [
            (r#"{"@type":"NewsArticle","articleBody":"<p>It rained.</p>"}"#, Some("<p>It rained.</p>")),
            (
                r#"{"@type":"LiveBlogPosting","headline":"Storm","liveBlogUpdate":[{"headline":"First","articleBody":"It rained."},{"articleBody":"<p>It snowed.</p>"},{"headline":"Last"},7]}"#,
                Some("First\n\nIt rained.\n\nIt snowed.\n\nLast"),
            ),
            (r#"{"@type":"LiveBlogPosting","liveBlogUpdate":{"articleBody":"It rained."}}"#, Some("It rained.")),
            (r#"{"@type":"LiveBlogPosting","liveBlogUpdate":[]}"#, None),
            (r#"{"@type":"NewsArticle","headline":"Storm"}"#, None),
        ];
        for (json, body) in rows {
            assert_eq!(of(json).body.as_deref(), body, "{json}");
        }
    }

    #[test]
    fn names_are_followed() {
        let rows: [(&str, &[&str]); 4] = [
            (r#"{"@type":"Article","author":"Una Moor"}"#, &["Una Moor"]),
            (
                r#"{"@type":"Article","author":[{"name":"Una Moor"},{"name":"Cal Brannock"},{"name":"Una Moor"}]}"#,
                &["Una Moor", "Cal Brannock"],
            ),
            (
                r##"{"@graph":[{"@type":"Article","author":{"@id":"#u"}},{"@id":"#u","@type":"Person","name":"Una Moor"}]}"##,
                &["Una Moor"],
            ),
            (r#"{"@type":"Article","author":{"@type":"Person"}}"#, &[]),
        ];
        for (json, names) in rows {
            assert_eq!(of(json).byline, names, "{json}");
        }
    }
}
