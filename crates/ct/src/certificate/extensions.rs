//! Extensions as text, the way certstream spells them.

use std::net::IpAddr;

use x509_parser::extensions::{DistributionPointName, ExtendedKeyUsage};
use x509_parser::extensions::{GeneralName, ParsedExtension, X509Extension};
use x509_parser::prelude::FromDer;

use super::{hex, oid};
use crate::der::outline::Extension;

/// An extension as text.
pub(super) struct Told {
    pub(super) name: String,
    pub(super) value: String,
    /// Whether it says that the certificate may sign others.
    pub(super) is_ca: bool,
}

/// Tells an extension, `whole` with its header.
pub(super) fn tell(whole: &[u8], extension: &Extension<'_>, bytes: &[u8]) -> Told {
    let parsed = X509Extension::from_der(whole).ok();
    let parsed = parsed.as_ref().map(|(_, parsed)| parsed.parsed_extension());
    let value = parsed.and_then(text);
    Told {
        name: oid::name(oid::EXTENSIONS, extension.oid),
        value: value.unwrap_or_else(|| hex(extension.value.contents(bytes))),
        is_ca: matches!(parsed, Some(ParsedExtension::BasicConstraints(basic)) if basic.ca),
    }
}

/// The value of an extension that certstream has a spelling for.
fn text(parsed: &ParsedExtension<'_>) -> Option<String> {
    Some(match parsed {
        ParsedExtension::SubjectAlternativeName(names) => general_names(&names.general_names),
        ParsedExtension::IssuerAlternativeName(names) => general_names(&names.general_names),
        ParsedExtension::BasicConstraints(basic) if basic.ca => "CA:TRUE".to_owned(),
        ParsedExtension::BasicConstraints(_) => "CA:FALSE".to_owned(),
        ParsedExtension::KeyUsage(usage) => key_usage(usage.flags),
        ParsedExtension::ExtendedKeyUsage(usage) => extended_key_usage(usage),
        ParsedExtension::SubjectKeyIdentifier(key) => key_id(key.0),
        ParsedExtension::AuthorityKeyIdentifier(key) => key_id(key.key_identifier.as_ref()?.0),
        ParsedExtension::AuthorityInfoAccess(access) => {
            let places = access.accessdescs.iter();
            joined(places.map(|place| general_name(&place.access_location)))
        }
        ParsedExtension::CRLDistributionPoints(points) => {
            let names = points.points.iter();
            let names = names.filter_map(|point| point.distribution_point.as_ref());
            joined(names.map(|name| match name {
                DistributionPointName::FullName(names) => general_names(names),
                DistributionPointName::NameRelativeToCRLIssuer(_) => {
                    "relative to issuer".to_owned()
                }
            }))
        }
        ParsedExtension::CertificatePolicies(policies) => {
            let ids = policies.iter().map(|policy| policy.policy_id.as_bytes());
            let lines = ids.map(|id| format!("Policy: {}\n", oid::name(&[], id)));
            lines.collect::<Vec<_>>().concat()
        }
        _ => return None,
    })
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

fn general_names(names: &[GeneralName<'_>]) -> String {
    joined(names.iter().map(general_name))
}

/// A name with the kind in front, as OpenSSL has it.
fn general_name(name: &GeneralName<'_>) -> String {
    match name {
        GeneralName::DNSName(name) => format!("DNS:{name}"),
        GeneralName::URI(name) => format!("URI:{name}"),
        GeneralName::RFC822Name(name) => format!("email:{name}"),
        GeneralName::IPAddress(octets) => format!("IP Address:{}", address(octets)),
        other => other.to_string(),
    }
}

fn address(octets: &[u8]) -> String {
    let v6 = || <[u8; 16]>::try_from(octets).map(|octets| IpAddr::from(octets).to_string());
    <[u8; 4]>::try_from(octets)
        .map(|octets| IpAddr::from(octets).to_string())
        .or_else(|_| v6())
        .unwrap_or_else(|_| hex(octets))
}

fn key_id(octets: &[u8]) -> String {
    let pairs: Vec<_> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    format!("keyid:{}", pairs.join(":"))
}

/// The purposes of a key, the lowest bit first (RFC 5280 §4.2.1.3).
fn key_usage(flags: u16) -> String {
    const PURPOSES: [&str; 9] = [
        "Digital Signature",
        "Content Commitment",
        "Key Encipherment",
        "Data Encipherment",
        "Key Agreement",
        "Certificate Signing",
        "CRL Signing",
        "Encipher Only",
        "Decipher Only",
    ];
    let set = (0..).zip(PURPOSES).filter(|(bit, _)| flags >> bit & 1 == 1);
    joined(set.map(|(_, purpose)| purpose.to_owned()))
}

/// What a certificate is for (RFC 5280 §4.2.1.12).
fn extended_key_usage(usage: &ExtendedKeyUsage<'_>) -> String {
    let known = [
        (usage.server_auth, "serverAuth"),
        (usage.client_auth, "clientAuth"),
        (usage.code_signing, "codeSigning"),
        (usage.email_protection, "emailProtection"),
        (usage.time_stamping, "timeStamping"),
        (usage.ocsp_signing, "OCSPSigning"),
        (usage.any, "anyExtendedKeyUsage"),
    ];
    let known = known.into_iter().filter(|(given, _)| *given);
    let known = known.map(|(_, purpose)| purpose.to_owned());
    let other = usage.other.iter();
    joined(known.chain(other.map(|purpose| oid::name(&[], purpose.as_bytes()))))
}
