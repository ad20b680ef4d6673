use super::sight::Sight;
use super::{Example, Technique, Trace};
use crate::term::TermKind;
use model::{Span, Target};

pub(super) const TECHNIQUE: Technique = Technique {
    id: "suffix-swap",
    says: "The name stands under another public suffix.",
    example: Example {
        target: "en-marche.fr",
        name: "en-marche.co",
    },
    doc: "The label is the real one, or a misspelling of it; what follows the last dot is not. \
          Nothing in the name itself is wrong, and few people know under which suffix an \
          organisation is. One in nine published look-alikes does so: there are more than a \
          thousand suffixes, and some cost next to nothing. But many such names belong to the \
          organisation itself, or to an honest namesake in another country; so for short names \
          and everyday words it says little.",
    recognise: swapped,
    generate: Some(|original, each| {
        for suffix in SUFFIXES.split(' ') {
            each(original.under(&original.label, suffix));
        }
        // The last part of a suffix of two labels is one too.
        if let Some((_, last)) = original.suffix.rsplit_once('.') {
            each(original.under(&original.label, last));
        }
    }),
};

fn swapped(sight: &Sight<'_>) -> Vec<Trace> {
    if !sight.is_whole() || matches!(sight.likeness.kind, TermKind::Joined) {
        return vec![];
    }
    let suffix = &sight.name[sight.split.suffix..];
    let labels = suffix.matches('.').count() + 1;
    let dots = (0..sight.unicode.len())
        .rev()
        .filter(|&at| sight.unicode[at] == '.');
    let Some(dot) = dots.take(labels).last() else {
        return vec![];
    };
    let span = Span {
        from: dot as u32 + 1,
        to: sight.unicode.len() as u32,
    };
    let own = match sight.guard.target(sight.likeness) {
        Target::Person(_) => return vec![],
        Target::Term(_) if sight.likeness.same_suffix => return vec![],
        Target::Term(_) => return vec![Trace::at(span)],
        Target::Domain(_) | Target::Service(_) => sight.own_suffixes(),
    };
    match own.first() {
        Some(first) if !own.contains(&suffix) => vec![Trace::change(span, first, suffix)],
        _ => vec![],
    }
}

/// Suffixes under which look-alikes are worth looking for: the old generic ones, the cheap and the
/// telling new ones, every country of Europe and the larger ones elsewhere, with the second levels
/// that people know.
const SUFFIXES: &str = "\
    ac.uk academy ad ae africa agency ai al am app ar asia asso.fr at au ax az ba bank bd be \
    berlin bg bid biz blog bond br business buzz by ca care cc center cf cfd ch charity chat cl \
    click cloud club cn co co.at co.hu co.id co.il co.in co.jp co.kr co.nz co.rs co.uk co.za com \
    com.ar com.au com.br com.cn com.co com.cy com.de com.eg com.es com.fr com.gr com.hk com.mt \
    com.mx com.my com.pk com.pl com.pt com.ro com.ru com.sa com.sg com.tr com.tw com.ua com.vn \
    community company credit cy cyou cz date de de.com democrat dev digital directory dk \
    download dz edu.pl ee eg email energy engineering es eu eu.com expert faith fi finance \
    financial fm fo foundation fr fun ga gdn ge gg gh gi gl global gmbh gov.uk gq gr group \
    health help hk host hr hu icu id ie il im in in.ua inc info ink institute insurance int \
    international io iq ir is it je jp ke kiev.ua kr kz la law legal li life link live lk llc \
    loan london lt ltd lu lv ly ma management mc md me me.uk media men mk ml mobi money monster \
    moscow mt mx my name net net.au net.pl net.ua network news ng ngo nl no nz one ong online \
    ooo or.at org org.es org.pl org.tr org.ua org.uk page paris party pe ph pk pl press pro pt \
    pw qa quest racing report republican rest review reviews ro rs ru sa sbs science se security \
    services sg sh shop si site sk sm so social software solutions space store stream su support \
    systems team tech th tk tn to today tools top tr trade tv tw tz ua uk uk.com university us \
    us.com uy va vc vip vn vote voto wang webcam website wiki win work works world ws xyz zone";

#[cfg(test)]
mod tests {
    use super::SUFFIXES;
    use names::SuffixList;

    #[test]
    fn all_are_public_suffixes_each_once() {
        let list = SuffixList::embedded();
        let unknown: Vec<&str> = SUFFIXES
            .split(' ')
            .filter(|suffix| !list.is_suffix(suffix))
            .collect();
        assert_eq!(unknown, [""; 0]);
        assert!(SUFFIXES.split(' ').is_sorted_by(|a, b| a < b));
    }
}
