//! How results are written: for people, for programs, for spreadsheets.

mod candidate;
mod csv;
mod file;
mod paint;
mod table;

pub(crate) use candidate::{CandidateRow, ink};
pub(crate) use file::write_file;
pub(crate) use paint::{Color, Ink, Paint};
pub(crate) use table::{Cell, Column, width};

use clap::ValueEnum;
use serde::Serialize;
use std::io::{self, Write};
pub(crate) use table::Table;

/// How a list is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub(crate) enum Format {
    /// Columns for people; names are defanged (`example[.]org`).
    #[default]
    Table,
    /// One JSON array.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// CSV (RFC 4180) with a heading; a cell that a spreadsheet would run as a formula gets a `'` in front.
    Csv,
}

/// What can be listed in every format.
pub(crate) trait Row: Serialize {
    /// The columns of the table.
    const COLUMNS: &'static [Column];
    /// The heading of the CSV.
    const FIELDS: &'static [&'static str];
    /// One cell for each of [`Self::COLUMNS`], fit to be shown to people.
    fn cells(&self) -> Vec<Cell>;
    /// One value for each of [`Self::FIELDS`], as it is.
    fn fields(&self) -> Vec<String>;
}

/// Writes rows of one kind, one after the other, in one format.
pub(crate) struct Rows<W> {
    out: W,
    format: Format,
    table: Table,
    fields: &'static [&'static str],
    count: u64,
}

impl<W: Write> Rows<W> {
    /// A list of rows of the kind `R`; nothing is written yet.
    pub(crate) fn of<R: Row>(out: W, format: Format, paint: Paint) -> Self {
        Self {
            out,
            format,
            table: Table::new(R::COLUMNS, paint),
            fields: R::FIELDS,
            count: 0,
        }
    }

    /// Writes one row; may leave it in the buffer.
    pub(crate) fn row<R: Row>(&mut self, row: &R) -> io::Result<()> {
        if self.count == 0 {
            self.begin()?;
        }
        self.count += 1;
        match self.format {
            Format::Table => self.table.row(&mut self.out, &row.cells()),
            Format::Json | Format::Jsonl => {
                if self.format == Format::Json && self.count > 1 {
                    self.out.write_all(b",\n")?;
                }
                serde_json::to_writer(&mut self.out, row)?;
                if self.format == Format::Jsonl {
                    self.out.write_all(b"\n")
                } else {
                    Ok(())
                }
            }
            Format::Csv => csv::write(&mut self.out, row.fields()),
        }
    }

    /// Hands on what was written so far.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Writes what ends the list, and hands all of it on.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        if self.count == 0 && self.format != Format::Table {
            self.begin()?;
        }
        if self.format == Format::Json {
            self.out
                .write_all(if self.count == 0 { b"]\n" } else { b"\n]\n" })?;
        }
        self.out.flush()
    }

    fn begin(&mut self) -> io::Result<()> {
        match self.format {
            Format::Table => self.table.heading(&mut self.out),
            Format::Json => self.out.write_all(b"["),
            Format::Jsonl => Ok(()),
            Format::Csv => csv::write(&mut self.out, self.fields),
        }
    }
}

/// Writes a finished list to standard output.
pub(crate) fn list<R: Row>(
    rows: impl IntoIterator<Item = R>,
    format: Format,
    color: Color,
) -> io::Result<()> {
    let out = io::stdout().lock();
    let paint = color.paint(&out);
    let mut list = Rows::of::<R>(io::BufWriter::new(out), format, paint);
    rows.into_iter().try_for_each(|row| list.row(&row))?;
    list.finish()
}

/// Any text on one line, safe to print.
pub(crate) fn escaped_line(text: &str) -> String {
    names::escaped(text).to_string()
}

/// A count as people read it: `1,003,888`.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How many of a million there would be if there are `count` of `all`; 0 of none.
pub(crate) fn per_million(count: u64, all: u64) -> u64 {
    let rounded =
        (u128::from(count) * 1_000_000 + u128::from(all) / 2).checked_div(u128::from(all));
    rounded.unwrap_or(0).try_into().unwrap_or(u64::MAX)
}

/// `1 name`, `2 names`: for nouns that only take an s.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    format!(
        "{} {noun}{}",
        grouped(count),
        if count == 1 { "" } else { "s" }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Pair {
        a: &'static str,
        b: u32,
    }

    impl Row for Pair {
        const COLUMNS: &'static [Column] = &[Column::new("A", 4), Column::new("B", 2)];
        const FIELDS: &'static [&'static str] = &["a", "b"];
        fn cells(&self) -> Vec<Cell> {
            vec![Cell::plain(self.a), Cell::plain(self.b.to_string())]
        }
        fn fields(&self) -> Vec<String> {
            vec![self.a.to_owned(), self.b.to_string()]
        }
    }

    #[track_caller]
    fn check(format: Format, none: &str, two: &str) {
        for (rows, expected) in [(0, none), (2, two)] {
            let mut out = vec![];
            let mut list = Rows::of::<Pair>(&mut out, format, Paint::OFF);
            for b in 0..rows {
                list.row(&Pair { a: "x", b })
                    .expect("memory takes everything");
            }
            list.finish().expect("memory takes everything");
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }

    #[test]
    fn every_format_is_whole_with_rows_and_without() {
        check(Format::Table, "", "A     B\nx     0\nx     1\n");
        check(
            Format::Json,
            "[]\n",
            "[{\"a\":\"x\",\"b\":0},\n{\"a\":\"x\",\"b\":1}\n]\n",
        );
        check(
            Format::Jsonl,
            "",
            "{\"a\":\"x\",\"b\":0}\n{\"a\":\"x\",\"b\":1}\n",
        );
        check(Format::Csv, "a,b\n", "a,b\nx,0\nx,1\n");
    }

    #[test]
    fn counts_are_grouped() {
        let shown: Vec<_> = [0, 999, 1000, 1_003_888].map(grouped).into();
        assert_eq!(shown, ["0", "999", "1,000", "1,003,888"]);
        assert_eq!(
            [per_million(1, 3), per_million(2, 3), per_million(1, 0)],
            [333_333, 666_667, 0]
        );
        assert_eq!(
            (counted(1, "row"), counted(2, "row")),
            ("1 row".into(), "2 rows".into())
        );
    }
}
