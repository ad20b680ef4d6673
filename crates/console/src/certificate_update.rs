//! A log entry as certstream tells it.
//!
//! The fields are those of certstream-server-go, which took them from the first certstream server; tools read either.
//! Names and all that is said of the certificate come from the bytes that the log's leaf covers. Only the
//! certificate's bytes and digests are, for a precertificate, those of the one submitted: the leaf has no signature.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use ct::certificate::{self, Details, DistinguishedName};
use ct::identifiers::{Kind, identifiers};
use ct::{Dialect, EntryKind, Form};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// All that certstream tells of one entry.
#[derive(Clone, Copy, Debug)]
pub struct Update<'a> {
    /// Whether it is a certificate or a precertificate.
    pub kind: EntryKind,
    /// When the log promised to include it, in milliseconds since the epoch.
    pub timestamp_ms: u64,
    /// What the log's leaf covers: the certificate, or the TBS of the precertificate.
    pub covered: &'a [u8],
    /// The precertificate as it was submitted, if it is at hand; certificates have none.
    pub submitted: Option<&'a [u8]>,
    /// Its index in the log.
    pub index: u64,
    /// The log's description.
    pub log: &'a str,
    /// How and where the log is read.
    pub dialect: &'a Dialect,
    /// The certificates above it in DER, nearest first. Those that are not at hand are left out: nothing waits for
    /// an issuer.
    pub chain: &'a [&'a [u8]],
    /// When we had read it.
    pub seen: Timestamp,
}

impl Update<'_> {
    /// For `/full-stream`: with the certificate's bytes and its chain.
    pub(crate) fn full(&self) -> String {
        let mut leaf = self.leaf();
        leaf.as_der = self.certificate().map(base64);
        let chain = self.chain.iter().map(|der| {
            let mut issuer = Certificate::read(der, Form::Certificate, Some(der));
            issuer.as_der = Some(base64(der));
            issuer
        });
        self.message(leaf, Some(chain.collect()))
    }

    /// For `/`: the same without both.
    pub(crate) fn lite(&self) -> String {
        self.message(self.leaf(), None)
    }

    /// For `/domains-only`: the names alone.
    pub(crate) fn domains(&self) -> String {
        json(&Message {
            data: names(self.covered, self.form()),
            message_type: "dns_entries",
        })
    }

    fn message(&self, leaf: Certificate, chain: Option<Vec<Certificate>>) -> String {
        let (r#type, url) = match self.dialect {
            Dialect::Tiles { monitoring_url, .. } => ("tiled", monitoring_url),
            Dialect::Rfc6962 { url } => ("rfc6962", url),
        };
        let url = url.trim_end_matches('/');
        let index = self.index;
        json(&Message {
            data: Data {
                cert_index: index,
                cert_link: match self.dialect {
                    Dialect::Tiles { .. } => String::new(),
                    Dialect::Rfc6962 { .. } => {
                        format!("{url}/ct/v1/get-entries?start={index}&end={index}")
                    }
                },
                chain,
                leaf_cert: leaf,
                seen: self.seen.as_millisecond() as f64 / 1e3,
                source: Source {
                    name: self.log,
                    url,
                    timestamp: self.timestamp_ms as f64 / 1e3,
                    r#type,
                },
                update_type: match self.kind {
                    EntryKind::Certificate => "X509LogEntry",
                    EntryKind::Precertificate => "PrecertLogEntry",
                },
            },
            message_type: "certificate_update",
        })
    }

    fn leaf(&self) -> Certificate {
        let mut leaf = Certificate::read(self.covered, self.form(), self.certificate());
        if self.kind == EntryKind::Precertificate {
            // The leaf has it without (RFC 6962 §3.2).
            leaf.extensions.insert(POISON.to_owned(), true.into());
        }
        leaf
    }

    fn form(&self) -> Form {
        match self.kind {
            EntryKind::Certificate => Form::Certificate,
            EntryKind::Precertificate => Form::Tbs,
        }
    }

    /// The whole certificate. A precertificate may be missing, or be another than the leaf covers.
    fn certificate(&self) -> Option<&[u8]> {
        match self.kind {
            EntryKind::Certificate => Some(self.covered),
            EntryKind::Precertificate => self.submitted,
        }
    }
}

const POISON: &str = "ctlPoisonByte";

#[derive(Serialize)]
struct Message<D> {
    data: D,
    message_type: &'static str,
}

#[derive(Serialize)]
struct Data<'a> {
    cert_index: u64,
    /// Where to read the entry; empty where that is no single address.
    cert_link: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    chain: Option<Vec<Certificate>>,
    leaf_cert: Certificate,
    /// Seconds since the epoch, as all times here.
    seen: f64,
    source: Source<'a>,
    update_type: &'static str,
}

