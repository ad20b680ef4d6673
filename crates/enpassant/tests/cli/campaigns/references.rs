//! `reference`: what others published is kept, and a campaign is held against it.

use super::filled::{block_on, open, place};
use super::{Run, check};
use crate::Place;

/// A made-up publication that knows the mailbox and the name server of one of the generated campaigns.
const TABLE: &str = "\
value,type,campaign,actor,first_seen,source,confidence,tlp,notes
shop@mail.example,registrant-email,Paper Kites,Grizzly Steppe,2026-01-01,A Lab,85,green,x
ns.quiet.example,ns,Paper Kites,Grizzly Steppe,soon,A Lab,85,green,x
10.0.0.1,ip,Paper Kites,Grizzly Steppe,,A Lab,85,green,x
nobody@else.example,registrant-email,Other,Odd \u{202e}Bear,,A. Lab,,amber,x
";

const BUNDLE: &str = r#"{"type": "bundle", "id": "bundle--1", "objects": [
  {"type": "campaign", "id": "campaign--1", "name": "Tin Kites", "confidence": 30},
  {"type": "indicator", "id": "indicator--1", "pattern": "[domain-name:value = 'bank-shop-b.example']", "pattern_type": "stix"},
  {"type": "relationship", "id": "relationship--1", "relationship_type": "indicates",
   "source_ref": "indicator--1", "target_ref": "campaign--1"}]}"#;

const EVENT: &str = r#"{"Event": {"uuid": "0b0b0b0b-0000-4000-8000-000000000001", "info": "Foil Kites", "date": "2026-02-03",
  "Orgc": {"name": "A Team"}, "Tag": [{"name": "tlp:red"}],
  "Attribute": [{"type": "domain", "value": "unrelated.example", "to_ids": true}, {"type": "md5", "value": "0", "to_ids": true}]}}"#;

#[track_caller]
fn import(place: &Place, code: i32, files: &str) -> Run {
    place.ask(code, &format!("reference import {files} --by anna"))
}

#[test]
fn what_was_published_speaks_for_a_set_and_more_against() {
    let place = place();
    let line = "campaigns bank-shop-a.example";
    check(
        &place.ask(0, line).out,
        &["Nobody that we could name."],
        &[],
    );
    place.write("kites.csv", TABLE);
    import(&place, 0, "kites.csv");
    let whole = place.json(line);
    let hypotheses = whole["hypotheses"].as_array().expect("an array");
    assert_eq!(hypotheses.len(), 1, "{hypotheses:?}");
    let one = &hypotheses[0];
    assert_eq!(one["set"], "Grizzly Steppe");
    assert_eq!(
        one["likelihood"], "roughly even chance",
        "possible, and no further"
    );
    let told = one.to_string();
    check(
        &told,
        &[
            "bank-shop-a[.]example has the same registrant's mailbox as “Paper Kites” (A Lab)",
            "the same name server as “Paper Kites” (A Lab)",
            "can be bought, rented",
            "\"ids\":[\"misp:",
            "APT28 (the name is used for it)",
            "APT29 (the name is used for it)",
        ],
        &["Bear", "shop@mail.example"],
    );
    // Who may read less is told so, and nothing of it.
    place.write("red.csv", TABLE.replace(",green,", ",red,"));
    import(&place, 0, "red.csv");
    let told = place.ask(0, line);
    check(&told.out, &["Nobody that we could name."], &["Kites"]);
    check(
        &told.err,
        &["1 published campaign not compared with"],
        &["Kites"],
    );
    check(
        &place.ask(0, &format!("{line} --tlp red")).out,
        &["Paper Kites"],
        &[],
    );
}

#[test]
fn a_listed_domain_of_nobodys_campaign_names_nobody() {
    let place = place();
    place.write("bundle.json", BUNDLE);
    let told = import(&place, 0, "bundle.json").out;
    check(
        &told,
        &[
            "bundle.json: 1 campaign with 1 indicator; 1 new, 0 replaced",
            "Tin Kites: 1 indicator; published by: nobody is named; attributed to: nobody; ",
            "no label; id campaign--1",
        ],
        &["not read"],
    );
    let told = place.ask(0, "campaigns bank-shop-a.example").out;
    check(&told, &["Nobody that we could name."], &[]);
}

