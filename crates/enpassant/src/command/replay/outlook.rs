//! What the published claims on a name come to, by the rules that a live look is weighed by.

use super::case::{Event, When};
use super::claim::{Claim, ClaimKind};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use judge::{Exhibit, Infrastructure, Known, Rarity, RiskTable, advance, assess};
use model::dossier::{Contact, Registration, RegistrationSource, Role};
use model::{Candidate, Dossier, Look, Probed, Reached, Reason, Risk, Thresholds};
use names::{DomainName, SuffixList, registrable};
use serde_json::{Value, json};
use std::time::Duration;

/// What claims are weighed by.
pub(super) struct Scales<'a> {
    pub(super) table: RiskTable,
    pub(super) infrastructure: Infrastructure,
    pub(super) rarity: Rarity,
    pub(super) suffixes: &'a SuffixList,
    /// When the claims are drawn up. Nothing that is told depends on it.
    pub(super) now: Timestamp,
}

/// What is known of a published name by claims alone.
pub(super) struct Outlook<'a> {
    /// The claims that name it.
    pub(super) claims: Vec<&'a Claim>,
    pub(super) stages: Vec<Reached>,
    /// Whether the day of registration was published for this name. If not, `since` of its stages means nothing.
    pub(super) is_dated: bool,
    /// None for a name that resembles nobody: there is nothing to weigh its registration against.
    pub(super) risk: Option<Risk>,
    /// What no claim says.
    pub(super) unknown: Vec<&'static str>,
}

impl<'a> Outlook<'a> {
    /// What `claims` say of `event`, of which `strongest` was told with the thresholds that hold for it.
    pub(super) fn of(
        event: &Event,
        claims: &'a [Claim],
        strongest: Option<(&Candidate, Thresholds)>,
        scales: &Scales<'_>,
    ) -> Self {
        let claims: Vec<&Claim> = claims
            .iter()
            .filter(|claim| claim.domains.contains(&event.domain))
            .collect();
        let dossier = dossier(event, &claims, scales);
        let created = dossier
            .registration
            .answer()
            .and_then(|registration| registration.created);
        let (mut stages, _) = advance(&[], &dossier, Known::default(), &scales.infrastructure);
        if created.is_none() {
            for reached in &mut stages {
                reached.says.clone_from(&event.published);
            }
        }
        let risk = strongest.map(|(candidate, thresholds)| {
            let findings = candidate.assessment.findings.iter();
            let exhibit = Exhibit {
                name: Some(findings.map(|finding| finding.log_odds).sum()),
                dossier: &dossier,
                stages: &stages,
                shared: &[],
                infrastructure: &scales.infrastructure,
                company: None,
                detected: event.when.day().map_or(scales.now, midnight),
                thresholds,
            };
            assess(&exhibit, &scales.table)
        });
        Self {
            unknown: unknown(&claims, created),
            claims,
            stages,
            is_dated: created.is_some(),
            risk,
        }
    }

    /// The stages for programs; `since` is null where the day was not published.
    pub(super) fn stages_json(&self) -> Value {
        let mut stages = render::stages(&self.stages);
        if !self.is_dated {
            for stage in stages.as_array_mut().into_iter().flatten() {
                stage["since"] = Value::Null;
            }
        }
        stages
    }

    /// The risk for programs.
    pub(super) fn risk_json(&self) -> Option<Value> {
        self.risk.as_ref().map(render::risk)
    }
}

impl Claim {
    /// For programs, marked as what it is.
    pub(super) fn json(&self) -> Value {
        let domains: Vec<&str> = self.domains.iter().map(DomainName::as_str).collect();
        json!({
            "basis": "published-claim",
            "kind": self.kind,
            "domains": domains,
            "says": self.says,
            "value": self.value,
            "by": self.attributed.as_ref().map(|(by, _)| by),
            "set": self.attributed.as_ref().map(|(_, set)| set),
            "source": self.source,
        })
    }
}

/// A dossier of claims. Their only answer is a registration, as far as one was published.
fn dossier(event: &Event, claims: &[&Claim], scales: &Scales<'_>) -> Dossier {
    let Scales { suffixes, now, .. } = *scales;
    let name = event.domain.clone();
    let registrable = registrable(&name, suffixes)
        .map_or_else(|| name.clone(), |found| found.as_domain().clone());
    Dossier {
        registrable,
        name,
        taken: now,
        dns: not_asked(now),
        registration: match registration(event, claims) {
            Some(registration) => Look {
                outcome: Probed::Answered(registration),
                at: now,
                took: Duration::ZERO,
                source: event.source.clone(),
                evidence: vec![],
            },
            None => not_asked(now),
        },
        tls: not_asked(now),
        page: not_asked(now),
        screenshot: not_asked(now),
    }
}

/// Names of a case are never contacted.
fn not_asked<T>(now: Timestamp) -> Look<T> {
    Look::not_asked(Reason::Policy, now)
}

