use super::{Example, Technique};
use crate::keyboard::{adjacent, neighbours};
use model::Edit;

pub(super) const TECHNIQUE: Technique = Technique {
    id: "keyboard-replacement",
    says: "A letter is replaced by a neighbour on the keyboard.",
    example: Example {
        target: "microsoft.com",
        name: "microsofy.com",
    },
    doc: "The finger hits the next key; QWERTY, QWERTZ and AZERTY are known. Who registers \
          such a name waits for people who type the address. One in eighty published \
          look-alikes has it. It differs from chance only in that a slip explains it: a name \
          one letter away is as likely to be honest as with any other letter, unless the \
          guarded one is long.",
    recognise: |sight| {
        sight.edits_where(|edit, _| matches!(edit, Edit::Replaced(a, b) if adjacent(a, b)))
    },
    generate: Some(|original, each| {
        original.replacing(&|letter| neighbours(letter).collect(), each);
    }),
};
