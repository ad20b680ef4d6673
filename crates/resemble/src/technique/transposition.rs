use super::{Example, Technique};
use model::Edit;

pub(super) const TECHNIQUE: Technique = Technique {
    id: "transposition",
    says: "Two neighbouring letters have changed places.",
    example: Example {
        target: "bundestag.de",
        name: "bundetsag.de",
    },
    doc: "A usual slip of fast fingers; and readers know a word by its letters more than by \
          their order. One in ninety published look-alikes has it. Two words of a language \
          that differ so are few, and the longer the name the fewer.",
    recognise: |sight| sight.edits_where(|edit, _| matches!(edit, Edit::Transposed(..))),
    generate: Some(|original, each| {
        let mut letters = original.letters();
        for at in 1..letters.len() {
            if letters[at - 1] == '-' || letters[at] == '-' {
                continue;
            }
            letters.swap(at - 1, at);
            each(original.with_label(&letters.iter().collect::<String>()));
            letters.swap(at - 1, at);
        }
    }),
};
