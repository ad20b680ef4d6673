//! Values as columns, and many rows in one statement.

use crate::error::LedgerError;
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use sqlx::AnyConnection;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe};
use std::fmt::Write;

/// How many rows a statement has at most. Few: `SQLite` finds an argument such as `$1` by walking past all of
/// them, so that the cost of a statement grows with the square of their number (with 256 rows, five times as
/// much a row as with 16).
const CHUNK: usize = 16;

/// The longest text of somebody else's that is kept, in characters.
const LONGEST: usize = 1_000;

/// A statement with some of its arguments.
pub(crate) type Bound = Query<'static, Any, AnyArguments>;

/// Runs `before`, the rows as `($1, $2), ($3, $4), …`, and `after`, as often as `rows` need it; returns what all
/// of them returned.
pub(crate) async fn in_chunks<T>(
    connection: &mut AnyConnection,
    [before, after]: [&str; 2],
    columns: usize,
    rows: &[T],
    bind: impl Fn(Bound, &T) -> Result<Bound, LedgerError>,
) -> Result<Vec<AnyRow>, LedgerError> {
    let mut returned = vec![];
    for chunk in rows.chunks(CHUNK) {
        let sql = format!("{before} {} {after}", placeholders(chunk.len(), columns));
        let mut statement = sqlx::query(AssertSqlSafe(sql));
        for row in chunk {
            statement = bind(statement, row)?;
        }
        // Full chunks are the same text each time: worth a place among the prepared ones.
        returned.extend(
            statement
                .persistent(chunk.len() == CHUNK)
                .fetch_all(&mut *connection)
                .await?,
        );
    }
    Ok(returned)
}

/// How many numbers a statement of [`of_numbers`] has at most.
const NUMBERS: usize = 500;

/// Runs `WITH asked (id) AS (VALUES (1), (2), …)` with `query`, as often as `ids` need it. The numbers stand in the text: read once
/// they cost less than arguments do.
pub(crate) async fn of_numbers(
    connection: &mut AnyConnection,
    query: &str,
    ids: &[i64],
) -> Result<Vec<AnyRow>, LedgerError> {
    let mut returned = vec![];
    for chunk in ids.chunks(NUMBERS) {
        let rows: Vec<[i64; 1]> = chunk.iter().map(|id| [*id]).collect();
        returned.extend(among(connection, "asked (id)", query, &rows).await?);
    }
    Ok(returned)
}

/// Runs `WITH asked (…) AS (VALUES (1, 2), (3, 4), …)` with `query`, once.
pub(crate) async fn among<const N: usize>(
    connection: &mut AnyConnection,
    asked: &str,
    query: &str,
    rows: &[[i64; N]],
) -> Result<Vec<AnyRow>, LedgerError> {
    let rows: Vec<String> = rows.iter().map(|row| numbers(row)).collect();
    let sql = format!("WITH {asked} AS (VALUES ({})) {query}", rows.join("), ("));
    let statement = sqlx::query(AssertSqlSafe(sql)).persistent(false);
    Ok(statement.fetch_all(connection).await?)
}

/// Numbers as they stand in a list.
pub(crate) fn numbers(numbers: &[i64]) -> String {
    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    numbers.join(", ")
}

fn placeholders(rows: usize, columns: usize) -> String {
    let mut text = String::with_capacity(rows * columns * 6);
    for argument in 0..rows * columns {
        let opens = match argument {
            0 => "(",
            inner if inner % columns == 0 => "), (",
            _ => ", ",
        };
        write!(text, "{opens}${}", argument + 1).expect("writing to a String cannot fail");
    }
    text.push(')');
    text
}

/// A time as it is kept: milliseconds since the epoch, finer parts cut off.
pub(crate) fn milliseconds(time: Timestamp) -> i64 {
    time.as_millisecond()
}

/// A kept time.
pub(crate) fn timestamp(milliseconds: i64) -> Result<Timestamp, LedgerError> {
    Timestamp::from_millisecond(milliseconds).map_err(|why| LedgerError::corrupt("a time", why))
}

/// A time as it will be read again.
pub(crate) fn kept_time(time: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(time.as_millisecond())
        .expect("invariant: a timestamp cut to milliseconds is within the range of timestamps")
}

/// A position or count as it is kept.
pub(crate) fn signed(value: u64) -> Result<i64, LedgerError> {
    i64::try_from(value).map_err(|_| LedgerError::TooLarge { value })
}

/// A kept position or count, which is never below zero.
pub(crate) fn unsigned(value: i64) -> u64 {
    value.cast_unsigned()
}

/// A digest as it is kept.
pub(crate) fn hex(digest: &[u8; 32]) -> String {
    HEXLOWER.encode(digest)
}

/// A text without NUL, which `PostgreSQL` refuses.
pub(crate) fn plain(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// A text of somebody else's: also cut at [`LONGEST`].
pub(crate) fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => plain(text),
        Some((end, _)) => plain(&text[..end]) + "…",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_numbered_through() {
        assert_eq!(placeholders(1, 1), "($1)");
        assert_eq!(placeholders(2, 3), "($1, $2, $3), ($4, $5, $6)");
    }

    #[test]
    fn hostile_text_is_cut_and_has_no_nul() {
        assert_eq!(short("a\0b"), "a\u{fffd}b");
        let long = "é".repeat(LONGEST);
        assert_eq!(short(&long), long);
        assert_eq!(short(&(long.clone() + "é")), long + "…");
    }
}
