//! What people ruled on detections: what is let pass is not told, and comes back when that is taken back.

use crate::campaigns::{campaigns, fact, join, ledger, look, members, name, rarity};
use crate::samples::{at, record, sighting, word};
use crate::stores::{Store, on_both};
use ledger::{DetectionFilter, Event, EventKind, Ledger};
use model::{Allowance, CampaignId, Decision, OrganisationId, PivotKind, Tier};
use names::DomainName;

on_both!(
    a_name_is_let_pass_and_comes_back,
    a_pattern_lets_pass_what_comes_later,
    what_was_confirmed_is_not_let_pass_by_a_pattern,
    a_registrant_is_let_pass_once_a_look_shows_it,
    who_is_let_pass_raises_nobody_and_is_not_raised,
    a_rehearsal_leaves_no_trace,
    decisions_stay_with_a_campaign_that_has_another_id,
);

fn bank() -> OrganisationId {
    OrganisationId::new("Example Bank").expect("an id")
}

fn benign(domain: DomainName, allow: Allowance) -> Decision {
    Decision::Benign {
        domain,
        organisation: bank(),
        allow,
    }
}

fn pattern(text: &str) -> Allowance {
    Allowance::Pattern(text.parse().expect("a pattern"))
}

async fn decide(ledger: &Ledger, decision: &Decision) -> u64 {
    let decisions = std::slice::from_ref(decision);
    let word = word("it is ours", 200);
    let upshot = ledger.decide(decisions, word, &rarity()).await;
    upshot.expect("it is kept").numbers[0]
}

async fn undo(ledger: &Ledger, number: u64) {
    let word = word("it was not", 300);
    let upshot = ledger.undo(number, word, &rarity()).await;
    assert!(upshot.expect("it is kept").is_some());
}

/// What counts for an alert, the latest first.
async fn alerts(ledger: &Ledger) -> Vec<String> {
    let filter = DetectionFilter {
        tier: Some(Tier::Alert),
        ..DetectionFilter::default()
    };
    let detections = ledger.detections(&filter).await.expect("it reads");
    assert!(
        detections
            .iter()
            .all(|detection| detection.counts_for == Some(Tier::Alert))
    );
    let names = detections.into_iter();
    names.map(|detection| detection.detail.name).collect()
}

/// The names that are listed, the latest first.
async fn listed(ledger: &Ledger, allowed: bool) -> Vec<String> {
    let filter = DetectionFilter {
        allowed,
        ..DetectionFilter::default()
    };
    let listed = ledger.detections(&filter).await.expect("it reads");
    let name = |detection: ledger::Detection| detection.detail.registrable;
    listed.into_iter().map(name).collect()
}

/// How many events somebody is owed.
async fn owed(ledger: &Ledger) -> usize {
    let due = ledger.due("all", at(10_000), 1000).await.expect("it reads");
    due.len()
}

async fn a_name_is_let_pass_and_comes_back(store: &Store) {
    let ledger = ledger(store, 3).await;
    assert_eq!(owed(&ledger).await, 3);
    let number = decide(&ledger, &benign(name(2), Allowance::Name)).await;
    assert_eq!(
        listed(&ledger, false).await,
        [name(1), name(0)].map(|name| name.to_string())
    );
    assert_eq!(listed(&ledger, true).await.len(), 3);
    let of = ledger.detections_of(&name(2)).await.expect("it reads");
    assert_eq!((of.len(), of[0].allowed), (1, Some(number)));
    assert_eq!(ledger.let_pass().await.expect("it reads"), 1);
    // A stronger name of it is an event, of which nobody is told.
    let stronger = sighting(&format!("login.{}", name(2)), 2.0, 9);
    let events = record(&ledger, &[stronger]).await;
    assert_eq!(events[0].kind, EventKind::Raised);
    assert!(
        events[0].body.contains("\"allowed\":1"),
        "{}",
        events[0].body
    );
    assert_eq!(owed(&ledger).await, 3);
    undo(&ledger, number).await;
    assert_eq!(ledger.let_pass().await.expect("it reads"), 0);
    assert_eq!(listed(&ledger, false).await.len(), 3);
}

