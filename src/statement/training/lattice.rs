//! The keys of a cue's units, kept so that they can be gone over again and again.

use crate::statement::cue::Cue;
use crate::statement::lattice::{
    DISTANCE_KEYS, EDGE_KEYS, END_KEYS, FOUR, NODE_KEYS, PAIR, STATE_KEYS, STRETCH_KEYS, TakeKeys, read_units,
};
use crate::statement::unit::Unit;

/// The features of one cue's units.
#[derive(Clone, Debug, Default)]
pub(super) struct Lattice {
    /// Index of the cue among the units: always outside.
    pub(super) cue: usize,
    /// Each `NODE_KEYS` and `EDGE_KEYS` are a unit's.
    pub(super) node: Vec<u32>,
    pub(super) edge: Vec<u32>,
    pub(super) state: Vec<[u32; STATE_KEYS]>,
    pub(super) end: [u32; END_KEYS],
    pub(super) stretches: Groups<STRETCH_KEYS>,
    pub(super) distances: Groups<DISTANCE_KEYS>,
    /// The keys of states that hold for the next unit.
    next_state: [u32; STATE_KEYS],
}

/// Keys that units beside each other share.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups<const KEYS: usize> {
    pub(super) keys: Vec<[u32; KEYS]>,
    /// Group of each unit.
    of: Vec<u32>,
}

impl<const KEYS: usize> Groups<KEYS> {
    /// Puts the next unit into the last group.
    fn join(&mut self) {
        self.of.push(self.keys.len() as u32 - 1);
    }

    fn keys_of(&self, unit: usize) -> &[u32; KEYS] {
        &self.keys[self.of[unit] as usize]
    }

    /// Returns the keys of the group that begins with a unit, if one does.
    fn begun_at(&self, unit: usize) -> Option<[u32; KEYS]> {
        let begins = unit == 0 || self.of[unit - 1] != self.of[unit];
        begins.then(|| *self.keys_of(unit))
    }
}

impl TakeKeys for Lattice {
    fn stretch(&mut self, keys: [u32; STRETCH_KEYS]) {
        self.stretches.keys.push(keys);
    }

    fn distance(&mut self, keys: [u32; DISTANCE_KEYS]) {
        self.distances.keys.push(keys);
    }

    fn state(&mut self, keys: [u32; STATE_KEYS]) {
        self.next_state = keys;
    }

    fn node(&mut self, keys: [u32; FOUR]) {
        self.node.extend(keys);
    }

    fn edge(&mut self, keys: [u32; PAIR]) {
        self.edge.extend(keys);
    }

    fn next_unit(&mut self) {
        self.state.push(self.next_state);
        self.stretches.join();
        self.distances.join();
    }

    fn end(&mut self, keys: [u32; END_KEYS]) {
        self.end = keys;
    }
}

impl Lattice {
    pub(super) fn new(units: &[Unit], cue: &Cue) -> Self {
        let mut lattice = Self { cue: cue.unit - cue.start, ..Self::default() };
        read_units(units, cue, &mut Vec::new(), &mut lattice);
        lattice
    }

    /// Returns the number of units.
    pub(super) fn len(&self) -> usize {
        self.state.len()
    }

    /// Hands on all keys, as they came.
    pub(super) fn read(&self, keys: &mut impl TakeKeys) {
        for unit in 0..self.len() {
            self.stretches.begun_at(unit).into_iter().for_each(|group| keys.stretch(group));
            self.distances.begun_at(unit).into_iter().for_each(|group| keys.distance(group));
            keys.state(self.state[unit]);
            self.own_keys(unit).as_chunks().0.iter().for_each(|&four| keys.node(four));
            self.edge_keys(unit).as_chunks().0.iter().for_each(|&pair| keys.edge(pair));
            keys.next_unit();
        }
        keys.end(self.end);
    }

    fn own_keys(&self, unit: usize) -> &[u32] {
        &self.node[unit * NODE_KEYS..(unit + 1) * NODE_KEYS]
    }

    /// Returns the keys of the step to a unit.
    pub(super) fn edge_keys(&self, unit: usize) -> &[u32] {
        &self.edge[unit * EDGE_KEYS..(unit + 1) * EDGE_KEYS]
    }

    /// Returns all keys of a unit for itself.
    pub(super) fn node_keys(&self, unit: usize) -> impl Iterator<Item = &u32> {
        self.own_keys(unit).iter().chain(self.stretches.keys_of(unit)).chain(self.distances.keys_of(unit))
    }

    /// Returns the keys of the steps from a state: those of each unit, then those of the end.
    pub(super) fn states(&self) -> impl Iterator<Item = &[u32]> {
        self.state.iter().map(|keys| keys.as_slice()).chain([self.end.as_slice()])
    }
}
