//! Entries as they stand in data tiles (static-ct-api, "Log entries"), those of unknown type among them, which `ct`
//! neither writes nor reads.

use ct::rfc6962;

/// What a log takes in, before it has a place.
#[derive(Clone, Debug)]
pub(crate) enum Submission {
    /// A final certificate; DER.
    Certificate(Vec<u8>),
    /// A precertificate (RFC 6962 §3.1).
    Precertificate {
        /// Which the leaf covers; DER.
        tbs: Vec<u8>,
        /// With poison and signature; DER.
        submitted: Vec<u8>,
    },
    /// Of a kind that no specification knows.
    Unknown(Vec<u8>),
}

/// The type of [`Submission::Unknown`]: from the range that nobody has assigned.
pub(crate) const UNKNOWN_TYPE: u16 = 0x8001;
const X509_ENTRY: u16 = 0;
const PRECERT_ENTRY: u16 = 1;

impl Submission {
    /// A `SignedCertificateTimestamp`'s or a leaf's `entry_type` and `signed_entry` (RFC 6962 §3.2, §3.4).
    pub(crate) fn signed_entry(&self, issuer_key_hash: &[u8; 32]) -> Vec<u8> {
        let (kind, hash, covered): (u16, &[u8], &[u8]) = match self {
            Self::Certificate(der) => (X509_ENTRY, &[], der),
            Self::Precertificate { tbs, .. } => (PRECERT_ENTRY, issuer_key_hash, tbs),
            Self::Unknown(bytes) => (UNKNOWN_TYPE, &[], bytes),
        };
        [&kind.to_be_bytes(), hash, &opaque24(covered)].concat()
    }

    /// The entry as it stands in a data tile (`TileLeaf`, static-ct-api, "Log entries").
    pub(crate) fn tile_leaf(
        &self,
        timestamp_ms: u64,
        issuer_key_hash: &[u8; 32],
        extensions: &[u8],
        chain: &[[u8; 32]],
    ) -> Vec<u8> {
        let submitted = match self {
            Self::Precertificate { submitted, .. } => opaque24(submitted),
            Self::Certificate(_) | Self::Unknown(_) => Vec::new(),
        };
        [
            &timestamp_ms.to_be_bytes(),
            &*self.signed_entry(issuer_key_hash),
            &opaque16(extensions),
            &submitted,
            &opaque16(chain.as_flattened()),
        ]
        .concat()
    }
}

/// One entry of a data tile, taken apart again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct TileLeaf<'a> {
    /// `TimestampedEntry` (RFC 6962 §3.4).
    pub(crate) timestamped: &'a [u8],
    /// What the leaf covers of the certificate.
    pub(crate) covered: &'a [u8],
    /// Of a precertificate.
    pub(crate) submitted: Option<&'a [u8]>,
    /// Of the issuers, 32 bytes each.
    pub(crate) fingerprints: &'a [u8],
}

impl<'a> TileLeaf<'a> {
    /// The entry that `bytes` begins with, and what follows. `None` where the bytes are none; an unknown type is
    /// read as this log writes it.
    pub(crate) fn split(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (head, mut rest) = bytes.split_at_checked(10)?;
        let precertificate = head[8..] == PRECERT_ENTRY.to_be_bytes();
        if precertificate {
            rest = rest.split_at_checked(32)?.1;
        }
        let (covered, rest) = take(rest, 3)?;
        let (_extensions, rest) = take(rest, 2)?;
        let timestamped = &bytes[..bytes.len() - rest.len()];
        let (submitted, rest) = if precertificate {
            let (submitted, rest) = take(rest, 3)?;
            (Some(submitted), rest)
        } else {
            (None, rest)
        };
        let (fingerprints, rest) = take(rest, 2)?;
        let leaf = Self {
            timestamped,
            covered,
            submitted,
            fingerprints,
        };
        (fingerprints.len() % 32 == 0).then_some((leaf, rest))
    }

    /// Since 1970, in milliseconds.
    pub(crate) fn timestamp_ms(&self) -> u64 {
        self.timestamped
            .first_chunk()
            .map_or(0, |at| u64::from_be_bytes(*at))
    }

    /// `MerkleTreeLeaf` (RFC 6962 §3.4), which `leaf_input` is and the tree covers.
    pub(crate) fn merkle_tree_leaf(&self) -> Vec<u8> {
        rfc6962::leaf_input(self.timestamped)
    }

    /// `extra_data` (RFC 6962 §4.6), with the chain as full certificates.
    pub(crate) fn extra_data<'c>(&self, chain: impl Iterator<Item = &'c [u8]>) -> Vec<u8> {
        rfc6962::extra_data(self.submitted, chain).expect("what is logged here is far below 16 MB")
    }
}

/// A vector whose length stands in `octets` bytes before it.
fn take(bytes: &[u8], octets: usize) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_at_checked(octets)?;
    let length = length
        .iter()
        .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    rest.split_at_checked(length)
}

fn opaque24(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).expect("what is logged here is far below 16 MB");
    [&length.to_be_bytes()[1..], bytes].concat()
}

fn opaque16(bytes: &[u8]) -> Vec<u8> {
    let length =
        u16::try_from(bytes.len()).expect("extensions and chains here take a few hundred bytes");
    [&length.to_be_bytes(), bytes].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ct::entry::leaf_index_extension;

    fn check(submission: &Submission, covered: &[u8], submitted: Option<&[u8]>) {
        let chain = [[3; 32], [4; 32]];
        let bytes =
            submission.tile_leaf(5, &[2; 32], &leaf_index_extension(0x01_0203_0405), &chain);
        let (leaf, rest) = TileLeaf::split(&bytes).expect("an entry");
        assert!(rest.is_empty());
        assert_eq!((leaf.covered, leaf.submitted), (covered, submitted));
        assert_eq!(leaf.fingerprints, chain.as_flattened());
        assert!(leaf.timestamped.ends_with(&[0, 8, 0, 0, 5, 1, 2, 3, 4, 5]));
        for length in 0..bytes.len() {
            assert_eq!(TileLeaf::split(&bytes[..length]), None, "cut at {length}");
        }
    }

    #[test]
    fn written_and_read_again() {
        check(&Submission::Certificate(vec![7; 300]), &[7; 300], None);
        check(&Submission::Unknown(vec![7; 9]), &[7; 9], None);
        let precertificate = Submission::Precertificate {
            tbs: vec![8; 200],
            submitted: vec![9; 280],
        };
        check(&precertificate, &[8; 200], Some(&[9; 280]));
    }
}
