use super::*;
use crate::{Common, pivot};
use model::actor::{Attributed, Indicator, IndicatorKind};
use model::{Fact, PivotKind};

fn day(day: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_700_000_000 + day * 86_400).expect("a time")
}

fn member(domain: &str, values: &[(PivotKind, &str)]) -> Suspect {
    let fact = |(kind, value): &(PivotKind, &str)| Fact {
        pivot: pivot(*kind, value).expect("a value"),
        first: day(0),
        last: day(0),
        claimed: false,
    };
    let mut facts: Vec<Fact> = values.iter().map(fact).collect();
    facts.sort_by(|one, other| one.pivot.cmp(&other.pivot));
    Suspect {
        domain: domain.parse().expect("a name"),
        first: day(0),
        facts,
        alert: true,
    }
}

fn reference(set: &str, indicators: &[(IndicatorKind, &str)]) -> Reference {
    let grade = Admiralty::of('B', 2).expect("a grade");
    let indicator = |(kind, text): &(IndicatorKind, &str)| {
        let mut indicator = Indicator::new(*kind, text).expect("an indicator");
        indicator.valid_from = Some(day(-400));
        indicator
    };
    Reference {
        id: set.to_owned(),
        name: format!("what {set} did"),
        source: Some("a laboratory".into()),
        attributed: vec![Attributed {
            name: set.to_owned(),
            set: None,
            grade,
        }],
        grade,
        tlp: None,
        published: None,
        indicators: indicators.iter().map(indicator).collect(),
    }
}

fn members() -> Vec<Suspect> {
    let address = (PivotKind::Address, "192.0.2.1");
    vec![
        member(
            "examp1e-one.example",
            &[address, (PivotKind::RegistrantEmail, "a@mail.example")],
        ),
        member("examp1e-two.example", &[address]),
        member("examp1e-three.example", &[]),
    ]
}

fn ask(references: &[Reference], claims: &[Claimed], decisions: &[Decided]) -> Vec<Hypothesis> {
    let rarity = Rarity::embedded(Common::default());
    attribute(&Inquiry {
        campaign: &CampaignId("0123abcd".into()),
        members: &members(),
        references,
        claims,
        doubts: &[],
        decisions,
        rarity: &rarity,
    })
}

/// That an analyst said of a set whether it is behind the campaign.
fn decided((id, set, confirmed): (u64, &str, bool)) -> Decided {
    Decided {
        id,
        decision: Decision::Attribution {
            campaign: CampaignId("0123abcd".into()),
            set: set.into(),
            confirmed,
        },
        by: "anna".into(),
        at: day(1),
        why: "seen".into(),
        undone: None,
    }
}

#[track_caller]
fn check(
    indicators: &[(IndicatorKind, &str)],
    expected: Option<(Likelihood, Confidence)>,
) -> Vec<Hypothesis> {
    let hypotheses = ask(&[reference("Made Up Bear", indicators)], &[], &[]);
    let told = hypotheses
        .first()
        .map(|hypothesis| (hypothesis.likelihood, hypothesis.confidence));
    assert_eq!(told, expected);
    for hypothesis in &hypotheses {
        assert!(!hypothesis.speaks_for.is_empty() && !hypothesis.speaks_against.is_empty());
        assert!(hypothesis.likelihood <= Likelihood::POSSIBLE);
    }
    hypotheses
}

#[test]
fn nobody_is_the_default() {
    check(&[], None);
    check(
        &[
            (IndicatorKind::Address, "198.51.100.1"),
            (IndicatorKind::Domain, "other.example"),
        ],
        None,
    );
}

#[test]
fn one_kind_is_little_and_two_make_it_possible() {
    let address = (IndicatorKind::Address, "192.0.2.1");
    let mailbox = (IndicatorKind::RegistrantEmail, "a@mail.example");
    let hypotheses = check(&[address], Some((Likelihood::Unlikely, Confidence::Low)));
    let against: Vec<&str> = hypotheses[0]
        .speaks_against
        .iter()
        .map(|witness| witness.says.as_str())
        .collect();
    assert!(
        against[0].starts_with("1 of 3 domains share nothing"),
        "{against:?}"
    );
    assert!(
        against[1].contains("one kind") && against[2].contains("400 days"),
        "{against:?}"
    );
    check(
        &[address, mailbox],
        Some((Likelihood::POSSIBLE, Confidence::Moderate)),
    );
    check(
        &[(IndicatorKind::Domain, "examp1e-two.example")],
        Some((Likelihood::POSSIBLE, Confidence::Low)),
    );
}

#[test]
fn who_shares_the_same_is_a_rival() {
    let address = [(IndicatorKind::Address, "192.0.2.1")];
    let references = [
        reference("Made Up Bear", &address),
        reference("Made Up Panda", &address),
    ];
    let hypotheses = ask(&references, &[], &[]);
    let rivals: Vec<_> = hypotheses
        .iter()
        .map(|hypothesis| (hypothesis.set.as_str(), hypothesis.rivals.join(" ")))
        .collect();
    assert_eq!(
        rivals,
        [
            ("Made Up Bear", "Made Up Panda".to_owned()),
            ("Made Up Panda", "Made Up Bear".to_owned())
        ]
    );
}

