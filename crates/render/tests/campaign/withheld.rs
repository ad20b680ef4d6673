//! What a reader may not see is in no form.

use model::{Campaign, Moment, MomentKind, Tlp, Viewer};
use render::concerns;

use crate::example::{self, BANK, MAILBOX, MINISTRY};
use crate::{facts, reader_at, written};

/// Looks for each text in everything that is written for the reader, defanged or not.
#[track_caller]
fn check(viewer: &Viewer, hidden: &[&str], shown: &[&str]) {
    let all = written(&example::campaign(), viewer);
    for (name, text) in &all {
        let plain = text.replace("[.]", ".").to_lowercase();
        for hidden in hidden {
            assert!(
                !plain.contains(&hidden.to_lowercase()),
                "{hidden} is in the {name}"
            );
        }
    }
    for shown in shown {
        let found = all
            .iter()
            .any(|(_, text)| text.replace("[.]", ".").contains(shown));
        assert!(found, "{shown} is nowhere");
    }
}

const PERSONS: [&str; 4] = [MAILBOX, "jo.doe", "onerror", "a. analyst"];

#[test]
fn persons_are_for_readers_from_amber_on() {
    check(
        &Viewer::of_all(Tlp::Amber),
        &[],
        &[MAILBOX, "onerror", "a. analyst"],
    );
    let fingerprint = "sha256:5cc033cbece4239f";
    check(
        &Viewer::of_all(Tlp::Green),
        &PERSONS,
        &[
            fingerprint,
            BANK,
            MINISTRY,
            "an analyst",
            "Two values on persons",
        ],
    );
    check(&Viewer::of_all(Tlp::Clear), &PERSONS, &[fingerprint]);
}

#[test]
fn reasons_of_analysts_are_for_readers_from_amber_on() {
    let reasons = ["named in one abuse report", "way of naming"];
    let decided =
        "decision 1: exanple-ministry.example and quiet-harbour.example belong together: ";
    for tlp in [Tlp::Clear, Tlp::Green] {
        let withheld = format!("{decided}(reason withheld)");
        check(&Viewer::of_all(tlp), &reasons, &[&withheld, "Rejected"]);
        check(&reader_at(MINISTRY, tlp), &reasons, &[&withheld]);
    }
    let told = format!("{decided}Both were named in one abuse report.");
    for tlp in [Tlp::Amber, Tlp::AmberStrict, Tlp::Red] {
        check(
            &Viewer::of_all(tlp),
            &["(reason withheld)"],
            &[&reasons[..], &[&told]].concat(),
        );
    }
}

#[test]
fn two_reasons_stay_two() {
    let mut campaign = example::campaign();
    let pinned = |why: &str| model::Tie::Pinned {
        by: "b. analyst".to_owned(),
        why: why.to_owned(),
    };
    campaign.links[0].reasons.push(pinned("Jo Doe said so."));
    campaign.links[1].reasons.push(pinned("Jo Doe said so."));
    let read = render::campaign(&campaign, &Viewer::of_all(Tlp::Green));
    let links = read["links"].as_array().expect("an array");
    let reasons = links.iter().filter_map(|link| link["reasons"].as_array());
    let whys = reasons.flatten().map(|reason| &reason["pinned"]["why"]);
    let whys: Vec<&str> = whys.filter_map(serde_json::Value::as_str).collect();
    assert_eq!(
        whys,
        [
            "(reason 1 withheld)",
            "(reason 1 withheld)",
            "(reason 2 withheld)"
        ]
    );
}

#[test]
fn others_are_not_seen_by_name() {
    let theirs = [
        MINISTRY,
        "portal-office",
        "accounts-office",
        "exanple",
        "example-ministry",
    ];
    let ours = [BANK, "examp1ebank.example", "three domains", "203.0.113.57"];
    check(&reader_at(BANK, Tlp::Red), &theirs, &ours);
    check(
        &reader_at(BANK, Tlp::Green),
        &[&theirs[..], &PERSONS].concat(),
        &ours,
    );
    let theirs = [
        BANK,
        "examp1ebank",
        "examplebank-login",
        "examplebank.example",
    ];
    check(
        &reader_at(MINISTRY, Tlp::Red),
        &theirs,
        &[MINISTRY, "portal-office.example"],
    );
}

/// A moment of the campaign as a whole.
fn moment(kind: MomentKind, domain: Option<&str>, says: &str, why: Option<&str>) -> Moment {
    Moment {
        at: "2026-04-20T10:00:00Z".parse().expect("a time"),
        day_only: false,
        domain: domain.map(|domain| domain.parse().expect("a name")),
        kind,
        says: says.to_owned(),
        why: why.map(str::to_owned),
    }
}

