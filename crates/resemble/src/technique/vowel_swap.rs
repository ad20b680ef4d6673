use super::{Example, Technique};
use crate::keyboard::is_vowel;
use model::Edit;

pub(super) const TECHNIQUE: Technique = Technique {
    id: "vowel-swap",
    says: "A vowel is replaced by another.",
    example: Example {
        target: "bundestag.de",
        name: "bundistag.de",
    },
    doc: "Vowels carry little of how a word looks, and in many languages little of how an \
          unstressed syllable sounds: who has only heard a name writes it so. One in sixty \
          published look-alikes has it. Other words, too, differ in one vowel more often than \
          in one consonant; real names that are one vowel away from a short guarded one are \
          many.",
    recognise: |sight| {
        sight.edits_where(
            |edit, _| matches!(edit, Edit::Replaced(a, b) if is_vowel(a) && is_vowel(b)),
        )
    },
    generate: Some(|original, each| {
        original.replacing(
            &|letter| {
                if is_vowel(letter) {
                    "aeiouy".chars().collect()
                } else {
                    vec![]
                }
            },
            each,
        );
    }),
};
