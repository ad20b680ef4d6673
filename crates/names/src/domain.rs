//! Domain names: parsed once, at the edge, without allocating for most of them.

use std::fmt;
use std::str::FromStr;

use crate::defang::{Defanged, defanged};
use crate::fault::NameFault;
use crate::idna;

/// The longest input that is looked at, in bytes. A name written in Unicode is
/// longer than its A-label form, but nothing legitimate comes near this.
pub const MAX_INPUT: usize = 4096;

/// Octets of a name's text without the root dot (255 on the wire, RFC 1035 §2.3.4).
const MAX_NAME: usize = 253;
/// Octets of a label (RFC 1035 §2.3.4).
const MAX_LABEL: usize = 63;
/// [`MAX_NAME`] in whole words of 16.
const BUFFER: usize = 256;

/// A DNS name in A-label form: lower case, no trailing dot, no wildcard,
/// 1 to 253 octets of text, labels of 1 to 63.
///
/// Labels consist of `a`–`z`, `0`–`9`, `-` and `_`: the underscore because DNS
/// owner names have it. A hyphen may stand anywhere, also first, last, third and
/// fourth, because zone files contain such names. One label (`com`) is a name.
/// Labels starting with `xn--` decode and are valid under UTS #46.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainName(Box<str>);

impl DomainName {
    /// The name in A-label form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The labels, leftmost first; at least one.
    pub fn labels(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('.')
    }

    /// Whether any label is internationalised (starts with `xn--`).
    pub fn is_idn(&self) -> bool {
        self.labels().any(|label| label.starts_with("xn--"))
    }

    /// The name with its A-labels decoded to U-labels. Hostile text: it may mix
    /// scripts and directions, so show it through [`defanged`].
    pub fn to_unicode(&self) -> String {
        idna::to_unicode(&self.0)
    }

    /// The name as people may see it: `en-marche[.]fr`.
    pub fn defanged(&self) -> Defanged<'_> {
        defanged(&self.0)
    }

    /// The part of the name from a byte offset on.
    ///
    /// `at` is 0 or just after a dot, as [`Split`](crate::Split) gives it.
    pub(crate) fn tail(&self, at: usize) -> Self {
        Self(self.0[at..].into())
    }
}

/// Reads as [`Scratch::parse`] does; a leading `*.` is taken away.
impl FromStr for DomainName {
    type Err = NameFault;

    fn from_str(raw: &str) -> Result<Self, NameFault> {
        Scratch::default()
            .parse(raw.as_bytes())
            .map(NameRef::to_owned)
    }
}

/// The A-label form.
impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DomainName({})", self.0)
    }
}

/// Room to parse names in, one after the other, without allocating.
///
/// Keep one for each thread. Names in plain ASCII without `xn--` never allocate.
#[repr(align(16))]
pub struct Scratch {
    /// ASCII throughout: zeros at first, then what [`FOLD`] gives.
    name: [u8; BUFFER],
}

impl Default for Scratch {
    fn default() -> Self {
        Self { name: [0; BUFFER] }
    }
}

/// A validated name, as [`DomainName`], that borrows the [`Scratch`] it was parsed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameRef<'a> {
    text: &'a str,
    wildcard: bool,
    idn: bool,
}

impl<'a> NameRef<'a> {
    /// The name in A-label form, without the wildcard.
    pub fn as_str(self) -> &'a str {
        self.text
    }

    /// Whether `*.` stood in front and was taken away.
    pub fn wildcard(self) -> bool {
        self.wildcard
    }

    /// Whether any label is internationalised (starts with `xn--`).
    pub fn is_idn(self) -> bool {
        self.idn
    }

    /// The same name, owned; that there was a wildcard is forgotten.
    pub fn to_owned(self) -> DomainName {
        DomainName(self.text.into())
    }

    /// A view of an owned name.
    pub fn from_domain(name: &'a DomainName) -> Self {
        Self {
            text: name.as_str(),
            wildcard: false,
            idn: name.is_idn(),
        }
    }
}

