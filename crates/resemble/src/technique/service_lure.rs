use super::{Example, Technique, Trace};

pub(super) const TECHNIQUE: Technique = Technique {
    id: "service-lure",
    says: "The name of a service that the organisation uses stands beside a word that lures.",
    example: Example {
        target: "kas.de",
        name: "portal-office.fr",
    },
    doc: "The organisation is not named at all: a service that its people use every day is, \
          with a word such as `login`, `portal` or `accounts`. One such name serves against \
          many victims, and for the same reason it says little about who is meant. How common \
          it is depends on the service and has not been counted. Only the services that the \
          watchlist lists for an organisation are looked for.",
    recognise: |sight| match sight.with_lure() {
        Some(span) if sight.is_service() => vec![Trace::at(span)],
        _ => vec![],
    },
    generate: None,
};
