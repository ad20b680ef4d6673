//! Campaigns: the same whatever came first, and what people decided holds.

use crate::samples::{at, record, sighting, word};
use crate::stores::{Store, on_both};
use judge::{Common, Group, Rarity, Suspect};
use ledger::{DueLook, Event, EventKind, Ledger, LedgerError, NewLook};
use model::{
    Campaign, CampaignId, Confidence, Decision, Fact, Pivot, PivotKind, Risk, Score, Severity, Tier,
};
use names::DomainName;
use serde_json::json;
use std::collections::BTreeMap;

on_both!(
    the_same_campaigns_whatever_came_first,
    a_weak_one_is_raised_by_its_company_and_looked_at_again,
    decisions_hold_whatever_comes_later,
    a_value_that_many_get_lets_go,
    changes_are_told,
);

pub(crate) fn rarity() -> Rarity {
    Rarity::embedded(Common::default())
}

pub(crate) fn name(number: usize) -> DomainName {
    format!("examp1e-{number:02}.example")
        .parse()
        .expect("a name")
}

pub(crate) fn fact(kind: PivotKind, value: &str, first: i64, last: i64) -> Fact {
    Fact {
        pivot: judge::pivot(kind, value).expect("a value"),
        first: at(first),
        last: at(last),
        claimed: false,
    }
}

/// A ledger with so many detections, the first two of which are alerts.
pub(crate) async fn ledger(store: &Store, domains: usize) -> Ledger {
    let ledger = store.ledger().await;
    let sightings: Vec<_> = (0..domains)
        .map(|number| {
            let log_odds = if number < 2 { 2.0 } else { 0.0 };
            sighting(name(number).as_str(), log_odds, number as u64)
        })
        .collect();
    record(&ledger, &sightings).await;
    ledger
}

/// Writes a look at a domain that showed these facts, leased at this second.
pub(crate) async fn look(ledger: &Ledger, number: usize, second: i64, facts: &[Fact]) {
    let due = ledger.lease_looks(at(second), at(second + 1), 1000).await;
    let due = due.expect("it reads");
    let domain = name(number).to_string();
    let due = due.iter().find(|due| due.detail.registrable == domain);
    let tier = if number < 2 { Tier::Alert } else { Tier::Watch };
    write(ledger, due.expect("it is due"), tier, second, facts)
        .await
        .expect("it is taken");
    ledger.release_looks().await.expect("it is taken");
}

pub(crate) async fn write(
    ledger: &Ledger,
    due: &DueLook,
    alone: Tier,
    second: i64,
    facts: &[Fact],
) -> Result<Vec<Event>, LedgerError> {
    let raised = due.company.is_some().then_some(Tier::Alert);
    let risk = Risk {
        findings: vec![],
        score: Score::from_log_odds(0.0),
        severity: Severity::Low,
        confidence: Confidence::High,
        tier: Some(alone).max(raised),
        alone: Some(alone),
        own: None,
        rules: "1",
    };
    let look = NewLook {
        of: due,
        at: at(second),
        taken: at(second),
        dossier: "{}",
        evidence: &[],
        facts,
        stages: &[],
        steps: &[],
        risk: &risk,
        risk_written: &json!({}),
        quiet: 0,
        failed: 0,
        next: at(second),
        channels: &[],
    };
    ledger.record_look(&look).await
}

pub(crate) async fn join(ledger: &Ledger, second: i64) -> Vec<Event> {
    let mut events = vec![];
    while let Some(more) = ledger.join(&rarity(), at(second)).await.expect("it joins") {
        events.extend(more);
    }
    events
}

/// The kinds of changes that events tell of.
fn told(events: &[Event]) -> Vec<String> {
    let change = |event: &Event| {
        let body: serde_json::Value = serde_json::from_str(&event.body).expect("JSON");
        body["change"].as_str().unwrap_or_default().to_owned()
    };
    events.iter().map(change).collect()
}

pub(crate) async fn campaigns(ledger: &Ledger) -> Vec<Campaign> {
    let mut ids: Vec<CampaignId> = ledger.campaign_ids(None).await.expect("it reads");
    ids.sort();
    let mut campaigns = vec![];
    for id in ids {
        let campaign = ledger.campaign(&id, &rarity()).await.expect("it reads");
        campaigns.push(campaign.expect("it stands"));
    }
    campaigns
}

