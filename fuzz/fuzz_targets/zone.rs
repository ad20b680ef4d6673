//! Any bytes, as a zone file.

#![no_main]

use feeds::Format;
use libfuzzer_sys::fuzz_target;

mod reading;

fuzz_target!(|bytes: &[u8]| reading::hold(bytes, Format::Zone));
