use super::*;
use crate::{Known, OwnTraits, RiskTable, advance};
use model::dossier::{
    Address, Contact, DnsFacts, DomainStatus, Form, Mx, PageFacts, Registrar, Registration,
    RegistrationSource, Role, ServedCertificate, Soa, TlsFacts,
};
use model::{Absence, Direction, EvidenceDigest, Failure, FailureKind, Look, Reason, Tier};
use names::{DomainName, SuffixList};
use std::time::Duration;

const TAKEN: &str = "2026-03-20T12:00:00Z";

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn name(text: &str) -> DomainName {
    text.parse().expect("a name")
}

fn told<T>(outcome: Probed<T>) -> Look<T> {
    Look {
        outcome,
        at: time(TAKEN),
        took: Duration::from_millis(20),
        source: "a test".to_owned(),
        evidence: vec![],
    }
}

fn failed<T>() -> Probed<T> {
    Probed::Failed(Failure {
        kind: FailureKind::Timeout,
        says: "no answer".to_owned(),
        retry_after: None,
    })
}

/// A domain that exists and does nothing.
fn dossier() -> Dossier {
    Dossier {
        name: name("login-examplebank.example"),
        registrable: name("login-examplebank.example"),
        taken: time(TAKEN),
        dns: told(Probed::Answered(DnsFacts {
            ns: Probed::Answered(vec![name("ns1.hoster.example")]),
            soa: Probed::Answered(Soa {
                mname: "ns1.hoster.example".to_owned(),
                rname: "hostmaster.hoster.example".to_owned(),
                serial: 1,
            }),
            addresses: Probed::Absent(Absence::NoData),
            aliases: vec![],
            mx: Probed::Absent(Absence::NoData),
            txt: Probed::Absent(Absence::NoData),
            spf: None,
            dmarc: Probed::Absent(Absence::NoData),
            caa: Probed::Absent(Absence::NoData),
            wildcard: Probed::NotAsked(Reason::NothingThere),
            notes: vec![],
        })),
        registration: told(Probed::Answered(registration("2026-03-19T10:00:00Z"))),
        tls: told(Probed::NotAsked(Reason::NothingThere)),
        page: told(Probed::NotAsked(Reason::NothingThere)),
        screenshot: told(Probed::NotAsked(Reason::NotInstalled)),
    }
}

fn registration(created: &str) -> Registration {
    Registration {
        via: RegistrationSource::Rdap,
        registrar: Some(Registrar {
            name: "A Registrar".to_owned(),
            iana_id: None,
            abuse_email: None,
            abuse_phone: None,
        }),
        created: Some(time(created)),
        changed: None,
        expires: None,
        events: vec![],
        statuses: vec![DomainStatus::Active],
        contacts: vec![],
        name_servers: vec![],
        signed: None,
        redacted: vec![],
        privacy: false,
        notes: vec![],
    }
}

fn page() -> PageFacts {
    PageFacts {
        hops: vec![],
        server: None,
        headers: vec![],
        title: Some("Sign in".to_owned()),
        language: None,
        body: EvidenceDigest([0; 32]),
        body_len: 1000,
        truncated: false,
        favicon: None,
        tlsh: None,
        similarity: Some(0.9),
        forms: vec![Form {
            action: "https://collect.example/".to_owned(),
            elsewhere: true,
            password: true,
            login: true,
            secret: false,
        }],
        borrowed: vec![],
        trackers: vec![],
        hosts: vec![],
        kind: PageKind::Content,
        cloaking: vec![],
    }
}

fn with_dns(change: impl FnOnce(&mut DnsFacts)) -> Dossier {
    let mut dossier = dossier();
    if let Probed::Answered(dns) = &mut dossier.dns.outcome {
        change(dns);
    }
    dossier
}

fn with_registration(change: impl FnOnce(&mut Registration)) -> Dossier {
    let mut dossier = dossier();
    if let Probed::Answered(registration) = &mut dossier.registration.outcome {
        change(registration);
    }
    dossier
}

fn serving() -> Dossier {
    let mut dossier = with_dns(|dns| {
        dns.addresses = Probed::Answered(vec![Address {
            ip: [192, 0, 2, 1].into(),
            network: None,
        }]);
    });
    dossier.page = told(Probed::Answered(page()));
    dossier
}

