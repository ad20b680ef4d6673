//! Bad input of every kind: a clear line or a counted rejection, never a panic, never a lost good line next to it.

use std::io::{self, Cursor, Read};
use std::path::Path;

use feeds::{Batch, FeedError, Format, Input, LineTally, RejectReason};
use proptest::prelude::*;

struct Told {
    names: Vec<Vec<u8>>,
    rejects: Vec<(u64, RejectReason)>,
    tally: LineTally,
}

/// Reads to the end, holding what is promised of every batch.
fn read(mut input: Input) -> Result<Told, FeedError> {
    let mut batch = Batch::default();
    let mut all = Told {
        names: Vec::new(),
        rejects: Vec::new(),
        tally: LineTally::default(),
    };
    while input.next_batch(&mut batch)? {
        let tally = &batch.tally;
        assert_eq!(
            tally.lines,
            tally.observed + tally.structure + tally.rejected
        );
        assert_eq!(
            tally.rejects().map(|(_, count)| count).sum::<u64>(),
            tally.rejected
        );
        assert_eq!(tally.observations, batch.records.len() as u64);
        assert!(
            batch
                .rejects
                .iter()
                .all(|reject| reject.excerpt.chars().count() <= 80)
        );
        all.names.extend(
            batch
                .records
                .iter()
                .map(|&record| batch.name(record).to_vec()),
        );
        all.rejects.extend(
            batch
                .rejects
                .iter()
                .map(|reject| (reject.line, reject.reason)),
        );
        all.tally += tally;
    }
    Ok(all)
}

fn open(bytes: impl Into<Vec<u8>>, format: Format) -> Result<Input, FeedError> {
    Input::from_reader("feed", Box::new(Cursor::new(bytes.into())), format)
}

/// A bad line between two good ones, in every format.
#[track_caller]
fn check_between(bad: &[u8], want: &[(u64, RejectReason)]) {
    for (format, before, after) in [
        (Format::List, "a.example\n", "\nb.example\n"),
        (Format::Csv, "1,a.example\n", "\n2,b.example\n"),
        (
            Format::Zone,
            "a.example. IN NS x.\n",
            "\nb.example. IN NS x.\n",
        ),
        (
            Format::Certstream,
            "{\"message_type\":\"dns_entries\",\"data\":[\"a.example\"]}\n",
            "\n{\"message_type\":\"dns_entries\",\"data\":[\"b.example\"]}\n",
        ),
    ] {
        let text = [before.as_bytes(), bad, after.as_bytes()].concat();
        let all = read(open(text, format).expect("opens")).expect("read to its end");
        assert_eq!(
            all.names.first().map(Vec::as_slice),
            Some(&b"a.example"[..]),
            "{format}"
        );
        assert_eq!(
            all.names.last().map(Vec::as_slice),
            Some(&b"b.example"[..]),
            "{format}"
        );
        assert_eq!(all.tally.lines, 3, "{format}");
        if !want.is_empty() {
            assert_eq!(all.rejects, want, "{format}");
            assert_eq!(all.names.len(), 2, "{format}");
        }
    }
}

#[test]
fn a_line_of_ten_megabytes() {
    check_between(&vec![b'x'; 10 << 20], &[(2, RejectReason::LineTooLong)]);
}

#[test]
fn a_line_of_ten_megabytes_with_blanks_and_brackets() {
    check_between(&b"(\"{ ".repeat(2 << 20), &[(2, RejectReason::LineTooLong)]);
}

#[test]
fn a_line_just_over_the_limit_beside_one_at_the_limit() {
    let (at, over) = ("y".repeat(64 * 1024), "z".repeat(64 * 1024 + 1));
    let all =
        read(open(format!("{at}\n{over}\na.example"), Format::List).expect("opens")).expect("read");
    assert_eq!(all.names, [at.into_bytes(), b"a.example".to_vec()]);
    assert_eq!(all.rejects, [(2, RejectReason::LineTooLong)]);
}

#[test]
fn nul_bytes_and_broken_utf8() {
    check_between(b"\0\0\0", &[]);
    check_between(b"ex\0ample.com", &[]);
    check_between(b"\xff\xfe\xc3", &[]);
    let all = read(open(&b"ex\0ample.com\n\xc3.example\n"[..], Format::List).expect("opens"))
        .expect("read");
    assert_eq!(all.names, [&b"ex\0ample.com"[..], b"\xc3.example"]);
}

#[test]
fn bad_names_are_handed_on() {
    let label = format!("{}.example", "a".repeat(64));
    let all = read(open(format!("xn--.example\n{label}\na..b\n"), Format::List).expect("opens"))
        .expect("read");
    assert_eq!(
        all.names,
        [
            b"xn--.example".to_vec(),
            label.into_bytes(),
            b"a..b".to_vec()
        ]
    );
}