impl Scratch {
    /// Reads a name as feeds have it.
    ///
    /// White space around it, one leading `*.` and one trailing dot are taken
    /// away; letters become lower case; U-labels become A-labels by UTS #46
    /// (non-transitional, no hyphen or STD3 checks), its full stops (such as
    /// U+3002) included. What is left must be a [`DomainName`].
    ///
    /// # Errors
    ///
    /// The first [`NameFault`] found. Input over [`MAX_INPUT`] bytes is refused
    /// without being looked at.
    pub fn parse<'a>(&'a mut self, raw: &[u8]) -> Result<NameRef<'a>, NameFault> {
        if raw.len() > MAX_INPUT {
            return Err(NameFault::TooLong);
        }
        let raw = raw.trim_ascii();
        let (text, wildcard) = match raw.strip_prefix(b"*.") {
            Some(rest) => (rest, true),
            None => (raw, false),
        };
        let filled = match self.fill(text) {
            Ok(filled) if filled.idn => {
                idna::verify(self.text(filled))?;
                filled
            }
            Ok(filled) => filled,
            // Whatever it was that stopped at text beyond ASCII, mapping comes first.
            Err(_) if !text.is_ascii() => self.fill(idna::to_ascii(text)?.as_bytes())?,
            Err(fault) => return Err(fault),
        };
        Ok(NameRef {
            text: self.text(filled),
            wildcard,
            idn: filled.idn,
        })
    }

    /// Copies ASCII text into the scratch in lower case, without a root dot, and
    /// checks all but what is inside `xn--` labels.
    fn fill(&mut self, text: &[u8]) -> Result<Filled, NameFault> {
        let text = text.strip_suffix(b".").unwrap_or(text);
        if text.is_empty() {
            return Err(NameFault::Empty);
        }
        if text.len() > MAX_NAME {
            return Err(NameFault::TooLong);
        }
        let (mut label_at, mut idn) = (0, false);
        for (at, &byte) in text.iter().enumerate() {
            let folded = FOLD[usize::from(byte)];
            self.name[at] = folded;
            // One branch for most bytes: letters and digits sort after these.
            if folded <= b'.' {
                match folded {
                    b'.' => {
                        idn |= label(&self.name[label_at..at])?;
                        label_at = at + 1;
                    }
                    REFUSED => {
                        return Err(NameFault::Character {
                            character: char::from(byte),
                        });
                    }
                    _ => {}
                }
            }
        }
        let name = &self.name[..text.len()];
        idn |= label(&name[label_at..])?;
        if name[name.len() - 1].is_ascii_digit() && is_ipv4(name) {
            return Err(NameFault::IpAddress);
        }
        Ok(Filled {
            len: text.len(),
            idn,
        })
    }

    fn text(&self, filled: Filled) -> &str {
        // Whole words are checked many times faster than a ragged end.
        let words = &self.name[..filled.len.next_multiple_of(16)];
        let text = std::str::from_utf8(words).expect("fill writes ASCII only");
        &text[..filled.len]
    }
}

/// How much of the scratch a name takes, and whether a label starts with `xn--`.
#[derive(Clone, Copy)]
struct Filled {
    len: usize,
    idn: bool,
}

/// Checks the length of a label; answers whether it is internationalised.
#[inline]
fn label(label: &[u8]) -> Result<bool, NameFault> {
    match label.len() {
        0 => Err(NameFault::EmptyLabel),
        1..=MAX_LABEL => Ok(label.starts_with(b"xn--")),
        _ => Err(NameFault::LabelTooLong),
    }
}

/// Whether a name in lower case is four decimal octets.
#[cold]
fn is_ipv4(name: &[u8]) -> bool {
    let mut octets = 0;
    for part in name.split(|&byte| byte == b'.') {
        let value = part.iter().try_fold(0_u16, |value, &byte| {
            (byte.is_ascii_digit() && value < 256).then(|| value * 10 + u16::from(byte - b'0'))
        });
        if value.is_none_or(|value| value > 255) {
            return false;
        }
        octets += 1;
    }
    octets == 4
}

/// Stands in [`FOLD`] for bytes that no name has.
const REFUSED: u8 = 0;

