//! Who is guarded, and for whom the lake is still to be scanned.

use crate::samples::at;
use crate::stores::{Store, on_both};
use ledger::{Guarded, Ledger};
use model::OrganisationId;

on_both!(whoever_is_new_or_changed_is_scanned_for);

fn guarded(id: &str, digest: u8) -> Guarded {
    Guarded {
        organisation: OrganisationId::new(id).expect("an id"),
        digest: [digest; 32],
    }
}

/// What is to do, as `id done/wanted`.
async fn check(ledger: &Ledger, expected: &[&str]) {
    let todo = ledger.retro_todo().await.expect("it reads");
    let shown: Vec<String> = todo
        .iter()
        .map(|scan| {
            format!(
                "{} {}/{}",
                scan.organisation, scan.scanned_upto, scan.wanted_upto
            )
        })
        .collect();
    assert_eq!(shown, expected);
}

async fn whoever_is_new_or_changed_is_scanned_for(store: &Store) {
    let ledger = store.ledger().await;
    let (bank, shop) = (guarded("bank", 1), guarded("shop", 1));
    let guard = async |watchlist: &[Guarded], upto| {
        let put_down = ledger.guard(watchlist, upto, at(1)).await;
        put_down.expect("it is taken");
    };
    // With an empty lake there is nothing to scan.
    guard(std::slice::from_ref(&bank), 0).await;
    check(&ledger, &[]).await;
    guard(&[bank.clone(), shop.clone()], 7).await;
    check(&ledger, &["shop 0/7"]).await;

    for upto in [3, 2] {
        ledger
            .retro_progress(&shop, upto)
            .await
            .expect("it is taken");
        check(&ledger, &["shop 3/7"]).await;
    }
    // A new entry starts afresh, and the old one's scan counts for nothing.
    let changed = guarded("shop", 2);
    guard(&[bank, changed.clone()], 9).await;
    ledger
        .retro_progress(&shop, 7)
        .await
        .expect("it is ignored");
    check(&ledger, &["shop 0/9"]).await;
    ledger
        .retro_progress(&changed, 9)
        .await
        .expect("it is taken");
    check(&ledger, &[]).await;

    guard(&[], 9).await;
    guard(&[changed], 9).await;
    check(&ledger, &["shop 0/9"]).await;
}
