//! Sorting more names than memory holds: sorted runs in temporary files, merged.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::io::{self, BufRead, BufReader, BufWriter, Cursor, Seek, Write};
use std::path::{Path, PathBuf};

/// So many runs are merged into a longer one, which keeps the number of open files below a few hundred.
const FAN_IN: usize = 64;
/// Buffer of each run while it is merged.
const RUN_BUFFER: usize = 32 * 1024;

/// Names of one run, ascending and distinct, each followed by a newline.
type Run = Box<dyn BufRead + Send>;

/// Collects names, in whatever order and number, to be read back sorted.
pub(crate) struct Sorter {
    temp_dir: PathBuf,
    text: Vec<u8>,
    spans: Vec<Span>,
    /// Runs in files; each level's runs are about [`FAN_IN`] times as long as those of the level before.
    levels: Vec<Vec<Run>>,
}

/// One name of the text.
struct Span {
    /// Its first eight bytes, padded with zeros; orders as the name does, and mostly decides.
    prefix: u64,
    from: u32,
    to: u32,
}

impl Sorter {
    /// Uses about `memory_bytes`; below a few KiB, a little more.
    pub(crate) fn new(memory_bytes: usize, temp_dir: &Path) -> Self {
        // A third each for the text, for its spans, and for the last run once both are sorted.
        let third = memory_bytes / 3;
        Sorter {
            temp_dir: temp_dir.to_owned(),
            text: Vec::with_capacity(third.clamp(256, u32::MAX as usize)),
            spans: Vec::with_capacity((third / size_of::<Span>()).max(4)),
            levels: Vec::new(),
        }
    }

    /// Adds a name, which is not empty and holds no newline.
    pub(crate) fn push(&mut self, name: &[u8]) -> io::Result<()> {
        let full = self.text.len() + name.len() > self.text.capacity()
            || self.spans.len() == self.spans.capacity();
        if full && !self.spans.is_empty() {
            let mut file = BufWriter::new(tempfile::tempfile_in(&self.temp_dir)?);
            self.write_sorted(&mut file)?;
            let run = read_back(file)?;
            self.add_run(run, 0)?;
        }
        let from = self.text.len() as u32;
        self.text.extend_from_slice(name);
        self.spans.push(Span {
            prefix: prefix(name),
            from,
            to: self.text.len() as u32,
        });
        Ok(())
    }

    /// Gives all names, sorted; the last run stays in memory.
    pub(crate) fn finish(mut self) -> io::Result<Merge> {
        let mut last = Vec::with_capacity(self.text.len() + self.spans.len());
        self.write_sorted(&mut last)?;
        let mut runs: Vec<Run> = self.levels.into_iter().flatten().collect();
        runs.push(Box::new(Cursor::new(last)));
        Merge::new(runs)
    }

    /// Writes what is in memory, sorted, and forgets it.
    fn write_sorted(&mut self, into: &mut impl Write) -> io::Result<()> {
        let text = &self.text;
        let name = |span: &Span| &text[span.from as usize..span.to as usize];
        self.spans
            .sort_unstable_by(|a, b| a.prefix.cmp(&b.prefix).then_with(|| name(a).cmp(name(b))));
        self.spans
            .dedup_by(|a, b| a.prefix == b.prefix && name(a) == name(b));
        for span in &self.spans {
            into.write_all(name(span))?;
            into.write_all(b"\n")?;
        }
        self.text.clear();
        self.spans.clear();
        Ok(())
    }

    fn add_run(&mut self, run: Run, level: usize) -> io::Result<()> {
        if self.levels.len() == level {
            self.levels.push(Vec::new());
        }
        self.levels[level].push(run);
        if self.levels[level].len() < FAN_IN {
            return Ok(());
        }
        let mut merge = Merge::new(std::mem::take(&mut self.levels[level]))?;
        let mut file = BufWriter::new(tempfile::tempfile_in(&self.temp_dir)?);
        while let Some(name) = merge.current() {
            file.write_all(name)?;
            file.write_all(b"\n")?;
            merge.advance()?;
        }
        self.add_run(read_back(file)?, level + 1)
    }
}

/// Distinct names in ascending order.
pub(crate) struct Merge {
    /// The next name of each run that is not exhausted.
    heads: BinaryHeap<Reverse<(Vec<u8>, usize)>>,
    runs: Vec<Run>,
    current: Vec<u8>,
}

impl Merge {
    fn new(mut runs: Vec<Run>) -> io::Result<Merge> {
        let mut heads = BinaryHeap::with_capacity(runs.len());
        for (index, run) in runs.iter_mut().enumerate() {
            let mut name = Vec::new();
            if next_name(run, &mut name)? {
                heads.push(Reverse((name, index)));
            }
        }
        let mut merge = Merge {
            heads,
            runs,
            current: Vec::new(),
        };
        merge.advance()?;
        Ok(merge)
    }

    /// The name reached; `None` after the last.
    pub(crate) fn current(&self) -> Option<&[u8]> {
        // No name is empty, so that the empty one can stand for the end.
        (!self.current.is_empty()).then_some(&self.current)
    }

    /// Goes on to the next name.
    pub(crate) fn advance(&mut self) -> io::Result<()> {
        while let Some(mut head) = self.heads.peek_mut() {
            let Reverse((name, index)) = &mut *head;
            let repeated = *name == self.current;
            std::mem::swap(name, &mut self.current);
            if !next_name(&mut self.runs[*index], name)? {
                PeekMut::pop(head);
            }
            if !repeated {
                return Ok(());
            }
        }
        self.current.clear();
        Ok(())
    }
}

fn next_name(run: &mut Run, name: &mut Vec<u8>) -> io::Result<bool> {
    name.clear();
    run.read_until(b'\n', name)?;
    Ok(name.pop().is_some())
}

fn read_back(file: BufWriter<std::fs::File>) -> io::Result<Run> {
    let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    Ok(Box::new(BufReader::with_capacity(RUN_BUFFER, file)))
}

fn prefix(name: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let size = name.len().min(8);
    bytes[..size].copy_from_slice(&name[..size]);
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(names: impl Iterator<Item = String> + Clone, memory_bytes: usize) {
        let mut sorter = Sorter::new(memory_bytes, &std::env::temp_dir());
        for name in names.clone() {
            sorter
                .push(name.as_bytes())
                .expect("temporary files can be written");
        }
        let mut merge = sorter.finish().expect("temporary files can be read");
        let mut got = Vec::new();
        while let Some(name) = merge.current() {
            got.push(String::from_utf8(name.to_vec()).expect("ASCII"));
            merge.advance().expect("temporary files can be read");
        }
        let want: std::collections::BTreeSet<String> = names.collect();
        assert!(
            got.iter().eq(want.iter()),
            "{} names, {memory_bytes} bytes",
            want.len()
        );
    }

    #[test]
    fn in_memory_and_over_several_levels() {
        let scattered = (0_u32..20_000)
            .map(|n| format!("name{}.example", n.wrapping_mul(2_654_435_761) % 9_973));
        for memory_bytes in [0, 5_000, 1 << 24] {
            check(scattered.clone(), memory_bytes);
        }
    }

    #[test]
    fn none_one_and_long_ones() {
        check(std::iter::empty(), 0);
        check(["a".to_owned()].into_iter(), 0);
        check((0..10).map(|n| "x".repeat(1000 * n + 1)), 0);
    }
}
