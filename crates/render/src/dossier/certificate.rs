//! What a server shows at the TLS handshake, in writing.

use jiff::Timestamp;
use model::dossier as noun;
use serde::{Deserialize, Serialize};

use super::written::{Hex, Written, written};

written! {
    struct TlsFacts {
        version: String,
        cipher: String,
        alpn: Option<String>,
        fingerprint: Option<String>,
        chain: Vec<ServedCertificate>,
        trusted: bool,
        distrust: Option<String>,
    }
}

written! {
    struct ServedCertificate {
        sha256: Hex<32>,
        spki_sha256: Hex<32>,
        subject: String,
        issuer: String,
        not_before: Option<Timestamp>,
        not_after: Option<Timestamp>,
        serial: String,
        names: Vec<String>,
        self_signed: bool,
    }
}
