//! The names that a certificate is for, out of whatever bytes a log has accepted as one.

use std::collections::HashSet;
use std::io::Write;
use std::net::IpAddr;

use crate::certificate::Form;
use crate::der::outline::{Outline, attributes, extension};
use crate::der::{Broken, Damage, Element, tag};

mod rescue;
mod runs;
mod spelling;

pub use runs::printable_runs;

/// How many identifiers of one certificate are told.
pub const MAX_IDENTIFIERS: u32 = 10_000;

/// 2.5.29.17, `subjectAltName` (RFC 5280 §4.2.1.6).
pub(crate) const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];
/// 2.5.4.3, `commonName` (X.520 §6.2.2).
pub(crate) const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];

/// `dNSName` and `iPAddress` of a `GeneralName` (RFC 5280 §4.2.1.6).
const DNS_NAME: u8 = 0x82;
const IP_ADDRESS: u8 = 0x87;

/// Where an identifier comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A `dNSName`, or what stands where one belongs.
    Dns,
    /// An address, as text: an `iPAddress`, or another identifier that reads as one.
    Ip,
    /// A `commonName` of the subject that could be a host name.
    CommonName,
}

/// One reading of one identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identifier<'a> {
    /// Where it comes from.
    pub kind: Kind,
    /// Its bytes; not yet a name. UTF-8 unless a `dNSName` is plain.
    pub raw: &'a [u8],
}

/// How the reading of a certificate went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reading {
    /// The first damage: names may have been missed. `None` means that all identifiers were read.
    pub broken: Option<Broken>,
    /// How many identifiers were told, at most [`MAX_IDENTIFIERS`].
    pub told: u32,
    /// How many more there were.
    pub untold: u32,
    /// How many of those told came from a place where the structure has none.
    pub rescued: u32,
}

impl Reading {
    /// Whether the structure was sound, so that no identifier can have been missed.
    pub fn is_complete(&self) -> bool {
        self.broken.is_none()
    }
}

/// Tells every identifier of a certificate, or of a precertificate's TBS: each `dNSName` and `iPAddress` of each
/// `subjectAltName` extension, and each common name of the subject (RFC 5280 §4.1.2.6, §4.2.1.6).
///
/// The structure is walked straight to subject and extensions; keys, times and signatures are not looked into.
/// Where it is broken, the rest of the bytes is searched for common names, for `subjectAltName` extensions and
/// for what has the form of a `dNSName`, and [`Reading::broken`] says so. A certificate without `subjectAltName`
/// is searched for another extension that holds the same: an identifier may be damaged without a trace.
///
/// No encoding is trusted. A plain name is told as it stands, wildcard and all. For others, each reading is told
/// once, in this order of steps:
///
/// - `BMPString` and `UniversalString` are decoded. Bytes beyond ASCII are read as UTF-8 if they are, and as Latin-1
///   if that could be meant too: not where the type says UTF-8, nor where it would give control characters.
/// - Where there are NUL characters: what stands before the first, and all without them.
/// - Blanks, control characters, commas and semicolons divide. Of several pieces, those with a dot are told.
///   A common name with a blank inside ("Example Ltd CA") is not told.
/// - Scheme, user, port, path, quotes are taken away; then empty labels, labels `?` and `(PRIVATE)`
///   (redaction), and `*` but for a leading `*.`.
/// - What reads as an address is told as one.
///
/// Of an identifier, 4,096 octets are looked at, which no name exceeds. The cost is linear in the bytes.
pub fn identifiers(covered: &[u8], form: Form, mut tell: impl FnMut(Identifier<'_>)) -> Reading {
    let mut counts = Counts::default();
    let walked = walk(covered, form, &mut |identifier| {
        counts.tell(identifier, &mut tell);
    });
    let before = counts.told;
    if walked.broken.is_some() || !walked.named {
        search(covered, form, &walked, &mut |identifier| {
            counts.tell(identifier, &mut tell);
        });
    }
    Reading {
        broken: walked.broken,
        told: counts.told,
        untold: counts.untold,
        rescued: counts.told - before,
    }
}

#[derive(Default)]
struct Counts {
    told: u32,
    untold: u32,
}

impl Counts {
    #[inline]
    fn tell(&mut self, identifier: Identifier<'_>, tell: &mut impl FnMut(Identifier<'_>)) {
        if self.told < MAX_IDENTIFIERS {
            self.told += 1;
            tell(identifier);
        } else {
            self.untold = self.untold.saturating_add(1);
        }
    }
}

/// How far the structure led.
struct Walked {
    broken: Option<Broken>,
    /// Up to here nothing can have been missed.
    certain: usize,
    /// Whether there was a `subjectAltName`.
    named: bool,
    extensions: Option<Element>,
}

