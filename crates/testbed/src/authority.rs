//! The testbed's own certificate authority: a root, an intermediate, and as many certificates as asked for.

use jiff::{Timestamp, ToSpan};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyUsagePurpose,
    SerialNumber, date_time_ymd,
};
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::error::TestbedError;
use crate::key::{Key, sha256};
use crate::random::Random;

mod der;

use der::{
    BIT_STRING, INTEGER, OBJECT, OCTET_STRING, SEQUENCE, SET, UTC_TIME, UTF8_STRING, element,
    extension,
};

/// `ecdsa-with-SHA256` (RFC 5758 §3.2), the whole `AlgorithmIdentifier`.
const ECDSA_WITH_SHA256: &[u8] = &[0x30, 10, OBJECT, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
/// Precertificate poison (RFC 6962 §3.1): 1.3.6.1.4.1.11129.2.4.3.
const POISON: &[u8] = &[0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 3];
/// List of signed certificate timestamps (RFC 6962 §3.3): 1.3.6.1.4.1.11129.2.4.2.
const SCT_LIST: &[u8] = &[0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 2];
/// The longest common name (RFC 5280 appendix A.1, `ub-common-name`).
const COMMON_NAME_LIMIT: usize = 64;
/// Certificates begin an hour before they are asked for, as those of large authorities do, and last 90 days.
const BACKDATED_HOURS: i64 = 1;
const LIFETIME_HOURS: i64 = 90 * 24;

/// How many keys subjects have, so that tiles shrink no better than real ones do.
const SUBJECTS: usize = 64;

/// What a certificate is to say; all else is the same for all.
#[derive(Clone, Debug)]
pub struct Request {
    names: Vec<String>,
    asked: Timestamp,
    serial: [u8; 16],
    subject: usize,
}

impl Request {
    /// The names come as alternative names of the subject, and the first as its common name where it is not too long
    /// for one. The seed decides the serial number and whose key it is.
    pub fn new(names: Vec<String>, asked: Timestamp, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut serial = [0; 16];
        random.fill(&mut serial);
        // Positive, and of one length.
        serial[0] = 0x40 | serial[0] >> 2;
        Self {
            names,
            asked,
            serial,
            subject: random.below(SUBJECTS),
        }
    }
}

/// An issuance before its final certificate: what goes to the log first (RFC 6962 §3.1).
#[derive(Clone, Debug)]
pub struct Precertificate {
    /// With the poison, signed; DER.
    pub submitted: Vec<u8>,
    /// `TBSCertificate` without the poison, which the leaf covers (RFC 6962 §3.2); DER.
    pub tbs: Vec<u8>,
}

/// Somebody who gets certificates.
#[derive(Debug)]
struct Subject {
    key: Vec<u8>,
    /// Those of all certificates, but for the names.
    extensions: Vec<u8>,
}

/// A root, an intermediate that issues, and some keys that all subjects share.
///
/// Keys are made anew each time; what stands in the certificates beside them is the caller's to decide.
#[derive(Debug)]
pub struct Authority {
    root: Vec<u8>,
    intermediate: Vec<u8>,
    key: Key,
    key_id: Vec<u8>,
    issuer_key_hash: [u8; 32],
    /// `signature` and `issuer` of every certificate.
    issued_by: Vec<u8>,
    subjects: Vec<Subject>,
}

impl Authority {
    /// Makes the keys and the two certificates of the authority.
    pub fn new() -> Result<Self, TestbedError> {
        let root_key = Key::generate()?;
        let root_params = ca("En Passant Testbed Root", 1, None);
        let root = root_params
            .self_signed(root_key.pair())
            .map_err(TestbedError::Authority)?;
        let key = Key::generate()?;
        let intermediate = ca("En Passant Testbed Issuing 1", 2, Some(0))
            .signed_by(
                key.pair(),
                &Issuer::from_params(&root_params, root_key.pair()),
            )
            .map_err(TestbedError::Authority)?;
        let intermediate = intermediate.der().to_vec();
        let (name, key_id) = identity(&intermediate);
        Ok(Self {
            root: root.der().to_vec(),
            issuer_key_hash: sha256(&key.spki()),
            issued_by: [ECDSA_WITH_SHA256, &name].concat(),
            subjects: (0..SUBJECTS)
                .map(|_| Ok(Subject::new(&key_id, Key::generate()?.spki())))
                .collect::<Result<_, TestbedError>>()?,
            key_id,
            intermediate,
            key,
        })
    }

    /// The issuing certificate and then the root; DER.
    pub fn chain(&self) -> [&[u8]; 2] {
        [&self.intermediate, &self.root]
    }

    /// SHA-256 of the issuing certificate's `SubjectPublicKeyInfo` (RFC 6962 §3.2).
    pub fn issuer_key_hash(&self) -> &[u8; 32] {
        &self.issuer_key_hash
    }

    /// The precertificate for `request`, and what a log's leaf covers of it.
    pub fn precertificate(&self, request: &Request) -> Precertificate {
        self.precertificate_signed(request, |tbs| self.key.sign(tbs))
    }

    /// The same with a signature of the caller's choice. Leaves do not cover it, and making it takes most of the time.
    pub(crate) fn precertificate_signed(
        &self,
        request: &Request,
        sign: impl FnOnce(&[u8]) -> Vec<u8>,
    ) -> Precertificate {
        let parts = self.parts(request);
        let poisoned = parts.tbs(&extension(POISON, true, &[5, 0]));
        let signature = sign(&poisoned);
        Precertificate {
            submitted: certificate(&poisoned, &signature),
            tbs: parts.tbs(&[]),
        }
    }

    /// The final certificate for `request`, with the timestamps that logs gave for its precertificate; DER.
    ///
    /// Each of `timestamps` is a `SignedCertificateTimestamp` (RFC 6962 §3.2) as it goes over the wire.
    pub fn certificate(&self, request: &Request, timestamps: &[Vec<u8>]) -> Vec<u8> {
        let list: Vec<u8> = timestamps
            .iter()
            .flat_map(|timestamp| opaque16(timestamp))
            .collect();
        let value = element(OCTET_STRING, &[&opaque16(&list)]);
        let tbs = self.parts(request).tbs(&extension(SCT_LIST, false, &value));
        certificate(&tbs, &self.key.sign(&tbs))
    }

    /// A certificate for a server that has this key; DER.
    pub(crate) fn server_certificate(&self, request: &Request, key: &Key) -> Vec<u8> {
        let owner = Subject::new(&self.key_id, key.spki());
        let tbs = self.parts_of(request, &owner).tbs(&[]);
        certificate(&tbs, &self.key.sign(&tbs))
    }

    fn parts(&self, request: &Request) -> Parts {
        self.parts_of(request, &self.subjects[request.subject])
    }

    /// The contents of `TBSCertificate` (RFC 5280 §4.1), but for the one extension in which the kinds differ.
    fn parts_of(&self, request: &Request, owner: &Subject) -> Parts {
        let asked = request.asked.as_second();
        let from = asked - asked.rem_euclid(3600) - BACKDATED_HOURS * 3600;
        let validity = element(
            SEQUENCE,
            &[&utc_time(from), &utc_time(from + LIFETIME_HOURS * 3600 - 1)],
        );
        let common = request
            .names
            .first()
            .filter(|name| name.len() <= COMMON_NAME_LIMIT);
        let subject = element(
            SEQUENCE,
            &[&common.map_or(vec![], |name| common_name(name))],
        );
        let fields = [
            &[0xa0, 3, INTEGER, 1, 2],
            &*element(INTEGER, &[&request.serial]),
            &self.issued_by,
            &validity,
            &subject,
            &owner.key,
        ]
        .concat();
        let names: Vec<u8> = request
            .names
            .iter()
            .flat_map(|name| element(0x82, &[name.as_bytes()]))
            .collect();
        let names = extension(
            &[0x55, 0x1d, 17],
            common.is_none(),
            &element(SEQUENCE, &[&names]),
        );
        Parts {
            fields,
            extensions: [&*owner.extensions, &names].concat(),
        }
    }
}

impl Subject {
    fn new(authority_key_id: &[u8], key: Vec<u8>) -> Self {
        Self {
            extensions: extensions(authority_key_id, &key),
            key,
        }
    }
}

struct Parts {
    fields: Vec<u8>,
    extensions: Vec<u8>,
}

impl Parts {
    fn tbs(&self, last: &[u8]) -> Vec<u8> {
        let extensions = element(0xa3, &[&element(SEQUENCE, &[&self.extensions, last])]);
        element(SEQUENCE, &[&self.fields, &extensions])
    }
}

/// A certificate (RFC 5280 §4.1) from its parts.
fn certificate(tbs: &[u8], signature: &[u8]) -> Vec<u8> {
    element(
        SEQUENCE,
        &[
            tbs,
            ECDSA_WITH_SHA256,
            &element(BIT_STRING, &[&[0], signature]),
        ],
    )
}

fn common_name(name: &str) -> Vec<u8> {
    let attribute = element(
        SEQUENCE,
        &[
            &[OBJECT, 3, 0x55, 4, 3],
            &element(UTF8_STRING, &[name.as_bytes()]),
        ],
    );
    element(SET, &[&attribute])
}

fn utc_time(second: i64) -> Vec<u8> {
    let time = Timestamp::UNIX_EPOCH + second.seconds();
    element(
        UTC_TIME,
        &[time.strftime("%y%m%d%H%M%SZ").to_string().as_bytes()],
    )
}

/// `opaque value<0..2^16-1>` (RFC 8446 §3.4).
fn opaque16(value: &[u8]) -> Vec<u8> {
    let length =
        u16::try_from(value.len()).expect("timestamps of a certificate take a few hundred bytes");
    [&length.to_be_bytes(), value].concat()
}

/// What every certificate says beside its names.
fn extensions(authority_key_id: &[u8], subject_key: &[u8]) -> Vec<u8> {
    let subject_key_id = &sha256(subject_key)[..20];
    let issuer_at = element(0x86, &[b"http://issuing-1.testbed.example/"]);
    let issuers = element(
        SEQUENCE,
        &[&[OBJECT, 8, 0x2b, 6, 1, 5, 5, 7, 0x30, 2], &issuer_at],
    );
    [
        // Key usage: digitalSignature.
        extension(&[0x55, 0x1d, 15], true, &[BIT_STRING, 2, 7, 0x80]),
        // Extended key usage: serverAuth.
        extension(
            &[0x55, 0x1d, 37],
            false,
            &[SEQUENCE, 10, OBJECT, 8, 0x2b, 6, 1, 5, 5, 7, 3, 1],
        ),
        // Basic constraints: no authority.
        extension(&[0x55, 0x1d, 19], true, &[SEQUENCE, 0]),
        extension(
            &[0x55, 0x1d, 14],
            false,
            &element(OCTET_STRING, &[subject_key_id]),
        ),
        extension(
            &[0x55, 0x1d, 35],
            false,
            &element(SEQUENCE, &[&element(0x80, &[authority_key_id])]),
        ),
        // Authority information access: caIssuers.
        extension(
            &[0x2b, 6, 1, 5, 5, 7, 1, 1],
            false,
            &element(SEQUENCE, &[&issuers]),
        ),
        // Certificate policies: domain-validated (2.23.140.1.2.1).
        extension(
            &[0x55, 0x1d, 32],
            false,
            &[
                SEQUENCE, 10, SEQUENCE, 8, OBJECT, 6, 0x67, 0x81, 0x0c, 1, 2, 1,
            ],
        ),
    ]
    .concat()
}

/// Subject and subject key identifier of a certificate made here; the first in DER.
fn identity(certificate: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (_, parsed) = X509Certificate::from_der(certificate).expect("rcgen writes certificates");
    let key_id =
        parsed
            .iter_extensions()
            .find_map(|extension| match extension.parsed_extension() {
                ParsedExtension::SubjectKeyIdentifier(id) => Some(id.0.to_vec()),
                _ => None,
            });
    (
        parsed.subject().as_raw().to_vec(),
        key_id.expect("rcgen gives authorities a key identifier"),
    )
}

fn ca(common_name: &str, serial: u64, below: Option<u8>) -> CertificateParams {
    let mut name = DistinguishedName::new();
    name.push(DnType::CountryName, "FR");
    name.push(DnType::OrganizationName, "En Passant Testbed");
    name.push(DnType::CommonName, common_name);
    let mut params = CertificateParams::default();
    params.distinguished_name = name;
    params.serial_number = Some(SerialNumber::from(serial));
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2045, 1, 1);
    params.is_ca = IsCa::Ca(below.map_or(
        BasicConstraints::Unconstrained,
        BasicConstraints::Constrained,
    ));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.use_authority_key_identifier_extension = true;
    params
}

