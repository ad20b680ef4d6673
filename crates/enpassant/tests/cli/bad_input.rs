//! Bad input, end to end: a clear line or a counted rejection, and no good line next to it is lost.

use crate::{Place, gzip};

/// Two good names around something bad; `what` is told of it, in the counters or as an error.
#[track_caller]
fn check(bad: &[u8], code: i32, what: &str) {
    let place = Place::new();
    place.write(
        "names",
        [b"onedrive-en-marche.fr\n", bad, b"\nmail-en-marche.fr\n"].concat(),
    );
    let run = place.scan("--show-rejects names");
    assert_eq!(run.code, code, "{}", run.err);
    assert_eq!(run.each("name"), "onedrive-en-marche.fr mail-en-marche.fr");
    assert!(run.err.contains(what), "{}", run.err);
    assert!(run.err.lines().all(|line| line.len() < 600), "{}", run.err);
    let summary = run.summary();
    let sum = |group: &str, parts: &[&str]| -> u64 {
        parts
            .iter()
            .map(|part| summary[group][part].as_u64().expect("a count"))
            .sum()
    };
    let names = [
        "unreadable",
        "own",
        "allowed",
        "unlike",
        "candidate",
        "duplicate",
    ];
    assert_eq!(
        sum("lines", &["observed", "structure", "rejected"]),
        sum("lines", &["all"])
    );
    assert_eq!(
        sum("names", &names),
        summary["observations"].as_u64().expect("a count")
    );
}

#[test]
fn a_line_of_10_mb() {
    check(
        &vec![b'a'; 10 << 20],
        0,
        "names:2: rejected (line-too-long)",
    );
}

#[test]
fn nul_bytes() {
    check(b"a\0b.example", 0, "names:2: unreadable (character): ");
}

#[test]
fn invalid_utf8() {
    check(b"\xff\xfe\xc3.example", 0, "names:2: unreadable (not-utf8)");
}

#[test]
fn invalid_punycode() {
    check(
        b"xn--99999999999.example",
        0,
        "names:2: unreadable (punycode)",
    );
}

#[test]
fn a_label_of_64_octets() {
    check(
        format!("{}.example", "a".repeat(64)).as_bytes(),
        0,
        "names:2: unreadable (label-too-long)",
    );
}

#[test]
fn terminal_escapes_are_not_obeyed() {
    check(b"\x1b[2J\xe2\x80\xae.example", 0, "names:2: unreadable");
    let place = Place::new();
    place.write("names", b"\x1b[31mred.example\n");
    assert!(!place.scan("--show-rejects names").err.contains('\u{1b}'));
}

#[test]
fn an_empty_file() {
    let place = Place::new();
    place.write("names", "");
    let run = place.scan("names");
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    assert_eq!(run.summary()["lines"]["all"], 0);
}

#[test]
fn a_directory() {
    let place = Place::new();
    place.write("names", "onedrive-en-marche.fr\n");
    let run = place.scan(". names");
    assert_eq!(
        (run.code, run.each("name").as_str()),
        (1, "onedrive-en-marche.fr")
    );
    assert!(
        run.err
            .starts_with("error: . is a directory; name the files in it\n"),
        "{}",
        run.err
    );
}

#[test]
fn a_truncated_gzip() {
    let place = Place::new();
    let mut text = b"onedrive-en-marche.fr\n".to_vec();
    for number in 0..50_000_u32 {
        text.extend_from_slice(
            format!("n{}.example\n", number.wrapping_mul(2_654_435_761)).as_bytes(),
        );
    }
    let packed = gzip(&text);
    place.write("cut.gz", &packed[..packed.len() / 2]);
    place.write("names", "mail-en-marche.fr\n");
    let run = place.scan("cut.gz names");
    assert_eq!(run.code, 1);
    assert_eq!(run.each("name"), "onedrive-en-marche.fr mail-en-marche.fr");
    assert!(
        run.err.starts_with("error: cut.gz is cut off: "),
        "{}",
        run.err
    );
}

#[test]
fn a_decompression_bomb() {
    let place = Place::new();
    place.write("bomb.gz", gzip(&vec![b'\n'; 200 << 20]));
    place.write("names", "onedrive-en-marche.fr\n");
    let run = place.scan("bomb.gz names");
    assert_eq!(
        (run.code, run.each("name").as_str()),
        (1, "onedrive-en-marche.fr")
    );
    assert!(
        run.err
            .starts_with("error: bomb.gz looks like a decompression bomb"),
        "{}",
        run.err
    );
}

/// A watchlist that cannot be used; the line with the fault is shown.
#[track_caller]
fn check_watchlist(fault: &str, message: &str, line: usize) {
    let place = Place::new();
    let text = format!("[[organisation]]\nid = \"a\"\ndomains = [\"a.example\"]\n{fault}\n");
    place.write("bad.toml", text);
    place.write("names", "plain.example\n");
    for command in [
        "scan --watchlist bad.toml names",
        "watchlist check bad.toml",
        "explain -w bad.toml plain.example",
    ] {
        let run = place.run(command);
        assert_eq!((run.code, run.out.as_str()), (1, ""), "{command}");
        let first = run.err.lines().next().expect("there is a message");
        assert!(
            first.starts_with("error: bad.toml: ") && first.contains(message),
            "{first}"
        );
        assert!(
            run.err.contains(&format!("bad.toml:{line}:")),
            "{}",
            run.err
        );
        assert!(
            run.err.contains(fault.lines().last().expect("a line")),
            "{}",
            run.err
        );
    }
}

#[test]
fn a_watchlist_with_a_typo_in_a_key() {
    check_watchlist("domans = []", "unknown field `domans`", 4);
}

#[test]
fn a_watchlist_with_an_empty_term() {
    check_watchlist(
        "terms = [\"\"]",
        "a term needs at least one letter or digit",
        4,
    );
}

#[test]
fn a_watchlist_with_a_public_suffix_as_a_term() {
    check_watchlist(
        "terms = [\"fine\", \"co.uk\"]",
        "`co.uk` is a public suffix",
        4,
    );
}

#[test]
fn a_watchlist_that_is_not_toml() {
    check_watchlist("terms = [", "", 4);
}

#[test]
fn a_watchlist_that_is_no_text() {
    let place = Place::new();
    place.write("bad.toml", b"id = \"\xff\"\n");
    let run = place.run("watchlist check bad.toml");
    assert_eq!(run.code, 1);
    assert_eq!(run.err, "error: bad.toml is not UTF-8 text (line 1)\n");
    assert_eq!(
        place.run("watchlist check .").err,
        "error: . is a directory; name a file in it\n"
    );
}
