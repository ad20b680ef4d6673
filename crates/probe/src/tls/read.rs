//! A handshake to facts; certificates as tolerantly as [`ct`] reads them.

use std::collections::BTreeSet;

use ct::Form;
use ct::certificate::{details, fingerprints};
use ct::identifiers::identifiers;
use egress::Handshake;
use jiff::Timestamp;
use model::dossier::{ServedCertificate, TlsFacts};

use crate::text;

/// How many certificates of a chain are read.
const MAX_CHAIN: usize = 16;
/// How many names of a certificate are told.
const MAX_NAMES: usize = 1_000;

/// What a handshake shows. At most 16 certificates are read.
pub fn read(handshake: &Handshake) -> TlsFacts {
    let chain = handshake.chain.iter().take(MAX_CHAIN);
    TlsFacts {
        version: handshake.version.clone(),
        cipher: handshake.cipher.clone(),
        alpn: handshake.alpn.as_deref().and_then(text::tidy),
        fingerprint: None,
        chain: chain.map(|der| certificate(der)).collect(),
        trusted: handshake.vouched.is_ok(),
        distrust: handshake
            .vouched
            .as_ref()
            .err()
            .and_then(|why| text::tidy(why)),
    }
}

/// What a certificate in DER says; of a broken one, what can be read. At most 1,000 names are told.
pub fn certificate(der: &[u8]) -> ServedCertificate {
    let details = details(der, Form::Certificate);
    let moment = |seconds: Option<i64>| Timestamp::from_second(seconds?).ok();
    let mut names = BTreeSet::new();
    identifiers(der, Form::Certificate, |identifier| {
        if names.len() < MAX_NAMES {
            names.extend(text::tidy(&String::from_utf8_lossy(identifier.raw)));
        }
    });
    let (subject, issuer) = (details.subject.to_string(), details.issuer.to_string());
    ServedCertificate {
        sha256: fingerprints(der).sha256,
        spki_sha256: details.key_sha256.unwrap_or_default(),
        self_signed: !issuer.is_empty() && subject == issuer,
        subject: text::tidy(&subject).unwrap_or_default(),
        issuer: text::tidy(&issuer).unwrap_or_default(),
        not_before: moment(details.not_before),
        not_after: moment(details.not_after),
        serial: details.serial,
        names: names.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_for_itself() {
        let key = rcgen::KeyPair::generate().expect("ring makes keys");
        let mut wish = rcgen::CertificateParams::new(vec!["shop.example".to_owned()])
            .expect("the name is ASCII");
        wish.not_before = rcgen::date_time_ymd(2030, 1, 2);
        let der = wish.self_signed(&key).expect("the wish is valid");
        let told = certificate(der.der());
        assert_eq!(told.names, ["shop.example"]);
        assert!(told.self_signed && told.spki_sha256 != [0; 32]);
        let began = told.not_before.map(|at| at.to_string());
        assert_eq!(began.as_deref(), Some("2030-01-02T00:00:00Z"));
    }

    #[test]
    fn what_is_no_certificate() {
        let told = certificate(b"\x30\x80nothing");
        assert_eq!((told.names.len(), told.not_before), (0, None));
        assert!(!told.self_signed);
    }
}
