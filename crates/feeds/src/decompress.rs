//! Compression, recognised by content and undone in bounded memory.

use std::error::Error;
use std::fmt::{self, Display};
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::FeedError;

/// How an input is packed, by its first bytes; file names are not looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Compression {
    /// Plain text.
    #[default]
    None,
    /// gzip (RFC 1952), also several members in a row.
    Gzip,
    /// Zstandard (RFC 8878), also several frames in a row; windows up to 128 MiB.
    Zstd,
    /// xz, also several streams in a row; decoders that need more than 128 MiB are refused.
    Xz,
    /// bzip2, also several streams in a row.
    Bzip2,
    /// A zip archive; all its files are read one after the other.
    Zip,
}

impl Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Compression::None => "no compression",
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
            Compression::Xz => "xz",
            Compression::Bzip2 => "bzip2",
            Compression::Zip => "zip",
        })
    }
}

/// Output that any input may have without question.
const FREE_BYTES: u64 = 64 * 1024 * 1024;
/// Beyond [`FREE_BYTES`], output a compressed byte may give. Zone files shrink about twentyfold, so that tenfold room
/// is left; deflate alone reaches 1,032 on zeros, the others far more.
const MAX_GROWTH: u64 = 200;
/// How often one input may be packed, as with a gzip file in a zip archive.
const MAX_DEPTH: usize = 2;
const XZ_MEMORY: u64 = 128 * 1024 * 1024;
/// Two to the power of this: 128 MiB, what `zstd -d` accepts without being told.
const ZSTD_WINDOW_LOG: u32 = 27;

/// Bytes of the underlying file read so far, shared by all layers above it.
#[derive(Clone, Default, Debug)]
pub(crate) struct Meter(Arc<AtomicU64>);

impl Meter {
    pub(crate) fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What [`unpack`] found.
pub(crate) struct Unpacked {
    pub(crate) reader: Box<dyn Read + Send>,
    /// The outermost layer.
    pub(crate) compression: Compression,
}

/// A stream that counts what is read of it, and marks its failures as the system's rather than a decoder's.
pub(crate) fn metered(reader: impl Read + Send + 'static, meter: &Meter) -> Box<dyn Read + Send> {
    Box::new(Metered {
        inner: reader,
        meter: meter.clone(),
    })
}

/// Undoes what the first bytes announce, up to [`MAX_DEPTH`] layers with `packed_in`, the layer `reader` comes from.
///
/// A zip archive is recognised only outermost, and handed back as it is.
pub(crate) fn unpack(
    input: &str,
    reader: Box<dyn Read + Send>,
    packed_in: Compression,
    meter: &Meter,
) -> Result<Unpacked, FeedError> {
    let mut layers = Vec::from_iter((packed_in != Compression::None).then_some(packed_in));
    let mut head = Head::read(reader);
    loop {
        match recognise(&head.bytes) {
            Content::Text => break,
            Content::Utf16 => {
                return Err(FeedError::Utf16 {
                    input: input.to_owned(),
                });
            }
            Content::Foreign(what) => {
                return Err(FeedError::Unsupported {
                    input: input.to_owned(),
                    what: what.to_owned(),
                });
            }
            Content::Packed(compression) => {
                let zip = compression == Compression::Zip;
                if layers.len() == MAX_DEPTH || zip && !layers.is_empty() {
                    return Err(FeedError::Nested {
                        input: input.to_owned(),
                    });
                }
                layers.push(compression);
                if zip {
                    break;
                }
                let decoder = decoder(compression, head).map_err(|source| FeedError::Damaged {
                    input: input.to_owned(),
                    compression,
                    source,
                })?;
                head = Head::read(guarded(decoder, compression, meter));
            }
        }
    }
    Ok(Unpacked {
        reader: Box::new(head),
        compression: layers.first().copied().unwrap_or_default(),
    })
}

/// Marks a decoder's failures as its own, and stops it when it gives absurdly much for what it took.
pub(crate) fn guarded(
    decoder: Box<dyn Read + Send>,
    compression: Compression,
    meter: &Meter,
) -> Box<dyn Read + Send> {
    Box::new(Guarded {
        inner: decoder,
        compression,
        meter: meter.clone(),
        taken_before: meter.bytes(),
        given: 0,
    })
}

/// Tells whose fault it is that a stream of this module failed.
pub(crate) fn explain(input: &str, error: io::Error) -> FeedError {
    let input = input.to_owned();
    match error.downcast::<Fault>() {
        Ok(Fault::Decoder(compression, error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
            FeedError::Truncated { input, compression }
        }
        Ok(Fault::Decoder(compression, source)) => FeedError::Damaged {
            input,
            compression,
            source,
        },
        Ok(Fault::Bomb) => FeedError::Bomb { input },
        Ok(Fault::System(source)) | Err(source) => FeedError::Read { input, source },
    }
}

enum Content {
    Text,
    Utf16,
    Packed(Compression),
    /// Something that is surely not text, with its article.
    Foreign(&'static str),
}

fn recognise(head: &[u8]) -> Content {
    const MAGICS: [(&[u8], Content); 17] = [
        (b"\x1f\x8b\x08", Content::Packed(Compression::Gzip)),
        (b"\x28\xb5\x2f\xfd", Content::Packed(Compression::Zstd)),
        (b"\xfd7zXZ\0", Content::Packed(Compression::Xz)),
        (b"PK\x03\x04", Content::Packed(Compression::Zip)),
        (b"PK\x05\x06", Content::Packed(Compression::Zip)),
        (b"\xff\xfe", Content::Utf16),
        (b"\xfe\xff", Content::Utf16),
        (b"7z\xbc\xaf\x27\x1c", Content::Foreign("a 7-zip archive")),
        (b"Rar!\x1a\x07", Content::Foreign("a RAR archive")),
        (b"\x04\x22\x4d\x18", Content::Foreign("an lz4 file")),
        (b"LZIP", Content::Foreign("an lzip file")),
        (b"\x1f\x9d", Content::Foreign("a compress (.Z) file")),
        (b"PAR1", Content::Foreign("a Parquet file")),
        (b"SQLite format 3\0", Content::Foreign("an SQLite database")),
        (b"%PDF-", Content::Foreign("a PDF document")),
        (b"\x7fELF", Content::Foreign("a program")),
        (b"\x89PNG", Content::Foreign("a picture")),
    ];
    if let Some((_, content)) = MAGICS
        .into_iter()
        .find(|(magic, _)| head.starts_with(magic))
    {
        return content;
    }
    match head {
        // The level, then the first bytes of a block (pi) or of the end (its square root).
        [b'B', b'Z', b'h', b'1'..=b'9', b'1', b'A', ..]
        | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, b'r', ..] => Content::Packed(Compression::Bzip2),
        // RFC 8878 §3.1.2: a skippable frame may come first.
        [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Content::Packed(Compression::Zstd),
        _ if head.get(257..262) == Some(b"ustar") => Content::Foreign("a tar archive"),
        _ => Content::Text,
    }
}

fn decoder(compression: Compression, packed: Head) -> io::Result<Box<dyn Read + Send>> {
    Ok(match compression {
        Compression::None | Compression::Zip => Box::new(packed),
        Compression::Gzip => Box::new(flate2::read::MultiGzDecoder::new(packed)),
        Compression::Bzip2 => Box::new(bzip2::read::MultiBzDecoder::new(packed)),
        Compression::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::new(packed)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG)?;
            Box::new(decoder)
        }
        Compression::Xz => {
            let stream = liblzma::stream::Stream::new_stream_decoder(
                XZ_MEMORY,
                liblzma::stream::CONCATENATED,
            )?;
            Box::new(liblzma::read::XzDecoder::new_stream(packed, stream))
        }
    })
}

/// Who made a read fail; travels inside an [`io::Error`], which decoders above pass on as it is.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    System(io::Error),
    #[error("{0}: {1}")]
    Decoder(Compression, io::Error),
    #[error("grew too much")]
    Bomb,
}