/// What a dossier comes to, for somebody of whose own nothing is known but `own`.
fn risk_of(dossier: &Dossier, own: &OwnTraits) -> Risk {
    let infrastructure = Infrastructure::embedded();
    let (stages, _) = advance(&[], dossier, Known::default(), &infrastructure);
    let shared = own.shared(dossier, &SuffixList::embedded());
    let exhibit = Exhibit {
        name: Some(0.5),
        dossier,
        stages: &stages,
        shared: &shared,
        infrastructure: &infrastructure,
        company: None,
        detected: dossier.taken,
        thresholds: Thresholds::new(0.05, 0.6).expect("they are in order"),
    };
    assess(&exhibit, &RiskTable::embedded())
}

#[track_caller]
fn check(dossier: &Dossier, findings: &[&str], severity: Severity, confidence: Confidence) {
    let risk = risk_of(dossier, &OwnTraits::default());
    let ids: Vec<&str> = risk.findings.iter().map(|finding| finding.id.0).collect();
    assert_eq!((ids[0], &ids[1..]), ("name", findings));
    assert_eq!((risk.severity, risk.confidence), (severity, confidence));
    let sum: f64 = risk.findings.iter().map(|finding| finding.log_odds).sum();
    let again = Score::from_log_odds(sum).value();
    assert!((again - risk.score.value()).abs() < 1e-12);
    // The same again gives the same.
    assert_eq!(risk_of(dossier, &OwnTraits::default()), risk);
}

#[test]
fn findings_severity_and_confidence() {
    check(
        &dossier(),
        &["age", "absent"],
        Severity::Low,
        Confidence::High,
    );
    check(
        &serving(),
        &["age", "page-similarity", "credential-form"],
        Severity::Critical,
        Confidence::High,
    );
    let mail = with_dns(|dns| {
        dns.mx = Probed::Answered(vec![Mx {
            preference: 10,
            exchange: name("mx.hoster.example"),
        }]);
    });
    check(&mail, &["age", "mail"], Severity::High, Confidence::High);
    let old = with_registration(|registration| {
        registration.created = Some(time("2009-01-01T00:00:00Z"));
        registration.privacy = true;
    });
    check(
        &old,
        &["age", "privacy", "absent"],
        Severity::Low,
        Confidence::High,
    );
    let guarded = with_registration(|registration| {
        registration.registrar.as_mut().expect("a registrar").name = "MarkMonitor Inc.".to_owned();
    });
    check(
        &guarded,
        &["age", "registrar", "absent"],
        Severity::Low,
        Confidence::High,
    );
}

#[test]
fn a_failure_is_no_evidence_and_lowers_confidence() {
    let mut silent = dossier();
    silent.registration = told(failed());
    check(&silent, &["absent"], Severity::Low, Confidence::Moderate);
    silent.dns = told(failed());
    check(&silent, &[], Severity::Low, Confidence::Low);
}

