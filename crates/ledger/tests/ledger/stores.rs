//! An empty ledger in either store, and all that one holds as text.

use ledger::{Ledger, LedgerUrl};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Column, Connection, Row};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use testbed::postgres::Cluster;

/// Makes two tests of each function: one for each store.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                super::$test(&crate::stores::Store::sqlite()).await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                super::$test(&crate::stores::Store::postgres()).await;
            })+
        }
    };
}
pub(crate) use on_both;

/// A place for a ledger, empty at first.
pub(crate) struct Store {
    pub(crate) url: LedgerUrl,
    /// As the driver wants it.
    address: String,
    directory: Option<TempDir>,
}

impl Store {
    pub(crate) fn sqlite() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        // A name that means something else in a URL.
        let file = directory.path().join("led?ger #1%41.sqlite");
        Self {
            url: LedgerUrl::file(&file),
            address: address(&file),
            directory: Some(directory),
        }
    }

    pub(crate) fn postgres() -> Self {
        let address = Cluster::shared().database().expect("the cluster answers");
        Self {
            url: address.parse().expect("a URL of PostgreSQL"),
            address,
            directory: None,
        }
    }

    pub(crate) async fn ledger(&self) -> Ledger {
        Ledger::open(&self.url).await.expect("it can be opened")
    }

    /// A connection past the ledger.
    pub(crate) async fn connect(&self) -> AnyConnection {
        connect(&self.address).await
    }

    /// Everything in every table.
    pub(crate) async fn dump(&self) -> String {
        dump(&mut self.connect().await).await
    }

    /// Where files of the test may lie, for a ledger in a file.
    pub(crate) fn directory(&self) -> Option<&Path> {
        self.directory.as_ref().map(TempDir::path)
    }
}

pub(crate) fn address(file: &Path) -> String {
    let text = file.to_str().expect("a path in UTF-8");
    let text = text.replace('%', "%25").replace('?', "%3F");
    format!(
        "sqlite://{}?mode=rw",
        text.replace('#', "%23").replace(' ', "%20")
    )
}

pub(crate) async fn connect(address: &str) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(address).await.expect("it answers")
}

/// Everything in every table but the times at which migrations were applied.
pub(crate) async fn dump(connection: &mut AnyConnection) -> String {
    let tables = [
        "numbers",
        "feeds",
        "counters",
        "detections",
        "sightings",
        "events",
        "outbox",
        "alarms",
        "segments",
        "organisations",
        "unreadable",
        "looks",
        "dossiers",
        "stages",
        "suspects",
        "pivots",
        "facts",
        "campaigns",
        "links",
        "moments",
        "decisions",
        "published",
    ];
    let mut text = String::new();
    for table in tables {
        let sql = AssertSqlSafe(format!("SELECT * FROM {table}"));
        let rows = sqlx::query(sql).fetch_all(&mut *connection).await;
        let mut rows: Vec<String> = rows.expect("a table of ours").iter().map(line).collect();
        rows.sort_unstable();
        writeln!(text, "{table}\n{}", rows.join("\n")).expect("a String takes all");
    }
    text
}

fn line(row: &AnyRow) -> String {
    let column = |column: usize| {
        let name = row.columns()[column].name();
        match row.try_get::<Option<i64>, _>(column) {
            Ok(number) => format!("{name}={number:?}"),
            Err(_) => format!("{name}={:?}", row.get::<Option<String>, _>(column)),
        }
    };
    let columns: Vec<String> = (0..row.len()).map(column).collect();
    columns.join(" ")
}

/// The files of ledgers that earlier versions wrote.
pub(crate) fn versions() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/versions")
}
