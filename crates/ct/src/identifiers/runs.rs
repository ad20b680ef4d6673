//! Text out of raw bytes, for whoever has to know whether a guarded term is in them.

use super::spelling::is_host_letter;

/// The shortest run that is told, and the longest, in letters.
const SHORTEST: usize = 4;
const LONGEST: usize = 253;
/// How much of a longer run the next piece repeats: a label (RFC 1035 §2.3.4).
const OVERLAP: usize = 63;

/// Tells each run of 4 to 253 letters, digits, hyphens, underscores and dots, in order.
///
/// One NUL between two of them is passed over, so UTF-16 and names broken up by NULs are found. A longer run is
/// told in pieces of 253, each of which begins with the last 63 letters of the one before.
///
/// This is for certificates that [`identifiers`](super::identifiers) calls broken: what is told need be no name.
pub fn printable_runs(raw: &[u8], mut tell: impl FnMut(&[u8])) {
    let mut run = Run {
        letters: [0; LONGEST],
        len: 0,
        told: 0,
    };
    for (at, &byte) in raw.iter().enumerate() {
        let joins = byte == 0 && raw.get(at + 1).is_some_and(|&next| is_host_letter(next));
        if is_host_letter(byte) {
            run.push(byte, &mut tell);
        } else if !joins {
            run.end(&mut tell);
        }
    }
    run.end(&mut tell);
}

struct Run {
    letters: [u8; LONGEST],
    len: usize,
    /// Letters in front that were told already.
    told: usize,
}

impl Run {
    fn push(&mut self, letter: u8, tell: &mut impl FnMut(&[u8])) {
        if self.len == LONGEST {
            tell(&self.letters);
            self.letters.copy_within(LONGEST - OVERLAP.., 0);
            self.len = OVERLAP;
            self.told = OVERLAP;
        }
        self.letters[self.len] = letter;
        self.len += 1;
    }

    fn end(&mut self, tell: &mut impl FnMut(&[u8])) {
        if self.len >= SHORTEST && self.len > self.told {
            tell(&self.letters[..self.len]);
        }
        self.len = 0;
        self.told = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: impl AsRef<[u8]>, expected: &[&str]) {
        let mut told = vec![];
        printable_runs(raw.as_ref(), |run| {
            told.push(String::from_utf8_lossy(run).into_owned());
        });
        assert_eq!(told, expected);
    }

    #[test]
    fn runs() {
        check("", &[]);
        check("abc", &[]);
        check("abcd", &["abcd"]);
        check("\u{1}shop.example\u{82}\u{b}x y", &["shop.example"]);
        check("one1/two2", &["one1", "two2"]);
    }

    #[test]
    fn nul_between_letters() {
        check("\0s\0h\0o\0p\0.\0e\0x", &["shop.ex"]);
        check("s\0h\0o\0p\0", &["shop"]);
        check("shop\0\0name", &["shop", "name"]);
    }

    #[test]
    fn long_runs_overlap_by_a_label() {
        let letters: String = ('a'..='z').cycle().take(300).collect();
        check(&letters[..253], &[&letters[..253]]);
        check(&letters, &[&letters[..253], &letters[190..]]);
    }
}
