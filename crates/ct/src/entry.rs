//! One entry of a log, framed but not copied: `TimestampedEntry` (RFC 6962 §3.4) and what is beside it.

use crate::fault::{CtFault, Part};
use crate::hash::leaf_hash_of;
use crate::{Hash, frame::Frame};

/// What stands before a `TimestampedEntry` in a `MerkleTreeLeaf`: version v1, leaf type `timestamped_entry`.
pub(crate) const LEAF_HEADER: [u8; 2] = [0, 0];

/// An entry of a log, pointing into the bytes that it was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The time of the log's promise (SCT), in milliseconds since the epoch.
    pub timestamp_ms: u64,
    /// What was submitted.
    pub kind: EntryKind,
    /// The DER that the leaf covers: the certificate, or the `TBSCertificate` of a precertificate without its poison.
    /// May be anything, and empty.
    pub covered: &'a [u8],
    /// SHA-256 of the issuer's public key; a precertificate has it.
    pub issuer_key_hash: Option<&'a Hash>,
    /// The `CtExtensions`, covered by the leaf (C2SP static-ct-api, "SCT Extension").
    pub extensions: &'a [u8],
    /// The index that the entry says it has in its log. `None` without that extension, or when the extensions are
    /// malformed.
    pub leaf_index: Option<u64>,
    /// The precertificate as submitted. **Not covered by the leaf**: whoever serves the entry may put here what he
    /// likes. `None` for certificates, and where there is none although there should be.
    pub submitted: Option<&'a [u8]>,
    /// The certificates above this one, not covered by the leaf either.
    pub chain: Chain<'a>,
    timestamped: &'a [u8],
}

/// What was submitted to the log (RFC 6962 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A certificate.
    Certificate,
    /// A precertificate: what an authority is about to issue.
    Precertificate,
}

