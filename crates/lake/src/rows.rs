//! Names gathered in memory.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::types::UInt32Type;
use arrow_array::{
    ArrayRef, DictionaryArray, FixedSizeBinaryArray, RecordBatch, StringArray,
    TimestampMillisecondArray, UInt32Array, UInt64Array,
};
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
///
/// Meant to be used again: [`Rows::clear`] keeps the room.
#[derive(Default)]
pub struct Rows {
    names: Texts,
    registrables: Texts,
    sources: Sources,
    indices: Vec<u64>,
    times_ms: Vec<i64>,
    certificates: Vec<Option<[u8; 32]>>,
}

/// The times of the rows.
#[derive(Clone, Copy)]
pub(crate) struct Span {
    /// Of the row that was pushed first, which gives the segment its day.
    pub(crate) opening: Timestamp,
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
}

impl Rows {
    /// No rows.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a row.
    pub fn push(&mut self, row: Row<'_>) {
        self.names.push(row.name);
        self.registrables.push(row.registrable);
        self.sources.push(row.source);
        self.indices.push(row.index);
        self.times_ms.push(row.at.as_millisecond());
        self.certificates.push(row.certificate.copied());
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.indices.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// About how many bytes of memory the rows take.
    pub fn bytes(&self) -> usize {
        self.names.text.len() + self.registrables.text.len() + self.len() * FIXED_BYTES
    }

    /// Forgets all rows.
    pub fn clear(&mut self) {
        self.names.clear();
        self.registrables.clear();
        self.sources.clear();
        self.indices.clear();
        self.times_ms.clear();
        self.certificates.clear();
    }

    /// The times, unless there are no rows.
    pub(crate) fn span(&self) -> Option<Span> {
        let times = &self.times_ms;
        let time =
            |ms| Timestamp::from_millisecond(ms).expect("it was a time before it was a number");
        Some(Span {
            opening: time(*times.first()?),
            first: time(*times.iter().min()?),
            last: time(*times.iter().max()?),
        })
    }

    /// A copy of some rows as Arrow has them. The rows stay, for one more attempt if this one cannot be written.
    pub(crate) fn batch(&self, range: Range<usize>) -> RecordBatch {
        let times = self.times_ms[range.clone()].to_vec();
        let digests = self.certificates[range.clone()].iter();
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.names.array(range.clone())),
            Arc::new(self.registrables.array(range.clone())),
            Arc::new(self.sources.array(range.clone())),
            Arc::new(UInt64Array::from(self.indices[range].to_vec())),
            Arc::new(TimestampMillisecondArray::from(times).with_timezone("UTC")),
            Arc::new(
                FixedSizeBinaryArray::try_from_sparse_iter_with_size(
                    digests.map(Option::as_ref),
                    DIGEST_LEN,
                )
                .expect("every digest has 32 bytes"),
            ),
        ];
        RecordBatch::try_new(Arc::clone(&SCHEMA), columns)
            .expect("the columns are those of the schema, and each has the rows of the range")
    }
}

/// Two ends, a key, an index, a time, and perhaps a digest.
const FIXED_BYTES: usize = 2 * size_of::<usize>() + 4 + 8 + 8 + size_of::<Option<[u8; 32]>>();

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rows({})", self.len())
    }
}

/// Texts one after the other.
#[derive(Default)]
struct Texts {
    text: String,
    ends: Vec<usize>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    fn array(&self, range: Range<usize>) -> StringArray {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        StringArray::from_iter_values(
            starts
                .zip(&self.ends)
                .skip(range.start)
                .take(range.len())
                .map(|(start, &end)| &self.text[start..end]),
        )
    }
}

/// Few different texts, of which each row has one; mostly that of the row before.
#[derive(Default)]
struct Sources {
    texts: Vec<Arc<str>>,
    keys: HashMap<Arc<str>, u32>,
    rows: Vec<u32>,
}

impl Sources {
    fn push(&mut self, text: &str) {
        let last = self.rows.last().copied();
        let key = match last {
            Some(last) if *self.texts[last as usize] == *text => last,
            _ => self.key(text),
        };
        self.rows.push(key);
    }

    fn key(&mut self, text: &str) -> u32 {
        if let Some(&key) = self.keys.get(text) {
            return key;
        }
        let key = self.texts.len() as u32;
        let text: Arc<str> = text.into();
        self.texts.push(Arc::clone(&text));
        self.keys.insert(text, key);
        key
    }

    fn clear(&mut self) {
        self.texts.clear();
        self.keys.clear();
        self.rows.clear();
    }

    fn array(&self, range: Range<usize>) -> DictionaryArray<UInt32Type> {
        let values = StringArray::from_iter_values(self.texts.iter().map(|text| &**text));
        DictionaryArray::try_new(
            UInt32Array::from(self.rows[range].to_vec()),
            Arc::new(values),
        )
        .expect("every key is that of a text")
    }
}
