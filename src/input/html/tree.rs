//! A page as a tree: what browsers make of its markup, within bounds.
//!
//! The markup is fed in small pieces, and the bounds are looked at between them: the rules by which browsers mend broken
//! markup can multiply a page's elements, and take time that grows with the square of its length.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ExpandedName, LocalName, ParseOpts, QualName, local_name, ns, parse_document};

use crate::input::Reason;

/// How deep elements may stand in one another: browsers stop nesting at 512.
const MAX_DEPTH: u32 = 512;

/// The largest newspaper pages have some 20,000 nodes.
const MAX_NODES: usize = 1 << 20;

/// Pages of 3 MB take a tenth of a second; on a machine that is busy otherwise, none takes this long.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// Markup fed between two looks at the bounds.
const PIECE_BYTES: usize = 4 << 10;

/// Identifies a node of one tree.
pub(in crate::input) type NodeId = usize;

/// The parsed page.
pub(in crate::input) struct Tree {
    nodes: Vec<Node>,
}

struct Node {
    parent: Option<NodeId>,
    previous: Option<NodeId>,
    next: Option<NodeId>,
    first_child: Option<NodeId>,
    last_child: Option<NodeId>,
    depth: u32,
    content: Content,
}

enum Content {
    /// The document itself, and what is of no interest.
    Nothing,
    Text(StrTendril),
    Comment(StrTendril),
    Element {
        name: LocalName,
        attributes: Vec<Attribute>,
    },
}

/// A step of a walk through a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::input) enum Step {
    Enter(NodeId),
    Leave(NodeId),
}

impl Tree {
    /// The document node, above `html`.
    pub const ROOT: NodeId = 0;

    /// Parses a page, however broken.
    ///
    /// # Errors
    /// Where the page is nested, or grows under the rules of mending, beyond all that people write.
    pub fn parse(html: &str) -> Result<Self, Reason> {
        let began = Instant::now();
        let mut parser = parse_document(Builder::new(), ParseOpts::default());
        let mut rest = html;
        while !rest.is_empty() {
            let mut end = rest.len().min(PIECE_BYTES);
            while !rest.is_char_boundary(end) {
                end += 1;
            }
            let (piece, behind) = rest.split_at(end);
            parser.process(StrTendril::from_slice(piece));
            rest = behind;
            parser.tokenizer.sink.sink.within_bounds()?;
            if began.elapsed() > TIME_LIMIT {
                return Err(Reason::TookTooLong { limit_seconds: TIME_LIMIT.as_secs() });
            }
        }
        let builder = parser.finish();
        builder.within_bounds()?;
        Ok(Self { nodes: builder.nodes.into_inner() })
    }

    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        self.nodes[node].parent
    }

    pub fn children(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.nodes[node].first_child, |&child| self.nodes[child].next)
    }

    /// Returns the nodes above, nearest first.
    pub fn ancestors(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(node), |&above| self.parent(above))
    }

    /// Returns the node, then those above it, nearest first.
    pub fn self_and_above(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::once(node).chain(self.ancestors(node))
    }

    /// Returns a node's descendants in the order of the page.
    pub fn descendants(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.walk(node).filter_map(move |step| match step {
            Step::Enter(entered) if entered != node => Some(entered),
            _ => None,
        })
    }

    /// Walks into a node, through all below and out again, without recursion.
    pub fn walk(&self, node: NodeId) -> impl Iterator<Item = Step> + '_ {
        std::iter::successors(Some(Step::Enter(node)), move |&step| match step {
            Step::Enter(entered) => Some(match self.nodes[entered].first_child {
                Some(child) => Step::Enter(child),
                None => Step::Leave(entered),
            }),
            Step::Leave(left) if left == node => None,
            Step::Leave(left) => self.after(left),
        })
    }

    /// Returns the step that follows once a node and all below it are done with.
    fn after(&self, left: NodeId) -> Option<Step> {
        match self.nodes[left].next {
            Some(next) => Some(Step::Enter(next)),
            None => self.nodes[left].parent.map(Step::Leave),
        }
    }

    /// Returns an element's name, in lower case; empty for what is no element.
    pub fn name(&self, node: NodeId) -> &str {
        match &self.nodes[node].content {
            Content::Element { name, .. } => name,
            _ => "",
        }
    }

    pub fn is_element(&self, node: NodeId) -> bool {
        matches!(self.nodes[node].content, Content::Element { .. })
    }

    pub fn text(&self, node: NodeId) -> Option<&str> {
        match &self.nodes[node].content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn comment(&self, node: NodeId) -> Option<&str> {
        match &self.nodes[node].content {
            Content::Comment(text) => Some(text),
            _ => None,
        }
    }

    pub fn attribute(&self, node: NodeId, name: &str) -> Option<&str> {
        let Content::Element { attributes, .. } = &self.nodes[node].content else { return None };
        attributes.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
    }

    /// Returns all text below a node, but for that of scripts and styles, with white space folded.
    pub fn folded_text(&self, node: NodeId) -> String {
        let mut folded = String::new();
        for below in self.walk(node) {
            let Step::Enter(below) = below else { continue };
            if matches!(
                self.name(below),
                "br" | "p"
                    | "div"
                    | "li"
                    | "ul"
                    | "table"
                    | "tr"
                    | "td"
                    | "th"
                    | "section"
                    | "time"
                    | "h1"
                    | "h2"
                    | "h3"
                    | "h4"
                    | "h5"
                    | "h6"
            ) {
                folded.push(' ');
            }
            let is_code = || self.parent(below).is_some_and(|above| matches!(self.name(above), "script" | "style"));
            if let Some(text) = self.text(below).filter(|_| !is_code()) {
                folded.push_str(text);
            }
        }
        fold(&folded)
    }
}

