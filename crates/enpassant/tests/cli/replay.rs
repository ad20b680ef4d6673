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
        "by what was published, without a look:\n",
        "day          15 March 2017 (New York Times)",
        "registrant   all four were registered with one and the same mailbox",
        "stage        registered, since 15 March 2017 (ATT&CK T1583.001)\n",
        "severity low; confidence low\n",
        "registered less than a day before it was detected\n",
        "not known    registrar, name servers, address, mail, certificate, page\n",
        "\nEarly April 2017  day not known\n",
        "kassap[.]de",
        "stage        registered, since when is not known (ATT&CK T1583.001)\n",
        "not known    day of registration, registrant,",
        "\n12 April 2017  order assumed",
        "mail-en-marche[.]fr",
        "\n14 April 2017  order assumed",
        "\n17 April 2017  order assumed",
        "\nUndated  no day was published",
        "en-marche[.]co",
        "link         ThreatConnect's fifth domain",
        "stage        not known\n",
        "fes-auth[.]com",
        "certificate  on ThreatConnect's list",
        "stage        not known\n",
        "\nTied to no domain  ",
        "address     194[.]187[.]249[.]135, hosted at THCservers",
        "server      a server in Germany",
        "\nTogether  by what was published, joined as the days came\n",
        ": 4 names aimed at En Marche !\n",
        "12 April 2017, assumed  mail-en-marche[.]fr joins onedrive-en-marche[.]fr: the same registrant's",
        "14 April 2017, assumed  portal-office[.]fr joins",
        "17 April 2017, assumed  accounts-office[.]fr joins",
        "tied      portal-office[.]fr, accounts-office[.]fr: alerts by their names alone; ",
        "who       Pawn Storm, says Trend Micro",
        "names     APT28, ",
        "for       Trend Micro published onedrive-en-marche[.]fr as Pawn Storm's",
        "against   the head of ANSSI said",
        "our own   nobody that we could name",
        "apart     kassap[.]de: no value was published that ties it to another name; Trend Micro says Pawn",
        "apart     en-marche[.]co: ",
        "apart     fes-auth[.]com: ",
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
    assert!(widest <= Some(100), "{widest:?}");
}

