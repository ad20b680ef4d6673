//! By which techniques a name imitates, and what imitations each technique makes.
//!
//! One file a technique, one table that names all. Each recognises itself in a [`Likeness`] that the
//! explanation of a name has found; most can also list the imitations of a domain that they make.

mod look;
mod sight;

mod acronym_context;
mod addition;
mod bit_flip;
mod combo;
mod combo_lure;
mod combo_typo;
mod digits;
mod dot_added;
mod dot_omitted;
mod homoglyph;
mod homoglyph_idn;
mod homoglyph_multi;
mod homoglyph_script;
mod hyphen_added;
mod hyphen_moved;
mod hyphen_removed;
mod insertion;
mod keyboard_replacement;
mod mixed_script;
mod nesting;
mod omission;
mod person_lure;
mod plural;
mod repetition;
mod replacement;
mod service_lure;
mod service_organisation;
mod sound_alike;
mod suffix_in_label;
mod suffix_swap;
mod transposition;
mod vowel_swap;
mod word_order;

use crate::guard::Guard;
use crate::likeness::Likeness;
use crate::permute::Original;
use model::{TechniqueId, TechniqueUse};
use names::DomainName;
use sight::{Sight, Trace};

/// A way of imitating.
pub struct Technique {
    /// Its id in kebab-case; never changed once published.
    pub id: &'static str,
    /// What it does, in one sentence for people.
    pub says: &'static str,
    /// A name that shows it.
    pub example: Example,
    /// What it is, why it deceives, how common it is, and how it is told from chance.
    pub doc: &'static str,
    /// Where it shows in what is at hand; nothing where it does not.
    recognise: fn(&Sight<'_>) -> Vec<Trace>,
    /// Calls back with each imitation in one step; `None` where there is no end of them.
    pub(crate) generate: Option<Generate>,
}

/// Lists imitations of a domain: names in Unicode or ASCII, without host labels; some may be no
/// valid names, or come more than once.
pub(crate) type Generate = fn(&Original<'_>, &mut dyn FnMut(String));

/// A name, and the domain that it imitates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Example {
    /// The domain that is imitated.
    pub target: &'static str,
    /// The imitation, in Unicode.
    pub name: &'static str,
}

/// All techniques, most telling first.
pub const TECHNIQUES: &[&Technique] = &[
    &homoglyph_script::TECHNIQUE,
    &mixed_script::TECHNIQUE,
    &homoglyph::TECHNIQUE,
    &homoglyph_multi::TECHNIQUE,
    &homoglyph_idn::TECHNIQUE,
    &nesting::TECHNIQUE,
    &suffix_in_label::TECHNIQUE,
    &dot_omitted::TECHNIQUE,
    &service_organisation::TECHNIQUE,
    &service_lure::TECHNIQUE,
    &person_lure::TECHNIQUE,
    &acronym_context::TECHNIQUE,
    &combo_lure::TECHNIQUE,
    &combo_typo::TECHNIQUE,
    &transposition::TECHNIQUE,
    &repetition::TECHNIQUE,
    &omission::TECHNIQUE,
    &vowel_swap::TECHNIQUE,
    &plural::TECHNIQUE,
    &keyboard_replacement::TECHNIQUE,
    &bit_flip::TECHNIQUE,
    &replacement::TECHNIQUE,
    &addition::TECHNIQUE,
    &insertion::TECHNIQUE,
    &sound_alike::TECHNIQUE,
    &word_order::TECHNIQUE,
    &hyphen_moved::TECHNIQUE,
    &hyphen_removed::TECHNIQUE,
    &hyphen_added::TECHNIQUE,
    &dot_added::TECHNIQUE,
    &digits::TECHNIQUE,
    &suffix_swap::TECHNIQUE,
    &combo::TECHNIQUE,
];

/// All techniques at work in `likeness`, most telling first; never empty.
///
/// `name` is the name in which `guard` found the likeness, in A-label form. Where no technique
/// recognises itself, the term stands there unchanged: `suffix-swap` is told if it is a whole label,
/// else `combo`.
pub fn techniques(guard: &Guard, name: &str, likeness: &Likeness) -> Vec<TechniqueUse> {
    let sight = Sight::new(guard, name, likeness);
    let mut uses = vec![];
    for technique in TECHNIQUES {
        for Trace { span, edit } in (technique.recognise)(&sight) {
            uses.push(TechniqueUse {
                technique: TechniqueId(technique.id),
                span,
                edit,
            });
        }
    }
    if uses.is_empty() {
        let technique = if sight.is_whole() {
            &suffix_swap::TECHNIQUE
        } else {
            &combo::TECHNIQUE
        };
        let technique = TechniqueId(technique.id);
        uses.push(TechniqueUse {
            technique,
            span: likeness.span,
            edit: None,
        });
    }
    uses
}

/// The page `docs/techniques.md`: every technique with its sentence, example and paragraph.
pub fn techniques_markdown() -> String {
    let mut page = vec![PREFACE.to_owned()];
    page.extend(TECHNIQUES.iter().map(|technique| {
        let Technique { id, says, .. } = technique;
        format!("| [`{id}`](#{id}) | {says} |\n")
    }));
    page.extend(TECHNIQUES.iter().map(|technique| {
        let Technique { id, says, example, doc, generate, .. } = technique;
        let listed = if generate.is_some() { "Listed" } else { "Not listed" };
        let (name, target) = (shown(example.name), shown(example.target));
        format!(
            "\n## {id}\n\n{says} {listed} by `enpassant permute`.\n\n    {name} for {target}\n\n{doc}\n"
        )
    }));
    page.concat()
}

const PREFACE: &str = "\
# Techniques

<!-- Made from the table in crates/resemble/src/technique.rs; change it there. -->

How look-alikes are made, most telling first. The ids are stable; a name may show several techniques at
once, and every one is told, with the characters that show it. How common each is was counted on the
5,522 look-alikes of `corpus/lookalikes.tsv`, by these same rules; two thirds of them come from a list
of phishing, where techniques differ from those of attacks on one organisation.

| technique | what it does |
|---|---|
";

/// A name for the page: without a link in it, and beyond ASCII in A-labels too.
fn shown(name: &str) -> String {
    match name.parse::<DomainName>() {
        Ok(ascii) if ascii.as_str() != name => {
            format!("{} ({})", names::defanged(name), ascii.defanged())
        }
        _ => names::defanged(name).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Catalogue, Scratch, Sifted, Watchlist, permute};
    use model::Span;
    use names::{NameRef, SuffixList};

    fn guard(domain: &str) -> Guard {
        let (catalogue, suffixes) = (Catalogue::embedded(), SuffixList::embedded());
        let watchlist = format!(
            "[[organisation]]\nid = 'guarded'\ndomains = ['{domain}']\n\
             services = ['microsoft-365']\npeople = ['Erika Mustermann']"
        );
        let (watchlist, _) = Watchlist::parse(&watchlist, &catalogue, &suffixes).expect("valid");
        Guard::new(watchlist, catalogue, suffixes, "")
    }

    /// The techniques told of `name` by `guard`, for each term apart.
    fn told(guard: &Guard, name: &str) -> Vec<(String, Vec<TechniqueUse>)> {
        let name: DomainName = name.parse().expect("a valid name");
        let (view, mut scratch) = (NameRef::from_domain(&name), Scratch::default());
        let split = guard.split(view);
        let mut told = vec![];
        if guard.sift(view, split, &mut scratch) == Sifted::Maybe {
            guard.explain(view, split, &mut scratch, |likeness| {
                let term = guard.term(&likeness).text.to_string();
                told.push((term, techniques(guard, name.as_str(), &likeness)));
            });
        }
        told
    }

    /// What is told of `name` for the term `term` of an owner of `target`.
    fn check(target: &str, term: &str, name: &str, expected: &str) {
        let shown: Vec<String> = told(&guard(target), name)
            .into_iter()
            .find(|(known, _)| known == term)
            .map_or(vec![], |(_, uses)| uses)
            .into_iter()
            .map(
                |TechniqueUse {
                     technique,
                     span: Span { from, to },
                     edit,
                 }| {
                    format!("{technique} {from}..{to} {}", edit.unwrap_or_default())
                        .trim_end()
                        .to_owned()
                },
            )
            .collect();
        assert_eq!(shown.join(", "), expected, "{name}");
    }

    fn check_shows(technique: &str, target: &str, name: &str) {
        let told = told(&guard(target), name);
        let mut uses = told.iter().flat_map(|(_, uses)| uses);
        assert!(
            uses.any(|at| at.technique.0 == technique),
            "{technique} in {name}: {told:?}"
        );
    }

    #[test]
    fn ids_are_kebab_case_and_unique() {
        let mut ids: Vec<&str> = TECHNIQUES.iter().map(|technique| technique.id).collect();
        for id in &ids {
            let parts = id
                .split('-')
                .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase()));
            assert!(parts, "{id}");
        }
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), TECHNIQUES.len());
    }

    #[test]
    fn every_example_is_recognised() {
        for Technique { id, example, .. } in TECHNIQUES {
            check_shows(id, example.target, example.name);
        }
    }

    #[test]
    fn every_case_of_the_corpus_is_recognised() {
        let corpus = include_str!("../../../corpus/techniques.tsv");
        let rows: Vec<Vec<&str>> = corpus
            .lines()
            .skip(1)
            .map(|line| line.split('\t').collect())
            .collect();
        for row in &rows {
            let [technique, target, name] = row[..] else {
                panic!("three columns: {row:?}")
            };
            check_shows(technique, target, name);
        }
        for Technique { id, .. } in TECHNIQUES {
            assert!(rows.iter().any(|row| row[0] == *id), "{id} has no case");
        }
    }

    #[test]
    fn all_techniques_at_work_are_told() {
        check(
            "microsoft.com",
            "microsoft",
            "micorsoft-login.com",
            "combo-lure 10..15, combo-typo 0..9, transposition 3..5 ro→or",
        );
        check(
            "en-marche.fr",
            "en-marche",
            "onedrive-en-marche.fr",
            "service-organisation 0..8",
        );
        check(
            "en-marche.fr",
            "en-marche",
            "mail.en-marche.co",
            "suffix-swap 15..17 fr→co",
        );
        check(
            "en-marche.fr",
            "en-marche",
            "enmarche-fr.com",
            "suffix-in-label 9..11, hyphen-removed 1..3 --",
        );
        check(
            "en-marche.fr",
            "en-marche",
            "en-marche.fr.example.com",
            "nesting 0..12",
        );
        check(
            "bundestag.de",
            "bundestag",
            "bundestag2017.top",
            "digits 9..13 +2017",
        );
        check(
            "kas.de",
            "office",
            "accounts-office.fr",
            "service-lure 0..15",
        );
        check(
            "kas.de",
            "kas",
            "kas-icloud.com",
            "service-organisation 4..10, acronym-context 4..10",
        );
        check(
            "kas.de",
            "Erika Mustermann",
            "erikamustermann.eu",
            "suffix-swap 0..15",
        );
        check("kas.de", "kas", "portal.example.com", "");
    }

    #[test]
    fn the_sieve_finds_every_imitation() {
        for domain in ["en-marche.fr", "bundestag.de", "kas.de"] {
            let guard = guard(domain);
            let domain = domain.parse().expect("a valid name");
            let mut scratch = Scratch::default();
            for imitation in permute(&domain, guard.suffixes(), guard.lexicon()) {
                let view = NameRef::from_domain(&imitation.name);
                let sifted = guard.sift(view, guard.split(view), &mut scratch);
                assert_eq!(sifted, Sifted::Maybe, "{imitation:?}");
            }
        }
    }

    #[test]
    fn the_page_is_up_to_date() {
        let page = include_str!("../../../docs/techniques.md");
        assert!(
            page == techniques_markdown(),
            "docs/techniques.md is not what techniques_markdown gives"
        );
    }
}
