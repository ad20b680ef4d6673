use super::sight::Sight;
use super::{Example, Technique, Trace};

pub(super) const TECHNIQUE: Technique = Technique {
    id: "hyphen-moved",
    says: "The hyphen of the name stands in another place.",
    example: Example {
        target: "en-marche.fr",
        name: "enm-arche.fr",
    },
    doc: "All letters and the hyphen are there, but the hyphen is a letter or more away. The \
          eye counts the parts and not their letters. None of the published look-alikes has \
          it, and hardly any name by chance.",
    recognise: |sight| {
        let moved = !missing(sight).is_empty() && !foreign(sight).is_empty();
        if moved && !sight.likeness.reordered {
            vec![Trace::at(sight.likeness.span)]
        } else {
            vec![]
        }
    },
    generate: Some(|original, each| {
        for (hyphen, _) in original.label.match_indices('-') {
            let mut bare = original.label.clone();
            bare.remove(hyphen);
            for (at, _) in bare.char_indices().skip(1).filter(|(at, _)| *at != hyphen) {
                let (before, after) = bare.split_at(at);
                each(original.with_label(&format!("{before}-{after}")));
            }
        }
    }),
};

/// The hyphens of the name where the term has no break at all.
pub(super) fn foreign(sight: &Sight<'_>) -> Vec<u32> {
    let mut own = sight.own_separators(|_| true);
    let mut theirs = sight.separators('-');
    theirs.retain(|(_, place)| {
        let same = own
            .iter()
            .position(|own| sight.same_separator(*own, *place));
        same.map(|same| own.remove(same)).is_none()
    });
    theirs.into_iter().map(|(at, _)| at).collect()
}

/// The hyphens of the term where the name has no break at all, by the letters before each.
pub(super) fn missing(sight: &Sight<'_>) -> Vec<usize> {
    let mut theirs = sight.separators('-');
    theirs.extend(sight.separators('.'));
    let own = sight.own_separators(|c| c == '-').into_iter();
    own.filter(|own| {
        !theirs
            .iter()
            .any(|(_, place)| sight.same_separator(*own, *place))
    })
    .collect()
}
