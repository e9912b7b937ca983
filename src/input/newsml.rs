//! NewsML, the agencies' envelope: NewsML-G2 items, packages and messages, and the older NewsML 1.

use super::members::Members;
use super::rejected::{Phrase, Reason};
use super::text_stream::TextStream;
use super::xml::Element;
use super::{Format, Head, RawArticle, Reader, nitf};

pub(crate) const FORMAT: Format = Format {
    name: "newsml",
    title: "NewsML-G2 and NewsML 1",
    extensions: &["xml"],
    recognise,
    reader: Reader::Text(read),
};

/// Items of NewsML-G2 that never hold text, and what they are.
const OTHER_ITEMS: [(&str, &str); 6] = [
    ("packageItem", "a package of links to news items"),
    ("conceptItem", "a concept"),
    ("knowledgeItem", "a list of concepts"),
    ("planningItem", "a planning item"),
    ("catalogItem", "a catalogue"),
    ("hop", "a hop"),
];

fn recognise(head: &Head<'_>) -> bool {
    let is_item = |root| OTHER_ITEMS.iter().any(|(name, _)| *name == root);
    head.root_element().is_some_and(|root| matches!(root, "newsMessage" | "newsItem" | "NewsML") || is_item(root))
}

fn read(text: &mut TextStream<'_>, members: &mut Members<'_>) -> Result<(), Reason> {
    let root = Element::parse(&text.rest()?)?;
    let items: Vec<&Element> = match root.name.as_str() {
        "newsMessage" => root.all("itemSet").into_iter().flat_map(Element::elements).collect(),
        "NewsML" => root.elements().filter(|element| element.name == "NewsItem").collect(),
        _ => vec![&root],
    };
    let results: Vec<(Option<String>, Result<RawArticle, Reason>)> = items
        .into_iter()
        .map(|item| match item.name.as_str() {
            "newsItem" => (item.attribute("guid").map(str::to_owned), item_of_g2(item)),
            "NewsItem" => (identifier_of_1(item), item_of_1(item)),
            name => {
                let what =
                    OTHER_ITEMS.iter().find(|(known, _)| *known == name).map_or("something else", |(_, what)| what);
                (item.attribute("guid").map(str::to_owned), Err(Reason::NoArticle { what: what.into() }))
            }
        })
        .collect();
    let has_article = results.iter().any(|(_, result)| result.is_ok());
    // What accompanies a story in its message is no loss; a message without any story is told as what it is.
    let mut first_reason = None;
    for (key, result) in results {
        match result {
            Ok(article) => members.give(article)?,
            Err(reason) if has_article && reason.is_no_article() => {}
            Err(reason) if first_reason.is_none() => first_reason = Some(reason),
            Err(reason) => members.refuse(1, key, reason)?,
        }
    }
    match first_reason {
        Some(reason) => Err(reason),
        None if has_article => Ok(()),
        None => Err(Reason::NoArticle { what: "a message without items".into() }),
    }
}

fn no_article(what: impl Into<Phrase>) -> Reason {
    Reason::NoArticle { what: what.into() }
}

/// What the class of an item is called: `ninat:picture` is a picture.
fn kind_of_class(class: &str) -> Option<&'static str> {
    match class.rsplit(':').next().unwrap_or(class) {
        "picture" => Some("a picture"),
        "graphic" => Some("a graphic"),
        "video" => Some("a video"),
        "audio" => Some("a recording"),
        "animation" => Some("an animation"),
        "composite" => Some("a package of links to news items"),
        _ => None,
    }
}