/// The issuers of an entry, nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain<'a> {
    /// SHA-256 of each certificate, one after the other: 32 octets each (C2SP static-ct-api).
    Fingerprints(&'a [u8]),
    /// The certificates, each with its length in three octets (RFC 6962 §3.1); see [`Chain::certificates`].
    Certificates(&'a [u8]),
    /// The bytes that should be a chain and are none. The leaf is good all the same.
    Broken(&'a [u8]),
}

impl<'a> Entry<'a> {
    /// The hash of the leaf, whatever the certificate may be (RFC 6962 §2.1, §3.4).
    pub fn leaf_hash(&self) -> Hash {
        leaf_hash_of(&[&LEAF_HEADER, self.timestamped])
    }

    /// The `TimestampedEntry`, all that the leaf covers: to be written again in a page or a tile.
    pub fn timestamped(&self) -> &'a [u8] {
        self.timestamped
    }

    /// Reads a `TimestampedEntry` at the frame's place and leaves the frame after it. Chain and precertificate are
    /// the caller's to fill.
    #[inline]
    pub(crate) fn read(frame: &mut Frame<'a>) -> Result<Self, CtFault> {
        let from = frame.at();
        let timestamp_ms = u64::from_be_bytes(*frame.array()?);
        let (kind, issuer_key_hash) = match u16::from_be_bytes(*frame.array()?) {
            CERTIFICATE => (EntryKind::Certificate, None),
            PRECERTIFICATE => (EntryKind::Precertificate, Some(frame.array()?)),
            entry_type => return Err(CtFault::PeerUnknownEntryType { entry_type }),
        };
        let covered = frame.opaque24()?;
        let extensions = frame.opaque16()?;
        Ok(Self {
            timestamp_ms,
            kind,
            covered,
            issuer_key_hash,
            extensions,
            leaf_index: leaf_index(extensions),
            submitted: None,
            chain: Chain::Fingerprints(&[]),
            timestamped: frame.since(from),
        })
    }
}

const CERTIFICATE: u16 = 0;
const PRECERTIFICATE: u16 = 1;

/// The id of the extension `leaf_index`.
const LEAF_INDEX: u8 = 0;

/// The index that the extensions tell: 40 bits.
#[inline]
fn leaf_index(extensions: &[u8]) -> Option<u64> {
    if let &[LEAF_INDEX, 0, 5, a, b, c, d, e] = extensions {
        return Some(u64::from_be_bytes([0, 0, 0, a, b, c, d, e]));
    }
    let mut found = None;
    let mut frame = Frame::new(extensions, Part::Leaf);
    while !frame.is_empty() {
        let &[kind] = frame.array().ok()?;
        let data = frame.opaque16().ok()?;
        if kind == LEAF_INDEX {
            let &[a, b, c, d, e] = data else { return None };
            // An extension that stands twice says nothing.
            if found
                .replace(u64::from_be_bytes([0, 0, 0, a, b, c, d, e]))
                .is_some()
            {
                return None;
            }
        }
    }
    found
}

/// Writes the `CtExtensions` that say an entry's index. Of the index, 40 bits are kept.
pub fn leaf_index_extension(index: u64) -> [u8; 8] {
    let [_, _, _, a, b, c, d, e] = index.to_be_bytes();
    [LEAF_INDEX, 0, 5, a, b, c, d, e]
}

/// What a leaf is to cover, to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covered<'a> {
    /// A certificate in DER.
    Certificate(&'a [u8]),
    /// The `TBSCertificate` of a precertificate without its poison, and SHA-256 of the public key that will sign it.
    Precertificate {
        /// SHA-256 of the issuer's `SubjectPublicKeyInfo`.
        issuer_key_hash: &'a Hash,
        /// The `TBSCertificate` in DER.
        tbs: &'a [u8],
    },
}

/// Writes a `TimestampedEntry`.
///
/// # Errors
///
/// [`CtFault::PeerOversized`] for what the format has no room for: 16 MiB of DER, 64 KiB of extensions.
pub fn timestamped_entry(
    timestamp_ms: u64,
    covered: Covered<'_>,
    extensions: &[u8],
) -> Result<Vec<u8>, CtFault> {
    let mut out = timestamp_ms.to_be_bytes().to_vec();
    let der = match covered {
        Covered::Certificate(der) => {
            out.extend(CERTIFICATE.to_be_bytes());
            der
        }
        Covered::Precertificate {
            issuer_key_hash,
            tbs,
        } => {
            out.extend(PRECERTIFICATE.to_be_bytes());
            out.extend(issuer_key_hash);
            tbs
        }
    };
    crate::frame::push24(&mut out, der, Part::Leaf)?;
    crate::frame::push16(&mut out, extensions, Part::Leaf)?;
    Ok(out)
}

impl<'a> Chain<'a> {
    /// The certificates of a chain that has them; nothing for the other kinds.
    pub fn certificates(self) -> impl Iterator<Item = &'a [u8]> {
        let Self::Certificates(bytes) = self else {
            return Frame::new(&[], Part::Entries).all24();
        };
        Frame::new(bytes, Part::Entries).all24()
    }

    /// The fingerprints of a chain that has them; nothing for the other kinds.
    pub fn fingerprints(self) -> impl Iterator<Item = &'a Hash> {
        let Self::Fingerprints(bytes) = self else {
            return <[u8]>::as_chunks(&[]).0.iter();
        };
        bytes.as_chunks().0.iter()
    }

    /// What a tile has as a chain.
    pub(crate) fn of_fingerprints(bytes: &'a [u8]) -> Self {
        if bytes.len().is_multiple_of(size_of::<Hash>()) {
            Self::Fingerprints(bytes)
        } else {
            Self::Broken(bytes)
        }
    }

    /// What a page has as a chain: certificates that fill it exactly.
    pub(crate) fn of_certificates(bytes: &'a [u8]) -> Self {
        let mut frame = Frame::new(bytes, Part::Entries);
        while !frame.is_empty() {
            if frame.opaque24().is_err() {
                return Self::Broken(bytes);
            }
        }
        Self::Certificates(bytes)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Whatever can be written as an entry.
    #[derive(Debug, Clone)]
    pub(crate) struct Draft {
        timestamp_ms: u64,
        issuer_key_hash: Option<Hash>,
        covered: Vec<u8>,
        extensions: Vec<u8>,
        submitted: Vec<u8>,
        pub(crate) chain: Vec<Vec<u8>>,
    }

    pub(crate) fn drafts() -> impl Strategy<Value = Draft> {
        let bytes = || prop::collection::vec(any::<u8>(), 0..40);
        let chain = prop::collection::vec(bytes(), 0..4);
        (
            any::<u64>(),
            any::<Option<Hash>>(),
            bytes(),
            bytes(),
            bytes(),
            chain,
        )
            .prop_map(
                |(timestamp_ms, issuer_key_hash, covered, extensions, submitted, chain)| Draft {
                    timestamp_ms,
                    issuer_key_hash,
                    covered,
                    extensions,
                    submitted,
                    chain,
                },
            )
    }

    impl Draft {
        pub(crate) fn timestamped(&self) -> Vec<u8> {
            let covered = match &self.issuer_key_hash {
                None => Covered::Certificate(&self.covered),
                Some(issuer_key_hash) => Covered::Precertificate {
                    issuer_key_hash,
                    tbs: &self.covered,
                },
            };
            timestamped_entry(self.timestamp_ms, covered, &self.extensions).unwrap()
        }

        pub(crate) fn submitted(&self) -> Option<&[u8]> {
            self.issuer_key_hash.map(|_| &*self.submitted)
        }

        /// Whether this was read.
        pub(crate) fn is(&self, entry: &Entry<'_>) -> bool {
            let kind = match self.issuer_key_hash {
                None => EntryKind::Certificate,
                Some(_) => EntryKind::Precertificate,
            };
            let leaf = [&[0, 0, 0], &*self.timestamped()].concat();
            (entry.timestamp_ms, entry.kind) == (self.timestamp_ms, kind)
                && (entry.covered, entry.extensions) == (&self.covered, &self.extensions)
                && entry.issuer_key_hash == self.issuer_key_hash.as_ref()
                && entry.submitted == self.submitted()
                && entry.leaf_hash() == crate::hash::sha256(&leaf)
        }
    }

    #[track_caller]
    fn check(extensions: &[u8], want: Option<u64>) {
        let bytes = timestamped_entry(5, Covered::Certificate(b"x"), extensions).unwrap();
        let entry = Entry::read(&mut Frame::new(&bytes, Part::Leaf)).unwrap();
        assert_eq!(entry.leaf_index, want, "{extensions:x?}");
        assert_eq!(entry.extensions, extensions);
    }

    #[test]
    fn leaf_indices() {
        check(&leaf_index_extension(0), Some(0));
        check(&leaf_index_extension((1 << 40) - 1), Some((1 << 40) - 1));
        check(&[], None);
        let index = leaf_index_extension(0x12_3456_789a);
        check(
            &[&[9, 0, 2, 1, 1], &index[..], &[8, 0, 0]].concat(),
            Some(0x12_3456_789a),
        );
        check(&[9, 0, 2, 1, 1], None);
        check(&[index, index].concat(), None);
        check(&[&index[..], &[9, 0, 1]].concat(), None);
        check(&[0, 0, 4, 1, 1, 1, 1], None);
        check(&[0, 0, 6, 1, 1, 1, 1, 1, 1], None);
        check(&index[..7], None);
    }

    #[test]
    fn what_has_no_room() {
        let write = |der: usize, extensions: usize| {
            let (der, extensions) = (vec![0; der], vec![0; extensions]);
            timestamped_entry(0, Covered::Certificate(&der), &extensions).map(|bytes| bytes.len())
        };
        assert_eq!(
            write((1 << 24) - 1, 0xffff),
            Ok(8 + 2 + 3 + 2 + (1 << 24) + 0xfffe)
        );
        assert_eq!(write(1 << 24, 0).unwrap_err().id(), "oversized");
        assert_eq!(write(0, 0x10000).unwrap_err().id(), "oversized");
    }

    #[test]
    fn chains() {
        let chain = [0, 0, 1, b'a', 0, 0, 0, 0, 0, 2, b'b', b'c'];
        let read = Chain::of_certificates(&chain);
        assert_eq!(
            read.certificates().collect::<Vec<_>>(),
            [&b"a"[..], b"", b"bc"]
        );
        assert_eq!(read.fingerprints().count(), 0);
        assert_eq!(
            Chain::of_certificates(&chain[..11]),
            Chain::Broken(&chain[..11])
        );
        assert_eq!(Chain::of_certificates(&[]), Chain::Certificates(&[]));
        let hashes = [[1; 32], [2; 32]];
        let read = Chain::of_fingerprints(hashes.as_flattened());
        assert_eq!(
            read.fingerprints().collect::<Vec<_>>(),
            [&[1; 32], &[2; 32]]
        );
        assert_eq!(read.certificates().count(), 0);
        assert_eq!(Chain::of_fingerprints(&[0; 33]), Chain::Broken(&[0; 33]));
    }
}