#[test]
fn claims_carry_as_far_as_they_were_published() {
    let place = Place::new();
    place.write("background", "n.example\n");
    let case = repository("cases/pawn-storm-2017");
    let run = place.run(&format!(
        "replay --background background --format json {case}"
    ));
    let whole: serde_json::Value = serde_json::from_str(&run.out).expect("an object");
    let list = |value: &serde_json::Value| value.as_array().expect("a list").clone();
    let dated = list(&whole["steps"])
        .into_iter()
        .flat_map(|step| list(&step["names"]));
    let names: Vec<_> = dated.chain(list(&whole["undated"])).collect();
    let told: Vec<String> = names
        .iter()
        .map(|name| {
            for claim in list(&name["claims"]) {
                assert_eq!(claim["basis"], "published-claim");
                assert!(list(&claim["domains"]).contains(&name["name"]));
            }
            assert_eq!(name["risk"]["severity"], "low");
            assert_eq!(name["risk"]["confidence"], "low", "nobody was asked");
            let findings = list(&name["risk"]["findings"]);
            let sum: f64 = findings
                .iter()
                .filter_map(|one| one["log_odds"].as_f64())
                .sum();
            let score = name["risk"]["score"].as_f64().expect("a number");
            assert!((1.0 / (1.0 + (-sum).exp()) - score).abs() < 1e-12);
            let each = |value: &serde_json::Value, field: &str| {
                let texts = list(value)
                    .into_iter()
                    .map(|one| one[field].as_str().unwrap_or("null").to_owned());
                texts.collect::<Vec<_>>().join(",")
            };
            format!(
                "{} claims {} stages {} since {} findings {}",
                name["name"].as_str().expect("a text"),
                each(&name["claims"], "kind"),
                each(&name["stages"], "stage"),
                each(&name["stages"], "since"),
                each(&name["risk"]["findings"], "id"),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "onedrive-en-marche.fr claims registrant,attribution stages registered since 2017-03-15T00:00:00Z findings name,age",
            "kassap.de claims attribution stages registered since null findings name",
            "mail-en-marche.fr claims registrant,attribution stages registered since null findings name",
            "portal-office.fr claims registrant,attribution stages registered since null findings name",
            "accounts-office.fr claims registrant,attribution stages registered since null findings name",
            "en-marche.co claims link stages  since  findings name",
            "fes-auth.com claims certificate,attribution stages  since  findings name",
        ]
    );
    let untied = list(&whole["untied_claims"]);
    let kinds: Vec<&str> = untied
        .iter()
        .filter_map(|one| one["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["address", "mail", "server", "server", "doubt"]);
    assert!(!run.out.contains("@mail.com"), "no mailbox is made up");
}

/// Days, members, reasons, tiers and hypotheses. Written anew with `GOLDEN=write`.
#[test]
fn the_campaign_of_2017_is_what_it_was() {
    let place = Place::new();
    place.write("background", "n.example\n");
    let case = repository("cases/pawn-storm-2017");
    let run = place.run(&format!(
        "replay --background background --format json -o report.html {case}"
    ));
    assert_eq!(run.code, 0, "{}", run.err);
    let whole: serde_json::Value = serde_json::from_str(&run.out).expect("an object");
    let told = format!("{:#}\n", whole["campaigns"]);
    let golden = repository("crates/enpassant/tests/cli/golden/pawn-storm-2017.json");
    if std::env::var_os("GOLDEN").is_some_and(|golden| golden == "write") {
        std::fs::write(&golden, &told).expect("it can be written");
    }
    let expected = std::fs::read_to_string(&golden).expect("it can be read");
    assert_eq!(told, expected);
    let report = std::fs::read_to_string(place.path("report.html")).expect("it was written");
    assert!(report.starts_with("<!DOCTYPE html>") && report.contains("mail-en-marche[.]fr"));
    for name in PUBLISHED {
        assert!(!report.contains(name), "{name} is shown as it is");
    }
}

/// Whoever reads the campaign must not take a day of the assumed order for one that was published.
#[test]
fn an_assumed_day_is_never_told_as_known() {
    let place = Place::new();
    place.write("background", "n.example\n");
    let case = repository("cases/pawn-storm-2017");
    let run = place.run(&format!(
        "replay --background background -o report.html {case}"
    ));
    assert_eq!(run.code, 0, "{}", run.err);
    let report = std::fs::read_to_string(place.path("report.html")).expect("it was written");
    let (days, marked) = (
        ["2017-04-12", "2017-04-14", "2017-04-17"],
        [
            " <span class=\"faint\">(assumed)",
            " <span class=\"faint\">at the earliest (assumed)",
        ],
    );
    let cells = || report.split("<td class=\"when\">").skip(1);
    let assumed = cells().filter(|cell| days.iter().any(|day| cell.starts_with(day)));
    let mut count = 0;
    for cell in assumed {
        let after = &cell["2017-04-12".len()..];
        assert!(marked.iter().any(|mark| after.starts_with(mark)), "{cell}");
        count += 1;
    }
    assert_eq!(count, 3 + 6 + 3, "links, moments and indicators");
    assert_eq!(report.matches("12, 14 or 17 April 2017").count(), 6);
}

#[test]
fn a_report_on_standard_output_stands_alone() {
    let place = Place::new();
    place.write("background", "n.example\n");
    let case = repository("cases/pawn-storm-2017");
    for format in ["table", "json", "csv"] {
        let run = place.run(&format!(
            "replay --background background --format {format} -o - {case}"
        ));
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        assert!(run.out.starts_with("<!DOCTYPE html>") && run.out.ends_with("</html>"));
    }
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
    assert_eq!(
        (&whole["caught"]["names"], &whole["caught"]["of"]),
        (&7.into(), &7.into())
    );
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
    place.write("case/events.toml", "[case]\ntitle = 't'\nnote = 'n'\n[[event]]\ndomain = 'a.example'\npublished = ''\nimitates = ''\nsource = ''\n[[claim]]\nkind = 'rumour'\nsays = ''\nsource = ''\n");
    let run = place.run("replay case");
    assert_eq!(run.code, 1);
    assert!(
        run.err.contains("unknown variant `rumour`") && run.err.contains("events.toml:10:"),
        "{}",
        run.err
    );
    assert_eq!(place.run("replay absent").code, 1);
}
