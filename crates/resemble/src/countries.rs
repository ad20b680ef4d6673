//! Two letters that name a country: the two-letter top-level domains (ISO 3166-1 alpha-2, `eu`, `uk`).

use names::{Section, SuffixList};

/// One bit for each pair of letters.
pub(crate) struct Countries([u32; 26]);

impl Countries {
    /// The two-letter suffixes of `list`.
    pub(crate) fn new(list: &SuffixList) -> Self {
        let mut countries = [0; 26];
        for first in 0..26u8 {
            for second in 0..26u8 {
                let pair = [b'a' + first, b'a' + second];
                let text = std::str::from_utf8(&pair).expect("two ASCII letters");
                let split = list.split(text);
                if split.registrable.is_none() && split.section == Section::Icann {
                    countries[usize::from(first)] |= 1 << second;
                }
            }
        }
        Self(countries)
    }

    /// Whether `letters` are two, and a country's.
    pub(crate) fn has(&self, letters: &[u8]) -> bool {
        let &[first @ b'a'..=b'z', second @ b'a'..=b'z'] = letters else {
            return false;
        };
        self.0[usize::from(first - b'a')] & 1 << (second - b'a') != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_two_letter_suffixes() {
        let countries = Countries::new(&SuffixList::embedded());
        assert!(countries.has(b"fr") && countries.has(b"uk") && countries.has(b"eu"));
        assert!(!countries.has(b"xx") && !countries.has(b"com") && !countries.has(b"f"));
    }
}
