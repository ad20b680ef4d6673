//! Any bytes, as a list of logs: what is listed can be followed.

#![no_main]

use std::collections::HashSet;

use ct::{LogKey, LogList};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(list) = LogList::parse(bytes) else {
        return;
    };
    let ids: HashSet<_> = list.logs.iter().map(|log| log.id).collect();
    assert_eq!(ids.len(), list.logs.len(), "each id once");
    for log in &list.logs {
        assert_eq!(
            LogKey::from_der(log.key.der()).map(|key| key.id()),
            Ok(log.id)
        );
        assert!(log.url().ends_with('/') && log.url().contains("://"));
        assert!(!log.origin().is_empty() && !log.origin().ends_with('/'));
        assert!(log.interval.is_none_or(|(start, end)| start < end));
    }
    for odd in &list.oddities {
        let _ = odd.kind.to_string();
    }
});
