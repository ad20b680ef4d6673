//! A generated campaign. Nothing in it is of a real one: names are under `.example`, addresses and numbers are those that are
//! kept for documentation.

use jiff::{SignedDuration, Timestamp};
use model::{
    Admiralty, Aim, Basis, Campaign, CampaignId, Centre, Confidence, Hypothesis, Likelihood, Link,
    Member, Moment, MomentKind, OrganisationId, Pivot, PivotKind, Reached, Stage, Tie, Tier,
    Verdict, Witness,
};
use names::DomainName;

/// A title that would run, and would be read from right to left.
pub(crate) const TITLE: &str = "<script>alert(1)</script>\u{202e}gnp.nigol & \"co\"\u{1b}[31m";
/// A registrant whose name leaves its attribute.
pub(crate) const REGISTRANT: &str = "\"><img src=x onerror=alert(2)> jo doe";
pub(crate) const MAILBOX: &str = "jo.doe@mail.example";
pub(crate) const BANK: &str = "Example Bank";
pub(crate) const MINISTRY: &str = "Example Ministry";

pub(crate) fn time(text: &str) -> Timestamp {
    let whole = if text.len() == 10 {
        format!("{text}T00:00:00Z")
    } else {
        format!("{}Z", text.replace(' ', "T"))
    };
    whole.parse().expect("a time")
}

pub(crate) fn name(text: &str) -> DomainName {
    text.parse().expect("a name")
}

fn aim(organisation: &str, name: &str, imitated: &str, tier: Tier, promoted: &str) -> Aim {
    Aim {
        organisation: OrganisationId::new(organisation).expect("an id"),
        name: name.to_owned(),
        imitated: imitated.to_owned(),
        tier: Some(tier),
        promoted: (!promoted.is_empty()).then(|| promoted.to_owned()),
        let_pass: false,
    }
}

fn member(domain: &str, first: &str, aims: Vec<Aim>, stages: &[(Stage, &str, &str)]) -> Member {
    let reached = stages.iter().map(|(stage, since, says)| Reached {
        stage: *stage,
        since: time(since),
        says: (*says).to_owned(),
    });
    Member {
        domain: name(domain),
        first: time(first),
        possible: vec![],
        aims,
        stages: reached.collect(),
    }
}

fn pivot(kind: PivotKind, value: &str) -> Pivot {
    Pivot {
        kind,
        value: value.to_owned(),
    }
}

fn shared(kind: PivotKind, value: &str, holders: u64, strength: u32) -> Tie {
    Tie::Shared {
        pivot: pivot(kind, value),
        holders,
        strength,
        claimed: false,
    }
}

fn link(one: &str, other: &str, strength: u32, since: &str, reasons: Vec<Tie>) -> Link {
    Link {
        one: name(one),
        other: name(other),
        reasons,
        strength,
        since: time(since),
    }
}

fn moment(at: &str, domain: &str, kind: MomentKind, says: &str) -> Moment {
    Moment {
        at: time(at),
        day_only: at.len() == 10,
        domain: (!domain.is_empty()).then(|| name(domain)),
        kind,
        says: says.to_owned(),
        why: None,
    }
}

fn witness(says: &str, grade: Admiralty) -> Witness {
    Witness {
        says: says.to_owned(),
        grade,
    }
}

/// Seven domains against two organisations, with ties of all kinds.
pub(crate) fn campaign() -> Campaign {
    let members = members();
    let timeline = timeline(&members);
    Campaign {
        id: CampaignId("1f6a09c3".to_owned()),
        name: "amber avocet".to_owned(),
        members,
        links: links(),
        centre: centre(),
        timeline,
        hypotheses: hypotheses(),
    }
}

const RAISED: &str = "It has the registrant's mailbox jo.doe@mail.example in common with examp1ebank.example, which is an alert.";

/// Whom a domain imitates: the organisation, the name seen, what it looks like, the tier by itself, and why it was raised.
type Aimed = (&'static str, &'static str, &'static str, Tier, &'static str);

