//! What an operator's file may have wrong.

/// Why a file that the operator gave cannot be used. What the world does wrong is no error but a
/// [`Probed::Failed`](model::Probed::Failed).
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The list of RDAP servers is not as RFC 9224 says.
    #[error("the list of RDAP servers cannot be read: {why}")]
    ConfigBootstrap {
        /// What is wrong with it.
        why: String,
    },
    /// The list of WHOIS servers is not as its first line says.
    #[error("line {line} of the list of WHOIS servers: {why}")]
    ConfigServers {
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A table of networks is not as it should be.
    #[error("row {row} of the table of {table}: {why}")]
    ConfigNetworks {
        /// `networks` or `countries`.
        table: &'static str,
        /// Counted from 1.
        row: usize,
        /// What is wrong with it.
        why: String,
    },
}
