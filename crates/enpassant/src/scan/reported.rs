//! What was told already: within one run, and in runs before it.
//!
//! A state file is text: a line that names the format, then one line of 18 bytes for each registrable domain and
//! organisation, sorted: 16 hexadecimal digits, a blank, and `a` for alert, `w` for watch or `-`.

use model::Tier;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

const HEAD: &str = "enpassant since 1\n";

/// Digits, blank, tier, line feed.
const ENTRY: usize = 19;

/// Registrable domains that were told to organisations, with the highest tier so far.
#[derive(Default, Debug, PartialEq)]
pub(crate) struct Reported {
    told: FxHashMap<u64, Option<Tier>>,
}

/// Why a state file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StateFault {
    /// The system failed.
    #[error("cannot use the state file {}: {source}", path.display())]
    System { path: PathBuf, source: io::Error },
    /// It is something else, or was changed.
    #[error(
        "{} is not a state file of `scan --since`, or it is damaged ({place}); move it away to start anew",
        path.display()
    )]
    Damaged { path: PathBuf, place: String },
}

impl Reported {
    /// Reads a state file; where there is none, nothing was told.
    pub(crate) fn read(path: &Path) -> Result<Self, StateFault> {
        let system = |source| StateFault::System {
            path: path.to_owned(),
            source,
        };
        let damaged = |place: String| StateFault::Damaged {
            path: path.to_owned(),
            place,
        };
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(system(error)),
        };
        let mut file = BufReader::new(file);
        let mut head = String::new();
        let read = file.by_ref().take(HEAD.len() as u64).read_line(&mut head);
        match read {
            Err(error) if error.kind() != io::ErrorKind::InvalidData => return Err(system(error)),
            _ if head != HEAD => return Err(damaged("line 1".into())),
            _ => {}
        }
        let mut told = FxHashMap::default();
        for line in 2_u64.. {
            if file.fill_buf().map_err(system)?.is_empty() {
                break;
            }
            let mut entry = [0; ENTRY];
            match file.read_exact(&mut entry) {
                Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
                    return Err(system(error));
                }
                _ => {}
            }
            let (key, tier) = parse(entry).ok_or_else(|| damaged(format!("line {line}")))?;
            told.insert(key, tier);
        }
        Ok(Self { told })
    }

    /// Notes that a registrable domain is told to an organisation; false if it was already, at this tier or above.
    pub(crate) fn is_news(
        &mut self,
        registrable: &str,
        organisation: &str,
        tier: Option<Tier>,
    ) -> bool {
        let key = key(registrable, organisation);
        match self.told.get_mut(&key) {
            Some(known) if *known >= tier => false,
            Some(known) => {
                *known = tier;
                true
            }
            None => {
                self.told.insert(key, tier);
                true
            }
        }
    }

    /// Writes a state file, whole or not at all, and waits until it is on the disk.
    pub(crate) fn write(&self, path: &Path) -> Result<(), StateFault> {
        self.replace(path).map_err(|source| StateFault::System {
            path: path.to_owned(),
            source,
        })
    }

    fn replace(&self, path: &Path) -> io::Result<()> {
        let directory = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let mut entries: Vec<_> = self.told.iter().collect();
        entries.sort_unstable_by_key(|(key, _)| **key);
        let mut file = tempfile::NamedTempFile::new_in(directory)?;
        let mut out = BufWriter::new(file.as_file_mut());
        out.write_all(HEAD.as_bytes())?;
        for (key, tier) in entries {
            writeln!(out, "{key:016x} {}", letter(*tier))?;
        }
        out.flush()?;
        drop(out);
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        File::open(directory)?.sync_all()
    }
}

/// The first 64 bits of a digest that nobody can aim at, so that no name can be made to hide another.
fn key(registrable: &str, organisation: &str) -> u64 {
    // No id holds a NUL.
    let digest = Sha256::new()
        .chain_update(organisation)
        .chain_update([0])
        .chain_update(registrable)
        .finalize();
    u64::from_be_bytes(std::array::from_fn(|at| digest[at]))
}

fn letter(tier: Option<Tier>) -> char {
    match tier {
        Some(Tier::Alert) => 'a',
        Some(Tier::Watch) => 'w',
        None => '-',
    }
}

fn parse(entry: [u8; ENTRY]) -> Option<(u64, Option<Tier>)> {
    let digits = &entry[..16];
    if !digits
        .iter()
        .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    {
        return None;
    }
    let key = u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    let tier = match &entry[16..] {
        b" a\n" => Some(Tier::Alert),
        b" w\n" => Some(Tier::Watch),
        b" -\n" => None,
        _ => return None,
    };
    Some((key, tier))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_higher_tier_is_news_again() {
        let mut reported = Reported::default();
        let mut news = |tier| reported.is_news("a.example", "x", tier);
        assert!(news(None) && !news(None));
        assert!(news(Some(Tier::Watch)) && !news(Some(Tier::Watch)) && !news(None));
        assert!(news(Some(Tier::Alert)) && !news(Some(Tier::Watch)));
        assert!(
            reported.is_news("a.example", "y", None) && reported.is_news("b.example", "x", None)
        );
    }

    #[test]
    fn what_is_written_is_read_back() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("state");
        assert_eq!(
            Reported::read(&path).expect("there is none"),
            Reported::default()
        );
        let mut reported = Reported::default();
        for (name, tier) in [
            ("a", None),
            ("b", Some(Tier::Watch)),
            ("c", Some(Tier::Alert)),
        ] {
            assert!(reported.is_news(name, "x", tier));
        }
        reported.write(&path).expect("it can be written");
        reported.write(&path).expect("it can be replaced");
        assert_eq!(Reported::read(&path).expect("it was written"), reported);
        assert_eq!(
            std::fs::read_dir(directory.path())
                .expect("it is there")
                .count(),
            1
        );
    }

    #[test]
    fn damage_is_told_with_its_place() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("state");
        let entry = "0123456789abcdef w\n";
        for (text, place) in [
            (String::new(), "line 1"),
            ("a list of names\n".into(), "line 1"),
            ("\u{ff}\u{fe}".into(), "line 1"),
            (format!("{HEAD}{entry}0123"), "line 3"),
            (format!("{HEAD}{}", entry.replace('w', "x")), "line 2"),
            (format!("{HEAD}{}", entry.replace('0', "+")), "line 2"),
        ] {
            std::fs::write(&path, &text).expect("it can be written");
            let fault = Reported::read(&path)
                .expect_err("it is damaged")
                .to_string();
            assert!(fault.contains(&format!("({place})")), "{text:?}: {fault}");
        }
    }
}
