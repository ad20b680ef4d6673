use super::{Example, Technique};
use crate::keyboard::{adjacent, is_vowel};
use crate::permute::any;
use model::Edit;

pub(super) const TECHNIQUE: Technique = Technique {
    id: "replacement",
    says: "A letter is replaced by one that neither looks nor lies near it.",
    example: Example {
        target: "bundestag.de",
        name: "bundeskag.de",
    },
    doc: "Any other letter or digit takes the place of one. It is the weakest of the \
          misspellings: the eye sees it, the finger does not make it, and for each name there \
          are hundreds. One in thirty published look-alikes has it, most often beside another \
          change. Names of others that differ so by chance are many; it counts where the name \
          is long or a lure word stands beside it.",
    recognise: |sight| {
        if !sight.look_alikes.is_empty() && sight.likeness.look_alikes.is_empty() {
            return vec![];
        }
        sight.edits_where(|edit, _| match edit {
            Edit::Replaced(a, b) => !(adjacent(a, b) || is_vowel(a) && is_vowel(b)),
            _ => false,
        })
    },
    generate: Some(|original, each| {
        original.replacing(
            &|letter| {
                if letter == '-' {
                    vec![]
                } else {
                    any().collect()
                }
            },
            each,
        );
    }),
};
