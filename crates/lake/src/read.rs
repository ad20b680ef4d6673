//! Segments read back.

use std::fs::File;
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{TimestampMillisecondType, UInt32Type, UInt64Type};
use arrow_array::{Array as _, RecordBatch};
use jiff::Timestamp;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::error::LakeError;
use crate::rows::Row;
use crate::schema::{SCHEMA, SCHEMA_KEY, SCHEMA_VERSION};

/// Rows that are in memory at a time.
const BATCH_ROWS: usize = 8192;

/// See [`Lake::read`](crate::Lake::read).
pub(crate) fn read(path: &Path, mut tell: impl FnMut(Row<'_>)) -> Result<(), LakeError> {
    let file = File::open(path).map_err(LakeError::io("open", path))?;
    let damaged = |why: String| LakeError::Damaged {
        path: path.to_owned(),
        why,
    };
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)
        .map_err(|error| damaged(error.to_string()))?;
    let pairs = builder.metadata().file_metadata().key_value_metadata();
    let found = pairs
        .into_iter()
        .flatten()
        .find(|pair| pair.key == SCHEMA_KEY)
        .and_then(|pair| pair.value.as_deref());
    if found != Some(SCHEMA_VERSION) {
        return Err(LakeError::Schema {
            path: path.to_owned(),
            found: found.unwrap_or("none").to_owned(),
        });
    }
    if builder.schema().fields() != SCHEMA.fields() {
        return Err(damaged(
            "its columns are not those of its schema".to_owned(),
        ));
    }
    let batches = builder
        .with_batch_size(BATCH_ROWS)
        .build()
        .map_err(|error| damaged(error.to_string()))?;
    for batch in batches {
        let batch = batch.map_err(|error| damaged(error.to_string()))?;
        tell_batch(&batch, &mut tell).map_err(damaged)?;
    }
    Ok(())
}

/// Tells the rows of a batch whose columns are those of the schema.
fn tell_batch(batch: &RecordBatch, tell: &mut impl FnMut(Row<'_>)) -> Result<(), String> {
    let names = batch.column(0).as_string::<i32>();
    let registrables = batch.column(1).as_string::<i32>();
    let sources = batch.column(2).as_dictionary::<UInt32Type>();
    let source_texts = sources.values().as_string::<i32>();
    let indices = batch.column(3).as_primitive::<UInt64Type>();
    let times = batch.column(4).as_primitive::<TimestampMillisecondType>();
    let certificates = batch.column(5).as_fixed_size_binary();
    for at in 0..batch.num_rows() {
        let source = sources.key(at).ok_or("a row without a source")?;
        tell(Row {
            name: names.value(at),
            registrable: registrables.value(at),
            source: source_texts.value(source),
            index: indices.value(at),
            at: Timestamp::from_millisecond(times.value(at)).map_err(|error| error.to_string())?,
            certificate: certificates.is_valid(at).then(|| {
                certificates
                    .value(at)
                    .try_into()
                    .expect("the schema says 32 bytes")
            }),
        });
    }
    Ok(())
}