pub(crate) fn members(campaigns: &[Campaign]) -> Vec<Vec<String>> {
    let of = |campaign: &Campaign| {
        let mut members: Vec<String> = campaign
            .members
            .iter()
            .map(|member| member.domain.to_string())
            .collect();
        members.sort();
        members
    };
    let mut all: Vec<_> = campaigns.iter().map(of).collect();
    all.sort();
    all
}

/// Numbers that look like chance, the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % limit as u64) as usize
    }
}

const DOMAINS: usize = 12;
const DAY: i64 = 86_400;

/// Looks at domains with what each showed: mailboxes, addresses over time, days of registration, networks.
fn some_looks(chance: &mut Chance) -> Vec<(usize, Fact)> {
    let kinds = [
        PivotKind::RegistrantEmail,
        PivotKind::Address,
        PivotKind::NameServer,
        PivotKind::RegistrationDay,
        PivotKind::Network24,
    ];
    let looks = (0..30).map(|_| {
        let kind = kinds[chance.below(kinds.len())];
        let which = chance.below(5);
        let value = match kind {
            PivotKind::RegistrantEmail => format!("a{which}@mail.example"),
            PivotKind::Address => format!("192.0.2.{which}"),
            PivotKind::NameServer => format!("ns{which}.rare.example"),
            PivotKind::RegistrationDay => format!("iana 1 2017-04-1{which}"),
            _ => format!("192.0.{which}.0/24"),
        };
        let day = i64::try_from(chance.below(400)).expect("a day");
        (
            chance.below(DOMAINS),
            fact(kind, &value, day * DAY, day * DAY),
        )
    });
    looks.collect()
}

/// What the facts come to if they are joined all at once.
fn at_once(looks: &[(usize, Fact)], decisions: &[model::Decided]) -> Vec<Group> {
    let mut facts = vec![BTreeMap::<Pivot, Fact>::new(); DOMAINS];
    for (number, fact) in looks {
        let known = facts[*number]
            .entry(fact.pivot.clone())
            .or_insert_with(|| fact.clone());
        known.first = known.first.min(fact.first);
        known.last = known.last.max(fact.last);
    }
    let suspects = facts
        .into_iter()
        .enumerate()
        .map(|(number, facts)| Suspect {
            domain: name(number),
            first: facts
                .values()
                .map(|fact| fact.first)
                .min()
                .unwrap_or(at(0))
                .min(at(i64::try_from(number).expect("small"))),
            facts: facts.into_values().collect(),
            alert: number < 2,
        });
    let suspects: Vec<_> = suspects.collect();
    judge::campaigns(&suspects, |_| 0, decisions, &rarity())
}

async fn the_same_campaigns_whatever_came_first(store: &Store) {
    let mut chance = Chance(2017);
    let looks = some_looks(&mut chance);
    let mut ledger = ledger(store, DOMAINS).await;
    let cut = Decision::Apart {
        one: vec![name(3)],
        other: vec![name(4), name(5)],
    };
    let mut todo = looks.clone();
    let mut second = 1000;
    ledger
        .decide(
            std::slice::from_ref(&cut),
            word("unlike", second),
            &rarity(),
        )
        .await
        .expect("it is kept");
    while !todo.is_empty() {
        let (number, fact) = todo.swap_remove(chance.below(todo.len()));
        second += 1;
        look(&ledger, number, second, &[fact]).await;
        match chance.below(4) {
            0 => drop(join(&ledger, second).await),
            1 => ledger = store.ledger().await,
            _ => {}
        }
    }
    join(&ledger, second).await;
    let decisions = ledger.decisions().await.expect("it reads");
    let groups = at_once(&looks, &decisions);
    let stored = campaigns(&ledger).await;
    assert_eq!(stored.len(), groups.len());
    let mut groups: Vec<Group> = groups;
    groups.sort_by(|one, other| one.id.cmp(&other.id));
    for (stored, group) in stored.iter().zip(&groups) {
        let members: Vec<_> = stored
            .members
            .iter()
            .map(|member| member.domain.clone())
            .collect();
        assert_eq!((&stored.id, &members), (&group.id, &group.members));
        let mut links = group.links.clone();
        for link in &mut links {
            // A time is kept to the millisecond.
            link.since =
                jiff::Timestamp::from_millisecond(link.since.as_millisecond()).expect("a time");
        }
        assert_eq!(stored.links, links);
        let promoted =
            |member: &&model::Member| member.aims.iter().any(|aim| aim.promoted.is_some());
        let promoted: Vec<_> = stored
            .members
            .iter()
            .filter(promoted)
            .map(|member| &member.domain)
            .collect();
        let mut expected: Vec<_> = group
            .promoted
            .iter()
            .map(|promotion| &promotion.domain)
            .collect();
        expected.sort_by_key(|domain| group.members.iter().position(|member| member == *domain));
        assert_eq!(promoted, expected);
    }
}

