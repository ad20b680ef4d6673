//! Every imitation of a domain in one step, for registering it first or asking whether it is there.

use crate::lexicon::Lexicon;
use crate::technique::TECHNIQUES;
use model::TechniqueId;
use names::{DomainName, SuffixList};
use rustc_hash::FxHashSet;

/// An imitation of a domain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Permutation {
    /// The imitation.
    pub name: DomainName,
    /// How it was made.
    pub technique: TechniqueId,
}

/// Every imitation of `domain` in one step, each once, by the first technique that makes it.
///
/// In the order of [`TECHNIQUES`], then of the names. Neither the domain itself nor names below it are
/// among them, and no name whose labels begin or end with a hyphen, which no registry takes. Where
/// `domain` has host labels, they are kept in front of what is imitated. A domain of one label has no
/// imitations.
pub fn permute(domain: &DomainName, suffixes: &SuffixList, lexicon: &Lexicon) -> Vec<Permutation> {
    let Some(original) = Original::new(domain, suffixes, lexicon) else {
        return vec![];
    };
    let mut known = FxHashSet::default();
    let mut all = vec![];
    for technique in TECHNIQUES {
        let Some(generate) = technique.generate else {
            continue;
        };
        let first = all.len();
        generate(&original, &mut |made| {
            let Some(name) = original.imitation(&made) else {
                return;
            };
            if known.insert(name.clone()) {
                all.push(Permutation {
                    name,
                    technique: TechniqueId(technique.id),
                });
            }
        });
        all[first..].sort_by(|a, b| a.name.cmp(&b.name));
    }
    all
}

/// A domain, taken apart for imitation.
pub(crate) struct Original<'a> {
    /// The whole domain.
    domain: &'a DomainName,
    /// The labels before the registrable one, with their dots.
    pub(crate) host: &'a str,
    /// The registrable label, in Unicode.
    pub(crate) label: String,
    /// The public suffix.
    pub(crate) suffix: &'a str,
    /// The words to combine it with.
    pub(crate) lexicon: &'a Lexicon,
}

impl<'a> Original<'a> {
    /// `None` for a domain of one label.
    fn new(domain: &'a DomainName, list: &SuffixList, lexicon: &'a Lexicon) -> Option<Self> {
        let text = domain.as_str();
        // A domain that is itself a public suffix is imitated by its first label.
        let registrable = list.split(text).registrable.unwrap_or(0);
        let (host, registrable) = text.split_at(registrable);
        let (label, suffix) = registrable.split_once('.')?;
        let before = host.matches('.').count();
        let unicode = domain.to_unicode();
        let label = unicode.split('.').nth(before).unwrap_or(label).to_owned();
        Some(Self {
            domain,
            host,
            label,
            suffix,
            lexicon,
        })
    }

    /// The original with another label.
    pub(crate) fn with_label(&self, label: &str) -> String {
        format!("{}{label}.{}", self.host, self.suffix)
    }

    /// The original with another label, under another suffix.
    pub(crate) fn under(&self, label: &str, suffix: &str) -> String {
        format!("{}{label}.{suffix}", self.host)
    }

    /// The characters of the label.
    pub(crate) fn letters(&self) -> Vec<char> {
        self.label.chars().collect()
    }

    /// Calls `each` with every character of the label replaced by each that `by` gives for it.
    pub(crate) fn replacing(&self, by: &dyn Fn(char) -> Vec<char>, each: &mut dyn FnMut(String)) {
        for (at, letter) in self.label.char_indices() {
            let (before, after) = (&self.label[..at], &self.label[at + letter.len_utf8()..]);
            for other in by(letter) {
                each(self.with_label(&format!("{before}{other}{after}")));
            }
        }
    }

