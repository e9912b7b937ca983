//! XML as a tree, within bounds: what the formats of news agencies and feeds share.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, escape};

use super::html::plain_text;
use super::rejected::Reason;

/// An element with its attributes and all that stands in it. Names are local: prefixes of namespaces are left out.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Node>,
}

#[derive(Debug)]
enum Node {
    Element(Element),
    Text(String),
}

/// How deep elements may stand in one another; formats of news stay below 30.
const MAX_DEPTH: usize = 200;

/// Elements of running text that begin a paragraph.
const BLOCKS: [&str; 28] = [
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hl1",
    "hl2",
    "headline",
    "title",
    "li",
    "dt",
    "dd",
    "tr",
    "table",
    "ul",
    "ol",
    "blockquote",
    "bq",
    "block",
    "pre",
    "fn",
    "section",
    "article",
    "tagline",
    "body.content",
];

/// Elements that are no part of running text.
const NOT_TEXT: [&str; 10] = [
    "media",
    "script",
    "style",
    "media-caption",
    "media-reference",
    "media-producer",
    "figcaption",
    "figure",
    "iframe",
    "img",
];

impl Element {
    /// Parses a document and returns its root.
    ///
    /// # Errors
    /// Where it is not well-formed, or nested deeper than any format of news.
    pub fn parse(xml: &str) -> Result<Self, Reason> {
        let mut reader = Reader::from_str(xml.trim_start_matches('\u{FEFF}').trim_start());
        let config = reader.config_mut();
        config.check_end_names = true;
        config.allow_dangling_amp = true;
        let mut open: Vec<Element> = vec![Element::default()];
        loop {
            let event = reader.read_event().map_err(|error| malformed(&reader, error.to_string()))?;
            match event {
                Event::Start(start) => {
                    if open.len() > MAX_DEPTH {
                        let problem = format!("its elements stand more than {MAX_DEPTH} deep in one another");
                        return Err(malformed(&reader, problem));
                    }
                    open.push(element(&start));
                }
                Event::Empty(start) => push(&mut open, Node::Element(element(&start))),
                Event::End(_) => {
                    if open.len() > 1
                        && let Some(done) = open.pop()
                    {
                        push(&mut open, Node::Element(done));
                    }
                }
                Event::Text(text) => push_text(&mut open, &text),
                Event::CData(text) => push_text(&mut open, &text),
                Event::GeneralRef(entity) => {
                    let reference = format!("&{};", &*entity);
                    let shown = escape::unescape(&reference).map_or(reference.clone(), std::borrow::Cow::into_owned);
                    push_text(&mut open, &shown);
                }
                Event::Eof => break,
                _ => {}
            }
        }
        if open.len() > 1 {
            let name = open.pop().unwrap_or_default().name;
            return Err(malformed(&reader, format!("<{name}> is not closed")));
        }
        let document = open.pop().unwrap_or_default();
        document
            .children
            .into_iter()
            .find_map(|node| match node {
                Node::Element(root) => Some(root),
                Node::Text(_) => None,
            })
            .ok_or_else(|| Reason::Malformed { format: "XML".into(), problem: "it has no element".into() })
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(known, value)| known == name && !value.trim().is_empty())
            .map(|(_, value)| value.trim())
    }

    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// Returns the first child of that name.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.elements().find(|element| element.name == name)
    }

    /// Returns the element to which a path of names leads: `contentMeta/headline`.
    pub fn at(&self, path: &str) -> Option<&Element> {
        path.split('/').try_fold(self, |element, name| element.child(name))
    }

    /// Returns all elements of that name below, in the order of the document.
    pub fn all<'e>(&'e self, name: &str) -> Vec<&'e Element> {
        self.all_where(&|candidate| candidate == name)
    }

    /// Returns all elements below whose name is one, in the order of the document.
    pub fn all_where<'e>(&'e self, is_one: &dyn Fn(&str) -> bool) -> Vec<&'e Element> {
        let mut found = Vec::new();
        let mut open: Vec<&Element> = self.elements().collect();
        open.reverse();
        while let Some(element) = open.pop() {
            if is_one(&element.name) {
                found.push(element);
            }
            let below = open.len();
            open.extend(element.elements());
            open[below..].reverse();
        }
        found
    }

    /// Returns the first element of that name below.
    pub fn first(&self, name: &str) -> Option<&Element> {
        self.all(name).into_iter().next()
    }

    /// Returns the text in it with white space folded; none where there is none.
    pub fn text(&self) -> Option<String> {
        let mut whole = String::new();
        self.gather(&mut whole);
        let folded = whole.split_whitespace().collect::<Vec<_>>().join(" ");
        (!folded.is_empty()).then_some(folded)
    }

    /// Returns the text in it as it stands.
    pub fn verbatim(&self) -> String {
        let mut whole = String::new();
        self.gather(&mut whole);
        whole
    }

    fn gather(&self, whole: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(text) => whole.push_str(text),
                Node::Element(element) => {
                    whole.push(' ');
                    element.gather(whole);
                }
            }
        }
    }

    /// Returns the text that the path leads to.
    pub fn text_at(&self, path: &str) -> Option<String> {
        self.at(path)?.text()
    }

    /// Returns the running text in it, paragraphs separated by blank lines, whether it stands as elements or as escaped
    /// markup.
    pub fn running_text(&self) -> String {
        let mut paragraphs = Vec::new();
        let mut open = String::new();
        self.paragraphs(&mut open, &mut paragraphs);
        close(&mut open, &mut paragraphs);
        paragraphs.join("\n\n")
    }

    fn paragraphs(&self, open: &mut String, paragraphs: &mut Vec<String>) {
        for node in &self.children {
            match node {
                Node::Text(text) if is_markup(text) => {
                    close(open, paragraphs);
                    paragraphs
                        .extend(plain_text(text).split("\n\n").map(str::to_owned).filter(|text| !text.is_empty()));
                }
                Node::Text(text) => push_lines(text, open, paragraphs),
                Node::Element(element) if NOT_TEXT.contains(&element.name.as_str()) => {}
                Node::Element(element) => {
                    let is_block = BLOCKS.contains(&element.name.as_str());
                    if is_block {
                        close(open, paragraphs);
                    } else if element.name == "br" {
                        let ends_sentence = open.trim_end().ends_with(['.', '!', '?', '"', '”', '»']);
                        if ends_sentence { close(open, paragraphs) } else { open.push(' ') }
                    }
                    element.paragraphs(open, paragraphs);
                    if is_block {
                        close(open, paragraphs);
                    }
                }
            }
        }
    }
}

