//! The key of a log and what it signs (RFC 6962 §2.1.4, §3.2, §3.5).

use std::fmt;

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};

use crate::fault::{CtFault, Part};
use crate::hash::sha256;
use crate::{Hash, base64};

/// Which log: the SHA-256 of its public key in DER (RFC 6962 §3.2). Shows itself as padded base 64, as log lists do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogId(pub Hash);

impl LogId {
    /// The id in base 64 fit for paths and names: `-` and `_`, unpadded (RFC 4648 §5).
    pub fn base64url(&self) -> String {
        base64_simd::URL_SAFE_NO_PAD.encode_to_string(self.0)
    }

    /// Reads the form of log lists; `None` for anything else.
    pub fn from_base64(text: &str) -> Option<Self> {
        base64::decode_hash(text).map(Self)
    }
}

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64::encode(&self.0))
    }
}

impl fmt::Debug for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogId({self})")
    }
}

/// The public key of a log: ECDSA on P-256, or RSA of 2048 to 8192 bits, both with SHA-256 (RFC 6962 §2.1.4).
#[derive(Clone, PartialEq, Eq)]
pub struct LogKey {
    id: LogId,
    der: Box<[u8]>,
    algorithm: Algorithm,
    /// Where in `der` the key itself begins.
    from: usize,
}

/// How a log signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA on NIST P-256 with SHA-256; the signature is a DER `Ecdsa-Sig-Value`.
    EcdsaP256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rsa,
}

/// What stands before the point of a key on P-256 in DER (RFC 5480 §2.1.1).
const P256: &[u8] = b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\0";

/// The octets of an uncompressed point of P-256.
const POINT: usize = 65;

/// The algorithm of an RSA key in DER (RFC 3279 §2.3.1).
const RSA: &[u8] = b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\0";

impl LogKey {
    /// Reads a `SubjectPublicKeyInfo` in DER (RFC 5280 §4.1.2.7).
    ///
    /// # Errors
    ///
    /// [`CtFault::ConfigKey`] for other algorithms and sizes. A point off the curve shows when something is verified.
    pub fn from_der(der: &[u8]) -> Result<Self, CtFault> {
        let (algorithm, from) = if der.starts_with(P256) {
            (Algorithm::EcdsaP256, P256.len())
        } else {
            (Algorithm::Rsa, rsa_key(der).ok_or(UNKNOWN_KEY)?)
        };
        if algorithm == Algorithm::EcdsaP256 && (der.len() != P256.len() + POINT || der[from] != 4)
        {
            return Err(UNKNOWN_KEY);
        }
        Ok(Self {
            id: LogId(sha256(der)),
            der: der.into(),
            algorithm,
            from,
        })
    }

    /// Reads a public key in PEM (RFC 7468 §13), which may have text around it.
    ///
    /// # Errors
    ///
    /// [`CtFault::ConfigKey`] without exactly one `PUBLIC KEY`, and as for [`Self::from_der`].
    pub fn from_pem(pem: &str) -> Result<Self, CtFault> {
        let fault = CtFault::ConfigKey {
            why: "there is not one PUBLIC KEY in PEM",
        };
        let mut pieces = pem.split("-----BEGIN PUBLIC KEY-----");
        let (Some(_), Some(rest), None) = (pieces.next(), pieces.next(), pieces.next()) else {
            return Err(fault);
        };
        let (body, _) = rest
            .split_once("-----END PUBLIC KEY-----")
            .ok_or(fault.clone())?;
        let body: String = body.split_ascii_whitespace().collect();
        Self::from_der(&base64::decode(&body).ok_or(fault)?)
    }

    /// Which log has this key.
    pub fn id(&self) -> LogId {
        self.id
    }

