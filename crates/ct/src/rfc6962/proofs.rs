//! Proofs as JSON (RFC 6962 §4.4, §4.5, §4.8), to be verified by [`proof`](crate::proof).

use serde::Deserialize;

use super::RawEntry;
use crate::fault::{self, CtFault, Part};
use crate::proof::MAX_PROOF;
use crate::{Hash, base64};

/// Reads the answer to `get-sth-consistency`.
///
/// # Errors
///
/// [`CtFault::PeerJson`]; [`CtFault::PeerMalformed`] when a hash is none; [`CtFault::PeerOversized`] beyond
/// [`MAX_PROOF`].
pub fn parse_consistency(json: &[u8]) -> Result<Vec<Hash>, CtFault> {
    #[derive(Deserialize)]
    struct Consistency {
        consistency: Vec<String>,
    }
    let Consistency { consistency } = parse(json)?;
    hashes(&consistency)
}

/// Where a leaf stands and the proof of it, not verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inclusion {
    /// The index of the entry.
    pub index: u64,
    /// The audit path.
    pub path: Vec<Hash>,
}

impl Inclusion {
    /// Reads the answer to `get-proof-by-hash`.
    ///
    /// # Errors
    ///
    /// As [`parse_consistency`].
    pub fn parse(json: &[u8]) -> Result<Self, CtFault> {
        #[derive(Deserialize)]
        struct GetProofByHash {
            leaf_index: u64,
            audit_path: Vec<String>,
        }
        let GetProofByHash {
            leaf_index,
            audit_path,
        } = parse(json)?;
        Ok(Self {
            index: leaf_index,
            path: hashes(&audit_path)?,
        })
    }
}

/// An entry with the proof of it, not verified.
#[derive(Debug)]
pub struct EntryAndProof<'a> {
    /// The entry.
    pub entry: RawEntry<'a>,
    /// The audit path.
    pub path: Vec<Hash>,
}

impl<'a> EntryAndProof<'a> {
    /// Reads the answer to `get-entry-and-proof`.
    ///
    /// # Errors
    ///
    /// As [`parse_consistency`].
    pub fn parse(json: &'a [u8]) -> Result<Self, CtFault> {
        #[derive(Deserialize)]
        struct AuditPath {
            audit_path: Vec<String>,
        }
        let AuditPath { audit_path } = parse(json)?;
        Ok(Self {
            entry: parse(json)?,
            path: hashes(&audit_path)?,
        })
    }
}

fn parse<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, CtFault> {
    serde_json::from_slice(json).map_err(|fault| fault::json(Part::Proof, &fault))
}

fn hashes(encoded: &[String]) -> Result<Vec<Hash>, CtFault> {
    if encoded.len() > MAX_PROOF {
        return Err(CtFault::PeerOversized {
            part: Part::Proof,
            size: encoded.len() as u64,
            limit: MAX_PROOF as u64,
        });
    }
    let hash = |text: &String| {
        base64::decode_hash(text).ok_or(CtFault::PeerMalformed {
            part: Part::Proof,
            why: "one of its hashes is none",
        })
    };
    encoded.iter().map(hash).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"";

    #[track_caller]
    fn check(hashes: &str, want: Result<usize, &str>) {
        let consistency = parse_consistency(format!("{{\"consistency\":[{hashes}]}}").as_bytes());
        let told = consistency.as_ref().map(Vec::len).map_err(CtFault::id);
        assert_eq!(told, want, "consistency of {hashes}");
        let json = format!("{{\"leaf_index\":7,\"audit_path\":[{hashes}]}}");
        let inclusion = Inclusion::parse(json.as_bytes());
        let told = inclusion
            .as_ref()
            .map(|proof| proof.path.len())
            .map_err(CtFault::id);
        assert_eq!(told, want, "inclusion of {hashes}");
        let json =
            format!("{{\"leaf_input\":\"AA==\",\"extra_data\":\"\",\"audit_path\":[{hashes}]}}");
        let proof = EntryAndProof::parse(json.as_bytes());
        let told = proof
            .as_ref()
            .map(|proof| proof.path.len())
            .map_err(CtFault::id);
        assert_eq!(told, want, "entry and {hashes}");
        if let Ok(proof) = proof {
            assert_eq!(proof.entry.decode(&mut vec![]).unwrap().leaf_input, [0]);
        }
    }

    #[test]
    fn proofs() {
        check("", Ok(0));
        check(HASH, Ok(1));
        check(&[HASH; 64].join(","), Ok(64));
        check(&[HASH; 65].join(","), Err("oversized"));
        check("\"AAAA\"", Err("broken-frame"));
        check("1", Err("broken-frame"));
        check("null", Err("broken-frame"));
    }
}
