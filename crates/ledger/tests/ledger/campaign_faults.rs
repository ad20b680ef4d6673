//! The fault table of campaigns: whichever look or joining is lost, or kept though it reported failure, the same comes of it.

use crate::campaigns::{campaigns, fact, ledger, members, name, rarity, write};
use crate::samples::at;
use crate::stores::{Store, on_both};
use ledger::{Blame, Event, Fault, FaultPlan, Ledger, LedgerError};
use model::{Fact, PivotKind, Tier};

on_both!(
    whatever_is_lost_is_made_good,
    whatever_is_kept_is_not_done_twice,
);

async fn whatever_is_lost_is_made_good(store: &Store) {
    check(store, Fault::Lost).await;
}

async fn whatever_is_kept_is_not_done_twice(store: &Store) {
    check(store, Fault::Kept).await;
}

/// What looks show one after the other: two campaigns form, a weak domain joins one and is raised, both become one.
fn looks() -> Vec<(usize, Vec<Fact>)> {
    let mailbox = |local: &str| {
        let value = format!("{local}@mail.example");
        fact(PivotKind::RegistrantEmail, &value, 0, 0)
    };
    let server = fact(PivotKind::NameServer, "ns.rare.example", 0, 0);
    vec![
        (0, vec![mailbox("a")]),
        (2, vec![mailbox("b")]),
        (3, vec![mailbox("b"), server.clone()]),
        (4, vec![mailbox("a")]),
        (1, vec![server]),
        (3, vec![mailbox("a")]),
    ]
}

/// Does something again until it is done; how often it was refused.
async fn again(
    mut attempt: impl AsyncFnMut() -> Result<Option<Vec<Event>>, LedgerError>,
) -> (Option<Vec<Event>>, usize) {
    for refused in 0..3 {
        match attempt().await {
            Ok(done) => return (done, refused),
            Err(error) => assert_eq!(error.blame(), Blame::Passing, "{error}"),
        }
    }
    panic!("one fault is planned, and it was refused thrice");
}

/// Lives through all looks, each look and each joining a commit that may fail by plan; how many there were, and how many failed.
async fn live(ledger: &Ledger, plan: Option<(u64, Fault)>) -> (u64, usize) {
    let faulty = ledger.clone().with_faults(FaultPlan::new(plan));
    let (mut commits, mut failed) = (0, 0);
    for (second, (number, facts)) in (1000..).zip(looks()) {
        let due = ledger.lease_looks(at(second), at(second + 1), 1000).await;
        let due = due.expect("it reads");
        let domain = name(number).to_string();
        let due = due.iter().find(|due| due.detail.registrable == domain);
        let due = due.expect("it is due");
        let tier = if number < 2 { Tier::Alert } else { Tier::Watch };
        let look = async || write(&faulty, due, tier, second, &facts).await.map(Some);
        failed += again(look).await.1;
        commits += 1;
        ledger.release_looks().await.expect("it is taken");
        loop {
            let (joined, refused) = again(async || faulty.join(&rarity(), at(second)).await).await;
            failed += refused;
            // Where the commit was kept there is nothing more to join, and it was one all the same.
            if joined.is_none() && refused == 0 {
                break;
            }
            commits += 1;
        }
    }
    (commits, failed)
}

async fn check(store: &Store, fault: Fault) {
    let fresh = || match store.directory() {
        Some(_) => Store::sqlite(),
        None => Store::postgres(),
    };
    let calm = ledger(store, 5).await;
    let (commits, failed) = live(&calm, None).await;
    let expected = campaigns(&calm).await;
    assert_eq!((failed, members(&expected).len()), (0, 1));
    assert!(commits > 10, "{commits}");
    let promoted = expected[0].members.iter().flat_map(|member| &member.aims);
    assert!(promoted.filter(|aim| aim.promoted.is_some()).count() > 1);
    let undisturbed = store.dump().await;
    for commit in 1..=commits {
        let store = fresh();
        let ledger = ledger(&store, 5).await;
        let lived = live(&ledger, Some((commit, fault))).await;
        assert_eq!(lived, (commits, 1), "commit {commit}");
        assert_eq!(campaigns(&ledger).await, expected, "commit {commit}");
        assert_eq!(store.dump().await, undisturbed, "commit {commit}");
    }
}
