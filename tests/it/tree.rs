//! A folder of news that changes at random.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Numbers from a seed, so that a failure can be run again.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns a number below `bound`: splitmix64.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    /// Returns a time up to a tenth longer than `whole`.
    pub fn share_of(&mut self, whole: Duration) -> Duration {
        whole.mul_f64(self.below(1_100) as f64 / 1_000.0)
    }
}

/// A folder of pages and one file of JSON lines.
pub struct Tree {
    root: PathBuf,
    pages: Vec<PathBuf>,
    lines: u64,
    /// Makes every page another one.
    made: u64,
    /// So many pages there are more or less.
    usual: usize,
}

impl Tree {
    pub fn new(root: PathBuf, random: &mut Random, pages: usize) -> Self {
        fs::create_dir_all(&root).unwrap();
        let mut tree = Self { root, pages: Vec::new(), lines: 0, made: 0, usual: pages };
        for _ in 0..pages {
            tree.create(random);
        }
        tree.rewrite_lines(30);
        tree
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Changes so many files.
    pub fn change(&mut self, random: &mut Random, times: u32) {
        for _ in 0..times {
            let crowded = self.pages.len() > self.usual;
            match random.below(10) {
                0 | 1 if !crowded => self.create(random),
                0..=2 => self.delete(random),
                3..=5 => self.edit(random),
                6 | 7 => self.rename(random),
                8 => self.rewrite_lines(self.lines + random.below(4)),
                _ => self.rewrite_lines(20 + random.below(20)),
            }
        }
    }

    fn create(&mut self, random: &mut Random) {
        let path = self.new_path(random);
        fs::write(&path, self.page()).unwrap();
        self.pages.push(path);
    }

    fn delete(&mut self, random: &mut Random) {
        if let Some(position) = self.any(random) {
            fs::remove_file(self.pages.swap_remove(position)).unwrap();
        }
    }

    /// Writes another page of the same size, which only its time or its bytes tell.
    fn edit(&mut self, random: &mut Random) {
        if let Some(position) = self.any(random) {
            let page = self.page();
            fs::write(&self.pages[position], page).unwrap();
        }
    }

    fn rename(&mut self, random: &mut Random) {
        if let Some(position) = self.any(random) {
            let path = self.new_path(random);
            fs::rename(&self.pages[position], &path).unwrap();
            self.pages[position] = path;
        }
    }

    fn rewrite_lines(&mut self, lines: u64) {
        let line = |number: u64| {
            format!(
                "{{\"id\": \"w-{number}\", \"title\": \"Round {number}\", \"date\": \"2025-09-02\", \"text\": \"\
                 “We shall see,” Minister Ines Varga said. Talks number {number} went on.\"}}\n"
            )
        };
        self.lines = lines;
        fs::write(self.root.join("wire.jsonl"), (0..lines).map(line).collect::<String>()).unwrap();
    }

    fn any(&self, random: &mut Random) -> Option<usize> {
        (!self.pages.is_empty()).then(|| random.below(self.pages.len() as u64) as usize)
    }

    fn new_path(&mut self, random: &mut Random) -> PathBuf {
        self.made += 1;
        let folder = self.root.join(format!("folder-{}", random.below(4)));
        fs::create_dir_all(&folder).unwrap();
        folder.join(format!("{:06}.txt", self.made))
    }

    fn page(&mut self) -> String {
        self.made += 1;
        format!(
            "Harbour talks enter round {:06}\n\nSeptember {:02}, 2025 - 10:00\n\nPORT ALMENA – “We will keep talking \
             {:06} times,” Minister Ines Varga said on Monday.\n\nNothing else happened.\n",
            self.made,
            self.made % 28 + 1,
            self.made
        )
    }
}
