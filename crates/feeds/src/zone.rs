//! Zone files in master file format (RFC 1035 §5.1), read for their delegations.

mod owner;
mod record;

use std::ops::Range;

use crate::batch::{Line, Sink};
use crate::reject::{RejectReason, excerpt};
use owner::Origin;
use record::{Kind, Record};

pub(crate) use record::reads_like_zone;

/// What a record over several lines may hold, in bytes; the wire format allows no more (RFC 1035 §3.2.1).
const MAX_RECORD: usize = 64 * 1024;

/// A zone, read line by line.
///
/// Observed are the owners of NS records below the zone's own name, once for each run of them. The zone's own name is
/// the owner of its SOA record; before one is seen, only the current origin is taken for it. All other records are
/// structure; so are the further lines of a record in parentheses, whose first line tells what it is.
///
/// Every line is taken by itself where possible: a record that is never closed gives way to the next line that is
/// clearly a record of its own, so that it does not swallow the zone.
#[derive(Default)]
pub(crate) struct Zone {
    origin: Origin,
    /// The zone's own name, absolute, without its last dot.
    apex: Option<Vec<u8>>,
    /// The owner last stated, which a record that starts with a blank repeats.
    owner: Option<Vec<u8>>,
    /// The owner of the delegation last told.
    delegated: Vec<u8>,
    open: Option<Open>,
}

/// A record whose parentheses are not closed yet.
struct Open {
    record: Record,
    first_line: u64,
    lines: u64,
    bytes: usize,
    excerpt: Box<str>,
}

/// What a complete record is to us.
enum Meaning {
    Structure,
    Delegation,
}

impl Zone {
    pub(crate) fn read(&mut self, line: Line<'_>, sink: &mut Sink<'_>) {
        if let Some(open) = self.open.take() {
            if record::interrupts(line.bytes) {
                open.reject(RejectReason::UnbalancedParenthesis, sink);
            } else {
                self.go_on(open, line, sink);
                return;
            }
        }
        match line.bytes.first() {
            None | Some(b';') => sink.structure(1),
            Some(b'$') => match self.directive(line.bytes) {
                Ok(()) => sink.structure(1),
                Err(reason) => sink.reject(line, reason),
            },
            Some(_) => self.begin(line, sink),
        }
    }

    /// Tells a record that is still open at the end; `false` when there is none.
    pub(crate) fn finish(&mut self, sink: &mut Sink<'_>) -> bool {
        let open = self.open.take();
        let found = open.is_some();
        if let Some(open) = open {
            open.reject(RejectReason::UnbalancedParenthesis, sink);
        }
        found
    }

    fn begin(&mut self, line: Line<'_>, sink: &mut Sink<'_>) {
        let mut record = Record::default();
        let begun = self.state_owner(line.bytes).and_then(|owner| {
            let after = owner.as_ref().map_or(0, |owner| owner.end);
            let tokens = record.scan(line.bytes, after)?;
            Ok((owner, tokens))
        });
        let owner = match begun {
            Err(reason) => return sink.reject(line, reason),
            Ok((None, 0)) if record.is_closed() => return sink.structure(1),
            Ok((owner, _)) => owner,
        };
        if !record.is_closed() {
            self.open = Some(Open {
                record,
                first_line: line.number,
                lines: 1,
                bytes: line.bytes.len(),
                excerpt: excerpt(line.bytes),
            });
            return;
        }
        match self.complete(&record) {
            Err(reason) => sink.reject(line, reason),
            Ok(Meaning::Structure) => sink.structure(1),
            Ok(Meaning::Delegation) => {
                match owner {
                    Some(at) if owner::is_absolute(&line.bytes[at.clone()]) => {
                        sink.name_in(line, at.start..at.end - 1);
                    }
                    _ => sink.name_spelled(line.number, &self.delegated),
                }
                sink.observed(1);
            }
        }
    }

    /// Adds a line to a record in parentheses.
    fn go_on(&mut self, mut open: Open, line: Line<'_>, sink: &mut Sink<'_>) {
        open.lines += 1;
        open.bytes += line.bytes.len();
        if let Err(reason) = open.record.scan(line.bytes, 0) {
            open.reject(reason, sink);
        } else if open.bytes > MAX_RECORD {
            open.reject(RejectReason::RecordTooLong, sink);
        } else if !open.record.is_closed() {
            self.open = Some(open);
        } else {
            match self.complete(&open.record) {
                Err(reason) => open.reject(reason, sink),
                Ok(Meaning::Structure) => sink.structure(open.lines),
                Ok(Meaning::Delegation) => {
                    sink.name_spelled(open.first_line, &self.delegated);
                    sink.observed(1);
                    sink.structure(open.lines - 1);
                }
            }
        }
    }

