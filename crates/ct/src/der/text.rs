//! Strings of ASN.1 as text, in every way that makes sense (X.680 §41): types are often wrong.

use std::borrow::Cow;

use super::tag;

/// What a type of string says about its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Little: `IA5String`, `PrintableString`, `TeletexString` and whatever else.
    Octets,
    /// `UTF8String`.
    Utf8,
    /// `BMPString`, big-endian.
    Utf16,
    /// `UniversalString`, big-endian.
    Utf32,
}

impl Encoding {
    /// What a tag says.
    pub(crate) fn of(string: u8) -> Self {
        match string {
            tag::UTF8_STRING => Self::Utf8,
            tag::BMP_STRING => Self::Utf16,
            tag::UNIVERSAL_STRING => Self::Utf32,
            _ => Self::Octets,
        }
    }

    /// The bytes as text, likeliest reading first, one or two of them.
    ///
    /// Bytes are UTF-8 if they can be; beyond ASCII they may be Latin-1 as well, unless the type says UTF-8 and they
    /// are, or the control characters 80 to 9F would be among them. What UTF-16 and UTF-32 cannot mean becomes U+FFFD, an incomplete unit at the end is passed over.
    pub(crate) fn texts(self, raw: &[u8]) -> impl Iterator<Item = Cow<'_, str>> {
        let latin1 = || Cow::Owned(raw.iter().copied().map(char::from).collect());
        let (first, second) = match self {
            Self::Utf16 => (Cow::Owned(utf16(raw)), None),
            Self::Utf32 => (Cow::Owned(utf32(raw)), None),
            Self::Octets | Self::Utf8 => match std::str::from_utf8(raw) {
                Err(_) => (latin1(), None),
                Ok(text)
                    if self == Self::Utf8
                        || text.is_ascii()
                        || raw.iter().any(|byte| (0x80..0xa0).contains(byte)) =>
                {
                    (Cow::Borrowed(text), None)
                }
                Ok(text) => (Cow::Borrowed(text), Some(latin1())),
            },
        };
        std::iter::once(first).chain(second)
    }

    /// The likeliest reading.
    pub(crate) fn text(self, raw: &[u8]) -> Cow<'_, str> {
        self.texts(raw).next().expect("there is a first reading")
    }
}

fn utf16(raw: &[u8]) -> String {
    let (pairs, _) = raw.as_chunks();
    char::decode_utf16(pairs.iter().map(|&pair| u16::from_be_bytes(pair)))
        .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

fn utf32(raw: &[u8]) -> String {
    let (fours, _) = raw.as_chunks();
    fours
        .iter()
        .map(|&four| char::from_u32(u32::from_be_bytes(four)))
        .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(string: u8, raw: impl AsRef<[u8]>, expected: &[&str]) {
        let texts: Vec<_> = Encoding::of(string).texts(raw.as_ref()).collect();
        assert_eq!(texts, expected);
    }

    #[test]
    fn octets() {
        const TELETEX: u8 = 0x14;
        check(TELETEX, "abc", &["abc"]);
        check(TELETEX, "ü", &["ü", "Ã¼"]);
        check(TELETEX, b"\xfc", &["ü"]);
        check(TELETEX, "😜", &["😜"]);
        check(tag::UTF8_STRING, "ü", &["ü"]);
        check(tag::UTF8_STRING, b"\xfc", &["ü"]);
    }

    #[test]
    fn wide() {
        check(tag::BMP_STRING, b"\0a\x20\xacb", &["a€"]);
        check(tag::BMP_STRING, [0xd8, 0, 0, b'a'], &["\u{fffd}a"]);
        check(tag::UNIVERSAL_STRING, [0, 0, 0, 0xfc, 0], &["ü"]);
        check(tag::UNIVERSAL_STRING, [0, 0x11, 0, 0], &["\u{fffd}"]);
    }
}
