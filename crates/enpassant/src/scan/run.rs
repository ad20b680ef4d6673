//! The threads and what goes between them.

use crate::scan::sequence::Sequence;
use crate::scan::sift::Desk;
use crate::scan::{Bench, Judged};
use anyhow::Result;
use crossbeam_channel::{Receiver, Sender, bounded, select};
use feeds::{Batch, FeedError, Format, Input};
use std::any::Any;
use std::convert::Infallible;
use std::io::Cursor;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

/// Where names come from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Feed {
    /// A file by its path.
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// A text that is already here, with what to call it.
    Text { label: &'static str, text: String },
}

impl Feed {
    /// Opens it; waits for the first lines of a stream.
    pub(crate) fn open(self, format: Format) -> Result<Input, FeedError> {
        match self {
            Self::File(path) => Input::open(&path, format),
            Self::Stdin => Input::stdin(format),
            Self::Text { label, text } => {
                Input::from_reader(label, Box::new(Cursor::new(text)), format)
            }
        }
    }
}

/// What comes out, in the order of the input.
pub(crate) enum Event {
    /// A batch, judged.
    Names(Box<Judged>),
    /// An input could not be read, or not to its end. The others are.
    Fault(FeedError),
}

/// A batch on its way to a worker.
struct Work {
    number: u64,
    batch: Batch,
    source: Arc<str>,
    position: u64,
}

/// An event on its way back; a worker's panic travels with it, so that it is not lost among threads.
type Done = (u64, thread::Result<Event>);

/// Reads all of `feeds`, one after the other, judges their names on `threads` threads, and calls `take` on this one
/// with everything in order.
///
/// The first error of `take` ends the run and is returned. The reader may then still wait for its input; it is
/// left behind, as whoever runs us ends.
pub(crate) fn run(
    feeds: Vec<Feed>,
    format: Format,
    bench: &Bench<'_>,
    threads: NonZeroUsize,
    take: &mut dyn FnMut(&Event) -> Result<()>,
) -> Result<()> {
    let room = 2 * threads.get() + 2;
    let (hand_back, pool) = bounded(room);
    for _ in 0..room {
        hand_back
            .send(Batch::default())
            .expect("there is room for each, and `pool` is here");
    }
    let (give, work) = bounded(room);
    let (finish, done) = bounded(room);
    let (wanted, stopped) = bounded(0);
    let reader = Reader {
        format,
        pool,
        give,
        finish: finish.clone(),
        number: 0,
        before: 0,
        batch: Batch::default(),
    };
    let reader = thread::spawn(move || reader.read_all(feeds));
    thread::scope(|scope| {
        for _ in 0..threads.get() {
            let (work, stopped, finish) = (work.clone(), stopped.clone(), finish.clone());
            scope.spawn(move || judge_all(bench, &work, &stopped, &finish));
        }
        drop((work, finish));
        Taker {
            done,
            hand_back,
            _wanted: wanted,
        }
        .take_all(take)
    })?;
    reader.join().unwrap_or_else(|panic| resume_unwind(panic));
    Ok(())
}

/// The end of the line. Once it is gone nobody can go on: not the reader, and not the workers either, though
/// the reader may still hold their work.
struct Taker {
    done: Receiver<Done>,
    hand_back: Sender<Batch>,
    /// Nothing is ever sent; workers see that it is gone.
    _wanted: Sender<Infallible>,
}

impl Taker {
    fn take_all(self, take: &mut dyn FnMut(&Event) -> Result<()>) -> Result<()> {
        let mut sequence = Sequence::new();
        for (number, event) in &self.done {
            sequence.push(number, event);
            while let Some(event) = sequence.pop() {
                let event = event.unwrap_or_else(|panic: Box<dyn Any + Send>| resume_unwind(panic));
                take(&event)?;
                if let Event::Names(judged) = event {
                    // The reader is gone once it has read all.
                    let _ = self.hand_back.send(judged.batch);
                }
            }
        }
        Ok(())
    }
}

/// Judges batch after batch until there are no more, or nobody wants them.
fn judge_all(
    bench: &Bench<'_>,
    work: &Receiver<Work>,
    stopped: &Receiver<Infallible>,
    finish: &Sender<Done>,
) {
    let mut desk = Desk::default();
    loop {
        let next = select! {
            recv(work) -> next => next,
            recv(stopped) -> _ => return,
        };
        let Ok(Work {
            number,
            batch,
            source,
            position,
        }) = next
        else {
            return;
        };
        let judge = AssertUnwindSafe(|| {
            Event::Names(Box::new(bench.judge(batch, source, position, &mut desk)))
        });
        if finish.send((number, catch_unwind(judge))).is_err() {
            return;
        }
    }
}

/// Nobody wants more.
struct Stopped;

struct Reader {
    format: Format,
    pool: Receiver<Batch>,
    give: Sender<Work>,
    finish: Sender<Done>,
    /// Of the next event.
    number: u64,
    /// Bytes of the files before this one.
    before: u64,
    /// The batch in hand.
    batch: Batch,
}

impl Reader {
    fn read_all(mut self, feeds: Vec<Feed>) {
        for feed in feeds {
            let read = match feed.open(self.format) {
                Ok(input) => self.read(input),
                Err(fault) => self.fault(fault),
            };
            if read.is_err() {
                return;
            }
        }
    }

    fn read(&mut self, mut input: Input) -> Result<(), Stopped> {
        let mut source: Arc<str> = input.label().into();
        loop {
            match input.next_batch(&mut self.batch) {
                Ok(true) => {
                    if *source != *input.label() {
                        source = input.label().into();
                    }
                    self.give(source.clone())?;
                }
                Ok(false) => break,
                Err(fault) => self.fault(fault)?,
            }
        }
        self.before += input.size().unwrap_or(0);
        Ok(())
    }

    /// Hands on the batch and takes an empty one, for which it may have to wait.
    fn give(&mut self, source: Arc<str>) -> Result<(), Stopped> {
        let position = self.before + self.batch.bytes_read;
        let empty = self.pool.recv().map_err(|_| Stopped)?;
        let batch = std::mem::replace(&mut self.batch, empty);
        let work = Work {
            number: self.number,
            batch,
            source,
            position,
        };
        self.number += 1;
        self.give.send(work).map_err(|_| Stopped)
    }

    fn fault(&mut self, fault: FeedError) -> Result<(), Stopped> {
        let number = self.number;
        self.number += 1;
        self.finish
            .send((number, Ok(Event::Fault(fault))))
            .map_err(|_| Stopped)
    }
}