#[test]
fn an_empty_file() {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    for format in [
        Format::Auto,
        Format::List,
        Format::Zone,
        Format::Csv,
        Format::Certstream,
    ] {
        let input = Input::open(file.path(), format).expect("opens");
        assert_eq!(input.size(), Some(0));
        assert_eq!(read(input).expect("read").tally, LineTally::default());
    }
}

#[test]
fn a_directory_and_a_missing_file() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let told = |path: &Path| {
        Input::open(path, Format::Auto)
            .err()
            .expect("refused")
            .to_string()
    };
    let path = directory.path();
    assert_eq!(
        told(path),
        format!("{} is a directory; name the files in it", path.display())
    );
    let missing = path.join("missing");
    assert!(told(&missing).starts_with(&format!("cannot open {}: ", missing.display())));
}

#[test]
fn utf16() {
    for bytes in [&b"\xff\xfea\0.\0b\0"[..], b"\xfe\xff\0a\0.\0b"] {
        let error = open(bytes, Format::Auto).err().expect("refused");
        assert_eq!(
            error.to_string(),
            "feed is text in UTF-16; convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)"
        );
    }
}

#[test]
fn csv_without_names() {
    assert!(matches!(
        open("1,2\n3,4\n", Format::Csv),
        Err(FeedError::NoNameColumn { .. })
    ));
}

#[test]
fn a_reader_that_fails() {
    struct Fails(bool);
    impl Read for Fails {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            if std::mem::replace(&mut self.0, true) {
                return Err(io::Error::other("the disk is gone"));
            }
            let text = b"a.example\nb.exam";
            into[..text.len()].copy_from_slice(text);
            Ok(text.len())
        }
    }
    let mut input =
        Input::from_reader("feed", Box::new(Fails(false)), Format::List).expect("opens");
    let mut batch = Batch::default();
    let mut names = 0;
    let error = loop {
        match input.next_batch(&mut batch) {
            Ok(more) => {
                assert!(more, "an error comes first");
                names += batch.records.len();
            }
            Err(error) => break error,
        }
    };
    assert_eq!(names, 1);
    assert_eq!(error.to_string(), "cannot read feed: the disk is gone");
    assert!(
        !input
            .next_batch(&mut batch)
            .expect("the error is told once")
    );
}

#[test]
fn batches_stay_small_and_lines_keep_their_numbers() {
    let text = (1..=300_000).fold(String::new(), |text, n| text + &format!("n{n}.example\n"));
    let mut input = open(text, Format::Auto).expect("opens");
    let mut batch = Batch::default();
    let mut next = 1;
    while input.next_batch(&mut batch).expect("read") {
        assert!(batch.text.len() < 1 << 20);
        for &record in &batch.records {
            assert_eq!(record.line, next);
            assert_eq!(batch.name(record), format!("n{next}.example").as_bytes());
            next += 1;
        }
    }
    assert_eq!((next, input.format()), (300_001, Format::List));
}

/// Bytes that look like something in one of the formats more often than chance would have it.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(vec![
        &b"\n"[..],
        b"\r\n",
        b" ",
        b"\t",
        b",",
        b";",
        b"\"",
        b"(",
        b")",
        b"\\",
        b"\\0",
        b"\\065",
        b".",
        b"@",
        b"#",
        b"//",
        b"$ORIGIN ",
        b"$INCLUDE ",
        b"IN",
        b" NS ",
        b" SOA ",
        b" 1 ",
        b"a",
        b"a.example",
        b"b.a.example.",
        b"example.",
        b"0.0.0.0 ",
        b"https://",
        b"[",
        b"]",
        b":",
        b"{",
        b"}",
        b"\"message_type\":",
        b"\"dns_entries\"",
        b"\"data\":",
        b"{\"message_type\":\"dns_entries\",\"data\":[\"a.example\"]}",
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xc3\xa9",
        b"PK\x03\x04",
        b"\x1f\x8b\x08",
        b"BZh91A",
        b"\x28\xb5\x2f\xfd",
    ]);
    prop::collection::vec(pieces, 0..80).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// Whatever comes, in whatever format: no panic, and each line is counted once. `read` holds the sums.
    #[test]
    fn every_line_is_counted(
        text in prop_oneof![hostile(), prop::collection::vec(any::<u8>(), 0..400)],
        format in prop::sample::select(vec![Format::Auto, Format::List, Format::Zone, Format::Csv, Format::Certstream]),
    ) {
        let mut lines = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text).split(|&byte| byte == b'\n').count() as u64;
        if text.is_empty() || text == b"\xef\xbb\xbf" || text.ends_with(b"\n") {
            lines -= 1;
        }
        if let Ok(input) = open(text, format) {
            let packed = input.compression() != feeds::Compression::None;
            if let Ok(all) = read(input) {
                prop_assert!(packed || all.tally.lines == lines, "{} of {} lines", all.tally.lines, lines);
            }
        }
    }
}
