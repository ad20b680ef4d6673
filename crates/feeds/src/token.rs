//! A name taken out of what people write it in: a URL, an e-mail address, a filter rule.

use std::net::IpAddr;
use std::ops::Range;

/// Where in `token` the name stands; empty when there is a place for one with nothing in it.
///
/// Nothing is validated: what is no name stays as it is, for the parser of names to say so.
///
/// - `||name^…` and `@@||name^…`: up to `^`, `/` or `$`.
/// - `scheme://user@name:port/path`: the host; in brackets, the address (RFC 3986 §3.2.2).
/// - `who@name`, also after `mailto:`: what follows the last `@`.
/// - `name:port` and `name/path`: the name, before a path only if it has a dot.
///
/// Quotation marks around it, and commas and semicolons after it, do not belong to it.
pub(crate) fn name_in(token: &[u8]) -> Range<usize> {
    if token.iter().all(|&byte| PLAIN[byte as usize]) {
        return 0..token.len();
    }
    let mut at = unquoted(token);
    let text = &token[at.clone()];
    let (from, host) =
        if let Some(rule) = text.strip_prefix(b"@@").unwrap_or(text).strip_prefix(b"||") {
            (text.len() - rule.len(), until(rule, b"^/$"))
        } else if let Some(scheme) = memchr::memmem::find(text, b"://") {
            (scheme + 3, until(&text[scheme + 3..], b"/?#\\"))
        } else {
            // `n/a` is no name with a path.
            let host = until(text, b"/?");
            (0, if host.contains(&b'.') { host } else { text })
        };
    at.start += from;
    let user = memchr::memrchr(b'@', host).map_or(0, |sign| sign + 1);
    at.start += user;
    let host = &host[user..];
    if let Some(bracketed) = host.strip_prefix(b"[") {
        at.start += 1;
        at.end = at.start + until(bracketed, b"]").len();
    } else {
        at.end = at.start + without_port(host).len();
    }
    at
}

/// Whether the line is of the form that `/etc/hosts` has: an address, a blank, a name.
pub(crate) fn is_hosts_line(line: &[u8]) -> bool {
    let mut words = line
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    words.next().is_some_and(is_address) && words.next().is_some()
}

/// Whether this is an IPv4 or IPv6 address.
pub(crate) fn is_address(token: &[u8]) -> bool {
    let digit_first = token
        .first()
        .is_some_and(|byte| byte.is_ascii_hexdigit() || *byte == b':');
    digit_first && str::from_utf8(token).is_ok_and(|text| text.parse::<IpAddr>().is_ok())
}

/// Whether this reads like a domain name with at least two labels, and not like a number, a date or an address.
pub(crate) fn looks_like_name(field: &[u8]) -> bool {
    let name = &field[name_in(field)];
    let name = name.strip_suffix(b".").unwrap_or(name);
    let Some(dot) = memchr::memrchr(b'.', name) else {
        return false;
    };
    let top = &name[dot + 1..];
    name.len() <= 1024
        && dot > 0
        && name.iter().all(|&byte| PLAIN[byte as usize])
        && top.len() >= 2
        && !top.iter().all(u8::is_ascii_digit)
}

/// What a token of a name's own bytes is made of: letters, digits, `-._*` and anything beyond ASCII.
pub(crate) const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let this = byte as u8;
        plain[byte] = this.is_ascii_alphanumeric()
            || matches!(this, b'-' | b'.' | b'_' | b'*')
            || !this.is_ascii();
        byte += 1;
    }
    plain
};

fn unquoted(token: &[u8]) -> Range<usize> {
    let end = token
        .iter()
        .rposition(|byte| !b",;".contains(byte))
        .map_or(0, |last| last + 1);
    match &token[..end] {
        [b'"', .., b'"'] | [b'\'', .., b'\''] if end >= 2 => 1..end - 1,
        _ => 0..end,
    }
}

fn until<'a>(text: &'a [u8], stops: &[u8]) -> &'a [u8] {
    let end = text.iter().position(|byte| stops.contains(byte));
    &text[..end.unwrap_or(text.len())]
}

/// Cuts `:` and digits off the end, unless there are further colons as in an IPv6 address.
fn without_port(host: &[u8]) -> &[u8] {
    match memchr::memchr(b':', host) {
        Some(colon) if host[colon + 1..].iter().all(u8::is_ascii_digit) => &host[..colon],
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(token: &str, name: &str) {
        assert_eq!(&token[name_in(token.as_bytes())], name, "{token}");
    }

    #[test]
    fn names_stay() {
        for name in [
            "example.com",
            "*.example.com",
            "_dmarc.example.com",
            "bücher.example",
            "com",
            "192.0.2.1",
        ] {
            check(name, name);
        }
    }

    #[test]
    fn urls() {
        check("https://example.com", "example.com");
        check(
            "https://user:p@ss@example.com:8443/a@b?c=://d#e",
            "example.com",
        );
        check("HTTP://Example.COM?x", "Example.COM");
        check("https://[2001:db8::1]:443/", "2001:db8::1");
        check("https:///path", "");
        check("example.com/path", "example.com");
        check("example.com:443", "example.com");
        check("example.com:", "example.com");
    }

    #[test]
    fn addresses() {
        check("who@example.com", "example.com");
        check("mailto:who@example.com?subject=x", "example.com");
        check("who@", "");
        check("2001:db8::1", "2001:db8::1");
    }

    #[test]
    fn filter_rules() {
        check("||example.com^", "example.com");
        check("@@||example.com^$third-party", "example.com");
        check("||example.com/path", "example.com");
        check("||^", "");
    }

    #[test]
    fn around() {
        check("example.com,", "example.com");
        check("\"example.com\",", "example.com");
        check("'example.com';", "example.com");
        check("\"", "\"");
        check(",", "");
    }

    #[test]
    fn what_is_no_name_stays_for_the_parser() {
        check("a,b.example", "a,b.example");
        check("exam<ple.com", "exam<ple.com");
        check("n/a", "n/a");
    }

    #[test]
    fn looks() {
        for name in [
            "example.com",
            "https://example.com/",
            "xn--p1ai.example.",
            "пример.рф",
        ] {
            assert!(looks_like_name(name.as_bytes()), "{name}");
        }
        for other in [
            "12.5",
            "2024-02-08",
            "com",
            "192.0.2.1",
            "a b.com",
            ".com",
            "",
            "e.g",
        ] {
            assert!(!looks_like_name(other.as_bytes()), "{other}");
        }
    }
}
