//! Why a line was not read.

use std::fmt::{self, Display, Write};

/// A line that could not be read, as told to people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reject {
    /// The line, from 1; where a record of several lines was rejected, its first.
    pub line: u64,
    /// What is wrong with it.
    pub reason: RejectReason,
    /// The beginning of the line, at most 80 characters, safe to print: whatever is not a printable letter, digit or
    /// ASCII sign is escaped.
    pub excerpt: Box<str>,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident, $id:literal, $says:literal;)*) => {
        /// Why a line was rejected. [`RejectReason::id`] is stable; `Display` says it to people.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum RejectReason { $($(#[$doc])* $variant,)* }

        impl RejectReason {
            /// All of them, in the order of their discriminants.
            pub const ALL: [RejectReason; [$($id),*].len()] = [$(RejectReason::$variant),*];

            /// Kebab-case name for counters and programs.
            pub fn id(self) -> &'static str {
                match self { $(RejectReason::$variant => $id,)* }
            }

            fn says(self) -> &'static str {
                match self { $(RejectReason::$variant => $says,)* }
            }
        }
    };
}

reasons! {
    /// Longer than 64 KiB, or 1 MiB in a certstream.
    LineTooLong, "line-too-long", "the line is longer than any line of this format";
    /// The input broke off here, so that the name may be cut.
    CutOff, "cut-off", "the input breaks off inside this line";
    /// More than a name on a line of a list.
    TrailingText, "trailing-text", "there is more on the line than its format allows";
    /// A place for a name with nothing in it, such as `https:///path`.
    NoName, "no-name", "there is no name where one should be";
    /// Not a JSON object of the form that certstream servers send.
    BadJson, "bad-json", "this is not a JSON message as certstream sends them";
    /// A `message_type` this reader does not know.
    UnknownMessage, "unknown-message", "the message type is not known";
    /// A certificate message without its list of names.
    MissingField, "missing-field", "the message lacks the list of names";
    /// A quotation mark without its counterpart on the same line.
    UnbalancedQuote, "unbalanced-quote", "a quotation mark is not closed on this line";
    /// A row that ends before the column with names.
    MissingColumn, "missing-column", "the row ends before the column with the names";
    /// A parenthesis that is never closed, or was never opened.
    UnbalancedParenthesis, "unbalanced-parenthesis", "a parenthesis has no counterpart";
    /// A zone record over more than 64 KiB.
    RecordTooLong, "record-too-long", "the record is longer than any resource record";
    /// A backslash followed by something other than a character or three digits up to 255 (RFC 1035 §5.1).
    BadEscape, "bad-escape", "a backslash is not followed by a character or a number up to 255";
    /// A record without type or data.
    IncompleteRecord, "incomplete-record", "the record lacks its type or its data";
    /// A record type that is neither known nor written as `TYPEnnn` (RFC 3597 §5).
    UnknownType, "unknown-type", "the record type is not known";
    /// A record that repeats the owner of the one before when there is none.
    NoOwner, "no-owner", "the record repeats an owner, but none was stated before";
    /// A relative name when no `$ORIGIN` was stated.
    NoOrigin, "no-origin", "the name is relative, but no $ORIGIN was stated before";
    /// A delegation of a name that is not below the zone's own.
    OutOfZone, "out-of-zone", "the name is not in this zone";
    /// `$INCLUDE`: an input never makes us open another file.
    Include, "include", "$INCLUDE is not followed; give the other file as an input";
    /// `$GENERATE` (a BIND extension).
    Generate, "generate", "$GENERATE is not expanded";
    /// A line that starts with `$` and is no directive, or one with a wrong argument.
    BadDirective, "bad-directive", "this is not a directive of a zone file";
}

impl Display for RejectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.says())
    }
}

/// The beginning of hostile bytes, at most 80 characters, safe to print.
pub(crate) fn excerpt(raw: &[u8]) -> Box<str> {
    const LIMIT: usize = 80;
    // No character is shown in less than a quarter of its bytes.
    let mut shown = escaped(&raw[..raw.len().min(4 * LIMIT)]);
    if let Some((cut, _)) = shown.char_indices().nth(LIMIT) {
        let keep = shown[..cut]
            .char_indices()
            .next_back()
            .map_or(0, |(last, _)| last);
        shown.truncate(keep);
        shown.push('…');
    }
    shown.into()
}

/// Hostile bytes with everything but letters, digits and printable ASCII escaped.
pub(crate) fn escaped(raw: &[u8]) -> String {
    let mut shown = String::with_capacity(raw.len());
    for chunk in raw.utf8_chunks() {
        for character in chunk.valid().chars() {
            if character == ' '
                || character.is_ascii_graphic()
                || (character > '\x7f' && character.is_alphanumeric())
            {
                shown.push(character);
            } else {
                shown.extend(character.escape_default());
            }
        }
        for byte in chunk.invalid() {
            write!(shown, "\\x{byte:02x}").expect("a String takes everything");
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &[u8], shown: &str) {
        assert_eq!(&*excerpt(raw), shown);
    }

    #[test]
    fn plain_text_stays() {
        check("exämple.com, \"q\"".as_bytes(), "exämple.com, \"q\"");
    }

    #[test]
    fn control_bidi_and_broken_utf8_are_escaped() {
        check(
            "\x1b[31m\u{202e}a\0".as_bytes(),
            r"\u{1b}[31m\u{202e}a\u{0}",
        );
        check(b"\xff\xc3", r"\xff\xc3");
    }

    #[test]
    fn long_text_is_cut_at_eighty_characters() {
        check(&[b'a'; 80], &"a".repeat(80));
        check(&b"a".repeat(100_000), &("a".repeat(79) + "…"));
        check("é".repeat(200).as_bytes(), &("é".repeat(79) + "…"));
    }

    #[test]
    fn ids_are_distinct_and_in_order() {
        for (index, reason) in RejectReason::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, index);
            assert_eq!(
                RejectReason::ALL
                    .iter()
                    .filter(|other| other.id() == reason.id())
                    .count(),
                1
            );
        }
    }
}
