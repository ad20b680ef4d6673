use super::sight::Sight;
use super::{Example, Technique, Trace};
use model::Span;

pub(super) const TECHNIQUE: Technique = Technique {
    id: "dot-omitted",
    says: "The dot after a usual host name is missing.",
    example: Example {
        target: "en-marche.fr",
        name: "wwwenmarche.fr",
    },
    doc: "`www`, `mail`, `vpn` and their like are glued to the name. Whoever types fast makes \
          the slip himself, and whoever reads fast does not see it: the letters are all there \
          and in order. It is one of the oldest kinds of squatting; one in a hundred published \
          look-alikes is made so. `www` before a guarded name is never an honest word; `my` or \
          `web` may be.",
    recognise: |sight| host(sight).map(Trace::at).into_iter().collect(),
    generate: Some(|original, each| {
        for host in HOSTS.split(' ') {
            each(original.with_label(&format!("{host}{}", original.label)));
        }
        // The original's own host labels, with one of their dots missing or a hyphen in its place.
        let own = original.host.trim_end_matches('.');
        if !own.is_empty() {
            for host in [
                own.to_owned(),
                own.replace('.', ""),
                format!("{own}-"),
                own.replace('.', "-") + "-",
            ] {
                each(format!("{host}{}.{}", original.label, original.suffix));
            }
        }
    }),
};

/// The host name that is glued to the likeness.
pub(super) fn host(sight: &Sight<'_>) -> Option<Span> {
    let span = Span {
        from: sight.label().from,
        to: sight.likeness.span.from,
    };
    let before = sight.text(span);
    HOSTS.split(' ').any(|host| host == before).then_some(span)
}

/// Host names that people expect before a domain.
const HOSTS: &str = "\
    www ww wwww www1 www2 www3 ww1 ww2 ww3 web mobile mail mail1 mail2 email webmail owa \
    exchange autodiscover smtp imap pop pop3 mx mx1 ns ns1 ns2 ftp vpn remote sso login auth id \
    my portal secure cloud files intranet extranet api cdn support help shop";
