//! What stands in a segment.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};

/// The key of a file's metadata under which [`SCHEMA_VERSION`] stands.
pub const SCHEMA_KEY: &str = "enpassant.lake.schema";

/// The version of the columns. It grows with every change to them; segments of older versions stay as they are.
pub const SCHEMA_VERSION: &str = "1";

/// Version 1, one row for every name of every log entry:
///
/// | column | what it holds |
/// |---|---|
/// | `name` | the name, in A-label form |
/// | `registrable` | its registrable domain; the name itself where it has none |
/// | `source` | the feed's id |
/// | `index` | the entry's index in the feed |
/// | `at` | when it was seen, in ms |
/// | `certificate` | the SHA-256 of the certificate, where there is one |
pub(crate) static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let dictionary = DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8));
    let at = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
    let fields = vec![
        Field::new("name", DataType::Utf8, false),
        Field::new("registrable", DataType::Utf8, false),
        Field::new("source", dictionary, false),
        Field::new("index", DataType::UInt64, false),
        Field::new("at", at, false),
        Field::new("certificate", DataType::FixedSizeBinary(DIGEST_LEN), true),
    ];
    let metadata = HashMap::from([(SCHEMA_KEY.to_owned(), SCHEMA_VERSION.to_owned())]);
    Arc::new(Schema::new(fields).with_metadata(metadata))
});

/// Bytes of a SHA-256, as Arrow counts them.
pub(crate) const DIGEST_LEN: i32 = 32;
