//! What is worth searching for, and for how long.

use model::{Centre, Pivot, PivotKind, Tlp, Viewer};
use names::DomainName;
use render::{IndicatorKind, Validity};

use crate::example;

/// Adds a value to the centre of the example, and tells the indicator that comes of it.
#[track_caller]
fn check(kind: PivotKind, within: u64, holders: u64, strength: u32, says: &str) {
    let mut campaign = example::campaign();
    let value = "198.51.100.9".to_owned();
    campaign.links.clear();
    campaign.centre = vec![Centre {
        pivot: Pivot { kind, value },
        within,
        holders,
        strength,
    }];
    let all = render::indicators(&campaign, &Viewer::of_all(Tlp::Red), &Validity::USUAL);
    let names = [IndicatorKind::Domain, IndicatorKind::Host];
    let told = all
        .iter()
        .find(|it| !names.contains(&it.kind) || it.value == "198.51.100.9");
    let told = told.map_or("nothing".to_owned(), |it| {
        let days = it.valid_until.strftime("%Y-%m-%d");
        format!("{} until {days}", it.kind.as_str())
    });
    assert_eq!(told, says);
}

#[test]
fn rare_values_that_strangers_do_not_have() {
    use PivotKind::{Address, Asn, NameServer, RegistrantName};
    // The last activity is of 2 April.
    check(Address, 3, 3, 16_000, "address until 2026-05-02");
    check(NameServer, 3, 3, 16_000, "host until 2026-07-01");
    check(Address, 3, 6, 8_000, "address until 2026-05-02");
    check(Address, 3, 7, 8_000, "nothing");
    check(Address, 3, 3, 7_999, "nothing");
    check(Asn, 3, 3, 16_000, "nothing");
    check(RegistrantName, 3, 3, 16_000, "nothing");
}

/// The values of a kind, with these domains let pass.
fn values(passed: &[&str], kind: IndicatorKind) -> Vec<String> {
    let campaign = example::let_pass(passed);
    let all = render::indicators(&campaign, &Viewer::of_all(Tlp::Red), &Validity::USUAL);
    let of_kind = all.into_iter().filter(|it| it.kind == kind);
    of_kind.map(|it| it.value).collect()
}

#[test]
fn what_is_let_pass_is_not_searched_for() {
    let having = [
        "examp1ebank.example",
        "examplebank-login.example",
        "portal-office.example",
        "accounts-office.example",
    ];
    assert_eq!(values(&having[1..], IndicatorKind::Domain).len(), 4);
    assert_eq!(
        values(&having[1..], IndicatorKind::Mailbox),
        [example::MAILBOX]
    );
    assert_eq!(values(&having, IndicatorKind::Domain).len(), 3);
    assert_eq!(
        values(&having, IndicatorKind::Host),
        ["mx.quiet-harbour.example"; 0]
    );
    assert_eq!(values(&having, IndicatorKind::Mailbox), [""; 0]);
    assert_eq!(values(&having, IndicatorKind::Address), ["203.0.113.57"]);
    // What is tied to nothing else imitates nobody, and is left alone, too.
    assert_eq!(
        values(&example::imitating(), IndicatorKind::Domain),
        [""; 0]
    );
    assert_eq!(
        values(&example::imitating(), IndicatorKind::Address),
        [""; 0]
    );
}

#[test]
fn a_domain_is_searched_for_from_its_first_day() {
    let viewer = Viewer::of_all(Tlp::Clear);
    let all = render::indicators(&example::campaign(), &viewer, &Validity::USUAL);
    let domain = all.iter().find(|it| it.value == "portal-office.example");
    let domain = domain.expect("a domain of the campaign");
    assert_eq!(domain.valid_from, example::time("2026-03-11"));
    assert_eq!(domain.valid_until, example::time("2026-06-09"));
    assert!(
        all.iter().all(|it| it.kind != IndicatorKind::Mailbox),
        "a person's"
    );
    assert!(all.iter().all(|it| !it.assumed), "all days are known");
}

#[test]
fn of_several_days_the_earliest_and_the_latest_count() {
    let mut campaign = example::campaign();
    let members = campaign.members.iter_mut();
    for member in members.filter(|it| it.domain.as_str() == "portal-office.example") {
        let days = ["2026-03-09", "2026-03-11", "2026-04-20"].map(example::time);
        (member.first, member.possible) = (days[0], days.to_vec());
        member.stages.clear();
    }
    campaign.timeline.retain(|moment| {
        moment.domain.as_ref().map(DomainName::as_str) != Some("portal-office.example")
    });
    let all = render::indicators(&campaign, &Viewer::of_all(Tlp::Clear), &Validity::USUAL);
    let domain = all.iter().find(|it| it.value == "portal-office.example");
    let domain = domain.expect("a domain of the campaign");
    assert_eq!(domain.valid_from, example::time("2026-03-09"));
    assert_eq!(domain.valid_until, example::time("2026-07-19"));
    assert!(domain.assumed);
}
