//! Signed notes (C2SP signed-note): text, and who signed it.

use crate::base64;
use crate::fault::{CtFault, Part};
use crate::hash::sha256;

/// What a note may hold, in bytes: 16 signatures of the longest kind fit more than once.
pub const MAX_NOTE_BYTES: usize = 128 * 1024;

/// How many signatures a note may have; the specification asks for 16 or more.
pub const MAX_SIGNATURES: usize = 64;

/// A note, taken apart. That is says nothing about its signatures: see [`Signature`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note<'a> {
    /// What is signed, with its last line end and without the empty line that follows. Not to be believed before a
    /// signature has been verified.
    pub text: &'a str,
    /// The signature lines, in order; at least one.
    pub signatures: Vec<Signature<'a>>,
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature<'a> {
    /// The name of the key; not empty, without spaces and `+`.
    pub name: &'a str,
    /// The id of the key, with the name: which key, and which kind of signature.
    pub key_id: KeyId,
    /// The signature itself; its form is up to the kind of key.
    pub bytes: Vec<u8>,
}

/// Four octets that tell keys of one name apart. Too short to identify a key by itself.
pub type KeyId = [u8; 4];

/// The kinds of keys that certificate transparency meets (C2SP signed-note, "Signature types").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum KeyKind {
    /// A witness's timestamped Ed25519 cosignature (C2SP tlog-cosignature).
    Cosignature = 4,
    /// A log's `TreeHeadSignature` (C2SP static-ct-api).
    TreeHead = 5,
}

impl<'a> Note<'a> {
    /// Takes a note apart, strictly: a line that is no signature line makes the whole no note.
    ///
    /// # Errors
    ///
    /// [`CtFault::PeerOversized`] beyond [`MAX_NOTE_BYTES`] or [`MAX_SIGNATURES`], else [`CtFault::PeerMalformed`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, CtFault> {
        if bytes.len() > MAX_NOTE_BYTES {
            return Err(oversized(bytes.len(), MAX_NOTE_BYTES));
        }
        let note = std::str::from_utf8(bytes).map_err(|_| malformed("it is not UTF-8"))?;
        if note.bytes().any(|byte| byte < b' ' && byte != b'\n') {
            return Err(malformed("it has control characters"));
        }
        let gap = note
            .rfind("\n\n")
            .ok_or(malformed("it has no empty line before signatures"))?;
        let (text, lines) = (&note[..=gap], &note[gap + 2..]);
        let lines = lines
            .strip_suffix('\n')
            .ok_or(malformed("it does not end in a signature line"))?;
        let count = lines.split('\n').count();
        if count > MAX_SIGNATURES {
            return Err(oversized(count, MAX_SIGNATURES));
        }
        let signatures = lines
            .split('\n')
            .map(|line| {
                Signature::parse(line)
                    .ok_or(malformed("a line after the text is no signature line"))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { text, signatures })
    }

    /// The signatures by keys of that name and id. All others are to be ignored; all of these have to hold.
    pub fn signatures_by(&self, name: &str, key_id: KeyId) -> impl Iterator<Item = &Signature<'a>> {
        let of_key =
            move |signature: &&Signature<'_>| signature.name == name && signature.key_id == key_id;
        self.signatures.iter().filter(of_key)
    }
}

impl<'a> Signature<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (name, encoded) = line.strip_prefix("— ")?.split_once(' ')?;
        if !is_key_name(name) {
            return None;
        }
        let decoded = base64::decode(encoded)?;
        let (&key_id, bytes) = decoded.split_first_chunk()?;
        Some(Self {
            name,
            key_id,
            bytes: bytes.to_vec(),
        })
    }
}

/// Whether a key may have this name.
pub(crate) fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+')
}

/// The id that a key should have: the beginning of a digest of its name, its kind, and the key.
pub fn key_id(name: &str, kind: KeyKind, key: &[u8]) -> KeyId {
    let [a, b, c, d, ..] = sha256(&[name.as_bytes(), b"\n", &[kind as u8], key].concat());
    [a, b, c, d]
}

/// Writes a signature line, with its line end. A note is its text, an empty line, and such lines.
pub fn signature_line(name: &str, key_id: KeyId, signature: &[u8]) -> String {
    format!(
        "— {name} {}\n",
        base64::encode(&[&key_id, signature].concat())
    )
}

fn malformed(why: &'static str) -> CtFault {
    CtFault::PeerMalformed {
        part: Part::Note,
        why,
    }
}

