use super::{Example, Technique, Trace};
use crate::permute::Original;
use crate::{sound, term};

pub(super) const TECHNIQUE: Technique = Technique {
    id: "sound-alike",
    says: "The name is spelt otherwise but sounds the same.",
    example: Example {
        target: "telefonica.com",
        name: "telephonica.com",
    },
    doc: "`ph` for `f`, `k` for `c`, `y` for `i`: whoever has heard the name on the telephone \
          or on the radio writes it so, and so do machines that listen. One in a hundred and \
          thirty published look-alikes sounds the same. The same spelling is often just the \
          name in another language, whose owner is honest; so it counts for whole words only.",
    recognise: |sight| {
        let letters: Vec<u8> = sight.letters.iter().map(|(letter, _)| *letter).collect();
        let key = sound::key(&letters);
        let respelt = sight.edits.iter().any(|(_, span)| !sight.doubles(*span));
        let same = key.is_some() && key == sound::key(sight.term.letters.as_bytes());
        if sight.likeness.sound || respelt && same {
            vec![Trace::at(sight.likeness.span)]
        } else {
            vec![]
        }
    },
    generate: Some(generate),
};

/// Spellings of about the same sound in English, French or German.
const SPELLINGS: [(&str, &str); 18] = [
    ("f", "ph"),
    ("c", "k"),
    ("c", "ck"),
    ("k", "ck"),
    ("k", "q"),
    ("k", "qu"),
    ("c", "s"),
    ("s", "z"),
    ("i", "y"),
    ("o", "u"),
    ("v", "w"),
    ("ch", "sh"),
    ("sch", "sh"),
    ("t", "th"),
    ("g", "j"),
    ("g", "gh"),
    ("r", "rh"),
    ("e", "eh"),
];

fn generate(original: &Original<'_>, each: &mut dyn FnMut(String)) {
    let label = &original.label;
    let own = sound::key(term::letters(label).as_bytes());
    let both = SPELLINGS.iter().flat_map(|&(a, b)| [(a, b), (b, a)]);
    for (was, is) in both {
        for (at, _) in label.match_indices(was) {
            let made = format!("{}{is}{}", &label[..at], &label[at + was.len()..]);
            if own.is_some() && sound::key(term::letters(&made).as_bytes()) == own {
                each(original.with_label(&made));
            }
        }
    }
}
