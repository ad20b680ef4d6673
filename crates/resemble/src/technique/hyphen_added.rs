use super::{Example, Technique, Trace};
use model::Span;

pub(super) const TECHNIQUE: Technique = Technique {
    id: "hyphen-added",
    says: "A hyphen is put in where the name has none.",
    example: Example {
        target: "bundestag.de",
        name: "bundes-tag.de",
    },
    doc: "A hyphen between the words of a name, or anywhere in it. People do not remember \
          whether a name has one, and organisations are not consistent themselves. One in \
          fifty published look-alikes has it. The letters are all there, so it is nearly as \
          strong as the name itself, unless the parts are two everyday words.",
    recognise: |sight| {
        if sight.likeness.reordered || !super::hyphen_moved::missing(sight).is_empty() {
            return vec![];
        }
        let at = |at| Trace {
            span: Span {
                from: at,
                to: at + 1,
            },
            edit: Some("+-".into()),
        };
        super::hyphen_moved::foreign(sight)
            .into_iter()
            .map(at)
            .collect()
    },
    generate: Some(|original, each| {
        for (at, _) in original.label.char_indices().skip(1) {
            let (before, after) = original.label.split_at(at);
            each(original.with_label(&format!("{before}-{after}")));
        }
    }),
};
