//! Rows to the bytes of a Parquet file.

use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use crate::rows::Rows;
use crate::schema::{SCHEMA, SCHEMA_KEY, SCHEMA_VERSION};

/// Rows of a row group, which is what a reader can skip or take.
const GROUP_ROWS: usize = 128 * 1024;

/// A digest stands on all rows of its certificate, and its dictionary holds those of a whole group.
const DIGEST_DICTIONARY_BYTES: usize = GROUP_ROWS * 32;

const ZSTD_LEVEL: i32 = 1;

/// Makes the file in memory: about 25 bytes a row.
pub(crate) fn encode(rows: &Rows) -> Result<Vec<u8>, ParquetError> {
    let mut writer = ArrowWriter::try_new(Vec::new(), SCHEMA.clone(), Some(properties()?))?;
    for from in (0..rows.len()).step_by(GROUP_ROWS) {
        let upto = rows.len().min(from + GROUP_ROWS);
        writer.write(&rows.batch(from..upto))?;
    }
    writer.into_inner()
}

fn properties() -> Result<WriterProperties, ParquetError> {
    let level = ZstdLevel::try_new(ZSTD_LEVEL)?;
    let version = KeyValue::new(SCHEMA_KEY.to_owned(), SCHEMA_VERSION.to_owned());
    let column = |name: &str| ColumnPath::from(name);
    Ok(WriterProperties::builder()
        .set_created_by(concat!("enpassant ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(Some(vec![version]))
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_column_dictionary_enabled(column("name"), false)
        .set_column_dictionary_enabled(column("registrable"), false)
        .set_column_dictionary_enabled(column("index"), false)
        .set_column_dictionary_enabled(column("at"), false)
        .set_column_encoding(column("index"), Encoding::DELTA_BINARY_PACKED)
        .set_column_encoding(column("at"), Encoding::DELTA_BINARY_PACKED)
        .set_column_dictionary_page_size_limit(column("certificate"), DIGEST_DICTIONARY_BYTES)
        .set_column_statistics_enabled(column("certificate"), EnabledStatistics::None)
        .build())
}