/// Joins words by single spaces.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// What the parser calls to build a tree.
struct Builder {
    nodes: RefCell<Vec<Node>>,
    deepest: Cell<u32>,
    nameless: Rc<QualName>,
}

#[derive(Clone)]
struct Handle {
    id: NodeId,
    name: Rc<QualName>,
}

impl Builder {
    fn new() -> Self {
        let builder = Self {
            nodes: RefCell::new(Vec::new()),
            deepest: Cell::new(0),
            nameless: Rc::new(QualName::new(None, ns!(), local_name!(""))),
        };
        builder.add(Content::Nothing);
        builder
    }

    fn within_bounds(&self) -> Result<(), Reason> {
        let problem = if self.deepest.get() > MAX_DEPTH {
            format!("its elements stand more than {MAX_DEPTH} deep in one another")
        } else if self.nodes.borrow().len() > MAX_NODES {
            format!("it has more than {MAX_NODES} elements and pieces of text")
        } else {
            return Ok(());
        };
        Err(Reason::Malformed { format: "HTML".into(), problem })
    }

    fn add(&self, content: Content) -> NodeId {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node {
            parent: None,
            previous: None,
            next: None,
            first_child: None,
            last_child: None,
            depth: 0,
            content,
        });
        nodes.len() - 1
    }

    fn handle(&self, content: Content) -> Handle {
        Handle { id: self.add(content), name: Rc::clone(&self.nameless) }
    }

    /// Hangs a node under a parent: before a child of it, or at the end.
    fn attach(&self, parent: NodeId, before: Option<NodeId>, child: NodeOrText<Handle>) {
        let child = match child {
            NodeOrText::AppendNode(handle) => {
                self.detach(handle.id);
                handle.id
            }
            NodeOrText::AppendText(text) => {
                let neighbour = {
                    let nodes = self.nodes.borrow();
                    before.map_or(nodes[parent].last_child, |before| nodes[before].previous)
                };
                if let Some(neighbour) = neighbour
                    && let Content::Text(earlier) = &mut self.nodes.borrow_mut()[neighbour].content
                {
                    earlier.push_tendril(&text);
                    return;
                }
                self.add(Content::Text(text))
            }
        };
        let nodes = &mut *self.nodes.borrow_mut();
        let previous = before.map_or(nodes[parent].last_child, |before| nodes[before].previous);
        nodes[child].parent = Some(parent);
        nodes[child].previous = previous;
        nodes[child].next = before;
        nodes[child].depth = nodes[parent].depth + 1;
        self.deepest.set(self.deepest.get().max(nodes[child].depth));
        match previous {
            Some(previous) => nodes[previous].next = Some(child),
            None => nodes[parent].first_child = Some(child),
        }
        match before {
            Some(before) => nodes[before].previous = Some(child),
            None => nodes[parent].last_child = Some(child),
        }
    }

    fn detach(&self, node: NodeId) {
        let nodes = &mut *self.nodes.borrow_mut();
        let (parent, previous, next) =
            (nodes[node].parent.take(), nodes[node].previous.take(), nodes[node].next.take());
        let Some(parent) = parent else { return };
        match previous {
            Some(previous) => nodes[previous].next = next,
            None => nodes[parent].first_child = next,
        }
        match next {
            Some(next) => nodes[next].previous = previous,
            None => nodes[parent].last_child = previous,
        }
    }
}

