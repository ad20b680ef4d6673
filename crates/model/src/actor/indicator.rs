//! Indicators: what a published campaign used, in the form by which two are compared.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

use jiff::Timestamp;
use names::DomainName;

use super::printable;

/// The most characters of an indicator that is a URL; others are names and shorter.
const MAX_URL: usize = 2_048;

/// A trait of a campaign's infrastructure. Hostile: it comes from outside, and was or is in use.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Indicator {
    kind: IndicatorKind,
    value: String,
    /// Since when it was seen in use, if the publisher says so.
    pub valid_from: Option<Timestamp>,
    /// From when on it does not count any more, if the publisher says so.
    pub valid_until: Option<Timestamp>,
}

/// Kinds of [`Indicator`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum IndicatorKind {
    /// A domain, and what is below it.
    Domain,
    /// A host that the publisher calls one; what stands beside it is not meant.
    Host,
    /// A name server.
    NameServer,
    /// An address, of either version.
    Address,
    /// A mailbox that mail came from.
    Email,
    /// A web address.
    Url,
    /// The registrant's mailbox.
    RegistrantEmail,
    /// The registrant's name.
    RegistrantName,
    /// The registrant's organisation.
    RegistrantOrganisation,
    /// The registrant's telephone.
    RegistrantPhone,
    /// A certificate, by its SHA-1.
    CertificateSha1,
    /// A certificate, by its SHA-256.
    CertificateSha256,
}

/// Why a text is no indicator of its kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum IndicatorFault {
    /// Nothing is left of it, or it is too long, or it holds control characters.
    #[error("empty, too long, or not printable")]
    NoText,
    /// It is no domain name.
    #[error("not a domain name")]
    NoName,
    /// It is no address, or a network of several.
    #[error("not an address")]
    NoAddress,
    /// It is an address that says nothing: of a private network, loopback, or none at all.
    #[error("an address that everybody has")]
    NotGlobal,
    /// It is no mailbox.
    #[error("not a mailbox")]
    NoMailbox,
    /// It is no web address.
    #[error("not a web address")]
    NoUrl,
    /// It is no hash of that length.
    #[error("not a hash of that length")]
    NoHash,
}

impl Indicator {
    /// Reads `text`, defanged or not, as an indicator of a kind.
    ///
    /// Names become A-labels, mailboxes and hashes lower case, and white space in names of persons is made single.
    pub fn new(kind: IndicatorKind, text: &str) -> Result<Self, IndicatorFault> {
        let text = &refanged(text.trim());
        let value = match kind {
            IndicatorKind::Domain | IndicatorKind::Host | IndicatorKind::NameServer => name(text)?,
            IndicatorKind::Address => address(text)?,
            IndicatorKind::Email | IndicatorKind::RegistrantEmail => mailbox(text)?,
            IndicatorKind::Url => url(text)?,
            IndicatorKind::RegistrantName
            | IndicatorKind::RegistrantOrganisation
            | IndicatorKind::RegistrantPhone => words(text)?,
            IndicatorKind::CertificateSha1 => hash(text, 40)?,
            IndicatorKind::CertificateSha256 => hash(text, 64)?,
        };
        Ok(Self {
            kind,
            value,
            valid_from: None,
            valid_until: None,
        })
    }

    /// What kind of trait.
    pub fn kind(&self) -> IndicatorKind {
        self.kind
    }

    /// The value, normalised.
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// Every kind with its id.
const KINDS: [(IndicatorKind, &str); 12] = {
    use IndicatorKind as K;
    [
        (K::Domain, "domain"),
        (K::Host, "host"),
        (K::NameServer, "name-server"),
        (K::Address, "address"),
        (K::Email, "email"),
        (K::Url, "url"),
        (K::RegistrantEmail, "registrant-email"),
        (K::RegistrantName, "registrant-name"),
        (K::RegistrantOrganisation, "registrant-organisation"),
        (K::RegistrantPhone, "registrant-phone"),
        (K::CertificateSha1, "certificate-sha1"),
        (K::CertificateSha256, "certificate-sha256"),
    ]
};

impl IndicatorKind {
    /// All kinds.
    pub fn all() -> impl Iterator<Item = Self> {
        KINDS.iter().map(|row| row.0)
    }

    /// Its id.
    pub fn as_str(self) -> &'static str {
        KINDS[self as usize].1
    }
}

impl fmt::Display for IndicatorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for IndicatorKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        let row = KINDS.iter().find(|row| row.1 == text);
        row.map(|row| row.0).ok_or(UnknownKind)
    }
}

/// A text that names no kind of indicator.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no kind of indicator has this name")]
pub struct UnknownKind;

/// The text as it was before somebody made it harmless: `hxxp` and `[.]`.
fn refanged(text: &str) -> String {
    let text = text.replace("[.]", ".").replace("(.)", ".");
    let text = text.replace("[@]", "@").replace("[:]", ":");
    match text.get(..4) {
        Some(start) if start.eq_ignore_ascii_case("hxxp") => format!("http{}", &text[4..]),
        _ => text,
    }
}

