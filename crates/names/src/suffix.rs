//! Where a name divides: public suffix and registrable domain.

use std::fmt;

use psl::Psl as _;

use crate::defang::escaped;
use crate::domain::DomainName;
use crate::fault::SuffixListFault;

/// The largest suffix list that is read, in bytes. The published one has about 330 KiB.
pub const MAX_SUFFIX_LIST: usize = 4 << 20;

/// The public suffix list: the one this program was built with, or a newer one.
///
/// Both divisions are used: ICANN's suffixes and the private ones, below which
/// strangers register names too (`github.io`). A clone of a newer one takes as
/// much memory again.
#[derive(Clone)]
pub struct SuffixList(Rules);

#[derive(Clone)]
enum Rules {
    Embedded,
    Given(publicsuffix::List),
}

/// The division of the list that has the rule for a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Section {
    /// Suffixes of registries.
    Icann,
    /// Suffixes that companies run below a name of theirs.
    Private,
    /// The list does not know the top-level domain, which is then taken for a
    /// suffix (the list's default rule, `*`).
    Unlisted,
}

/// Where a name divides, in byte offsets into it; each is 0 or just after a dot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// Start of the registrable domain; `None` when the name is itself a public suffix.
    pub registrable: Option<usize>,
    /// Start of the public suffix.
    pub suffix: usize,
    /// Which division of the list says so.
    pub section: Section,
}

impl SuffixList {
    /// The list this program was built with.
    pub fn embedded() -> Self {
        Self(Rules::Embedded)
    }

    /// Reads a list in the published format (`public_suffix_list.dat`).
    ///
    /// # Errors
    ///
    /// A list over [`MAX_SUFFIX_LIST`] bytes, not in UTF-8, without any rule or
    /// with a broken one.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SuffixListFault> {
        if bytes.len() > MAX_SUFFIX_LIST {
            return Err(SuffixListFault::TooLarge {
                bytes: bytes.len(),
                limit: MAX_SUFFIX_LIST,
            });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| SuffixListFault::NotUtf8)?;
        match text.parse() {
            Ok(list) => Ok(Self(Rules::Given(list))),
            Err(publicsuffix::Error::InvalidList) => Err(SuffixListFault::NoRule),
            Err(broken) => Err(SuffixListFault::Broken {
                what: escaped(&broken.to_string()).at_most(200).to_string(),
            }),
        }
    }

    /// Divides a name. Does not allocate.
    ///
    /// `name` is the text of a [`DomainName`]; for other text the offsets are
    /// within it, but mean nothing.
    pub fn split(&self, name: &str) -> Split {
        let found = match &self.0 {
            Rules::Embedded => psl::List.suffix(name.as_bytes()),
            Rules::Given(list) => list.suffix(name.as_bytes()),
        };
        let (len, section) = match found {
            Some(suffix) => (
                suffix.as_bytes().len(),
                match suffix.typ() {
                    Some(psl::Type::Icann) => Section::Icann,
                    Some(psl::Type::Private) => Section::Private,
                    None => Section::Unlisted,
                },
            ),
            None => (name.len(), Section::Unlisted),
        };
        let suffix = name.len() - len;
        let registrable = suffix.checked_sub(1).map(|dot| {
            let before = &name.as_bytes()[..dot];
            before
                .iter()
                .rposition(|&byte| byte == b'.')
                .map_or(0, |dot| dot + 1)
        });
        Split {
            registrable,
            suffix,
            section,
        }
    }

    /// Whether a name is a public suffix by a rule of the list. A single label
    /// that no rule knows is not, though nothing can be registered *above* it.
    pub fn is_suffix(&self, name: &str) -> bool {
        let split = self.split(name);
        split.suffix == 0 && split.section != Section::Unlisted
    }
}

impl fmt::Debug for SuffixList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Rules::Embedded => "SuffixList(embedded)",
            Rules::Given(_) => "SuffixList(given)",
        })
    }
}

/// One label below a public suffix (eTLD+1): what a registrant registers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegistrableDomain {
    name: DomainName,
    /// Start of the public suffix.
    suffix: usize,
}

impl RegistrableDomain {
    /// The name in A-label form.
    pub fn as_str(&self) -> &str {
        self.name.as_str()
    }

    /// The same as a plain name.
    pub fn as_domain(&self) -> &DomainName {
        &self.name
    }

    /// The public suffix: all but the first label.
    pub fn suffix(&self) -> &str {
        &self.as_str()[self.suffix..]
    }
}

/// The A-label form.
impl fmt::Display for RegistrableDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)
    }
}

