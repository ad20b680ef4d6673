//! `scan`: what is told, how it is written, what is counted.

use crate::{Place, gzip};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Cursor, Write};
use std::time::Duration;

/// Names of every counter.
const MIXED: &str = "\
# a comment
onedrive-en-marche.fr
www.en-marche.fr
login.microsoftonline.com
en-marche-allowed.example
plain.example
mail.onedrive-en-marche.fr
*.onedrive-en-marche.fr
a..b
konrad-adenauer-stiftung.example
mail-en-marche.fr and more
";

#[test]
fn every_line_and_every_name_is_counted_once() {
    let place = Place::new();
    place.write("names", MIXED);
    let run = place.scan("names");
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(
        run.each("name"),
        "onedrive-en-marche.fr konrad-adenauer-stiftung.example"
    );
    let expected = serde_json::json!({
        "lines": { "all": 11, "observed": 9, "structure": 1, "rejected": 1 },
        "observations": 9,
        "names": { "unreadable": 1, "own": 2, "allowed": 1, "unlike": 1, "candidate": 2, "duplicate": 2 },
        "rejected": { "trailing-text": 1 },
        "unreadable": { "empty-label": 1 },
        "rows": run.summary()["rows"],
        "failed_inputs": 0,
    });
    assert_eq!(run.summary(), expected);
}

#[test]
fn people_are_told_both_sums_and_may_see_what_was_refused() {
    let place = Place::new();
    place.write("names", MIXED);
    let run = place.run("scan -w watchlist.toml --show-rejects names");
    assert!(
        run.err
            .contains("11 lines = 9 observed + 1 structure + 1 rejected\n"),
        "{}",
        run.err
    );
    let names =
        "9 names = 1 unreadable + 2 own + 1 allowed + 1 unlike + 2 candidate + 2 duplicate\n";
    assert!(run.err.contains(names), "{}", run.err);
    assert!(
        run.err
            .contains("names:9: unreadable (empty-label): a label is empty: a..b\n"),
        "{}",
        run.err
    );
    assert!(
        run.err.contains("names:11: rejected (trailing-text): "),
        "{}",
        run.err
    );
    let quiet = place.run("scan -w watchlist.toml --summary none names");
    assert_eq!((quiet.code, quiet.err.as_str()), (0, ""));
}

#[test]
fn json_lines_have_the_promised_form_and_add_up() {
    let place = Place::new();
    let names =
        "Onedrive-En-Marche.FR.\nen-mаrche.example\nen-rnarche.example\n*.portal-office.fr\n";
    place.write("names", names);
    let run = place.scan("--min-score 0 names");
    let keys = [
        "name",
        "registrable",
        "unicode",
        "organisation",
        "target",
        "techniques",
        "findings",
        "score",
        "tier",
        "source",
        "line",
    ];
    let places: Vec<_> = keys
        .iter()
        .map(|key| run.out.find(&format!("\"{key}\":")).expect("it is there"))
        .collect();
    assert!(
        places.is_sorted(),
        "keys stand in the order of the documentation"
    );
    let objects = run.objects();
    assert!(objects.len() >= 4, "{}", run.out);
    for object in &objects {
        assert_eq!(object.as_object().expect("an object").len(), keys.len());
        let findings = object["findings"].as_array().expect("a list");
        assert!(
            findings.iter().any(|finding| finding["id"] == "prior"),
            "{object}"
        );
        let sum: f64 = findings
            .iter()
            .map(|finding| finding["log_odds"].as_f64().expect("a number"))
            .sum();
        let score = object["score"].as_f64().expect("a number");
        assert!(
            (1.0 / (1.0 + (-sum).exp()) - score).abs() < 0.001,
            "{object}"
        );
        let length = object["unicode"].as_str().expect("a text").chars().count() as u64;
        let techniques = object["techniques"].as_array().expect("a list");
        assert!(!techniques.is_empty(), "{object}");
        for technique in techniques {
            let [from, to] = [0, 1].map(|at| technique["span"][at].as_u64().expect("a number"));
            assert!(
                from < to && to <= length && technique["id"].is_string(),
                "{object}"
            );
            assert!(
                technique["edit"].is_string() || technique["edit"].is_null(),
                "{object}"
            );
        }
        assert!(object["tier"].is_null() || object["tier"] == "watch" || object["tier"] == "alert");
        assert_eq!(object["source"], "names");
    }
    let first = &objects[0];
    assert_eq!(first["name"], "onedrive-en-marche.fr");
    assert_eq!(
        (&first["organisation"], &first["line"]),
        (&"en-marche".into(), &1.into())
    );
    let idn = objects
        .iter()
        .find(|object| object["line"] == 2)
        .expect("line 2 resembles");
    assert_eq!(idn["unicode"], "en-mаrche.example");
    assert!(
        idn["name"]
            .as_str()
            .is_some_and(|name| name.starts_with("xn--")),
        "{idn}"
    );
    assert!(
        objects
            .iter()
            .any(|object| object["name"] == "portal-office.fr"),
        "{}",
        run.out
    );
}

