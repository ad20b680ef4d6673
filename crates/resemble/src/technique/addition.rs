use super::{Example, Technique};
use model::Edit;

pub(super) const TECHNIQUE: Technique = Technique {
    id: "addition",
    says: "A letter is put before or after the name, or after a word of it.",
    example: Example {
        target: "bundestag.de",
        name: "bundestagx.de",
    },
    doc: "One letter more at an end: `e` for electronic, `i` for internet, or nothing but the \
          next name that was free. One in fifty published look-alikes has it, in series most \
          of all. Short names with a letter more are other names far more often than \
          imitations, so it takes a long name to count.",
    recognise: |sight| {
        sight.edits_where(|edit, span| {
            let outer = sight.begins(span) || sight.ends_word(span);
            matches!(edit, Edit::Inserted(_)) && outer && !sight.doubles(span)
        })
    },
    generate: Some(|original, each| {
        let label = &original.label;
        let ends = label
            .match_indices('-')
            .map(|(at, _)| at)
            .chain([0, label.len()]);
        for at in ends {
            let (before, after) = label.split_at(at);
            for letter in 'a'..='z' {
                each(original.with_label(&format!("{before}{letter}{after}")));
            }
        }
    }),
};