async fn a_weak_one_is_raised_by_its_company_and_looked_at_again(store: &Store) {
    let ledger = ledger(store, 4).await;
    let mailbox = [fact(PivotKind::RegistrantEmail, "a@mail.example", 0, 0)];
    look(&ledger, 0, 1000, &mailbox).await;
    look(&ledger, 3, 1001, &mailbox).await;
    let due = ledger
        .lease_looks(at(1002), at(1003), 10)
        .await
        .expect("it reads");
    let three = due
        .iter()
        .find(|due| due.detail.registrable == name(3).as_str());
    let three = three.expect("it is due").clone();
    assert_eq!(three.company, None);
    // It is raised while the look is under way, so it is due again at once, whatever the look says.
    let kinds: Vec<_> = join(&ledger, 1002)
        .await
        .iter()
        .map(|event| event.kind)
        .collect();
    assert_eq!(kinds, [EventKind::Campaign; 2]);
    write(&ledger, &three, Tier::Watch, 1002, &mailbox)
        .await
        .expect("it is taken");
    ledger.release_looks().await.expect("it is taken");
    let due = ledger
        .lease_looks(at(1002), at(1003), 10)
        .await
        .expect("it reads");
    let three = due
        .iter()
        .find(|due| due.detail.registrable == name(3).as_str());
    let company = three.expect("it is due").company.clone().expect("company");
    assert_eq!(company.by, name(0));
    assert!(
        company.says.contains("registrant's mailbox"),
        "{}",
        company.says
    );
    // Being raised makes no alert of it that could raise others.
    write(
        &ledger,
        three.expect("it is due"),
        Tier::Watch,
        1003,
        &mailbox,
    )
    .await
    .expect("it is taken");
    assert!(join(&ledger, 1004).await.is_empty());
    let listed = ledger.detections_of(&name(3)).await.expect("it reads");
    let tiers = (listed[0].detail.tier, listed[0].counts_for);
    assert_eq!(tiers, (Some(Tier::Watch), Some(Tier::Alert)));
}