    /// Remembers the owner that a line states, if it does, and says where it stands.
    fn state_owner(&mut self, line: &[u8]) -> Result<Option<Range<usize>>, RejectReason> {
        // Should this fail, what repeats the owner must not be taken for one of the owner before.
        let before = self.owner.take();
        let Some(at) = record::stated_owner(line)? else {
            self.owner = before;
            return Ok(None);
        };
        let mut owner = before.unwrap_or_default();
        owner.clear();
        self.origin.complete(&line[at.clone()], &mut owner)?;
        self.owner = Some(owner);
        Ok(Some(at))
    }

    /// Judges a whole record, and remembers what it says of the zone.
    fn complete(&mut self, record: &Record) -> Result<Meaning, RejectReason> {
        let kind = record.kind()?;
        let owner = self.owner.as_ref().ok_or(RejectReason::NoOwner)?;
        match kind {
            Kind::Other => Ok(Meaning::Structure),
            Kind::Soa => {
                self.apex = Some(owner.clone());
                Ok(Meaning::Structure)
            }
            Kind::Ns if self.is_apex(owner) || owner.eq_ignore_ascii_case(&self.delegated) => {
                Ok(Meaning::Structure)
            }
            Kind::Ns
                if self
                    .apex
                    .as_ref()
                    .is_some_and(|apex| !owner::is_below(owner, apex)) =>
            {
                Err(RejectReason::OutOfZone)
            }
            Kind::Ns => {
                self.delegated.clone_from(owner);
                Ok(Meaning::Delegation)
            }
        }
    }

    fn is_apex(&self, owner: &[u8]) -> bool {
        let apex = self.apex.as_deref().or(self.origin.name());
        apex.is_some_and(|apex| owner.eq_ignore_ascii_case(apex))
    }

    /// RFC 1035 §5.1 (`$ORIGIN`, `$INCLUDE`), RFC 2308 §4 (`$TTL`); `$GENERATE` is BIND's.
    fn directive(&mut self, line: &[u8]) -> Result<(), RejectReason> {
        let end = line
            .iter()
            .position(|&byte| byte == b';')
            .unwrap_or(line.len());
        let mut words = line[..end]
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty());
        let name = words.next().unwrap_or_default().to_ascii_uppercase();
        let argument = words.next();
        let alone = words.next().is_none();
        match (&*name, argument) {
            (b"$INCLUDE", _) => Err(RejectReason::Include),
            (b"$GENERATE", _) => Err(RejectReason::Generate),
            (b"$ORIGIN", Some(origin)) if alone => self.origin.set(origin),
            (b"$TTL", Some(ttl)) if alone && record::is_ttl(ttl) => Ok(()),
            _ => Err(RejectReason::BadDirective),
        }
    }
}