#[test]
fn what_was_read_and_what_not_is_told() {
    let place = place();
    place.write("kites.csv", TABLE);
    place.write("event.json", EVENT);
    let told = import(&place, 1, "kites.csv none.json watchlist.toml event.json");
    check(
        &told.out,
        &[
            "kites.csv: 2 campaigns with 3 indicators; 2 new, 0 replaced",
            "  Paper Kites: 2 indicators; published by: A Lab; attributed to: Grizzly Steppe; F1, TLP:GREEN; id csv:A Lab/Paper Kites/Grizzly Steppe",
            "Odd \\u{202e}Bear",
            "  not read: 1 common-address (an address that everybody has)",
            "  not read: 1 other-column",
            "  not read: 1 bad-time",
            "event.json: 1 campaign with 1 indicator",
            "A Team; attributed to: nobody; F6, TLP:RED; id 0b0b0b0b",
            "  not read: 1 other-kind",
        ],
        &["shop@mail"],
    );
    check(
        &told.err,
        &[
            "error: cannot read none.json",
            "error: cannot use watchlist.toml",
        ],
        &[],
    );
    check(
        &import(&place, 0, "event.json").out,
        &["0 new, 1 replaced"],
        &[],
    );
    let table = place.ask(0, "reference list").out;
    check(
        &table,
        &["NAME", "Foil Kites", "A[.] Lab", "RED"],
        &["shop@mail"],
    );
    let listed = place.json("reference list");
    assert_eq!(listed.as_array().map(Vec::len), Some(3));
    let kites = &listed[2];
    assert_eq!(kites["name"], "Paper Kites");
    assert_eq!(kites["indicators"]["registrant-email"], 1);
    assert_eq!(kites["attributed"][0]["grade"], "F1");
    assert_eq!(kites["imported"]["by"], "anna");
    assert_eq!(kites["imported"]["from"], "kites.csv");
}

#[test]
fn lists_without_names_do_not_replace_each_other() {
    let place = place();
    place.write("one.csv", "value\na.example\nb.example\n");
    place.write("again.csv", "value,confidence\nb.example,150\na.example,\n");
    place.write("other.csv", "value\na.example\n");
    for (file, kept) in [
        ("one.csv", "1 new, 0 replaced"),
        ("other.csv", "1 new, 0 replaced"),
        ("one.csv", "0 new, 1 replaced"),
        ("again.csv", "0 new, 1 replaced"),
    ] {
        let told = import(&place, 0, file).out;
        check(&told, &[kept, "without a campaign: "], &[]);
        let counted = told.contains("not read: 1 bad-confidence (a confidence that is no number");
        assert_eq!(counted, file == "again.csv", "{told}");
    }
    let listed = place.json("reference list");
    assert_eq!(listed.as_array().map(Vec::len), Some(2));
}

#[test]
fn what_is_no_publication_is_refused() {
    let place = place();
    place.write(
        "empty.json",
        r#"{"type": "bundle", "id": "bundle--1", "objects": []}"#,
    );
    check(
        &import(&place, 0, "empty.json").out,
        &["empty.json: 0 campaigns with 0 indicators; 0 new, 0 replaced"],
        &[],
    );
    for (text, says) in [
        (
            "{}",
            "the file is none of: a STIX 2.1 bundle, an event of MISP or a list of them, CSV",
        ),
        (
            "[]",
            "the file is none of: a STIX 2.1 bundle, an event of MISP or a list of them, CSV",
        ),
        (
            r#"{"type": "bundle", "objects": "x"}"#,
            "`objects` has to be a list of objects, and is something else",
        ),
    ] {
        place.write("bad.json", text);
        let told = import(&place, 1, "bad.json");
        assert_eq!(told.out, "");
        check(&told.err, &["error: cannot use bad.json", says], &[]);
        assert_eq!(told.err.lines().count(), 1, "{}", told.err);
    }
    assert_eq!(place.json("reference list"), serde_json::json!([]));
}

#[test]
fn what_is_forgotten_is_gone() {
    let place = Place::new();
    block_on(open(&place));
    place.write("event.json", EVENT);
    import(&place, 0, "event.json");
    let id = "0b0b0b0b-0000-4000-8000-000000000001";
    let again = format!("reference forget {id}");
    assert_eq!(place.ask(0, &again).out, "");
    let told = place.ask(1, &again).err;
    check(
        &told,
        &["error: no published campaign with the id `0b0b0b0b-"],
        &[],
    );
    assert_eq!(place.ask(0, "reference list").out, "");
    assert_eq!(place.json("reference list"), serde_json::json!([]));
}
