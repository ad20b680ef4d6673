//! Columns for people, written row by row, so that a table of any length needs no memory.

use crate::output::{Ink, Paint};
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// One column of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    heading: &'static str,
    width: usize,
}

impl Column {
    /// `width` is what its cells are filled up to; longer ones push the rest of their row to the right.
    pub(crate) const fn new(heading: &'static str, width: usize) -> Self {
        Self { heading, width }
    }
}

/// Text in one or more inks; it holds nothing that a terminal would obey.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Cell(Vec<(Ink, String)>);

impl Cell {
    /// Text in one ink.
    pub(crate) fn new(ink: Ink, text: impl Into<String>) -> Self {
        Self(vec![(ink, text.into())])
    }

    /// Text as it is.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::new(Ink::Plain, text)
    }

    /// The same with more text after it.
    #[must_use]
    pub(crate) fn then(mut self, ink: Ink, text: impl Into<String>) -> Self {
        self.0.push((ink, text.into()));
        self
    }

    /// The same with another cell after it.
    #[must_use]
    pub(crate) fn with(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// How many columns of a terminal it takes.
    pub(crate) fn width(&self) -> usize {
        self.0.iter().map(|(_, text)| width(text)).sum()
    }

    /// The text, painted.
    pub(crate) fn painted(&self, paint: Paint) -> String {
        self.0
            .iter()
            .map(|(ink, text)| paint.text(*ink, text))
            .collect()
    }
}

/// How many columns of a terminal a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// A table that is being written.
pub(crate) struct Table {
    columns: &'static [Column],
    paint: Paint,
}

impl Table {
    pub(crate) fn new(columns: &'static [Column], paint: Paint) -> Self {
        Self { columns, paint }
    }

    /// Writes the headings.
    pub(crate) fn heading(&self, out: &mut impl Write) -> io::Result<()> {
        let cells: Vec<Cell> = self
            .columns
            .iter()
            .map(|column| Cell::new(Ink::Strong, column.heading))
            .collect();
        self.row(out, &cells)
    }

    /// Writes one row, without blanks at its end.
    pub(crate) fn row(&self, out: &mut impl Write, cells: &[Cell]) -> io::Result<()> {
        let mut due = 0;
        for (column, cell) in self.columns.iter().zip(cells) {
            if cell.width() > 0 {
                write!(out, "{:due$}{}", "", cell.painted(self.paint))?;
                due = 0;
            }
            due += column.width.saturating_sub(cell.width()) + 2;
        }
        out.write_all(b"\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other_whatever_their_letters() {
        const COLUMNS: &[Column] = &[
            Column::new("NAME", 6),
            Column::new("", 3),
            Column::new("HOW", 3),
        ];
        let table = Table::new(COLUMNS, Paint::OFF);
        let mut out = vec![];
        let row = |cells: [&str; 3]| cells.map(Cell::plain);
        table.heading(&mut out).expect("memory takes everything");
        for cells in [
            row(["東京", "x", "é"]),
            row(["a", "", ""]),
            row(["toolong", "", "z"]),
        ] {
            table
                .row(&mut out, &cells)
                .expect("memory takes everything");
        }
        let expected = "NAME         HOW\n東京    x    é\na\ntoolong       z\n";
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }
}