/// Domains, since when they were there, whom they imitate, and what they came to.
#[rustfmt::skip]
const MEMBERS: [(&str, &str, &[Aimed], &[(Stage, &str, &str)]); 7] = {
    use Stage::{Certified, CredentialForm, Delegated, MailReady, Registered, Resolving, Serving, Suspended};
    use Tier::{Alert, Watch};
    [
        ("examp1ebank.example", "2026-03-02", &[(BANK, "login.examp1ebank.example", "examplebank.example", Alert, "")], &[
            (Registered, "2026-03-02", "registered on 2026-03-02"),
            (Delegated, "2026-03-02 14:20:00", "delegated to two name servers"),
            (Resolving, "2026-03-03 06:05:00", "it has the address 203.0.113.57"),
            (MailReady, "2026-03-03 06:05:00", "it takes mail at mx.quiet-harbour.example"),
            (Certified, "2026-03-03 08:41:00", "a certificate by Example CA is logged"),
            (Serving, "2026-03-05 07:00:00", "it answers with a page"),
            (CredentialForm, "2026-03-09 07:02:00", "its page asks for a password"),
        ]),
        ("examplebank-login.example", "2026-03-04", &[(BANK, "examplebank-login.example", "examplebank.example", Alert, "")], &[
            (Registered, "2026-03-04", "registered on 2026-03-04"),
            (Certified, "2026-03-06 11:12:00", "a certificate by Example CA is logged"),
            (Serving, "2026-03-08 09:30:00", "it answers with a page"),
        ]),
        ("portal-office.example", "2026-03-11", &[(MINISTRY, "portal-office.example", "office", Watch, RAISED)], &[
            (Registered, "2026-03-11", "registered on 2026-03-11"),
        ]),
        ("accounts-office.example", "2026-03-12", &[(MINISTRY, "accounts-office.example", "office", Watch, RAISED)], &[
            (Registered, "2026-03-12", "registered on 2026-03-12"),
            (MailReady, "2026-03-14 05:00:00", "it takes mail at mx.quiet-harbour.example"),
        ]),
        ("exanple-ministry.example", "2026-03-19", &[(MINISTRY, "exanple-ministry.example", "example-ministry.example", Alert, "")], &[
            (Registered, "2026-03-19", "registered on 2026-03-19"),
            (Resolving, "2026-03-20 10:00:00", "it has the address 203.0.113.57"),
            (Suspended, "2026-04-09 16:00:00", "the registrar holds it (client hold)"),
        ]),
        ("xn--exmplebank-0qi.example", "2026-03-27 21:44:00", &[
            (BANK, "xn--exmplebank-0qi.example", "examplebank.example", Alert, ""),
            (MINISTRY, "xn--exmplebank-0qi.example", "ministry", Watch, ""),
        ], &[]),
        ("quiet-harbour.example", "2026-04-01", &[], &[
            (Registered, "2026-04-01", "registered on 2026-04-01"),
            (Resolving, "2026-04-02 03:00:00", "it has the address 203.0.113.57"),
        ]),
    ]
};

fn members() -> Vec<Member> {
    let members = MEMBERS.iter().map(|(domain, first, aims, stages)| {
        let aims = aims.iter();
        let aims = aims.map(|(id, name, imitated, tier, why)| aim(id, name, imitated, *tier, why));
        member(domain, first, aims.collect(), stages)
    });
    members.collect()
}

