//! Text of strangers, made fit to be kept.

/// The longest value that is kept, in characters.
const MAX_VALUE: usize = 512;

/// Words that a registry writes in the place of a value that it keeps back.
const KEPT_BACK: &[&str] = &[
    "redacted",
    "not disclosed",
    "not shown",
    "withheld for",
    "data protected",
    "gdpr masked",
    "non-public data",
    "hidden upon user request",
    "for webbased whois",
    "select contact domain holder",
    "statutory masking enabled",
    "personal data, can not be publicly disclosed",
];

/// Words in the names of those who stand in for a registrant.
const STAND_INS: &[&str] = &[
    "privacy",
    "private person",
    "private registration",
    "proxy",
    "whoisguard",
    "whois agent",
    "whois protection",
    "whoisprotection",
    "identity protect",
    "domain protection",
    "contact privacy",
    "domains by proxy",
    "perfect privacy",
    "ano nymous",
    "anonymize",
    "hidden person",
];

/// A value on one line: control characters are spaces, spaces are one, at most 512 characters; `None` if nothing is left.
pub(crate) fn tidy(value: &str) -> Option<String> {
    let mut out = String::new();
    let mut count = 0;
    for letter in value.trim().chars() {
        let letter = if letter.is_control() || letter.is_whitespace() {
            ' '
        } else {
            letter
        };
        if letter == ' ' && out.ends_with(' ') {
            continue;
        }
        if count == MAX_VALUE {
            break;
        }
        out.push(letter);
        count += 1;
    }
    let len = out.trim_end().len();
    out.truncate(len);
    (!out.is_empty()).then_some(out)
}

/// Whether a value only says that the value is kept back.
pub(crate) fn is_kept_back(value: &str) -> bool {
    contains_any(value, KEPT_BACK)
}

/// Whether a name is that of a privacy service.
pub(crate) fn is_stand_in(name: &str) -> bool {
    contains_any(name, STAND_INS)
}

/// A country by ISO 3166-1 alpha-2, where the value is one.
pub(crate) fn country(value: &str) -> Option<String> {
    let code = value.trim();
    let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_code.then(|| code.to_ascii_uppercase())
}

fn contains_any(value: &str, words: &[&str]) -> bool {
    let value = value.to_lowercase();
    words.iter().any(|word| value.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_tamed() {
        assert_eq!(tidy(" a\x1b[2J\r\n b ").as_deref(), Some("a [2J b"));
        assert_eq!(tidy("\0 \n"), None);
        assert_eq!(tidy(&"é".repeat(1000)), Some("é".repeat(512)));
    }

    #[test]
    fn who_is_no_registrant() {
        assert!(is_kept_back("REDACTED FOR PRIVACY") && is_kept_back("NOT DISCLOSED!"));
        assert!(is_stand_in("Withheld for Privacy ehf") && is_stand_in("Domains By Proxy, LLC"));
        assert!(!is_stand_in("Example Bank") && !is_kept_back("Example Bank"));
    }

    #[test]
    fn countries() {
        assert_eq!(country(" fr").as_deref(), Some("FR"));
        assert_eq!(country("France"), None);
    }
}
