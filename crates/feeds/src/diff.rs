//! What changed between two snapshots of a zone or list, in bounded memory.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use names::Scratch;

use crate::batch::{Batch, LineTally};
use crate::error::FeedError;
use crate::input::Input;
use crate::runs::{Merge, Sorter};

/// What happened to a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// Only the new snapshot has it.
    Added,
    /// Only the old snapshot has it.
    Removed,
}

/// What a comparison may use.
#[derive(Clone, Debug)]
pub struct DiffOptions {
    /// Memory for sorting, both snapshots together, in bytes. Readers and decompression come on top.
    pub memory_bytes: usize,
    /// Where temporary files go: about as many bytes as both snapshots have names in text, none when they fit into
    /// memory. They have no names and vanish with the process.
    pub temp_dir: PathBuf,
}

impl Default for DiffOptions {
    /// 256 MiB, and the system's directory for temporary files.
    fn default() -> Self {
        DiffOptions {
            memory_bytes: 256 * 1024 * 1024,
            temp_dir: std::env::temp_dir(),
        }
    }
}

/// What was compared: `unchanged + removed == old.names` and `unchanged + added == new.names`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DiffSummary {
    /// The old snapshot.
    pub old: SideSummary,
    /// The new snapshot.
    pub new: SideSummary,
    /// Names only the new one has.
    pub added: u64,
    /// Names only the old one has.
    pub removed: u64,
    /// Names both have.
    pub unchanged: u64,
}

/// What one snapshot held: `tally.observations == names + repeats +` the sum of `unreadable`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SideSummary {
    /// What became of its lines. Where lines were rejected, changes may be missed or made up.
    pub tally: LineTally,
    /// Distinct names.
    pub names: u64,
    /// Observations of a name that had been observed before.
    pub repeats: u64,
    /// Observations that are no names, by `NameFault::id`.
    pub unreadable: BTreeMap<&'static str, u64>,
}

/// Tells `sink` every name that only one of two snapshots has, sorted by bytes, each once.
///
/// Names are compared in A-label form, lower case, without wildcard; that is also how they are told. Both snapshots
/// are read at once, on a thread each, sorted piecewise and merged. Nothing is told before both have been read to
/// their ends: half a snapshot would make the other half look removed.
pub fn diff(
    old: Input,
    new: Input,
    options: &DiffOptions,
    sink: &mut dyn FnMut(Change, &[u8]) -> io::Result<()>,
) -> Result<DiffSummary, FeedError> {
    let (old, new) = std::thread::scope(|scope| {
        let old = scope.spawn(|| sort(old, options));
        let new = sort(new, options);
        (
            old.join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            new,
        )
    });
    let ((old, mut before), (new, mut after)) = (old?, new?);
    let unusable = |source| unusable(options, source);
    let mut summary = DiffSummary {
        old,
        new,
        ..DiffSummary::default()
    };
    loop {
        let order = match (before.current(), after.current()) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(before), Some(after)) => before.cmp(after),
        };
        if let Some(name) = before.current().filter(|_| order.is_lt()) {
            summary.removed += 1;
            sink(Change::Removed, name).map_err(FeedError::Sink)?;
        } else if let Some(name) = after.current().filter(|_| order.is_gt()) {
            summary.added += 1;
            sink(Change::Added, name).map_err(FeedError::Sink)?;
        } else {
            summary.unchanged += 1;
        }
        if order.is_le() {
            before.advance().map_err(unusable)?;
        }
        if order.is_ge() {
            after.advance().map_err(unusable)?;
        }
    }
    summary.old.settle(summary.unchanged + summary.removed);
    summary.new.settle(summary.unchanged + summary.added);
    Ok(summary)
}

/// Reads one snapshot to its end and sorts its names.
fn sort(mut input: Input, options: &DiffOptions) -> Result<(SideSummary, Merge), FeedError> {
    let unusable = |source| unusable(options, source);
    let mut sorter = Sorter::new(options.memory_bytes / 2, &options.temp_dir);
    let mut side = SideSummary::default();
    let mut batch = Batch::default();
    let mut scratch = Scratch::default();
    while input.next_batch(&mut batch)? {
        side.tally += &batch.tally;
        for &record in &batch.records {
            match scratch.parse(batch.name(record)) {
                Ok(name) => sorter.push(name.as_str().as_bytes()).map_err(unusable)?,
                Err(fault) => *side.unreadable.entry(fault.id()).or_default() += 1,
            }
        }
    }
    Ok((side, sorter.finish().map_err(unusable)?))
}

impl SideSummary {
    fn settle(&mut self, names: u64) {
        self.names = names;
        self.repeats = self.tally.observations - names - self.unreadable.values().sum::<u64>();
    }
}

