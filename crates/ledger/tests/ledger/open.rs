//! Opened, migrated, refused, backed up, full.

use crate::samples::{feed, record, sighting};
use crate::stores::{Store, address, connect, dump, on_both};
use ledger::{Blame, Ledger, LedgerError, LedgerUrl};
use std::time::Duration;
use tokio::time::timeout;

on_both!(
    what_was_written_is_there_again,
    many_may_open_it_at_once,
    a_newer_ledger_is_refused,
    a_ledger_made_otherwise_is_refused,
    a_missing_ledger_is_not_made_by_reading,
    a_copy_holds_the_same,
);

async fn what_was_written_is_there_again(store: &Store) {
    let ledger = store.ledger().await;
    ledger
        .enrol(&feed("ct:AAAA", 3))
        .await
        .expect("it is taken");
    record(&ledger, &[sighting("examp1ebank.example", 2.0, 1)]).await;
    let before = store.dump().await;
    ledger.close().await;
    assert!(ledger.feeds().await.is_err());
    let again = Ledger::open_existing(&store.url)
        .await
        .expect("it is there");
    assert_eq!(again.last_event().await.expect("it reads"), 1);
    assert_eq!(store.dump().await, before);
}

async fn many_may_open_it_at_once(store: &Store) {
    let opening = (0..8).map(|_| {
        let url = store.url.clone();
        tokio::spawn(async move { Ledger::open(&url).await.map(drop) })
    });
    let opening: Vec<_> = opening.collect();
    for task in opening {
        task.await.expect("it ends").expect("it can be opened");
    }
}

async fn a_newer_ledger_is_refused(store: &Store) {
    store.ledger().await;
    let future = "INSERT INTO migrations (version, digest, applied_at) VALUES (99, '', 0)";
    let mut connection = store.connect().await;
    sqlx::query(future)
        .execute(&mut connection)
        .await
        .expect("it is taken");
    let refused = Ledger::open(&store.url).await.expect_err("it is newer");
    assert!(
        matches!(refused, LedgerError::Newer { found: 99, .. }),
        "{refused:?}"
    );
    assert_eq!(refused.blame(), Blame::Lasting);
}

async fn a_ledger_made_otherwise_is_refused(store: &Store) {
    store.ledger().await;
    let mut connection = store.connect().await;
    let altered = sqlx::query("UPDATE migrations SET digest = 'x' WHERE version = 1");
    altered.execute(&mut connection).await.expect("it is taken");
    let refused = Ledger::open(&store.url).await.expect_err("it is not ours");
    assert!(
        matches!(refused, LedgerError::Altered { version: 1 }),
        "{refused:?}"
    );
}

async fn a_missing_ledger_is_not_made_by_reading(store: &Store) {
    for _ in 0..2 {
        let missing = Ledger::open_existing(&store.url)
            .await
            .expect_err("there is none");
        assert!(
            matches!(missing, LedgerError::Missing { .. }),
            "{missing:?}"
        );
    }
}

async fn a_copy_holds_the_same(store: &Store) {
    let ledger = store.ledger().await;
    record(&ledger, &[sighting("examp1ebank.example", 2.0, 1)]).await;
    let Some(directory) = store.directory() else {
        let refused = ledger.backup("copy".as_ref()).await;
        assert!(matches!(refused, Err(LedgerError::BackupPostgres)));
        return;
    };
    let copy = directory.join("copy.sqlite");
    ledger.backup(&copy).await.expect("it can be copied");
    let copied = dump(&mut connect(&address(&copy)).await).await;
    assert_eq!(copied, store.dump().await);
    let refused = ledger.backup(&copy).await;
    assert!(matches!(refused, Err(LedgerError::BackupExists { .. })));
    let nowhere = ledger.backup(&directory.join("none/copy")).await;
    assert!(matches!(nowhere, Err(LedgerError::Backup { .. })));
    let entries = std::fs::read_dir(directory).expect("it is there");
    let left = entries.filter(|entry| {
        let name = entry.as_ref().expect("it can be read").file_name();
        name.to_string_lossy().contains("backup")
    });
    assert_eq!(left.count(), 0);
}

#[tokio::test]
async fn a_full_disk_of_postgresql_is_told() {
    let mut connection = Store::postgres().connect().await;
    let full = "DO $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = '53100'; END $$";
    let error = sqlx::raw_sql(full).execute(&mut connection).await;
    let error = LedgerError::from(error.expect_err("it is raised"));
    assert!(matches!(error, LedgerError::Full));
    assert_eq!(error.blame(), Blame::Disk);
}

#[tokio::test]
async fn errors_show_no_password() {
    let url = "postgres://ann:secret@127.0.0.1:1/ledger?application_name=secret";
    let url: LedgerUrl = url.parse().expect("a URL");
    let error = Ledger::open(&url).await.expect_err("nobody listens there");
    assert_eq!(error.blame(), Blame::Passing);
    let shown = format!("{error} {error:?}");
    assert!(
        shown.contains("postgres://ann@127.0.0.1:1/ledger"),
        "{shown}"
    );
    assert!(!shown.contains("secret"), "{shown}");
}

#[tokio::test]
async fn a_directory_is_no_ledger() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let inside = directory.path().join("none/ledger.sqlite");
    let error = Ledger::open(&LedgerUrl::file(inside))
        .await
        .expect_err("no such directory");
    assert!(matches!(error, LedgerError::Path { .. }), "{error:?}");
    let error = Ledger::open(&LedgerUrl::file(directory.path())).await;
    assert!(matches!(error, Err(LedgerError::Open { .. })), "{error:?}");
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_told_at_once() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("ledger.sqlite");
    let url = LedgerUrl::file(&file);
    Ledger::open(&url).await.expect("it is made").close().await;
    let mut bytes = std::fs::read(&file).expect("it is there");
    // For writers of a later time, so that it is read-only whoever we are; and without a write-ahead log, as a backup is
    // (file format of SQLite, §1.3.3).
    bytes[18..20].copy_from_slice(&[3, 1]);
    std::fs::write(&file, bytes).expect("it can be written");
    let opening = Ledger::open(&url);
    let refused = timeout(Duration::from_secs(10), opening).await;
    let refused = refused.expect("it ends").expect_err("it is read-only");
    assert!(matches!(refused, LedgerError::Open { .. }), "{refused:?}");
    assert!(refused.to_string().contains("readonly"), "{refused}");
    assert_eq!(refused.blame(), Blame::Lasting);
}
