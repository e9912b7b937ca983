//! Fonts of a PDF: which letters a string's codes stand for, and how far each moves the pen.

use std::collections::HashMap;

use lopdf::{Dictionary, Document, Object};

use super::to_unicode::ToUnicode;

/// A font, as far as text needs it.
pub(super) struct Font {
    letters: HashMap<u32, String>,
    /// In units of the font's size.
    widths: HashMap<u32, f64>,
    default_width: Option<f64>,
    /// Whether a code is two bytes, not one.
    is_wide: bool,
    /// Whether a code that the table lacks is a letter in UTF-16.
    is_utf16: bool,
}

/// One code of a string.
pub(super) struct Glyph {
    /// Empty where the font does not say.
    pub letters: String,
    /// In units of the font's size.
    pub width: f64,
    /// Whether the space between words is added to it.
    pub is_space: bool,
}

/// Largest table of letters, unpacked: those of fonts with every Chinese letter have 600 KB.
const MAX_TABLE_BYTES: usize = 8 << 20;

/// A code of two bytes has no greater number.
const LAST_CODE: i64 = 0xFFFF;

/// Widths are given in thousandths of the font's size.
const WIDTH_UNIT: f64 = 0.001;

impl Font {
    pub fn read(document: &Document, font: &Dictionary) -> Self {
        let kind = font.get(b"Subtype").and_then(Object::as_name).unwrap_or_default();
        let stream = font.get_deref(b"ToUnicode", document).and_then(Object::as_stream).ok();
        let table = stream.and_then(|stream| stream.get_plain_content_with_limit(MAX_TABLE_BYTES).ok());
        let table = table.map(|table| ToUnicode::parse(&table)).unwrap_or_default();
        let encoding = font.get_deref(b"Encoding", document).and_then(Object::as_name).unwrap_or_default();
        let is_composite = kind == b"Type0";
        let mut read = Self {
            letters: table.letters,
            widths: HashMap::new(),
            default_width: None,
            is_wide: is_composite && !table.is_one_byte,
            is_utf16: encoding.windows(4).any(|part| part == b"UCS2" || part == b"UTF1"),
        };
        if is_composite {
            read.take_wide_widths(document, font);
        } else {
            read.take_encoding(document, font);
            read.take_widths(document, font, kind == b"Type3");
        }
        read
    }

    /// Takes the letters of a font of one byte a code that its table does not give.
    fn take_encoding(&mut self, document: &Document, font: &Dictionary) {
        let mut named = Dictionary::new();
        named.set("Type", Object::Name(b"Font".to_vec()));
        if let Ok(encoding) = font.get_deref(b"Encoding", document) {
            named.set("Encoding", encoding.clone());
        }
        let Ok(encoding) = named.get_font_encoding_with_limit(document, MAX_TABLE_BYTES) else { return };
        for code in 0..=u8::MAX {
            if let Ok(letters) = encoding.bytes_to_string(&[code])
                && !letters.is_empty()
            {
                self.letters.entry(u32::from(code)).or_insert(letters);
            }
        }
    }

    fn take_widths(&mut self, document: &Document, font: &Dictionary, is_drawn: bool) {
        let matrix = font.get_deref(b"FontMatrix", document).and_then(Object::as_array).ok();
        let of_matrix = matrix.and_then(|matrix| number(matrix.first()?)).filter(|_| is_drawn);
        let unit = of_matrix.map_or(WIDTH_UNIT, f64::abs);
        let first = font.get_deref(b"FirstChar", document).and_then(Object::as_i64).unwrap_or(0);
        let widths = font.get_deref(b"Widths", document).and_then(Object::as_array);
        let Ok(widths) = widths else { return };
        for (code, width) in (first.max(0)..=LAST_CODE).zip(widths) {
            let width = document.dereference(width).ok().and_then(|(_, width)| number(width));
            if let (Some(width), Ok(code)) = (width, u32::try_from(code)) {
                self.widths.insert(code, width * unit);
            }
        }
    }

