//! `replay`: the case of 2017.

use crate::{Place, repository};

const PUBLISHED: [&str; 7] = [
    "onedrive-en-marche.fr",
    "kassap.de",
    "mail-en-marche.fr",
    "portal-office.fr",
    "accounts-office.fr",
    "en-marche.co",
    "fes-auth.com",
];

#[test]
fn the_case_is_told_day_by_day_and_nothing_is_filled_in() {
    let run = Place::new().run(&format!("replay {}", repository("cases/pawn-storm-2017")));
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let mut rest = run.out.as_str();
    for part in [
        "Pawn Storm, spring 2017\n",
        "249,128 names (popular names of January 2025, built in; not of the case's time)",
        "\n15 March 2017\n",
        "  caught   ",
        "onedrive-en-marche[.]fr",
        "\nEarly April 2017  day not known\n",
        "kassap[.]de",
        "\n12 April 2017  order assumed",
        "mail-en-marche[.]fr",
        "\n14 April 2017  order assumed",
        "\n17 April 2017  order assumed",
        "\nUndated  no day was published",
        "en-marche[.]co",
        "fes-auth[.]com",
        "\nSummary\n",
        " of 7 (",
        " a million\n",
    ] {
        let at = rest
            .find(part)
            .unwrap_or_else(|| panic!("{part:?} in its place in {}", run.out));
        rest = &rest[at + part.len()..];
    }
    for name in PUBLISHED {
        assert!(!run.out.contains(name), "{name} is shown as it is");
    }
    let widest = run.out.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(120), "{widest:?}");
}

#[test]
fn programs_get_the_same_case() {
    let place = Place::new();
    let names: Vec<String> = (0..1000)
        .map(|number| format!("n{number}.example"))
        .collect();
    place.write(
        "background",
        names.join(
            "
",
        ) + "
mail-en-marche-news.example
",
    );
    let case = repository("cases/pawn-storm-2017");
    let run = |format: &str| {
        place.run(&format!(
            "replay --background background --format {format} {case}"
        ))
    };
    let whole: serde_json::Value = serde_json::from_str(&run("json").out).expect("an object");
    assert_eq!(whole["background"]["names"], 1001);
    let steps = whole["steps"].as_array().expect("a list");
    assert_eq!(steps.len(), 5);
    let shares: u64 = steps
        .iter()
        .map(|step| step["background"].as_u64().expect("a count"))
        .sum();
    assert_eq!(shares, 1001);
    let last = &steps[4]["strongest"][0];
    assert_eq!(last["name"], "mail-en-marche-news.example");
    assert_eq!(whole["caught"]["of"], 7);
    let rows = run("jsonl");
    assert_eq!(rows.each("name"), PUBLISHED.join(" "));
    assert_eq!(
        rows.each("day_basis"),
        "published approximate assumed-order assumed-order assumed-order unknown unknown"
    );
    let undated = rows
        .objects()
        .iter()
        .filter(|row| row["day"].is_null())
        .count();
    assert_eq!(undated, 3, "two undated names and one with a period only");
    assert_eq!(run("csv").out.lines().count(), 8);
}

#[test]
fn a_case_that_is_wrong_shows_its_line() {
    let place = Place::new();
    std::fs::create_dir(place.path("case")).expect("it is new");
    std::fs::copy(
        place.path("watchlist.toml"),
        place.path("case/watchlist.toml"),
    )
    .expect("it can be copied");
    place.write("case/events.toml", "[case]\ntitle = 't'\nnote = 'n'\n[[event]]\ndomain = 'a b'\npublished = ''\nimitates = ''\nsource = ''\n");
    let run = place.run("replay case");
    assert_eq!(run.code, 1);
    assert!(
        run.err.contains("`a b` is not a domain name") && run.err.contains("events.toml:5:"),
        "{}",
        run.err
    );
    assert_eq!(place.run("replay absent").code, 1);
}