async fn decisions_hold_whatever_comes_later(store: &Store) {
    let mut ledger = ledger(store, 6).await;
    let mailbox = [fact(PivotKind::RegistrantEmail, "a@mail.example", 0, 0)];
    for number in 0..4 {
        look(&ledger, number, 1000, &mailbox).await;
    }
    join(&ledger, 1001).await;
    assert_eq!(
        members(&campaigns(&ledger).await),
        [[
            "examp1e-00.example",
            "examp1e-01.example",
            "examp1e-02.example",
            "examp1e-03.example"
        ]]
    );
    let cut = Decision::Apart {
        one: vec![name(2)],
        other: vec![name(0), name(1), name(3)],
    };
    let number = ledger
        .decide(&[cut], word("a reseller", 1002), &rarity())
        .await
        .expect("it is kept")
        .numbers[0];
    let pin = Decision::Together(vec![name(2), name(5)]);
    ledger
        .decide(&[pin], word("the same kit", 1003), &rarity())
        .await
        .expect("it is kept");
    look(&ledger, 5, 1004, &[]).await;
    join(&ledger, 1005).await;
    ledger = store.ledger().await;
    // What ties the two sides once more ties nothing.
    let server = [fact(PivotKind::NameServer, "ns.rare.example", 0, 0)];
    look(&ledger, 2, 1006, &server).await;
    look(&ledger, 3, 1007, &server).await;
    join(&ledger, 1008).await;
    let apart = campaigns(&ledger).await;
    assert_eq!(
        members(&apart),
        [
            vec![
                "examp1e-00.example",
                "examp1e-01.example",
                "examp1e-03.example"
            ],
            vec!["examp1e-02.example", "examp1e-05.example"],
        ]
    );
    let undone = ledger
        .undo(number, word("it was none", 1009), &rarity())
        .await;
    let undone = undone.expect("it is kept").expect("it stood");
    assert_eq!(undone.taken_back[0].id, number);
    assert_eq!(told(&undone.changes), ["merged", "promoted"]);
    let again = ledger.undo(number, word("again", 1009), &rarity()).await;
    assert_eq!(again.expect("it reads"), None);
    assert!(join(&ledger, 1010).await.is_empty());
    let whole = campaigns(&ledger).await;
    assert_eq!(whole.len(), 1);
    assert_eq!(whole[0].members.len(), 5);
    // What a campaign was called before leads to what it is called now.
    for before in &apart {
        let now = ledger.find_campaign(&before.id.0).await.expect("it reads");
        assert_eq!(now.as_ref(), Some(&whole[0].id));
    }
    // A later cut takes the pin back.
    let cut = Decision::Apart {
        one: vec![name(2)],
        other: vec![name(5)],
    };
    let again = [cut.clone()];
    let upshot = ledger.decide(&[cut], word("no", 1011), &rarity()).await;
    let upshot = upshot.expect("it is kept");
    let taken_back: Vec<u64> = upshot.taken_back.iter().map(|pin| pin.id).collect();
    assert_eq!((upshot.numbers, taken_back), (vec![3], vec![2]));
    let decisions = ledger.decisions().await.expect("it reads");
    let again = ledger
        .decide(&again, word("still no", 1012), &rarity())
        .await;
    let again = again.expect("it is kept");
    assert_eq!((again.numbers, again.taken_back[0].id), (vec![4], 3));
    let undone: Vec<bool> = decisions
        .iter()
        .map(|decided| decided.undone.is_some())
        .collect();
    assert_eq!(undone, [true, true, false]);
}

async fn a_value_that_many_get_lets_go(store: &Store) {
    let ledger = ledger(store, 12).await;
    let server = [fact(PivotKind::NameServer, "ns.hoster.example", 0, 0)];
    for number in 0..8 {
        look(&ledger, number, 1000, &server).await;
        join(&ledger, 1000).await;
    }
    assert_eq!(members(&campaigns(&ledger).await)[0].len(), 8);
    look(&ledger, 8, 1001, &server).await;
    join(&ledger, 1001).await;
    assert_eq!(campaigns(&ledger).await, []);
    look(&ledger, 9, 1002, &server).await;
    join(&ledger, 1002).await;
    assert_eq!(campaigns(&ledger).await, []);
}

async fn changes_are_told(store: &Store) {
    let ledger = ledger(store, 5).await;
    let one = [fact(PivotKind::RegistrantEmail, "a@mail.example", 0, 0)];
    let two = [fact(PivotKind::RegistrantEmail, "b@mail.example", 0, 0)];
    for (number, facts, expected) in [
        (0, &one, vec![]),
        (1, &one, vec!["formed"]),
        (2, &two, vec![]),
        (3, &two, vec!["formed"]),
        (4, &one, vec!["joined", "promoted"]),
        (3, &one, vec!["merged", "promoted"]),
    ] {
        look(&ledger, number, 1000, facts).await;
        let told = told(&join(&ledger, 1000).await);
        assert_eq!(told, expected, "{number}");
    }
    let struck = [Decision::NoEvidence(one[0].pivot.clone())];
    let word = word("a reseller", 1001);
    let rehearsed = ledger.rehearse(&struck, word, &rarity()).await;
    let decided = ledger.decide(&struck, word, &rarity()).await;
    let decided = decided.expect("it is kept");
    assert_eq!(
        told(&decided.changes),
        ["renamed", "left", "left", "left", "let-down"]
    );
    assert_eq!(rehearsed.expect("it reads"), decided);
    assert_eq!(
        members(&campaigns(&ledger).await),
        [["examp1e-02.example", "examp1e-03.example"]]
    );
}
