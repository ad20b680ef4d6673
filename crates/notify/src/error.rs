//! Why somebody was not told.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use egress::EgressError;

/// Why somebody was not told. Messages hold no secret, and of URLs no more than the host.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// A command without a program.
    #[error("the command is empty; name a program")]
    ConfigNoProgram,
    /// The file with the secret of a web hook cannot be used.
    #[error("cannot use the secret in {}: {why}", path.display())]
    ConfigSecret {
        /// As configured.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The program could not be started.
    #[error("cannot run {program}: {source}")]
    Run {
        /// As configured.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// The program ended with a failure.
    #[error("{program} ended with {status}{}", said(says))]
    ProgramFailed {
        /// As configured.
        program: String,
        /// Such as `exit status: 1`.
        status: String,
        /// The end of its output, at most 500 printable characters.
        says: String,
    },
    /// The program took too long, and was killed with all that it started.
    #[error("{program} was killed after {} s{}", after.as_secs_f64(), said(says))]
    ProgramTimeout {
        /// As configured.
        program: String,
        /// The time it had.
        after: Duration,
        /// The end of its output, at most 500 printable characters.
        says: String,
    },
    /// The web hook was not reached, or did not take the message.
    #[error(transparent)]
    Webhook(#[from] EgressError),
}

impl NotifyError {
    /// How long the server asks us to stay away.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            NotifyError::Webhook(error) => error.retry_after(),
            _ => None,
        }
    }
}

fn said(says: &str) -> String {
    if says.is_empty() {
        String::new()
    } else {
        format!(": {says}")
    }
}
