//! `scan --since`: only news.

use crate::Place;

#[test]
fn only_news_is_told() {
    let place = Place::new();
    place.write("day1", "onedrive-en-marche.fr\nplain.example\n");
    place.write("day2", "www.onedrive-en-marche.fr\nmail-en-marche.fr\n");
    let first = place.scan("--since state day1");
    assert_eq!(first.each("name"), "onedrive-en-marche.fr");
    let again = place.scan("--since state --fail-on watch day1");
    assert_eq!((again.code, again.out.as_str()), (0, ""));
    assert_eq!(again.summary()["names"]["duplicate"], 1);
    let next = place.scan("--since state day1 day2");
    assert_eq!(next.each("name"), "mail-en-marche.fr");
    let left: Vec<_> = std::fs::read_dir(place.0.path())
        .expect("it is there")
        .flatten()
        .map(|file| file.file_name())
        .collect();
    assert_eq!(left.len(), 4, "no temporary file is left behind: {left:?}");
}

#[test]
fn what_was_not_told_is_still_news() {
    let place = Place::new();
    place.write("names", "onedrive-en-marche.fr\n");
    assert_eq!(place.scan("--since state --min-score 1 names").out, "");
    assert_eq!(
        place.scan("--since state names").each("name"),
        "onedrive-en-marche.fr"
    );
}

#[test]
fn what_an_unreadable_input_gave_is_remembered() {
    let place = Place::new();
    place.write("names", "onedrive-en-marche.fr\n");
    assert_eq!(place.scan("--since state names absent").code, 1);
    assert_eq!(place.scan("--since state names").out, "");
}

#[test]
fn a_damaged_state_file_is_refused_and_left_alone() {
    let place = Place::new();
    place.write("names", "onedrive-en-marche.fr\n");
    place.write("state", "something else\n");
    let run = place.scan("--since state names");
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(
        run.err.contains("state is not a state file") && run.err.contains("(line 1)"),
        "{}",
        run.err
    );
    assert_eq!(
        std::fs::read_to_string(place.path("state")).expect("it is there"),
        "something else\n"
    );
    let run = place.scan("--since no/such/directory names");
    assert_eq!(run.code, 1);
    assert!(
        run.err
            .contains("cannot use the state file no/such/directory"),
        "{}",
        run.err
    );
}
