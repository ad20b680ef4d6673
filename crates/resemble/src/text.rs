//! A name as the sieve reads it: letters and digits only, folded, with the seams remembered.
//!
//! Hyphens and dots are dropped, so that `en-marche`, `enmarche` and `en.marche` read alike; where
//! they stood is kept as a seam, so that `fes-webmail` and `professor` do not. The public suffix is
//! left out: under which suffix a name stands is judged apart.

use names::{NameRef, Split};

/// Letters and digits that one name can come to: 253 octets, of which an IDN may look like three each.
const CAPACITY: usize = 768;

/// Zeros kept before and after the codes, so that four of them can be read at any place.
const MARGIN: usize = 4;

/// A hyphen, a dot or the start of the name lies before this position.
pub(crate) const SEAM: u8 = 1;
/// A dot or the start of the name lies before this position.
pub(crate) const DOT: u8 = 2;

/// The 5-bit code of a character that is neither letter nor digit, nor looks like one.
pub(crate) const OTHER: u8 = 0;

/// Five-bit codes: look-alike digits share the code of their letter, `i` that of `l`.
const CODES: [u8; 256] = codes();

const fn codes() -> [u8; 256] {
    let mut table = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'i' | b'l' | b'1' => 9,
            letter @ b'a'..=b'k' => letter - b'a' + 1,
            letter @ b'm'..=b'z' => letter - b'a',
            b'2' => 26,
            b'6' => 27,
            b'7' => 28,
            b'8' => 29,
            b'9' => 30,
            _ => OTHER,
        };
        byte += 1;
    }
    table[b'0' as usize] = table[b'o' as usize];
    table[b'3' as usize] = table[b'e' as usize];
    table[b'4' as usize] = table[b'a' as usize];
    table[b'5' as usize] = table[b's' as usize];
    table
}

/// Whether `end` is the end of a label rather than just after its dot.
fn ends_with_label(name: &[u8], end: usize) -> bool {
    end > 0 && name[end - 1] != b'.'
}

/// The code of an ASCII letter or digit.
#[inline]
pub(crate) fn code(byte: u8) -> u8 {
    CODES[byte as usize]
}

/// One name, taken apart; reused from name to name.
pub(crate) struct Text {
    len: usize,
    letters: [u8; CAPACITY],
    codes: [u8; MARGIN + CAPACITY + MARGIN],
    seams: [u8; CAPACITY + 1],
    at: [u8; CAPACITY],
    digits: bool,
    registrable: usize,
    unicode: String,
}

impl Default for Text {
    fn default() -> Self {
        Self {
            len: 0,
            letters: [0; CAPACITY],
            codes: [0; MARGIN + CAPACITY + MARGIN],
            seams: [0; CAPACITY + 1],
            at: [0; CAPACITY],
            digits: false,
            registrable: 0,
            unicode: String::new(),
        }
    }
}

impl Text {
    /// Reads `name`; what was read before is forgotten.
    #[inline]
    pub(crate) fn read(&mut self, name: NameRef<'_>, split: Split) {
        let text = name.as_str();
        // A name that is itself a public suffix (`gov.pl`) has all but its last label read.
        let (start, end) = match split.registrable {
            Some(start) => (start, split.suffix),
            None => (0, text.rfind('.').unwrap_or(0)),
        };
        self.len = 0;
        self.digits = false;
        self.registrable = 0;
        if name.is_idn() {
            self.read_idn(name, start, end);
        } else {
            self.read_ascii(text.as_bytes(), start, end);
        }
        self.seams[self.len] = SEAM | DOT;
        self.codes[MARGIN + self.len..][..MARGIN].fill(0);
    }

    #[inline]
    fn read_ascii(&mut self, text: &[u8], registrable: usize, end: usize) {
        let mut len = 0;
        let mut digits = false;
        let mut seam = SEAM | DOT;
        for (at, &byte) in text[..end].iter().enumerate() {
            if at == registrable {
                self.registrable = len;
            }
            match byte {
                b'-' | b'_' => seam |= SEAM,
                b'.' => seam |= SEAM | DOT,
                _ => {
                    let code = code(byte);
                    self.letters[len] = byte;
                    self.codes[MARGIN + len] = code;
                    self.seams[len] = seam;
                    digits |= byte.is_ascii_digit();
                    seam = 0;
                    len += 1;
                }
            }
        }
        self.len = len;
        self.digits = digits;
    }

