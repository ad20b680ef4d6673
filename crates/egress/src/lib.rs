//! The one door to the network: every socket that calls out is opened here.
//!
//! [`Guard`] says which addresses may be called on the word of strangers, [`Pace`] and [`Gate`] how often and how many
//! at once. [`Http`] calls services: within a time, a size, and without following where it is sent. [`Dialer`] looks at
//! whoever is there: names ([`dns`]), one question and its answer, the handshake of TLS, a page at the end of its
//! redirects. [`FilteringProxy`] lets a browser do so by the same rules. What a peer says stays bytes; packed bodies of
//! services are unpacked by whoever has a thread for it, with [`unpack`].

mod answer;
mod clock;
mod dial;
pub mod dns;
mod error;
mod exchange;
mod filter;
mod gate;
mod guard;
mod gzip;
mod http;
mod identity;
#[cfg(test)]
mod loopback;
mod pace;
mod resolve;
mod settings;
mod tls;
mod visit;
pub mod websocket;

pub use answer::Answer;
pub use dial::{Dialer, Endpoint};
pub use error::{EgressError, Kind};
pub use exchange::Exchange;
pub use filter::{FilteringProxy, ProxyLimits};
pub use gate::{Gate, Manners, Permit};
pub use guard::{Guard, Refusal, Trust};
pub use gzip::{unpack, unpack_into};
pub use http::{Get, Http, Post};
pub use identity::user_agent;
pub use pace::{Backoff, MAX_HOLD, Pace, Rate};
pub use settings::{Proxy, Settings};
pub use tls::{Handshake, Hello};
pub use visit::{Astray, Hop, Visit, Visited};
