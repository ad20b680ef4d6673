//! What kind of page it is, by what such pages say.

use std::sync::LazyLock;

use model::dossier::PageKind;

use super::sketch::Sketch;

const TABLE: &str = include_str!("../../data/phrases.tsv");
/// A page with more words has contents, whatever phrase stands among them.
const FEW_WORDS: usize = 250;
/// A page with fewer words, and nothing else, is empty.
const NO_WORDS: usize = 3;

/// Where a phrase stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum At {
    /// The title holds it.
    Title,
    /// The visible text of a page of few words holds it, from word to word.
    Text,
    /// It is the host, or the parent of the host, of something that is loaded or framed.
    Host,
}

struct Phrase {
    kind: PageKind,
    at: At,
    /// Words with one space between them, or a host.
    text: &'static str,
}

static PHRASES: LazyLock<Vec<Phrase>> =
    LazyLock::new(|| parse(TABLE).expect("a test reads the embedded table"));

/// The kind of a page: a notice of suspension whatever the status, then an error, then what phrases say in the order of the
/// table, then whether there is anything. `loaded` are the hosts of what is loaded or framed.
pub(super) fn tell(status: u16, sketch: &Sketch, loaded: &[String]) -> PageKind {
    let title = spaced(sketch.title.as_deref().unwrap_or_default());
    let few = sketch.words.len() <= FEW_WORDS;
    let words = if few {
        format!(" {} ", sketch.words.join(" "))
    } else {
        String::new()
    };
    let says = |phrase: &Phrase| match phrase.at {
        At::Title => title.contains(phrase.text),
        At::Text => words.contains(&format!(" {} ", phrase.text)),
        At::Host => loaded.iter().any(|host| {
            host.strip_suffix(phrase.text)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        }),
    };
    let said: Vec<PageKind> = PHRASES
        .iter()
        .filter(|phrase| says(phrase))
        .map(|phrase| phrase.kind)
        .collect();
    if said.contains(&PageKind::Suspended) {
        return PageKind::Suspended;
    }
    if status >= 400 {
        return PageKind::Error;
    }
    let bare = sketch.words.len() < NO_WORDS && sketch.links.is_empty() && sketch.forms.is_empty();
    match said.first() {
        Some(kind) => *kind,
        None if bare && sketch.scripts.is_empty() => PageKind::Empty,
        None => PageKind::Content,
    }
}

/// Words with one space between them, in lower case.
fn spaced(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|letter: char| !letter.is_alphanumeric() && letter != '/')
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ").to_lowercase()
}

/// Reads the table: kind, place and phrase, with tabulators between.
fn parse(table: &'static str) -> Option<Vec<Phrase>> {
    table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let mut columns = line.split('\t');
            let kind = match columns.next()? {
                "parked" => PageKind::Parked,
                "sale" => PageKind::ForSale,
                "default" => PageKind::Default,
                "suspended" => PageKind::Suspended,
                "listing" => PageKind::Listing,
                _ => return None,
            };
            let at = match columns.next()? {
                "title" => At::Title,
                "text" => At::Text,
                "host" => At::Host,
                _ => return None,
            };
            let text = columns.next()?;
            Some(Phrase { kind, at, text })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, html: &str, loaded: &[&str], expected: PageKind) {
        let loaded: Vec<String> = loaded.iter().map(ToString::to_string).collect();
        let told = tell(status, &Sketch::of(html.as_bytes(), None), &loaded);
        assert_eq!(told, expected, "{html}");
    }

    #[test]
    fn the_table_is_normal() {
        for phrase in PHRASES.iter().filter(|phrase| phrase.at != At::Host) {
            assert_eq!(spaced(phrase.text), phrase.text);
        }
        assert!(parse("odd\ttitle\tx").is_none() && parse("sale\tnowhere\tx").is_none());
    }

    #[test]
    fn each_kind() {
        check(
            200,
            "<p>This domain is for sale! Make an offer.",
            &[],
            PageKind::ForSale,
        );
        check(
            200,
            "<p>Diese Domain steht zum Verkauf",
            &[],
            PageKind::ForSale,
        );
        check(
            200,
            "<script src=x></script>",
            &["img.sedoparking.com"],
            PageKind::Parked,
        );
        check(
            200,
            "<title>Welcome to nginx!</title>",
            &[],
            PageKind::Default,
        );
        check(
            200,
            "<title>Index of /</title><a href=a>a</a>",
            &[],
            PageKind::Listing,
        );
        check(
            403,
            "<h1>This account has been suspended",
            &[],
            PageKind::Suspended,
        );
        check(404, "<h1>Not found</h1>", &[], PageKind::Error);
        check(200, "", &[], PageKind::Empty);
        check(200, "<script>go()</script>", &[], PageKind::Content);
        check(200, "<form><input></form>", &[], PageKind::Content);
    }

    #[test]
    fn phrases_among_contents_say_nothing() {
        let long = format!("<p>{} this domain is for sale", "word ".repeat(FEW_WORDS));
        check(200, &long, &[], PageKind::Content);
        check(
            200,
            "<p>hello there friend",
            &["notsedoparking.com"],
            PageKind::Content,
        );
    }
}
