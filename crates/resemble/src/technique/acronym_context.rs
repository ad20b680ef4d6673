use super::{Example, Technique, Trace};
use crate::term::TermKind;
use model::Span;

/// The most letters that an acronym has.
const LONGEST: usize = 4;

pub(super) const TECHNIQUE: Technique = Technique {
    id: "acronym-context",
    says: "A short name stands alone beside a word that tells what is meant.",
    example: Example {
        target: "fes.de",
        name: "fes-webmail.de",
    },
    doc: "Two to four letters say nothing by themselves: they occur by chance in thousands of \
          names. Beside `webmail`, `portal` or `info`, as a word of their own, they mean the \
          organisation to those who work there. One in thirty published look-alikes is such. \
          The letters must stand between hyphens, dots or digits, or be a word of their own \
          when the glued label is segmented: `fes` in `professor` does not count.",
    recognise: |sight| {
        let likeness = sight.likeness;
        let exact = likeness.edits.is_empty() && sight.look_alikes.is_empty();
        if likeness.kind != TermKind::Name || sight.term.letters.len() > LONGEST || !exact {
            return vec![];
        }
        let nearest = |span: &Span| span.from.abs_diff(likeness.span.from);
        let context = sight
            .companions_where(|_| true)
            .into_iter()
            .min_by_key(nearest);
        context.map(Trace::at).into_iter().collect()
    },
    generate: None,
};
