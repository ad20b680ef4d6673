//! Any bytes, as the answer of a WHOIS server: nothing that says "too many" is read as free.

#![no_main]

use libfuzzer_sys::fuzz_target;
use names::DomainName;

fuzz_target!(|bytes: &[u8]| {
    let asked: DomainName = "shop.example".parse().expect("it is a name");
    let _ = probe::whois::read(bytes, &asked).probed();
});
