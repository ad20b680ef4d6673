//! Words: how common each is in real names, and which of them lure.

use crate::catalogue::Catalogue;
use crate::sieve::Buckets;
use crate::text::code;
use rustc_hash::FxHashMap;
use serde::Deserialize;

/// What a lure word is about; `knowledge/lures.toml` has the words.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LureClass {
    /// Logging in, proving who one is.
    Access,
    /// Mail and messages.
    Mail,
    /// Documents and shares.
    Files,
    /// Working from elsewhere, and who helps with it.
    Remote,
    /// Service, support, updates.
    Service,
    /// Payment, parcels, gifts.
    Money,
    /// Elections, parties, press, events.
    Civic,
}

impl LureClass {
    /// The id, as in the file.
    pub fn id(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Mail => "mail",
            Self::Files => "files",
            Self::Remote => "remote",
            Self::Service => "service",
            Self::Money => "money",
            Self::Civic => "civic",
        }
    }
}

/// What is known of a word.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Word {
    /// The negative natural logarithm of its share of all words.
    pub(crate) cost: f32,
    /// The class, when it lures.
    pub(crate) lure: Option<LureClass>,
    /// The service, by its place in the catalogue, when it speaks of one.
    pub(crate) service: Option<u16>,
}

/// All words, found by a hash that grows with the word.
pub struct Lexicon {
    words: Buckets<(u32, Word), BITS>,
    /// One bit for each four codes with which a word starts.
    beginnings: Box<[u64]>,
    grams: FxHashMap<u32, u32>,
    lures: Box<[Box<str>]>,
    services: Box<[Box<str>]>,
}

/// The bits of a key: enough that few letters that are no word have one in common with a word.
const BITS: u32 = 20;

/// The hash of a word, grown letter by letter.
#[derive(Clone, Copy)]
pub(crate) struct WordHash(u64);

impl WordHash {
    pub(crate) const START: Self = Self(0xcbf2_9ce4_8422_2325);

    #[inline]
    pub(crate) fn with(self, letter: u8) -> Self {
        // The step of FNV-1a, 64 bits.
        Self((self.0 ^ u64::from(letter)).wrapping_mul(0x0000_0100_0000_01b3))
    }

    fn of(word: &str) -> Self {
        word.bytes().fold(Self::START, Self::with)
    }

    /// What tells words of one key apart.
    #[inline]
    fn print(self) -> u32 {
        self.0 as u32
    }

    #[inline]
    fn key(self) -> u32 {
        ((self.0 ^ self.0 >> 29).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - BITS)) as u32
    }
}

