//! Plain lists: one name a line, in the ways people write them.

use crate::batch::{Line, Sink};
use crate::reject::RejectReason;
use crate::token::{PLAIN, is_address, name_in};

/// Reads one line.
///
/// Blank lines, comments and the `[…]` heading of filter lists are structure. A hosts line gives all its names. A
/// comment may follow a name; anything else behind it rejects the line, so that nothing is passed over unsaid.
/// Bytes that no name has (NUL, broken UTF-8) are handed on with the rest of their token, for the parser of names.
#[inline]
pub(crate) fn read(line: Line<'_>, sink: &mut Sink<'_>) {
    let plain = !line.bytes.is_empty() && line.bytes.iter().all(|&byte| PLAIN[byte as usize]);
    if plain {
        sink.one_name(line, 0..line.bytes.len());
    } else {
        read_other(line, sink);
    }
}

/// Whether a line, trimmed at its start, holds no name by its form.
pub(crate) fn is_structure(line: &[u8]) -> bool {
    line.is_empty()
        || line.starts_with(b"//")
        || matches!(line[0], b'#' | b';' | b'!')
        || (line[0] == b'[' && line.ends_with(b"]"))
}

fn read_other(line: Line<'_>, sink: &mut Sink<'_>) {
    if is_structure(line.bytes.trim_ascii()) {
        sink.structure(1);
        return;
    }
    let mut words = words(line.bytes);
    let Some((at, first)) = words.next() else {
        sink.structure(1);
        return;
    };
    let Some((next_at, next)) = words.next().filter(|(_, word)| !is_structure(word)) else {
        match name_in(first) {
            name if name.is_empty() => sink.reject(line, RejectReason::NoName),
            name => sink.one_name(line, at + name.start..at + name.end),
        }
        return;
    };
    if !is_address(first) {
        sink.reject(line, RejectReason::TrailingText);
        return;
    }
    let mut names = 0;
    for (at, word) in [(next_at, next)]
        .into_iter()
        .chain(words.take_while(|(_, word)| !is_structure(word)))
    {
        sink.name_in(line, at..at + word.len());
        names += 1;
    }
    sink.observed(names);
}

/// The words of a line, with where they start.
fn words(line: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    line.split(u8::is_ascii_whitespace)
        .map(move |word| {
            let start = at;
            at += word.len() + 1;
            (start, word)
        })
        .filter(|(_, word)| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use crate::Format;
    use crate::input::tests::told;

    #[track_caller]
    fn check(text: &str, want: &str) {
        assert_eq!(told(text.as_bytes(), Format::List), want, "{text:?}");
    }

    #[test]
    fn names() {
        check(
            "example.com\n*.example.net\nbücher.example\n",
            "example.com *.example.net bücher.example",
        );
        check("  example.com\t\r\nexample.net", "example.com example.net");
    }

    #[test]
    fn structure() {
        check(
            "\n # a\n; b\n// c\n! d\n[Adblock Plus 2.0]\n  \n",
            "structure:7",
        );
    }

    #[test]
    fn comment_behind_a_name() {
        check(
            "example.com # shop\nexample.net // x\n",
            "example.com example.net",
        );
    }

    #[test]
    fn hosts_lines() {
        check(
            "0.0.0.0 example.com www.example.com # x\n",
            "example.com www.example.com",
        );
        check("::1 localhost\n", "localhost");
        check("192.0.2.1\n", "192.0.2.1");
    }

    #[test]
    fn other_forms() {
        check(
            "https://example.com:8443/x\n||example.net^\nwho@example.org\n",
            "example.com example.net example.org",
        );
    }

    #[test]
    fn more_than_a_name_is_rejected() {
        check(
            "example.com bad\nexample.net\n",
            "example.net 1:trailing-text",
        );
        check("https:///x\n", "1:no-name");
    }

    #[test]
    fn odd_bytes_are_for_the_parser_of_names() {
        check("exam\0ple.com\n", "exam\0ple.com");
    }
}
