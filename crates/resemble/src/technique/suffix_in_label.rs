use super::sight::Sight;
use super::{Example, Technique, Trace};
use crate::permute::Original;
use crate::term::{self, TermKind};
use model::Span;

pub(super) const TECHNIQUE: Technique = Technique {
    id: "suffix-in-label",
    says: "The suffix of the real domain is written into the label, as if the dot were there.",
    example: Example {
        target: "en-marche.fr",
        name: "enmarche-fr.com",
    },
    doc: "The letters of the public suffix follow the name, with a hyphen or glued, and the \
          real suffix comes after. Whoever knows the real address finds all its letters in the \
          right order and overlooks that no dot stands among them. One in sixty published \
          look-alikes does so. Honest owners write `-fr` for a French branch too, but then \
          mostly under a suffix of their own.",
    recognise: |sight| match written(sight) {
        Some(span) => vec![Trace::at(span)],
        None => vec![],
    },
    generate: Some(generate),
};

/// The letters of a suffix after the likeness, or in it; not where a dot stands before them, for then
/// the whole domain is nested.
pub(super) fn written(sight: &Sight<'_>) -> Option<Span> {
    if sight.likeness.kind == TermKind::Joined {
        let first = *sight.own_separators(|c| c == '.').first()?;
        let (_, from) = *sight.letters.get(first)?;
        let dotted = from > 0 && sight.unicode[from as usize - 1] == '.';
        return (!dotted).then_some(Span {
            from,
            to: sight.likeness.span.to,
        });
    }
    if sight.unicode.get(sight.likeness.span.to as usize) == Some(&'.') {
        return None;
    }
    sight.likeness.suffix_in_label.or_else(|| of_service(sight))
}

/// The suffix of a service's domain after the service's word, up to a hyphen, a digit or a dot.
fn of_service(sight: &Sight<'_>) -> Option<Span> {
    let from = sight.likeness.span.to;
    sight.domains().into_iter().find_map(|domain| {
        let (own, suffix) = domain.split_once('.')?;
        if term::letters(own) != *sight.term.letters {
            return None;
        }
        let mut to = from;
        for letter in suffix.chars().filter(|c| *c != '.') {
            to += u32::from(sight.unicode.get(to as usize) == Some(&'-'));
            if sight.unicode.get(to as usize) != Some(&letter) {
                return None;
            }
            to += 1;
        }
        let next = sight.unicode.get(to as usize);
        next.is_none_or(|c| !c.is_alphabetic())
            .then_some(Span { from, to })
    })
}

/// Suffixes under which an attacker registers what looks like a whole domain.
const UNDER: [&str; 8] = ["com", "net", "org", "info", "eu", "online", "site", "top"];

fn generate(original: &Original<'_>, each: &mut dyn FnMut(String)) {
    let glued = original.suffix.replace('.', "");
    let joined = original.suffix.replace('.', "-");
    let label = &original.label;
    let labels = [
        format!("{label}{glued}"),
        format!("{label}-{glued}"),
        format!("{label}-{joined}"),
        format!("{label}{joined}"),
    ];
    for label in labels {
        each(original.with_label(&label));
        for suffix in UNDER {
            each(original.under(&label, suffix));
        }
    }
    // Only the first dot of a suffix of two labels (`example.co.uk`) is dropped.
    if original.suffix.contains('.') {
        each(format!("{}{label}{}", original.host, original.suffix));
    }
}
