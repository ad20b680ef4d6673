//! One resource record: its tokens, over as many lines as its parentheses span.

use std::ops::Range;

use super::owner::escape;
use crate::reject::RejectReason;

/// What has been read of a record, between its lines too.
#[derive(Default)]
pub(super) struct Record {
    /// Parentheses that are open.
    depth: u32,
    ttl: bool,
    class: bool,
    kind: Option<Kind>,
    /// Tokens after the type.
    data: usize,
}

/// The types that say something here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Soa,
    Ns,
    Other,
}

/// Where the owner stands that a line states, if it does not start with a blank.
pub(super) fn stated_owner(line: &[u8]) -> Result<Option<Range<usize>>, RejectReason> {
    match line.first() {
        None | Some(b' ' | b'\t' | b'\r' | b'(' | b')' | b';') => Ok(None),
        Some(_) => token(line, 0).map(Some),
    }
}

impl Record {
    /// Reads a line of the record from `at` on, which is after the owner; gives the number of its tokens.
    pub(super) fn scan(&mut self, line: &[u8], mut at: usize) -> Result<usize, RejectReason> {
        let mut tokens = 0;
        while let Some(&byte) = line.get(at) {
            match byte {
                b' ' | b'\t' | b'\r' => at += 1,
                b';' => break,
                b'(' => {
                    self.depth += 1;
                    at += 1;
                }
                b')' => {
                    self.depth = self
                        .depth
                        .checked_sub(1)
                        .ok_or(RejectReason::UnbalancedParenthesis)?;
                    at += 1;
                }
                _ => {
                    let token = token(line, at)?;
                    at = token.end;
                    self.take(&line[token])?;
                    tokens += 1;
                }
            }
        }
        Ok(tokens)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.depth == 0
    }

    /// The type of a record that is whole.
    pub(super) fn kind(&self) -> Result<Kind, RejectReason> {
        match self.kind {
            None => Err(RejectReason::IncompleteRecord),
            Some(_) if self.data == 0 => Err(RejectReason::IncompleteRecord),
            Some(Kind::Ns) if self.data > 1 => Err(RejectReason::TrailingText),
            Some(kind) => Ok(kind),
        }
    }

    /// `[TTL] [class] type data` or `[class] [TTL] type data` (RFC 1035 §5.1).
    fn take(&mut self, token: &[u8]) -> Result<(), RejectReason> {
        if self.kind.is_some() {
            self.data += 1;
        } else if !self.ttl && is_ttl(token) {
            self.ttl = true;
        } else if !self.class && is_class(token) {
            self.class = true;
        } else {
            self.kind = Some(kind_of(token).ok_or(RejectReason::UnknownType)?);
        }
        Ok(())
    }
}

/// Whether the line starts a zone file's first statement beyond doubt: a directive, a record with its class, or an NS
/// or SOA record without one.
pub(crate) fn reads_like_zone(line: &[u8]) -> bool {
    let word = line
        .split(u8::is_ascii_whitespace)
        .next()
        .unwrap_or_default();
    let directive = [&b"$ORIGIN"[..], b"$TTL", b"$INCLUDE", b"$GENERATE"];
    if directive
        .iter()
        .any(|directive| word.eq_ignore_ascii_case(directive))
    {
        return true;
    }
    first_record(line).is_some_and(|(_, record)| {
        record.class || matches!(record.kind, Some(Kind::Soa | Kind::Ns))
    })
}

/// Whether a line is surely a record of its own, though it comes between the parentheses of another: it states its
/// owner, and its class or the only name of an NS record.
pub(super) fn interrupts(line: &[u8]) -> bool {
    first_record(line).is_some_and(|(stated, record)| {
        // `A NS SOA` may be the middle of a list of types (RFC 4034 §4.1.2).
        let last = line
            .trim_ascii_end()
            .rsplit(u8::is_ascii_whitespace)
            .next()
            .unwrap_or_default();
        let delegation =
            record.kind == Some(Kind::Ns) && record.data == 1 && kind_of(last).is_none();
        stated && (record.class || delegation)
    })
}

/// The record that a line begins, if it has a type and data, and whether it states its owner.
fn first_record(line: &[u8]) -> Option<(bool, Record)> {
    let owner = stated_owner(line).ok()?;
    let mut record = Record::default();
    record
        .scan(line, owner.as_ref().map_or(0, |owner| owner.end))
        .ok()?;
    (record.data > 0).then_some((owner.is_some(), record))
}