fn links() -> Vec<Link> {
    use PivotKind::*;
    let mailbox = || shared(RegistrantEmail, MAILBOX, 4, 17_600);
    let address = || shared(Address, "203.0.113.57", 4, 16_100);
    let certificate = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    vec![
        link(
            "examp1ebank.example",
            "examplebank-login.example",
            49_300,
            "2026-03-08 09:30:00",
            vec![
                mailbox(),
                shared(RegistrantName, REGISTRANT, 2, 18_600),
                shared(Certificate, certificate, 2, 18_600),
                shared(Title, TITLE, 3, 14_000),
            ],
        ),
        link(
            "examp1ebank.example",
            "portal-office.example",
            17_600,
            "2026-03-11",
            vec![mailbox()],
        ),
        link(
            "accounts-office.example",
            "examp1ebank.example",
            20_900,
            "2026-03-12",
            vec![
                mailbox(),
                shared(NameServers, "ns1.dns.example ns2.dns.example", 9_412, 3_300),
            ],
        ),
        link(
            "examp1ebank.example",
            "exanple-ministry.example",
            16_100,
            "2026-03-20 10:00:00",
            vec![address()],
        ),
        link(
            "examplebank-login.example",
            "xn--exmplebank-0qi.example",
            12_200,
            "2026-03-28",
            vec![Tie::Shared {
                pivot: pivot(FormTarget, "https://collect.example/in.php"),
                holders: 2,
                strength: 12_200,
                claimed: true,
            }],
        ),
        link(
            "exanple-ministry.example",
            "quiet-harbour.example",
            16_100,
            "2026-04-02 03:00:00",
            vec![
                address(),
                Tie::Pinned {
                    by: "a. analyst".to_owned(),
                    why: "Both were named in one abuse report.".to_owned(),
                },
            ],
        ),
    ]
}

fn centre() -> Vec<Centre> {
    let centre = |kind, value: &str, within, holders, strength| Centre {
        pivot: pivot(kind, value),
        within,
        holders,
        strength,
    };
    vec![
        centre(PivotKind::RegistrantEmail, MAILBOX, 4, 4, 17_600),
        centre(PivotKind::Address, "203.0.113.57", 3, 4, 16_100),
        centre(
            PivotKind::MailExchanger,
            "mx.quiet-harbour.example",
            2,
            2,
            15_000,
        ),
        centre(PivotKind::Asn, "64496", 3, 12_030, 1_200),
    ]
}

fn timeline(members: &[Member]) -> Vec<Moment> {
    let mut all: Vec<Moment> = vec![];
    for member in members {
        all.extend(member.stages.iter().map(|reached| Moment {
            at: reached.since,
            day_only: reached.stage == Stage::Registered,
            domain: Some(member.domain.clone()),
            kind: MomentKind::Stage(reached.stage),
            says: reached.says.clone(),
            why: None,
        }));
    }
    let joined = "It shares the registrant's mailbox jo.doe@mail.example with examp1ebank.example.";
    all.extend([
        moment(
            "2026-03-04 05:00:00",
            "examplebank-login.example",
            MomentKind::Seen,
            "seen in a list of new registrations",
        ),
        moment(
            "2026-03-08 09:30:00",
            "examplebank-login.example",
            MomentKind::Joined,
            joined,
        ),
        moment(
            "2026-03-11 06:00:00",
            "portal-office.example",
            MomentKind::Joined,
            joined,
        ),
        moment(
            "2026-03-11 06:00:00",
            "portal-office.example",
            MomentKind::Promoted,
            "raised from watch to alert",
        ),
        moment(
            "2026-03-12 06:00:00",
            "accounts-office.example",
            MomentKind::Joined,
            joined,
        ),
        moment(
            "2026-03-12 06:00:00",
            "accounts-office.example",
            MomentKind::Promoted,
            "raised from watch to alert",
        ),
        moment(
            "2026-03-28",
            "",
            MomentKind::Changed,
            "The campaign of xn--exmplebank-0qi.example became part of it, as a. analyst expected.",
        ),
        moment(
            "2026-03-27 21:44:00",
            "xn--exmplebank-0qi.example",
            MomentKind::Seen,
            "seen in certificate transparency",
        ),
        moment(
            "2026-04-02 09:15:00",
            "quiet-harbour.example",
            MomentKind::Joined,
            "exanple-ministry[.]example and quiet-harbour[.]example: an analyst says so",
        ),
        Moment {
            why: Some("Both were named in one abuse report.".to_owned()),
            ..moment(
                "2026-04-02 09:15:00",
                "",
                MomentKind::Decided,
                "decision 1: exanple-ministry[.]example and quiet-harbour[.]example belong together",
            )
        },
        moment(
            "2026-04-15",
            "",
            MomentKind::Published,
            "Example Research published five of the domains.",
        ),
    ]);
    all.sort_by_key(|moment| moment.at);
    all
}