/// The longest word that is looked for, in letters.
pub(crate) const LONGEST: usize = 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LureFile {
    lure: Vec<LureTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LureTable {
    class: LureClass,
    languages: FxHashMap<String, Vec<String>>,
}

impl Lexicon {
    /// The words that come with the program: `knowledge/words.tsv.zst`, `lures.toml`, and those of
    /// `catalogue`.
    ///
    /// # Panics
    ///
    /// Never: a test reads the files.
    pub fn embedded(catalogue: &Catalogue) -> Self {
        let lures: LureFile = toml::from_str(include_str!("../../../knowledge/lures.toml"))
            .expect("the lure words are read by a test");
        let packed = include_bytes!("../../../knowledge/words.tsv.zst");
        let words = zstd::decode_all(&packed[..]).expect("the word list is read by a test");
        let words = String::from_utf8(words).expect("the word list is read by a test");
        Self::new(&words, &lures, catalogue)
    }

    fn new(counts: &str, lures: &LureFile, catalogue: &Catalogue) -> Self {
        let counted: Vec<(&str, u32)> = counts
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .filter_map(|(word, count)| Some((word, count.parse::<u32>().ok()?)))
            .collect();
        let total = counted.iter().map(|(_, count)| count).sum::<u32>() as f32;
        let mut words: FxHashMap<&str, Word> = counted
            .iter()
            .map(|&(word, count)| {
                (
                    word,
                    Word {
                        cost: (total / count as f32).ln(),
                        lure: None,
                        service: None,
                    },
                )
            })
            .collect();
        // A listed word is a word, however seldom the sample shows it.
        let listed = (total / 100.0).ln();
        let unheard = Word {
            cost: listed,
            lure: None,
            service: None,
        };
        for (place, service) in catalogue.services().iter().enumerate() {
            for text in &service.words {
                let word = words.entry(text).or_insert(unheard);
                word.cost = word.cost.min(listed);
                word.service.get_or_insert(place as u16);
            }
        }
        for table in &lures.lure {
            for text in table.languages.values().flatten() {
                let word = words.entry(text).or_insert(unheard);
                word.cost = word.cost.min(listed);
                word.lure = Some(
                    word.lure
                        .map_or(table.class, |known| known.min(table.class)),
                );
            }
        }
        let mut beginnings = vec![0; 1 << 14].into_boxed_slice();
        for text in words.keys().filter(|text| text.len() >= 4) {
            let key = beginning(text.as_bytes());
            beginnings[key >> 6] |= 1 << (key & 63);
        }
        let mut items: Vec<_> = words
            .into_iter()
            .filter(|(text, _)| text.len() <= LONGEST)
            .map(|(text, word)| (WordHash::of(text), word))
            .map(|(hash, word)| (hash.key(), (hash.print(), word)))
            .collect();
        items.sort_by_key(|&(key, (hash, _))| (key, hash));
        let listed = lures
            .lure
            .iter()
            .flat_map(|table| table.languages.values().flatten());
        let spoken = catalogue
            .services()
            .iter()
            .flat_map(|service| &service.words);
        Self {
            words: Buckets::new(items),
            beginnings,
            grams: grams(&counted),
            lures: sorted(listed),
            services: sorted(spoken),
        }
    }

    /// How often a run of three or four codes stands in the words, as an order of rarity.
    pub(crate) fn gram_count(&self, codes: &[u8]) -> u32 {
        self.grams.get(&gram_key(codes)).copied().unwrap_or(0)
    }

    /// Whether a word of four letters or more could start with these four.
    #[inline]
    pub(crate) fn begins(&self, letters: &[u8]) -> bool {
        let key = beginning(letters);
        self.beginnings[key >> 6] & 1 << (key & 63) != 0
    }

    #[inline]
    pub(crate) fn get(&self, hash: WordHash) -> Option<&Word> {
        let (_, word) = self
            .words
            .get(hash.key())
            .iter()
            .find(|(known, _)| *known == hash.print())?;
        Some(word)
    }

    pub(crate) fn word(&self, text: &str) -> Option<&Word> {
        self.get(WordHash::of(text))
    }

    /// The lure class of a word, if it is one.
    pub fn lure(&self, word: &str) -> Option<LureClass> {
        self.word(word)?.lure
    }

    /// All lure words, each once, sorted.
    pub fn lures(&self) -> &[Box<str>] {
        &self.lures
    }

    /// All words that speak of a service, each once, sorted.
    pub fn services(&self) -> &[Box<str>] {
        &self.services
    }
}

/// The texts, each once.
fn sorted<'a>(texts: impl Iterator<Item = &'a String>) -> Box<[Box<str>]> {
    let mut texts: Vec<Box<str>> = texts.map(|text| text.as_str().into()).collect();
    texts.sort();
    texts.dedup();
    texts.into()
}

/// The key of the first four letters of a word.
fn beginning(letters: &[u8]) -> usize {
    letters[..4]
        .iter()
        .fold(0, |key, &letter| key << 5 | usize::from(code(letter)))
}

fn gram_key(codes: &[u8]) -> u32 {
    codes
        .iter()
        .fold(1, |key, &code| key << 5 | u32::from(code))
}

fn grams(counted: &[(&str, u32)]) -> FxHashMap<u32, u32> {
    let mut grams = FxHashMap::default();
    for &(word, count) in counted {
        let codes: Vec<u8> = word.bytes().map(code).collect();
        for size in [3, 4] {
            for gram in codes.windows(size) {
                *grams.entry(gram_key(gram)).or_insert(0) += count;
            }
        }
    }
    grams
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_by_frequency_lure_and_service() {
        let lexicon = Lexicon::embedded(&Catalogue::embedded());
        let cost = |word| lexicon.word(word).map(|word| word.cost);
        assert!(
            cost("online") < cost("professor"),
            "a common word costs less"
        );
        assert_eq!(cost("qzxvkwj"), None);
        assert_eq!(lexicon.lure("login"), Some(LureClass::Access));
        assert_eq!(lexicon.lure("webmail"), Some(LureClass::Mail));
        assert!(
            lexicon
                .word("onedrive")
                .is_some_and(|word| word.service.is_some())
        );
    }
}
