//! Ids of analytics and tags: who measures the visitors of two pages with one id runs both.

use std::collections::BTreeSet;

/// How many ids are told.
const MAX_IDS: usize = 64;

/// How an id stands in a page.
struct Pattern {
    /// What is told before the id.
    service: &'static str,
    /// What stands before the id in text as [`compact`] writes it.
    before: &'static str,
    /// Whether `before` belongs to the id.
    with: bool,
    /// What the id consists of.
    is: fn(u8) -> bool,
    /// How long the rest of it is.
    len: (usize, usize),
}

const PATTERNS: &[Pattern] = &[
    of("google", "UA-", true, digit_or_hyphen, (6, 15)),
    of("google", "'G-", true, capital_or_digit, (6, 12)),
    of("google", "id=G-", true, capital_or_digit, (6, 12)),
    of("google", "GTM-", true, capital_or_digit, (4, 9)),
    of("google", "AW-", true, digit, (8, 12)),
    of("adsense", "ca-pub-", true, digit, (10, 20)),
    of("facebook", "fbq('init','", false, digit, (8, 20)),
    of("facebook", "facebook.com/tr?id=", false, digit, (8, 20)),
    of("matomo", "['setSiteId','", false, digit, (1, 9)),
    of("matomo", "['setSiteId',", false, digit, (1, 9)),
    of("yandex", "mc.yandex.ru/watch/", false, digit, (5, 12)),
    of("yandex", "ym(", false, digit, (5, 12)),
    of("hotjar", "hjid:", false, digit, (4, 12)),
    of("clarity", "clarity.ms/tag/", false, small_or_digit, (8, 16)),
];

const fn of(
    service: &'static str,
    before: &'static str,
    with: bool,
    is: fn(u8) -> bool,
    len: (usize, usize),
) -> Pattern {
    Pattern {
        service,
        before,
        with,
        is,
        len,
    }
}

/// The ids in a page's text, as `service:id`, sorted; at most 64.
pub(super) fn find(html: &str) -> Vec<String> {
    let compact = compact(html);
    let mut found = BTreeSet::new();
    for pattern in PATTERNS {
        for (at, before) in compact.match_indices(pattern.before) {
            if found.len() == MAX_IDS {
                break;
            }
            found.extend(pattern.id(&compact, at, at + before.len()));
        }
    }
    found.into_iter().collect()
}

/// White space is left out but between words, and all quotes are one kind.
fn compact(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut apart = false;
    for letter in html.chars() {
        if letter.is_whitespace() {
            apart = true;
            continue;
        }
        let joins = apart && letter.is_alphanumeric() && out.ends_with(char::is_alphanumeric);
        if joins {
            out.push(' ');
        }
        apart = false;
        out.push(if matches!(letter, '"' | '`') {
            '\''
        } else {
            letter
        });
    }
    out
}

impl Pattern {
    fn id(&self, text: &str, start: usize, end: usize) -> Option<String> {
        let bytes = text.as_bytes();
        // Within a longer word it is another thing.
        let joined = start > 0 && bytes[start - 1].is_ascii_alphanumeric();
        if joined && bytes[start].is_ascii_alphanumeric() {
            return None;
        }
        let len = bytes[end..]
            .iter()
            .take_while(|byte| (self.is)(**byte))
            .count();
        let follows = bytes.get(end + len).is_some_and(u8::is_ascii_alphanumeric);
        if follows || !(self.len.0..=self.len.1).contains(&len) {
            return None;
        }
        let from = if self.with { start } else { end };
        let id = text[from..end + len].trim_start_matches('\'');
        let id = id.strip_prefix("id=").unwrap_or(id);
        Some(format!("{}:{}", self.service, id.trim_end_matches('-')))
    }
}

fn digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

fn digit_or_hyphen(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'-'
}

fn capital_or_digit(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

fn small_or_digit(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: &[&str]) {
        assert_eq!(find(html), expected, "{html}");
    }

    #[test]
    fn each_service() {
        check(
            "<script async src=\"https://www.googletagmanager.com/gtag/js?id=G-ABC1234567\"></script>gtag('config', 'UA-1234567-8')",
            &["google:G-ABC1234567", "google:UA-1234567-8"],
        );
        check(
            "fbq( \"init\", '1234567890123' );",
            &["facebook:1234567890123"],
        );
        check(
            "_paq.push([\"setSiteId\", \"5\"]); _paq.push(['setSiteId', 7]);",
            &["matomo:5", "matomo:7"],
        );
        check("ym(12345678, 'init')", &["yandex:12345678"]);
        check(
            "GTM-AB12C3 ca-pub-1234567890123456",
            &["adsense:ca-pub-1234567890123456", "google:GTM-AB12C3"],
        );
    }

    #[test]
    fn what_is_no_id() {
        check("AQUA-123456 UA- GTM-x ASYM(12345678 YUA-1234567-8", &[]);
        check("aym(12345678)", &[]);
        check("ym(", &[]);
        check("UA-é", &[]);
    }

    #[test]
    fn ids_are_bounded() {
        let many: Vec<String> = (0..1_000)
            .map(|number| format!("'AW-{number:09}'"))
            .collect();
        assert_eq!(find(&many.concat()).len(), MAX_IDS);
    }
}