struct Metered<R> {
    inner: R,
    meter: Meter,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.inner.read(into) {
            Ok(size) => {
                self.meter.0.fetch_add(size as u64, Ordering::Relaxed);
                Ok(size)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => Err(io::Error::other(Fault::System(error))),
        }
    }
}

struct Guarded {
    inner: Box<dyn Read + Send>,
    compression: Compression,
    meter: Meter,
    /// What the meter said when this decoder began, so that each member of an archive answers for itself.
    taken_before: u64,
    given: u64,
}

impl Read for Guarded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let size = self.inner.read(into).map_err(|error| {
            let explained = error
                .get_ref()
                .is_some_and(<dyn Error + Send + Sync>::is::<Fault>);
            if explained || error.kind() == io::ErrorKind::Interrupted {
                error
            } else {
                io::Error::other(Fault::Decoder(self.compression, error))
            }
        })?;
        self.given += size as u64;
        let taken = self.meter.bytes() - self.taken_before;
        if self.given.saturating_sub(FREE_BYTES) > taken.saturating_mul(MAX_GROWTH) {
            return Err(io::Error::other(Fault::Bomb));
        }
        Ok(size)
    }
}

/// A stream whose first bytes have been looked at.
struct Head {
    bytes: Vec<u8>,
    at: usize,
    /// Met while looking; told once the bytes before it are read.
    fault: Option<io::Error>,
    rest: Box<dyn Read + Send>,
}

impl Head {
    /// As many bytes as the longest magic has, more where one read gives more.
    const ENOUGH: usize = 6;
    const SIZE: usize = 64 * 1024;

    fn read(mut rest: Box<dyn Read + Send>) -> Self {
        let mut bytes = vec![0; Self::SIZE];
        let mut got = 0;
        let mut fault = None;
        while got < Self::ENOUGH {
            match rest.read(&mut bytes[got..]) {
                Ok(0) => break,
                Ok(size) => got += size,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    fault = Some(error);
                    break;
                }
            }
        }
        bytes.truncate(got);
        Head {
            bytes,
            at: 0,
            fault,
            rest,
        }
    }
}

impl Read for Head {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at < self.bytes.len() {
            let size = (&self.bytes[self.at..]).read(into)?;
            self.at += size;
            return Ok(size);
        }
        match self.fault.take() {
            Some(fault) => Err(fault),
            None => self.rest.read(into),
        }
    }
}
