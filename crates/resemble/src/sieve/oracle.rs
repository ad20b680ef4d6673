//! The sieve against a slow, plain judge: what that one admits, the sieve finds.

use super::{Sieve, admits};
use crate::align::{Step, Steps, Window};
use crate::catalogue::Catalogue;
use crate::lexicon::Lexicon;
use crate::term::{self, Form};
use crate::text::Text;
use crate::watchlist::Watchlist;
use names::{DomainName, NameRef, SuffixList};
use proptest::prelude::*;
use std::sync::LazyLock;

struct World {
    suffixes: SuffixList,
    forms: Vec<Form>,
    sieve: Sieve,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let (catalogue, suffixes) = (Catalogue::embedded(), SuffixList::embedded());
    let lexicon = Lexicon::embedded(&catalogue);
    let text = "[[organisation]]\nid='a'\ndomains=['en-marche.fr','kas.de','vk.com','zoom.us','naver.com',\
        'redfin.com','orange.fr','espresso.example','bundestag.de','washingtonpost.com','microsoftonline.com']\n\
        people=['Emmanuel Macron']\nservices=['microsoft-365']";
    let (watchlist, _) = Watchlist::parse(text, &catalogue, &suffixes).expect("a valid watchlist");
    let terms = term::terms(&watchlist, &catalogue, &lexicon, &suffixes);
    let forms = term::forms(&terms, &lexicon);
    World {
        sieve: Sieve::new(forms.clone(), &lexicon),
        forms,
        suffixes,
    }
});

/// The optimal string alignment distance, by the book: omission, insertion, replacement and the swap
/// of neighbours count one each.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut best = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best = best.min(rows[i - 2][j - 2] + 1);
                }
                best
            };
        }
    }
    rows[a.len()][b.len()]
}

/// A window that the plain judge admits, if there is one.
fn admitted(text: &Text) -> Option<(&'static Form, Window)> {
    let codes = text.codes();
    for form in &WORLD.forms {
        let length = form.codes.len();
        for from in 0..codes.len() {
            for to in from + length.saturating_sub(1).max(1)..=(from + length + 1).min(codes.len())
            {
                let steps: Steps = match distance(&form.codes, &codes[from..to]) {
                    0 => Steps::new(),
                    // Where the term lies exactly, a letter more or less is no step.
                    1 if exact_near(form, codes, from) => continue,
                    1 => std::iter::once(Step::Inserted(0)).collect(),
                    _ => continue,
                };
                let window = Window {
                    from: from as u16,
                    to: to as u16,
                    steps,
                };
                if admits(form, &window, text) {
                    return Some((form, window));
                }
            }
        }
    }
    None
}

/// Whether the form lies exactly where a window starts, give or take a letter.
fn exact_near(form: &Form, codes: &[u8], from: usize) -> bool {
    (from.saturating_sub(1)..=from + 1)
        .any(|start| codes.get(start..start + form.codes.len()) == Some(&*form.codes))
}

fn check(name: &str) -> Result<(), TestCaseError> {
    let Ok(name) = name.parse::<DomainName>() else {
        return Ok(());
    };
    let split = WORLD.suffixes.split(name.as_str());
    let mut text = Text::default();
    text.read(NameRef::from_domain(&name), split);
    if let Some((form, window)) = admitted(&text) {
        let (mut skeleton, mut hits) = (vec![], vec![]);
        WORLD.sieve.sift(&text, &mut skeleton, &mut hits);
        let letters = String::from_utf8_lossy(&form.letters);
        prop_assert!(!hits.is_empty(), "{name}: {letters} at {window:?}");
    }
    Ok(())
}

/// A term of the watchlist with a few letters changed.
fn mangled() -> impl Strategy<Value = String> {
    let change = (
        any::<prop::sample::Index>(),
        0..5u8,
        prop::char::range('a', 'z'),
    );
    (
        any::<prop::sample::Index>(),
        prop::collection::vec(change, 0..3),
    )
        .prop_map(|(form, changes)| {
            let form = &WORLD.forms[form.index(WORLD.forms.len())];
            let mut letters: Vec<char> =
                form.letters.iter().map(|&byte| char::from(byte)).collect();
            for (at, how, letter) in changes {
                let at = at.index(letters.len());
                match how {
                    0 if letters.len() > 1 => drop(letters.remove(at)),
                    1 => letters.insert(at, letter),
                    2 => letters[at] = letter,
                    3 if at + 1 < letters.len() => letters.swap(at, at + 1),
                    _ => letters.insert(at, '-'),
                }
            }
            letters.into_iter().collect()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn nothing_that_is_admitted_is_missed(
        before in "[a-z0-9.-]{0,6}",
        term in mangled(),
        after in "[a-z0-9.-]{0,6}",
        suffix in prop::sample::select(vec!["fr", "com", "co.uk", "pages.dev"]),
    ) {
        check(&format!("{before}{term}{after}.{suffix}"))?;
    }

    #[test]
    fn nor_in_names_made_of_few_letters(name in "[aeknrsv-]{1,9}\\.[aeks]{0,5}\\.com") {
        check(&name)?;
    }
}

#[test]
fn the_judge_is_not_blind() {
    for name in [
        "enmarche.com",
        "login-redfni.com",
        "xxbundestagxx.com",
        "nave.com",
        "kas-x.de",
    ] {
        let name: DomainName = name.parse().expect("a name");
        let mut text = Text::default();
        text.read(
            NameRef::from_domain(&name),
            WORLD.suffixes.split(name.as_str()),
        );
        assert!(admitted(&text).is_some(), "{name}");
    }
}
