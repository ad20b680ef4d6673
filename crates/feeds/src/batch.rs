//! What an input hands out, and the count of its lines.

use std::ops::{AddAssign, Range};

use crate::reject::{Reject, RejectReason, excerpt};

/// Names of one stretch of one input: `text` holds the bytes, `records` point into it.
///
/// Meant to be used again and again, so that its allocations are made once. `text` also holds what stands between
/// the names; only what a record covers means anything.
#[derive(Default, Debug)]
pub struct Batch {
    /// The bytes the records point into; about 256 KiB, at most a few MiB.
    pub text: Vec<u8>,
    /// The names, in the order of the input.
    pub records: Vec<Record>,
    /// One for each rejected line of this stretch, or each rejected zone record of several lines.
    pub rejects: Vec<Reject>,
    /// The lines of this stretch. A record that goes on over several lines counts where it ends.
    pub tally: LineTally,
    /// Bytes of the underlying (compressed) file read so far, for a progress bar; never more than
    /// [`Input::size`](crate::Input::size) where that is known.
    pub bytes_read: u64,
}

impl Batch {
    /// The raw bytes of one of this batch's records.
    ///
    /// # Panics
    /// When `record` belongs to another batch and reaches beyond this one's text.
    pub fn name(&self, record: Record) -> &[u8] {
        &self.text[record.from as usize..record.to as usize]
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.records.clear();
        self.rejects.clear();
        self.tally = LineTally::default();
    }
}

/// Where in [`Batch::text`] the raw bytes of one name are, and where they came from.
///
/// The bytes are not validated: `names::Scratch::parse` says whether they are a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Record {
    /// Offset of the first byte.
    pub from: u32,
    /// Offset after the last byte.
    pub to: u32,
    /// The line of the input the name stands on, from 1; in an archive, of the member.
    pub line: u64,
}

/// What became of the lines of an input: `lines == observed + structure + rejected`, always.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct LineTally {
    /// All lines, also a last one without a newline.
    pub lines: u64,
    /// Lines that gave at least one name.
    pub observed: u64,
    /// Lines that by their format hold no name to observe: blank, comment, header, SOA, heartbeat …
    pub structure: u64,
    /// Lines that could not be read; [`LineTally::rejects`] says why.
    pub rejected: u64,
    /// Names handed out. A line may give several.
    pub observations: u64,
    reasons: [u64; RejectReason::ALL.len()],
}

impl LineTally {
    /// How many lines were rejected for each reason that occurred; the counts add up to `rejected`.
    pub fn rejects(&self) -> impl Iterator<Item = (RejectReason, u64)> {
        RejectReason::ALL
            .into_iter()
            .zip(self.reasons)
            .filter(|&(_, count)| count > 0)
    }
}

impl AddAssign<&LineTally> for LineTally {
    fn add_assign(&mut self, other: &LineTally) {
        self.lines += other.lines;
        self.observed += other.observed;
        self.structure += other.structure;
        self.rejected += other.rejected;
        self.observations += other.observations;
        for (mine, theirs) in self.reasons.iter_mut().zip(other.reasons) {
            *mine += theirs;
        }
    }
}

impl AddAssign for LineTally {
    fn add_assign(&mut self, other: LineTally) {
        *self += &other;
    }
}

/// One line of a block, without its line ending.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    /// From 1.
    pub(crate) number: u64,
    /// Where in the batch's text the line starts.
    pub(crate) at: usize,
    pub(crate) bytes: &'a [u8],
}

/// Where the readers of the formats put what they find. Each line is to be told once, by one of
/// [`Sink::one_name`], [`Sink::observed`], [`Sink::structure`] and [`Sink::reject`].
pub(crate) struct Sink<'a> {
    batch: &'a mut Batch,
    /// Names that do not stand in the text as such (unescaped, completed); they follow the text in the end.
    spelled: &'a mut Vec<u8>,
    text_len: usize,
}

impl<'a> Sink<'a> {
    /// `text_len` is the length of the text that slices will point into; `batch.text` is put in place afterwards.
    pub(crate) fn new(batch: &'a mut Batch, spelled: &'a mut Vec<u8>, text_len: usize) -> Self {
        Sink {
            batch,
            spelled,
            text_len,
        }
    }

    /// The line gave exactly this name.
    pub(crate) fn one_name(&mut self, line: Line<'_>, name: Range<usize>) {
        self.name_in(line, name);
        self.observed(1);
    }

    /// A name at this place of the line.
    pub(crate) fn name_in(&mut self, line: Line<'_>, name: Range<usize>) {
        self.push(line.number, line.at + name.start, line.at + name.end);
    }

    /// A name spelled out by the reader.
    pub(crate) fn name_spelled(&mut self, line_number: u64, name: &[u8]) {
        let from = self.text_len + self.spelled.len();
        self.spelled.extend_from_slice(name);
        self.push(line_number, from, from + name.len());
    }

    /// A line gave this many names, at least one.
    pub(crate) fn observed(&mut self, names: u64) {
        let tally = &mut self.batch.tally;
        tally.lines += 1;
        tally.observed += 1;
        tally.observations += names;
    }

    /// So many lines hold nothing to observe.
    pub(crate) fn structure(&mut self, lines: u64) {
        self.batch.tally.lines += lines;
        self.batch.tally.structure += lines;
    }

    /// One line is rejected.
    pub(crate) fn reject(&mut self, line: Line<'_>, reason: RejectReason) {
        self.reject_lines(line.number, 1, reason, excerpt(line.bytes));
    }

    /// So many lines from `first` on are rejected together.
    pub(crate) fn reject_lines(
        &mut self,
        first: u64,
        lines: u64,
        reason: RejectReason,
        excerpt: Box<str>,
    ) {
        self.batch.tally.lines += lines;
        self.batch.tally.rejected += lines;
        self.batch.tally.reasons[reason as usize] += lines;
        self.batch.rejects.push(Reject {
            line: first,
            reason,
            excerpt,
        });
    }

    fn push(&mut self, line: u64, from: usize, to: usize) {
        self.batch.records.push(Record {
            from: from as u32,
            to: to as u32,
            line,
        });
    }
}
