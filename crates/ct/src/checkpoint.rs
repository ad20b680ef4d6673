//! Checkpoints of logs (C2SP tlog-checkpoint), as certificate transparency signs them (C2SP static-ct-api,
//! "Checkpoints").

use crate::fault::{CtFault, Part};
use crate::key::{LogId, LogKey};
use crate::note::{self, KeyId, KeyKind, Note};
use crate::rfc6962::tree_head_signature_input;
use crate::{Hash, MAX_TREE_SIZE, TreeHead, base64};

/// A checkpoint, read but not verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint<'a> {
    /// Which log, it says: the submission URL without scheme and last slash. Not covered by the log's signature.
    pub origin: &'a str,
    /// The entries of the tree, 0 to [`MAX_TREE_SIZE`].
    pub size: u64,
    /// The root of the tree.
    pub root: Hash,
    /// How many lines follow these three. Certificate transparency has none.
    pub extension_lines: usize,
    /// The note that it came in.
    pub note: Note<'a>,
}

impl<'a> Checkpoint<'a> {
    /// Reads a checkpoint of any transparency log.
    ///
    /// # Errors
    ///
    /// As [`Note::parse`], and [`CtFault::PeerMalformed`] when the text is not origin, size and root.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, CtFault> {
        let note = Note::parse(bytes)?;
        let text = note
            .text
            .strip_suffix('\n')
            .ok_or(malformed("its text has no line end"))?;
        let mut lines = text.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next())
        else {
            return Err(malformed("it has fewer than three lines"));
        };
        if origin.is_empty() || lines.clone().any(str::is_empty) {
            return Err(malformed("it has an empty line"));
        }
        Ok(Self {
            origin,
            size: decimal(size)
                .filter(|&size| size <= MAX_TREE_SIZE)
                .ok_or(malformed("its size is no number of entries"))?,
            root: base64::decode_hash(root).ok_or(malformed("its root is no hash"))?,
            extension_lines: lines.count(),
            note,
        })
    }

    /// Checks that this is the checkpoint of the log `origin` and signed by its key, and only that: whether the tree
    /// grew as it should is for [`proof`](crate::proof) to say. The origin is that of
    /// [`ListedLog::origin`](crate::log_list::ListedLog::origin).
    ///
    /// Of several signatures by the key, all have to hold, and the latest time counts.
    ///
    /// # Errors
    ///
    /// [`CtFault::PeerOtherOrigin`], [`CtFault::PeerUnsigned`] or [`CtFault::PeerBadSignature`];
    /// [`CtFault::PeerMalformed`] when there are extension lines, which such a signature does not cover, or when it is
    /// no signature at all.
    pub fn verify(&self, origin: &str, key: &LogKey) -> Result<TreeHead, CtFault> {
        if self.origin != origin {
            return Err(CtFault::PeerOtherOrigin);
        }
        if self.extension_lines != 0 {
            return Err(malformed("it has lines that the signature does not cover"));
        }
        let mut latest = None;
        for signature in self.note.signatures_by(origin, key_id(origin, key.id())) {
            let (&time, signed) = signature
                .bytes
                .split_first_chunk()
                .ok_or(malformed("its signature has no time"))?;
            let timestamp_ms = u64::from_be_bytes(time);
            let message = tree_head_signature_input(timestamp_ms, self.size, &self.root);
            key.verify(&message, signed, Part::Checkpoint)?;
            latest = latest.max(Some(timestamp_ms));
        }
        let timestamp_ms = latest.ok_or(CtFault::PeerUnsigned {
            part: Part::Checkpoint,
        })?;
        Ok(TreeHead {
            size: self.size,
            root: self.root,
            timestamp_ms,
        })
    }
}

/// The origin of the log with this submission URL: without scheme and last slashes (C2SP static-ct-api).
pub fn origin(submission_url: &str) -> &str {
    let rest = submission_url
        .split_once("://")
        .map_or(submission_url, |(_, rest)| rest);
    rest.trim_end_matches('/')
}

/// The id in signature lines of the log with this origin.
pub fn key_id(origin: &str, log: LogId) -> KeyId {
    note::key_id(origin, KeyKind::TreeHead, &log.0)
}

/// Writes the text of a checkpoint, the part that is signed.
pub fn body(origin: &str, size: u64, root: &Hash) -> String {
    format!("{origin}\n{size}\n{}\n", base64::encode(root))
}

/// Writes a checkpoint that a log signed: `digitally_signed` covers
/// [`tree_head_signature_input`] of this head. Further signature lines may be appended.
pub fn write(origin: &str, log: LogId, head: &TreeHead, digitally_signed: &[u8]) -> String {
    let signature = [&head.timestamp_ms.to_be_bytes(), digitally_signed].concat();
    let line = note::signature_line(origin, key_id(origin, log), &signature);
    format!("{}\n{line}", body(origin, head.size, &head.root))
}

/// A number as the specifications write it: digits alone, and no needless zero before them.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let shortest = text == "0" || !text.starts_with('0');
    text.parse().ok().filter(|_| plain && shortest)
}

