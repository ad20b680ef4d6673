//! `actor`: who uses a name.

use crate::{Place, repository};

#[test]
fn a_name_leads_to_its_set_with_who_says_so() {
    let place = Place::new();
    for name in ["Strontium", "fancy-bear", "APT_28", "g0007"] {
        let run = place.run(&format!("actor {name}"));
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{name}");
        for part in [
            "\nAPT28\n",
            "  attack          APT28, G0007, changed 2025-",
            "  Shown together, because\n",
            "misp: APT28 is also called G0007 (used by MITRE), as is APT28 with attack\n",
            "    Pawn Storm                    attack, attack-misp, misp (used by Trend Micro), microsoft-misp\n",
            "© 2025 The MITRE Corporation.",
            "CC0 1.0",
            "CC BY 4.0",
        ] {
            assert!(run.out.contains(part), "{part:?} in {}", run.out);
        }
        assert!(!run.out.contains("sets claim this name"), "{}", run.out);
    }
}

#[test]
fn an_ambiguous_name_stays_ambiguous() {
    let run = Place::new().run("actor grizzly.steppe");
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(
        run.out
            .starts_with("grizzly.steppe\n  2 sets claim this name;"),
        "{}",
        run.out
    );
    assert!(
        run.out.contains("\nAPT28\n") && run.out.contains("\nAPT29\n"),
        "{}",
        run.out
    );
}

#[test]
fn programs_get_claims_and_sources() {
    let run = Place::new().run("actor unc2452 --json");
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let answer = &run.objects()[0];
    assert_eq!(answer["asked"], "unc2452");
    assert_eq!(answer["ambiguous"], true);
    let groups = answer["groups"].as_array().expect("groups");
    let sets = groups
        .iter()
        .flat_map(|group| group["sets"].as_array().expect("sets"));
    let revoked = sets.flat_map(|set| set["records"].as_array().expect("records"));
    let revoked = revoked.filter(|record| record["standing"] == "revoked");
    assert!(revoked.clone().count() > 0);
    assert!(
        revoked
            .into_iter()
            .any(|record| record["successor"] == "attack:G0016")
    );
    let claim = &groups[0]["names"][0]["claims"][0];
    for key in ["name", "kind", "set", "source", "grade"] {
        assert!(claim[key].is_string(), "{key} in {claim}");
    }
    let sources = answer["sources"].as_array().expect("sources");
    assert!(sources.iter().all(|source| source["licence"].is_string()));
}

#[test]
fn who_is_unknown_is_not_found() {
    let place = Place::new();
    let run = place.run("actor fancybaer");
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert_eq!(
        run.err,
        "error: no source uses the name `fancybaer`; near it are Fancy Bear\n"
    );
    let run = place.run("actor fancybaer --json");
    assert_eq!(run.code, 1);
    assert_eq!(run.objects()[0]["near"][0], "Fancy Bear");
    let run = place.run("actor \u{1b}[31m\u{202e}://a.example/");
    assert_eq!(run.code, 1);
    assert_eq!(
        run.err,
        "error: no source uses the name `\\u{1b}[31m\\u{202e}://a[.]example/`\n"
    );
}

#[test]
fn a_file_adds_what_is_not_built_in() {
    let place = Place::new();
    place.write(
        "bundle.json",
        r#"{"type": "bundle", "id": "bundle--1", "objects": [
          {"type": "intrusion-set", "id": "intrusion-set--a", "name": "Odd \u202eBear", "modified": "2025-11-01T00:00:00Z",
           "created_by_ref": "identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5", "aliases": ["https://a.example/"],
           "external_references": [{"source_name": "mitre-attack", "external_id": "G0007"}]},
          {"type": "attack-pattern", "id": "attack-pattern--t",
           "external_references": [{"source_name": "mitre-attack", "external_id": "T1583.001"}]},
          {"type": "relationship", "id": "relationship--r", "relationship_type": "uses",
           "source_ref": "intrusion-set--a", "target_ref": "attack-pattern--t"}, {}]}"#,
    );
    let run = place.run("actor G0007 --knowledge bundle.json");
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(
        run.err,
        "bundle.json: 1 set of MITRE ATT&CK; not read: 1 nameless\n"
    );
    for part in [
        "\nOdd \\u{202e}Bear\n",
        "changed 2025-11-01",
        "    https://a[.]example/ ",
        "  Does, by attack: 1 technique\n    T1583.001\n",
    ] {
        assert!(run.out.contains(part), "{part:?} in {}", run.out);
    }
    let built_in = repository("knowledge/actors/misp.json");
    assert_eq!(
        place
            .run(&format!("actor Sednit --knowledge {built_in}"))
            .code,
        0
    );
    let run = place.run("actor Sednit --knowledge watchlist.toml");
    assert_eq!(run.code, 1);
    assert!(
        run.err
            .contains("error: cannot use watchlist.toml: the file cannot be read"),
        "{}",
        run.err
    );
}