/// The registrable domain that a name is or lies below; `None` when it is itself
/// a public suffix.
pub fn registrable(name: &DomainName, list: &SuffixList) -> Option<RegistrableDomain> {
    let split = list.split(name.as_str());
    let start = split.registrable?;
    Some(RegistrableDomain {
        name: name.tail(start),
        suffix: split.suffix - start,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SMALL: &str = "\
// ===BEGIN ICANN DOMAINS===
com
fr
gouv.fr
uk
co.uk
*.ck
!www.ck
рф
// ===END ICANN DOMAINS===
// ===BEGIN PRIVATE DOMAINS===
github.io
// ===END PRIVATE DOMAINS===
";

    fn small() -> SuffixList {
        SuffixList::from_bytes(SMALL.as_bytes()).expect("the list is valid")
    }

    /// How a name divides by the embedded list and by a small one that agrees with it:
    /// `www [example] co.uk, icann`.
    #[track_caller]
    fn check(name: &str, expected: &str) {
        for list in [SuffixList::embedded(), small()] {
            let split = list.split(name);
            let registrable = split.registrable.unwrap_or(split.suffix);
            let shown = format!(
                "{}[{}]{}, {:?}",
                &name[..registrable],
                &name[registrable..split.suffix],
                &name[split.suffix..],
                split.section
            );
            assert_eq!(shown, expected, "{list:?}");
        }
    }

    #[test]
    fn registries() {
        check("www.en-marche.fr", "www.[en-marche.]fr, Icann");
        check("elysee.gouv.fr", "[elysee.]gouv.fr, Icann");
        check("gouv.fr", "[]gouv.fr, Icann");
        check("com", "[]com, Icann");
        check("a.b.co.uk", "a.[b.]co.uk, Icann");
        check("b.uk", "[b.]uk, Icann");
        check("a.xn--p1ai", "[a.]xn--p1ai, Icann");
    }

    #[test]
    fn wildcards_and_exceptions() {
        check("a.b.ck", "[a.]b.ck, Icann");
        check("b.ck", "[]b.ck, Icann");
        check("a.www.ck", "a.[www.]ck, Icann");
    }

    #[test]
    fn private_suffixes() {
        check("a.b.github.io", "a.[b.]github.io, Private");
        check("github.io", "[]github.io, Private");
    }

    #[test]
    fn unlisted() {
        check("a.b.unlisted-tld", "a.[b.]unlisted-tld, Unlisted");
        check("unlisted-tld", "[]unlisted-tld, Unlisted");
        check("", "[], Unlisted");
    }

    #[test]
    fn is_suffix_needs_a_rule() {
        let list = small();
        assert!(list.is_suffix("gouv.fr") && list.is_suffix("github.io") && list.is_suffix("x.ck"));
        assert!(
            !list.is_suffix("en-marche.fr")
                && !list.is_suffix("enmarche")
                && !list.is_suffix("www.ck")
        );
    }

    #[test]
    fn registrable_domains() {
        let list = SuffixList::embedded();
        let of = |name: &str| registrable(&name.parse().expect("valid"), &list);
        let domain = of("www.example.co.uk").expect("registrable");
        assert_eq!(
            (domain.as_str(), domain.suffix()),
            ("example.co.uk", "co.uk")
        );
        assert_eq!(domain.to_string(), domain.as_domain().to_string());
        assert_eq!(of("co.uk"), None);
    }

    #[test]
    fn broken_lists() {
        let fault = |bytes: &[u8]| {
            SuffixList::from_bytes(bytes)
                .expect_err("broken")
                .to_string()
        };
        assert_eq!(
            fault(&vec![b' '; MAX_SUFFIX_LIST + 1]),
            "the suffix list has 4194305 bytes; at most 4194304 are read"
        );
        assert_eq!(fault(b"\xff"), "the suffix list is not UTF-8");
        assert!(fault(b"").starts_with("the suffix list has no rule"));
        assert!(fault(b"com\nfr\n").starts_with("the suffix list has no rule"));
        assert!(
            fault(b"// BEGIN ICANN DOMAINS\na..b\n").starts_with("the suffix list is broken: ")
        );
    }

    proptest! {
        #[test]
        fn offsets_are_at_labels(name in "[a-z]{1,3}(\\.([a-z]{1,3}|co|com|ck|www|github|io|fr|gouv)){0,4}") {
            for list in [SuffixList::embedded(), small()] {
                let split = list.split(&name);
                let at_label = |at: usize| at == 0 || name.as_bytes()[at - 1] == b'.';
                prop_assert!(at_label(split.suffix) && split.suffix < name.len());
                prop_assert_eq!(split.registrable.is_none(), split.suffix == 0);
                if let Some(registrable) = split.registrable {
                    prop_assert!(at_label(registrable));
                    prop_assert_eq!(name[registrable..split.suffix].matches('.').count(), 1);
                }
            }
        }

        #[test]
        fn any_text_divides(name in "\\PC{0,40}") {
            for list in [SuffixList::embedded(), small()] {
                let split = list.split(&name);
                prop_assert!(split.suffix <= name.len() && split.registrable.is_none_or(|at| at < split.suffix));
            }
        }
    }
}