/// Whether text is escaped markup, as feeds hold it.
fn is_markup(text: &str) -> bool {
    const TAGS: [&str; 6] = ["<p>", "<br", "<img", "</", "/>", "<li>"];
    text.contains('<') && TAGS.iter().any(|tag| text.contains(tag))
}

/// Adds text of a paragraph; a blank line in it begins the next.
fn push_lines(text: &str, open: &mut String, paragraphs: &mut Vec<String>) {
    for (index, part) in text.split('\n').enumerate() {
        if index > 0 {
            if part.trim().is_empty() && text.trim().contains('\n') && !open.trim().is_empty() {
                close(open, paragraphs);
            } else {
                open.push(' ');
            }
        }
        open.push_str(part);
    }
}

fn close(open: &mut String, paragraphs: &mut Vec<String>) {
    let folded = open.split_whitespace().collect::<Vec<_>>().join(" ");
    open.clear();
    if !folded.is_empty() {
        paragraphs.push(folded);
    }
}

fn push(open: &mut [Element], node: Node) {
    if let Some(element) = open.last_mut() {
        element.children.push(node);
    }
}

fn push_text(open: &mut [Element], text: &str) {
    let Some(element) = open.last_mut() else { return };
    match element.children.last_mut() {
        Some(Node::Text(known)) => known.push_str(text),
        _ => element.children.push(Node::Text(text.to_owned())),
    }
}

fn element(start: &BytesStart<'_>) -> Element {
    let attributes = start
        .attributes()
        .with_checks(false)
        .flatten()
        .map(|attribute| {
            let value = &*attribute.value;
            let shown = escape::unescape(value).map_or_else(|_| value.to_owned(), std::borrow::Cow::into_owned);
            (attribute.key.local_name().as_ref().to_owned(), shown)
        })
        .collect();
    Element { name: start.local_name().as_ref().to_owned(), attributes, children: Vec::new() }
}

fn malformed(reader: &Reader<&[u8]>, problem: String) -> Reason {
    let problem = format!("{problem} (at byte {})", reader.error_position().max(reader.buffer_position()));
    Reason::Malformed { format: "XML".into(), problem }
}
