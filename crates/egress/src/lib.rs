//! The one door to the network: every socket that calls out is opened here.
//!
//! [`Guard`] says which addresses may be called on the word of strangers, [`Pace`] how often, and [`Http`] calls: within
//! a time, a size, and without following where it is sent. What a peer says stays bytes; packed bodies are unpacked by
//! whoever has a thread for it, with [`unpack`].

mod answer;
mod error;
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
pub mod websocket;

pub use answer::Answer;
pub use error::EgressError;
pub use guard::{Guard, Refusal, Trust};
pub use gzip::{unpack, unpack_into};
pub use http::{Get, Http, Post};
pub use identity::user_agent;
pub use pace::{Backoff, MAX_HOLD, Pace, Rate};
pub use settings::{Proxy, Settings};
