//! A WHOIS answer as lines, and the pairs of key and value that stand in them.
//!
//! RFC 3912 leaves the form to the server. Nearly all write `key: value`, with sections, continuation lines and comments in
//! some dozen manners; all manners are read here at once, so that a registry that changes its manner is still read.

use std::borrow::Cow;

use super::words::{self, Section};

/// How much of an answer is read. The longest recorded ones have 12 KiB.
pub(super) const MAX_BYTES: usize = 256 << 10;
/// How many pairs are taken.
const MAX_ITEMS: usize = 2_000;
/// The longest key; what is longer before a colon is a sentence.
const MAX_KEY: usize = 48;

/// A value, and where it stands.
#[derive(Debug)]
pub(super) struct Item {
    /// Which run of lines between empty lines, counted from 0.
    pub(super) block: usize,
    /// The section that it stands in, and which one that is, counted from 1.
    pub(super) section: Option<(Section, usize)>,
    /// The key as [`words::normal`] writes it; empty for a line of a section without a key.
    pub(super) key: String,
    /// The value; empty where only the key stands there.
    pub(super) value: String,
}

/// The text of an answer: UTF-8, or else Windows-1252, which has ISO 8859-1 in it.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = &bytes[..bytes.len().min(MAX_BYTES)];
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        // A letter cut in two at the limit does not make it another encoding.
        Err(fault) if fault.error_len().is_none() => String::from_utf8_lossy(bytes),
        Err(_) => {
            encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(bytes)
                .0
        }
    }
}

/// The pairs of an answer, in order.
pub(super) fn items(text: &str) -> Vec<Item> {
    let mut reader = Reader::default();
    for line in text.lines() {
        if reader.items.len() == MAX_ITEMS {
            break;
        }
        reader.line(line);
    }
    reader.items
}

/// What the lines so far left open.
#[derive(Default)]
struct Reader {
    items: Vec<Item>,
    block: usize,
    open_section: Option<Open>,
    sections: usize,
    /// The key that an indented line may go on, with its indentation.
    open_key: Option<(String, usize)>,
}

/// A section whose heading was read.
struct Open {
    section: Section,
    indent: usize,
    /// It has contents.
    filled: bool,
    /// Contents stand deeper than the heading, so that what does not is no part of it.
    deeper: bool,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            return self.blank();
        }
        if is_comment(trimmed) {
            return;
        }
        let indent = indent(line);
        if let Some((key, value)) = bracketed(trimmed).or_else(|| pair(trimmed)) {
            self.pair(&key, value, indent);
        } else {
            self.bare(trimmed, indent);
        }
    }

    fn blank(&mut self) {
        self.block += 1;
        self.open_key = None;
        if self.open_section.as_ref().is_some_and(|open| open.filled) {
            self.open_section = None;
        }
    }

    fn pair(&mut self, key: &str, value: &str, indent: usize) {
        if self
            .open_section
            .as_ref()
            .is_some_and(|open| open.deeper && indent <= open.indent)
        {
            self.open_section = None;
        }
        let key = words::normal(key);
        if value.is_empty()
            && let Some(section) = words::section(&key)
        {
            return self.open(section, indent);
        }
        self.push(key.clone(), value, indent);
        self.open_key = Some((key, indent));
    }

    fn bare(&mut self, line: &str, indent: usize) {
        let continued = self
            .open_key
            .as_ref()
            .filter(|(_, key_indent)| indent > *key_indent);
        if let Some((key, _)) = continued {
            self.push(key.clone(), line, indent);
        } else if let Some(section) = words::section(&words::normal(line)) {
            self.open(section, indent);
        } else if self.open_section.is_some() {
            self.push(String::new(), line, indent);
        }
    }

    fn open(&mut self, section: Section, indent: usize) {
        self.sections += 1;
        self.open_key = None;
        self.open_section = Some(Open {
            section,
            indent,
            filled: false,
            deeper: false,
        });
    }

    fn push(&mut self, key: String, value: &str, indent: usize) {
        if let Some(open) = &mut self.open_section {
            open.filled = true;
            open.deeper |= indent > open.indent;
        }
        self.items.push(Item {
            block: self.block,
            section: self
                .open_section
                .as_ref()
                .map(|open| (open.section, self.sections)),
            key,
            value: value.to_owned(),
        });
    }
}

