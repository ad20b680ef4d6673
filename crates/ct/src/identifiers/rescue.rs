//! Names out of bytes whose structure is broken: nothing is believed but what a name itself looks like.

use memchr::memchr2;

use super::spelling::{common_name, dns_name, is_host, is_host_letter};
use super::{COMMON_NAME, DNS_NAME, IP_ADDRESS, Identifier, Kind, SUBJECT_ALT_NAME};
use super::{of_octets, tell_address};
use crate::der::{header, tag};

/// Octets of a common name, or of a name in place of a list, that are looked at. RFC 5280, appendix A.1, allows 64
/// characters for the first, RFC 1035 §2.3.4 253 for the second.
const MAX_NAME: usize = 256;

/// Tells what looks like a name in `bytes[from..]`: common names with a dot, what stands in a `subjectAltName`,
/// and `dNSName`s wherever they are. Costs time linear in the bytes: what was read is not read again.
pub(super) fn scan(bytes: &[u8], from: usize, tell: &mut dyn FnMut(Identifier<'_>)) {
    let mut at = from;
    while let Some(next) = memchr2(tag::OID, DNS_NAME, &bytes[at..]) {
        at += next;
        at = if bytes[at] == DNS_NAME {
            host_name(bytes, at, false, tell)
        } else if is_oid(&bytes[at..], COMMON_NAME) {
            subject(bytes, at + 2 + COMMON_NAME.len(), tell)
        } else if is_oid(&bytes[at..], SUBJECT_ALT_NAME) {
            general_names(bytes, at + 2 + SUBJECT_ALT_NAME.len(), tell)
        } else {
            at + 1
        };
    }
}

/// Whether an object identifier with these contents stands in front.
fn is_oid(bytes: &[u8], oid: &[u8]) -> bool {
    bytes[1..]
        .split_first()
        .is_some_and(|(&length, rest)| usize::from(length) == oid.len() && rest.starts_with(oid))
}

/// The string after the object identifier of a common name; returns where it ends.
fn subject(bytes: &[u8], at: usize, tell: &mut dyn FnMut(Identifier<'_>)) -> usize {
    let Ok((string, from, length)) = header(bytes, at) else {
        return at;
    };
    let claimed = &bytes[from..];
    let claimed = &claimed[..length.min(MAX_NAME).min(claimed.len())];
    let wide = matches!(string, tag::BMP_STRING | tag::UNIVERSAL_STRING);
    let control = claimed.iter().position(|&byte| byte < 0x20 && !wide);
    let raw = &claimed[..control.unwrap_or(claimed.len())];
    common_name(string, raw, &mut |identifier: Identifier<'_>| {
        // The issuer's may be among them, and is rarely a host name.
        if identifier.kind == Kind::Ip || identifier.raw.contains(&b'.') {
            tell(identifier);
        }
    });
    from + raw.len()
}

/// The names after the object identifier of a `subjectAltName`, whatever the lengths around them say; returns
/// where something else begins.
fn general_names(bytes: &[u8], at: usize, tell: &mut dyn FnMut(Identifier<'_>)) -> usize {
    let start = at;
    let at = match bytes[at..] {
        [tag::BOOLEAN, 1, _, ..] => at + 3,
        _ => at,
    };
    let Ok((_, from, length)) = header(bytes, at) else {
        return start;
    };
    // One name instead of a list of them.
    let contents = &bytes[from..bytes.len().min(from + length.min(MAX_NAME))];
    if is_host(contents) {
        dns_name(contents, tell);
        return from + contents.len();
    }
    let Ok((_, mut at, _)) = header(bytes, from) else {
        return start;
    };
    loop {
        at = match header(bytes, at) {
            Ok((DNS_NAME, ..)) => host_name(bytes, at, true, tell),
            Ok((IP_ADDRESS, from, length @ (4 | 16))) if length <= bytes.len() - from => {
                let end = from + length;
                if let Some(address) = of_octets(&bytes[from..end]) {
                    tell_address(address, tell);
                }
                end
            }
            _ => return at,
        };
    }
}

/// What follows the tag of a `dNSName`; returns where it ends.
///
/// Told is what its length claims (`known` says that it stands in a `subjectAltName`; elsewhere it must look like a
/// host name), and the run of host letters if that is another and looks like a host name, since the length may lie.
fn host_name(bytes: &[u8], at: usize, known: bool, tell: &mut dyn FnMut(Identifier<'_>)) -> usize {
    let (from, length) = match header(bytes, at) {
        Ok((_, from, length)) => (from, length),
        Err(_) => (bytes.len().min(at + 2), 0),
    };
    let rest = &bytes[from..];
    let is_letter = |&byte: &u8| is_host_letter(byte) || byte == b'*';
    let run = rest.iter().take_while(|byte| is_letter(byte)).count();
    let claimed = &rest[..length.min(rest.len())];
    // The next name is not part of this one. Told names are short; so must be the way to here.
    let next_name = memchr::memchr(DNS_NAME, claimed);
    let claimed = &claimed[..next_name.unwrap_or(claimed.len())];
    let run = &rest[..run];
    if known || is_host(claimed) {
        dns_name(claimed, tell);
    }
    // The tag that most often follows is also the digit 0.
    let ends_well = claimed.len() == run.len()
        || claimed.len() < run.len() && rest[claimed.len()] == tag::SEQUENCE;
    if !ends_well {
        let shorter = run.strip_suffix(&[tag::SEQUENCE]);
        for run in shorter.into_iter().chain([run]).filter(|run| is_host(run)) {
            dns_name(run, tell);
        }
    }
    let clean = known || claimed.len() <= run.len();
    from + run.len().max(if clean { claimed.len() } else { 0 })
}