    /// The `SubjectPublicKeyInfo` in DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// How this key signs.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Checks a `digitally-signed` struct over `message` (RFC 5246 §4.7): algorithms, length, signature.
    ///
    /// # Errors
    ///
    /// [`CtFault::PeerMalformed`] when it is no such struct, [`CtFault::PeerBadSignature`] when it is of another
    /// algorithm or does not hold; both say `part`.
    pub fn verify(
        &self,
        message: &[u8],
        digitally_signed: &[u8],
        part: Part,
    ) -> Result<(), CtFault> {
        let malformed = CtFault::PeerMalformed {
            part,
            why: "its signature is no digitally-signed struct",
        };
        let Some((&[hash, kind, high, low], signature)) = digitally_signed.split_first_chunk()
        else {
            return Err(malformed);
        };
        if signature.len() != usize::from(u16::from_be_bytes([high, low])) {
            return Err(malformed);
        }
        if [hash, kind] != self.algorithm.code() || !self.verify_bare(message, signature) {
            return Err(CtFault::PeerBadSignature { part });
        }
        Ok(())
    }

    /// Whether a signature without any frame holds, as lists of logs have it.
    pub(crate) fn verify_bare(&self, message: &[u8], signature: &[u8]) -> bool {
        let algorithm: &'static dyn VerificationAlgorithm = match self.algorithm {
            Algorithm::EcdsaP256 => &ECDSA_P256_SHA256_ASN1,
            Algorithm::Rsa => &RSA_PKCS1_2048_8192_SHA256,
        };
        UnparsedPublicKey::new(algorithm, &self.der[self.from..])
            .verify(message, signature)
            .is_ok()
    }
}

const UNKNOWN_KEY: CtFault = CtFault::ConfigKey {
    why: "it is neither a point of P-256 nor an RSA key of 2048 to 8192 bits in DER",
};

/// Where the `RSAPublicKey` begins. Keys of the sizes we take have both lengths in two octets.
fn rsa_key(der: &[u8]) -> Option<usize> {
    let sequence = |bytes: &[u8], tag: u8| -> bool {
        matches!(bytes, &[first, 0x82, high, low, ref rest @ ..]
            if first == tag && rest.len() == usize::from(u16::from_be_bytes([high, low])))
    };
    let inner = der.get(4..).filter(|_| sequence(der, 0x30))?;
    let bits = inner
        .strip_prefix(RSA)
        .filter(|bits| sequence(bits, 0x03))?;
    let key = bits.get(4..)?.strip_prefix(b"\0")?;
    // The modulus of 2048 bits alone takes 256 octets, that of 8192 bits 1,024.
    let size_fits = (256..=1_100).contains(&key.len());
    size_fits.then_some(der.len() - key.len())
}

impl Algorithm {
    /// The hash and the signature algorithm (RFC 5246 §7.4.1.4.1).
    fn code(self) -> [u8; 2] {
        match self {
            Self::EcdsaP256 => [4, 3],
            Self::Rsa => [4, 1],
        }
    }

    /// Frames a signature as a `digitally-signed` struct (RFC 5246 §4.7): what [`LogKey::verify`] takes.
    ///
    /// # Panics
    ///
    /// For a signature of 64 KiB or more, which neither algorithm makes.
    pub fn digitally_signed(self, signature: &[u8]) -> Vec<u8> {
        let length =
            u16::try_from(signature.len()).expect("no signature of RSA or ECDSA is that long");
        [&self.code()[..], &length.to_be_bytes(), signature].concat()
    }
}

