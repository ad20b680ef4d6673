//! A key of the testbed: NIST P-256, made anew for every run, and worth nothing.

use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PublicKeyData, SigningKey};

use crate::error::TestbedError;

/// A P-256 key pair that signs SHA-256 digests, as logs and authorities do.
#[derive(Debug)]
pub(crate) struct Key(KeyPair);

impl Key {
    pub(crate) fn generate() -> Result<Self, TestbedError> {
        KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)
            .map(Self)
            .map_err(TestbedError::Authority)
    }

    /// The `SubjectPublicKeyInfo` (RFC 5280 §4.1) in DER.
    pub(crate) fn spki(&self) -> Vec<u8> {
        self.0.subject_public_key_info()
    }

    /// An ECDSA signature over SHA-256 of `message`, as `Ecdsa-Sig-Value` in DER (RFC 3279 §2.2.3).
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0
            .sign(message)
            .expect("the key is whole, and the system gave random numbers when it was made")
    }

    pub(crate) fn pair(&self) -> &KeyPair {
        &self.0
    }
}

/// SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
}
