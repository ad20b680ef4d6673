//! Pages of entries (RFC 6962 §4.6), and how leaf and extra data are laid out (§3.1, §3.4).

use std::borrow::Cow;

use serde::Deserialize;

use crate::entry::{Chain, Entry, EntryKind, LEAF_HEADER};
use crate::fault::{self, CtFault, Part};
use crate::frame::{self, Frame};
use crate::{Hash, base64, leaf_hash};

/// The answer to `get-entries`, still in base 64.
#[derive(Debug, Deserialize)]
pub struct Page<'a> {
    /// The entries, from the one asked for on.
    #[serde(borrow)]
    pub entries: Vec<RawEntry<'a>>,
}

/// An entry in base 64, as JSON has it.
#[derive(Debug, Deserialize)]
pub struct RawEntry<'a> {
    #[serde(borrow)]
    leaf_input: Cow<'a, str>,
    #[serde(borrow)]
    extra_data: Cow<'a, str>,
}

/// An entry as bytes. Its leaf has a hash, whatever is in it; whether it can be read, [`LogEntry::entry`] tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogEntry<'b> {
    /// The `MerkleTreeLeaf`.
    pub leaf_input: &'b [u8],
    /// What belongs to it and is not covered by it.
    pub extra_data: &'b [u8],
}

impl<'a> Page<'a> {
    /// Reads a page of at most `asked` entries. A log may give fewer, but never none and never more.
    ///
    /// # Errors
    ///
    /// [`CtFault::PeerJson`], or [`CtFault::PeerWrongSize`] for none or more.
    pub fn parse(json: &'a [u8], asked: u64) -> Result<Self, CtFault> {
        let page: Self =
            serde_json::from_slice(json).map_err(|fault| fault::json(Part::Entries, &fault))?;
        let got = page.entries.len() as u64;
        if got == 0 || got > asked {
            return Err(CtFault::PeerWrongSize {
                part: Part::Entries,
                want: asked,
                got,
            });
        }
        Ok(page)
    }
}

impl RawEntry<'_> {
    /// Decodes the entry into `buffer`, whose contents it replaces: one buffer does for all.
    ///
    /// # Errors
    ///
    /// [`CtFault::PeerMalformed`] when it is not base 64. Then not even its hash is known, and the page is lost.
    pub fn decode<'b>(&self, buffer: &'b mut Vec<u8>) -> Result<LogEntry<'b>, CtFault> {
        let malformed = |why| CtFault::PeerMalformed {
            part: Part::Entries,
            why,
        };
        buffer.clear();
        base64::append(&self.leaf_input, buffer).ok_or(malformed("a leaf is not base 64"))?;
        let leaf = buffer.len();
        base64::append(&self.extra_data, buffer).ok_or(malformed("extra data is not base 64"))?;
        let (leaf_input, extra_data) = buffer.split_at(leaf);
        Ok(LogEntry {
            leaf_input,
            extra_data,
        })
    }
}

impl<'b> LogEntry<'b> {
    /// The hash of the leaf, also of one that cannot be read (RFC 6962 §2.1).
    pub fn leaf_hash(&self) -> Hash {
        leaf_hash(self.leaf_input)
    }

    /// Frames the entry. Extra data that cannot be read leaves `submitted` empty and the chain [`Chain::Broken`]: the
    /// names stand in the leaf.
    ///
    /// # Errors
    ///
    /// [`CtFault::PeerUnknownEntryType`], [`CtFault::PeerTruncated`], [`CtFault::PeerWrongSize`] or
    /// [`CtFault::PeerMalformed`]. They are about this entry alone.
    pub fn entry(&self) -> Result<Entry<'b>, CtFault> {
        let timestamped =
            self.leaf_input
                .strip_prefix(&LEAF_HEADER)
                .ok_or(CtFault::PeerMalformed {
                    part: Part::Leaf,
                    why: "it is not of version 1 and a timestamped entry",
                })?;
        let mut frame = Frame::new(timestamped, Part::Leaf);
        let mut entry = Entry::read(&mut frame)?;
        frame.finish()?;
        match read_extra_data(entry.kind, self.extra_data) {
            Some((submitted, chain)) => (entry.submitted, entry.chain) = (submitted, chain),
            None => entry.chain = Chain::Broken(self.extra_data),
        }
        Ok(entry)
    }
}

/// `PrecertChainEntry` or `ASN.1Cert certificate_chain<0..2^24-1>` (RFC 6962 §3.1).
fn read_extra_data(kind: EntryKind, bytes: &[u8]) -> Option<(Option<&[u8]>, Chain<'_>)> {
    let mut frame = Frame::new(bytes, Part::Entries);
    let submitted = match kind {
        EntryKind::Certificate => None,
        EntryKind::Precertificate => Some(frame.opaque24().ok()?),
    };
    let chain = frame.opaque24().ok()?;
    frame.finish().ok()?;
    Some((submitted, Chain::of_certificates(chain)))
}

/// Writes a `MerkleTreeLeaf` from a `TimestampedEntry`.
pub fn leaf_input(timestamped: &[u8]) -> Vec<u8> {
    [&LEAF_HEADER, timestamped].concat()
}