#[derive(Serialize)]
struct Source<'a> {
    name: &'a str,
    url: &'a str,
    timestamp: f64,
    r#type: &'static str,
}

/// What could not be read is null, or empty where it is a text in every server's messages.
#[derive(Serialize)]
struct Certificate {
    all_domains: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_der: Option<String>,
    extensions: BTreeMap<String, Value>,
    /// The same as `sha1`.
    fingerprint: Option<String>,
    sha1: Option<String>,
    sha256: Option<String>,
    not_after: Option<i64>,
    not_before: Option<i64>,
    serial_number: String,
    signature_algorithm: String,
    subject: Subject,
    issuer: Subject,
    is_ca: bool,
}

#[derive(Serialize)]
struct Subject {
    #[serde(rename = "C")]
    country: Option<String>,
    #[serde(rename = "CN")]
    common_name: Option<String>,
    #[serde(rename = "L")]
    locality: Option<String>,
    #[serde(rename = "O")]
    organisation: Option<String>,
    #[serde(rename = "OU")]
    unit: Option<String>,
    #[serde(rename = "ST")]
    state: Option<String>,
    aggregated: String,
    email_address: Option<String>,
}

impl Certificate {
    /// What `covered` says, with the digests of the whole certificate if there is one.
    fn read(covered: &[u8], form: Form, whole: Option<&[u8]>) -> Self {
        let Details {
            serial,
            issuer,
            subject,
            not_before,
            not_after,
            signature_algorithm,
            is_ca,
            extensions,
            ..
        } = certificate::details(covered, form);
        let digests = whole.map(certificate::fingerprints);
        let sha1 = digests.map(|digests| colons(&digests.sha1));
        Self {
            all_domains: names(covered, form),
            as_der: None,
            extensions: named(extensions),
            fingerprint: sha1.clone(),
            sha1,
            sha256: digests.map(|digests| colons(&digests.sha256)),
            not_after,
            not_before,
            serial_number: serial.to_uppercase(),
            signature_algorithm,
            subject: Subject::from(&subject),
            issuer: Subject::from(&issuer),
            is_ca,
        }
    }
}

impl From<&DistinguishedName> for Subject {
    fn from(name: &DistinguishedName) -> Self {
        // Several values of one attribute are one text, with commas.
        let all = |short: &str| {
            let values = name.attributes.iter().filter(|(name, _)| name == short);
            let values: Vec<&str> = values.map(|(_, value)| &**value).collect();
            (!values.is_empty()).then(|| values.join(","))
        };
        Self {
            country: all("C"),
            common_name: all("CN"),
            locality: all("L"),
            organisation: all("O"),
            unit: all("OU"),
            state: all("ST"),
            aggregated: name.aggregated(),
            email_address: all("emailAddress"),
        }
    }
}

/// The extensions that certstream has a name for; the first of each. Nobody tells the log's promises (RFC 6962 §3.3):
/// the certificate's bytes have them.
fn named(extensions: Vec<(String, String)>) -> BTreeMap<String, Value> {
    let mut named = BTreeMap::new();
    for (name, value) in extensions {
        // The others are called by their object identifiers.
        let known = name.starts_with(|first: char| first.is_ascii_alphabetic());
        if known && name != "ctlSignedCertificateTimestamp" {
            let poison = name == POISON;
            named
                .entry(name)
                .or_insert_with(|| if poison { true.into() } else { value.into() });
        }
    }
    named
}

/// Every DNS name of a certificate and every common name that could be one, each once.
fn names(covered: &[u8], form: Form) -> Vec<String> {
    let mut names = Vec::new();
    let mut told = HashSet::new();
    identifiers(covered, form, |identifier| {
        if identifier.kind != Kind::Ip && told.insert(identifier.raw.to_vec()) {
            names.push(String::from_utf8_lossy(identifier.raw).into_owned());
        }
    });
    names
}

fn json(message: &impl Serialize) -> String {
    serde_json::to_string(message).expect("a message has string keys only, and nothing that fails")
}

fn base64(bytes: &[u8]) -> String {
    base64_simd::STANDARD.encode_to_string(bytes)
}

/// `AB:CD:EF`.
fn colons(digest: &[u8]) -> String {
    let mut text = String::with_capacity(digest.len() * 3);
    for (at, byte) in digest.iter().enumerate() {
        let colon = if at == 0 { "" } else { ":" };
        write!(text, "{colon}{byte:02X}").expect("a String takes all that is written");
    }
    text
}
