//! Bytes to a judged name: spans lie within the name, findings add up to the score, and nothing panics.

#![no_main]

use judge::{Judge, Weights};
use libfuzzer_sys::fuzz_target;
use names::{Scratch, SuffixList};
use resemble::{Catalogue, Guard, Sifted, Watchlist, techniques};
use std::sync::LazyLock;

static GUARD: LazyLock<Guard> = LazyLock::new(|| {
    let (catalogue, suffixes) = (Catalogue::embedded(), SuffixList::embedded());
    let text = "[[organisation]]\nid='a'\ndomains=['en-marche.fr','kas.de','gov.pl']\n\
        people=['Emmanuel Macron']\nservices=['microsoft-365','google-workspace']";
    let (watchlist, _) = Watchlist::parse(text, &catalogue, &suffixes).expect("a valid watchlist");
    Guard::new(watchlist, catalogue, suffixes, "")
});

fuzz_target!(|raw: &[u8]| {
    let mut parser = Scratch::default();
    let Ok(name) = parser.parse(raw) else { return };
    let (guard, judge) = (&*GUARD, Judge::new(Weights::embedded()));
    let split = guard.split(name);
    let (mut scratch, mut verdicts) = (resemble::Scratch::default(), vec![]);
    if guard.sift(name, split, &mut scratch) != Sifted::Maybe {
        return;
    }
    judge.verdicts(guard, name, split, &mut scratch, &mut verdicts);
    let length = name.to_owned().to_unicode().chars().count() as u32;
    for verdict in &verdicts {
        let case = judge.case(guard, name.as_str(), split, verdict);
        let assessment = judge.weigh(&case);
        let sum: f64 = assessment
            .findings
            .iter()
            .map(|finding| finding.log_odds)
            .sum();
        assert!((1.0 / (1.0 + (-sum).exp()) - assessment.score.value()).abs() < 1e-6);
        let told = techniques(guard, name.as_str(), &verdict.likeness);
        assert!(!told.is_empty());
        for used in told {
            assert!(
                used.span.from <= used.span.to && used.span.to <= length,
                "{used:?}"
            );
        }
    }
});
