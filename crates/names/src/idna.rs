//! Internationalised labels by UTS #46, non-transitional.
//!
//! No hyphen checks (zone files have `--` anywhere) and no STD3 rules (owner
//! names have underscores): what ASCII a name may have is for
//! [`Scratch`](crate::Scratch) to check.

use std::borrow::Cow;

use idna::punycode;
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use crate::fault::NameFault;

/// Maps a name as read to A-labels. ASCII other than letters passes as it is, and
/// lengths are not checked.
pub(crate) fn to_ascii(name: &[u8]) -> Result<Cow<'_, str>, NameFault> {
    let text = std::str::from_utf8(name).map_err(|_| NameFault::NotUtf8)?;
    let mapped = Uts46::new()
        .to_ascii(
            name,
            AsciiDenyList::EMPTY,
            Hyphens::Allow,
            DnsLength::Ignore,
        )
        .map_err(|_| fault(text))?;
    if mapped.split('.').any(is_doubly_encoded) {
        return Err(NameFault::Idna);
    }
    Ok(mapped)
}

/// Whether what an A-label decodes to starts with `xn--` again, which would decode
/// to something else in turn (UTS #46 §4.1 forbids it; the crate `idna` does not).
fn is_doubly_encoded(label: &str) -> bool {
    label
        .strip_prefix("xn--")
        .filter(|encoded| encoded.starts_with("xn--"))
        .and_then(punycode::decode_to_string)
        .is_some_and(|decoded| decoded.starts_with("xn--"))
}

/// Checks that every `xn--` label of a name in lower case decodes and is valid.
pub(crate) fn verify(name: &str) -> Result<(), NameFault> {
    match to_ascii(name.as_bytes())? {
        mapped if mapped == name => Ok(()),
        _ => Err(NameFault::Idna),
    }
}

/// Decodes the A-labels of a valid name.
pub(crate) fn to_unicode(name: &str) -> String {
    let (unicode, result) =
        Uts46::new().to_unicode(name.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow);
    debug_assert!(result.is_ok(), "a valid name decodes");
    unicode.into_owned()
}

/// UTS #46 does not say what was wrong; Punycode that does not decode is told apart.
fn fault(name: &str) -> NameFault {
    let broken = name.split('.').any(|label| {
        label
            .split_at_checked(4)
            .filter(|(prefix, _)| prefix.eq_ignore_ascii_case("xn--"))
            .is_some_and(|(_, rest)| punycode::decode(rest).is_none())
    });
    if broken {
        NameFault::Punycode
    } else {
        NameFault::Idna
    }
}
