//! How far a scan of files has come, for people at a terminal.

use crate::scan::Feed;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal};

/// A bar on standard error with the rate and the time left, or nothing where nobody would see it.
pub(super) struct Progress(Option<ProgressBar>);

impl Progress {
    /// A bar for files of known size, if standard error is a terminal.
    pub(super) fn of(feeds: &[Feed]) -> Self {
        let size = |feed: &Feed| match feed {
            Feed::File(path) => std::fs::metadata(path)
                .ok()
                .filter(std::fs::Metadata::is_file)
                .map(|file| file.len()),
            Feed::Stdin | Feed::Text { .. } => None,
        };
        let Some(bytes) = feeds.iter().map(size).sum::<Option<u64>>() else {
            return Self(None);
        };
        if !io::stderr().is_terminal() {
            return Self(None);
        }
        let style =
            ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes}, {msg}, {eta} left")
                .expect("the template is constant");
        Self(Some(ProgressBar::new(bytes).with_style(style)))
    }

    /// So many bytes were read, and so many names judged.
    pub(super) fn at(&self, bytes: u64, names: u64) {
        if let Some(bar) = &self.0 {
            let milliseconds = (bar.elapsed().as_millis() as u64).max(1);
            let rate = names.saturating_mul(1000) / milliseconds;
            bar.set_message(format!("{} names/s", crate::output::grouped(rate)));
            bar.set_position(bytes);
        }
    }

    /// Writes something without the bar in its way.
    pub(super) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
