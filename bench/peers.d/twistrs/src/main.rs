//! twistrs, resident: `visit_all` into a set of 64-bit hashes, then look-ups.
//!
//! Speaks the protocol of `resident.py`, which tells it.

use rustc_hash::{FxBuildHasher, FxHashSet};
use rustix::time::{ClockId, clock_gettime};
use std::error::Error;
use std::fs::File;
use std::hash::BuildHasher;
use std::io::{self, BufRead, BufReader, Write};
use twistrs::filter::Permissive;
use twistrs::permutate::Domain;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = || {
        arguments
            .next()
            .ok_or("usage: run-twistrs PROTECTED NAMES LIMIT_S")
    };
    let (protected, names, limit) = (argument()?, argument()?, argument()?);

    let list = build(&protected, limit.parse()?)?;
    let mut answers = io::stdout().lock();
    writeln!(
        answers,
        "ready {} {} {}",
        list.covered,
        list.refused,
        list.imitations.len()
    )?;
    answers.flush()?;
    for line in io::stdin().lock().lines() {
        line?;
        let (judged, flagged) = look_up(&list.imitations, &names)?;
        writeln!(answers, "judged {judged} {flagged}")?;
        answers.flush()?;
    }
    Ok(())
}

/// What is generated once and looked up ever after.
#[derive(Default)]
struct List {
    /// How many protected domains were taken up.
    covered: usize,
    /// How many of them twistrs would not take, such as public suffixes.
    refused: usize,
    /// The hash of every imitation.
    imitations: FxHashSet<u64>,
}

/// Builds the list until it is whole, or until the process has used `limit_s` seconds of CPU time.
fn build(protected: &str, limit_s: i64) -> Result<List, Box<dyn Error>> {
    let mut list = List::default();
    for line in BufReader::new(File::open(protected)?).lines() {
        match Domain::new(&line?) {
            Ok(domain) => domain.visit_all(&Permissive, |imitation| {
                let name = imitation.domain.fqdn.as_bytes();
                list.imitations.insert(FxBuildHasher.hash_one(name));
            }),
            Err(_) => list.refused += 1,
        }
        list.covered += 1;
        if clock_gettime(ClockId::ProcessCPUTime).tv_sec >= limit_s {
            break;
        }
    }
    Ok(list)
}

fn look_up(imitations: &FxHashSet<u64>, names: &str) -> io::Result<(usize, usize)> {
    let mut reader = BufReader::with_capacity(1 << 16, File::open(names)?);
    let mut line = Vec::new();
    let (mut judged, mut flagged) = (0, 0);
    while reader.read_until(b'\n', &mut line)? > 0 {
        judged += 1;
        let name = line.strip_suffix(b"\n").unwrap_or(&line);
        flagged += usize::from(imitations.contains(&FxBuildHasher.hash_one(name)));
        line.clear();
    }
    Ok((judged, flagged))
}
