//! Draws the text of a page: follows the pen through its content, and notes what it writes where.

use std::collections::HashMap;
use std::rc::Rc;
use std::time::Instant;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, decode_text_string};

use super::font::{Font, number};

/// Some letters that were written in one go, in the page's units; `y` grows upwards.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    pub text: String,
    pub x: f64,
    /// Where the pen was when it had written them.
    pub end: f64,
    pub y: f64,
    pub size: f64,
}

/// What a page shows.
pub(super) struct DrawnPage {
    pub pieces: Vec<Piece>,
    /// What the document itself calls header, footer or number of the page.
    pub margin: Vec<Piece>,
    /// Whether its content could be read to its end.
    pub is_whole: bool,
}

/// Why drawing was given up.
pub(super) enum Failure {
    TookTooLong,
    TooLong,
}

/// What is drawn of a document, page by page.
pub(super) struct Drawing<'d> {
    document: &'d Document,
    deadline: Instant,
    max_bytes: usize,
    /// Those read last, by the place of their dictionary in the document.
    fonts: HashMap<*const Dictionary, Rc<Font>>,
    /// Letters and widths that they hold.
    entries: usize,
    pieces: Vec<Piece>,
    margin: Vec<Piece>,
    is_whole: bool,
    operations: u64,
    /// Forms drawn on the page.
    forms: usize,
    /// Pictures drawn so far.
    pub images: u64,
    /// Codes so far that stand for no letter which the font knows.
    pub unreadable: u64,
}

/// Pieces of a page: a newspaper's page, each letter written alone, has 40,000.
const MOST_PIECES: usize = 1 << 20;

/// Forms of a page: one that draws itself twice, or others that do, would never end.
const MOST_FORMS: usize = 4096;

/// Letters and widths of the fonts that are kept: most have some hundred, but a few bytes may stand for 131,072.
const MOST_ENTRIES: usize = 1 << 20;

/// Operations between two looks at the clock.
const CLOCK_STEP: u64 = 4096;

/// Forms within forms, saved states and marks within one another: more than any program writes.
const MAX_DEPTH: usize = 64;

/// Of a page turned by so much, lines run upwards.
const TURNED: f64 = 0.2;

type Matrix = [f64; 6];

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// Returns the matrix that does what `first` does, then what `second` does.
fn product(first: Matrix, second: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = first;
    let [m, n, o, p, q, r] = second;
    [a * m + b * o, a * n + b * p, c * m + d * o, c * n + d * p, e * m + f * o + q, e * n + f * p + r]
}

/// What a saved state holds.
#[derive(Clone)]
struct State<'d> {
    to_page: Matrix,
    /// Not as read: thousands of saved states may each have one of their own.
    font: Option<&'d Dictionary>,
    size: f64,
    letter_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
}

/// Marked content that is open.
enum Mark {
    Plain,
    /// A header, footer or number of the page, as the document itself says.
    Margin,
    /// The words that the drawn ones stand for, until they are written.
    Instead(String),
}

/// The pen within one content stream.
struct Pen<'d> {
    state: State<'d>,
    saved: Vec<State<'d>>,
    text: Matrix,
    line: Matrix,
    marks: Vec<Mark>,
}

impl<'d> Drawing<'d> {
    pub fn new(document: &'d Document, deadline: Instant, max_bytes: usize) -> Self {
        Self {
            document,
            deadline,
            max_bytes,
            fonts: HashMap::new(),
            entries: 0,
            pieces: Vec::new(),
            margin: Vec::new(),
            is_whole: true,
            operations: 0,
            forms: 0,
            images: 0,
            unreadable: 0,
        }
    }

    /// Draws a page.
    ///
    /// # Errors
    /// Where it takes too long or shows too much.
    pub fn page(&mut self, page: ObjectId) -> Result<DrawnPage, Failure> {
        (self.is_whole, self.forms) = (true, 0);
        let document = self.document;
        match document.get_page_content_with_limit(page, self.max_bytes) {
            Ok(content) => {
                let mut resources = Vec::new();
                if let Ok((own, shared)) = document.get_page_resources(page) {
                    resources.extend(own);
                    resources.extend(shared.into_iter().filter_map(|id| document.get_dictionary(id).ok()));
                }
                self.draw(&content, &resources, self.turn(page), 0)?;
            }
            Err(_) => self.is_whole = false,
        }
        let (pieces, margin) = (std::mem::take(&mut self.pieces), std::mem::take(&mut self.margin));
        Ok(DrawnPage { pieces, margin, is_whole: self.is_whole })
    }