#[inline]
fn walk(bytes: &[u8], form: Form, tell: &mut impl FnMut(Identifier<'_>)) -> Walked {
    let outline = Outline::read(bytes, form);
    let mut walked = Walked {
        broken: outline.broken,
        certain: 0,
        named: false,
        extensions: outline.extensions.map(|extensions| extensions.list),
    };
    if let Some(subject) = outline.subject {
        let read = attributes(bytes, subject, |oid, value| {
            if oid == COMMON_NAME {
                spelling::common_name(value.tag, value.contents(bytes), tell);
            }
        });
        match read {
            Ok(()) => walked.certain = subject.end,
            Err(broken) => {
                walked.broken.get_or_insert(broken);
            }
        }
    }
    if let Some(list) = walked.extensions
        && let Err(broken) = alternative_names(bytes, list, &mut walked.named, tell)
    {
        walked.broken.get_or_insert(broken);
    }
    walked
}

/// The names of every `subjectAltName`; `named` tells whether there was one.
#[inline]
fn alternative_names(
    bytes: &[u8],
    list: Element,
    named: &mut bool,
    tell: &mut impl FnMut(Identifier<'_>),
) -> Result<(), Broken> {
    let mut reader = list.inside(bytes);
    while let Some(extension) = extension(&mut reader, bytes)? {
        if extension.oid == SUBJECT_ALT_NAME {
            *named = true;
            general_names(bytes, extension.value, tell)?;
        }
    }
    Ok(())
}

/// The names of one `subjectAltName`. A certain CA puts a zero after the list, which hides nothing.
#[inline]
fn general_names(
    bytes: &[u8],
    value: Element,
    tell: &mut impl FnMut(Identifier<'_>),
) -> Result<(), Broken> {
    let mut value = value.inside(bytes);
    let list = value.expect(tag::SEQUENCE)?;
    let mut names = list.inside(bytes);
    let mut wrong = None;
    while !names.is_done() {
        let name = names.any()?;
        match name.tag {
            DNS_NAME => spelling::dns_name(name.contents(bytes), tell),
            IP_ADDRESS => {
                if let Err(broken) = address(bytes, name, tell) {
                    wrong.get_or_insert(broken);
                }
            }
            _ => other_name(bytes, name, tell, &mut wrong),
        }
    }
    while value.peek() == Some(0) {
        value.skip_to(value.at() + 1);
    }
    value.done()?;
    wrong.map_or(Ok(()), Err)
}

/// A name of another kind: told as a `dNSName` when nothing but the tag says that it is none. A URI has a colon and a
/// mailbox an `@`, so neither is a bare host name.
fn other_name(
    bytes: &[u8],
    name: Element,
    tell: &mut impl FnMut(Identifier<'_>),
    wrong: &mut Option<Broken>,
) {
    if spelling::is_host(name.contents(bytes)) {
        spelling::dns_name(name.contents(bytes), tell);
    }
    // otherName, rfc822Name, x400Address, directoryName, ediPartyName, URI, registeredID.
    if !matches!(name.tag, 0xa0 | 0x81 | 0xa3 | 0xa4 | 0xa5 | 0x86 | 0x88) {
        wrong.get_or_insert(Broken {
            damage: Damage::Type,
            at: name.at,
        });
    }
}

/// Tells an `iPAddress` as text. One that has another length is told if it reads as the text of an address.
fn address(
    bytes: &[u8],
    name: Element,
    tell: &mut impl FnMut(Identifier<'_>),
) -> Result<(), Broken> {
    let raw = name.contents(bytes);
    let of_text = || std::str::from_utf8(raw).ok()?.parse().ok();
    let address = of_octets(raw).or_else(of_text);
    if let Some(address) = address {
        tell_address(address, tell);
    }
    match address {
        Some(_) => Ok(()),
        None => Err(Broken {
            damage: Damage::Address,
            at: name.at,
        }),
    }
}

fn of_octets(raw: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(raw).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(raw).map(IpAddr::from))
        .ok()
}

fn tell_address(address: IpAddr, tell: &mut (impl FnMut(Identifier<'_>) + ?Sized)) {
    let mut text = [0_u8; 64];
    let mut rest = &mut text[..];
    write!(rest, "{address}").expect("an address has at most 45 letters");
    let left = rest.len();
    tell(Identifier {
        kind: Kind::Ip,
        raw: &text[..text.len() - left],
    });
}

/// Looks for names where the structure has none, and tells those that the walk did not.
#[cold]
fn search(bytes: &[u8], form: Form, walked: &Walked, tell: &mut dyn FnMut(Identifier<'_>)) {
    let mut seen = HashSet::new();
    let mut fresh = |identifier: Identifier<'_>| {
        seen.len() >= MAX_IDENTIFIERS as usize
            || seen.insert((identifier.kind, identifier.raw.to_vec()))
    };
    walk(bytes, form, &mut |identifier| {
        fresh(identifier);
    });
    let mut tell = |identifier: Identifier<'_>| {
        if fresh(identifier) {
            tell(identifier);
        }
    };
    if walked.broken.is_some() {
        rescue::scan(bytes, walked.certain, &mut tell);
    } else if let Some(list) = walked.extensions {
        disguised(bytes, list, &mut tell);
    }
}

/// The names of an extension that is not called `subjectAltName`, but begins as one with a `dNSName` does.
fn disguised(bytes: &[u8], list: Element, tell: &mut impl FnMut(Identifier<'_>)) {
    let mut reader = list.inside(bytes);
    while let Ok(Some(extension)) = extension(&mut reader, bytes) {
        let names = extension.value.inside(bytes).expect(tag::SEQUENCE);
        let first = names.and_then(|names| names.inside(bytes).any());
        if first
            .is_ok_and(|first| first.tag == DNS_NAME && spelling::is_host(first.contents(bytes)))
        {
            // What is wrong with an extension that we do not know is no damage.
            let _ = general_names(bytes, extension.value, tell);
        }
    }
}