#[test]
fn a_claim_stays_a_claim_and_a_verdict_is_the_last_that_stands() {
    let claim = Claimed {
        set: "Made Up Bear".into(),
        by: "a laboratory".into(),
        domains: vec!["examp1e-one.example".parse().expect("a name")],
        says: "it is theirs".into(),
        source: "report.example".into(),
        grade: Admiralty::PUBLISHED,
    };
    let other = Claimed {
        domains: vec!["elsewhere.example".parse().expect("a name")],
        by: "another".into(),
        ..claim.clone()
    };
    let said = [(1, "made up bear", true), (2, "made up bear", false)].map(decided);
    let told = ask(&[], &[claim, other], &said);
    let [hypothesis] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert!(matches!(&hypothesis.basis, Basis::Claimed { by, .. } if by == "a laboratory"));
    assert_eq!(hypothesis.likelihood, Likelihood::POSSIBLE);
    assert_eq!(
        hypothesis.verdict.as_ref().map(|verdict| verdict.confirmed),
        Some(false)
    );
}

/// A hypothesis in a line: the set, where it comes from, how likely it is, and what an analyst said.
fn line(hypothesis: &Hypothesis) -> String {
    let from = match &hypothesis.basis {
        Basis::Compared => "compared".to_owned(),
        Basis::Claimed { by, source } => format!("{by} [{source}]"),
        Basis::Decided { decision } => format!("an analyst [decision {decision}]"),
    };
    let said = hypothesis.verdict.as_ref().map(|verdict| {
        assert_eq!(
            (verdict.by.as_str(), verdict.why.as_str()),
            ("anna", "seen")
        );
        verdict.confirmed
    });
    format!(
        "{}: {from}: {}, {}; {said:?}; rivals: {}",
        hypothesis.set,
        hypothesis.likelihood,
        hypothesis.confidence,
        hypothesis.rivals.join(", ")
    )
}

#[test]
fn what_only_an_analyst_holds_is_a_hypothesis() {
    let shared = [reference(
        "Made Up Bear",
        &[(IndicatorKind::Address, "192.0.2.1")],
    )];
    let compared = "Made Up Bear: compared: unlikely, low; None; rivals: ";
    let cases: [(&[Reference], &[(u64, &str, bool)], &[&str]); 9] = [
        (&[], &[], &[]),
        (
            &[],
            &[(7, "Odd Bear", true)],
            &["Odd Bear: an analyst [decision 7]: roughly even chance, low; Some(true); rivals: "],
        ),
        (&[], &[(7, "Odd Bear", false)], &[]),
        (&[], &[(7, "Odd Bear", true), (8, "odd bear", false)], &[]),
        (
            &[],
            &[(7, "Odd Bear", false), (8, "odd bear", true)],
            &["odd bear: an analyst [decision 8]: roughly even chance, low; Some(true); rivals: "],
        ),
        (
            &[],
            &[
                (7, "Odd Bear", true),
                (8, "Even Bear", true),
                (9, "Odd Bear", true),
            ],
            &[
                "Even Bear: an analyst [decision 8]: roughly even chance, low; Some(true); rivals: ",
                "Odd Bear: an analyst [decision 9]: roughly even chance, low; Some(true); rivals: ",
            ],
        ),
        (
            &shared,
            &[(7, "made up bear", true)],
            &["Made Up Bear: compared: unlikely, low; Some(true); rivals: "],
        ),
        (
            &shared,
            &[(7, "Odd Bear", true)],
            &[
                "Odd Bear: an analyst [decision 7]: roughly even chance, low; Some(true); rivals: Made Up Bear",
                compared,
            ],
        ),
        (&shared, &[(7, "Odd Bear", false)], &[compared]),
    ];
    for (references, said, expected) in cases {
        let decisions: Vec<Decided> = said.iter().copied().map(decided).collect();
        let told = ask(references, &[], &decisions);
        let lines: Vec<String> = told.iter().map(line).collect();
        assert_eq!(lines, expected, "{said:?}");
        for hypothesis in &told {
            assert!(!hypothesis.speaks_for.is_empty() && !hypothesis.speaks_against.is_empty());
            assert!(hypothesis.likelihood <= Likelihood::POSSIBLE);
        }
    }
    let mut elsewhere = decided((7, "Odd Bear", true));
    let Decision::Attribution { campaign, .. } = &mut elsewhere.decision else {
        panic!("{elsewhere:?}");
    };
    *campaign = CampaignId("4567abcd".into());
    assert_eq!(ask(&[], &[], &[elsewhere]), []);
}
