//! Zip archives: every file in them, one after the other.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::Crc;
use flate2::read::DeflateDecoder;
use zip::CompressionMethod;
use zip::read::{Config, ZipFileEntry};
// The stable reader keeps the whole directory in memory, however long, and drops members that share a name.
use zip::unstable::read::ZipIterable;

use crate::decompress::{Compression, Meter, guarded, metered};
use crate::error::FeedError;
use crate::reject::escaped;

/// More files than any published list of names has; bounds the memory for their directory.
const MAX_MEMBERS: usize = 10_000;
/// A stream is not seekable, so an archive that comes in one is set aside in a temporary file of at most this size.
const MAX_SPOOL: u64 = 8 << 30;

/// The files of a zip archive that are still to be read.
pub(crate) struct Archive {
    label: String,
    file: File,
    /// In the reverse of the order of the archive's directory.
    members: Vec<Member>,
}

struct Member {
    label: String,
    header: u64,
    size: u64,
    crc: u32,
    method: CompressionMethod,
    encrypted: bool,
}

/// One file of an archive, decompressed.
pub(crate) struct OpenMember {
    pub(crate) label: String,
    pub(crate) reader: Box<dyn Read + Send>,
}

impl Archive {
    /// Reads the directory of an archive in a seekable file.
    pub(crate) fn open(label: &str, file: File) -> Result<Archive, FeedError> {
        let distrust = |why: String| FeedError::ZipDirectory {
            input: label.to_owned(),
            why,
        };
        let broken = |error: zip::result::ZipError| distrust(error.to_string());
        let handle = file
            .try_clone()
            .map_err(|source| unreadable(label, source))?;
        let mut directory =
            ZipIterable::try_new(BufReader::new(handle), Config::default()).map_err(broken)?;
        if directory.len() > MAX_MEMBERS {
            return Err(distrust(format!(
                "{} files, where {MAX_MEMBERS} are the limit",
                directory.len()
            )));
        }
        let mut members = Vec::new();
        for entry in directory.files().map_err(broken)? {
            let entry = entry.map_err(broken)?;
            if !entry.is_dir() {
                members.push(Member::new(label, &entry));
            }
        }
        if overlap(&members) {
            return Err(distrust(
                "several files share their bytes, as in a decompression bomb".to_owned(),
            ));
        }
        members.reverse();
        Ok(Archive {
            label: label.to_owned(),
            file,
            members,
        })
    }

    /// Sets an archive on a stream aside, in an unnamed temporary file, and opens it there.
    pub(crate) fn spool(label: &str, stream: impl Read) -> Result<Archive, FeedError> {
        Self::spool_up_to(MAX_SPOOL, label, stream)
    }

    fn spool_up_to(limit: u64, label: &str, stream: impl Read) -> Result<Archive, FeedError> {
        let unusable = |source| FeedError::Temporary {
            directory: std::env::temp_dir(),
            source,
        };
        let mut file = tempfile::tempfile().map_err(unusable)?;
        let copied = io::copy(&mut stream.take(limit + 1), &mut file)
            .map_err(|source| crate::decompress::explain(label, source))?;
        if copied > limit {
            return Err(FeedError::SpoolLimit {
                input: label.to_owned(),
                limit,
            });
        }
        Archive::open(label, file)
    }

    /// Opens the next file, `None` after the last. A file that cannot be opened is passed over by the next call.
    pub(crate) fn next_member(&mut self, meter: &Meter) -> Option<Result<OpenMember, FeedError>> {
        let member = self.members.pop()?;
        Some(self.open_member(member, meter))
    }

    fn open_member(&mut self, member: Member, meter: &Meter) -> Result<OpenMember, FeedError> {
        if member.encrypted {
            return Err(FeedError::Encrypted {
                input: member.label,
            });
        }
        let data = self.find_data(&member)?;
        let packed = metered(data.take(member.size), meter);
        let plain: Box<dyn Read + Send> = match member.method {
            CompressionMethod::Stored => packed,
            CompressionMethod::Deflated => Box::new(DeflateDecoder::new(packed)),
            other => {
                let what = format!("compressed by zip method {other}");
                return Err(FeedError::Unsupported {
                    input: member.label,
                    what,
                });
            }
        };
        let checked = Checked {
            inner: plain,
            crc: Crc::new(),
            want: member.crc,
        };
        Ok(OpenMember {
            label: member.label,
            reader: guarded(Box::new(checked), Compression::Zip, meter),
        })
    }

