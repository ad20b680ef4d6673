//! Options that several commands share.

use crate::output::Format;
use feeds::Format as InputFormat;
use std::num::NonZeroUsize;

/// How a list is written.
#[derive(clap::Args, Clone, Copy, Debug)]
pub(super) struct ListArgs {
    /// How to write the result
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: Format,
}

/// How inputs are read.
#[derive(clap::Args, Clone, Copy, Debug)]
pub(super) struct InputArgs {
    /// What the inputs are: auto, list, zone, csv or certstream
    ///
    /// `auto` tells it from the first 64 KiB. gzip, zstd, xz, bzip2 and zip are always recognised by content.
    #[arg(long, default_value_t, value_name = "FORMAT", value_parser = input_format)]
    pub(super) input_format: InputFormat,
}

/// How many threads work.
#[derive(clap::Args, Clone, Copy, Debug)]
pub(super) struct ThreadArgs {
    /// How many threads judge names; as many as there are cores by default
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

impl ThreadArgs {
    pub(super) fn count(self) -> NonZeroUsize {
        self.threads
            .and_then(|threads| NonZeroUsize::new(threads.into()))
            .or_else(|| std::thread::available_parallelism().ok())
            .unwrap_or(NonZeroUsize::MIN)
    }
}

fn input_format(text: &str) -> Result<InputFormat, feeds::FeedError> {
    text.parse()
}
