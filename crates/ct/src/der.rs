//! DER, read tolerantly: tag, length, contents (X.690 §8.1), with the place of whatever is wrong.

#![allow(
    clippy::inline_always,
    reason = "an element that goes through memory costs three times as much, measured on recorded certificates"
)]

use std::fmt;

pub(crate) mod outline;
pub(crate) mod text;

/// What is wrong with the structure of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Damage {
    /// Something ends before its length says.
    Truncated,
    /// A length in indefinite form, or in more than four octets.
    LengthForm,
    /// Another type than the structure has at this place (RFC 5280 §4.1).
    Type,
    /// What is inside does not end where the outside does.
    Ends,
    /// An `iPAddress` that is neither 4 nor 16 octets long (RFC 5280 §4.2.1.6).
    Address,
}

impl Damage {
    /// A stable identifier in kebab-case.
    pub fn id(self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::LengthForm => "length-form",
            Self::Type => "type",
            Self::Ends => "ends",
            Self::Address => "address",
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Truncated => "ends before its length says",
            Self::LengthForm => "has a length in a form that DER does not know",
            Self::Type => "is not of the type that belongs there",
            Self::Ends => "ends elsewhere than what it is in",
            Self::Address => "is an address of an impossible length",
        })
    }
}

/// The first damage found, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("what stands at octet {at} {damage}")]
pub struct Broken {
    /// What is wrong.
    pub damage: Damage,
    /// Octets from the beginning of the bytes that were read.
    pub at: usize,
}

/// The types that a certificate is made of (X.680 §8.4): identifier octets.
pub(crate) mod tag {
    pub(crate) const BOOLEAN: u8 = 0x01;
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const UNIVERSAL_STRING: u8 = 0x1c;
    pub(crate) const UTF8_STRING: u8 = 0x0c;
    pub(crate) const BMP_STRING: u8 = 0x1e;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;
    /// `[3]` of a `TBSCertificate` (RFC 5280 §4.1).
    pub(crate) const EXTENSIONS: u8 = 0xa3;
}

/// One element: where it stands, its tag, its contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) tag: u8,
    /// Where its tag stands.
    pub(crate) at: usize,
    /// Where its contents begin, after the length.
    pub(crate) from: usize,
    /// Where its contents end.
    pub(crate) end: usize,
}

impl Element {
    #[inline]
    pub(crate) fn contents(self, bytes: &[u8]) -> &[u8] {
        &bytes[self.from..self.end]
    }

    /// Tag, length and contents.
    pub(crate) fn whole(self, bytes: &[u8]) -> &[u8] {
        &bytes[self.at..self.end]
    }

    #[inline]
    pub(crate) fn inside(self, bytes: &[u8]) -> Reader<'_> {
        Reader {
            bytes: &bytes[..self.end],
            at: self.from,
        }
    }
}

/// Reads elements one after the other, up to an end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    /// All bytes up to the end, so that places count from the beginning of the whole.
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Where the next element begins.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Goes on elsewhere, at most at the end.
    pub(crate) fn skip_to(&mut self, at: usize) {
        self.at = at.min(self.bytes.len());
    }

    #[inline]
    pub(crate) fn is_done(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The tag that comes next, if any.
    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// The next element, whatever it is. Lengths may be longer than needed (BER), which hides nothing.
    #[inline(always)]
    pub(crate) fn any(&mut self) -> Result<Element, Broken> {
        let at = self.at;
        let (tag, from, length) = header(self.bytes, at)?;
        if length > self.bytes.len() - from {
            return Err(Broken {
                damage: Damage::Truncated,
                at,
            });
        }
        self.at = from + length;
        Ok(Element {
            tag,
            at,
            from,
            end: self.at,
        })
    }

    /// The next element, which has this tag.
    #[inline(always)]
    pub(crate) fn expect(&mut self, tag: u8) -> Result<Element, Broken> {
        let element = self.any()?;
        if element.tag == tag {
            Ok(element)
        } else {
            Err(Broken {
                damage: Damage::Type,
                at: element.at,
            })
        }
    }

    /// The next element if it has this tag.
    #[inline]
    pub(crate) fn optional(&mut self, tag: u8) -> Result<Option<Element>, Broken> {
        if self.peek() == Some(tag) {
            self.any().map(Some)
        } else {
            Ok(None)
        }
    }

    /// That nothing is left.
    #[inline]
    pub(crate) fn done(&self) -> Result<(), Broken> {
        if self.is_done() {
            Ok(())
        } else {
            Err(Broken {
                damage: Damage::Ends,
                at: self.at,
            })
        }
    }
}

