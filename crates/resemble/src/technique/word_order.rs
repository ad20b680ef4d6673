use super::{Example, Technique, Trace};
use crate::permute::Original;
use crate::segment::Segments;
use crate::term;

pub(super) const TECHNIQUE: Technique = Technique {
    id: "word-order",
    says: "The words of the name stand in another order.",
    example: Example {
        target: "en-marche.fr",
        name: "marche-en.fr",
    },
    doc: "A name of two or three words keeps its meaning when they are turned round, and who \
          remembers the words does not always remember their order. It is rare: one or two in \
          a thousand published look-alikes. Two everyday words may well be turned round by \
          somebody else; words that are seen in this one name only are not.",
    recognise: |sight| {
        if sight.likeness.reordered {
            vec![Trace::at(sight.likeness.span)]
        } else {
            vec![]
        }
    },
    generate: Some(generate),
};

fn generate(original: &Original<'_>, each: &mut dyn FnMut(String)) {
    let words = term::words(&original.label, original.lexicon, &mut Segments::default());
    for order in term::orders(&words) {
        each(original.with_label(&order));
    }
    let hyphened: Vec<String> = words.into_iter().map(|word| word + "-").collect();
    for order in term::orders(&hyphened) {
        each(original.with_label(order.trim_end_matches('-')));
    }
}
