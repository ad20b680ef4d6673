//! Tables: CSV, TSV and semicolon-divided, of which one column holds the names.

use std::ops::Range;

use crate::batch::{Line, Sink};
use crate::reject::RejectReason;
use crate::token::{looks_like_name, name_in};

/// Rows looked at to find the column of names.
const ROWS: usize = 50;
/// Columns looked at; no published list of names has as many.
const COLUMNS: usize = 64;
/// What a heading calls the column, the likelier first.
const HEADINGS: [&str; 13] = [
    "domain",
    "domain_name",
    "domainname",
    "domain name",
    "domains",
    "fqdn",
    "hostname",
    "host",
    "name",
    "site",
    "website",
    "url",
    "rootdomain",
];

/// A table's layout, and whether its heading has been passed.
pub(crate) struct Table {
    divider: u8,
    /// From 0.
    column: usize,
    /// The first row is a heading still to come.
    heading: bool,
}

impl Table {
    /// Finds divider and column: by a heading, or as the column in which most rows look like a name, which the first
    /// row may lack as a heading does. `None` when no column does, or the first row has fewer fields than `least`.
    ///
    /// A sample without any row is taken for a table of one column.
    pub(crate) fn recognise(sample: &[u8], least: usize) -> Option<Table> {
        let mut rows = rows(sample);
        let Some(first) = rows.next() else {
            return Some(Table {
                divider: b',',
                column: 0,
                heading: false,
            });
        };
        let fits = |&divider: &u8| non_empty_fields(first, divider) >= least;
        b"\t,;".iter().copied().filter(fits).find_map(|divider| {
            let headed = named_column(first, divider).map(|column| Table {
                divider,
                column,
                heading: true,
            });
            headed.or_else(|| {
                let column = likeliest_column(sample, divider)?;
                let named = Fields::new(first, divider)
                    .nth(column)
                    .is_some_and(|field| field.is_name(first));
                Some(Table {
                    divider,
                    column,
                    heading: !named,
                })
            })
        })
    }

    /// Reads one row.
    pub(crate) fn read(&mut self, line: Line<'_>, sink: &mut Sink<'_>) {
        if is_comment(line.bytes) || std::mem::take(&mut self.heading) {
            sink.structure(1);
        } else {
            match Fields::new(line.bytes, self.divider).nth(self.column) {
                None => sink.reject(line, RejectReason::MissingColumn),
                Some(Field::Unbalanced) => sink.reject(line, RejectReason::UnbalancedQuote),
                Some(Field::Whole(at)) => {
                    let name = name_in(&line.bytes[at.clone()]);
                    if name.is_empty() {
                        sink.reject(line, RejectReason::NoName);
                    } else {
                        sink.one_name(line, at.start + name.start..at.start + name.end);
                    }
                }
            }
        }
    }
}

/// The column that the first row calls by the likeliest of [`HEADINGS`].
fn named_column(row: &[u8], divider: u8) -> Option<usize> {
    let ranked = Fields::new(row, divider)
        .take(COLUMNS)
        .enumerate()
        .filter_map(|(column, field)| {
            let text = field.text(row);
            let rank = HEADINGS
                .iter()
                .position(|heading| text.eq_ignore_ascii_case(heading.as_bytes()))?;
            Some((rank, column))
        });
    ranked.min().map(|(_, column)| column)
}

/// The leftmost of the columns that look like a name most often, and in at least half of the rows.
fn likeliest_column(sample: &[u8], divider: u8) -> Option<usize> {
    let mut names = [0; COLUMNS];
    let mut seen = 0;
    for row in rows(sample).take(ROWS) {
        for (count, field) in names.iter_mut().zip(Fields::new(row, divider)) {
            *count += usize::from(field.is_name(row));
        }
        seen += 1;
    }
    let most = names
        .into_iter()
        .max()
        .filter(|&most| most > 0 && 2 * most >= seen)?;
    names.iter().position(|&count| count == most)
}

fn non_empty_fields(row: &[u8], divider: u8) -> usize {
    Fields::new(row, divider)
        .take(COLUMNS)
        .filter(|field| !field.text(row).is_empty())
        .count()
}

/// The rows of a sample; the last may be cut.
fn rows(sample: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = sample
        .split(|&byte| byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.filter(|line| !is_comment(line))
}

fn is_comment(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    line.is_empty() || line.starts_with(b"#") || line.starts_with(b"//")
}

/// The fields of one row (RFC 4180 §2, but a field ends on its line, and blanks around it do not count).
struct Fields<'a> {
    row: &'a [u8],
    divider: u8,
    /// Where the next field starts, while there is one.
    at: Option<usize>,
}

#[derive(PartialEq, Eq, Debug)]
enum Field {
    /// Without the quotation marks around it; doubled ones inside stay, for no name has any.
    Whole(Range<usize>),
    /// Quoted, but not to the divider or the end of the row. What follows cannot be told apart.
    Unbalanced,
}