/// What was published of the registration; nothing where neither its time nor its registrant was.
fn registration(event: &Event, claims: &[&Claim]) -> Option<Registration> {
    let mut registration = Registration::new(RegistrationSource::Published);
    match &event.when {
        When::Published(day) => registration.created = Some(midnight(*day)),
        // The order is an assumption of the replay, and no claim.
        When::Assumed { .. } | When::Period(_) => registration.notes.push(event.published.clone()),
        When::Unknown => {}
    }
    for claim in claims {
        if claim.kind == ClaimKind::Registrant {
            registration.contacts.push(Contact {
                roles: vec![Role::Registrant],
                ..Contact::default()
            });
            registration
                .notes
                .push(format!("{} ({})", claim.says, claim.source));
        }
    }
    let is_claimed = event.when != When::Unknown || !registration.contacts.is_empty();
    is_claimed.then_some(registration)
}

fn unknown(claims: &[&Claim], created: Option<Timestamp>) -> Vec<&'static str> {
    let claimed = |kind| claims.iter().any(|claim| claim.kind == kind);
    [
        ("day of registration", created.is_some()),
        ("registrant", claimed(ClaimKind::Registrant)),
        ("registrar", false),
        ("name servers", false),
        ("address", claimed(ClaimKind::Address)),
        ("mail", claimed(ClaimKind::Mail)),
        ("certificate", claimed(ClaimKind::Certificate)),
        ("page", false),
    ]
    .into_iter()
    .filter_map(|(what, is_known)| (!is_known).then_some(what))
    .collect()
}

/// When a day begins, in UTC.
pub(super) fn midnight(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC)
        .expect(
            "invariant: a day of a case is before the year 9999, and UTC has a midnight for each",
        )
        .timestamp()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws up the claims on one name, and tells the registration, the stages and what is not known.
    #[track_caller]
    fn check(when: When, kinds: &[ClaimKind], told: [&str; 3]) {
        let domain: DomainName = "login-kas.example".parse().expect("a name");
        let event = Event {
            domain: domain.clone(),
            when,
            published: "as published".to_owned(),
            imitates: String::new(),
            source: String::new(),
        };
        let claim = |kind: &ClaimKind| Claim {
            kind: *kind,
            domains: vec![domain.clone()],
            says: "said".to_owned(),
            value: None,
            attributed: None,
            source: "there".to_owned(),
        };
        let mut claims: Vec<Claim> = kinds.iter().map(claim).collect();
        claims.push(Claim {
            domains: vec![],
            ..claim(&ClaimKind::Address)
        });
        let scales = Scales {
            table: RiskTable::embedded(),
            infrastructure: Infrastructure::embedded(),
            rarity: Rarity::embedded(judge::Common::default()),
            suffixes: &SuffixList::embedded(),
            now: Timestamp::UNIX_EPOCH,
        };
        let outlook = Outlook::of(&event, &claims, None, &scales);
        assert_eq!(outlook.claims.len(), kinds.len());
        let registration = match registration(&event, &outlook.claims) {
            Some(known) => {
                assert_eq!(known.via, RegistrationSource::Published);
                let mailboxes: usize = known.contacts.iter().map(|one| one.emails.len()).sum();
                assert_eq!(mailboxes, 0, "a mailbox was made up");
                let created = known.created.map(|at| at.strftime("%F").to_string());
                format!("{created:?} {}", known.notes.join("; "))
            }
            None => "nothing".to_owned(),
        };
        let stages = outlook.stages_json();
        let stages = stages.as_array().expect("a list").iter().map(|stage| {
            format!("{} {} {}", stage["stage"], stage["since"], stage["says"]).replace('"', "")
        });
        let stages: Vec<String> = stages.collect();
        assert_eq!(
            [registration, stages.join("; "), outlook.unknown.join(" ")],
            told
        );
    }

    #[test]
    fn a_day_counts_only_where_it_was_published_for_the_name() {
        let day: Date = "2017-03-15".parse().expect("a day");
        let rest = "registrar name servers address mail certificate page";
        check(
            When::Published(day),
            &[],
            [
                "Some(\"2017-03-15\") ",
                "registered 2017-03-15T00:00:00Z registered on 2017-03-15",
                &format!("registrant {rest}"),
            ],
        );
        check(
            When::Assumed {
                day,
                of: vec![day, day.tomorrow().expect("a day")],
            },
            &[ClaimKind::Registrant],
            [
                "None as published; said (there)",
                "registered null as published",
                &format!("day of registration {rest}"),
            ],
        );
        check(
            When::Period("early".to_owned()),
            &[],
            [
                "None as published",
                "registered null as published",
                &format!("day of registration registrant {rest}"),
            ],
        );
    }

    #[test]
    fn a_claim_of_another_kind_is_no_registration() {
        check(
            When::Unknown,
            &[ClaimKind::Certificate, ClaimKind::Link],
            [
                "nothing",
                "",
                "day of registration registrant registrar name servers address mail page",
            ],
        );
    }
}
