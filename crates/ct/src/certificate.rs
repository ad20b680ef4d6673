//! What people and programs want to know of a certificate that matched: who, when, which key.

use std::fmt;

use data_encoding::HEXLOWER;
use ring::digest;
use x509_parser::prelude::{FromDer, SubjectPublicKeyInfo};
use x509_parser::public_key::PublicKey;

use crate::Hash;
use crate::der::outline::{Outline, attributes, extension};
use crate::der::text::Encoding;
use crate::der::{Broken, Element, tag};
use crate::hash::sha256;

mod extensions;
mod oid;
mod time;

use oid::{ALGORITHMS, ATTRIBUTES, KEYS};

/// How much of a certificate there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// A whole certificate, signature included (RFC 5280 §4.1).
    Certificate,
    /// A `TBSCertificate` alone, as the leaf of a precertificate has it (RFC 6962 §3.2).
    Tbs,
}

/// How many attributes of a name and how many extensions are told.
const MAX_PARTS: usize = 100;
/// How much of one value is told, in bytes of text.
const MAX_TEXT: usize = 64 << 10;

/// What a certificate says of itself. All of it is claimed; text may hold anything, control characters included.
///
/// Each field stands for itself: where one cannot be read, the others still are. Of names and extensions the first
/// 100 parts are told, of each value the first 64 KiB.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// The serial number in lower-case hexadecimal, without the octet that keeps it positive; empty if unreadable.
    pub serial: String,
    /// Who issued it.
    pub issuer: DistinguishedName,
    /// Whom it was issued to.
    pub subject: DistinguishedName,
    /// The first second of its validity, since the epoch. A time without zone is taken as UTC.
    pub not_before: Option<i64>,
    /// The last second of its validity, since the epoch.
    pub not_after: Option<i64>,
    /// How it is signed, as certstream spells it (`sha256, rsa`), or the object identifier.
    pub signature_algorithm: String,
    /// The kind of its key and the size of that in bits (`rsa 2048`, `ecdsa 256`), or the object identifier.
    pub key_algorithm: String,
    /// SHA-256 of the `SubjectPublicKeyInfo`.
    pub key_sha256: Option<Hash>,
    /// Whether it may sign others (RFC 5280 §4.2.1.9).
    pub is_ca: bool,
    /// Its extensions, in order: name and value as certstream spells them. One that is not known or not readable has
    /// its object identifier as name, its value in hexadecimal.
    pub extensions: Vec<(String, String)>,
    /// The first damage to its structure.
    pub broken: Option<Broken>,
}

/// Reads what a certificate says of itself, as far as its structure holds.
///
/// This is for the few that matched: it allocates, and costs microseconds.
pub fn details(covered: &[u8], form: Form) -> Details {
    let outline = Outline::read(covered, form);
    let mut broken = outline.broken;
    let mut name = |element: Option<Element>| {
        let (name, damage) = DistinguishedName::read(covered, element);
        broken = broken.or(damage);
        name
    };
    let (issuer, subject) = (name(outline.issuer), name(outline.subject));
    let validity = |element: Element| {
        let mut reader = element.inside(covered);
        let mut time = || {
            let element = reader.any().ok()?;
            time::read(element.tag, element.contents(covered))
        };
        (time(), time())
    };
    let (not_before, not_after) = outline.validity.map_or((None, None), validity);
    let algorithm = |element: Element| {
        let oid = element.inside(covered).expect(tag::OID).ok()?;
        Some(oid::name(ALGORITHMS, oid.contents(covered)))
    };
    let mut details = Details {
        serial: outline.serial.map_or_else(String::new, |element| {
            let raw = element.contents(covered);
            hex(raw
                .strip_prefix(&[0])
                .filter(|rest| !rest.is_empty())
                .unwrap_or(raw))
        }),
        issuer,
        subject,
        not_before,
        not_after,
        signature_algorithm: outline.signature.and_then(algorithm).unwrap_or_default(),
        ..Details::default()
    };
    if let Some(key) = outline.key {
        let key = key.whole(covered);
        details.key_algorithm = key_algorithm(key);
        details.key_sha256 = Some(sha256(key));
    }
    if let Some(list) = outline.extensions {
        let mut reader = list.list.inside(covered);
        while details.extensions.len() < MAX_PARTS {
            match extension(&mut reader, covered) {
                Ok(Some(extension)) => {
                    let told =
                        extensions::tell(extension.element.whole(covered), &extension, covered);
                    details.is_ca |= told.is_ca;
                    details.extensions.push((told.name, cut(told.value)));
                }
                Ok(None) => break,
                Err(damage) => {
                    broken = broken.or(Some(damage));
                    break;
                }
            }
        }
    }
    details.broken = broken;
    details
}