    /// Returns the matrix that turns a page as readers see it.
    fn turn(&self, page: ObjectId) -> Matrix {
        let mut node = self.document.get_dictionary(page).ok();
        for _ in 0..MAX_DEPTH {
            let Some(found) = node else { break };
            if let Ok(degrees) = found.get_deref(b"Rotate", self.document).and_then(Object::as_i64) {
                return match degrees.rem_euclid(360) {
                    90 => [0.0, -1.0, 1.0, 0.0, 0.0, 0.0],
                    180 => [-1.0, 0.0, 0.0, -1.0, 0.0, 0.0],
                    270 => [0.0, 1.0, -1.0, 0.0, 0.0, 0.0],
                    _ => IDENTITY,
                };
            }
            node = found.get_deref(b"Parent", self.document).and_then(Object::as_dict).ok();
        }
        IDENTITY
    }

    fn draw(
        &mut self,
        content: &[u8],
        resources: &[&'d Dictionary],
        to_page: Matrix,
        depth: usize,
    ) -> Result<(), Failure> {
        self.within_time()?;
        let state = State {
            to_page,
            font: None,
            size: 0.0,
            letter_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        let mut pen = Pen { state, saved: Vec::new(), text: IDENTITY, line: IDENTITY, marks: Vec::new() };
        for operation in Content::decode_iter(content) {
            self.operations += 1;
            if self.operations.is_multiple_of(CLOCK_STEP) {
                self.within_time()?;
            }
            let Ok(operation) = operation else {
                self.is_whole = false;
                break;
            };
            self.operate(&operation, &mut pen, resources, depth)?;
        }
        Ok(())
    }

    fn within_time(&self) -> Result<(), Failure> {
        if Instant::now() > self.deadline { Err(Failure::TookTooLong) } else { Ok(()) }
    }

    /// Does one operation; those that neither write nor move the pen are passed over.
    fn operate(
        &mut self,
        operation: &Operation,
        pen: &mut Pen<'d>,
        resources: &[&'d Dictionary],
        depth: usize,
    ) -> Result<(), Failure> {
        let operands = &operation.operands;
        let value = |at: usize| operands.get(at).and_then(number).unwrap_or(0.0);
        let name = |at: usize| operands.get(at).and_then(|name| name.as_name().ok()).unwrap_or_default();
        let string = |at: usize| operands.get(at).and_then(|string| string.as_str().ok()).unwrap_or_default();
        match operation.operator.as_str() {
            "q" if pen.saved.len() < MAX_DEPTH => pen.saved.push(pen.state.clone()),
            "Q" => {
                if let Some(saved) = pen.saved.pop() {
                    pen.state = saved;
                }
            }
            "cm" => pen.state.to_page = product(matrix(operands), pen.state.to_page),
            "BT" => pen.start_line(IDENTITY),
            "Tc" => pen.state.letter_space = value(0),
            "Tw" => pen.state.word_space = value(0),
            "Tz" => pen.state.stretch = value(0) / 100.0,
            "TL" => pen.state.leading = value(0),
            "Ts" => pen.state.rise = value(0),
            "Tf" => {
                pen.state.font = self.resource(resources, b"Font", name(0)).and_then(|font| font.as_dict().ok());
                pen.state.size = value(1);
            }
            "Td" => pen.move_line(value(0), value(1)),
            "TD" => {
                pen.state.leading = -value(1);
                pen.move_line(value(0), value(1));
            }
            "Tm" => pen.start_line(matrix(operands)),
            "T*" => pen.next_line(),
            "Tj" => self.write(string(0), pen)?,
            "'" => {
                pen.next_line();
                self.write(string(0), pen)?;
            }
            "\"" => {
                pen.state.word_space = value(0);
                pen.state.letter_space = value(1);
                pen.next_line();
                self.write(string(2), pen)?;
            }
            "TJ" => {
                for part in operands.first().and_then(|parts| parts.as_array().ok()).into_iter().flatten() {
                    match part {
                        Object::String(string, _) => self.write(string, pen)?,
                        other => pen.advance(-number(other).unwrap_or(0.0) / 1000.0 * pen.state.size),
                    }
                }
            }
            "BMC" | "BDC" if pen.marks.len() < MAX_DEPTH => {
                let mark = self.mark(name(0), operands.get(1), resources);
                pen.marks.push(mark);
            }
            "EMC" => drop(pen.marks.pop()),
            "BI" => self.images += 1,
            "Do" => self.draw_object(name(0), pen, resources, depth)?,
            _ => {}
        }
        Ok(())
    }

    /// Returns what a name of the resources stands for.
    fn resource(&self, resources: &[&'d Dictionary], kind: &[u8], name: &[u8]) -> Option<&'d Object> {
        let document = self.document;
        let of_kind = |all: &&'d Dictionary| all.get_deref(kind, document).and_then(Object::as_dict).ok();
        resources.iter().filter_map(of_kind).find_map(|named| named.get_deref(name, document).ok())
    }

    fn font(&mut self, font: &'d Dictionary) -> Result<Rc<Font>, Failure> {
        if let Some(known) = self.fonts.get(&std::ptr::from_ref(font)) {
            return Ok(known.clone());
        }
        // Thousands of fonts may lead to one large table.
        self.within_time()?;
        let read = Rc::new(Font::read(self.document, font));
        self.entries += read.entries();
        if self.entries > MOST_ENTRIES {
            self.fonts.clear();
            self.entries = read.entries();
        }
        self.fonts.insert(font, read.clone());
        Ok(read)
    }

    fn mark(&self, tag: &[u8], properties: Option<&Object>, resources: &[&'d Dictionary]) -> Mark {
        let properties = match properties {
            Some(Object::Dictionary(written)) => Some(written),
            Some(Object::Name(name)) => {
                self.resource(resources, b"Properties", name).and_then(|named| named.as_dict().ok())
            }
            _ => None,
        };
        let Some(properties) = properties else { return Mark::Plain };
        let is_pagination = properties.get(b"Type").and_then(Object::as_name).is_ok_and(|kind| kind == b"Pagination");
        if tag == b"Artifact" && is_pagination {
            return Mark::Margin;
        }
        let instead = properties.get(b"ActualText").ok().and_then(|text| decode_text_string(text).ok());
        instead.map_or(Mark::Plain, Mark::Instead)
    }

    /// Draws a form, which has content of its own, or counts a picture.
    fn draw_object(
        &mut self,
        name: &[u8],
        pen: &mut Pen<'d>,
        resources: &[&'d Dictionary],
        depth: usize,
    ) -> Result<(), Failure> {
        let Some(Object::Stream(object)) = self.resource(resources, b"XObject", name) else { return Ok(()) };
        match object.dict.get(b"Subtype").and_then(Object::as_name) {
            Ok(b"Image") => self.images += 1,
            Ok(b"Form") if depth == MAX_DEPTH || self.forms == MOST_FORMS => self.is_whole = false,
            Ok(b"Form") => {
                self.forms += 1;
                let content = object.get_plain_content_with_limit(self.max_bytes);
                let Ok(content) = content else {
                    self.is_whole = false;
                    return Ok(());
                };
                let own = own_resources(self.document, object);
                let to_page = product(
                    object.dict.get(b"Matrix").and_then(Object::as_array).map_or(IDENTITY, |numbers| matrix(numbers)),
                    pen.state.to_page,
                );
                let own: Vec<&'d Dictionary> =
                    own.into_iter().chain(resources.iter().copied()).take(MAX_DEPTH).collect();
                self.draw(&content, &own, to_page, depth + 1)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Writes a string and moves the pen behind it.
    fn write(&mut self, string: &[u8], pen: &mut Pen<'d>) -> Result<(), Failure> {
        let Some(font) = pen.state.font else { return Ok(()) };
        let font = self.font(font)?;
        let (start, _) = pen.place();
        let mut text = String::new();
        for glyph in font.glyphs(string) {
            if glyph.letters.is_empty() {
                self.unreadable += 1;
            }
            text.push_str(&glyph.letters);
            let word_space = if glyph.is_space { pen.state.word_space } else { 0.0 };
            pen.advance(glyph.width * pen.state.size + pen.state.letter_space + word_space);
        }
        let (end, size) = pen.place();
        let is_margin = pen.marks.iter().any(|mark| matches!(mark, Mark::Margin));
        if let Some(Mark::Instead(words)) = pen.marks.iter_mut().find(|mark| matches!(mark, Mark::Instead(_))) {
            text = std::mem::take(words);
        }
        let ([a, b, ..], [.., x, y]) = (start, start);
        let is_level = a > 0.0 && b.abs() <= TURNED * a;
        let is_finite = [x, y, end[4], size].into_iter().all(f64::is_finite);
        if !is_level || !is_finite {
            return Ok(());
        }
        let pieces = if is_margin { &mut self.margin } else { &mut self.pieces };
        if text.is_empty() {
            // Words that stand for these were written; the pen went on all the same.
            if let Some(last) = pieces.last_mut().filter(|last| last.y == y) {
                last.end = end[4];
            }
            return Ok(());
        }
        if pieces.len() == MOST_PIECES {
            return Err(Failure::TooLong);
        }
        pieces.push(Piece { text, x, end: end[4], y, size });
        Ok(())
    }
}

/// Returns the resources that a form names itself.
fn own_resources<'d>(document: &'d Document, form: &'d Stream) -> Option<&'d Dictionary> {
    form.dict.get_deref(b"Resources", document).and_then(Object::as_dict).ok()
}

impl Pen<'_> {
    fn start_line(&mut self, line: Matrix) {
        self.line = line;
        self.text = line;
    }

    fn move_line(&mut self, x: f64, y: f64) {
        self.start_line(product([1.0, 0.0, 0.0, 1.0, x, y], self.line));
    }

    fn next_line(&mut self) {
        self.move_line(0.0, -self.state.leading);
    }

    /// Moves the pen to the right.
    fn advance(&mut self, width: f64) {
        self.text = product([1.0, 0.0, 0.0, 1.0, width * self.state.stretch, 0.0], self.text);
    }

    /// Returns where the pen stands on the page, and how tall letters are there.
    fn place(&self) -> (Matrix, f64) {
        let place = product(product([1.0, 0.0, 0.0, 1.0, 0.0, self.state.rise], self.text), self.state.to_page);
        (place, self.state.size.abs() * place[2].hypot(place[3]))
    }
}

fn matrix(operands: &[Object]) -> Matrix {
    let mut matrix = IDENTITY;
    for (part, operand) in matrix.iter_mut().zip(operands) {
        *part = number(operand).unwrap_or(0.0);
    }
    matrix
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use lopdf::dictionary;

    use super::*;

    #[test]
    fn fonts_made_to_fill_memory_are_forgotten() {
        let mut document = Document::with_version("1.5");
        let widths: Vec<Object> = vec![0.into(), 65_535.into(), 300.into()];
        let descendant = document.add_object(dictionary! { "W" => widths });
        let (mut fonts, mut content) = (Dictionary::new(), "BT ".to_owned());
        for number in 0..40 {
            let font = dictionary! { "Subtype" => "Type0", "DescendantFonts" => vec![descendant.into()] };
            fonts.set(format!("F{number}"), document.add_object(font));
            content += &format!("q /F{number} 10 Tf (ab) Tj ");
        }
        let resources = dictionary! { "Font" => fonts };
        let mut drawing = Drawing::new(&document, Instant::now() + Duration::from_secs(60), 1 << 20);
        assert!(drawing.draw(content.as_bytes(), &[&resources], IDENTITY, 0).is_ok());
        assert_eq!(drawing.unreadable, 40, "each is read");
        let kept: usize = drawing.fonts.values().map(|font| font.entries()).sum();
        assert!((1..=MOST_ENTRIES).contains(&kept), "{kept}");
    }
}
