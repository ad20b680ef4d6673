//! Forms of registrable domains, as an analyst writes them.

use std::fmt;
use std::str::FromStr;

/// How many fixed letters and digits the first label of a pattern has at least.
const LEAST_FIXED: usize = 3;

/// A form of registrable domains, in A-labels and lower case: `examplebank-*.example`.
///
/// `*` stands for any letters, digits and hyphens, also for none, but never for a dot.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NamePattern(Box<str>);

/// A text that is no [`NamePattern`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NamePatternFault {
    /// It is not two labels or more of letters, digits, hyphens and `*`, with at most 253 characters.
    #[error(
        "a pattern is a registrable domain in A-labels, with `*` for any letters: examplebank-*.example"
    )]
    Form,
    /// It has no `*`.
    #[error("a pattern has a `*`; without one it is a name")]
    NoStar,
    /// Whole suffixes fit it, or nearly.
    #[error(
        "too much fits the pattern: its first label needs three letters or digits that are fixed"
    )]
    TooBroad,
}

impl NamePattern {
    /// As it was written, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a registrable domain in A-labels has this form.
    pub fn matches(&self, domain: &str) -> bool {
        let (mut forms, mut labels) = (self.0.split('.'), domain.split('.'));
        loop {
            match (forms.next(), labels.next()) {
                (Some(form), Some(label)) if fits(form.as_bytes(), label.as_bytes()) => {}
                (None, None) => return true,
                _ => return false,
            }
        }
    }
}

/// Whether a label has a form. Goes back to the last `*` only, so it takes at most the product of both lengths.
fn fits(form: &[u8], label: &[u8]) -> bool {
    let (mut at, mut to) = (0, 0);
    let mut star = None;
    while to < label.len() {
        match form.get(at) {
            Some(b'*') => {
                star = Some((at, to));
                at += 1;
            }
            Some(letter) if *letter == label[to] => {
                at += 1;
                to += 1;
            }
            _ => {
                let Some((place, taken)) = star else {
                    return false;
                };
                star = Some((place, taken + 1));
                at = place + 1;
                to = taken + 1;
            }
        }
    }
    form[at..].iter().all(|letter| *letter == b'*')
}

impl FromStr for NamePattern {
    type Err = NamePatternFault;

    fn from_str(text: &str) -> Result<Self, NamePatternFault> {
        let text = text.to_ascii_lowercase();
        let is_letter = |byte: &u8| byte.is_ascii_alphanumeric();
        let is_label = |label: &str| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|byte| is_letter(&byte) || b"-_*".contains(&byte))
        };
        if text.len() > 253 || !text.contains('.') || !text.split('.').all(is_label) {
            return Err(NamePatternFault::Form);
        }
        if !text.contains('*') {
            return Err(NamePatternFault::NoStar);
        }
        let first = text.split('.').next().unwrap_or_default();
        if first.bytes().filter(is_letter).count() < LEAST_FIXED {
            return Err(NamePatternFault::TooBroad);
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, fitting: &[&str], others: &[&str]) {
        let pattern: NamePattern = pattern.parse().expect("a pattern");
        for domain in fitting {
            assert!(pattern.matches(domain), "{domain}");
        }
        for domain in others {
            assert!(!pattern.matches(domain), "{domain}");
        }
    }

    #[test]
    fn a_star_is_any_letters_of_one_label() {
        check(
            "Bank-*.example",
            &["bank-.example", "bank-a-1.example"],
            &[
                "bank.example",
                "bank-a.b.example",
                "a-bank-a.example",
                "bank-a.example.example",
            ],
        );
        check(
            "*ban*k*.*",
            &["bank.example", "abanbanxk1.example"],
            &["bakn.example", "bank"],
        );
        check(
            "a*a*b1.example",
            &["aaab1.example", "a-a-ab1.example"],
            &["ab1.example", "aab.example"],
        );
    }

    #[test]
    fn what_fits_everything_is_refused() {
        for text in ["*.example", "*-*.example", "ab*.example", "*.*"] {
            assert_eq!(
                text.parse::<NamePattern>(),
                Err(NamePatternFault::TooBroad),
                "{text}"
            );
        }
        for text in [
            "*",
            "bank*",
            "bank*..example",
            "bänk*.example",
            "bank *.example",
            "",
        ] {
            assert_eq!(
                text.parse::<NamePattern>(),
                Err(NamePatternFault::Form),
                "{text}"
            );
        }
        assert_eq!(
            "bank.example".parse::<NamePattern>(),
            Err(NamePatternFault::NoStar)
        );
    }

    #[test]
    fn many_stars_take_no_time() {
        let pattern: NamePattern = format!("aaa{}b.example", "*a".repeat(50))
            .parse()
            .expect("a pattern");
        assert!(!pattern.matches(&format!("{}.example", "a".repeat(63))));
    }
}