impl TreeSink for Builder {
    type Handle = Handle;
    type Output = Self;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _message: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        Handle { id: Tree::ROOT, name: Rc::clone(&self.nameless) }
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _flags: ElementFlags) -> Handle {
        let id = self.add(Content::Element { name: name.local.clone(), attributes });
        Handle { id, name: Rc::new(name) }
    }

    fn create_comment(&self, text: StrTendril) -> Handle {
        self.handle(Content::Comment(text))
    }

    fn create_pi(&self, _target: StrTendril, _data: StrTendril) -> Handle {
        self.handle(Content::Nothing)
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        self.attach(parent.id, None, child);
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        if self.nodes.borrow()[element.id].parent.is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _name: StrTendril, _public_id: StrTendril, _system_id: StrTendril) {}

    /// A template's content is never shown; it may as well hang below the template, which is passed over.
    fn get_template_contents(&self, target: &Handle) -> Handle {
        target.clone()
    }

    fn same_node(&self, one: &Handle, other: &Handle) -> bool {
        one.id == other.id
    }

    fn set_quirks_mode(&self, _mode: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        let parent = self.nodes.borrow()[sibling.id].parent;
        if let Some(parent) = parent {
            self.attach(parent, Some(sibling.id), child);
        }
    }

    fn add_attrs_if_missing(&self, target: &Handle, new: Vec<Attribute>) {
        if let Content::Element { attributes, .. } = &mut self.nodes.borrow_mut()[target.id].content {
            for attribute in new {
                if !attributes.iter().any(|known| known.name == attribute.name) {
                    attributes.push(attribute);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.detach(target.id);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        loop {
            let Some(child) = self.nodes.borrow()[node.id].first_child else { return };
            let name = Rc::clone(&self.nameless);
            self.attach(new_parent.id, None, NodeOrText::AppendNode(Handle { id: child, name }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_mend_is_mended() {
        let tree = Tree::parse("<p>One <b>two<p>three</b> four<table>five<tr><td>six").unwrap();
        assert_eq!(tree.folded_text(Tree::ROOT), "One two three fourfive six");
        let depths: Vec<_> = tree.descendants(Tree::ROOT).filter(|&node| tree.name(node) == "p").collect();
        assert_eq!(depths.len(), 2);
    }

    #[test]
    fn hostile_pages_end_with_a_reason() {
        let many_attributes: String = (0..20_000).map(|n| format!(" a{n}")).collect();
        let rows = [
            ("deep", "<div>".repeat(1_000), "more than 512 deep"),
            ("deep beyond measure", "<div>".repeat(2_000_000), "more than 512 deep"),
            (
                "formatting that is opened again in each paragraph",
                format!("<p>{}", (0..100).map(|n| format!("<font size={n}>")).collect::<String>())
                    + &"</p><p>x".repeat(50_000),
                "elements and pieces of text",
            ),
        ];
        for (name, page, reason) in rows {
            let refused = Tree::parse(&page).err().map(|reason| reason.to_string()).unwrap_or_default();
            assert!(refused.contains(reason), "{name}: {refused}");
        }
        assert!(Tree::parse(&format!("<p{many_attributes}>text")).is_ok());
    }
}
