//! Hints that others are shown something else.

use model::dossier::Cloaking;
use url::Url;

use super::read::Places;
use super::sketch::Sketch;

/// A page with more words has contents besides a check or a redirect.
const FEW_WORDS: usize = 150;
/// Encoded text of a script from which on a page is put together of it.
const LONG_CODE: usize = 512;

/// What stands before the contents to keep machines out.
const CHALLENGES: &[&str] = &[
    "challenges.cloudflare.com",
    "cf-chl",
    "cf_chl",
    "recaptcha",
    "hcaptcha.com",
    "ddos-guard",
    "captcha-delivery.com",
    "awswaf.com",
    "checking your browser",
];
/// What scripts unpack encoded text with.
const DECODERS: &[&str] = &[
    "atob(",
    "unescape(",
    "fromCharCode",
    "decodeURIComponent(",
    "eval(",
];
/// What scripts send the visitor on with.
const MOVES: &[&str] = &[
    "location.replace(",
    "location.assign(",
    "location.href=",
    "window.location=",
    "document.location=",
    "top.location=",
];

/// The hints, sorted. `asked` is where the visit began, `header` is `X-Robots-Tag`.
pub(super) fn hints(
    sketch: &Sketch,
    asked: Option<&Url>,
    page: &Url,
    header: Option<&str>,
    places: &Places<'_>,
) -> Vec<Cloaking> {
    let few = sketch.words.len() < FEW_WORDS;
    let scripts: String = sketch
        .scripts
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect();
    let loads = |what: &str| {
        sketch
            .links
            .iter()
            .any(|link| link.loaded && link.url.contains(what))
    };
    let target = refresh_target(sketch, page);
    let asked_own = asked.is_some_and(|url| places.is_owned(url));
    let mut hints = Vec::new();
    if few
        && CHALLENGES
            .iter()
            .any(|mark| scripts.contains(mark) || loads(mark))
    {
        hints.push(Cloaking::Challenge);
    }
    if DECODERS.iter().any(|decoder| scripts.contains(decoder)) && has_code(&scripts) {
        hints.push(Cloaking::Encoded);
    }
    let robots = [sketch.robots.as_deref(), header];
    if robots
        .into_iter()
        .flatten()
        .any(|rule| rule.to_ascii_lowercase().contains("noindex"))
    {
        hints.push(Cloaking::NoRobots);
    }
    if few && (target.is_some() || MOVES.iter().any(|way| scripts.contains(way))) {
        hints.push(Cloaking::ScriptRedirect);
    }
    let ends_there = places.is_owned(page) || target.is_some_and(|url| places.is_owned(&url));
    if ends_there && !asked_own {
        hints.push(Cloaking::ToTheReal);
    }
    hints
}

/// Where `<meta http-equiv=refresh content="0; url=…">` leads, if that is another page.
fn refresh_target(sketch: &Sketch, page: &Url) -> Option<Url> {
    let (_, rest) = sketch.refresh.as_deref()?.split_once([';', ','])?;
    let rest = rest.trim_start();
    let address = match rest.get(..3) {
        Some(key) if key.eq_ignore_ascii_case("url") => rest[3..].trim_start().strip_prefix('=')?,
        _ => rest,
    };
    let address = address.trim().trim_matches(['\'', '"']);
    page.join(address).ok().filter(|url| url != page)
}

/// Whether there is a long run of what base64, `%41` and `\x41` consist of.
fn has_code(scripts: &str) -> bool {
    let mut run = 0;
    scripts.bytes().any(|byte| {
        let part = byte.is_ascii_alphanumeric() || b"+/=%\\".contains(&byte);
        run = if part { run + 1 } else { 0 };
        run >= LONG_CODE
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, page: &str, expected: &[Cloaking]) {
        let asked = Url::parse("https://shop.example/").expect("it is a URL");
        let page = Url::parse(page).expect("it is a URL");
        let owned = ["real.example".parse().expect("it is a name")];
        let suffixes = names::SuffixList::embedded();
        let places = Places::new(&page, &owned, &suffixes);
        let sketch = Sketch::of(html.as_bytes(), None);
        assert_eq!(hints(&sketch, Some(&asked), &page, None, &places), expected);
    }

    const HERE: &str = "https://shop.example/";

    #[test]
    fn each_hint() {
        check(
            "<script src=https://challenges.cloudflare.com/x></script>",
            HERE,
            &[Cloaking::Challenge],
        );
        let code = "QUJD".repeat(200);
        check(
            &format!("<script>document.write(atob('{code}'))</script>"),
            HERE,
            &[Cloaking::Encoded],
        );
        check(
            "<meta name=robots content='NOINDEX, nofollow'>",
            HERE,
            &[Cloaking::NoRobots],
        );
        check(
            "<script>window.location = '/x'</script>",
            HERE,
            &[Cloaking::ScriptRedirect],
        );
        check(
            "<meta http-equiv=refresh content=\"0; URL='https://www.real.example/'\">",
            HERE,
            &[Cloaking::ScriptRedirect, Cloaking::ToTheReal],
        );
        check("hello", "https://real.example/", &[Cloaking::ToTheReal]);
    }

    #[test]
    fn what_is_no_hint() {
        check("<meta http-equiv=refresh content=60>", HERE, &[]);
        check("<meta http-equiv=refresh content='60; url=/'>", HERE, &[]);
        check(
            "<meta http-equiv=refresh content=';é'>",
            "https://shop.example/%C3%A9",
            &[],
        );
        check("<script>atob('QUJD')</script>", HERE, &[]);
        let long = format!(
            "{}<script>location.href = 'x'</script>",
            "word ".repeat(FEW_WORDS)
        );
        check(&long, HERE, &[]);
    }
}
