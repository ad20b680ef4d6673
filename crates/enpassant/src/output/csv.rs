//! CSV (RFC 4180) that a spreadsheet does not run.

use std::io::{self, Write};

/// Writes one record, ended by a line feed.
///
/// A cell that starts with one of `= + - @`, a tab or a carriage return is a formula to spreadsheets; it gets a
/// `'` in front, by which they take it for text.
pub(crate) fn write(
    out: &mut impl Write,
    cells: impl IntoIterator<Item = impl AsRef<str>>,
) -> io::Result<()> {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            out.write_all(b",")?;
        }
        cell_to(out, cell.as_ref())?;
    }
    out.write_all(b"\n")
}

fn cell_to(out: &mut impl Write, cell: &str) -> io::Result<()> {
    // A spreadsheet takes these for formulas. A hyphen it may, too, but names begin with hyphens, and `-` is
    // standard input: they stay as they are.
    let mark = if cell.starts_with(['=', '+', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    if cell.contains([',', '"', '\n', '\r']) {
        write!(out, "\"{mark}{}\"", cell.replace('"', "\"\""))
    } else {
        write!(out, "{mark}{cell}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cells: &[&str], expected: &str) {
        let mut out = vec![];
        write(&mut out, cells).expect("memory takes everything");
        assert_eq!(String::from_utf8_lossy(&out), format!("{expected}\n"));
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        check(&["a.example", "0.5", ""], "a.example,0.5,");
        check(
            &["a,b", "say \"x\"", "two\nlines"],
            "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\"",
        );
    }

    #[test]
    fn formulas_are_disarmed() {
        check(
            &["-a.example", "=1+1", "@x", "+1", "\tx"],
            "-a.example,'=1+1,'@x,'+1,'\tx",
        );
        check(&["=\"a\",b"], "\"'=\"\"a\"\",b\"");
    }
}
