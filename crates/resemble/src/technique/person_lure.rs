use super::{Example, Technique, Trace};

pub(super) const TECHNIQUE: Technique = Technique {
    id: "person-lure",
    says: "The name of one of the organisation's people stands beside a word that lures.",
    example: Example {
        target: "kas.de",
        name: "erika-mustermann-mail.com",
    },
    doc: "A politician's, director's or candidate's name is combined with `mail`, `team`, \
          `vote` and the like, to write in that person's name or to make up a campaign page. \
          How common it is has not been measured: the published lists do not say whose name it \
          is. Bearers of the same name have domains too, so a last name alone counts only \
          beside a lure word or digits.",
    recognise: |sight| match sight.with_lure() {
        Some(span) if sight.is_person() => vec![Trace::at(span)],
        _ => vec![],
    },
    generate: None,
};
