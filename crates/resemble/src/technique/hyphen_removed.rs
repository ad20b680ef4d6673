use super::{Example, Technique, Trace};
use model::Span;

pub(super) const TECHNIQUE: Technique = Technique {
    id: "hyphen-removed",
    says: "A hyphen of the name is missing.",
    example: Example {
        target: "en-marche.fr",
        name: "enmarche.fr",
    },
    doc: "The parts of the name are glued. It reads the same aloud and nearly so in print, so \
          a prudent organisation registers it first; where it has not, others do. Few guarded \
          names have a hyphen, so it is in only one of a hundred and fifty published \
          look-alikes. Two words glued are seldom a third one by chance: it counts for nearly \
          as much as the name itself.",
    recognise: |sight| {
        if sight.likeness.reordered || !super::hyphen_moved::foreign(sight).is_empty() {
            return vec![];
        }
        let between = |letters: usize| {
            let from = sight.letters.get(letters.checked_sub(1)?)?.1;
            let to = sight.letters.get(letters).map_or(from, |next| next.1) + 1;
            Some(Trace {
                span: Span { from, to },
                edit: Some("--".into()),
            })
        };
        super::hyphen_moved::missing(sight)
            .into_iter()
            .filter_map(between)
            .collect()
    },
    generate: Some(|original, each| {
        for (at, _) in original.label.match_indices('-') {
            let (before, after) = original.label.split_at(at);
            each(original.with_label(&format!("{before}{}", &after[1..])));
        }
        each(original.with_label(&original.label.replace('-', "")));
    }),
};
