use super::{Reading, Signal};
use crate::Case;
use model::Edit;
use resemble::{Likeness, adjacent, is_vowel};

pub(crate) const SIGNAL: Signal = Signal {
    id: "edit",
    why: "Letters are changed so that the eye or the finger slips; other changes make another word.",
    levels: &[
        "look-alike",
        "digit-for-letter",
        "doubled",
        "swapped",
        "vowel",
        "keyboard",
        "plural",
        "omitted",
        "inserted",
        "replaced",
        "first-letter",
        "sound",
    ],
    read: |case| level(case.likeness).map(Reading::level),
    says: |case| {
        let edits = shown(case);
        match level(case.likeness) {
            Some(0) => format!("{edits}: letters that look the same"),
            Some(1) => {
                format!("{edits}: a digit or a foreign letter that looks like one of the term's")
            }
            Some(2) => format!("{edits}: a doubled letter is easily overlooked"),
            Some(3) => format!("{edits}: swapped letters are easily overlooked"),
            Some(4) => format!("{edits}: one vowel for another"),
            Some(5) => format!("{edits}: neighbours on the keyboard"),
            Some(6) => format!("{edits}: a plural"),
            Some(10) => {
                format!("{edits}: the first letter is seldom changed, for it is seen first")
            }
            Some(11) => "it sounds the same".into(),
            _ => format!("{edits}: a letter changed"),
        }
    },
};

fn level(likeness: &Likeness) -> Option<usize> {
    let Some(edit) = likeness.edits.first() else {
        return if likeness.sound {
            Some(11)
        } else if likeness.is_deliberate() {
            Some(1)
        } else {
            (!likeness.look_alikes.is_empty()).then_some(0)
        };
    };
    if likeness.first_letter {
        return Some(10);
    }
    Some(match *edit {
        Edit::Inserted(_) | Edit::Omitted(_) if likeness.doubled => 2,
        Edit::Transposed(..) => 3,
        Edit::Replaced(a, b) if is_vowel(a) && is_vowel(b) => 4,
        Edit::Replaced(a, b) if adjacent(a, b) => 5,
        Edit::Inserted('s')
            if likeness
                .edit_at
                .first()
                .is_some_and(|at| at + 1 == likeness.span.to) =>
        {
            6
        }
        Edit::Omitted(_) => 7,
        Edit::Inserted(_) => 8,
        Edit::Replaced(..) => 9,
    })
}

fn shown(case: &Case<'_>) -> String {
    let edits = case.likeness.edits.iter().map(ToString::to_string);
    let looks = case
        .likeness
        .look_alikes
        .iter()
        .map(|look| format!("{}→{}", look.was, look.is));
    edits.chain(looks).collect::<Vec<_>>().join(", ")
}
