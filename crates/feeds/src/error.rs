//! What stops an input; a single bad line never does.

use std::io;
use std::path::PathBuf;

use crate::decompress::Compression;

/// Why an input, or a comparison of two, could not be read to its end.
///
/// Each message is one line that names the input and says what to do. What came before the fault has been delivered.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The file does not exist or may not be read.
    #[error("cannot open {}: {source}", path.display())]
    Open {
        /// As given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A directory was given in place of a file.
    #[error("{} is a directory; name the files in it", path.display())]
    Directory {
        /// As given.
        path: PathBuf,
    },
    /// The system failed while the input was read.
    #[error("cannot read {input}: {source}")]
    Read {
        /// Label of the input.
        input: String,
        /// What the system said.
        source: io::Error,
    },
    /// The compressed data ends too early.
    #[error(
        "{input} is cut off: its {compression} data ends too early; fetch it again (what came before was read)"
    )]
    Truncated {
        /// Label of the input.
        input: String,
        /// The layer that noticed.
        compression: Compression,
    },
    /// The compressed data contradicts its format or its checksum, or needs more memory than we give.
    #[error(
        "{input} is damaged: {compression} says \"{source}\"; fetch it again (what came before was read)"
    )]
    Damaged {
        /// Label of the input.
        input: String,
        /// The layer that noticed.
        compression: Compression,
        /// What the decoder said.
        source: io::Error,
    },
    /// The data grows when decompressed as no list of names does.
    #[error(
        "{input} looks like a decompression bomb: beyond 64 MiB it grew more than 200-fold; \
         if it is genuine, decompress it yourself and give the result"
    )]
    Bomb {
        /// Label of the input.
        input: String,
    },
    /// Compressed more than twice, or an archive inside something compressed.
    #[error("{input} is packed too deep; unpack it and give what is inside")]
    Nested {
        /// Label of the input.
        input: String,
    },
    /// A container that is recognised but not read.
    #[error("{input} is {what}, which is not read; unpack it and give what is inside")]
    Unsupported {
        /// Label of the input.
        input: String,
        /// With its article, such as `a tar archive`.
        what: String,
    },
    /// A zip member asks for a password.
    #[error("{input} is encrypted; unpack it with its password and give what is inside")]
    Encrypted {
        /// Label of the member.
        input: String,
    },
    /// The directory of a zip archive cannot be used: damaged, overlapping or oversized.
    #[error(
        "{input} has a zip directory that cannot be trusted ({why}); fetch it again or unpack it by other means"
    )]
    ZipDirectory {
        /// Label of the archive.
        input: String,
        /// What is wrong with it.
        why: String,
    },
    /// An archive that came as a stream is too large to be set aside.
    #[error(
        "{input} is a zip archive of more than {limit} bytes on a stream; save it and give the file"
    )]
    SpoolLimit {
        /// Label of the input.
        input: String,
        /// The limit, in bytes.
        limit: u64,
    },
    /// Text in UTF-16.
    #[error("{input} is text in UTF-16; convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)")]
    Utf16 {
        /// Label of the input.
        input: String,
    },
    /// CSV was asked for, but no column holds names.
    #[error(
        "{input} has no column with domain names; put a header line `domain` on top, or choose another format"
    )]
    NoNameColumn {
        /// Label of the input.
        input: String,
    },
    /// Not the id of a format.
    #[error("there is no input format `{given}`; choose one of auto, list, zone, csv, certstream")]
    UnknownFormat {
        /// As given.
        given: String,
    },
    /// Temporary files could not be written or read back.
    #[error("cannot use temporary files in {}: {source}", directory.display())]
    Temporary {
        /// Where they were to be.
        directory: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The receiver of a comparison's changes failed; its own error, such as a closed pipe.
    #[error("cannot write the changes: {0}")]
    Sink(io::Error),
}