fn item_of_g2(item: &Element) -> Result<RawArticle, Reason> {
    let meta = item.child("contentMeta");
    let class =
        item.at("itemMeta/itemClass").and_then(|class| class.attribute("qcode").or_else(|| class.attribute("uri")));
    let kind = class.and_then(kind_of_class);
    let content = item.child("contentSet");
    let mut article = content
        .and_then(|content| content.first("nitf"))
        .map_or_else(|| Ok(RawArticle { line: 1, ..RawArticle::default() }), nitf::article)?;
    if article.body.is_empty()
        && let Some(content) = content
    {
        let inline = content.first("inlineXML").or_else(|| content.first("inlineData"));
        let body = inline.map(|inline| inline.first("body").unwrap_or(inline).running_text());
        article.body = body.unwrap_or_default();
    }
    if let Some(kind) = kind {
        return Err(no_article(kind));
    }
    if article.body.is_empty() {
        return Err(no_article("a news item without text"));
    }
    let text = |path: &str| meta.and_then(|meta| meta.text_at(path));
    let named = |element: &Element| {
        element.text_at("name").or_else(|| element.attribute("literal").map(str::to_owned)).or_else(|| element.text())
    };
    article.key = item.attribute("guid").map(str::to_owned).or(article.key);
    article.headline = text("headline").or(article.headline);
    let date = |path: &str| item.text_at(path);
    article.published = date("itemMeta/firstCreated")
        .or_else(|| text("contentCreated"))
        .or_else(|| date("itemMeta/versionCreated"))
        .or(article.published);
    article.published_is_metadata = true;
    article.dateline = text("dateline").or(article.dateline);
    article.location = meta.and_then(|meta| meta.child("located")).and_then(named);
    let bylines: Vec<String> = meta
        .map(|meta| meta.elements().filter(|element| element.name == "by").filter_map(Element::text).collect())
        .unwrap_or_default();
    let creators = || {
        meta.map(|meta| {
            meta.elements()
                .filter(|element| element.name == "creator")
                .filter_map(|creator| creator.text_at("name"))
                .collect()
        })
    };
    if !bylines.is_empty() {
        article.byline = bylines;
    } else if article.byline.is_empty() {
        article.byline = creators().unwrap_or_default();
    }
    let outlet =
        ["itemMeta/provider", "rightsInfo/copyrightHolder"].iter().find_map(|path| item.at(path).and_then(named));
    article.outlet = outlet.or(article.outlet);
    let stated = meta.and_then(|meta| meta.child("language")?.attribute("tag"));
    article.language = stated.or_else(|| item.attribute("lang")).map(str::to_owned).or(article.language);
    Ok(article)
}

fn identifier_of_1(item: &Element) -> Option<String> {
    let identifier = item.at("Identification/NewsIdentifier")?;
    identifier.text_at("PublicIdentifier").or_else(|| identifier.text_at("NewsItemId"))
}

fn item_of_1(item: &Element) -> Result<RawArticle, Reason> {
    let contents = item.all("ContentItem");
    let is_other = |content: &&&Element| {
        let medium = content.child("MediaType").and_then(|medium| medium.attribute("FormalName")).unwrap_or_default();
        matches!(medium.to_ascii_lowercase().as_str(), "photo" | "picture" | "video" | "audio" | "graphic")
    };
    let mut article = RawArticle { line: 1, ..RawArticle::default() };
    for content in contents.iter().filter(|content| !is_other(content)) {
        let Some(data) = content.child("DataContent") else { continue };
        if let Some(inside) = data.first("nitf") {
            article = nitf::article(inside)?;
        } else {
            article.body = data.first("body").unwrap_or(data).running_text();
        }
        if !article.body.is_empty() {
            break;
        }
    }
    if article.body.is_empty() {
        let what =
            if contents.iter().any(|content| is_other(&content)) { "a picture" } else { "a news item without text" };
        return Err(no_article(what));
    }
    let line = |name: &str| item.first("NewsLines").and_then(|lines| lines.text_at(name));
    let date = |path: &str| item.text_at(path);
    article.key = identifier_of_1(item).or(article.key);
    article.headline = line("HeadLine").or(article.headline);
    article.byline = line("ByLine").map_or(article.byline, |byline| vec![byline]);
    article.dateline = line("DateLine").or(article.dateline);
    article.published = date("NewsManagement/FirstCreated")
        .or_else(|| date("NewsManagement/ThisRevisionCreated"))
        .or_else(|| date("Identification/NewsIdentifier/DateId"))
        .or(article.published);
    article.published_is_metadata = true;
    article.outlet = item
        .first("Provider")
        .and_then(|provider| provider.first("Party")?.attribute("FormalName"))
        .map(str::to_owned)
        .or_else(|| date("Identification/NewsIdentifier/ProviderId"))
        .or(article.outlet);
    let language = item.first("Language").and_then(|language| language.attribute("FormalName"));
    article.language = language.map(str::to_lowercase).or(article.language);
    Ok(article)
}
