//! What a server shows at the TLS handshake.

use jiff::Timestamp;

/// A handshake that came far enough to show a certificate. Trust is told, not asked for: the chain is as served.
#[derive(Clone, PartialEq, Debug)]
pub struct TlsFacts {
    /// The version, such as `TLSv1.3`.
    pub version: String,
    /// The cipher suite that the server chose.
    pub cipher: String,
    /// The protocol that it chose of those offered (ALPN), if any.
    pub alpn: Option<String>,
    /// What the server's hello looks like, to compare servers with; in the manner of JA4S.
    pub fingerprint: Option<String>,
    /// The certificates as served, the server's own first.
    pub chain: Vec<ServedCertificate>,
    /// Whether a public certification authority vouches for the chain and the name.
    pub trusted: bool,
    /// Why none does, where none does; one line for people.
    pub distrust: Option<String>,
}

/// A certificate of the chain.
#[derive(Clone, PartialEq, Debug)]
pub struct ServedCertificate {
    /// SHA-256 of the certificate.
    pub sha256: [u8; 32],
    /// SHA-256 of the public key (`SubjectPublicKeyInfo`).
    pub spki_sha256: [u8; 32],
    /// Whom it speaks of, its attributes in order: `C=FR, O=Example Ltd, CN=shop.example`.
    pub subject: String,
    /// Who vouches.
    pub issuer: String,
    /// From when it is valid; none where that cannot be read.
    pub not_before: Option<Timestamp>,
    /// Until when; none where that cannot be read.
    pub not_after: Option<Timestamp>,
    /// The serial number in hexadecimal.
    pub serial: String,
    /// The names that it speaks for, sorted; as written, also where they are no valid names.
    pub names: Vec<String>,
    /// Whether it says that it vouches for itself: subject and issuer are one.
    pub self_signed: bool,
}
