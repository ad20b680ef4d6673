//! What ends a watch.

/// Why the pipeline cannot start, or cannot go on. What may pass is waited for, and never gets here.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The ledger cannot be used; nothing that was not written before is lost, it is read again.
    #[error(transparent)]
    Ledger(#[from] ledger::LedgerError),
    /// The lake cannot be written.
    #[error(transparent)]
    Lake(#[from] lake::LakeError),
    /// Requests cannot be made at all.
    #[error(transparent)]
    Egress(#[from] egress::EgressError),
    /// We cannot listen.
    #[error(transparent)]
    Console(#[from] console::ConsoleError),
    /// No log list, and none from before.
    #[error("the log list {place}: {why}")]
    ConfigList {
        /// The file or the URL.
        place: String,
        /// What is wrong with it.
        why: String,
    },
    /// A list or table for looks cannot be used.
    #[error(transparent)]
    ConfigProbe(#[from] probe::ProbeError),
    /// A file that the configuration names cannot be read.
    #[error("{}: {source}", path.display())]
    ConfigFile {
        /// The file.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A channel cannot be used as it is configured.
    #[error(transparent)]
    ConfigNotify(#[from] notify::NotifyError),
}