#[test]
fn what_only_the_organisation_could_do_clears() {
    let domains = [name("examplebank.example")];
    let suffixes = SuffixList::embedded();
    let mut own = dossier();
    own.registrable = domains[0].clone();
    let contact = |organisation: &str| Contact {
        roles: vec![Role::Registrant],
        organisation: Some(organisation.to_owned()),
        ..Contact::default()
    };
    if let Probed::Answered(registration) = &mut own.registration.outcome {
        registration.contacts = vec![contact("Example Bank AG")];
    }
    let traits = OwnTraits::of(&domains, [&own]);
    let clears = |dossier: &Dossier| {
        let shared = traits.shared(dossier, &suffixes);
        let clears = shared.iter().any(|shared| shared.clears);
        assert_eq!(risk_of(dossier, &traits).own.is_some(), clears);
        (clears, shared.len())
    };
    // A stranger shares nothing, whatever he writes of himself elsewhere.
    assert_eq!(clears(&dossier()), (false, 0));
    let same = with_registration(|registration| {
        registration.contacts = vec![contact("EXAMPLE BANK  AG")];
    });
    assert_eq!(clears(&same), (true, 1));
    let elsewhere = with_registration(|registration| {
        registration.contacts = vec![contact("Example Bank AG")];
        registration.registrar.as_mut().expect("a registrar").name = "Another".to_owned();
    });
    assert_eq!(clears(&elsewhere), (false, 1));
    // Named, but they do not answer for it.
    let lame = with_dns(|dns| {
        dns.ns = Probed::Answered(vec![name("ns.examplebank.example")]);
        dns.soa = failed();
    });
    assert_eq!(clears(&lame), (false, 0));
    let answers = with_dns(|dns| {
        dns.ns = Probed::Answered(vec![name("ns.examplebank.example")]);
        if let Probed::Answered(soa) = &mut dns.soa {
            soa.mname = "ns.examplebank.example".to_owned();
        }
    });
    assert_eq!(clears(&answers), (true, 1));
    let tls = |names: &[&str], trusted| {
        let mut dossier = dossier();
        dossier.tls = told(Probed::Answered(TlsFacts {
            version: "TLSv1.3".to_owned(),
            cipher: "TLS_AES_128_GCM_SHA256".to_owned(),
            alpn: None,
            fingerprint: None,
            chain: vec![ServedCertificate {
                sha256: [1; 32],
                spki_sha256: [2; 32],
                subject: String::new(),
                issuer: "CN=An Authority".to_owned(),
                not_before: Some(time("2026-03-19T11:00:00Z")),
                not_after: Some(time("2026-06-19T11:00:00Z")),
                serial: "01".to_owned(),
                names: names.iter().map(|name| (*name).to_owned()).collect(),
                self_signed: false,
            }],
            trusted,
            distrust: None,
        }));
        dossier
    };
    let both = ["login-examplebank.example", "www.examplebank.example"];
    assert_eq!(clears(&tls(&both, true)), (true, 1));
    assert_eq!(clears(&tls(&both, false)), (false, 0));
    // A hoster's certificate with names of many customers.
    let many = [both[0], both[1], "somebody-else.example"];
    assert_eq!(clears(&tls(&many, true)), (false, 0));
}

#[test]
fn steps_go_up_and_down_and_failures_change_nothing() {
    let infrastructure = Infrastructure::embedded();
    let step = |before: &[Reached], dossier: &Dossier| {
        let (after, steps) = advance(before, dossier, Known::default(), &infrastructure);
        let told: Vec<String> = steps
            .iter()
            .map(|step| {
                let arrow = if step.direction == Direction::Up {
                    '+'
                } else {
                    '-'
                };
                format!("{arrow}{}", step.stage)
            })
            .collect();
        (after, told.join(" "))
    };
    let (first, told) = step(&[], &dossier());
    assert_eq!(told, "+registered +delegated");
    assert_eq!(first[0].since, time("2026-03-19T10:00:00Z"));
    let (armed, told) = step(&first, &serving());
    assert_eq!(told, "+resolving +serving +credential-form");
    let mut silent = dossier();
    silent.dns = self::told(failed());
    silent.registration = self::told(failed());
    silent.page = self::told(failed());
    let (still, told) = step(&armed, &silent);
    assert_eq!((still.len(), told.as_str()), (armed.len(), ""));
    let mut held = serving();
    if let Probed::Answered(registration) = &mut held.registration.outcome {
        registration.statuses = vec![DomainStatus::ClientHold];
    }
    held.page = self::told(Probed::Absent(Absence::NoService));
    let (held, told) = step(&armed, &held);
    assert_eq!(told, "-serving -credential-form -suspended");
    let mut gone = dossier();
    gone.dns = self::told(Probed::Absent(Absence::NoName));
    gone.registration = self::told(Probed::Absent(Absence::NoName));
    let (_, told) = step(&held, &gone);
    assert_eq!(told, "-registered -delegated -resolving -expired");
    // Where the address is gone nobody asks for a page any more.
    let (_, told) = step(&armed, &dossier());
    assert_eq!(told, "-resolving -serving -credential-form");
}

#[test]
fn tiers_follow_the_score_but_for_what_is_its_own() {
    let risk = risk_of(&serving(), &OwnTraits::default());
    assert_eq!(risk.tier, Some(Tier::Alert));
    assert_eq!(risk.rules, RULES);
}
