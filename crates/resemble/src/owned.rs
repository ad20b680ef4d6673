//! Names that are nobody's imitation: those of the guarded organisations and of their services.

use crate::catalogue::Catalogue;
use crate::watchlist::{Watchlist, is_below};
use names::{Split, SuffixList};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;

const BITS: usize = 1 << 16;

/// Owned domains, found by the registrable domain or the public suffix under which they lie.
pub(crate) struct Owned {
    filter: Box<[u64; BITS / 64]>,
    below: FxHashMap<Box<str>, Vec<Box<str>>>,
}

impl Owned {
    pub(crate) fn new(watchlist: &Watchlist, catalogue: &Catalogue, suffixes: &SuffixList) -> Self {
        let mut owned = Self {
            filter: Box::new([0; BITS / 64]),
            below: FxHashMap::default(),
        };
        for organisation in watchlist.organisations() {
            for domain in &organisation.domains {
                owned.add(domain.as_str(), suffixes);
            }
            for id in &organisation.services {
                let domains = catalogue
                    .get(id)
                    .map(|service| &*service.domains)
                    .unwrap_or_default();
                for domain in domains {
                    owned.add(domain, suffixes);
                }
            }
        }
        owned
    }

    fn add(&mut self, domain: &str, suffixes: &SuffixList) {
        let split = suffixes.split(domain);
        let key = &domain[split.registrable.unwrap_or(split.suffix)..];
        let bit = bit(key);
        self.filter[bit / 64] |= 1 << (bit % 64);
        self.below
            .entry(key.into())
            .or_default()
            .push(domain.into());
    }

    /// Whether `name` is an owned domain or stands below one.
    #[inline]
    pub(crate) fn has(&self, name: &str, split: Split) -> bool {
        let under = |key: &str| {
            let bit = bit(key);
            self.filter[bit / 64] & 1 << (bit % 64) != 0
                && self
                    .below
                    .get(key)
                    .is_some_and(|tops| tops.iter().any(|top| is_below(name, top)))
        };
        split.registrable.is_some_and(|start| under(&name[start..])) || under(&name[split.suffix..])
    }
}

#[inline]
fn bit(key: &str) -> usize {
    let mut hasher = FxHasher::default();
    hasher.write(key.as_bytes());
    (hasher.finish() >> 40) as usize % BITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_owned_and_all_below_it_is_own() {
        let (catalogue, suffixes) = (Catalogue::embedded(), SuffixList::embedded());
        let text = "[[organisation]]\nid='a'\ndomains=['en-marche.fr','mail.example.com','gov.pl']\nservices=['microsoft-365']";
        let (watchlist, _) = Watchlist::parse(text, &catalogue, &suffixes).expect("valid");
        let owned = Owned::new(&watchlist, &catalogue, &suffixes);
        let has = |name: &str| owned.has(name, suffixes.split(name));
        for name in [
            "en-marche.fr",
            "www.en-marche.fr",
            "mail.example.com",
            "mofa.gov.pl",
            "gov.pl",
            "login.microsoftonline.com",
        ] {
            assert!(has(name), "{name}");
        }
        for name in [
            "xen-marche.fr",
            "example.com",
            "en-marche.fr.example.com",
            "notgov.pl",
        ] {
            assert!(!has(name), "{name}");
        }
    }
}
