//! A ledger, opened: one connection that writes, a few that read.

use crate::error::{Blame, LedgerError};
#[cfg(feature = "faults")]
use crate::faults::FaultPlan;
use crate::migrate;
use crate::url::{LedgerUrl, Place};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, AnyPool};
use sqlx::{ConnectOptions, Connection, Executor};
use std::fmt::{self, Write};
use std::io;
use std::path::{Path, PathBuf};
#[cfg(feature = "faults")]
use std::sync::Arc;
use std::time::Duration;

/// How many connections read. Writing has one of its own.
const READERS: u32 = 4;

/// How long to wait for a connection, and for whoever else writes to the file.
const PATIENCE: Duration = Duration::from_secs(30);

/// The durable state. Cheap to clone; all clones share the connections.
#[derive(Clone)]
pub struct Ledger {
    pub(crate) writer: AnyPool,
    pub(crate) readers: AnyPool,
    pub(crate) store: Store,
    #[cfg(feature = "faults")]
    pub(crate) faults: Option<Arc<FaultPlan>>,
}

/// What little the two stores do not do alike.
#[derive(Clone)]
pub(crate) enum Store {
    /// The file, with all links resolved.
    Sqlite(PathBuf),
    /// How to connect once more.
    Postgres(AnyConnectOptions),
}

impl Ledger {
    /// Opens the ledger, makes it where there is none, and brings it to the version of this program.
    ///
    /// A file is made in a directory that exists already. It is kept with a write-ahead log (`-wal` and `-shm`
    /// beside it), and a commit has reached the disk when it returns.
    ///
    /// # Errors
    /// [`LedgerError::Path`], [`LedgerError::Open`]; [`LedgerError::Newer`] and [`LedgerError::Altered`] where another
    /// program made it.
    pub async fn open(url: &LedgerUrl) -> Result<Self, LedgerError> {
        let ledger = Self::connect(url).await?;
        migrate::migrate(&ledger).await?;
        Ok(ledger)
    }

    /// As [`Ledger::open`], but makes no ledger where there is none.
    ///
    /// # Errors
    /// Besides those of `open`, [`LedgerError::Missing`].
    pub async fn open_existing(url: &LedgerUrl) -> Result<Self, LedgerError> {
        let missing = || LedgerError::Missing {
            url: url.to_string(),
        };
        if url.path().is_some_and(|path| !path.exists()) {
            return Err(missing());
        }
        let ledger = Self::connect(url).await?;
        if migrate::version(&ledger).await? == 0 {
            return Err(missing());
        }
        migrate::migrate(&ledger).await?;
        Ok(ledger)
    }

    /// Tells this ledger from others: the millisecond in which it was made, in hexadecimal.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn id(&self) -> Result<String, LedgerError> {
        let made: i64 = sqlx::query_scalar("SELECT applied_at FROM migrations WHERE version = 1")
            .fetch_one(&self.readers)
            .await?;
        Ok(format!("{made:x}"))
    }

    /// Closes all connections, and with the last of a file folds its log into it. Calls on any clone fail afterwards.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// The same ledger, whose commits fail as planned.
    #[cfg(feature = "faults")]
    #[must_use]
    pub fn with_faults(mut self, plan: FaultPlan) -> Self {
        self.faults = Some(Arc::new(plan));
        self
    }

    async fn connect(url: &LedgerUrl) -> Result<Self, LedgerError> {
        sqlx::any::install_default_drivers();
        let (store, options) = match &url.0 {
            Place::Sqlite(path) => {
                let file = resolved(path).map_err(|source| LedgerError::Path {
                    path: path.clone(),
                    source,
                })?;
                let options = address(&file)?;
                (Store::Sqlite(file), options)
            }
            Place::Postgres(url) => {
                let options = options(url.as_str())?;
                (Store::Postgres(options.clone()), options)
            }
        };
        let failed = |source| LedgerError::Open {
            url: url.to_string(),
            source,
        };
        // A pool would try again and again, and not say what is wrong.
        let mut first = options.connect().await.map_err(failed)?;
        if matches!(store, Store::Sqlite(_)) {
            // For whoever else opens it just now, a pool does wait.
            if let Err(error) = set_up(&mut first).await.map_err(failed)
                && error.blame() != Blame::Passing
            {
                return Err(error);
            }
            // That says nothing of what is in it.
            let asked = sqlx::query("SELECT COUNT(*) FROM sqlite_master");
            asked.fetch_one(&mut first).await.map_err(failed)?;
        }
        first.close().await.map_err(failed)?;
        let writer = pool(&store, 1).connect_lazy_with(options.clone());
        let readers = pool(&store, READERS).connect_lazy_with(options);
        Ok(Self {
            writer,
            readers,
            store,
            #[cfg(feature = "faults")]
            faults: None,
        })
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // How to connect has a password in it.
        f.debug_struct("Ledger").finish_non_exhaustive()
    }
}

fn pool(store: &Store, connections: u32) -> AnyPoolOptions {
    let file = matches!(store, Store::Sqlite(_));
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                if file {
                    set_up(connection).await?;
                }
                Ok(())
            })
        })
}

/// How many KiB of a file each connection keeps in memory at most; with the usual 2 MiB the roots of its trees do not stay there.
const CACHE: u32 = 16 * 1024;

/// What every connection to a file goes by.
async fn set_up(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    let wait = PATIENCE.as_millis();
    let settings = format!(
        "PRAGMA busy_timeout = {wait}; PRAGMA journal_mode = WAL; \
         PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -{CACHE}"
    );
    connection
        .execute(sqlx::raw_sql(sqlx::AssertSqlSafe(settings)))
        .await?;
    Ok(())
}

/// The file by its one true path, so that its lock is the same whatever link led here.
fn resolved(path: &Path) -> io::Result<PathBuf> {
    if path.exists() {
        return path.canonicalize();
    }
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?;
    let directory = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    Ok(directory.canonicalize()?.join(name))
}

/// The address of a file, made where it is missing.
fn address(file: &Path) -> Result<AnyConnectOptions, LedgerError> {
    let text = file.to_str().ok_or_else(|| LedgerError::Path {
        path: file.to_owned(),
        source: io::Error::new(io::ErrorKind::InvalidFilename, "the path is not UTF-8"),
    })?;
    let mut url = "sqlite://".to_owned();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_".contains(&byte) {
            url.push(char::from(byte));
        } else {
            write!(url, "%{byte:02X}").expect("writing to a String cannot fail");
        }
    }
    url.push_str("?mode=rwc");
    options(&url)
}

fn options(url: &str) -> Result<AnyConnectOptions, LedgerError> {
    let options: AnyConnectOptions = url.parse().map_err(LedgerError::Store)?;
    // Statements run to hundreds of rows; whoever calls logs what was done.
    Ok(options.disable_statement_logging())
}