/// Writes the extra data of an entry: a precertificate's needs `submitted`, a certificate's has none.
///
/// # Errors
///
/// [`CtFault::PeerOversized`] for what the format has no room for.
pub fn extra_data<'c>(
    submitted: Option<&[u8]>,
    chain: impl IntoIterator<Item = &'c [u8]>,
) -> Result<Vec<u8>, CtFault> {
    let mut out = vec![];
    if let Some(submitted) = submitted {
        frame::push24(&mut out, submitted, Part::Entries)?;
    }
    let mut certificates = vec![];
    for certificate in chain {
        frame::push24(&mut certificates, certificate, Part::Entries)?;
    }
    frame::push24(&mut out, &certificates, Part::Entries)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::entry::tests::drafts;
    use crate::entry::{Covered, timestamped_entry};

    fn json(entries: &[(&[u8], &[u8])]) -> String {
        let entries: Vec<_> = entries
            .iter()
            .map(|(leaf, extra)| {
                serde_json::json!({ "leaf_input": base64::encode(leaf), "extra_data": base64::encode(extra) })
            })
            .collect();
        serde_json::json!({ "entries": entries }).to_string()
    }

    proptest! {
        /// What was written is read.
        #[test]
        fn write_then_read(draft in drafts(), escaped: bool) {
            let chain = draft.chain.iter().map(Vec::as_slice);
            let leaf = leaf_input(&draft.timestamped());
            let extra = extra_data(draft.submitted(), chain.clone()).unwrap();
            let mut json = json(&[(&leaf, &extra)]);
            if escaped {
                json = json.replace('/', "\\/").replace('=', "\\u003d");
            }
            let mut buffer = b"left over".to_vec();
            let page = Page::parse(json.as_bytes(), 1).unwrap();
            let read = page.entries[0].decode(&mut buffer).unwrap();
            let entry = read.entry().unwrap();
            prop_assert!(draft.is(&entry), "{:?} read as {:?}", draft, entry);
            prop_assert_eq!(read.leaf_hash(), entry.leaf_hash());
            prop_assert!(entry.chain.certificates().eq(chain));
        }

        /// Any leaf has a hash, and reading it does no harm.
        #[test]
        fn anything(leaf_input: Vec<u8>, extra_data: Vec<u8>, right: bool) {
            let leaf_input = if right { [&[0; 9][..], &[0, 0, 0], &leaf_input].concat() } else { leaf_input };
            let read = LogEntry { leaf_input: &leaf_input, extra_data: &extra_data };
            if let Ok(entry) = read.entry() {
                prop_assert_eq!(entry.leaf_hash(), read.leaf_hash());
            }
        }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut Vec<u8>), want: &str) {
        let mut leaf = leaf_input(&timestamped_entry(5, Covered::Certificate(b"a"), &[]).unwrap());
        change(&mut leaf);
        let read = LogEntry {
            leaf_input: &leaf,
            extra_data: &[0, 0, 0],
        };
        let told = read
            .entry()
            .map_or_else(|fault| fault.to_string(), |_| "good".to_owned());
        assert_eq!(told, want);
        assert_eq!(
            read.leaf_hash(),
            leaf_hash(&leaf),
            "also of a leaf that cannot be read"
        );
    }

    #[test]
    fn leaves() {
        let version = "the leaf is malformed: it is not of version 1 and a timestamped entry";
        check(|_| (), "good");
        check(|leaf| leaf[0] = 1, version);
        check(|leaf| leaf[1] = 1, version);
        check(Vec::clear, version);
        check(
            |leaf| leaf[10..12].fill(0xff),
            "an entry is of unknown type 65535",
        );
        check(|leaf| leaf.push(0), "the leaf holds 17 where 16 belong");
        check(
            |leaf| leaf.truncate(14),
            "the leaf ends at 12 bytes, before its lengths say",
        );
    }

    #[test]
    fn extra_data_that_is_none() {
        let hash = [3; 32];
        let covered = Covered::Precertificate {
            issuer_key_hash: &hash,
            tbs: b"tbs",
        };
        let leaf = leaf_input(&timestamped_entry(5, covered, &[]).unwrap());
        let good = extra_data(Some(b"pre"), [&b"issuer"[..]]).unwrap();
        for extra_data in [
            &good[..good.len() - 1],
            &good[..4],
            &[],
            &[&*good, &[0]].concat(),
        ] {
            let read = LogEntry {
                leaf_input: &leaf,
                extra_data,
            };
            let entry = read.entry().unwrap();
            assert_eq!((entry.covered, entry.submitted), (&b"tbs"[..], None));
            assert_eq!(entry.chain, Chain::Broken(extra_data));
        }
    }

    #[track_caller]
    fn check_page(json: &str, asked: u64, want: Result<usize, &str>) {
        let page = Page::parse(json.as_bytes(), asked).map(|page| page.entries.len());
        assert_eq!(
            page.map_err(|fault| fault.to_string()),
            want.map_err(str::to_owned),
            "{json}"
        );
    }

    #[test]
    fn pages() {
        let two = json(&[(b"a", b""), (b"b", b"")]);
        check_page(&two, 2, Ok(2));
        check_page(&two, 32, Ok(2));
        check_page(&two, 1, Err("the page of entries holds 2 where 1 belong"));
        check_page(
            &json(&[]),
            32,
            Err("the page of entries holds 0 where 32 belong"),
        );
        check_page(
            "{\"error\":\n\"slow down\"}",
            32,
            Err("the page of entries is malformed: no JSON of its form at line 2, column 12"),
        );
    }

    #[test]
    fn entries_that_are_no_base_64() {
        let json = r#"{"entries":[{"leaf_input":"*","extra_data":""},{"leaf_input":"","extra_data":"AA"}]}"#;
        for entry in Page::parse(json.as_bytes(), 2).unwrap().entries {
            assert_eq!(entry.decode(&mut vec![]).unwrap_err().id(), "broken-frame");
        }
    }
}