fn hypotheses() -> Vec<Hypothesis> {
    vec![
        Hypothesis {
            set: "Paper Kestrel".to_owned(),
            ids: vec!["X0001".to_owned()],
            basis: Basis::Claimed {
                by: "Example Research".to_owned(),
                source: "https://research.example/paper-kestrel".to_owned(),
            },
            likelihood: Likelihood::Likely,
            confidence: Confidence::Moderate,
            speaks_for: vec![witness(
                "They publish that the mailbox registered two domains of 2025 that they hold to be Paper Kestrel's.",
                Admiralty::PUBLISHED,
            )],
            speaks_against: vec![witness(
                "Nobody else has confirmed it, and the two domains of 2025 are not named.",
                Admiralty::UNKNOWN,
            )],
            rivals: vec![
                "A criminal group that sells pages asking for passwords would look the same."
                    .to_owned(),
            ],
            verdict: None,
        },
        Hypothesis {
            set: "Glass Otter".to_owned(),
            ids: vec![],
            basis: Basis::Compared,
            likelihood: Likelihood::Unlikely,
            confidence: Confidence::Low,
            speaks_for: vec![witness(
                "The names are made alike: a lure, a hyphen, the name of a service.",
                Admiralty::SEEN,
            )],
            speaks_against: vec![
                witness(
                    "No address, mailbox or certificate is shared with any reference campaign.",
                    Admiralty::SEEN,
                ),
                witness("Many make names in this way.", Admiralty::SEEN),
            ],
            rivals: vec!["Paper Kestrel, by others' claim.".to_owned()],
            verdict: Some(Verdict {
                confirmed: false,
                by: "a. analyst".to_owned(),
                at: time("2026-04-16 08:00:00"),
                why: "The way of naming is all there is.".to_owned(),
            }),
        },
    ]
}

/// The example, with an analyst's ruling that these of its domains are harmless.
pub(crate) fn let_pass(domains: &[&str]) -> Campaign {
    let mut campaign = campaign();
    for member in &mut campaign.members {
        for aim in &mut member.aims {
            if domains.contains(&member.domain.as_str()) {
                (aim.let_pass, aim.tier) = (true, None);
            }
        }
    }
    campaign
}

/// The domains of the example that imitate somebody.
pub(crate) fn imitating() -> Vec<&'static str> {
    let imitating = MEMBERS.iter().filter(|row| !row.2.is_empty());
    imitating.map(|row| row.0).collect()
}

/// A campaign of many domains that share a few values, and a title with a trap each.
pub(crate) fn large(domains: usize) -> Campaign {
    let begin = time("2016-05-01");
    let named = |number: usize| format!("lure{number:04}.example");
    let mut campaign = campaign();
    campaign.members = (0..domains)
        .map(|number| {
            let days = i64::try_from(number * 3600 / domains.max(1)).expect("a number of days");
            let first = begin + SignedDuration::from_hours(24 * days);
            let organisation = if number % 3 == 0 { BANK } else { MINISTRY };
            let domain = named(number);
            let mut member = member(&domain, "2016-05-01", vec![], &[]);
            member.first = first;
            member.aims = vec![aim(organisation, &domain, "lure", Tier::Watch, "")];
            member.stages = vec![Reached {
                stage: if number % 7 == 0 {
                    Stage::Serving
                } else {
                    Stage::Registered
                },
                since: first,
                says: "registered".to_owned(),
            }];
            member
        })
        .collect();
    campaign.links = (1..domains)
        .map(|number| {
            let server = format!("ns{}.dns.example", number % 8);
            let reasons = vec![shared(PivotKind::NameServer, &server, 9, 14_000)];
            let hub = number % 8;
            let (one, other) = (named(hub.min(number)), named(number.max(hub)));
            link(&one, &other, 14_000, "2016-05-01", reasons)
        })
        .filter(|link| link.one != link.other)
        .collect();
    campaign.centre.clear();
    campaign.timeline = timeline(&campaign.members);
    campaign
        .timeline
        .retain(|moment| matches!(moment.kind, MomentKind::Stage(_)));
    campaign
}
