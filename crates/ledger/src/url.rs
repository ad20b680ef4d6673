//! Where a ledger is kept.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use url::Url;

/// Where a ledger is kept: a file of `SQLite`, or a database of `PostgreSQL`.
///
/// Read from text: `postgres://…` and `postgresql://…` name a database, `sqlite:PATH` and everything else without
/// a scheme is a file. Neither `Display` nor `Debug` shows a password.
#[derive(Clone, PartialEq, Eq)]
pub struct LedgerUrl(pub(crate) Place);

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Place {
    Sqlite(PathBuf),
    Postgres(Url),
}

/// Why a text cannot say where a ledger is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum UrlFault {
    /// Nothing.
    #[error("a ledger wants a path or a URL")]
    Empty,
    /// A scheme that is neither `SQLite`'s nor `PostgreSQL`'s.
    #[error("a ledger is a path, `sqlite:PATH` or `postgres://USER@HOST/DATABASE`")]
    Scheme,
    /// Memory is not durable.
    #[error("a ledger cannot be in memory; give a path")]
    Memory,
    /// It begins like a URL of `PostgreSQL` and goes on in a way that is none.
    #[error("this is no URL of PostgreSQL; it goes `postgres://USER@HOST/DATABASE`")]
    Postgres,
}

impl LedgerUrl {
    /// A file of `SQLite`.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Place::Sqlite(path.into()))
    }

    /// The file, where it is one.
    pub fn path(&self) -> Option<&Path> {
        match &self.0 {
            Place::Sqlite(path) => Some(path),
            Place::Postgres(_) => None,
        }
    }
}

impl FromStr for LedgerUrl {
    type Err = UrlFault;

    fn from_str(text: &str) -> Result<Self, UrlFault> {
        if text.starts_with("postgres:") || text.starts_with("postgresql:") {
            let url: Url = text.parse().map_err(|_| UrlFault::Postgres)?;
            // Without a host it is the socket of this machine.
            let named = !url.cannot_be_a_base() && url.path().len() > 1;
            return if named {
                Ok(Self(Place::Postgres(url)))
            } else {
                Err(UrlFault::Postgres)
            };
        }
        let path = match text.strip_prefix("sqlite:") {
            Some(path) => path.strip_prefix("//").unwrap_or(path),
            None if text.contains("://") => return Err(UrlFault::Scheme),
            None => text,
        };
        match path {
            "" => Err(UrlFault::Empty),
            ":memory:" => Err(UrlFault::Memory),
            path => Ok(Self::file(path)),
        }
    }
}

impl fmt::Display for LedgerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Sqlite(path) => write!(f, "{}", path.display()),
            // Only parts that hold no secret: a password may also stand in the query.
            Place::Postgres(url) => {
                f.write_str("postgres://")?;
                if !url.username().is_empty() {
                    write!(f, "{}@", url.username())?;
                }
                f.write_str(url.host_str().unwrap_or_default())?;
                if let Some(port) = url.port() {
                    write!(f, ":{port}")?;
                }
                f.write_str(url.path())
            }
        }
    }
}

impl fmt::Debug for LedgerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LedgerUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, UrlFault>) {
        let shown = text.parse::<LedgerUrl>().map(|url| url.to_string());
        assert_eq!(
            shown.as_deref(),
            expected.as_ref().map(|text| *text),
            "{text}"
        );
    }

    #[test]
    fn a_path_or_a_url() {
        check("ledger.sqlite", Ok("ledger.sqlite"));
        check("sqlite:state/ledger", Ok("state/ledger"));
        check("sqlite:///var/lib/ledger?x", Ok("/var/lib/ledger?x"));
        check(
            "postgres://db.example/ledger",
            Ok("postgres://db.example/ledger"),
        );
        check("", Err(UrlFault::Empty));
        check("sqlite:", Err(UrlFault::Empty));
        check("sqlite::memory:", Err(UrlFault::Memory));
        check("mysql://db.example/ledger", Err(UrlFault::Scheme));
        check("postgres:ledger", Err(UrlFault::Postgres));
        check("postgres://db.example", Err(UrlFault::Postgres));
        check(
            "postgres:///ledger?host=/run/postgresql",
            Ok("postgres:///ledger"),
        );
    }

    #[test]
    fn no_password_is_shown() {
        let text = "postgresql://ann:secret@db.example:5433/ledger?password=secret&sslmode=require";
        check(text, Ok("postgres://ann@db.example:5433/ledger"));
        let url: LedgerUrl = text.parse().expect("a URL");
        assert!(!format!("{url:?}").contains("secret"));
    }
}