/// Every byte of a name in lower case.
const FOLD: [u8; 256] = {
    let mut table = [REFUSED; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            table[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The name, `*` in front if there was a wildcard, or the id of the fault.
    fn read(raw: &[u8]) -> String {
        match Scratch::default().parse(raw) {
            Ok(name) if name.wildcard() => format!("* {}", name.as_str()),
            Ok(name) => name.as_str().to_owned(),
            Err(fault) => format!("! {}", fault.id()),
        }
    }

    #[track_caller]
    fn check(raw: impl AsRef<[u8]>, expected: &str) {
        assert_eq!(read(raw.as_ref()), expected);
    }

    #[test]
    fn plain_names() {
        check("example.org", "example.org");
        check("com", "com");
        check("Example.ORG.", "example.org");
        check(" \texample.org\r\n", "example.org");
        check("*.example.org.", "* example.org");
        check("_dmarc.example.org", "_dmarc.example.org");
        check("-a-.b--c.example", "-a-.b--c.example");
        check("1.2.3", "1.2.3");
    }

    #[test]
    fn internationalised_names() {
        check("Bücher.example", "xn--bcher-kva.example");
        check("XN--Bcher-KVA.example", "xn--bcher-kva.example");
        check("straße.example", "xn--strae-oqa.example");
        check("пример。испытание．", "xn--e1afmkfd.xn--80akhbyknj4f");
        check("ｅｘａｍｐｌｅ.org", "example.org");
        check("*.bücher.example", "* xn--bcher-kva.example");
        check("_söip.example", "xn--_sip-6qa.example");
        check("a\u{ad}b.example", "ab.example");
    }

    #[test]
    fn faults() {
        check("", "! empty");
        check(" ", "! empty");
        check(".", "! empty");
        check("*.", "! empty");
        check("\u{ad}", "! empty");
        check("a..b", "! empty-label");
        check(".a", "! empty-label");
        check("a..", "! empty-label");
        check("*", "! character");
        check("*.*.example", "! character");
        check("a b.example", "! character");
        check("a\0.example", "! character");
        check("a/b", "! character");
        check("ａ／b", "! character");
        check(b"caf\xe9.example", "! not-utf8");
        check("xn--\u{e9}.example", "! punycode");
        check("xn--99999999.example", "! punycode");
        check("xn--.example", "! idna");
        check("xn--abc-.example", "! idna");
        check("a\u{202e}b.example", "! idna");
        check("xn--xn---epa.example", "! idna");
        check("\u{e000}.example", "! idna");
        check("192.0.2.1", "! ip-address");
        check("192.0.2.1.", "! ip-address");
        check("１９２.0.2.１", "! ip-address");
    }

    #[test]
    fn what_is_no_address() {
        check("192.0.2.256", "192.0.2.256");
        check("192.0.2.1.example", "192.0.2.1.example");
        check("1.192.0.2.1", "1.192.0.2.1");
        check("a.192.0.2.1", "a.192.0.2.1");
        check("65793.0.2.1", "65793.0.2.1");
    }

    #[test]
    fn lengths() {
        let label = "a".repeat(63);
        check(&label, &label);
        check("a".repeat(64), "! label-too-long");
        check(format!("{}.b", "a".repeat(64)), "! label-too-long");
        let longest = [&label, &label, &label, &label[..61]].join(".");
        check(&longest, &longest);
        check(format!("{longest}."), &longest);
        check(format!("{longest}a"), "! too-long");
        check("é".repeat(200), "! label-too-long");
        check("a.".repeat(10 << 20), "! too-long");
    }

    #[test]
    fn labels_and_unicode() {
        let name: DomainName = "Bücher.example".parse().expect("valid");
        assert!(name.is_idn());
        assert_eq!(name.to_unicode(), "bücher.example");
        assert_eq!(
            name.labels().collect::<Vec<_>>(),
            ["xn--bcher-kva", "example"]
        );
        assert_eq!(name.defanged().to_string(), "xn--bcher-kva[.]example");
        assert_eq!(NameRef::from_domain(&name).to_owned(), name);
        assert!(NameRef::from_domain(&name).is_idn());
    }

    #[test]
    fn a_scratch_forgets() {
        let mut scratch = Scratch::default();
        let long = scratch
            .parse(b"a-longer-name.example")
            .map(NameRef::to_owned);
        assert_eq!(long.expect("valid").as_str(), "a-longer-name.example");
        assert_eq!(
            scratch.parse(b"a$").map(NameRef::as_str),
            Err(NameFault::Character { character: '$' })
        );
        assert_eq!(
            scratch.parse(b"b.example").map(NameRef::as_str),
            Ok("b.example")
        );
    }

    proptest! {
        #[test]
        fn parsing_what_was_printed_changes_nothing(raw in proptest::collection::vec(any::<u8>(), 0..80)) {
            again(&raw)?;
        }

        #[test]
        fn parsing_what_was_printed_changes_nothing_in_text(raw in "(xn--)?[a-zA-Z0-9é.ßΣςа-яא-ת\u{200d}。_-]{0,40}") {
            again(raw.as_bytes())?;
        }
    }

    fn again(raw: &[u8]) -> Result<(), TestCaseError> {
        if let Ok(name) = Scratch::default().parse(raw).map(NameRef::to_owned) {
            prop_assert_eq!(name.to_string().parse(), Ok(name.clone()));
            prop_assert!((1..=MAX_NAME).contains(&name.as_str().len()));
            prop_assert!(
                name.labels()
                    .all(|label| (1..=MAX_LABEL).contains(&label.len()))
            );
            prop_assert_eq!(name.to_unicode().parse(), Ok(name));
        }
        Ok(())
    }
}
