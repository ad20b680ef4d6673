//! Segments on the disk: written whole or not at all, found again, removed.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::encode::encode;
use crate::error::LakeError;
use crate::path::{SegmentPath, is_temporary};
use crate::read;
use crate::rows::{Row, Rows};

/// A folder of segments that this process writes. The folder is locked as long as this lives.
#[derive(Debug)]
pub struct Lake {
    folder: PathBuf,
    _lock: File,
    #[cfg(any(test, feature = "faults"))]
    faults: crate::faults::Faults,
}

/// A segment as it was written, for the ledger to register.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written {
    /// Its number.
    pub number: u64,
    /// Its path, relative to the lake: `day=2026-11-22/000000000042.parquet`.
    pub path: String,
    /// How many rows it has.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// The day (UTC) of the row that was pushed first, under which it lies.
    pub day: Date,
    /// The earliest time in it.
    pub first_at: Timestamp,
    /// The latest time in it.
    pub last_at: Timestamp,
}

/// What [`Lake::reconcile`] found; each by its path, sorted.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Reconciled {
    /// Files that were no registered segments, and are gone.
    pub removed: Vec<String>,
    /// Registered segments that are not there.
    pub missing: Vec<String>,
}

impl Lake {
    /// Opens the lake in `folder`, which is made if it is not there.
    ///
    /// Errors: [`LakeError::Held`] when another process has it open; [`LakeError::Io`].
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, LakeError> {
        let folder = folder.into();
        fs::create_dir_all(&folder).map_err(LakeError::io("make", &folder))?;
        let path = folder.join(LOCK);
        let lock = File::create(&path).map_err(LakeError::io("open", &path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Lake {
                folder,
                _lock: lock,
                #[cfg(any(test, feature = "faults"))]
                faults: crate::faults::Faults::default(),
            }),
            Err(TryLockError::WouldBlock) => Err(LakeError::Held { path: folder }),
            Err(TryLockError::Error(source)) => Err(LakeError::io("lock", &path)(source)),
        }
    }

    /// Says whose lake this is, by the ledger's id, so that no other ledger takes its segments for what a crash has left. The
    /// first who says so has it.
    ///
    /// Errors: [`LakeError::OtherLedger`], [`LakeError::Io`].
    pub fn belong_to(&self, ledger: &str) -> Result<(), LakeError> {
        let path = self.folder.join(OWNER);
        match fs::read_to_string(&path) {
            Ok(owner) if owner.trim() == ledger => Ok(()),
            Ok(_) => Err(LakeError::OtherLedger {
                path: self.folder.clone(),
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                write_synced(&path, format!("{ledger}\n").as_bytes())
                    .map_err(LakeError::io("write", &path))?;
                sync_folder(&self.folder)
            }
            Err(error) => Err(LakeError::io("read", &path)(error)),
        }
    }

    /// Writes the rows as segment `number`. On return they are on the disk and will outlast a power cut; on an error the
    /// segment may be there or not. The rows stay as they are, so that the same call can be made again: it replaces what
    /// the one before has left.
    ///
    /// Errors: [`LakeError::NoRows`], [`LakeError::Full`], [`LakeError::Io`].
    pub fn write(&self, number: u64, rows: &Rows) -> Result<Written, LakeError> {
        let span = rows.span().ok_or(LakeError::NoRows)?;
        let day = span.opening.to_zoned(TimeZone::UTC).date();
        let path = SegmentPath { day, number };
        let bytes = encode(rows)?;
        self.put(path, &bytes)?;
        Ok(Written {
            number,
            path: path.to_string(),
            rows: rows.len() as u64,
            bytes: bytes.len() as u64,
            day,
            first_at: span.first,
            last_at: span.last,
        })
    }

    /// Removes what a crash has left: temporary files, and segments that are not `registered` (paths as in
    /// [`Written::path`]). To be called on start, before the first write. What is not the lake's own is left alone.
    ///
    /// Errors: [`LakeError::Foreign`], since a crash leaves one segment and not a lake; [`LakeError::NotASegment`] for a
    /// registered path; [`LakeError::Io`].
    pub fn reconcile<'a>(
        &self,
        registered: impl IntoIterator<Item = &'a str>,
    ) -> Result<Reconciled, LakeError> {
        let mut missing: Vec<SegmentPath> = registered
            .into_iter()
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        missing.sort_unstable();
        let mut surplus = Vec::new();
        let mut removed = Vec::new();
        let mut known = 0_usize;
        for folder in names(&self.folder)? {
            let path = self.folder.join(&folder);
            if !folder.starts_with("day=") || !path.is_dir() {
                continue;
            }
            for file in names(&path)? {
                let relative = format!("{folder}/{file}");
                if is_temporary(&file) {
                    removed.push(relative);
                } else if let Ok(segment) = relative.parse() {
                    match missing.binary_search(&segment) {
                        Ok(at) => {
                            missing.remove(at);
                            known += 1;
                        }
                        Err(_) => surplus.push(relative),
                    }
                }
            }
        }
        if known == 0 && surplus.len() > 1 {
            return Err(LakeError::Foreign {
                path: self.folder.clone(),
                segments: surplus.len(),
            });
        }
        removed.append(&mut surplus);
        removed.sort_unstable();
        for relative in &removed {
            self.delete(relative)?;
        }
        Ok(Reconciled {
            removed,
            missing: missing.iter().map(ToString::to_string).collect(),
        })
    }

