//! What keeps a server of the testbed from starting or from doing what it is asked.

use std::io;
use std::path::PathBuf;

/// Why the testbed cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum TestbedError {
    /// The authority could not be made: no random numbers, or a certificate that cannot be written.
    #[error("cannot make the testbed's own authority: {0}")]
    Authority(#[source] rcgen::Error),
    /// The server's thread, port or runtime is not to be had.
    #[error("cannot serve on 127.0.0.1 port {port}: {source}")]
    Serve {
        /// As asked for; 0 means any that is free.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// The list of logs could not be written.
    #[error("cannot write the list of logs {}: {source}", path.display())]
    List {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A recorded tile could not be read.
    #[error("cannot read the recorded tile {}: {source}", path.display())]
    Recorded {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A recorded tile is not 256 entries of static-ct-api.
    #[error("{} is no full data tile: entry {entry} cannot be read", path.display())]
    NoTile {
        /// The file.
        path: PathBuf,
        /// The first entry that cannot be read, from 0; 256 where something follows the last.
        entry: usize,
    },
    /// Not the kind of a fault.
    #[error("there is no fault `{given}`; choose one of {known}")]
    UnknownFault {
        /// As given.
        given: String,
        /// The ids of all faults.
        known: String,
    },
    /// Not a dialect.
    #[error("there is no dialect `{given}`; choose one of tiles, rfc6962, both")]
    UnknownDialect {
        /// As given.
        given: String,
    },
    /// A scenario that cannot be played.
    #[error("the scenario cannot be played: {why}")]
    Scenario {
        /// What is wrong with it.
        why: String,
    },
    /// The name does not fit into a certificate.
    #[error("a name of {length} bytes is not put on a certificate; give 1 to {limit}")]
    Name {
        /// Its length in bytes.
        length: usize,
        /// The most that is taken.
        limit: usize,
    },
}
