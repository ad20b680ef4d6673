use super::{Example, Technique, Trace};
use model::Span;

pub(super) const TECHNIQUE: Technique = Technique {
    id: "dot-added",
    says: "A dot is put into the name, so that its beginning becomes a host.",
    example: Example {
        target: "bundestag.de",
        name: "bundes.tag.de",
    },
    doc: "What stands before the dot is free to choose; only what stands after it has to be \
          registered. `tag[.]de` may well be an honest word, whose owner knows nothing of the \
          host. The letters are all there and in order. It is rare, and no registry's list can \
          show it; it is told only where nothing of the guarded name is missing.",
    recognise: |sight| {
        let own = sight.own_separators(|c| c == '.');
        let added = |place| !own.iter().any(|own| sight.same_separator(*own, place));
        let dots = sight.separators('.').into_iter();
        dots.filter(|(_, place)| added(*place))
            .map(|(at, _)| Trace {
                span: Span {
                    from: at,
                    to: at + 1,
                },
                edit: Some("+.".into()),
            })
            .collect()
    },
    generate: Some(|original, each| {
        for (at, next) in original.label.char_indices().skip(1) {
            let (before, after) = original.label.split_at(at);
            if next == '-' {
                each(original.with_label(&format!("{before}.{}", &after[1..])));
            } else if !before.ends_with('-') {
                each(original.with_label(&format!("{before}.{after}")));
            }
        }
    }),
};