    /// A handle at the first byte of the member's data, after its local header (APPNOTE.TXT §4.3.7).
    ///
    /// All handles share one position; only one member is read at a time.
    fn find_data(&mut self, member: &Member) -> Result<File, FeedError> {
        let mut header = [0; 30];
        self.file
            .seek(SeekFrom::Start(member.header))
            .and_then(|_| self.file.read_exact(&mut header))
            .map_err(|source| unreadable(&member.label, source))?;
        if !header.starts_with(b"PK\x03\x04") {
            let why = format!("{} is not where it should be", member.label);
            return Err(FeedError::ZipDirectory {
                input: self.label.clone(),
                why,
            });
        }
        let name = u16::from_le_bytes([header[26], header[27]]);
        let extra = u16::from_le_bytes([header[28], header[29]]);
        self.file
            .seek_relative(i64::from(name) + i64::from(extra))
            .and_then(|()| self.file.try_clone())
            .map_err(|source| unreadable(&member.label, source))
    }
}

impl Member {
    fn new(archive: &str, entry: &ZipFileEntry<'_>) -> Member {
        let name = entry.name_raw();
        Member {
            label: format!("{archive}!{}", escaped(&name[..name.len().min(255)])),
            header: entry.header_start(),
            size: entry.compressed_size(),
            crc: entry.crc32(),
            method: entry.compression(),
            encrypted: entry.encrypted(),
        }
    }
}

/// Whether any two members share data; each takes at least its header and data, by what the directory says.
fn overlap(members: &[Member]) -> bool {
    let mut spans: Vec<(u64, u64)> = members
        .iter()
        .map(|member| (member.header, member.header.saturating_add(member.size)))
        .collect();
    spans.sort_unstable();
    spans
        .windows(2)
        .any(|pair| pair[0].1 > pair[1].0 || pair[0].0 == pair[1].0)
}

fn unreadable(label: &str, source: io::Error) -> FeedError {
    FeedError::Read {
        input: label.to_owned(),
        source,
    }
}

/// Compares the checksum at the end of the data.
struct Checked {
    inner: Box<dyn Read + Send>,
    crc: Crc,
    want: u32,
}

impl Read for Checked {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let size = self.inner.read(into)?;
        self.crc.update(&into[..size]);
        if size == 0 && !into.is_empty() && self.crc.sum() != self.want {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the checksum is wrong",
            ));
        }
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn archive_of(members: usize) -> Cursor<Vec<u8>> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let stored =
            zip::write::SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for n in 0..members {
            writer
                .start_file(n.to_string(), stored)
                .expect("a new name");
        }
        let mut packed = writer.finish().expect("a Vec takes everything");
        packed.set_position(0);
        packed
    }

    #[test]
    fn members_are_limited() {
        let archive = Archive::spool("a.zip", archive_of(MAX_MEMBERS)).expect("at the limit");
        assert_eq!(archive.members.len(), MAX_MEMBERS);
        let error = Archive::spool("a.zip", archive_of(MAX_MEMBERS + 1))
            .err()
            .expect("refused");
        assert!(
            error
                .to_string()
                .contains("10001 files, where 10000 are the limit"),
            "{error}"
        );
    }

    #[test]
    fn a_stream_is_set_aside_up_to_a_limit() {
        let packed = archive_of(1);
        let size = packed.get_ref().len() as u64;
        assert!(Archive::spool_up_to(size, "-", packed.clone()).is_ok());
        let error = Archive::spool_up_to(size - 1, "-", packed)
            .err()
            .expect("refused");
        assert!(
            matches!(error, FeedError::SpoolLimit { limit, .. } if limit == size - 1),
            "{error}"
        );
    }
}