#[test]
fn who_left_is_not_told_to_others() {
    let mut campaign = example::campaign();
    campaign.timeline.extend([
        moment(
            MomentKind::Changed,
            None,
            "2 domains belong together: gone-a[.]example and gone-b[.]example: the same title",
            None,
        ),
        moment(
            MomentKind::Joined,
            Some("gone-c.example"),
            "it came, and went",
            None,
        ),
        moment(
            MomentKind::Decided,
            None,
            "decision 2: gone-d[.]example is kept apart from examp1ebank[.]example",
            Some("Ms Doe of the ministry told us"),
        ),
    ]);
    for (name, text) in written(&campaign, &reader_at(BANK, Tlp::Red)) {
        let plain = text.replace("[.]", ".");
        for hidden in ["gone-", "Ms Doe"] {
            assert!(!plain.contains(hidden), "{hidden} is in the {name}");
        }
    }
    let all = written(&campaign, &Viewer::of_all(Tlp::Amber));
    let told = |text: &str| all.iter().any(|(_, form)| form.contains(text));
    assert!(
        ["gone-a", "gone-b", "gone-c", "gone-d", "Ms Doe"]
            .iter()
            .all(|text| told(text))
    );
}

#[test]
fn a_set_that_only_an_analyst_names_is_typed_by_them() {
    let mut campaign = example::campaign();
    let mut typed = campaign.hypotheses[0].clone();
    typed.set = "Jo Doe of Roehampton".to_owned();
    typed.basis = model::Basis::Decided { decision: 7 };
    typed.ids = vec![];
    let mut known = typed.clone();
    known.set = "Odd Bear".to_owned();
    known.ids = vec!["attack:G9999".to_owned()];
    campaign.hypotheses = vec![typed, known];
    for (tlp, shown) in [(Tlp::Green, false), (Tlp::Amber, true)] {
        let all = written(&campaign, &Viewer::of_all(tlp));
        let told = |text: &str| all.iter().any(|(_, form)| form.contains(text));
        assert_eq!(told("Roehampton"), shown, "{tlp}");
        assert!(told("Odd Bear"));
    }
}

#[test]
fn the_label_of_a_report_binds_who_makes_it() {
    let viewer = Viewer::of_all(Tlp::Red);
    let report = |tlp| render::report(&example::campaign(), &viewer, &facts(tlp));
    assert!(report(Tlp::Amber).contains("jo[.]doe@mail[.]example"));
    let clear = report(Tlp::Clear);
    assert!(
        PERSONS
            .iter()
            .all(|person| !clear.replace("[.]", ".").contains(person))
    );
    assert!(clear.contains("TLP:CLEAR") && clear.contains("sha256:"));
}

#[test]
fn a_campaign_concerns_those_whom_it_imitates() {
    let campaign = example::campaign();
    assert!(concerns(&campaign, &reader_at(BANK, Tlp::Red)));
    let stranger = reader_at("Example Foundation", Tlp::Red);
    assert!(!concerns(&campaign, &stranger));
    let imitates_nobody = Campaign {
        members: campaign.members[6..].to_vec(),
        ..campaign.clone()
    };
    assert!(!concerns(&imitates_nobody, &reader_at(BANK, Tlp::Red)));
    assert!(concerns(&imitates_nobody, &Viewer::of_all(Tlp::Clear)));
    let list = render::campaigns(&[campaign], &stranger);
    assert_eq!(list["not_concerned"], 1);
    assert_eq!(list["campaigns"], serde_json::json!([]));
}

#[test]
fn what_names_others_in_a_value_is_a_fingerprint() {
    let mut campaign = example::campaign();
    for link in &mut campaign.links {
        for tie in &mut link.reasons {
            if let model::Tie::Shared { pivot, .. } = tie {
                pivot.value = pivot
                    .value
                    .replace("collect.example", "portal-office.example");
            }
        }
    }
    let read = render::campaign(&campaign, &reader_at(BANK, Tlp::Red));
    let target = read["links"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|link| link["reasons"].as_array().into_iter().flatten())
        .map(|reason| &reason["shared"])
        .find(|shared| shared["kind"] == "form-target");
    let target = target.expect("a link by the target of the form");
    assert_eq!(target["withheld"], true);
    let value = target["value"].as_str().expect("a text");
    assert!(value.starts_with("sha256:") && value.len() == 23, "{value}");
}

#[test]
fn people_see_the_same_in_forms_of_others() {
    let campaign = example::campaign();
    let shown = render::for_people(&campaign, &Viewer::of_all(Tlp::Green));
    let text = format!("{:?}", (&shown.campaign.links, &shown.campaign.centre));
    for hidden in ["jo.doe", "jo[.]doe", "a. analyst", "203.0.113.57"] {
        assert!(!text.contains(hidden), "{hidden}");
    }
    assert!(text.contains("203[.]0[.]113[.]57"));
    assert_eq!(shown.withheld.len(), 1, "{:?}", shown.withheld);
    let shown = render::for_people(&campaign, &Viewer::of_all(Tlp::Amber));
    assert!(format!("{:?}", shown.campaign.centre).contains("jo[.]doe@mail[.]example"));
    assert_eq!(shown.withheld, [""; 0]);
}
