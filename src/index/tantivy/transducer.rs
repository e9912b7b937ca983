//! In: terms in their order. Out: the transducer that leads from each to its number, as the engine's dictionaries hold it.
//!
//! The engine's own builder remembers twenty thousand nodes with whatever leads on from them, so that equal ones are
//! written once. For each term that is written it waits for memory several times, and for each field that is written
//! beside others it takes megabytes. Here few and small nodes are remembered, the ends of inflected words: they fit into a
//! cache, and dictionaries become hardly larger. The format is version 2 of the crate `fst`.

use std::io::{self, Write};

const VERSION: u64 = 2;
/// The address of the node at which a term ends and from which nothing leads on.
const END: u32 = 0;
/// No node's address.
const NOWHERE: u32 = 1;
/// Nodes with more transitions say where the one for each byte stands.
const MOST_WITHOUT_INDEX: usize = 32;
/// What a node's last byte says beside a number: that it has one transition, that this leads to the node before, and that a
/// term may end here.
const HAS_ONE: u8 = 0b1000_0000;
const LEADS_BACK: u8 = 0b0100_0000;
const IS_FINAL: u8 = 0b0100_0000;
const MOST_IN_LAST_BYTE: usize = 0b0011_1111;
/// The bytes that the last byte of a node with one transition names by a number, from 1.
const NAMED: &[u8; MOST_IN_LAST_BYTE] = b"te/oasripcnw.hlm-du012g=:bf3y5&_4v9678k%?xCDASFIBEjPTzRNM+LOqHG";

/// By byte, its number among `NAMED`, or 0.
const NAMES: [u8; 256] = {
    let mut names = [0; 256];
    let mut place = 0;
    while place < NAMED.len() {
        names[NAMED[place] as usize] = place as u8 + 1;
        place += 1;
    }
    names
};

/// Writes a transducer; terms are numbered from 0.
pub struct Transducer<W> {
    out: W,
    bytes: u32,
    /// Of the node written last.
    last: u32,
    terms: u32,
    /// The nodes of the last term that are not written yet; those behind `depth` are kept for their memory.
    path: Vec<Node>,
    depth: usize,
    known: Known,
    encoded: Vec<u8>,
}

#[derive(Default)]
struct Node {
    is_final: bool,
    transitions: Vec<Transition>,
    /// Leads on to the node behind it on the path: byte and output.
    open: Option<(u8, u32)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Transition {
    output: u32,
    address: u32,
    byte: u8,
}

impl<W: Write> Transducer<W> {
    /// Begins one without terms.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn new(mut out: W) -> io::Result<Self> {
        out.write_all(&VERSION.to_le_bytes())?;
        // Nobody asks for its type.
        out.write_all(&0_u64.to_le_bytes())?;
        let bytes = 2 * size_of::<u64>() as u32;
        let (path, known) = (vec![Node::default()], Known::new());
        Ok(Self { out, bytes, last: NOWHERE, terms: 0, path, depth: 1, known, encoded: Vec::new() })
    }

    /// Appends a term.
    ///
    /// # Panics
    /// If it does not stand behind all before in the order of bytes.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn insert(&mut self, term: &[u8]) -> io::Result<()> {
        let (mut output, mut shared) = (self.terms, 0);
        while let (Some(byte), Some((open, so_far))) = (term.get(shared), self.path[shared].open)
            && *byte == open
        {
            // Numbers grow, and so each has all of what leads to one before it.
            output -= so_far;
            shared += 1;
        }
        self.write_behind(shared)?;
        match term.get(shared) {
            Some(next) => {
                let before = self.path[shared].transitions.last();
                assert!(before.is_none_or(|before| before.byte < *next), "terms come in their order");
            }
            None => assert!(self.terms == 0 && term.is_empty(), "terms come in their order"),
        }
        for &byte in &term[shared..] {
            self.path[self.depth - 1].open = Some((byte, std::mem::take(&mut output)));
            if self.depth == self.path.len() {
                self.path.push(Node::default());
            }
            self.depth += 1;
        }
        self.path[self.depth - 1].is_final = true;
        self.terms += 1;
        Ok(())
    }

    /// Completes it and returns where it was written to.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        self.write_behind(0)?;
        let root = self.write_node(0)?;
        for number in [self.terms, root] {
            self.out.write_all(&u64::from(number).to_le_bytes())?;
        }
        Ok(self.out)
    }

    /// Writes the nodes of the path that stand behind the first ones, which the next term shares.
    fn write_behind(&mut self, shared: usize) -> io::Result<()> {
        while self.depth > shared + 1 {
            self.depth -= 1;
            let address = self.write_node(self.depth)?;
            let before = &mut self.path[self.depth - 1];
            let (byte, output) = before.open.take().expect("each node of the path leads to the next one");
            before.transitions.push(Transition { output, address, byte });
        }
        Ok(())
    }

    /// Writes a node of the path, unless an equal one is known, empties it and returns its address.
    fn write_node(&mut self, place: usize) -> io::Result<u32> {
        let node = &mut self.path[place];
        let address = if node.is_final && node.transitions.is_empty() {
            END
        } else if let Some(address) = self.known.get(node) {
            address
        } else {
            self.encoded.clear();
            node.encode(self.bytes, self.last, &mut self.encoded);
            self.out.write_all(&self.encoded)?;
            let bytes = self.bytes as usize + self.encoded.len();
            self.bytes = u32::try_from(bytes).expect("a dictionary takes less than four gigabytes");
            self.last = self.bytes - 1;
            self.known.put(node, self.last);
            self.last
        };
        node.is_final = false;
        node.transitions.clear();
        Ok(address)
    }
}

