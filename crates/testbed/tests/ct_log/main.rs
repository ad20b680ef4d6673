//! The testbed's log, read by `ct` and by a client that believes nothing: as it should be, and with each fault.

mod client;
mod faults;
mod honest;
