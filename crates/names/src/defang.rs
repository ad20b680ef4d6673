//! Hostile text, shown to people without harm.

use std::fmt::{self, Write as _};

/// A name as people may see it; made by [`defanged`].
#[derive(Debug, Clone, Copy)]
pub struct Defanged<'a>(&'a str);

/// Shows a name, in A-label or Unicode form, so that nothing takes it for a link
/// and nothing in it acts: `en-marche[.]fr`.
///
/// Each dot becomes `[.]`; each character that is not printable ASCII, a letter or
/// a digit becomes `\u{…}`, as do letters that are invisible. Letters written from
/// right to left stay, and terminals order them in their own way.
pub fn defanged(name: &str) -> Defanged<'_> {
    Defanged(name)
}

impl fmt::Display for Defanged<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '.' => f.write_str("[.]")?,
                '\\' => f.write_str("\\\\")?,
                ' '..='~' => f.write_char(c)?,
                _ if c.is_alphanumeric() && !acts(c) => f.write_char(c)?,
                _ => write!(f, "{}", c.escape_unicode())?,
            }
        }
        Ok(())
    }
}

/// Any hostile text, fit for a terminal or a log; made by [`escaped`].
#[derive(Debug, Clone, Copy)]
pub struct Escaped<'a> {
    text: &'a str,
    limit: usize,
}

/// Shows hostile text on one line: controls (so also ANSI sequences and line
/// ends), bidirectional and zero-width characters, marks, odd spaces and what
/// Unicode does not assign become `\u{…}`, a backslash becomes two; the rest stays.
pub fn escaped(text: &str) -> Escaped<'_> {
    Escaped {
        text,
        limit: usize::MAX,
    }
}

impl Escaped<'_> {
    /// Shows at most this many characters of the text, then `…` for the rest.
    #[must_use]
    pub fn at_most(self, limit: usize) -> Self {
        Self { limit, ..self }
    }
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.text.chars();
        for c in rest.by_ref().take(self.limit) {
            match c {
                '\\' => f.write_str("\\\\")?,
                _ if acts(c) => write!(f, "{}", c.escape_unicode())?,
                _ => f.write_char(c)?,
            }
        }
        if rest.next().is_some() {
            f.write_char('…')?;
        }
        Ok(())
    }
}

/// Whether a character does something other than show itself.
fn acts(c: char) -> bool {
    match c {
        ' '..='~' => false,
        // Letters and a symbol by category, blank to the eye.
        '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{2800}' | '\u{3164}'
        | '\u{FFA0}' => true,
        // The standard library escapes controls, formats, spaces, marks, private use
        // and unassigned characters, and nothing else beyond ASCII.
        _ => c.escape_debug().len() > 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, as_name: &str, as_text: &str) {
        assert_eq!(defanged(text).to_string(), as_name, "as a name");
        assert_eq!(escaped(text).to_string(), as_text, "as text");
    }

    #[test]
    fn names_do_not_link() {
        check("en-marche.fr", "en-marche[.]fr", "en-marche.fr");
        check("élysée.example", "élysée[.]example", "élysée.example");
        check("пример.рф", "пример[.]рф", "пример.рф");
    }

    #[test]
    fn nothing_acts() {
        check("a\u{1b}[31mb", r"a\u{1b}[31mb", r"a\u{1b}[31mb");
        check(
            "a\r\nb\tc\0",
            r"a\u{d}\u{a}b\u{9}c\u{0}",
            r"a\u{d}\u{a}b\u{9}c\u{0}",
        );
        check("\u{202e}moc", r"\u{202e}moc", r"\u{202e}moc");
        check(
            "a\u{200b}b\u{ad}c\u{feff}",
            r"a\u{200b}b\u{ad}c\u{feff}",
            r"a\u{200b}b\u{ad}c\u{feff}",
        );
        check("\u{9b}2J\u{7f}", r"\u{9b}2J\u{7f}", r"\u{9b}2J\u{7f}");
        check(
            "\u{3164}\u{2800}\u{a0}",
            r"\u{3164}\u{2800}\u{a0}",
            r"\u{3164}\u{2800}\u{a0}",
        );
        check("e\u{301}\u{fe0f}", r"e\u{301}\u{fe0f}", r"e\u{301}\u{fe0f}");
        check(
            "\u{2028}\u{e000}\u{e0061}",
            r"\u{2028}\u{e000}\u{e0061}",
            r"\u{2028}\u{e000}\u{e0061}",
        );
    }

    #[test]
    fn escapes_are_unambiguous() {
        check(r"\u{202e}", r"\\u{202e}", r"\\u{202e}");
    }

    #[test]
    fn symbols_stay_in_text_only() {
        check("a→b。c", r"a\u{2192}b\u{3002}c", "a→b。c");
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(escaped("abcdef").at_most(3).to_string(), "abc…");
        assert_eq!(escaped("abc").at_most(3).to_string(), "abc");
        assert_eq!(escaped("\0\0").at_most(1).to_string(), r"\u{0}…");
    }

    #[test]
    fn no_character_acts() {
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            let mut buffer = [0; 4];
            let text: &str = c.encode_utf8(&mut buffer);
            for shown in [defanged(text).to_string(), escaped(text).to_string()] {
                assert!(
                    !shown
                        .chars()
                        .any(|c| c.is_control() || unicode_bidi_or_blank(c)),
                    "U+{:04X} is shown raw",
                    u32::from(c)
                );
            }
        }
    }

    /// The characters that reorder, join or vanish, listed apart from the code above.
    fn unicode_bidi_or_blank(c: char) -> bool {
        matches!(c,
            '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{180B}'..='\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0000}'..='\u{E0FFF}')
    }
}