#[test]
fn all_formats_tell_the_same() {
    let place = Place::new();
    place.write("names", MIXED);
    let lines = place.scan("names").objects();
    let array = place.run("scan -w watchlist.toml --format json names");
    let array: Vec<serde_json::Value> = serde_json::from_str(&array.out).expect("an array");
    assert_eq!(array, lines);
    let csv = place.run("scan -w watchlist.toml --format csv names");
    let heads =
        "name,registrable,unicode,organisation,target,techniques,findings,score,tier,source,line\n";
    assert!(
        csv.out
            .starts_with(&format!("{heads}onedrive-en-marche.fr,")),
        "{}",
        csv.out
    );
    assert_eq!(csv.out.lines().count(), 1 + lines.len());
    let table = place.run("scan -w watchlist.toml names");
    assert!(
        table.out.contains("onedrive-en-marche[.]fr"),
        "{}",
        table.out
    );
    assert!(
        !table.out.contains("onedrive-en-marche.fr") && !table.out.contains('\u{1b}'),
        "{}",
        table.out
    );
    let painted = place.run("scan -w watchlist.toml --color always names");
    assert!(painted.out.contains("\u{1b}["), "{}", painted.out);
    place.write("none", "plain.example\n");
    assert_eq!(
        place.run("scan -w watchlist.toml --format json none").out,
        "[]\n"
    );
}

#[test]
fn any_number_of_threads_tells_the_same() {
    let place = Place::new();
    let mut names = String::new();
    for number in 0..120_000 {
        match number % 1000 {
            0 => writeln!(names, "en-marche-login{number}.example"),
            1 => writeln!(names, "bad..name{number}"),
            _ => writeln!(names, "n{number}.example"),
        }
        .expect("a String takes everything");
    }
    place.write("names", names);
    place.write("more", MIXED);
    let [one, two, five] =
        [1, 2, 5].map(|threads| place.scan(&format!("--threads {threads} names absent more")));
    assert!(one.objects().len() > 100, "{}", one.err);
    assert_eq!(
        (one.code, &one.out, &one.err),
        (two.code, &two.out, &two.err)
    );
    assert_eq!(
        (one.code, &one.out, &one.err),
        (five.code, &five.out, &five.err)
    );
}

#[test]
fn a_rise_to_alert_is_told_again() {
    let place = Place::new();
    let (weak, strong) = ("en-marhce.example.com", "en-marche-login.example.com");
    place.write("names", format!("{weak}\n{strong}\n"));
    let scores: Vec<f64> = place
        .run(&format!(
            "explain -w watchlist.toml --format jsonl {weak} {strong}"
        ))
        .objects()
        .iter()
        .filter(|object| object["organisation"] == "en-marche")
        .map(|object| object["score"].as_f64().expect("a number"))
        .collect();
    let [low, high] = scores[..] else {
        panic!("two scores: {scores:?}")
    };
    assert!(low < high, "{scores:?}");
    let thresholds = format!(
        "[organisation.thresholds]\nwatch = {}\nalert = {}\n",
        low / 2.0,
        f64::midpoint(low, high)
    );
    let head = "[[organisation]]\nid = 'en-marche'\ndomains = ['en-marche.fr']\nterms = ['en-marche']\n\
        services = ['microsoft-365']\n";
    place.write("watchlist.toml", format!("{head}{thresholds}"));
    place.write(
        "names",
        format!("{weak}\nwww.{weak}\n{strong}\n{weak}\n{strong}\n"),
    );
    let run = place.scan("names");
    assert_eq!(run.each("tier"), "watch alert");
    assert_eq!(
        (
            &run.summary()["names"]["candidate"],
            &run.summary()["names"]["duplicate"]
        ),
        (&2.into(), &3.into())
    );
    let alert = place.scan("--tier alert names");
    assert_eq!(alert.each("name"), strong);
    assert_eq!(alert.summary()["names"]["unlike"], 3);
    let nothing = place.scan("--min-score 1 names");
    assert_eq!(nothing.out, "");
}

#[test]
fn exit_codes_tell_what_was_found() {
    let place = Place::new();
    place.write("names", MIXED);
    place.write("none", "plain.example\n");
    assert_eq!(place.scan("--fail-on watch names").code, 3);
    assert_eq!(place.scan("--fail-on alert names").code, 3);
    assert_eq!(place.scan("--fail-on watch none").code, 0);
    assert_eq!(place.scan("--fail-on watch names absent").code, 1);
    assert_eq!(place.run("scan --watchlist absent.toml names").code, 1);
    for usage in [
        "scan names",
        "scan --tier all names",
        "scan -w w --min-score 2",
        "scan -w w --input-format x",
        "scam",
    ] {
        let run = place.run(usage);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{usage}");
        assert!(!run.err.is_empty(), "{usage}");
    }
    assert!(place.run("scan names").err.contains("watchlist init"));
}