/// The token that starts at `at`; a quoted one with its marks.
fn token(line: &[u8], at: usize) -> Result<Range<usize>, RejectReason> {
    if line[at] == b'"' {
        return quoted(line, at);
    }
    let mut end = at;
    loop {
        while line.get(end).is_some_and(|&byte| !ENDS_RUN[byte as usize]) {
            end += 1;
        }
        if line.get(end) != Some(&b'\\') {
            return Ok(at..end);
        }
        let (_, after) = escape(&line[end + 1..])?;
        end = line.len() - after.len();
    }
}

fn quoted(line: &[u8], at: usize) -> Result<Range<usize>, RejectReason> {
    let mut end = at + 1;
    while let Some(length) = memchr::memchr2(b'"', b'\\', &line[end..]) {
        end += length;
        if line[end] == b'"' {
            return Ok(at..end + 1);
        }
        let (_, after) = escape(&line[end + 1..])?;
        end = line.len() - after.len();
    }
    Err(RejectReason::UnbalancedQuote)
}

/// Bytes that end a run of ordinary bytes of a token.
const ENDS_RUN: [bool; 256] = {
    let mut ends = [false; 256];
    let stops = b" \t\r;()\"\\";
    let mut index = 0;
    while index < stops.len() {
        ends[stops[index] as usize] = true;
        index += 1;
    }
    ends
};

/// Seconds, or numbers with BIND's units as in `1h30m`.
pub(super) fn is_ttl(token: &[u8]) -> bool {
    token.first().is_some_and(u8::is_ascii_digit)
        && token
            .iter()
            .all(|byte| byte.is_ascii_digit() || b"smhdwSMHDW".contains(byte))
}

/// RFC 1035 §3.2.4, RFC 3597 §5.
fn is_class(token: &[u8]) -> bool {
    [&b"IN"[..], b"CH", b"HS", b"CS"]
        .iter()
        .any(|class| token.eq_ignore_ascii_case(class))
        || is_numbered(token, b"CLASS")
}

fn kind_of(token: &[u8]) -> Option<Kind> {
    if token.eq_ignore_ascii_case(b"NS") || token.eq_ignore_ascii_case(b"TYPE2") {
        Some(Kind::Ns)
    } else if token.eq_ignore_ascii_case(b"SOA") || token.eq_ignore_ascii_case(b"TYPE6") {
        Some(Kind::Soa)
    } else {
        let known = TYPES
            .iter()
            .any(|name| token.eq_ignore_ascii_case(name.as_bytes()));
        (known || is_numbered(token, b"TYPE")).then_some(Kind::Other)
    }
}

fn is_numbered(token: &[u8], prefix: &[u8]) -> bool {
    token
        .split_at_checked(prefix.len())
        .is_some_and(|(name, number)| {
            name.eq_ignore_ascii_case(prefix)
                && number.first().is_some_and(u8::is_ascii_digit)
                && str::from_utf8(number).is_ok_and(|number| number.parse::<u16>().is_ok())
        })
}

/// Types with a mnemonic (IANA DNS parameters) other than NS and SOA, those of large zones first.
const TYPES: [&str; 75] = [
    "DS",
    "RRSIG",
    "NSEC3",
    "A",
    "AAAA",
    "NSEC",
    "DNSKEY",
    "TXT",
    "NSEC3PARAM",
    "MX",
    "CNAME",
    "PTR",
    "SRV",
    "CAA",
    "DNAME",
    "CDS",
    "CDNSKEY",
    "CSYNC",
    "ZONEMD",
    "TLSA",
    "SMIMEA",
    "SSHFP",
    "NAPTR",
    "HTTPS",
    "SVCB",
    "HINFO",
    "RP",
    "LOC",
    "SPF",
    "KEY",
    "SIG",
    "NXT",
    "MD",
    "MF",
    "MB",
    "MG",
    "MR",
    "NULL",
    "WKS",
    "MINFO",
    "AFSDB",
    "X25",
    "ISDN",
    "RT",
    "NSAP",
    "NSAP-PTR",
    "PX",
    "GPOS",
    "EID",
    "NIMLOC",
    "ATMA",
    "KX",
    "CERT",
    "A6",
    "SINK",
    "APL",
    "IPSECKEY",
    "DHCID",
    "HIP",
    "NINFO",
    "RKEY",
    "TALINK",
    "OPENPGPKEY",
    "UINFO",
    "UID",
    "GID",
    "UNSPEC",
    "NID",
    "L32",
    "L64",
    "LP",
    "EUI48",
    "EUI64",
    "URI",
    "DLV",
];
