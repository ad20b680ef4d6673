//! Any bytes, as a written dossier: what can be read is written as it was read.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(dossier) = render::parse_dossier(text) {
        let again = render::parse_dossier(&render::dossier(&dossier));
        assert_eq!(again.as_ref(), Ok(&dossier));
    }
});