fn unusable(options: &DiffOptions, source: io::Error) -> FeedError {
    FeedError::Temporary {
        directory: options.temp_dir.clone(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::Format;

    fn snapshot(text: &str) -> Input {
        Input::from_reader(
            "snapshot",
            Box::new(io::Cursor::new(text.to_owned())),
            Format::List,
        )
        .expect("plain text")
    }

    fn compare(old: &str, new: &str, memory_bytes: usize) -> (String, DiffSummary) {
        let options = DiffOptions {
            memory_bytes,
            ..DiffOptions::default()
        };
        let mut told = String::new();
        let mut sink = |change, name: &[u8]| {
            told.push(if change == Change::Added { '+' } else { '-' });
            told += str::from_utf8(name).expect("names are ASCII");
            told.push(' ');
            Ok(())
        };
        let summary = diff(snapshot(old), snapshot(new), &options, &mut sink)
            .expect("temporary files can be used");
        (told, summary)
    }

    #[track_caller]
    fn check(old: &str, new: &str, want: &str) {
        assert_eq!(compare(old, new, 1 << 20).0, want);
    }

    #[test]
    fn added_and_removed() {
        check(
            "a.example\nb.example\n",
            "c.example\nb.example\n",
            "-a.example +c.example ",
        );
        check("", "a.example\n", "+a.example ");
        check("a.example\n", "", "-a.example ");
        check("", "", "");
    }

    #[test]
    fn compared_as_names() {
        check("A.example.\n*.b.example\n", "a.example\nb.example\n", "");
        check("bücher.example\n", "", "-xn--bcher-kva.example ");
    }

    #[test]
    fn every_observation_is_counted() {
        let (_, summary) = compare(
            "a.example\na.example\n\na..b\n# x\n",
            "a.example\n\0.example\nx y\n",
            1 << 20,
        );
        let old = &summary.old;
        assert_eq!((old.names, old.repeats, old.tally.structure), (1, 1, 2));
        assert_eq!(old.unreadable, BTreeMap::from([("empty-label", 1)]));
        assert_eq!((summary.new.names, summary.new.tally.rejected), (1, 1));
        assert_eq!(summary.new.unreadable, BTreeMap::from([("character", 1)]));
        assert_eq!(
            (summary.added, summary.removed, summary.unchanged),
            (0, 0, 1)
        );
    }

    #[test]
    fn a_damaged_snapshot_tells_nothing() {
        use std::io::Write;
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed
            .write_all(b"a.example\n")
            .expect("a Vec takes everything");
        let mut packed = packed.finish().expect("a Vec takes everything");
        packed.truncate(packed.len() - 8);
        let cut = Input::from_reader("cut", Box::new(io::Cursor::new(packed)), Format::List)
            .expect("opens");
        let mut sink = |_, _: &[u8]| -> io::Result<()> { panic!("nothing is to be told") };
        let told = diff(
            snapshot("b.example\n"),
            cut,
            &DiffOptions::default(),
            &mut sink,
        );
        assert!(matches!(told, Err(FeedError::Truncated { .. })), "{told:?}");
    }

    #[test]
    fn a_closed_sink_stops_it() {
        let mut sink = |_, _: &[u8]| Err(io::ErrorKind::BrokenPipe.into());
        let told = diff(
            snapshot("a.example\n"),
            snapshot(""),
            &DiffOptions::default(),
            &mut sink,
        );
        assert!(
            matches!(told, Err(FeedError::Sink(error)) if error.kind() == io::ErrorKind::BrokenPipe)
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// However little memory there is, the result is that of two sets.
        #[test]
        fn equals_sets(
            old in prop::collection::vec("[a-d]{1,4}\\.(example|test)", 0..600),
            new in prop::collection::vec("[a-d]{1,4}\\.(example|test)", 0..600),
            memory_bytes in prop::sample::select(vec![0, 1000, 10_000, 1 << 20]),
        ) {
            let (told, summary) = compare(&old.join("\n"), &new.join("\n"), memory_bytes);
            let before: BTreeSet<&String> = old.iter().collect();
            let after: BTreeSet<&String> = new.iter().collect();
            let mut want = String::new();
            for name in before.symmetric_difference(&after) {
                want.push(if after.contains(name) { '+' } else { '-' });
                want += name;
                want.push(' ');
            }
            prop_assert_eq!(told, want);
            prop_assert_eq!(summary.old.names, before.len() as u64);
            prop_assert_eq!(summary.old.repeats, (old.len() - before.len()) as u64);
            prop_assert_eq!(summary.unchanged, before.intersection(&after).count() as u64);
        }
    }
}
