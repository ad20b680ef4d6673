//! Any bytes, as a file of unknown compression and format and as a list and table of their own.

#![no_main]

use feeds::Format;
use libfuzzer_sys::fuzz_target;

mod reading;

fuzz_target!(|bytes: &[u8]| {
    for format in [Format::Auto, Format::List, Format::Csv] {
        reading::hold(bytes, format);
    }
});