#[cfg(test)]
mod tests {
    use super::*;
    use x509_parser::oid_registry::Oid;

    fn check(names: &[&str]) {
        let authority = Authority::new().expect("an authority");
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let asked = "2026-03-04T05:06:07Z".parse().expect("a time");
        let request = Request::new(names.clone(), asked, 1);
        let precertificate = authority.precertificate(&request);
        let timestamp = vec![9; 119];
        let last = authority.certificate(&request, std::slice::from_ref(&timestamp));

        let (rest, issuer) =
            X509Certificate::from_der(&authority.intermediate).expect("the issuer");
        assert!(rest.is_empty() && issuer.is_ca());
        assert_eq!(sha256(issuer.public_key().raw), authority.issuer_key_hash);
        for (der, own) in [(&precertificate.submitted, POISON), (&last, SCT_LIST)] {
            let (rest, parsed) = X509Certificate::from_der(der).expect("a certificate");
            assert!(rest.is_empty());
            parsed
                .verify_signature(Some(issuer.public_key()))
                .expect("signed by the issuer");
            assert_eq!(
                parsed.validity().not_before.to_string(),
                "Mar  4 04:00:00 2026 +00:00"
            );
            let san = parsed
                .subject_alternative_name()
                .expect("one")
                .expect("names");
            let read: Vec<String> = san
                .value
                .general_names
                .iter()
                .map(|name| match name {
                    x509_parser::extensions::GeneralName::DNSName(name) => (*name).to_owned(),
                    other => panic!("{other}"),
                })
                .collect();
            assert_eq!(read, names);
            // Without that one extension, it is what the leaf covers.
            let own = parsed
                .get_extension_unique(&Oid::new(own.into()))
                .expect("at most one")
                .expect("one");
            let tbs = parsed.tbs_certificate.as_ref();
            assert!(tbs.ends_with(own.value) && !precertificate.tbs.ends_with(own.value));
            let covered = authority.parts(&request).tbs(&[]);
            assert_eq!(covered, precertificate.tbs);
        }
    }

    #[test]
    fn certificates_are_what_they_should_be() {
        check(&["examplebank.example"]);
        check(&["*.quiet-brook.example", "quiet-brook.example"]);
        check(&[&format!("{}.example", "long-label-".repeat(5).repeat(2))]);
    }
}