fn oversized(size: usize, limit: usize) -> CtFault {
    CtFault::PeerOversized {
        part: Part::Note,
        size: size as u64,
        limit: limit as u64,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LINE: &str = "— log.example/a AQIDBA==\n";

    #[track_caller]
    fn check(note: &str, want: &str) {
        let got = match Note::parse(note.as_bytes()) {
            Ok(note) => note
                .signatures
                .iter()
                .map(|line| format!("{}:{:?}:{}", line.name, line.key_id, line.bytes.len()))
                .fold(format!("{:?}", note.text), |told, line| told + " " + &line),
            Err(fault) => fault.to_string(),
        };
        assert_eq!(got, want, "{note:?}");
    }

    #[test]
    fn taken_apart() {
        check(
            &format!("a\n\n{LINE}"),
            r#""a\n" log.example/a:[1, 2, 3, 4]:0"#,
        );
        check(
            &format!("a\n\nb\n\n{LINE}— w AQIDBAU=\n"),
            r#""a\n\nb\n" log.example/a:[1, 2, 3, 4]:0 w:[1, 2, 3, 4]:1"#,
        );
        check(
            &format!("\n\n{LINE}"),
            r#""\n" log.example/a:[1, 2, 3, 4]:0"#,
        );
    }

    #[test]
    fn no_notes() {
        let malformed = |why: &str| format!("the signed note is malformed: {why}");
        let (gap, end) = (
            "it has no empty line before signatures",
            "it does not end in a signature line",
        );
        let line = "a line after the text is no signature line";
        check("", &malformed(gap));
        check("a\n", &malformed(gap));
        check(LINE, &malformed(gap));
        check("a\n\n", &malformed(end));
        check(&format!("a\n\n{}", LINE.trim_end()), &malformed(end));
        check(&format!("a\n\n{LINE}\n"), &malformed(end));
        check(&format!("a\n\n{LINE}b\n"), &malformed(line));
        check("a\n\n- w AQIDBA==\n", &malformed(line));
        check("a\n\n— w AQID\n", &malformed(line));
        check("a\n\n— w AQIDBA\n", &malformed(line));
        check("a\n\n— w  AQIDBA==\n", &malformed(line));
        check("a\n\n—  AQIDBA==\n", &malformed(line));
        check("a\n\n— w+1 AQIDBA==\n", &malformed(line));
        check("a\n\n— w\u{a0}1 AQIDBA==\n", &malformed(line));
        check(
            &format!("a\r\n\n{LINE}"),
            &malformed("it has control characters"),
        );
        let fault = Note::parse(b"\xff\n\n").unwrap_err().to_string();
        assert_eq!(fault, malformed("it is not UTF-8"));
    }

    #[test]
    fn bounds() {
        check(
            &format!("a\n\n{}", LINE.repeat(65)),
            "the signed note holds 65, more than 64",
        );
        let many = format!("a\n\n{}", LINE.repeat(64));
        assert_eq!(Note::parse(many.as_bytes()).unwrap().signatures.len(), 64);
        let fill = MAX_NOTE_BYTES - 2 - LINE.len();
        let parse = |fill| Note::parse(format!("{}\n\n{LINE}", "a".repeat(fill)).as_bytes()).err();
        assert_eq!(parse(fill), None);
        assert_eq!(
            parse(fill + 1),
            Some(oversized(MAX_NOTE_BYTES + 1, MAX_NOTE_BYTES))
        );
    }

    #[test]
    fn of_one_key() {
        let note = format!("a\n\n{LINE}— log.example/b AQIDBAU=\n— log.example/a AQIDBQU=\n{LINE}");
        let note = Note::parse(note.as_bytes()).unwrap();
        assert_eq!(note.signatures_by("log.example/a", [1, 2, 3, 4]).count(), 2);
        assert_eq!(note.signatures_by("log.example/c", [1, 2, 3, 4]).count(), 0);
    }

    proptest! {
        #[test]
        fn write_then_parse(text in "[a-z é\n]{0,40}", name in "[a-zé/.]{1,20}", id: [u8; 4], bytes: Vec<u8>) {
            let note = format!("{text}\n\n{}", signature_line(&name, id, &bytes));
            let note = Note::parse(note.as_bytes()).unwrap();
            prop_assert_eq!(note.text, format!("{text}\n"));
            prop_assert_eq!(note.signatures, [Signature { name: &name, key_id: id, bytes }]);
        }
    }
}
