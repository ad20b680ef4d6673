use super::sight::Sight;
use super::{Example, Technique, Trace, dot_omitted, suffix_in_label};
use model::Span;

pub(super) const TECHNIQUE: Technique = Technique {
    id: "combo",
    says: "The name is combined with other words or letters.",
    example: Example {
        target: "en-marche.fr",
        name: "en-marche-paris.fr",
    },
    doc: "The guarded name stands anywhere in the label, with anything beside it that is not \
          known to lure: a place, a product, a random string. It is the commonest of all, in \
          half of the published look-alikes, and the weakest to judge by, since admirers, \
          dealers, critics and namesakes do so every day. How often it happens to a name by \
          chance is measured on real names, and speaks against it.",
    recognise: |sight| {
        if has_more(sight) {
            vec![Trace::at(sight.label())]
        } else {
            vec![]
        }
    },
    generate: None,
};

/// Whether the label holds letters that are neither the likeness nor what another technique tells of.
fn has_more(sight: &Sight<'_>) -> bool {
    let mut told = sight.companions_where(|_| true);
    told.push(sight.likeness.span);
    told.extend(dot_omitted::host(sight));
    told.extend(suffix_in_label::written(sight));
    let Span { from, to } = sight.label();
    let told = |at: u32| told.iter().any(|span| span.from <= at && at < span.to);
    (from..to).any(|at| !told(at) && sight.unicode[at as usize].is_alphabetic())
}
