//! The formats, and how they are told apart.

use std::fmt::{self, Display};
use std::str::FromStr;

use crate::batch::Sink;
use crate::certstream;
use crate::error::FeedError;
use crate::lines::{SAMPLE, for_each};
use crate::list;
use crate::reject::RejectReason;
use crate::table::Table;
use crate::token;
use crate::zone::{self, Zone};

/// What an input's text is. `FromStr` and `Display` use the ids `auto`, `list`, `zone`, `csv` and `certstream`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Format {
    /// Told from the first 64 KiB of text, by the first rule that fits. Looked at is the first line that is neither
    /// blank nor a comment (`#`, `;`, `//`, `!`):
    ///
    /// 1. It starts with `{`: certstream.
    /// 2. It starts with an IP address and a blank, as in a hosts file: list.
    /// 3. It is a zone directive, or a record with a class (`IN`) or of type NS or SOA: zone.
    /// 4. A tab, comma or semicolon divides it, and by its heading or by the values of most rows some column holds
    ///    names: csv.
    /// 5. Otherwise: list.
    #[default]
    Auto,
    /// One name a line. Comments start with `#`, `;`, `//` or `!`. Also read are lines of a hosts file (`0.0.0.0 name
    /// name`), URLs, e-mail addresses, and filter rules of the form `||name^`.
    List,
    /// A zone in master file format (RFC 1035 §5), as CZDS serves it and BIND writes it. Only the owners of
    /// delegations are names to observe: NS records below the zone's own name, once for each run of them.
    Zone,
    /// A table divided by tab, comma or semicolon, in which one column holds names. Quoted fields end on their line.
    Csv,
    /// JSON Lines as certstream servers send them: each certificate's names once, or lists of names.
    Certstream,
}

impl Format {
    const IDS: [(Format, &'static str); 5] = [
        (Format::Auto, "auto"),
        (Format::List, "list"),
        (Format::Zone, "zone"),
        (Format::Csv, "csv"),
        (Format::Certstream, "certstream"),
    ];
}

impl Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (_, id) = Self::IDS
            .iter()
            .find(|(format, _)| format == self)
            .expect("every format has an id");
        f.pad(id)
    }
}

impl FromStr for Format {
    type Err = FeedError;

    fn from_str(given: &str) -> Result<Self, FeedError> {
        let found = Self::IDS.iter().find(|(_, id)| *id == given);
        found
            .map(|&(format, _)| format)
            .ok_or_else(|| FeedError::UnknownFormat {
                given: given.to_owned(),
            })
    }
}

/// The reader of one stretch of text, with what it remembers from line to line.
pub(crate) enum Reader {
    List,
    Zone(Box<Zone>),
    Csv(Table),
    Certstream,
}

impl Reader {
    /// The reader for the format asked for, or for what `sample` looks like; `None` when CSV was asked for and no
    /// column holds names.
    pub(crate) fn choose(asked: Format, sample: &[u8]) -> Option<(Format, Reader)> {
        Some(match asked {
            Format::Auto => recognise(sample),
            Format::List => (asked, Reader::List),
            Format::Zone => (asked, Reader::Zone(Box::default())),
            Format::Csv => (asked, Reader::Csv(Table::recognise(sample, 1)?)),
            Format::Certstream => (asked, Reader::Certstream),
        })
    }

    /// How long a line may be, in bytes.
    pub(crate) fn line_limit(&self) -> usize {
        match self {
            Reader::Certstream => 1024 * 1024,
            Reader::List | Reader::Zone(_) | Reader::Csv(_) => SAMPLE,
        }
    }

    /// Reads whole lines, the first of which has the number `first`; gives the number after the last.
    pub(crate) fn read(&mut self, text: &[u8], first: u64, sink: &mut Sink<'_>) -> u64 {
        let limit = self.line_limit();
        macro_rules! lines {
            ($line:ident => $read:expr) => {
                for_each(text, first, |$line| {
                    if $line.bytes.len() > limit {
                        sink.reject($line, RejectReason::LineTooLong);
                    } else {
                        $read;
                    }
                })
            };
        }
        match self {
            Reader::List => lines!(line => list::read(line, sink)),
            Reader::Zone(zone) => lines!(line => zone.read(line, sink)),
            Reader::Csv(table) => lines!(line => table.read(line, sink)),
            Reader::Certstream => lines!(line => certstream::read(line, sink)),
        }
    }

