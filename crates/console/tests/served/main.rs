//! What is served, asked for by real clients over loopback.

mod certstream;
mod client;
mod events;
mod pages;
