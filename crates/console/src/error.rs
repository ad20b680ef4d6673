//! What keeps us from serving.

use std::io;
use std::net::SocketAddr;

/// Why nothing is served. Each message is one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// The address cannot be listened on: taken, not ours, or a port that asks for privileges.
    #[error("cannot listen on {listen}: {source}; choose another address")]
    ConfigListen {
        /// As configured.
        listen: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// A name under which clients reach us is none.
    #[error("`{name}` is not a host name; give it without scheme, port and path")]
    ConfigName {
        /// As configured.
        name: String,
    },
    /// Streams cannot beat without pause.
    #[error("the heartbeat of streams is zero; give it some seconds")]
    ConfigHeartbeat,
}