    /// Tells every row of a segment, in order. Holds some thousand rows at a time in memory.
    ///
    /// Errors: [`LakeError::NotASegment`], [`LakeError::Io`], [`LakeError::Schema`], [`LakeError::Damaged`]. What was told
    /// before an error is right.
    pub fn read(&self, path: &str, tell: impl FnMut(Row<'_>)) -> Result<(), LakeError> {
        path.parse::<SegmentPath>()?;
        read::read(&self.folder.join(path), tell)
    }

    /// Removes a segment that the ledger has forgotten. That it is not there is no error.
    ///
    /// Errors: [`LakeError::NotASegment`], [`LakeError::Io`].
    pub fn remove(&self, path: &str) -> Result<(), LakeError> {
        path.parse::<SegmentPath>()?;
        self.delete(path)
    }

    /// Makes a later write fail: the next one for 0, the one after it for 1.
    #[cfg(any(test, feature = "faults"))]
    pub fn fail_write(&self, after: u32, fault: crate::Fault) {
        self.faults.set(after, fault);
    }

    /// Puts a file in its place: under another name first, and each step on the disk before the next.
    fn put(&self, segment: SegmentPath, bytes: &[u8]) -> Result<(), LakeError> {
        #[cfg(any(test, feature = "faults"))]
        let fault = self.faults.next();
        let day = self.folder.join(segment.folder());
        if !day.is_dir() {
            fs::create_dir_all(&day).map_err(LakeError::io("make", &day))?;
            sync_folder(&self.folder)?;
        }
        let temporary = self.folder.join(segment.temporary());
        let written = write_synced(&temporary, bytes).map_err(LakeError::io("write", &temporary));
        #[cfg(any(test, feature = "faults"))]
        let written = match fault {
            Some(fault @ (crate::Fault::Lost | crate::Fault::Full)) => Err(fault.error(&temporary)),
            _ => written,
        };
        if let Err(error) = written {
            // Half a file on a full disk keeps the rest from recovering. If it stays, `reconcile` removes it.
            let _ = fs::remove_file(&temporary);
            return Err(error);
        }
        let path = self.folder.join(segment.to_string());
        fs::rename(&temporary, &path).map_err(LakeError::io("rename", &temporary))?;
        sync_folder(&day)?;
        #[cfg(any(test, feature = "faults"))]
        if fault == Some(crate::Fault::Kept) {
            return Err(crate::Fault::Kept.error(&path));
        }
        Ok(())
    }

    fn delete(&self, relative: &str) -> Result<(), LakeError> {
        let path = self.folder.join(relative);
        match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            result => result.map_err(LakeError::io("remove", &path))?,
        }
        let Some(day) = path.parent() else {
            return Ok(());
        };
        match fs::remove_dir(day) {
            Ok(()) => sync_folder(&self.folder),
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => sync_folder(day),
            Err(error) => Err(LakeError::io("remove", day)(error)),
        }
    }
}

/// Readers of Parquet folders pass over what begins with a dot.
const LOCK: &str = ".lock";
/// The file that says whose lake it is.
const OWNER: &str = ".ledger";

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes sure that the entries of a folder outlast a power cut.
fn sync_folder(path: &Path) -> Result<(), LakeError> {
    File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(LakeError::io("sync", path))
}

/// The names in a folder; none that is no text is ours.
fn names(folder: &Path) -> Result<Vec<String>, LakeError> {
    let read = || -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            if let Ok(name) = entry?.file_name().into_string() {
                names.push(name);
            }
        }
        Ok(names)
    };
    read().map_err(LakeError::io("list", folder))
}

#[cfg(test)]
mod tests;