    /// Tells what was still open at the end; `false` when nothing was.
    pub(crate) fn finish(&mut self, sink: &mut Sink<'_>) -> bool {
        match self {
            Reader::Zone(zone) => zone.finish(sink),
            Reader::List | Reader::Csv(_) | Reader::Certstream => false,
        }
    }
}

/// Whether a whole line is there to tell the format by.
pub(crate) fn begins(sample: &[u8]) -> bool {
    let end = memchr::memrchr(b'\n', sample).map_or(0, |newline| newline + 1);
    first_line(&sample[..end]).is_some()
}

fn recognise(sample: &[u8]) -> (Format, Reader) {
    let Some(line) = first_line(sample) else {
        return (Format::Auto, Reader::List);
    };
    if line.starts_with(b"{") {
        return (Format::Certstream, Reader::Certstream);
    }
    if !token::is_hosts_line(line) {
        if zone::reads_like_zone(line) {
            return (Format::Zone, Reader::Zone(Box::default()));
        }
        if let Some(table) = Table::recognise(sample, 2) {
            return (Format::Csv, Reader::Csv(table));
        }
    }
    (Format::List, Reader::List)
}

/// The first line that is neither blank nor a comment, trimmed at its end only: a zone's records may start blank.
fn first_line(sample: &[u8]) -> Option<&[u8]> {
    sample
        .split(|&byte| byte == b'\n')
        .map(<[u8]>::trim_ascii_end)
        .find(|line| !list::is_structure(line.trim_ascii_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sample: &str, want: Format) {
        let (format, _) =
            Reader::choose(Format::Auto, sample.as_bytes()).expect("auto takes everything");
        assert_eq!(format, want, "{sample:?}");
    }

    #[test]
    fn certstream() {
        check("{\"message_type\":\"heartbeat\"}\n", Format::Certstream);
    }

    #[test]
    fn lists() {
        check("example.com\nexample.net\n", Format::List);
        check("example.com,\nexample.net,\n", Format::List);
        check("# hosts\n0.0.0.0 example.com\n", Format::List);
        check(
            "0.0.0.0\texample.com\n127.0.0.1\texample.net\n",
            Format::List,
        );
        check("||example.com^\n", Format::List);
        check("https://example.com/a\n", Format::List);
        check(
            "[Adblock Plus 2.0]\n! Title: a\n||example.com^\n",
            Format::List,
        );
        check("example.com in the morning\n", Format::List);
    }

    #[test]
    fn zones() {
        check(
            "com.\t900\tin\tsoa\ta.gtld-servers.net. nstld.verisign-grs.com. 1 2 3 4 5\n",
            Format::Zone,
        );
        check(
            "example.com.\t172800\tin\tns\tns1.example.net.\n",
            Format::Zone,
        );
        check("; a zone\n$TTL 1d\n@ SOA a b (\n", Format::Zone);
        check("$ORIGIN COM.\nEXAMPLE NS NS1.EXAMPLE\n", Format::Zone);
        check("EXAMPLE NS NS1.EXAMPLE\n", Format::Zone);
        check("  IN NS ns1.example.net.\n", Format::Zone);
    }

    #[test]
    fn tables() {
        check("1,example.com\n2,example.net\n", Format::Csv);
        check(
            "domain\tfirst_listed\tlist\nexample.com\t2024-02-08\t1m\n",
            Format::Csv,
        );
        check(
            "GlobalRank,TldRank,Domain,TLD\n1,1,example.com,com\n",
            Format::Csv,
        );
        check("\"example.com\";\"x\"\n", Format::Csv);
        check("rank,domain\n", Format::Csv);
    }

    #[test]
    fn nothing_to_tell_by() {
        check("", Format::Auto);
        check("# only\n\n; comments\n", Format::Auto);
    }

    #[test]
    fn a_line_is_waited_for() {
        assert!(!begins(b"# comment\nexample"));
        assert!(begins(b"# comment\nexample.com\n"));
    }

    #[test]
    fn ids() {
        for (format, id) in Format::IDS {
            assert_eq!(id.parse::<Format>().expect("an id"), format);
            assert_eq!(format.to_string(), id);
        }
        assert!("List".parse::<Format>().is_err());
    }
}
