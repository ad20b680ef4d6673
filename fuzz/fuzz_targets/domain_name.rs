//! Bytes to a name: what parses prints, parses again to the same, and nothing that
//! is said of it panics.

#![no_main]

use libfuzzer_sys::fuzz_target;
use names::{DomainName, NameRef, Scratch, SuffixList, escaped, registrable, skeleton};

fuzz_target!(|raw: &[u8]| {
    if let Ok(text) = std::str::from_utf8(raw) {
        let once = skeleton(text);
        assert_eq!(skeleton(&once), once);
        let _ = escaped(text).to_string();
    }
    let mut scratch = Scratch::default();
    let Ok(name) = scratch.parse(raw).map(NameRef::to_owned) else {
        return;
    };
    assert_eq!(name.to_string().parse(), Ok(name.clone()));
    let unicode = name.to_unicode();
    assert_eq!(
        unicode.parse::<DomainName>(),
        Ok(name.clone()),
        "{unicode:?}"
    );
    if let Some(domain) = registrable(&name, &SuffixList::embedded()) {
        assert!(name.as_str().ends_with(domain.as_str()));
        assert!(domain.as_str().ends_with(domain.suffix()));
    }
    let _ = name.defanged().to_string();
});
