//! `watchlist check` and `watchlist init`.

use crate::{Place, repository};

#[test]
fn a_check_tells_what_each_term_touches() {
    let place = Place::new();
    place.write(
        "w.toml",
        "[[organisation]]\nid = 'kas'\ndomains = ['kas.de']\nterms = ['kas', 'konrad adenauer']\n",
    );
    place.write(
        "names",
        "kas-mail.example\nkas.example\nplain.example\nkonrad-adenauer.example\n",
    );
    let run = place.run("watchlist check --names names --format jsonl w.toml");
    assert_eq!(run.code, 0, "{}", run.err);
    let rows = run.objects();
    let row = |term: &str| {
        rows.iter()
            .find(|row| row["term"] == term)
            .expect("the term is listed")
    };
    assert_eq!(row("kas")["per_million"], 500_000);
    assert_eq!(row("konrad adenauer")["per_million"], 250_000);
    let remark = row("kas")["remark"].as_str().expect("a text");
    assert!(
        remark.starts_with("short: ") && remark.contains("very noisy"),
        "{remark}"
    );
    assert!(
        run.err.ends_with("counted on 4 names of names\n"),
        "{}",
        run.err
    );
}

#[test]
fn a_check_warns_of_what_is_risky() {
    let place = Place::new();
    let allow = "[[organisation.allow]]\nname = 'a.example'\nauthor = 'x'\nreason = 'gone'\nexpires = 2020-01-01\n";
    place.write(
        "w.toml",
        format!("[[organisation]]\nid = 'pl'\ndomains = ['gov.pl']\n{allow}"),
    );
    let run = place.run("watchlist check w.toml");
    assert_eq!(run.code, 0);
    assert!(
        run.err.contains("warning: pl: `gov.pl` is a public suffix"),
        "{}",
        run.err
    );
    assert!(
        run.err
            .contains("warning: pl: an allow entry (gone) ended on 2020-01-01\n"),
        "{}",
        run.err
    );
    assert!(
        run.err
            .contains("249,128 names (popular names of January 2025, built in)\n"),
        "{}",
        run.err
    );
}

#[test]
fn the_example_of_the_repository_is_in_order() {
    let run = Place::new().run(&format!(
        "watchlist check {}",
        repository("knowledge/example-watchlist.toml")
    ));
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        run.err.contains("2 organisations") && run.err.contains("0 warnings"),
        "{}",
        run.err
    );
}

#[test]
fn what_init_writes_can_be_used() {
    let place = Place::new();
    let entry = place.run("watchlist init www.en-marche.fr --id party --offline");
    assert_eq!((entry.code, entry.err.as_str()), (0, ""));
    place.write("w.toml", &entry.out);
    place.write("names", "mail-en-marche.fr\nwww.en-marche.fr\n");
    let run = place.run("scan -w w.toml --format jsonl --summary json names");
    assert_eq!(run.each("organisation"), "party");
    assert_eq!(run.summary()["names"]["own"], 1);
    assert_eq!(place.run("watchlist init fr").code, 1);
    assert_eq!(place.run("watchlist init a..b").code, 2);
}
