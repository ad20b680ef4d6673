//! `explain`: the reverse question.

use crate::Place;

#[test]
fn it_works_without_a_watchlist() {
    let run = Place::new().run("explain micorsoft-login[.]com");
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    for part in [
        "micorsoft-login[.]com\n",
        "  resembles Microsoft 365 (microsoft-365): ",
        "    original  microsoft\n    here      micorsoft\n                 ^^\n",
        "    transposition ",
        "  What speaks for it\n",
        "  What speaks against it\n",
        "  prior ",
        "log odds in all, so the score is 1 / (1 + exp(",
    ] {
        assert!(run.out.contains(part), "{part:?} in {}", run.out);
    }
    assert!(!run.out.contains("micorsoft-login.com"), "{}", run.out);
}

#[test]
fn the_numbers_shown_add_up() {
    let run = Place::new().run("explain -w watchlist.toml onedrive-en-marche.fr");
    let (parts, sum) = run
        .out
        .split_once("    --------\n")
        .expect("there is a sum");
    let (_, parts) = parts
        .split_once("What speaks for it")
        .expect("there are findings");
    let number = |line: &str| {
        line.split_whitespace()
            .next()
            .and_then(|word| word.parse::<f64>().ok())
    };
    let added: f64 = parts.lines().filter_map(number).sum();
    let sum = number(sum).expect("the sum comes first");
    assert!((added - sum).abs() < 0.0005, "{}", run.out);
}

#[test]
fn programs_get_the_objects_of_scan() {
    let place = Place::new();
    place.write("names", "onedrive-en-marche.fr\n");
    let mut scanned = place.scan("names").objects();
    let explained = place
        .run("explain -w watchlist.toml --format jsonl onedrive-en-marche.fr")
        .objects();
    scanned[0]["source"] = "argument".into();
    assert_eq!(explained[0], scanned[0]);
}

#[test]
fn what_is_not_told_has_its_reason() {
    let place = Place::new();
    let told = |name: &str| place.run(&format!("explain -w watchlist.toml {name}")).out;
    assert_eq!(
        told("plain.example"),
        "plain[.]example\n  resembles nothing on the watchlist\n\n"
    );
    assert_eq!(
        told("www.en-marche.fr"),
        "www[.]en-marche[.]fr\n  belongs to En Marche !\n\n"
    );
    assert!(told("login.office.com").contains("belongs to Microsoft 365, a service that"));
    assert!(told("en-marche-allowed.example").contains("the watchlist allows it"));
    let run = place.run("explain plain.example");
    assert!(
        run.out.contains("no service of the built-in catalogue"),
        "{}",
        run.out
    );
}

#[test]
fn what_is_no_name_is_an_error_and_the_others_are_explained() {
    let run = Place::new().run("explain -w watchlist.toml a..b mail-en-marche.fr");
    assert_eq!(run.code, 1);
    assert_eq!(run.err, "error: `a..b` is not a name: a label is empty\n");
    assert!(run.out.starts_with("mail-en-marche[.]fr\n"), "{}", run.out);
    assert_eq!(Place::new().run("explain").code, 2);
}
