//! What a log signs: heads of its tree, and timestamps.

use bytes::Bytes;
use ct::checkpoint;
use ct::key::Algorithm;
use ct::rfc6962::tree_head_signature_input;
use ct::{Hash, LogId, TreeHead};
use serde_json::json;

use super::entry::Submission;
use crate::error::TestbedError;
use crate::key::{Key, sha256};

/// The key of a log, and the name under which it signs.
#[derive(Debug)]
pub(crate) struct Signer {
    key: Key,
    /// Which signs in its stead when the log's heads are to be badly signed.
    other: Key,
    log_id: LogId,
    origin: String,
}

/// A signed head of the tree in both of its forms.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) size: u64,
    /// Since 1970, in milliseconds.
    pub(crate) timestamp_ms: u64,
    /// A signed note (tlog-checkpoint; static-ct-api, "Checkpoints").
    pub(crate) checkpoint: Bytes,
    /// JSON (RFC 6962 §4.3).
    pub(crate) sth: Bytes,
}

impl Signer {
    pub(crate) fn new(origin: String) -> Result<Self, TestbedError> {
        let key = Key::generate()?;
        Ok(Self {
            log_id: LogId(sha256(&key.spki())),
            key,
            other: Key::generate()?,
            origin,
        })
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// SHA-256 of the key (RFC 6962 §3.2).
    pub(crate) fn log_id(&self) -> LogId {
        self.log_id
    }

    pub(crate) fn spki(&self) -> Vec<u8> {
        self.key.spki()
    }

    /// Signs a head, `badly` with a key that is not the log's.
    pub(crate) fn head(&self, size: u64, root: &Hash, timestamp_ms: u64, badly: bool) -> Head {
        let head = TreeHead {
            size,
            root: *root,
            timestamp_ms,
        };
        let signed = tree_head_signature_input(timestamp_ms, size, root);
        let key = if badly { &self.other } else { &self.key };
        let signature = digitally_signed(key, &signed);
        Head {
            size,
            timestamp_ms,
            checkpoint: checkpoint::write(&self.origin, self.log_id, &head, &signature).into(),
            sth: json!({
                "tree_size": size,
                "timestamp": timestamp_ms,
                "sha256_root_hash": base64(root),
                "tree_head_signature": base64(&signature),
            })
            .to_string()
            .into(),
        }
    }

    /// A `SignedCertificateTimestamp` (RFC 6962 §3.2) for an entry, as it goes over the wire.
    pub(crate) fn timestamp(
        &self,
        submission: &Submission,
        issuer_key_hash: &[u8; 32],
        timestamp_ms: u64,
        extensions: &[u8],
    ) -> Vec<u8> {
        let at = timestamp_ms.to_be_bytes();
        let entry = submission.signed_entry(issuer_key_hash);
        let length = (extensions.len() as u16).to_be_bytes();
        // Version 1; in what is signed also certificate_timestamp.
        let signed = [&[0, 0], &at[..], &entry, &length, extensions].concat();
        [
            &[0],
            &self.log_id.0[..],
            &at,
            &length,
            extensions,
            &digitally_signed(&self.key, &signed),
        ]
        .concat()
    }
}

fn digitally_signed(key: &Key, message: &[u8]) -> Vec<u8> {
    Algorithm::EcdsaP256.digitally_signed(&key.sign(message))
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    base64_simd::STANDARD.encode_to_string(bytes)
}