    /// Calls `each` with the label joined to `word` on either side, with a hyphen and without.
    pub(crate) fn beside(&self, word: &str, each: &mut dyn FnMut(String)) {
        let label = &self.label;
        each(self.with_label(&format!("{label}-{word}")));
        each(self.with_label(&format!("{word}-{label}")));
        each(self.with_label(&format!("{label}{word}")));
        each(self.with_label(&format!("{word}{label}")));
    }

    /// What was made, as a name that could be registered or resolved, and that is not the original's.
    fn imitation(&self, made: &str) -> Option<DomainName> {
        let name: DomainName = made.parse().ok()?;
        let hyphens = |label: &str| label.starts_with('-') || label.ends_with('-');
        if name.labels().any(hyphens) {
            return None;
        }
        let rest = name.as_str().strip_suffix(self.domain.as_str());
        let own = rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        (!own).then_some(name)
    }
}

/// All letters and digits of ASCII.
pub(crate) fn any() -> impl Iterator<Item = char> {
    ('a'..='z').chain('0'..='9')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalogue;

    fn imitations(domain: &str) -> Vec<Permutation> {
        let lexicon = Lexicon::embedded(&Catalogue::embedded());
        permute(
            &domain.parse().expect("a valid name"),
            &SuffixList::embedded(),
            &lexicon,
        )
    }

    /// Those of `expected` (`technique name`) must be among the imitations.
    fn check(domain: &str, expected: &[&str]) {
        let all: FxHashSet<String> = imitations(domain)
            .into_iter()
            .map(|made| format!("{} {}", made.technique, made.name.to_unicode()))
            .collect();
        for made in expected {
            assert!(all.contains(*made), "{made}");
        }
    }

    #[test]
    fn imitations_are_named_after_how_they_are_made() {
        check(
            "en-marche.fr",
            &[
                "omission en-mrche.fr",
                "hyphen-removed enmarche.fr",
                "hyphen-moved enm-arche.fr",
                "homoglyph-multi en-rnarche.fr",
                "homoglyph 3n-march3.fr",
                "combo-lure en-marche-login.fr",
                "service-organisation onedrive-en-marche.fr",
                "suffix-swap en-marche.co",
                "suffix-in-label en-marche-fr.com",
                "dot-added en.marche.fr",
                "digits en-marche2017.fr",
                "word-order marche-en.fr",
            ],
        );
        check(
            "example.co.uk",
            &["suffix-swap example.uk", "suffix-in-label exampleco.uk"],
        );
        check(
            "bundestag.de",
            &[
                "transposition bundetsag.de",
                "bit-flip bufdestag.de",
                "plural bundestags.de",
            ],
        );
        check(
            "société.fr",
            &["homoglyph-idn societe.fr", "omission socété.fr"],
        );
        check("gov.pl", &["addition govx.pl", "suffix-swap gov.com"]);
    }

    #[test]
    fn host_labels_are_kept_or_glued() {
        check(
            "mail.kas.de",
            &[
                "omission mail.ks.de",
                "dot-omitted mailkas.de",
                "dot-omitted mail-kas.de",
            ],
        );
    }

    #[test]
    fn each_name_comes_once_in_order_and_none_is_the_domain_s_own() {
        let all = imitations("kas.de");
        let names: FxHashSet<&str> = all.iter().map(|made| made.name.as_str()).collect();
        assert_eq!(names.len(), all.len());
        assert!(
            names
                .iter()
                .all(|name| *name != "kas.de" && !name.ends_with(".kas.de"))
        );
        assert!(all.is_sorted_by_key(|made| {
            let place = TECHNIQUES
                .iter()
                .position(|technique| technique.id == made.technique.0);
            (place, &made.name)
        }));
        assert_eq!(imitations("com"), []);
    }

    #[test]
    fn the_longest_label_stays_within_its_limits() {
        let label = "bundestag".repeat(7);
        let all = imitations(&format!("{label}.de"));
        assert!(
            all.iter()
                .all(|made| made.name.labels().all(|label| label.len() <= 63))
        );
        assert!(all.iter().any(|made| made.technique.0 == "omission"));
    }
}