impl Open {
    fn reject(self, reason: RejectReason, sink: &mut Sink<'_>) {
        sink.reject_lines(self.first_line, self.lines, reason, self.excerpt);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::Format;
    use crate::input::tests::told;

    #[track_caller]
    fn check(text: &str, want: &str) {
        assert_eq!(told(text.as_bytes(), Format::Zone), want, "{text}");
    }

    #[test]
    fn as_czds_serves_it() {
        check(
            "com.\t900\tin\tsoa\ta.gtld-servers.net. nstld.verisign-grs.com. 1 1800 900 604800 86400\n\
             com.\t172800\tin\tns\ta.gtld-servers.net.\n\
             example.com.\t172800\tin\tns\tns1.example.net.\n\
             example.com.\t172800\tin\tns\tns2.example.net.\n\
             example.com.\t86400\tin\tds\t1 13 2 00ff\n\
             EXAMPLE.com.\t172800\tin\tns\tns3.example.net.\n\
             ns1.other.com.\t172800\tin\ta\t192.0.2.1\n\
             other.com.\t172800\tin\tns\tns1.other.com.\n",
            "example.com other.com structure:6",
        );
    }

    #[test]
    fn as_bind_writes_it() {
        check(
            "$ORIGIN .\n\
             $TTL 86400\t; 1 day\n\
             example\t\tIN SOA\tns.example. host.example. (\n\
             \t\t\t\t2024010101 ; serial\n\
             \t\t\t\t3600       ; refresh (1 hour)\n\
             \t\t\t\t)\n\
             \t\t\tNS\tns.example.\n\
             \t\t\tTXT\t\"a ; (b\"\n\
             $ORIGIN example.\n\
             shop\t1h30m\tIN NS\tns1\n\
             \t\t\tNS\tns2\n\
             ns1\t\tA\t192.0.2.1\n",
            "shop.example structure:11",
        );
    }

    #[test]
    fn order_of_class_and_ttl() {
        check(
            "$ORIGIN a.\nb IN 300 NS n\nc 300 IN NS n\nd NS n\ne 1d NS n\nf TYPE2 n\n",
            "b.a c.a d.a e.a f.a structure:1",
        );
    }

    #[test]
    fn record_over_lines_is_told_where_it_starts() {
        check(
            "$ORIGIN a.\nb IN NS (\n n ; )\n )\nc NS n\n",
            "b.a c.a structure:3",
        );
    }

    #[test]
    fn apex() {
        check("$ORIGIN a.\n@ NS n\nb NS n\n", "b.a structure:2");
        check(
            ". SOA x y 1 2 3 4 5\n. NS x.\ncom. NS x.\n",
            "com structure:2",
        );
        check(
            "a. SOA x. y. 1 2 3 4 5\nb.a. NS x.\nc.d. NS x.\n",
            "b.a 3:out-of-zone structure:1",
        );
        check(
            "a. SOA x. y. 1 2 3 4 5\nb.a. NS x.\nc. SOA x. y. 1 2 3 4 5\nd.c. NS x.\n",
            "b.a d.c structure:2",
        );
    }

    #[test]
    fn escaped_owners() {
        check("\\101.a. NS x.\nb\\.c.a. NS x.\n", "e.a b\\.c.a");
        check(
            "\\999.a. NS x.\n  NS y.\nb.a. NS x.\n",
            "b.a 1:bad-escape 2:no-owner",
        );
    }

    #[test]
    fn directives() {
        check(
            "$INCLUDE /etc/passwd\n$GENERATE 1-9 a$ NS x.\n$TTL x\n$ORIGIN\n$FOO a\n$ORIGIN a\n",
            "\
            1:include 2:generate 3:bad-directive 4:bad-directive 5:bad-directive 6:no-origin",
        );
        let long = "a.".repeat(200);
        check(&format!("$ORIGIN {long}\n"), "1:bad-directive");
    }

    #[test]
    fn malformed_records_stand_alone() {
        check(
            "$ORIGIN a.\nb NS n\nc\nd IN\ne WEIRD x\nf NS\ng NS n m\nh TXT \"x\ni A )\nj NS n\n",
            "b.a j.a 3:incomplete-record 4:incomplete-record 5:unknown-type 6:incomplete-record 7:trailing-text \
             8:unbalanced-quote 9:unbalanced-parenthesis structure:1",
        );
        check(" NS n\nb NS n\n", "1:no-owner 2:no-origin");
        check(
            "$ORIGIN a.\nb WEIRD x\n NS n\n",
            "b.a 2:unknown-type structure:1",
        );
    }

    #[test]
    fn an_open_parenthesis_does_not_swallow_the_zone() {
        check(
            "$ORIGIN a.\n@ SOA x y ( 1\n 2 3\nb IN NS n\nc NS n\n",
            "b.a c.a 2:unbalanced-parenthesis structure:1",
        );
        check(
            "$ORIGIN a.\n@ SOA x y ( 1\nb NS n\n",
            "b.a 2:unbalanced-parenthesis structure:1",
        );
        check("$ORIGIN a.\nb NSEC c (\nA NS SOA\n)\n", "structure:4");
        check("b.a. NS (\n", "1:unbalanced-parenthesis");
    }

    #[test]
    fn a_record_is_bounded() {
        let long = format!(
            "b.a. TXT ( x\n{}b.a. NS x.\n",
            "\"yyyyyyyyyyyyyyyy\"\n".repeat(10_000)
        );
        let told = told(long.as_bytes(), Format::Zone);
        assert!(
            told.starts_with("b.a 1:record-too-long "),
            "{}",
            &told[..80]
        );
    }

    /// How a delegation may be written under `$ORIGIN example.`; all say the same.
    fn written(label: &str, style: u8) -> String {
        match style {
            0 => format!("{label}.example.\t172800\tin\tns\tns.host.\n"),
            1 => format!("{label} NS ns.host.\n"),
            2 => format!("{label} IN 300 NS ( ; (\n ns.host. )\n"),
            3 => format!("{label} IN NS ns.host. ; x\n NS ns2.host.\n"),
            4 => format!("{label}.EXAMPLE. TXT \"a \\\" b\" (\n c )\n 1h IN NS ns.host.\r\n"),
            _ => format!(
                "\\{:03}{} NS ns.host.\n\n",
                label.as_bytes()[0],
                &label[1..]
            ),
        }
    }

    proptest! {
        /// Whatever way the delegations of a zone are written, they come back in their order.
        #[test]
        fn print_then_parse(zone in prop::collection::vec(("[a-z][a-z0-9-]{0,12}", 0_u8..6), 0..40)) {
            let mut text = "$ORIGIN example.\n@ SOA ns.host. x.host. ( 1 2\n 3 4 5 )\n NS ns.host.\n".to_owned();
            let mut want: Vec<&str> = Vec::new();
            for (label, style) in &zone {
                text += &written(label, *style);
                if want.last() != Some(&label.as_str()) {
                    want.push(label);
                }
            }
            let told = told(text.as_bytes(), Format::Zone).to_ascii_lowercase();
            let names: Vec<&str> = told.split(' ').filter_map(|name| name.strip_suffix(".example")).collect();
            prop_assert_eq!(names, want);
            prop_assert!(!told.contains("unbalanced"), "{}", told);
        }
    }
}
