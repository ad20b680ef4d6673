use super::{Reading, Signal};

pub(crate) const WORDS: Signal = Signal {
    id: "other-words",
    why: "Other words beside the term tell of another business; one may still be part of a lure.",
    levels: &["one", "several"],
    read: |case| match case.likeness.rest.words {
        0 => None,
        1 => Some(Reading::level(0)),
        _ => Some(Reading::level(1)),
    },
    says: |case| match case.likeness.rest.words {
        1 => "one other word beside it".into(),
        words => format!("{words} other words beside it"),
    },
};

pub(crate) const LETTERS: Signal = Signal {
    id: "loose-letters",
    why: "Letters that make no word are typical of names made in bulk, and of other words, too.",
    levels: &["one", "few", "many"],
    read: |case| match case.likeness.rest.loose {
        0 => None,
        1 => Some(Reading::level(0)),
        2..=4 => Some(Reading::level(1)),
        _ => Some(Reading::level(2)),
    },
    says: |case| {
        format!(
            "{} letters beside it that make no word",
            case.likeness.rest.loose
        )
    },
};

pub(crate) const DIGITS: Signal = Signal {
    id: "digits",
    why: "Numbers are added when the plain name is taken or a kit makes many.",
    levels: &["few", "many"],
    read: |case| match case.likeness.rest.digits {
        0 => None,
        1..=3 => Some(Reading::level(0)),
        _ => Some(Reading::level(1)),
    },
    says: |case| format!("{} digits beside it", case.likeness.rest.digits),
};

pub(crate) const REGION: Signal = Signal {
    id: "country-code",
    why: "A country code beside a name looks like a branch of it.",
    levels: &["beside"],
    read: |case| (case.likeness.rest.regions > 0).then_some(Reading::level(0)),
    says: |_| "beside a country code".into(),
};
