//! A stream cut into blocks of whole lines, in bounded memory whatever the stream holds.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter, memrchr};

use crate::batch::Line;
use crate::reject::RejectReason;

/// How much text a block has, when lines are short and the stream does not wait for its peer.
const BLOCK: usize = 256 * 1024;
/// How much of the beginning is looked at to tell the format.
pub(crate) const SAMPLE: usize = 64 * 1024;

/// Cuts a stream into blocks of whole lines.
pub(crate) struct Lines {
    source: Box<dyn Read + Send>,
    /// A stream whose peer may pause: hand on what is there rather than wait for a full block.
    live: bool,
    /// Lines longer than this are not kept.
    limit: usize,
    /// Read, but not handed out yet.
    pending: Vec<u8>,
    /// Inside a line that was too long: all up to the next newline is dropped, having been rejected already.
    skipping: bool,
    ended: bool,
    fault: Option<io::Error>,
}

/// How far the text of a block consists of lines to read.
pub(crate) struct Block {
    /// Whole lines end here (the very last one of a stream may lack its newline).
    pub(crate) whole: usize,
    /// What follows is the beginning of one line that is rejected for this reason.
    pub(crate) broken: Option<RejectReason>,
}

impl Lines {
    pub(crate) fn new(source: Box<dyn Read + Send>, live: bool) -> Self {
        Lines {
            source,
            live,
            limit: SAMPLE,
            pending: Vec::new(),
            skipping: false,
            ended: false,
            fault: None,
        }
    }

    /// The beginning of the stream, up to [`SAMPLE`] bytes, without a byte order mark; to be called before the first
    /// block. A live stream is read only until `enough` says so.
    pub(crate) fn sample(&mut self, enough: impl Fn(&[u8]) -> bool) -> &[u8] {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        let mut text = std::mem::take(&mut self.pending);
        while text.len() < SAMPLE && !self.done() && !(self.live && enough(&text)) {
            self.read_more(&mut text);
        }
        if text.starts_with(MARK) {
            text.drain(..MARK.len());
        }
        self.pending = text;
        &self.pending[..self.pending.len().min(SAMPLE)]
    }

    /// Sets how long a line may be, in bytes without its ending.
    pub(crate) fn limit(&mut self, bytes: usize) {
        self.limit = bytes;
    }

    /// Puts the next lines into `text`; `None` at the end of what can be read.
    pub(crate) fn next_block(&mut self, text: &mut Vec<u8>) -> Option<Block> {
        text.clear();
        text.append(&mut self.pending);
        self.skip_rest_of_line(text);
        let mut whole = 0;
        let mut seen = 0;
        loop {
            if let Some(newline) = memrchr(b'\n', &text[seen..]) {
                whole = seen + newline + 1;
            }
            seen = text.len();
            let full = whole > 0 && (self.live || text.len() >= BLOCK);
            if self.done() || full || text.len() - whole > self.limit {
                break;
            }
            self.read_more(text);
        }
        if text.is_empty() {
            return None;
        }
        let rest = text.len() - whole;
        let broken = if rest > self.limit {
            self.skipping = true;
            Some(RejectReason::LineTooLong)
        } else if rest > 0 && self.fault.is_some() {
            Some(RejectReason::CutOff)
        } else if self.ended {
            whole = text.len();
            None
        } else {
            self.pending.extend_from_slice(&text[whole..]);
            text.truncate(whole);
            None
        };
        Some(Block { whole, broken })
    }

    /// What stopped the stream before its end, if anything did; told once.
    pub(crate) fn take_fault(&mut self) -> Option<io::Error> {
        self.ended = true;
        self.fault.take()
    }

    /// Drops the rest of a line that was too long.
    fn skip_rest_of_line(&mut self, text: &mut Vec<u8>) {
        while self.skipping {
            if let Some(newline) = memchr(b'\n', text) {
                text.drain(..=newline);
                self.skipping = false;
            } else {
                text.clear();
                if self.done() {
                    self.skipping = false;
                } else {
                    self.read_more(text);
                }
            }
        }
    }

