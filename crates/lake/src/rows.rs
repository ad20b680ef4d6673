//! Names gathered in memory.

use std::fmt;
use std::sync::Arc;

use arrow_array::builder::{
    FixedSizeBinaryBuilder, StringBuilder, StringDictionaryBuilder, TimestampMillisecondBuilder,
    UInt64Builder,
};
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, RecordBatch};
use jiff::Timestamp;

use crate::schema::{DIGEST_LEN, SCHEMA};

/// One name of one log entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Row<'a> {
    /// The name, in A-label form.
    pub name: &'a str,
    /// Its registrable domain; the name itself where it has none.
    pub registrable: &'a str,
    /// The feed's id.
    pub source: &'a str,
    /// The entry's index in the feed.
    pub index: u64,
    /// When it was seen. Kept in whole milliseconds.
    pub at: Timestamp,
    /// The SHA-256 of the certificate, where there is one.
    pub certificate: Option<&'a [u8; 32]>,
}

/// Rows of a segment to be, in the order they were pushed.
pub struct Rows {
    name: StringBuilder,
    registrable: StringBuilder,
    source: StringDictionaryBuilder<Int32Type>,
    index: UInt64Builder,
    at: TimestampMillisecondBuilder,
    certificate: FixedSizeBinaryBuilder,
    span: Option<Span>,
}

/// The times of the rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    /// Of the row that was pushed first, which gives the segment its day.
    pub(crate) opening: Timestamp,
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
}

impl Default for Rows {
    fn default() -> Self {
        Rows {
            name: StringBuilder::new(),
            registrable: StringBuilder::new(),
            source: StringDictionaryBuilder::new(),
            index: UInt64Builder::new(),
            at: TimestampMillisecondBuilder::new().with_timezone("UTC"),
            certificate: FixedSizeBinaryBuilder::new(DIGEST_LEN),
            span: None,
        }
    }
}

impl Rows {
    /// No rows.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a row.
    ///
    /// # Panics
    /// When the names, or the registrable domains, come to more than 2 GiB. Write long before: [`Rows::bytes`].
    pub fn push(&mut self, row: Row<'_>) {
        self.name.append_value(row.name);
        self.registrable.append_value(row.registrable);
        self.source.append_value(row.source);
        self.index.append_value(row.index);
        self.at.append_value(row.at.as_millisecond());
        match row.certificate {
            Some(digest) => self
                .certificate
                .append_value(digest)
                .expect("a digest has 32 bytes"),
            None => self.certificate.append_null(),
        }
        let span = self.span.get_or_insert(Span {
            opening: row.at,
            first: row.at,
            last: row.at,
        });
        span.first = span.first.min(row.at);
        span.last = span.last.max(row.at);
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.index.values_slice().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.span.is_none()
    }

    /// About how many bytes of memory the rows take.
    pub fn bytes(&self) -> usize {
        let text = self.name.values_slice().len() + self.registrable.values_slice().len();
        text + self.len() * FIXED_BYTES
    }

    /// Forgets all rows.
    pub fn clear(&mut self) {
        *self = Rows::default();
    }

    pub(crate) fn span(&self) -> Option<Span> {
        self.span
    }

    /// A copy of the rows as Arrow has them. The rows stay, for one more attempt if this one cannot be written.
    pub(crate) fn batch(&self) -> RecordBatch {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.name.finish_cloned()),
            Arc::new(self.registrable.finish_cloned()),
            Arc::new(self.source.finish_cloned()),
            Arc::new(self.index.finish_cloned()),
            Arc::new(self.at.finish_cloned()),
            Arc::new(self.certificate.finish_cloned()),
        ];
        RecordBatch::try_new(Arc::clone(&SCHEMA), columns)
            .expect("the columns are those of the schema, and grow together")
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rows({})", self.len())
    }
}

/// Two offsets, a key, an index, a time and a digest.
const FIXED_BYTES: usize = 4 + 4 + 4 + 8 + 8 + 32;