impl Node {
    /// Appends what stands for it where so many bytes stand before it, the last ones of the node at `last`.
    fn encode(&self, start: u32, last: u32, bytes: &mut Vec<u8>) {
        match &self.transitions[..] {
            [only] if !self.is_final => only.encode(start, last, bytes),
            several => {
                let outputs = several.iter().map(|transition| transition.output).max().filter(|most| *most > 0);
                let output_bytes = outputs.map_or(0, packed_bytes);
                let distances = several.iter().map(|transition| packed_bytes(transition.distance(start)));
                let distance_bytes = distances.max().unwrap_or(0);
                if self.is_final {
                    // Nothing is left to be put out where a term ends.
                    push_packed(0, output_bytes, bytes);
                }
                for transition in several.iter().rev() {
                    push_packed(transition.output, output_bytes, bytes);
                }
                for transition in several.iter().rev() {
                    push_packed(transition.distance(start), distance_bytes, bytes);
                }
                bytes.extend(several.iter().rev().map(|transition| transition.byte));
                if several.len() > MOST_WITHOUT_INDEX {
                    let mut index = [u8::MAX; 256];
                    for (place, transition) in several.iter().enumerate() {
                        index[usize::from(transition.byte)] = place as u8;
                    }
                    bytes.extend(index);
                }
                bytes.push((distance_bytes << 4) | output_bytes);
                let count = several.len();
                let in_last_byte = if count <= MOST_IN_LAST_BYTE { count as u8 } else { 0 };
                if in_last_byte == 0 {
                    // 256 is written as 1, which would stand in the last byte.
                    bytes.push(u8::try_from(count).unwrap_or(1));
                }
                bytes.push(if self.is_final { IS_FINAL } else { 0 } | in_last_byte);
            }
        }
    }
}

impl Transition {
    /// Appends a node that has it alone.
    fn encode(self, start: u32, last: u32, bytes: &mut Vec<u8>) {
        let leads_back = self.address == last && self.output == 0;
        if !leads_back {
            let output_bytes = if self.output == 0 { 0 } else { packed_bytes(self.output) };
            let distance_bytes = packed_bytes(self.distance(start));
            push_packed(self.output, output_bytes, bytes);
            push_packed(self.distance(start), distance_bytes, bytes);
            bytes.push((distance_bytes << 4) | output_bytes);
        }
        let name = NAMES[usize::from(self.byte)];
        if name == 0 {
            bytes.push(self.byte);
        }
        bytes.push(HAS_ONE | if leads_back { LEADS_BACK } else { 0 } | name);
    }

    /// Returns how far back the node stands to which it leads; 0 where a term ends there.
    fn distance(self, start: u32) -> u32 {
        if self.address == END { 0 } else { start - self.address }
    }
}

/// Returns how many bytes a number takes, 1 at least.
fn packed_bytes(number: u32) -> u8 {
    (u32::BITS - (number | 1).leading_zeros()).div_ceil(u8::BITS) as u8
}

fn push_packed(number: u32, count: u8, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(&number.to_le_bytes()[..usize::from(count)]);
}

/// Most transitions of a node that is remembered.
const MOST_REMEMBERED: usize = 3;
/// Sets of two nodes, as a power of two: 0.2 MB.
const SETS: u32 = 11;

/// Nodes that were written lately: of those with one hash the last two that were asked for, the later one first.
struct Known(Vec<[KnownNode; 2]>);

#[derive(Clone, Copy, Default)]
struct KnownNode {
    /// 0 where none is known.
    address: u32,
    is_final: bool,
    count: u8,
    transitions: [Transition; MOST_REMEMBERED],
}

impl KnownNode {
    fn is(&self, node: &Node) -> bool {
        self.address != 0
            && self.is_final == node.is_final
            && self.transitions[..usize::from(self.count)] == node.transitions[..]
    }
}

impl Known {
    fn new() -> Self {
        Self(vec![Default::default(); 1 << SETS])
    }

    fn set_of(&mut self, node: &Node) -> Option<&mut [KnownNode; 2]> {
        if node.transitions.len() > MOST_REMEMBERED {
            return None;
        }
        let hash = node.transitions.iter().fold(u64::from(node.is_final), |hash, transition| {
            let Transition { output, address, byte } = *transition;
            let to = u64::from(address) << u32::BITS | u64::from(output) << u8::BITS | u64::from(byte);
            (hash.rotate_left(21) ^ to).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        });
        Some(&mut self.0[(hash >> (u64::BITS - SETS)) as usize])
    }

    fn get(&mut self, node: &Node) -> Option<u32> {
        let set = self.set_of(node)?;
        let place = set.iter().position(|known| known.is(node))?;
        set.swap(0, place);
        Some(set[0].address)
    }

    fn put(&mut self, node: &Node, address: u32) {
        let Some(set) = self.set_of(node) else { return };
        let mut known = KnownNode { address, is_final: node.is_final, ..KnownNode::default() };
        known.count = node.transitions.len() as u8;
        known.transitions[..node.transitions.len()].copy_from_slice(&node.transitions);
        *set = [known, set[0]];
    }
}
