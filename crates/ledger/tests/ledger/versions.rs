//! A ledger of every version ever written can be opened.

use crate::samples::{FEED, feed, record, settlement, sighting};
use crate::stores::{address, connect, versions};
use ledger::{DetectionFilter, Ledger, LedgerUrl};
use std::path::{Path, PathBuf};

/// How many versions there are.
fn newest() -> usize {
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    std::fs::read_dir(migrations).expect("it is there").count()
}

fn file(version: usize) -> PathBuf {
    versions().join(format!("{version}.sqlite"))
}

#[tokio::test]
async fn every_version_is_read() {
    for version in 1..=newest() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let copy = directory.path().join("ledger.sqlite");
        std::fs::copy(file(version), &copy).unwrap_or_else(|error| {
            panic!("version {version} has no file ({error}); run this test's neighbour with LEDGER_VERSION=write")
        });
        let ledger = Ledger::open(&LedgerUrl::file(copy))
            .await
            .expect("it is migrated");
        let listed = ledger
            .detections(&DetectionFilter::default())
            .await
            .expect("it reads");
        assert_eq!(listed[0].detail.name, "login.examp1ebank.example");
        assert_eq!((listed[0].names, listed[0].sightings), (2, 3));
        assert_eq!(ledger.events(0, 10).await.expect("it reads").len(), 2);
        assert_eq!(ledger.feeds().await.expect("it reads")[0].settled, 20);
        assert_eq!(ledger.segments().await.expect("it reads").len(), 1);
        let known = record(&ledger, &[sighting("login.examp1ebank.example", 2.0, 9)]).await;
        assert_eq!(known, []);
    }
}

/// Once for each new version, `LEDGER_VERSION=write` makes the file that is kept.
#[tokio::test]
async fn a_file_is_kept_of_the_newest_version() {
    let kept = file(newest());
    if std::env::var("LEDGER_VERSION").is_ok_and(|wish| wish == "write") {
        let ledger = Ledger::open(&LedgerUrl::file(&kept))
            .await
            .expect("it is made");
        ledger.enrol(&feed(FEED, 10)).await.expect("it is taken");
        let batch = [
            sighting("examp1ebank.example", 0.0, 1),
            sighting("examp1ebank.example", 0.0, 2),
            sighting("login.examp1ebank.example", 2.0, 2),
        ];
        record(&ledger, &batch).await;
        ledger
            .settle(&settlement(1, FEED, 10, 20))
            .await
            .expect("it is taken");
        ledger.close().await;
        let small = "PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM";
        let mut connection = connect(&address(&kept)).await;
        sqlx::raw_sql(small)
            .execute(&mut connection)
            .await
            .expect("it is taken");
    }
    assert!(kept.exists(), "{} is missing", kept.display());
}