fn malformed(why: &'static str) -> CtFault {
    CtFault::PeerMalformed {
        part: Part::Checkpoint,
        why,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::key::tests::Signer;

    const ORIGIN: &str = "log.example/2026h1";

    /// A checkpoint as a log signs it.
    pub(crate) fn signed(signer: &Signer, timestamp_ms: u64) -> String {
        let head = TreeHead {
            size: 1000,
            root: [7; 32],
            timestamp_ms,
        };
        let message = tree_head_signature_input(timestamp_ms, head.size, &head.root);
        write(ORIGIN, signer.key.id(), &head, &signer.sign(&message))
    }

    #[track_caller]
    fn check(change: impl FnOnce(String, &Signer) -> String, want: Result<u64, &str>) {
        let signer = Signer::new();
        let text = change(signed(&signer, 1_700_000_000_000), &signer);
        let head =
            Checkpoint::parse(text.as_bytes()).and_then(|read| read.verify(ORIGIN, &signer.key));
        let got = head
            .as_ref()
            .map(|head| head.timestamp_ms)
            .map_err(ToString::to_string);
        assert_eq!(got, want.map_err(str::to_owned), "{text}");
    }

    #[test]
    fn a_good_one() {
        check(|text, _| text, Ok(1_700_000_000_000));
    }

    #[test]
    fn other_signatures_do_not_matter() {
        let other = Signer::new();
        let foreign = signed(&other, 5).rsplit_once("\n\n").unwrap().1.to_owned();
        check(|text, _| text + &foreign, Ok(1_700_000_000_000));
        check(
            |text, _| text.replace("\n\n", &format!("\n\n{foreign}")),
            Ok(1_700_000_000_000),
        );
        check(
            |text, _| text + "— witness.example AQIDBAUG\n",
            Ok(1_700_000_000_000),
        );
        check(
            |text, _| text.replace("— log", "— fog"),
            Err("the checkpoint is not signed by the key of the log"),
        );
        check(
            |_, _| signed(&other, 5),
            Err("the checkpoint is not signed by the key of the log"),
        );
    }

    #[test]
    fn the_latest_time_counts_and_all_have_to_hold() {
        let line = |signer: &Signer, time| {
            signed(signer, time)
                .rsplit_once("\n\n")
                .unwrap()
                .1
                .to_owned()
        };
        check(
            |text, signer| text + &line(signer, 1_700_000_000_500),
            Ok(1_700_000_000_500),
        );
        check(
            |text, signer| text + &line(signer, 5),
            Ok(1_700_000_000_000),
        );
        check(
            |text, signer| {
                text + &note::signature_line(ORIGIN, key_id(ORIGIN, signer.key.id()), &[0; 20])
            },
            Err("the checkpoint is malformed: its signature is no digitally-signed struct"),
        );
    }

    #[test]
    fn what_is_signed() {
        let bad = Err("the signature of the checkpoint does not verify");
        check(|text, _| text.replace("\n1000\n", "\n1001\n"), bad);
        check(|text, _| text.replacen("\nBwcH", "\nBwcI", 1), bad);
        // The origin is not, but the key's name in the signature line has to be the same.
        check(
            |text, _| text.replace(ORIGIN, "log.example/2026h2"),
            Err("a checkpoint is of another log than the one asked for"),
        );
        check(
            |text, _| text.replace("\n\n", "\nextension\n\n"),
            Err("the checkpoint is malformed: it has lines that the signature does not cover"),
        );
    }

    #[track_caller]
    fn check_text(text: &str, why: &str) {
        let note = format!("{text}\n— a AQIDBA==\n");
        let fault = Checkpoint::parse(note.as_bytes()).unwrap_err().to_string();
        assert_eq!(
            fault,
            format!("the checkpoint is malformed: {why}"),
            "{note}"
        );
    }

    #[test]
    fn texts_that_are_none() {
        let root = base64::encode(&[0; 32]);
        let size = "its size is no number of entries";
        check_text("a\n1\n", "it has fewer than three lines");
        check_text(&format!("\n1\n{root}\n"), "it has an empty line");
        check_text(&format!("a\n1\n{root}\n\nb\n"), "it has an empty line");
        check_text(&format!("a\n\n{root}\n"), size);
        check_text(&format!("a\n01\n{root}\n"), size);
        check_text(&format!("a\n-1\n{root}\n"), size);
        check_text(&format!("a\n+1\n{root}\n"), size);
        check_text(&format!("a\n9223372036854775808\n{root}\n"), size);
        check_text(&format!("a\n99999999999999999999\n{root}\n"), size);
        check_text("a\n1\nAAAA\n", "its root is no hash");
        check_text(&format!("a\n1\n{root}=\n"), "its root is no hash");
    }

    #[test]
    fn the_empty_tree() {
        let text = format!("a\n0\n{}\n— a AQIDBA==\n", base64::encode(&[0; 32]));
        assert!(
            Checkpoint::parse(text.as_bytes()).is_err(),
            "no empty line before the signature"
        );
        let text = text.replace("\n—", "\n\n—");
        assert_eq!(Checkpoint::parse(text.as_bytes()).unwrap().size, 0);
    }

    #[test]
    fn origins() {
        assert_eq!(
            origin("https://rome.ct.example/2024h1/"),
            "rome.ct.example/2024h1"
        );
        assert_eq!(origin("http://127.0.0.1:8080//"), "127.0.0.1:8080");
        assert_eq!(origin("rome.ct.example/2024h1"), "rome.ct.example/2024h1");
        assert_eq!(origin("https://"), "");
    }
}