/// Tag, where the contents begin (at most the end), and how many octets they claim to have.
#[inline(always)]
pub(crate) fn header(bytes: &[u8], at: usize) -> Result<(u8, usize, usize), Broken> {
    let Some(&[tag, first]) = bytes.get(at..).and_then(<[u8]>::first_chunk) else {
        return Err(Broken {
            damage: Damage::Truncated,
            at,
        });
    };
    if first < 0x80 {
        return Ok((tag, at + 2, usize::from(first)));
    }
    long_form(bytes, at, first).map(|(from, length)| (tag, from, length))
}

/// A length in the long form (X.690 §8.1.3.5), of one to four octets.
fn long_form(bytes: &[u8], at: usize, first: u8) -> Result<(usize, usize), Broken> {
    let broken = |damage| Broken { damage, at };
    let octets = usize::from(first & 0x7f);
    if !(1..=4).contains(&octets) {
        return Err(broken(Damage::LengthForm));
    }
    let from = at + 2 + octets;
    let length = bytes
        .get(at + 2..from)
        .ok_or(broken(Damage::Truncated))?
        .iter()
        .fold(0, |length, &octet| length << 8 | usize::from(octet));
    Ok((from, length))
}

/// Tag and length as DER writes them, in at most six octets; the contents follow.
pub(crate) fn encode_header(tag: u8, length: usize) -> Header {
    let octets = (length as u32).to_be_bytes();
    let skip = octets.iter().take_while(|&&octet| octet == 0).count();
    let mut header = Header {
        bytes: [tag, length as u8, 0, 0, 0, 0],
        len: 2,
    };
    if length >= 0x80 {
        header.bytes[1] = 0x80 | (4 - skip) as u8;
        header.bytes[2..6 - skip].copy_from_slice(&octets[skip..]);
        header.len = 6 - skip;
    }
    header
}

/// What [`encode_header`] writes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header {
    bytes: [u8; 6],
    len: usize,
}

impl AsRef<[u8]> for Header {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The elements as `tag:length`, or what broke where.
    fn read(bytes: &[u8]) -> String {
        let mut reader = Reader::new(bytes);
        let mut said = vec![];
        while !reader.is_done() {
            match reader.any() {
                Ok(element) => {
                    said.push(format!(
                        "{:02x}:{}",
                        element.tag,
                        element.contents(bytes).len()
                    ));
                }
                Err(broken) => {
                    said.push(format!("! {} {}", broken.damage.id(), broken.at));
                    break;
                }
            }
        }
        said.join(" ")
    }

    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(read(bytes), expected);
    }

    #[test]
    fn elements() {
        check(&[0x02, 1, 7, 0x05, 0], "02:1 05:0");
        check(&[0x04, 0x81, 2, 9, 9], "04:2");
        check(&[0x04, 0x84, 0, 0, 0, 1, 9], "04:1");
        check(&[0x05, 0x81, 0], "05:0");
    }

    #[test]
    fn damage() {
        check(&[0x02], "! truncated 0");
        check(&[0x05, 0, 0x02, 2, 7], "05:0 ! truncated 2");
        check(&[0x04, 0x82, 1], "! truncated 0");
        check(&[0x30, 0x80, 0, 0], "! length-form 0");
        check(&[0x04, 0x85, 0, 0, 0, 0, 1, 9], "! length-form 0");
        check(&[0x04, 0x84, 0xff, 0xff, 0xff, 0xff], "! truncated 0");
    }

    #[test]
    fn what_is_written_reads_back() {
        for length in [0, 1, 127, 128, 255, 256, 65_535, 65_536, 1 << 24] {
            let header = encode_header(tag::SEQUENCE, length);
            let read = super::header(header.as_ref(), 0);
            assert_eq!(read, Ok((tag::SEQUENCE, header.as_ref().len(), length)));
        }
    }
}
