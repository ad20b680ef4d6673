//! STIX patterns (STIX 2.1 §9), as far as they name values.
//!
//! A pattern is a question to a sensor; here only what it names is of interest. Each comparison of a known object path for
//! equality gives its value. What else is compared is counted.

use std::iter::Peekable;
use std::net::IpAddr;
use std::str::Chars;

use model::actor::IndicatorKind;

use crate::{Skip, Skipped};

/// The values that a pattern names, each with its kind.
pub(super) fn values(pattern: &str, skipped: &mut Skipped) -> Vec<(IndicatorKind, String)> {
    let mut tokens = Tokens(pattern.chars().peekable()).peekable();
    let mut found = vec![];
    while let Some(token) = tokens.next() {
        let Token::Path(path) = token else {
            continue;
        };
        let mut operator = tokens.next();
        let negated = operator.as_ref().is_some_and(|token| token.is("NOT"));
        if negated {
            operator = tokens.next();
        }
        let values = match operator {
            Some(Token::Sign("=")) => match tokens.peek() {
                Some(Token::Text(_)) => texts(tokens.next()),
                _ => vec![],
            },
            Some(token) if token.is("IN") => list(&mut tokens),
            _ => vec![],
        };
        if negated || values.is_empty() {
            skipped.count(Skip::OtherComparison);
            continue;
        }
        for value in values {
            match kind(&path, &value) {
                Some(kind) => found.push((kind, value)),
                None => skipped.count(Skip::OtherComparison),
            }
        }
    }
    found
}

/// What is compared at an object path.
fn kind(path: &str, value: &str) -> Option<IndicatorKind> {
    let path: String = path.chars().filter(|&c| c != '\'').collect();
    Some(match path.as_str() {
        "domain-name:value" => IndicatorKind::Domain,
        "ipv4-addr:value" | "ipv6-addr:value" | "domain-name:resolves_to_refs[*].value" => {
            IndicatorKind::Address
        }
        "network-traffic:dst_ref.value" | "network-traffic:src_ref.value" => {
            match value.parse::<IpAddr>() {
                Ok(_) => IndicatorKind::Address,
                Err(_) => IndicatorKind::Domain,
            }
        }
        "email-addr:value" | "email-message:from_ref.value" | "email-message:sender_ref.value" => {
            IndicatorKind::Email
        }
        "url:value" => IndicatorKind::Url,
        "x509-certificate:hashes.SHA-1" | "x509-certificate:hashes.SHA1" => {
            IndicatorKind::CertificateSha1
        }
        "x509-certificate:hashes.SHA-256" | "x509-certificate:hashes.SHA256" => {
            IndicatorKind::CertificateSha256
        }
        _ => return None,
    })
}

fn texts(token: Option<Token>) -> Vec<String> {
    match token {
        Some(Token::Text(text)) => vec![text],
        _ => vec![],
    }
}

/// The texts of `('a', 'b')`.
fn list(tokens: &mut Peekable<Tokens<'_>>) -> Vec<String> {
    let mut all = vec![];
    while let Some(Token::Text(_) | Token::Sign("(" | ",")) = tokens.peek() {
        all.extend(texts(tokens.next()));
    }
    all
}

enum Token {
    /// `domain-name:value`, with quotes and indexes as they are.
    Path(String),
    /// `AND`, `NOT`, `IN`, a number.
    Word(String),
    /// What stands between quotes, without its escapes.
    Text(String),
    /// `[`, `=`, `(`, `,` or another sign.
    Sign(&'static str),
}

impl Token {
    fn is(&self, word: &str) -> bool {
        matches!(self, Self::Word(found) if found == word)
    }
}

/// Cuts a pattern into tokens; whatever it is, it ends.
struct Tokens<'a>(Peekable<Chars<'a>>);

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        while self.0.next_if(|c| c.is_whitespace()).is_some() {}
        let first = *self.0.peek()?;
        if first == '\'' {
            return Some(Token::Text(self.quoted()));
        }
        if !is_word(first) {
            self.0.next();
            return Some(Token::Sign(match first {
                '=' => "=",
                '(' => "(",
                ',' => ",",
                _ => "other",
            }));
        }
        let mut word = String::new();
        while let Some(&c) = self.0.peek() {
            // A key in quotes and an index belong to a path.
            let inside = word.contains(':') && (c == '[' || (c == '\'' && word.ends_with('.')));
            if inside && c == '\'' {
                word.push_str(&self.quoted());
            } else if inside {
                word.extend(self.0.by_ref().take_while(|&c| c != ']'));
                word.push(']');
            } else if is_word(c) {
                word.push(c);
                self.0.next();
            } else {
                break;
            }
        }
        Some(if word.contains(':') {
            Token::Path(word)
        } else {
            Token::Word(word)
        })
    }
}

impl Tokens<'_> {
    /// The text up to the closing quote; a backslash takes the next character as it is.
    fn quoted(&mut self) -> String {
        self.0.next();
        let mut text = String::new();
        while let Some(c) = self.0.next() {
            match c {
                '\'' => break,
                '\\' => text.extend(self.0.next()),
                c => text.push(c),
            }
        }
        text
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | ':' | '.' | '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, expected: &str) {
        let mut skipped = Skipped::default();
        let found = values(pattern, &mut skipped);
        let mut shown: Vec<String> = found
            .iter()
            .map(|(kind, value)| format!("{kind} {value}"))
            .collect();
        if !skipped.is_empty() {
            shown.push(skipped.to_string());
        }
        assert_eq!(shown.join("; "), expected, "{pattern}");
    }

    #[test]
    fn one_value() {
        check("[domain-name:value = 'a.example']", "domain a.example");
        check("[domain-name:value='a.example']", "domain a.example");
        check("[ipv4-addr:value = '192.0.2.1']", "address 192.0.2.1");
        check(
            "[url:value = 'https://a.example/it\\'s']",
            "url https://a.example/it's",
        );
        check(
            "[x509-certificate:hashes.'SHA-256' = 'ab']",
            "certificate-sha256 ab",
        );
        check(
            "[x509-certificate:hashes.SHA1 = 'ab']",
            "certificate-sha1 ab",
        );
    }

    #[test]
    fn several_values() {
        check(
            "[domain-name:value = 'a.example' OR ipv6-addr:value = '2001:db8::1'] FOLLOWEDBY [email-addr:value = 'a@b.example'] WITHIN 5 SECONDS",
            "domain a.example; address 2001:db8::1; email a@b.example",
        );
        check(
            "[domain-name:value IN ('a.example', 'b.example')]",
            "domain a.example; domain b.example",
        );
        check(
            "[network-traffic:dst_ref.value = '192.0.2.1' AND network-traffic:dst_port = 443]",
            "address 192.0.2.1; 1 other-comparison",
        );
        check(
            "[domain-name:value = 'a.example' AND domain-name:resolves_to_refs[*].value = '192.0.2.1']",
            "domain a.example; address 192.0.2.1",
        );
    }

    #[test]
    fn what_names_no_value_is_counted() {
        for pattern in [
            "[domain-name:value != 'a.example']",
            "[domain-name:value NOT = 'a.example']",
            "[domain-name:value NOT IN ('a.example')]",
            "[domain-name:value LIKE '%.example']",
            "[file:hashes.MD5 = 'ab']",
            "[process:pid > 5]",
            "[domain-name:value =",
        ] {
            check(pattern, "1 other-comparison");
        }
        check("", "");
        check("]['", "");
    }
}