    /// Finds the character behind each letter, for [`Self::character`]; an IDN has them found already.
    pub(crate) fn locate(&mut self, name: NameRef<'_>) {
        if name.is_idn() {
            return;
        }
        let letters = name
            .as_str()
            .bytes()
            .enumerate()
            .filter(|(_, byte)| !matches!(byte, b'-' | b'_' | b'.'));
        for (place, (at, _)) in self.at[..self.len].iter_mut().zip(letters) {
            *place = at as u8;
        }
    }

    #[cold]
    fn read_idn(&mut self, name: NameRef<'_>, registrable: usize, end: usize) {
        self.unicode.clear();
        self.unicode.push_str(&name.to_owned().to_unicode());
        // The same labels stand before the suffix in both forms.
        let ascii = name.as_str().as_bytes();
        let count = |end: usize| name.as_str()[..end].matches('.').count();
        let host_labels = count(registrable);
        let labels = count(end) + usize::from(ends_with_label(ascii, end));
        let unicode = std::mem::take(&mut self.unicode);
        let mut seam = SEAM | DOT;
        let mut label = 0;
        for (at, c) in unicode.chars().enumerate() {
            match c {
                '.' => {
                    seam |= SEAM | DOT;
                    label += 1;
                    if label == labels {
                        break;
                    }
                    if label == host_labels {
                        self.registrable = self.len;
                    }
                }
                '-' | '_' => seam |= SEAM,
                _ if c.is_ascii() => self.push(c as u8, &mut seam, at),
                _ => match names::ascii_look(c) {
                    Some(look) => look.bytes().for_each(|byte| self.push(byte, &mut seam, at)),
                    None => self.push(b'?', &mut seam, at),
                },
            }
        }
        self.unicode = unicode;
    }

    fn push(&mut self, byte: u8, seam: &mut u8, at: usize) {
        if self.len == CAPACITY {
            return;
        }
        let code = code(byte);
        self.letters[self.len] = byte;
        self.codes[MARGIN + self.len] = code;
        self.seams[self.len] = *seam;
        self.at[self.len] = at.min(255) as u8;
        self.digits |= byte.is_ascii_digit();
        *seam = 0;
        self.len += 1;
    }

    /// Letters and digits as they look in ASCII.
    #[inline]
    pub(crate) fn letters(&self) -> &[u8] {
        &self.letters[..self.len]
    }

    /// The same, as 5-bit codes.
    #[inline]
    pub(crate) fn codes(&self) -> &[u8] {
        &self.codes[MARGIN..MARGIN + self.len]
    }

    /// Four codes from `at` on, the first in the lowest byte; zeros beyond the end.
    #[inline]
    pub(crate) fn after(&self, at: usize) -> u32 {
        let bytes = self.codes[MARGIN + at..]
            .first_chunk()
            .expect("the margin has four codes");
        u32::from_le_bytes(*bytes)
    }

    /// Four codes before `at`, the nearest in the lowest byte; zeros beyond the start.
    #[inline]
    pub(crate) fn before(&self, at: usize) -> u32 {
        let bytes = self.codes[at..]
            .first_chunk()
            .expect("the margin has four codes");
        u32::from_be_bytes(*bytes)
    }

    /// Whether a digit occurs.
    #[inline]
    pub(crate) fn has_digits(&self) -> bool {
        self.digits
    }

    /// Where the registrable domain's own label starts.
    #[inline]
    pub(crate) fn registrable(&self) -> usize {
        self.registrable
    }

    /// Whether a seam lies before position `at` (0 to the length).
    #[inline]
    pub(crate) fn seam(&self, at: usize) -> bool {
        self.seams[at] & SEAM != 0
    }

    /// Whether a dot, or an end of the text, lies before position `at` (0 to the length).
    #[inline]
    pub(crate) fn dot(&self, at: usize) -> bool {
        self.seams[at] & DOT != 0
    }

    /// The seams themselves, one longer than the text.
    #[inline]
    pub(crate) fn seams(&self) -> &[u8] {
        &self.seams[..=self.len]
    }

    /// The character of the Unicode form that the letter at `at` comes from.
    pub(crate) fn character(&self, at: usize) -> u32 {
        u32::from(self.at[at])
    }

    /// The first letter that comes from the character at `character` or one after it.
    pub(crate) fn letter(&self, character: u32) -> Option<usize> {
        let at = self.at[..self.len].partition_point(|&at| u32::from(at) < character);
        (at < self.len).then_some(at)
    }

    /// The Unicode form when the name last read was an IDN.
    pub(crate) fn unicode(&self) -> &str {
        &self.unicode
    }
}
