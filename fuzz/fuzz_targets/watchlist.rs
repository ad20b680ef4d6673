//! Text to a watchlist: it is read or refused at a place in the text, and nothing panics.

#![no_main]

use libfuzzer_sys::fuzz_target;
use names::SuffixList;
use resemble::{Catalogue, Watchlist};

fuzz_target!(|raw: &[u8]| {
    let Ok(text) = std::str::from_utf8(raw) else {
        return;
    };
    if let Err(fault) = Watchlist::parse(text, &Catalogue::embedded(), &SuffixList::embedded())
        && let Some(span) = fault.span
    {
        assert!(text.get(span).is_some());
    }
});
