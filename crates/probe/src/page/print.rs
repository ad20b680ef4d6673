//! A page's print, to compare it with another.

use std::collections::BTreeSet;

use tlsh2::TlshDefaultBuilder;

use super::sketch::Sketch;

/// Words in a run.
const WORDS: usize = 3;
/// Tags in a run.
const TAGS: usize = 5;
/// Runs of either kind that are kept.
const MAX_RUNS: usize = 20_000;

/// What a page looks like to a comparison: its runs of three visible words, and its runs of five tags.
///
/// A copied page has both; a translated one has the tags; a page rebuilt by hand has the words.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Print {
    words: BTreeSet<u64>,
    tags: BTreeSet<u64>,
}

impl Print {
    /// The print of a page; `content_type` is the header, for its encoding. At most 2 MiB are read.
    pub fn of(body: &[u8], content_type: Option<&str>) -> Self {
        Self::of_sketch(&Sketch::of(body, content_type))
    }

    pub(super) fn of_sketch(sketch: &Sketch) -> Self {
        Print {
            words: runs(&sketch.words, WORDS),
            tags: runs(&sketch.tags, TAGS),
        }
    }

    /// How alike two pages are, 0 to 1; symmetric.
    ///
    /// The mean of two Jaccard indices, of runs of words and of runs of tags; where neither page has runs of a kind,
    /// the other kind alone. None where neither page has any.
    pub fn similarity(&self, other: &Print) -> Option<f64> {
        let indices = [
            jaccard(&self.words, &other.words),
            jaccard(&self.tags, &other.tags),
        ];
        let known: Vec<f64> = indices.into_iter().flatten().collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    }
}

/// The locality-sensitive hash of a page, version `T1` with 128 buckets and a checksum of one byte; none where the page
/// has fewer than 50 bytes or too little variety.
pub(super) fn tlsh(body: &[u8]) -> Option<String> {
    let hash = TlshDefaultBuilder::build_from(body)?.hash();
    String::from_utf8(hash.to_vec()).ok()
}

fn runs<T: AsRef<[u8]>>(parts: &[T], len: usize) -> BTreeSet<u64> {
    let runs = parts.windows(len).map(|run| {
        let mut hash = FNV_START;
        for part in run {
            hash = fnv(hash, part.as_ref());
            // Two parts are not one.
            hash = fnv(hash, b"\0");
        }
        hash
    });
    runs.take(MAX_RUNS).collect()
}

fn jaccard(one: &BTreeSet<u64>, other: &BTreeSet<u64>) -> Option<f64> {
    let common = one.intersection(other).count();
    let all = one.len() + other.len() - common;
    (all > 0).then(|| common as f64 / all as f64)
}

const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a with 64 bits: the same on every machine and in every year.
fn fnv(start: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(start, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<html><body><h1>Welcome to Example Bank</h1><form><input><input><button>Sign in to your account</button></form></body></html>";

    #[track_caller]
    fn check(one: &str, other: &str, expected: Option<f64>) {
        let (one, other) = (
            Print::of(one.as_bytes(), None),
            Print::of(other.as_bytes(), None),
        );
        assert_eq!(one.similarity(&other), expected);
        assert_eq!(other.similarity(&one), expected);
    }

    #[test]
    fn copies_translations_and_strangers() {
        check(PAGE, PAGE, Some(1.0));
        let translated = PAGE
            .replace("Welcome to", "Bienvenue chez la")
            .replace("Sign in to your account", "Connexion au compte client");
        check(PAGE, &translated, Some(0.5));
        check(PAGE, "<p>Nothing of that kind here at all</p>", Some(0.0));
        check("", "", None);
    }

    #[test]
    fn tlsh_needs_variety() {
        assert_eq!(tlsh(b"short"), None);
        let hash = tlsh(PAGE.repeat(3).as_bytes()).expect("it is long enough");
        assert!(hash.starts_with("T1") && hash.len() == 72, "{hash}");
    }
}
