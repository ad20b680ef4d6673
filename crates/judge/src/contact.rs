//! Texts of contacts, to compare.

/// Lower case, words parted by one blank.
pub(crate) fn plain(text: &str) -> String {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '"'))
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// Whether a contact's text says that it is kept back, or that somebody stands in.
pub(crate) fn is_redacted(text: &str) -> bool {
    const WORDS: [&str; 13] = [
        "redacted",
        "privacy",
        "private",
        "proxy",
        "withheld",
        "not disclosed",
        "protect",
        "masking",
        "gdpr",
        "whoisguard",
        "please query",
        "statutory",
        "anonym",
    ];
    let text = text.to_lowercase();
    WORDS.iter().any(|word| text.contains(word))
}