async fn a_pattern_lets_pass_what_comes_later(store: &Store) {
    let ledger = ledger(store, 12).await;
    let decision = benign(name(1), pattern("examp1e-0*.example"));
    let (count, preview) = ledger.would_pass(&decision, 2).await.expect("it reads");
    assert_eq!(count, 10);
    let preview: Vec<String> = preview
        .into_iter()
        .map(|detection| detection.detail.registrable)
        .collect();
    assert_eq!(preview, [name(9), name(8)].map(|name| name.to_string()));
    assert_eq!(ledger.let_pass().await.expect("it reads"), 0);
    let first = decide(&ledger, &decision).await;
    assert_eq!(
        ledger.would_pass(&decision, 2).await.expect("it reads").0,
        0
    );
    let before = owed(&ledger).await;
    let events = record(
        &ledger,
        &[
            sighting("examp1e-0x.example", 2.0, 20),
            sighting("examp1e-x.example", 2.0, 21),
        ],
    )
    .await;
    let let_pass = |event: &Event| event.body.contains("\"allowed\":");
    assert_eq!(
        events.iter().map(let_pass).collect::<Vec<_>>(),
        [true, false]
    );
    assert_eq!(owed(&ledger).await, before + 1);
    assert_eq!(ledger.let_pass().await.expect("it reads"), 11);
    // What another decision lets pass, too, stays let pass.
    let second = decide(&ledger, &benign(name(2), Allowance::Name)).await;
    undo(&ledger, first).await;
    assert_eq!(ledger.let_pass().await.expect("it reads"), 1);
    let of = ledger.detections_of(&name(2)).await.expect("it reads");
    assert_eq!(of[0].allowed, Some(second));
}

async fn what_was_confirmed_is_not_let_pass_by_a_pattern(store: &Store) {
    let ledger = ledger(store, 4).await;
    let confirmed = Decision::Confirmed {
        domain: name(3),
        organisation: bank(),
    };
    assert!(!alerts(&ledger).await.contains(&name(3).to_string()));
    let number = decide(&ledger, &confirmed).await;
    assert_eq!(alerts(&ledger).await[0], name(3).to_string());
    decide(&ledger, &benign(name(1), pattern("examp1e-*.example"))).await;
    assert_eq!(listed(&ledger, false).await, [name(3).to_string()]);
    undo(&ledger, number).await;
    assert_eq!(listed(&ledger, false).await, [""; 0]);
    // Of two rulings on one detection the later one holds.
    decide(&ledger, &confirmed).await;
    decide(&ledger, &benign(name(3), Allowance::Name)).await;
    assert_eq!(listed(&ledger, false).await, [""; 0]);
    decide(&ledger, &confirmed).await;
    assert_eq!(listed(&ledger, false).await, [name(3).to_string()]);
}

async fn a_registrant_is_let_pass_once_a_look_shows_it(store: &Store) {
    let ledger = ledger(store, 4).await;
    let mailbox = [fact(PivotKind::RegistrantEmail, "a@mail.example", 0, 0)];
    assert_eq!(
        ledger
            .registrant(&name(0), &rarity())
            .await
            .expect("it reads"),
        None
    );
    for number in [0, 1] {
        look(&ledger, number, 1000, &mailbox).await;
    }
    let registrant = ledger.registrant(&name(0), &rarity()).await;
    let registrant = registrant.expect("it reads").expect("it is known");
    assert_eq!(registrant, mailbox[0].pivot);
    let number = decide(&ledger, &benign(name(0), Allowance::Registrant(registrant))).await;
    assert_eq!(ledger.let_pass().await.expect("it reads"), 2);
    look(&ledger, 2, 1001, &mailbox).await;
    look(&ledger, 3, 1002, &[]).await;
    assert_eq!(listed(&ledger, false).await, [name(3).to_string()]);
    undo(&ledger, number).await;
    assert_eq!(ledger.let_pass().await.expect("it reads"), 0);
}