#[test]
fn an_unreadable_input_does_not_stop_the_others() {
    let place = Place::new();
    place.write("first", "onedrive-en-marche.fr\n");
    place.write("second", "mail-en-marche.fr\n");
    let run = place.scan("first absent second");
    assert_eq!(run.code, 1);
    assert_eq!(run.each("source"), "first second");
    assert!(
        run.err.starts_with("error: cannot open absent: "),
        "{}",
        run.err
    );
    assert_eq!(run.summary()["failed_inputs"], 1);
}

#[test]
fn packed_inputs_and_standard_input_are_read() {
    let place = Place::new();
    place.write("names.gz", gzip(b"onedrive-en-marche.fr\n"));
    let mut zip = zip::ZipWriter::new(Cursor::new(vec![]));
    zip.start_file("a.txt", zip::write::SimpleFileOptions::default())
        .expect("a new member");
    zip.write_all(b"plain.example\nmail-en-marche.fr\n")
        .expect("memory takes everything");
    place.write(
        "names.zip",
        zip.finish().expect("memory takes everything").into_inner(),
    );
    let run = place.scan("names.gz names.zip");
    assert_eq!(run.each("source"), "names.gz names.zip!a.txt");
    let run = place.feed(
        "scan -w watchlist.toml --format jsonl",
        b"1,plain.example\n2,portal-office.fr\n",
    );
    assert_eq!(run.each("source"), "-");
    assert_eq!(run.objects()[0]["line"], 2);
    let run = place.feed(
        "scan -w watchlist.toml --format jsonl first.absent -",
        b"portal-office.fr\n",
    );
    assert_eq!(
        (run.code, run.each("name").as_str()),
        (1, "portal-office.fr")
    );
}

#[test]
fn every_name_of_a_certificate_is_judged() {
    let place = Place::new();
    let message = r#"{"message_type":"certificate_update","data":{"leaf_cert":{"subject":{"CN":"plain.example"},
        "all_domains":["plain.example","*.onedrive-en-marche.fr","konrad-adenauer-stiftung.example"]}}}"#;
    place.write(
        "stream",
        message.replace('\n', "") + "\n{\"message_type\":\"heartbeat\"}\n",
    );
    let run = place.scan("stream");
    assert_eq!(
        run.each("name"),
        "onedrive-en-marche.fr konrad-adenauer-stiftung.example"
    );
    assert_eq!(run.summary()["lines"]["structure"], 1);
}

/// Waits at most half a minute.
fn ends(child: &mut std::process::Child) -> Option<i32> {
    for _ in 0..600 {
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    None
}

#[test]
fn a_reader_that_has_seen_enough_ends_it_quietly() {
    let place = Place::new();
    let names: String = (0..20_000).fold(String::new(), |mut names, number| {
        let _ = writeln!(names, "onedrive-en-marche{number}.fr");
        names
    });
    place.write("names", names);
    for format in ["table", "json", "jsonl", "csv"] {
        let line =
            format!("scan -w watchlist.toml --since state --min-score 0 --format {format} names");
        let mut child = place.start(&line);
        let mut first = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("standard output is a pipe"));
        out.read_line(&mut first).expect("there is a line");
        drop(out);
        assert_eq!(ends(&mut child), Some(0), "{format}");
        let err = std::io::read_to_string(child.stderr.take().expect("standard error is a pipe"));
        assert_eq!(err.expect("messages are UTF-8"), "", "{format}");
        assert!(
            !place.path("state").exists(),
            "what nobody read was not told"
        );
    }
}

#[test]
fn it_ends_although_its_input_stays_open() {
    let place = Place::new();
    let mut child = place.start("scan -w watchlist.toml --format jsonl -");
    let mut input = child.stdin.take().expect("standard input is a pipe");
    let mut out = BufReader::new(child.stdout.take().expect("standard output is a pipe"));
    input
        .write_all(b"onedrive-en-marche.fr\n")
        .expect("it reads");
    let mut first = String::new();
    out.read_line(&mut first)
        .expect("a name is told before the input ends");
    assert!(
        first.contains("\"name\":\"onedrive-en-marche.fr\""),
        "{first}"
    );
    drop(out);
    input.write_all(b"mail-en-marche.fr\n").expect("it reads");
    assert_eq!(ends(&mut child), Some(0));
    drop(input);
}
