//! What lists things: `permute`, `techniques`, `diff`; and `completions`, `man`, `--version`.

use crate::Place;

/// A command that lists things lists as many in every format, under a heading of these fields.
#[track_caller]
fn check(place: &Place, command: &str, heading: &str) -> Vec<serde_json::Value> {
    let run = |format: &str| {
        let run = place.run(&format!("{command} --format {format}"));
        assert_eq!(run.code, 0, "{}", run.err);
        run
    };
    let rows = run("jsonl").objects();
    assert!(!rows.is_empty());
    let array: Vec<serde_json::Value> = serde_json::from_str(&run("json").out).expect("an array");
    assert_eq!(array, rows);
    let csv = run("csv").out;
    assert_eq!(csv.lines().next(), Some(heading));
    assert_eq!(csv.lines().count(), 1 + rows.len());
    assert_eq!(run("table").out.lines().count(), 1 + rows.len());
    assert_eq!(place.run(command).out, run("table").out);
    rows
}

#[test]
fn permutations() {
    let place = Place::new();
    let rows = check(&place, "permute en-marche.fr", "name,unicode,technique");
    assert!(rows.len() > 500, "{}", rows.len());
    assert!(
        rows.iter().any(|row| row["name"] == "enmarche.fr"),
        "the hyphen removed"
    );
    assert!(
        !place
            .run("permute en-marche.fr")
            .out
            .contains("enmarche.fr"),
        "tables are defanged"
    );
    let run = place.run("permute fr");
    assert_eq!(
        run.err,
        "error: `fr` is a top-level domain; give a whole one, such as example.org\n"
    );
    assert_eq!((run.code, place.run("permute a..b").code), (1, 2));
}

#[test]
fn techniques() {
    let rows = check(&Place::new(), "techniques", "id,says,target,example,doc");
    for id in [
        "omission",
        "suffix-swap",
        "homoglyph",
        "combo-lure",
        "service-lure",
    ] {
        assert!(rows.iter().any(|row| row["id"] == id), "{id}");
    }
}

#[test]
fn services() {
    let rows = check(
        &Place::new(),
        "watchlist services",
        "id,name,kind,domains,words",
    );
    assert!(rows.len() >= 40);
    assert!(rows.iter().any(|row| row["id"] == "proton-mail"));
}

#[test]
fn differences() {
    let place = Place::new();
    place.write("old", "gone.example\nstays.example\nstays.example\n");
    place.write("new", "STAYS.example.\n-new.example\nbad..name\n");
    let rows = check(&place, "diff old new", "change,name");
    let told: Vec<String> = rows
        .iter()
        .map(|row| format!("{} {}", row["change"], row["name"]))
        .collect();
    assert_eq!(
        told,
        [r#""added" "-new.example""#, r#""removed" "gone.example""#]
    );
    let added = place.run("diff --only added --format csv old new");
    assert_eq!(added.out, "change,name\nadded,-new.example\n");
    let expected = "\
old: 3 lines = 3 observed + 0 structure + 0 rejected
old: 3 names = 0 unreadable + 2 distinct + 1 repeated
new: 3 lines = 3 observed + 0 structure + 0 rejected
new: 3 names = 1 unreadable + 2 distinct + 0 repeated
  1 unreadable: empty-label
1 added, 1 removed, 1 unchanged
";
    assert_eq!(added.err, expected);
    let piped = place.feed("diff --format jsonl - new", b"stays.example\n");
    assert_eq!(piped.each("name"), "-new.example");
    let run = place.run("diff old absent");
    assert_eq!(run.code, 1);
    assert!(
        run.err.starts_with("error: cannot open absent: "),
        "{}",
        run.err
    );
    assert_eq!(place.run("diff - -").code, 2);
}

#[test]
fn a_difference_can_be_scanned() {
    let place = Place::new();
    place.write("old", "plain.example\n");
    place.write("new", "plain.example\nonedrive-en-marche.fr\n");
    let diff = place.run("diff --only added --format csv old new").out;
    let run = place.feed("scan -w watchlist.toml --format jsonl -", diff.as_bytes());
    assert_eq!(run.each("name"), "onedrive-en-marche.fr");
}

#[test]
fn completions_for_every_shell() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = place.run(&format!("completions {shell}"));
        assert!(run.code == 0 && run.out.contains("permute"), "{shell}");
    }
    assert_eq!(place.run("completions cobol").code, 2);
}

#[test]
fn manual_pages() {
    let place = Place::new();
    let page = place.run("man");
    assert!(
        page.code == 0 && page.out.contains(".TH enpassant 1"),
        "{}",
        page.out
    );
    std::fs::create_dir(place.path("man1")).expect("it is new");
    assert_eq!(place.run("man man1").code, 0);
    assert!(place.path("man1/enpassant-scan.1").is_file());
    let run = place.run("man absent");
    assert_eq!(run.code, 1);
    assert!(
        run.err
            .starts_with("error: cannot write manual pages to absent: "),
        "{}",
        run.err
    );
}

#[test]
fn the_version() {
    let run = Place::new().run("--version");
    assert_eq!(
        (run.code, run.out),
        (0, format!("enpassant {}\n", env!("CARGO_PKG_VERSION")))
    );
}
