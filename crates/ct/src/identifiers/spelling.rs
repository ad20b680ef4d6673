//! What an identifier may mean: every reading of its bytes that could be a host name.

use std::borrow::Cow;
use std::collections::HashSet;
use std::net::IpAddr;

use super::{Identifier, Kind, tell_address};
use crate::der::text::Encoding;

/// Octets of an identifier that are looked at.
const MAX_RAW: usize = 4096;

/// Tells the readings of a `dNSName`.
#[inline]
pub(super) fn dns_name(raw: &[u8], tell: &mut (impl FnMut(Identifier<'_>) + ?Sized)) {
    let kind = Kind::Dns;
    if is_plain(raw) {
        tell(Identifier { kind, raw });
    } else {
        readings(kind, Encoding::Octets, raw, &mut |identifier| {
            tell(identifier);
        });
    }
}

/// Tells the readings of a common name, a string with this tag, unless it is plainly no host name.
#[inline]
pub(super) fn common_name(
    string: u8,
    raw: &[u8],
    tell: &mut (impl FnMut(Identifier<'_>) + ?Sized),
) {
    let kind = Kind::CommonName;
    let encoding = Encoding::of(string);
    if is_plain(raw) {
        tell(Identifier { kind, raw });
        // Two or four plain letters to a character make no name, but one may be written so by mistake.
        if matches!(encoding, Encoding::Octets | Encoding::Utf8) {
            return;
        }
    }
    readings(kind, encoding, raw, &mut |identifier| tell(identifier));
}

/// Whether the byte may stand in a host name. Written as comparisons, so that many are made at once.
#[inline]
pub(super) fn is_host_letter(byte: u8) -> bool {
    let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    // Hyphen, dot, slash, digits.
    let other = byte.wrapping_sub(b'-') < 13 && byte != b'/';
    letter | other | (byte == b'_')
}

/// Whether this is a host name, after `*.` at most, and nothing else; no address, since those end with a digit.
#[inline]
fn is_plain(raw: &[u8]) -> bool {
    let name = raw.strip_prefix(b"*.").unwrap_or(raw);
    let ([first, .., last] | [first @ last]) = name else {
        return false;
    };
    let odd = name
        .iter()
        .fold(false, |odd, &byte| odd | !is_host_letter(byte));
    let pairs = name.iter().zip(&name[1..]);
    let empty = pairs.fold(false, |empty, (&one, &next)| {
        empty | ((one == b'.') & (next == b'.'))
    });
    let ends = *first == b'.' || *last == b'.' || last.is_ascii_digit();
    !(odd | empty | ends) && raw.len() <= MAX_RAW
}

/// Whether this has the form of a host name of several labels.
pub(super) fn is_host(raw: &[u8]) -> bool {
    let name = raw.strip_prefix(b"*.").unwrap_or(raw);
    let inner = name.iter().skip(1).rev().skip(1);
    name.len() >= 4
        && name.iter().all(|&byte| is_host_letter(byte))
        && inner.into_iter().any(|&byte| byte == b'.')
}

/// Tells each reading once.
#[cold]
fn readings(kind: Kind, encoding: Encoding, raw: &[u8], tell: &mut dyn FnMut(Identifier<'_>)) {
    let raw = &raw[..raw.len().min(MAX_RAW)];
    let mut told = HashSet::new();
    let mut tell_once = |host: &str| {
        if host.is_empty() || told.contains(host) {
            return;
        }
        told.insert(host.to_owned());
        match host.parse::<IpAddr>() {
            Ok(address) => tell_address(address, tell),
            Err(_) => tell(Identifier {
                kind,
                raw: host.as_bytes(),
            }),
        }
    };
    for text in encoding.texts(raw) {
        if let Some((before, _)) = text.split_once('\0') {
            hosts(kind, before, &mut tell_once);
            hosts(kind, &text.replace('\0', ""), &mut tell_once);
        } else {
            hosts(kind, &text, &mut tell_once);
        }
    }
}

/// Tells the host part of each piece of a text.
fn hosts(kind: Kind, text: &str, tell: &mut impl FnMut(&str)) {
    let text = text.trim();
    if kind == Kind::CommonName && text.contains(char::is_whitespace) {
        return;
    }
    let divides =
        |letter: char| letter.is_whitespace() || letter.is_control() || matches!(letter, ',' | ';');
    let several = text.contains(divides);
    for piece in text.split(divides) {
        let host = labels(host(piece));
        if !several || host.contains('.') {
            tell(&host);
        }
    }
}

/// The host out of `scheme://user@host:port/path`, or of as much of it as there is.
fn host(piece: &str) -> &str {
    let piece = piece.trim_matches(['"', '\'', '`', '<', '>']);
    let scheme = piece.find("://").or_else(|| piece.find(":\\\\"));
    let rest = scheme.map_or(piece, |colon| &piece[colon + 1..]);
    let rest = rest.trim_start_matches(['/', '\\']);
    let rest = rest
        .find(['/', '\\', '#'])
        .map_or(rest, |slash| &rest[..slash]);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    if rest.parse::<IpAddr>().is_ok() {
        return rest;
    }
    if let Some((address, _)) = rest
        .strip_prefix('[')
        .and_then(|inside| inside.split_once(']'))
    {
        return address;
    }
    match rest.rsplit_once(':') {
        // A port, or a prefix such as `DNS:`.
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            host.rsplit_once(':').map_or(host, |(_, host)| host)
        }
        Some((_, host)) => host,
        None => rest,
    }
}

/// The host without labels that stand for something else, and without stars but for a leading `*.`.
fn labels(host: &str) -> Cow<'_, str> {
    let (star, rest) = match host.strip_prefix("*.") {
        Some(rest) => ("*.", rest),
        None => ("", host),
    };
    let odd = |label: &str| matches!(label, "" | "?" | "(PRIVATE)") || label.contains('*');
    if !rest.split('.').any(odd) {
        return Cow::Borrowed(host);
    }
    let mut name = String::with_capacity(host.len());
    for label in rest.split('.') {
        let label = label.replace('*', "");
        if !odd(&label) {
            name.push_str(if name.is_empty() { star } else { "." });
            name.push_str(&label);
        }
    }
    Cow::Owned(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::der::tag;

    fn read(spell: impl FnOnce(&mut dyn FnMut(Identifier<'_>))) -> String {
        let mut told = vec![];
        spell(&mut |identifier| {
            let kind = match identifier.kind {
                Kind::Ip => "ip ",
                Kind::Dns | Kind::CommonName => "",
            };
            told.push(format!("{kind}{}", String::from_utf8_lossy(identifier.raw)));
        });
        told.join(" | ")
    }

    #[track_caller]
    fn check(raw: impl AsRef<[u8]>, expected: &str) {
        assert_eq!(read(|tell| dns_name(raw.as_ref(), tell)), expected);
    }

    #[track_caller]
    fn check_common_name(string: u8, raw: impl AsRef<[u8]>, expected: &str) {
        assert_eq!(
            read(|tell| common_name(string, raw.as_ref(), tell)),
            expected
        );
    }

    const PRINTABLE: u8 = 0x13;
    const TELETEX: u8 = 0x14;

    #[test]
    fn plain() {
        check("www.shop.example", "www.shop.example");
        check("*.shop.example", "*.shop.example");
        check("Shop_1.EXAMPLE", "Shop_1.EXAMPLE");
        check("xn--bcher-kva.example", "xn--bcher-kva.example");
        check("localhost", "localhost");
        check("shop.example2", "shop.example2");
        check("", "");
    }

    #[test]
    fn nul_gives_both_readings() {
        check(
            "shop.example\0.other.example",
            "shop.example | shop.example.other.example",
        );
        check("\0shop.example", "shop.example");
        check("s\0h\0o\0p\0.\0e\0x\0", "s | shop.ex");
        check("shop.example\0", "shop.example");
    }

    #[test]
    fn beyond_ascii_gives_both_readings() {
        check("bücher.example", "bücher.example | bÃ¼cher.example");
        check(b"b\xfccher.example", "bücher.example");
    }

    #[test]
    fn several_in_one() {
        check("a.example, b.example", "a.example | b.example");
        check("a.example\nb.example note", "a.example | b.example");
        check(b"a.example\x82\x0bb.example", "a.example | b.example");
    }

    #[test]
    fn only_the_host() {
        check("http://shop.example/a/b", "shop.example");
        check("https://me:pass@shop.example:8443/", "shop.example");
        check("https:\\\\shop.example\\a", "shop.example");
        check("//shop.example", "shop.example");
        check("shop.example/", "shop.example");
        check("shop.example.", "shop.example");
        check(" shop.example ", "shop.example");
        check(".shop.example", "shop.example");
        check("shop..example", "shop.example");
        check("DNS:shop.example", "shop.example");
        check("DNS:shop.example:443", "shop.example");
        check("me@shop.example", "shop.example");
        check("'shop.example'", "shop.example");
        check("/", "");
    }

    #[test]
    fn stars_and_redaction() {
        check("w*.shop.example", "w.shop.example");
        check("*.*.shop.example", "*.shop.example");
        check("a.*.shop.example", "a.shop.example");
        check("*shop.example", "shop.example");
        check("?.shop.example", "shop.example");
        check("(PRIVATE).shop.example", "shop.example");
        check("*", "");
        check("*.", "");
    }

    #[test]
    fn addresses_in_words() {
        check("192.0.2.1", "ip 192.0.2.1");
        check("192.0.2.1:443", "ip 192.0.2.1");
        check("2001:DB8::1", "ip 2001:db8::1");
        check("https://[2001:db8::1]:443/", "ip 2001:db8::1");
    }

    #[test]
    fn common_names() {
        check_common_name(PRINTABLE, "shop.example", "shop.example");
        check_common_name(PRINTABLE, "Example Ltd CA", "");
        check_common_name(PRINTABLE, "Shop.example Ltd", "");
        check_common_name(PRINTABLE, "me@shop.example", "shop.example");
        check_common_name(TELETEX, b"b\xfccher.example", "bücher.example");
        check_common_name(
            TELETEX,
            "bücher.example",
            "bücher.example | bÃ¼cher.example",
        );
        check_common_name(tag::UTF8_STRING, "bücher.example", "bücher.example");
        check_common_name(tag::UTF8_STRING, b"b\xfccher.example", "bücher.example");
        check_common_name(0x99, "shop.example/x", "shop.example");
    }

    #[test]
    fn wide_common_names() {
        let utf16: Vec<u8> = "bücher.example"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        check_common_name(tag::BMP_STRING, &utf16, "bücher.example");
        let utf32: Vec<u8> = "bücher.example"
            .chars()
            .flat_map(|letter| u32::from(letter).to_be_bytes())
            .collect();
        check_common_name(tag::UNIVERSAL_STRING, &utf32, "bücher.example");
        check_common_name(tag::BMP_STRING, "\0a\0.\0b\0\0\0.\0c", "a.b | a.b.c");
        check_common_name(tag::BMP_STRING, "shop.exampl", "shop.exampl | 獨潰⹥硡浰");
        check_common_name(tag::BMP_STRING, [0xd8, 0, 0, b'a'], "\u{fffd}a");
    }

    #[test]
    fn size_is_bounded() {
        check("a".repeat(5000), &"a".repeat(4096));
        let many = "a.b ".repeat(1 << 20);
        check(many, "a.b");
    }
}