    /// Takes the widths of a font of two bytes a code: `[1 [500 600] 7 9 250]`.
    fn take_wide_widths(&mut self, document: &Document, font: &Dictionary) {
        let descendants = font.get_deref(b"DescendantFonts", document).and_then(Object::as_array);
        let first = descendants.ok().and_then(|fonts| fonts.first());
        let Some(descendant) = first.and_then(|font| document.dereference(font).ok()?.1.as_dict().ok()) else { return };
        let default = descendant.get_deref(b"DW", document).ok().and_then(number).unwrap_or(1000.0);
        self.default_width = Some(default * WIDTH_UNIT);
        let Ok(table) = descendant.get_deref(b"W", document).and_then(Object::as_array) else { return };
        let mut rest = table.iter().map(|part| document.dereference(part).map_or(part, |(_, part)| part));
        // A table made to take time gives more widths than there are codes.
        let mut given = 0;
        while let (Some(first), Some(second)) = (rest.next(), rest.next())
            && given <= LAST_CODE
        {
            let Ok(first) = first.as_i64() else { return };
            if let Ok(widths) = second.as_array() {
                for (code, width) in (first.max(0)..=LAST_CODE).zip(widths) {
                    self.insert_width(code, number(width));
                    given += 1;
                }
            } else {
                let (Ok(last), Some(width)) = (second.as_i64(), rest.next()) else { return };
                for code in first.max(0)..=last.min(LAST_CODE) {
                    self.insert_width(code, number(width));
                    given += 1;
                }
            }
        }
    }

    fn insert_width(&mut self, code: i64, width: Option<f64>) {
        if let (Ok(code), Some(width)) = (u32::try_from(code), width) {
            self.widths.insert(code, width * WIDTH_UNIT);
        }
    }

    /// Returns how many letters and widths it holds.
    pub fn entries(&self) -> usize {
        self.letters.len() + self.widths.len()
    }

    /// Returns what the codes of a string stand for.
    pub fn glyphs<'f>(&'f self, string: &'f [u8]) -> impl Iterator<Item = Glyph> + 'f {
        let length = if self.is_wide { 2 } else { 1 };
        string.chunks(length).map(move |code| {
            let number = code.iter().fold(0, |number, &byte| number << 8 | u32::from(byte));
            let letters = self.letters.get(&number).cloned().unwrap_or_else(|| {
                let letter = char::from_u32(number).filter(|_| self.is_utf16);
                letter.map(String::from).unwrap_or_default()
            });
            let known = self.widths.get(&number).copied().or(self.default_width);
            let width = known.unwrap_or_else(|| usual_width(&letters));
            Glyph { letters, width, is_space: length == 1 && number == u32::from(b' ') }
        })
    }
}

/// Returns how wide a letter is in most fonts: those that every reader of PDF documents has need not give widths.
fn usual_width(letters: &str) -> f64 {
    letters
        .chars()
        .map(|letter| match letter {
            'i' | 'j' | 'l' | 't' | 'f' | 'I' | ' ' | '.' | ',' | ';' | ':' | '\'' | '!' | '|' | '‘' | '’' => 0.27,
            'm' | 'w' | 'M' | 'W' | '—' => 0.8,
            letter if letter.is_uppercase() => 0.67,
            _ => 0.5,
        })
        .sum()
}

/// Returns the number that an object is.
pub(super) fn number(object: &Object) -> Option<f64> {
    object.as_float().ok().map(f64::from).filter(|number| number.is_finite())
}

#[cfg(test)]
mod tests {
    use lopdf::dictionary;

    use super::*;

    #[test]
    fn a_table_of_widths_made_to_take_time_ends() {
        let mut document = Document::with_version("1.5");
        let row = document.add_object(vec![Object::Integer(300); 60_000]);
        let ranges = vec![[0.into(), 60_000.into(), Object::Integer(300)]; 50_000].concat();
        let rows = vec![[0.into(), Object::Reference(row)]; 50_000].concat();
        for table in [ranges, rows] {
            let descendant = document.add_object(dictionary! { "W" => table });
            let font = dictionary! { "Subtype" => "Type0", "DescendantFonts" => vec![descendant.into()] };
            let started = std::time::Instant::now();
            let read = Font::read(&document, &font);
            assert!(read.widths.len() >= 60_000);
            assert!(started.elapsed() < std::time::Duration::from_secs(5), "{:?}", started.elapsed());
        }
    }
}