/// A distinguished name (RFC 5280 §4.1.2.4): attributes in the order in which they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DistinguishedName {
    /// Short name (`CN`, `O`) or object identifier of each attribute, with its value.
    pub attributes: Vec<(String, String)>,
}

impl DistinguishedName {
    /// The first attribute with this short name: `C`, `CN`, `L`, `O`, `OU`, `ST`, `emailAddress`.
    pub fn get(&self, short: &str) -> Option<&str> {
        let mut values = self.attributes.iter().filter(|(name, _)| name == short);
        values.next().map(|(_, value)| value.as_str())
    }

    /// All attributes in one line as certstream has it, in the order of their short names: `/C=US/CN=shop.example`.
    pub fn aggregated(&self) -> String {
        let mut sorted: Vec<_> = self.attributes.iter().collect();
        sorted.sort_by_key(|(name, _)| name);
        let parts = sorted
            .iter()
            .map(|(name, value)| format!("/{name}={value}"));
        parts.collect::<Vec<_>>().concat()
    }

    /// What can be read of a name, and what is wrong with it.
    fn read(bytes: &[u8], element: Option<Element>) -> (Self, Option<Broken>) {
        let mut name = Self::default();
        let Some(element) = element else {
            return (name, None);
        };
        let read = attributes(bytes, element, |oid, value| {
            if name.attributes.len() < MAX_PARTS {
                let text = Encoding::of(value.tag).text(value.contents(bytes));
                let short = oid::name(ATTRIBUTES, oid);
                name.attributes.push((short, cut(text.into_owned())));
            }
        });
        (name, read.err())
    }
}

/// All attributes as they stand: `C=US, O=Example Ltd, CN=shop.example`.
impl fmt::Display for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, value)) in self.attributes.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{name}={value}")?;
        }
        Ok(())
    }
}

/// Digests by which a whole certificate is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprints {
    /// SHA-256, by which it is looked up everywhere.
    pub sha256: Hash,
    /// SHA-1, which certstream tells as well. Two certificates may be made to share it.
    pub sha1: [u8; 20],
}

/// The digests of a certificate, signature included: never of a `TBSCertificate`.
pub fn fingerprints(certificate: &[u8]) -> Fingerprints {
    Fingerprints {
        sha256: sha256(certificate),
        sha1: sha1(certificate),
    }
}

fn sha1(bytes: &[u8]) -> [u8; 20] {
    let digest = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes);
    digest.as_ref().try_into().expect("SHA-1 has 20 octets")
}

/// Kind and size of a key, from its `SubjectPublicKeyInfo`.
fn key_algorithm(key: &[u8]) -> String {
    let Ok((_, key)) = SubjectPublicKeyInfo::from_der(key) else {
        return String::new();
    };
    let kind = oid::name(KEYS, key.algorithm.algorithm.as_bytes());
    match key.parsed() {
        Ok(parsed @ (PublicKey::RSA(_) | PublicKey::EC(_))) => {
            format!("{kind} {}", parsed.key_size())
        }
        _ => kind,
    }
}

/// At most [`MAX_TEXT`] lower-case hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(&bytes[..bytes.len().min(MAX_TEXT / 2)])
}

/// At most [`MAX_TEXT`] bytes of a text.
fn cut(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(MAX_TEXT));
    text
}
