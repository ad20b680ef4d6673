use super::sight::Sight;
use super::{Example, Technique, Trace};
use crate::likeness::Place;
use model::Span;
use names::DomainName;

pub(super) const TECHNIQUE: Technique = Technique {
    id: "nesting",
    says: "The name stands in front, as a host of another domain.",
    example: Example {
        target: "en-marche.fr",
        name: "en-marche.fr.example.com",
    },
    doc: "The owner of any domain may put any labels before it, at no cost and without a \
          registry seeing it: a whole guarded domain, or its name alone. The address bar of a \
          telephone shows the beginning only. It is in one of thirty published look-alikes, \
          and in more than these lists tell, since it is seen in certificates and in mail but \
          not in zone files. A whole domain with its suffix in front of another one is hardly \
          ever chance; a bare name there may be a customer's account, and says less.",
    recognise: |sight| match nested(sight) {
        Some(span) => vec![Trace::at(span)],
        None if sight.likeness.place == Place::Host => vec![Trace::at(sight.likeness.span)],
        None => vec![],
    },
    generate: None,
};

/// A whole domain of the target's that holds the likeness and ends at a dot or hyphen before the
/// registrable domain does.
fn nested(sight: &Sight<'_>) -> Option<Span> {
    let Span { from, to } = sight.likeness.span;
    let first = sight.label().from;
    let starts = first..=from;
    let domains = sight.domains();
    let holds = |start: u32, domain: &str| -> Option<Span> {
        let end = start + domain.chars().count() as u32;
        let span = Span {
            from: start,
            to: end,
        };
        let before = start == 0 || sight.unicode.get(start as usize - 1) == Some(&'.');
        let after = matches!(sight.unicode.get(end as usize), Some('.' | '-'));
        (before && after && end >= to && sight.text(span) == domain).then_some(span)
    };
    domains.iter().find_map(|domain| {
        let unicode = domain
            .parse()
            .map(|domain: DomainName| domain.to_unicode())
            .ok()?;
        starts.clone().find_map(|start| holds(start, &unicode))
    })
}
