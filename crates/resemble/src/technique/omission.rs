use super::{Example, Technique};
use model::Edit;

pub(super) const TECHNIQUE: Technique = Technique {
    id: "omission",
    says: "A letter is missing.",
    example: Example {
        target: "en-marche.fr",
        name: "en-mrche.fr",
    },
    doc: "One letter is left out, most often from the middle or of a doubled one, where the \
          eye fills it in. One in thirty published look-alikes lacks a letter. The shorter the \
          name, the likelier that what is left is somebody's word or acronym; so a short name \
          with a letter missing counts only as a whole label.",
    recognise: |sight| sight.edits_where(|edit, _| matches!(edit, Edit::Omitted(_))),
    generate: Some(|original, each| {
        let letters = original.letters();
        for at in (0..letters.len()).filter(|&at| letters[at] != '-') {
            let mut left = letters.clone();
            left.remove(at);
            each(original.with_label(&left.iter().collect::<String>()));
        }
    }),
};