impl fmt::Debug for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogKey({:?}, {})", self.algorithm, self.id)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};

    use super::*;

    /// A log's key pair, made for a test.
    pub(crate) struct Signer {
        pair: EcdsaKeyPair,
        pub(crate) key: LogKey,
    }

    impl Signer {
        pub(crate) fn new() -> Self {
            let random = SystemRandom::new();
            let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
            let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
            let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap();
            let der = [P256, pair.public_key().as_ref()].concat();
            let key = LogKey::from_der(&der).unwrap();
            Self { pair, key }
        }

        pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
            let signature = self.pair.sign(&SystemRandom::new(), message).unwrap();
            Algorithm::EcdsaP256.digitally_signed(signature.as_ref())
        }
    }

    /// The key of Google's log Argon2026h1, from Chrome's list, and its id there.
    const ARGON: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEB/we6GOO/xwxivy4HhkrYFAAPo6e2nc346Wo2o2U+GvoPWSPJz91s/xrEvA3Bk9kWHUUXVZS5morFEzsgdHqPg==";
    const ARGON_ID: &str = "DleUvPOuqT4zGyyZB7P3kN+bwj1xMiXdIaklrGHFTiE=";

    /// The key that Google signs the list of logs with.
    const RSA_PEM: &str = include_str!("../../../corpus/ct/log-list/log_list_pubkey.pem");

    #[test]
    fn ids() {
        let key = LogKey::from_der(&base64::decode(ARGON).unwrap()).unwrap();
        assert_eq!(key.id().to_string(), ARGON_ID);
        assert_eq!(
            key.id().base64url(),
            "DleUvPOuqT4zGyyZB7P3kN-bwj1xMiXdIaklrGHFTiE"
        );
        assert_eq!(LogId::from_base64(ARGON_ID), Some(key.id()));
        assert_eq!(LogId::from_base64(&key.id().base64url()), None);
        assert_eq!(key.algorithm(), Algorithm::EcdsaP256);
        let rsa = LogKey::from_pem(RSA_PEM).unwrap();
        assert_eq!(rsa.algorithm(), Algorithm::Rsa);
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut Vec<u8>), want: &str) {
        let log = Signer::new();
        let mut signed = log.sign(b"message");
        change(&mut signed);
        let got = log.key.verify(b"message", &signed, Part::TreeHead);
        assert_eq!(
            got.map_or_else(|fault| fault.to_string(), |()| "good".to_owned()),
            want
        );
    }

    #[test]
    fn signatures() {
        let malformed =
            "the signed tree head is malformed: its signature is no digitally-signed struct";
        let bad = "the signature of the signed tree head does not verify";
        check(|_| (), "good");
        check(Vec::clear, malformed);
        check(|signed| signed.truncate(3), malformed);
        check(|signed| signed.truncate(4), malformed);
        check(|signed| signed.push(0), malformed);
        check(|signed| signed.truncate(signed.len() - 1), malformed);
        check(|signed| signed[0] = 2, bad);
        check(|signed| signed[1] = 1, bad);
        check(|signed| *signed.last_mut().unwrap() ^= 1, bad);
        check(
            |signed| *signed = Algorithm::EcdsaP256.digitally_signed(b""),
            bad,
        );
        let (one, other) = (Signer::new(), Signer::new());
        let fault = one
            .key
            .verify(b"message", &other.sign(b"message"), Part::TreeHead);
        assert_eq!(fault.unwrap_err().id(), "bad-signature");
    }

    #[test]
    fn keys_that_are_none() {
        let (argon, rsa) = (
            base64::decode(ARGON).unwrap(),
            LogKey::from_pem(RSA_PEM).unwrap(),
        );
        for whole in [&argon, rsa.der()] {
            for end in 0..whole.len() {
                assert!(LogKey::from_der(&whole[..end]).is_err(), "{end} bytes");
            }
            assert!(LogKey::from_der(&[whole, &[0][..]].concat()).is_err());
        }
        let mut compressed = argon.clone();
        compressed[P256.len()] = 2;
        assert!(LogKey::from_der(&compressed).is_err());
        // A point that is not on the curve is found out when it is used.
        let mut off = argon;
        *off.last_mut().unwrap() ^= 1;
        let off = LogKey::from_der(&off).unwrap();
        assert!(!off.verify_bare(b"message", b"signature"));
    }

    #[test]
    fn pem() {
        let whole = LogKey::from_pem(RSA_PEM).unwrap();
        assert_eq!(
            LogKey::from_pem(&format!("Key:\r\n{RSA_PEM}\nend")),
            Ok(whole)
        );
        for text in [
            "",
            "-----BEGIN PUBLIC KEY-----",
            "-----BEGIN PUBLIC KEY-----\nAAAA",
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
            "-----BEGIN PUBLIC KEY-----\n*\n-----END PUBLIC KEY-----",
            &RSA_PEM.repeat(2),
            &RSA_PEM.replace("PUBLIC", "PRIVATE"),
        ] {
            assert_eq!(LogKey::from_pem(text).unwrap_err().id(), "key", "{text}");
        }
    }
}
