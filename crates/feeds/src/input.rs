//! One input, from its bytes to batches.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::archive::Archive;
use crate::batch::{Batch, Sink};
use crate::decompress::{Compression, Meter, explain, metered, unpack};
use crate::detect::{Format, Reader, begins};
use crate::error::FeedError;
use crate::lines::Lines;
use crate::reject::excerpt;

/// A file, standard input or other stream of names, whatever its compression and format.
///
/// Both are recognised by content; an explicit [`Format`] is taken at its word. Memory stays bounded by a few MiB and
/// the decoder's window (at most 128 MiB), however large or hostile the data.
pub struct Input {
    /// Path, `-` or what the caller said; without an archive's member.
    base: String,
    label: String,
    size: Option<u64>,
    asked: Format,
    format: Format,
    compression: Compression,
    meter: Meter,
    stream: Option<Stream>,
    archive: Option<Archive>,
    spelled: Vec<u8>,
}

/// One run of text: a whole input, or a member of an archive.
struct Stream {
    lines: Lines,
    reader: Reader,
    /// Number of the next line, from 1.
    line: u64,
}

impl Input {
    /// Opens a file. Its label is the path; in a zip archive, `path!member`.
    ///
    /// Reads the first 64 KiB to tell compression and format. An empty file is an input without batches.
    pub fn open(path: &Path, format: Format) -> Result<Input, FeedError> {
        let cannot = |source| FeedError::Open {
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(cannot)?;
        let about = file.metadata().map_err(cannot)?;
        if about.is_dir() {
            return Err(FeedError::Directory {
                path: path.to_owned(),
            });
        }
        let mut input = Input::new(path.display().to_string(), format);
        if about.is_file() {
            input.size = Some(about.len());
            let same = file.try_clone().map_err(cannot)?;
            input.begin(file, Some(same))?;
        } else {
            input.begin(file, None)?;
        }
        Ok(input)
    }

    /// Reads standard input, under the label `-`; waits for its first lines.
    pub fn stdin(format: Format) -> Result<Input, FeedError> {
        Input::from_reader("-", Box::new(io::stdin()), format)
    }

    /// Reads any stream. A zip archive is first copied to a temporary file of at most 8 GiB.
    pub fn from_reader(
        label: &str,
        reader: Box<dyn Read + Send>,
        format: Format,
    ) -> Result<Input, FeedError> {
        let mut input = Input::new(label.to_owned(), format);
        input.begin(reader, None)?;
        Ok(input)
    }

    /// Where the last batch came from: path, `-` or `archive.zip!member`. Control characters in a member's name are
    /// escaped.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Bytes of the underlying file, compressed as it is; `None` for a stream.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// The outermost compression.
    pub fn compression(&self) -> Compression {
        self.compression
    }

    /// The format of the last batch: as asked for, or as found by [`Format::Auto`]'s rules. Members of an archive are
    /// looked at one by one. `Auto` only where there is nothing to tell it by, as in an empty file.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Fills `batch` (cleared first, its allocations used again) with the next stretch, about 256 KiB of text; `false`
    /// at the end.
    ///
    /// A batch never holds lines of two members of an archive. Uncompressed streams hand on what is there rather than
    /// wait for more. An error comes after all batches before the fault; the next call goes on with the next member
    /// of an archive, or gives `false`.
    pub fn next_batch(&mut self, batch: &mut Batch) -> Result<bool, FeedError> {
        batch.clear();
        loop {
            batch.bytes_read = self.bytes_read();
            if let Some(stream) = &mut self.stream {
                if stream.read(batch, &mut self.spelled) {
                    batch.bytes_read = self.bytes_read();
                    return Ok(true);
                }
                let fault = stream.lines.take_fault();
                self.stream = None;
                if let Some(fault) = fault {
                    return Err(explain(&self.label, fault));
                }
            } else if !self.next_member()? {
                return Ok(false);
            }
        }
    }

    fn new(base: String, asked: Format) -> Input {
        Input {
            label: base.clone(),
            base,
            size: None,
            asked,
            format: asked,
            compression: Compression::None,
            meter: Meter::default(),
            stream: None,
            archive: None,
            spelled: Vec::new(),
        }
    }

    /// Looks at the first bytes. `seekable` is another handle on the same file, where `raw` is one.
    fn begin(
        &mut self,
        raw: impl Read + Send + 'static,
        seekable: Option<File>,
    ) -> Result<(), FeedError> {
        let is_file = seekable.is_some();
        let unpacked = unpack(
            &self.base,
            metered(raw, &self.meter),
            Compression::None,
            &self.meter,
        )?;
        self.compression = unpacked.compression;
        if unpacked.compression == Compression::Zip {
            self.archive = Some(match seekable {
                Some(file) => Archive::open(&self.base, file)?,
                None => Archive::spool(&self.base, unpacked.reader)?,
            });
            self.meter = Meter::default();
            return Ok(());
        }
        let live = !is_file && unpacked.compression == Compression::None;
        self.start(unpacked.reader, live)
    }

    /// Opens the next member of the archive, if there is one.
    fn next_member(&mut self) -> Result<bool, FeedError> {
        let Some(member) = self
            .archive
            .as_mut()
            .and_then(|archive| archive.next_member(&self.meter))
        else {
            return Ok(false);
        };
        let member = member?;
        self.label = member.label;
        let unpacked = unpack(&self.label, member.reader, Compression::Zip, &self.meter)?;
        self.start(unpacked.reader, false)?;
        Ok(true)
    }

    fn start(&mut self, text: Box<dyn Read + Send>, live: bool) -> Result<(), FeedError> {
        let mut lines = Lines::new(text, live);
        let sample = lines.sample(begins);
        let Some((format, reader)) = Reader::choose(self.asked, sample) else {
            return Err(FeedError::NoNameColumn {
                input: self.label.clone(),
            });
        };
        lines.limit(reader.line_limit());
        self.format = format;
        self.stream = Some(Stream {
            lines,
            reader,
            line: 1,
        });
        Ok(())
    }

    fn bytes_read(&self) -> u64 {
        self.meter.bytes()
    }
}

impl Stream {
    /// Reads the next block into `batch`; `false` at the end.
    fn read(&mut self, batch: &mut Batch, spelled: &mut Vec<u8>) -> bool {
        spelled.clear();
        let mut text = std::mem::take(&mut batch.text);
        let block = self.lines.next_block(&mut text);
        let mut sink = Sink::new(batch, spelled, text.len());
        let more = match &block {
            Some(block) => {
                let whole = &text[..block.whole];
                self.line = self.reader.read(whole, self.line, &mut sink);
                if let Some(reason) = block.broken {
                    sink.reject_lines(self.line, 1, reason, excerpt(&text[block.whole..]));
                    self.line += 1;
                }
                true
            }
            None => self.reader.finish(&mut sink),
        };
        text.extend_from_slice(spelled);
        batch.text = text;
        more
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Reads `text` and tells names, rejects as `line:reason`, and how many lines are structure, all divided by
    /// blanks; holds that every line is counted once.
    #[track_caller]
    pub(crate) fn told(text: &[u8], format: Format) -> String {
        let stream = Box::new(io::Cursor::new(text.to_vec()));
        let mut input = Input::from_reader("test", stream, format).expect("text can be opened");
        let mut batch = Batch::default();
        let (mut names, mut rejects, mut structure) = (Vec::new(), Vec::new(), 0);
        while input.next_batch(&mut batch).expect("text can be read") {
            let tally = &batch.tally;
            assert_eq!(
                tally.lines,
                tally.observed + tally.structure + tally.rejected
            );
            assert_eq!(tally.observations, batch.records.len() as u64);
            assert_eq!(
                tally.rejected,
                tally.rejects().map(|(_, count)| count).sum::<u64>()
            );
            names.extend(
                batch
                    .records
                    .iter()
                    .map(|&record| String::from_utf8_lossy(batch.name(record)).into_owned()),
            );
            rejects.extend(
                batch
                    .rejects
                    .iter()
                    .map(|reject| format!("{}:{}", reject.line, reject.reason.id())),
            );
            structure += tally.structure;
        }
        let structure = (structure > 0).then(|| format!("structure:{structure}"));
        names
            .into_iter()
            .chain(rejects)
            .chain(structure)
            .collect::<Vec<_>>()
            .join(" ")
    }
}