/// Lines for people: legal text, greetings, rules.
fn is_comment(line: &str) -> bool {
    line.starts_with(['%', '#', '>'])
        || line.starts_with("--")
        || line.starts_with("***")
        || (line.starts_with('*') && !line.starts_with("**"))
}

/// Columns before the first letter; a tabulator goes on to the next eighth.
fn indent(line: &str) -> usize {
    let blanks = line
        .chars()
        .take_while(|letter| letter.is_whitespace())
        .take(80);
    blanks.fold(0, |column, blank| match blank {
        '\t' => (column / 8 + 1) * 8,
        _ => column + 1,
    })
}

/// `[Key]   value`, also `a. [Key]   value`, as .jp writes; `[Tech-C]` alone heads a section of .de.
fn bracketed(line: &str) -> Option<(Cow<'_, str>, &str)> {
    let line = match line.as_bytes() {
        [b'a'..=b'z', b'.', b' ', ..] => &line[3..],
        _ => line,
    };
    let (key, value) = line.strip_prefix('[')?.split_once(']')?;
    let key = key.trim();
    is_key(key).then(|| (key.into(), value.trim()))
}

/// `key: value`, also `key......: value` and `** Key:`; a tabulator in place of the colon, as .ch writes, only behind a known key.
fn pair(line: &str) -> Option<(Cow<'_, str>, &str)> {
    let Some((key, value)) = line.split_once(':') else {
        let (key, value) = line.split_once('\t')?;
        words::field(&words::normal(key))?;
        return Some((key.into(), value.trim()));
    };
    if value.starts_with("//") {
        return None;
    }
    let key = key.trim_start_matches('*').trim();
    is_key(key).then(|| (key.into(), value.trim()))
}

/// A key is short and no sentence.
fn is_key(text: &str) -> bool {
    text.len() <= MAX_KEY
        && text.split_whitespace().count() <= 7
        && text.contains(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let told: Vec<String> = items(text)
            .iter()
            .map(|item| {
                let section = item
                    .section
                    .map_or_else(String::new, |(section, _)| format!("{section:?} "));
                format!("{} {section}{}={}", item.block, item.key, item.value)
            })
            .collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn objects_between_empty_lines() {
        check(
            "%% legal: text\r\ndomain:      shop.example\r\nnserver: a.example\r\n\r\nnic-hdl: A-1\r\n",
            &[
                "0 domain=shop.example",
                "0 nserver=a.example",
                "1 nic hdl=A-1",
            ],
        );
    }

    #[test]
    fn sections_by_indentation() {
        check(
            "   Registrar:\n      Shop Ltd\n      URL: http://shop.example\n   Date registered: 27-05-1999\n",
            &[
                "0 Registrar =Shop Ltd",
                "0 Registrar url=http://shop.example",
                "0 date registered=27-05-1999",
            ],
        );
    }

    #[test]
    fn sections_by_heading() {
        check(
            "Registrant\n  Name:   Shop\n  Address: Street 1\n           Town\n\n[Tech-C]\nName: Nobody\n",
            &[
                "0 Contact(Registrant) name=Shop",
                "0 Contact(Registrant) address=Street 1",
                "0 Contact(Registrant) address=Town",
                "1 Contact(Technical) name=Nobody",
            ],
        );
    }

    #[test]
    fn brackets_dots_and_continuations() {
        check(
            "Registrar\tShop Ltd\nStreet\t1\n[Name Server]     a.example\np. [Name Server]  b.example\nexpires......: 1.2.2030\nnameservers:  c.example.\n              d.example.\n",
            &[
                "0 registrar=Shop Ltd",
                "0 name server=a.example",
                "0 name server=b.example",
                "0 expires=1.2.2030",
                "0 nameservers=c.example.",
                "0 nameservers=d.example.",
            ],
        );
    }

    #[test]
    fn sentences_and_addresses_are_no_pairs() {
        check(
            "http://shop.example/\nBy asking you agree to all of these terms of use: none\n",
            &[],
        );
    }

    #[test]
    fn text_that_is_not_utf_8() {
        assert_eq!(text(b"Bor\xe5s"), "Borås");
        assert_eq!(text("Borås".as_bytes()), "Borås");
        assert_eq!(text(&vec![b'a'; MAX_BYTES + 1]).len(), MAX_BYTES);
    }

    #[test]
    fn pairs_are_bounded() {
        assert_eq!(items(&"a: b\n".repeat(MAX_ITEMS + 1)).len(), MAX_ITEMS);
    }
}