async fn who_is_let_pass_raises_nobody_and_is_not_raised(store: &Store) {
    let ledger = ledger(store, 4).await;
    let mailbox = [fact(PivotKind::RegistrantEmail, "a@mail.example", 0, 0)];
    for number in [0, 2, 3] {
        look(&ledger, number, 1000, &mailbox).await;
    }
    join(&ledger, 1001).await;
    let raised = async || {
        let campaigns = campaigns(&ledger).await;
        let members = campaigns[0].members.iter();
        let raised = |member: &&model::Member| member.aims[0].promoted.is_some();
        members
            .filter(raised)
            .map(|member| member.domain.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(raised().await, [name(2), name(3)]);
    decide(&ledger, &benign(name(2), Allowance::Name)).await;
    join(&ledger, 1002).await;
    assert_eq!(raised().await, [name(3)]);
    let number = decide(&ledger, &benign(name(0), pattern("examp1e-00*.example"))).await;
    join(&ledger, 1003).await;
    assert_eq!(raised().await, []);
    let campaign = campaigns(&ledger).await.remove(0);
    assert_eq!(campaign.members[0].aims[0].tier, None);
    let says: Vec<&str> = campaign
        .timeline
        .iter()
        .filter(|moment| moment.kind == model::MomentKind::Decided)
        .inspect(|moment| assert_eq!(moment.why.as_deref(), Some("it is ours")))
        .map(|moment| moment.says.as_str())
        .collect();
    assert_eq!(
        says,
        [
            "decision 2: examp1e-00[.]example is harmless to Example Bank, as is whatever fits examp1e-00*[.]example",
            "decision 1: examp1e-02[.]example is harmless to Example Bank",
        ]
    );
    undo(&ledger, number).await;
    join(&ledger, 1004).await;
    assert_eq!(raised().await, [name(3)]);
}

async fn a_rehearsal_leaves_no_trace(store: &Store) {
    let ledger = ledger(store, 4).await;
    let mailbox = [fact(PivotKind::RegistrantEmail, "a@mail.example", 0, 0)];
    for number in 0..4 {
        look(&ledger, number, 1000, &mailbox).await;
    }
    join(&ledger, 1001).await;
    let cut = [Decision::Apart {
        one: vec![name(3)],
        other: vec![name(0), name(1), name(2)],
    }];
    let perhaps = word("perhaps", 1002);
    let before = (store.dump().await, campaigns(&ledger).await);
    let rehearsed = ledger.rehearse(&cut, perhaps, &rarity()).await;
    let rehearsed = rehearsed.expect("it is tried");
    assert_eq!(rehearsed.changes.len(), 1, "{rehearsed:?}");
    assert_eq!((store.dump().await, campaigns(&ledger).await), before);
    let decided = ledger.decide(&cut, perhaps, &rarity()).await;
    assert_eq!(decided.expect("it is kept"), rehearsed);
    assert_eq!(members(&campaigns(&ledger).await)[0].len(), 3);
}

async fn decisions_stay_with_a_campaign_that_has_another_id(store: &Store) {
    let ledger = ledger(store, 4).await;
    let one = [fact(PivotKind::RegistrantEmail, "a@mail.example", 0, 0)];
    for number in [2, 3] {
        look(&ledger, number, 1000, &one).await;
    }
    join(&ledger, 1001).await;
    let before = campaigns(&ledger).await.remove(0).id;
    let said = Decision::Attribution {
        campaign: before.clone(),
        set: "Paper Kestrel".to_owned(),
        confirmed: true,
    };
    decide(&ledger, &said).await;
    decide(
        &ledger,
        &Decision::NoEvidence(fact(PivotKind::NameServer, "ns.unseen.example", 0, 0).pivot),
    )
    .await;
    // An earlier domain joins, and the campaign is called after it.
    look(&ledger, 0, 1002, &one).await;
    join(&ledger, 1003).await;
    let campaign = campaigns(&ledger).await.remove(0);
    assert_ne!(campaign.id, before);
    let about = ledger.decisions_on(&campaign).await.expect("it reads");
    let of = |id: &CampaignId| Decision::Attribution {
        campaign: id.clone(),
        set: "Paper Kestrel".to_owned(),
        confirmed: true,
    };
    let decisions: Vec<Decision> = about.into_iter().map(|decided| decided.decision).collect();
    assert_eq!(decisions, [of(&campaign.id)]);
    let suspects = ledger.suspects(&campaign.id).await.expect("it reads");
    let domains: Vec<&DomainName> = suspects.iter().map(|suspect| &suspect.domain).collect();
    assert_eq!(domains, [&name(0), &name(2), &name(3)]);
    assert_eq!(suspects[0].facts, one);
}