impl Field {
    fn text<'a>(&self, row: &'a [u8]) -> &'a [u8] {
        match self {
            Field::Whole(at) => &row[at.clone()],
            Field::Unbalanced => b"",
        }
    }

    fn is_name(&self, row: &[u8]) -> bool {
        looks_like_name(self.text(row))
    }
}

impl<'a> Fields<'a> {
    fn new(row: &'a [u8], divider: u8) -> Self {
        Fields {
            row,
            divider,
            at: Some(0),
        }
    }

    fn is_blank(&self, byte: u8) -> bool {
        byte != self.divider && (byte == b' ' || byte == b'\t')
    }

    /// Finds the end of a field whose opening mark is before `from`.
    fn quoted(&mut self, from: usize) -> Field {
        let mut at = from;
        while let Some(mark) = memchr::memchr(b'"', &self.row[at..]) {
            let mark = at + mark;
            let after = &self.row[mark + 1..];
            if after.starts_with(b"\"") {
                at = mark + 2;
                continue;
            }
            let rest = after
                .iter()
                .position(|&byte| !self.is_blank(byte))
                .unwrap_or(after.len());
            return match after.get(rest) {
                None => Field::Whole(from..mark),
                Some(&byte) if byte == self.divider => {
                    self.at = Some(mark + 1 + rest + 1);
                    Field::Whole(from..mark)
                }
                Some(_) => Field::Unbalanced,
            };
        }
        Field::Unbalanced
    }
}

impl Iterator for Fields<'_> {
    type Item = Field;

    fn next(&mut self) -> Option<Field> {
        let start = self.at.take()?;
        let blanks = self.row[start..]
            .iter()
            .take_while(|&&byte| self.is_blank(byte))
            .count();
        let from = start + blanks;
        if self.row.get(from) == Some(&b'"') {
            return Some(self.quoted(from + 1));
        }
        let end = match memchr::memchr(self.divider, &self.row[from..]) {
            Some(length) => {
                self.at = Some(from + length + 1);
                from + length
            }
            None => self.row.len(),
        };
        let kept = self.row[from..end]
            .iter()
            .rposition(|&byte| !self.is_blank(byte));
        Some(Field::Whole(
            from..kept.map_or(from, |last| from + last + 1),
        ))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Format;
    use crate::input::tests::told;

    #[track_caller]
    fn check(text: &str, want: &str) {
        assert_eq!(told(text.as_bytes(), Format::Csv), want, "{text:?}");
    }

    #[test]
    fn rank_and_name() {
        check(
            "1,example.com\n2,example.net\r\n",
            "example.com example.net",
        );
    }

    #[test]
    fn heading_by_name() {
        check(
            "domain\tfirst_listed\tlist\nexample.com\t2024-02-08\t1m\n",
            "example.com structure:1",
        );
        check(
            "GlobalRank,TldRank,Domain,TLD\n1,1,example.com,com\n",
            "example.com structure:1",
        );
        check("Rank;\"Host\"\n1;intranet\n", "intranet structure:1");
    }

    #[test]
    fn heading_by_its_look() {
        check(
            "position,address\n1,example.com\n",
            "example.com structure:1",
        );
    }

    #[test]
    fn column_by_its_values() {
        check(
            "2024-02-08,12.5,example.com,a.example.net\n2024-02-09,1,example.org,x\n",
            "example.com example.org",
        );
    }

    #[test]
    fn one_column() {
        check("example.com\nexample.net\n", "example.com example.net");
        check("domain\nexample.com\n", "example.com structure:1");
    }

    #[test]
    fn quoted() {
        check("\"1\", \"example.com\" ,\"a, \"\"b\"\"\"\n", "example.com");
        check(
            "domain,x\n\"example.com,1\n\"a\"b,2\nexample.net,3\n",
            "example.net 2:unbalanced-quote 3:unbalanced-quote structure:1",
        );
    }

    #[test]
    fn urls_in_a_column() {
        check(
            "id,url\n7,https://example.com:8443/a;b\n",
            "example.com structure:1",
        );
    }

    #[test]
    fn short_and_empty_rows() {
        check(
            "rank,domain\n1,example.com\n2\n3,\n\n# x\n4,n/a\n",
            "example.com n/a 3:missing-column 4:no-name structure:3",
        );
    }

    #[test]
    fn no_column_of_names() {
        assert!(Table::recognise(b"1,2\n3,4\n", 1).is_none());
        assert!(Table::recognise(b"", 1).is_some());
    }

    proptest! {
        /// Whatever a CSV writer writes on one line, its fields come back.
        #[test]
        fn fields_come_back(fields in prop::collection::vec("[a-z.,;\" ]{0,9}", 1..6)) {
            let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
            writer.write_record(&fields).expect("a Vec takes everything");
            let row = writer.into_inner().expect("a Vec takes everything");
            let row = row.trim_ascii_end();
            let read: Vec<String> = Fields::new(row, b',')
                .map(|field| String::from_utf8_lossy(field.text(row)).replace("\"\"", "\""))
                .collect();
            prop_assert_eq!(read, fields);
        }
    }
}
