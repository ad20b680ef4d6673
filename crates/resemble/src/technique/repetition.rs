use super::{Example, Technique};
use model::Edit;

pub(super) const TECHNIQUE: Technique = Technique {
    id: "repetition",
    says: "A letter is doubled.",
    example: Example {
        target: "bundestag.de",
        name: "bundesstag.de",
    },
    doc: "A letter is written twice, or three times where it stood twice. Many people are not \
          sure which letters a name doubles, and the eye passes over it. One in a hundred and \
          fifty published look-alikes has it. Words that differ from a guarded name by one \
          doubled letter exist for short names, seldom for long ones.",
    recognise: |sight| {
        sight.edits_where(|edit, span| matches!(edit, Edit::Inserted(_)) && sight.doubles(span))
    },
    generate: Some(|original, each| {
        let letters = original.letters();
        for at in (0..letters.len()).filter(|&at| letters[at] != '-') {
            let mut doubled = letters.clone();
            doubled.insert(at, letters[at]);
            each(original.with_label(&doubled.iter().collect::<String>()));
        }
    }),
};
