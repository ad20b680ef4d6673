use super::{Reading, Signal};
use crate::Case;

pub(crate) const SIGNAL: Signal = Signal {
    id: "lure-word",
    why: "Words of logging in, mail, files and payment are what lures are made of.",
    levels: &[
        "access", "mail", "files", "remote", "service", "money", "civic",
    ],
    read: |case| case.lure().map(|class| Reading::level(class as usize)),
    says: |case| format!("beside {}", words(case)),
};

pub(crate) const MORE: Signal = Signal {
    id: "more-lure-words",
    why: "Two lure words are seldom together by chance.",
    levels: &["more"],
    read: |case| (case.likeness.rest.lures() > 1).then_some(Reading::level(0)),
    says: |case| format!("{} lure words together", case.likeness.rest.lures()),
};

fn words(case: &Case<'_>) -> String {
    let unicode = case.unicode();
    let words: Vec<String> = case
        .likeness
        .rest
        .companions
        .iter()
        .filter_map(|companion| {
            let class = companion.lure?.id();
            let span = companion.span;
            let word = unicode
                .chars()
                .skip(span.from as usize)
                .take((span.to - span.from) as usize)
                .collect::<String>();
            Some(format!("“{word}” ({class})"))
        })
        .collect();
    words.join(", ")
}