fn name(text: &str) -> Result<String, IndicatorFault> {
    let name: DomainName = text.parse().map_err(|_| IndicatorFault::NoName)?;
    // A number with dots is a name by its letters, too; nobody means it.
    let is_name = name.as_str().contains('.') && name.as_str().parse::<IpAddr>().is_err();
    is_name
        .then(|| name.to_string())
        .ok_or(IndicatorFault::NoName)
}

fn address(text: &str) -> Result<String, IndicatorFault> {
    let single = text.strip_suffix(if text.contains(':') { "/128" } else { "/32" });
    let address: IpAddr = single
        .unwrap_or(text)
        .parse()
        .map_err(|_| IndicatorFault::NoAddress)?;
    let address = address.to_canonical();
    let common = match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_link_local() || v4 == Ipv4Addr::BROADCAST,
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
    };
    if common || address.is_loopback() || address.is_unspecified() || address.is_multicast() {
        return Err(IndicatorFault::NotGlobal);
    }
    Ok(address.to_string())
}

fn mailbox(text: &str) -> Result<String, IndicatorFault> {
    let (local, domain) = text.rsplit_once('@').ok_or(IndicatorFault::NoMailbox)?;
    let odd = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '@' | '<' | '>' | ',');
    // RFC 5321 §4.5.3.1.1.
    if local.is_empty() || local.len() > 64 || local.contains(odd) {
        return Err(IndicatorFault::NoMailbox);
    }
    let domain = name(domain).map_err(|_| IndicatorFault::NoMailbox)?;
    Ok(format!("{}@{domain}", local.to_lowercase()))
}

fn url(text: &str) -> Result<String, IndicatorFault> {
    let (scheme, rest) = text.split_once("://").ok_or(IndicatorFault::NoUrl)?;
    let odd = |c: char| c.is_control() || c.is_whitespace();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let known = ["http", "https", "ftp"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    if !known || host.is_empty() || text.contains(odd) || text.chars().nth(MAX_URL).is_some() {
        return Err(IndicatorFault::NoUrl);
    }
    let path = &rest[host.len()..];
    Ok(format!(
        "{}://{}{path}",
        scheme.to_lowercase(),
        host.to_lowercase()
    ))
}

fn words(text: &str) -> Result<String, IndicatorFault> {
    let text = printable(text).map_err(|_| IndicatorFault::NoText)?;
    Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn hash(text: &str, digits: usize) -> Result<String, IndicatorFault> {
    let plain: String = text.chars().filter(|&c| c != ':').collect();
    let fits = plain.len() == digits && plain.bytes().all(|byte| byte.is_ascii_hexdigit());
    fits.then(|| plain.to_ascii_lowercase())
        .ok_or(IndicatorFault::NoHash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: &str, text: &str, expected: &str) {
        let kind: IndicatorKind = kind.parse().expect("a kind");
        let read = match Indicator::new(kind, text) {
            Ok(indicator) => indicator.value().to_owned(),
            Err(fault) => format!("! {fault}"),
        };
        assert_eq!(read, expected, "{kind} {text:?}");
    }

    #[test]
    fn names() {
        check("domain", " Login-Bank[.]example. ", "login-bank.example");
        check("host", "*.a.bänk.example", "a.xn--bnk-qla.example");
        check("name-server", "ns1.example", "ns1.example");
        check("domain", "example", "! not a domain name");
        check("domain", "192.0.2.7", "! not a domain name");
        check("domain", "a b.example", "! not a domain name");
    }

    #[test]
    fn addresses() {
        check("address", "192.0.2.7/32", "192.0.2.7");
        check("address", "192[.]0[.]2[.]7", "192.0.2.7");
        check("address", "2001:DB8::0:1", "2001:db8::1");
        check("address", "::ffff:192.0.2.7", "192.0.2.7");
        check("address", "192.0.2.0/24", "! not an address");
        check("address", "10.0.0.1", "! an address that everybody has");
        check("address", "::1", "! an address that everybody has");
    }

    #[test]
    fn mailboxes_and_web_addresses() {
        check("email", "Jo[@]Mail.Example", "jo@mail.example");
        check("email", "jo@localhost", "! not a mailbox");
        check("registrant-email", "Jo <jo@a.example>", "! not a mailbox");
        check(
            "url",
            "hxxp://A[.]example/In.php",
            "http://a.example/In.php",
        );
        check("url", "HTTPS://a.example?x", "https://a.example?x");
        check("url", "javascript://a", "! not a web address");
        check("url", "http://", "! not a web address");
        check("url", "h\u{e9}xp", "! not a web address");
    }

    #[test]
    fn persons_and_certificates() {
        check("registrant-name", "Jo   Doe", "Jo Doe");
        check(
            "registrant-phone",
            "\u{1b}",
            "! empty, too long, or not printable",
        );
        check(
            "certificate-sha1",
            &"AB:".repeat(19),
            "! not a hash of that length",
        );
        check("certificate-sha1", &"Ab".repeat(20), &"ab".repeat(20));
        check("certificate-sha256", &"0f".repeat(32), &"0f".repeat(32));
    }

    #[test]
    fn every_kind_stands_at_its_place() {
        for (at, kind) in IndicatorKind::all().enumerate() {
            assert_eq!(kind as usize, at, "{kind}");
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert_eq!("md5".parse::<IndicatorKind>(), Err(UnknownKind));
    }
}