    fn read_more(&mut self, text: &mut Vec<u8>) {
        let had = text.len();
        text.resize(had + BLOCK, 0);
        let got = match self.source.read(&mut text[had..]) {
            Ok(0) => {
                self.ended = true;
                0
            }
            Ok(got) => got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => 0,
            Err(error) => {
                self.fault = Some(error);
                0
            }
        };
        text.truncate(had + got);
    }

    fn done(&self) -> bool {
        self.ended || self.fault.is_some()
    }
}

/// Calls `each` for every line of a block, the first of which has the number `first`; gives the number after the last.
#[inline]
pub(crate) fn for_each<'a>(text: &'a [u8], first: u64, mut each: impl FnMut(Line<'a>)) -> u64 {
    let mut number = first;
    let mut at = 0;
    let unfinished = (!text.is_empty() && !text.ends_with(b"\n")).then_some(text.len());
    for end in memchr_iter(b'\n', text).chain(unfinished) {
        let bytes = &text[at..end];
        each(Line {
            number,
            at,
            bytes: bytes.strip_suffix(b"\r").unwrap_or(bytes),
        });
        number += 1;
        at = end + 1;
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out a few bytes at a time, then fails if told to.
    struct Drip {
        bytes: Vec<u8>,
        at: usize,
        step: usize,
        fails: bool,
    }

    impl Read for Drip {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let size = self.step.min(into.len()).min(self.bytes.len() - self.at);
            into[..size].copy_from_slice(&self.bytes[self.at..self.at + size]);
            self.at += size;
            if size == 0 && self.fails {
                Err(io::Error::other("broken"))
            } else {
                Ok(size)
            }
        }
    }

    /// Reads `text` in steps of several sizes and compares "line|line|!reason|…".
    #[track_caller]
    fn check(text: &[u8], fails: bool, want: &str) {
        for (step, live) in [(1, false), (3, true), (1 << 20, false), (1 << 20, true)] {
            let drip = Drip {
                bytes: text.to_vec(),
                at: 0,
                step,
                fails,
            };
            let mut lines = Lines::new(Box::new(drip), live);
            lines.sample(|text| text.contains(&b'\n'));
            lines.limit(8);
            let mut told = Vec::new();
            let mut text = Vec::new();
            while let Some(block) = lines.next_block(&mut text) {
                for_each(&text[..block.whole], 1, |line| {
                    told.push(String::from_utf8_lossy(line.bytes).into_owned());
                });
                told.extend(block.broken.map(|reason| format!("!{}", reason.id())));
            }
            assert_eq!(lines.take_fault().is_some(), fails);
            assert_eq!(told.join("|"), want, "step {step}, live {live}");
        }
    }

    #[test]
    fn endings() {
        check(b"a\r\nb\n\nc", false, "a|b||c");
        check(b"a\n", false, "a");
        check(b"", false, "");
        check(b"\n", false, "");
    }

    #[test]
    fn byte_order_mark_is_dropped_once() {
        check(b"\xef\xbb\xbfa\nb\n", false, "a|b");
    }

    #[test]
    fn line_before_a_fault_is_not_taken_for_whole() {
        check(b"a\nexampl", true, "a|!cut-off");
        check(b"a\n", true, "a");
    }

    #[test]
    fn too_long_without_end() {
        let mut text = b"a\n".to_vec();
        text.extend(std::iter::repeat_n(b'x', 2 * BLOCK));
        let mut lines = Lines::new(Box::new(io::Cursor::new(text)), false);
        lines.limit(100);
        let mut text = Vec::new();
        let block = lines.next_block(&mut text).expect("there is text");
        assert_eq!(
            (block.whole, block.broken),
            (2, Some(RejectReason::LineTooLong))
        );
        assert!(text.len() <= 2 * BLOCK);
        assert!(lines.next_block(&mut text).is_none());
    }
}
