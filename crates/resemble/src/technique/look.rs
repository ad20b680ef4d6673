//! Letters that look like others, for the techniques that list imitations.

use names::DomainName;
use rustc_hash::FxHashMap;
use std::ops::RangeInclusive;
use std::sync::LazyLock;
use unicode_script::{Script, UnicodeScript};

/// Runs of ASCII letters or digits that are each taken for every other of the run.
const SINGLES: [&str; 17] = [
    "o0", "il1", "ce", "e3", "s5", "a4", "t7", "z2", "gq9", "g6", "uv", "mn", "nr", "bd", "b8",
    "38", "69",
];

/// A letter and two that look like it, either way round.
const DOUBLES: [(&str, &str); 13] = [
    ("m", "rn"),
    ("m", "nn"),
    ("m", "rr"),
    ("w", "vv"),
    ("d", "cl"),
    ("d", "dl"),
    ("d", "ci"),
    ("b", "lb"),
    ("h", "lh"),
    ("k", "lc"),
    ("k", "lk"),
    ("k", "ik"),
    ("rn", "nn"),
];

/// The blocks of Latin letters beyond ASCII.
const LATIN: [RangeInclusive<char>; 7] = [
    '\u{DF}'..='\u{24F}',
    '\u{250}'..='\u{2AF}',
    '\u{1D00}'..='\u{1DBF}',
    '\u{1E00}'..='\u{1EFF}',
    '\u{2C60}'..='\u{2C7F}',
    '\u{A720}'..='\u{A7FF}',
    '\u{AB30}'..='\u{AB6F}',
];

/// The blocks of Greek, Cyrillic and Armenian letters, which hold the twins of Latin ones.
const OTHER: [RangeInclusive<char>; 3] = [
    '\u{3AC}'..='\u{3FF}',
    '\u{430}'..='\u{52F}',
    '\u{561}'..='\u{587}',
];

/// What each one or two letters may be replaced by without changing how a name looks.
#[derive(Default)]
pub(super) struct Looks(FxHashMap<String, Vec<String>>);

/// One ASCII letter or digit for another.
pub(super) static ASCII: LazyLock<Looks> = LazyLock::new(|| {
    let mut looks = Looks::default();
    looks.add_singles();
    looks
});

/// One or two ASCII letters for one or two.
pub(super) static ASCII_RUNS: LazyLock<Looks> = LazyLock::new(|| {
    let mut looks = Looks::default();
    looks.add_singles();
    looks.add_doubles();
    looks
});

/// One Latin letter, ASCII or not, or two ASCII ones, for one or two.
pub(super) static LATIN_RUNS: LazyLock<Looks> = LazyLock::new(|| {
    let mut looks = Looks::default();
    looks.add_singles();
    looks.add_doubles();
    looks.add_blocks(&LATIN);
    looks
});

/// Letters of other scripts for ASCII ones.
pub(super) static OTHER_SCRIPTS: LazyLock<Looks> = LazyLock::new(|| {
    let mut looks = Looks::default();
    looks.add_blocks(&OTHER);
    looks
});

impl Looks {
    fn add_singles(&mut self) {
        for run in SINGLES {
            for (was, is) in run
                .chars()
                .flat_map(|was| run.chars().map(move |is| (was, is)))
            {
                self.add(was.to_string(), is.to_string());
            }
        }
    }

    fn add_doubles(&mut self) {
        for (one, two) in DOUBLES {
            self.add(one.into(), two.into());
            self.add(two.into(), one.into());
        }
    }

    /// The lower-case letters of `blocks` that look like ASCII and may stand in a name.
    fn add_blocks(&mut self, blocks: &[RangeInclusive<char>]) {
        for c in blocks
            .iter()
            .cloned()
            .flatten()
            .filter(|c| c.is_alphabetic())
        {
            let Some(look) = names::ascii_look(c) else {
                continue;
            };
            let kept = |name: DomainName| name.to_unicode() == c.to_string();
            if look.len() <= 2 && c.to_string().parse().is_ok_and(kept) {
                self.add(look.into(), c.into());
            }
        }
    }

    fn add(&mut self, was: String, is: String) {
        if was == is {
            return;
        }
        let all = self.0.entry(was).or_default();
        if !all.contains(&is) {
            all.push(is);
        }
    }

    /// What looks like `was`, one or two letters.
    pub(super) fn of(&self, was: &str) -> &[String] {
        self.0.get(was).map_or(&[], Vec::as_slice)
    }

    /// Calls `each` with `label` after one replacement, at one place or at two equal neighbours.
    pub(super) fn replaced(&self, label: &str, each: &mut dyn FnMut(&str)) {
        self.replaced_from(label, 0, &mut |made, _| each(made));
    }

    /// The same at places from `first` on; `each` is told the place too.
    fn replaced_from(&self, label: &str, first: usize, each: &mut dyn FnMut(&str, usize)) {
        let places = label.char_indices().map(|(at, _)| at);
        let places: Vec<usize> = places
            .chain([label.len()])
            .filter(|at| *at >= first)
            .collect();
        let mut made = String::new();
        let mut put = |from: usize, to: usize, is: &str| {
            made.clear();
            made.extend([&label[..from], is, &label[to..]]);
            each(&made, from);
        };
        for (place, &from) in places.iter().enumerate() {
            for &to in places.iter().skip(place + 1).take(2) {
                for is in self.of(&label[from..to]) {
                    put(from, to, is);
                }
            }
            if let [middle, to, ..] = places[place + 1..]
                && label[from..middle] == label[middle..to]
            {
                for is in self.of(&label[from..middle]) {
                    put(from, to, &is.repeat(2));
                }
            }
        }
    }

    /// Calls `each` with `label` after one replacement at every place where the letter stands.
    pub(super) fn replaced_everywhere(&self, label: &str, each: &mut dyn FnMut(&str)) {
        for letter in label.chars() {
            let was = letter.to_string();
            for is in self.of(&was) {
                each(&label.replace(&was, is));
            }
        }
    }

    /// Calls `each` with `label` after one replacement, after two, and after one everywhere.
    ///
    /// The number of pairs grows with the square of the length.
    pub(super) fn replaced_twice(&self, label: &str, each: &mut dyn FnMut(&str)) {
        self.replaced_from(label, 0, &mut |once, at| {
            each(once);
            // Pairs come in one order; what was put in may make a new pair with the letter before it.
            let before = once[..at]
                .char_indices()
                .next_back()
                .map_or(0, |(before, _)| before);
            self.replaced_from(once, before, &mut |twice, _| each(twice));
        });
        self.replaced_everywhere(label, each);
    }
}

/// The script of a letter that is neither Latin nor common to all.
pub(super) fn other_script(c: char) -> Option<Script> {
    let shared = [
        Script::Latin,
        Script::Common,
        Script::Inherited,
        Script::Unknown,
    ];
    Some(c.script()).filter(|script| !shared.contains(script))
}
