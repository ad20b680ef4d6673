//! A fetched page to facts.

use std::collections::BTreeSet;

use model::dossier::{Hop, PageFacts};
use names::{DomainName, SuffixList, registrable};
use url::Url;

use super::print::{self, Print};
use super::sketch::{self, Sketch};
use super::{cloak, favicon_hash, forms, kind, trackers};
use crate::outcome::digest;
use crate::text;

/// How many hosts are told.
const MAX_HOSTS: usize = 256;
/// How many borrowed things are told.
const MAX_BORROWED: usize = 64;
/// How many headers are told.
const MAX_HEADERS: usize = 64;

/// What came of a visit.
#[derive(Clone, Copy, Debug)]
pub struct Fetched<'a> {
    /// Each request on the way; the last is the page itself.
    pub hops: &'a [Hop],
    /// The headers of the last answer, the names in lower case.
    pub headers: &'a [(String, Vec<u8>)],
    /// The body, unpacked. 2 MiB of it are read.
    pub body: &'a [u8],
    /// Whether the body was cut.
    pub truncated: bool,
    /// The favicon, if there is one.
    pub favicon: Option<&'a [u8]>,
}

/// Whom the page may imitate.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The domains of the guarded organisation.
    pub owned: &'a [DomainName],
    /// Where names divide.
    pub suffixes: &'a SuffixList,
    /// The organisation's own page, if it is at hand.
    pub reference: Option<&'a Print>,
}

/// Where a page is, and whose other places are.
pub(super) struct Places<'a> {
    /// The registrable domain of the page, or its host.
    own: String,
    owned: &'a [DomainName],
    suffixes: &'a SuffixList,
}

impl<'a> Places<'a> {
    pub(super) fn new(page: &Url, owned: &'a [DomainName], suffixes: &'a SuffixList) -> Self {
        Places {
            own: site(page, suffixes).unwrap_or_default(),
            owned,
            suffixes,
        }
    }

    /// Whether an address is of another registrable domain than the page.
    pub(super) fn is_elsewhere(&self, url: &Url) -> bool {
        site(url, self.suffixes).is_some_and(|site| site != self.own)
    }

    /// Whether an address is the guarded organisation's.
    pub(super) fn is_owned(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        self.owned.iter().any(|owned| {
            host.strip_suffix(owned.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    }
}

/// The registrable domain of an address; its host, where that is an address or a public suffix.
fn site(url: &Url, suffixes: &SuffixList) -> Option<String> {
    let host = url.host_str()?;
    let name = host.parse::<DomainName>().ok();
    let domain = name.and_then(|name| registrable(&name, suffixes));
    Some(domain.map_or_else(|| host.to_owned(), |domain| domain.as_str().to_owned()))
}

/// Reads a page. `None` where the last hop has no address that is one.
pub fn read(fetched: &Fetched<'_>, context: &Context<'_>) -> Option<PageFacts> {
    let last = fetched.hops.last()?;
    let page = Url::parse(&last.url).ok()?;
    let asked = fetched
        .hops
        .first()
        .and_then(|hop| Url::parse(&hop.url).ok());
    let content_type = header(fetched, "content-type");
    let sketch = Sketch::of(fetched.body, content_type.as_deref());
    let base = sketch.base.as_deref().and_then(|base| page.join(base).ok());
    let base = base.unwrap_or_else(|| page.clone());
    let places = Places::new(&page, context.owned, context.suffixes);
    let links = Links::of(&sketch, &base, &places);
    let print = Print::of_sketch(&sketch);
    let html = sketch::decoded(
        &fetched.body[..fetched.body.len().min(sketch::MAX_BYTES)],
        content_type.as_deref(),
    );
    let robots = header(fetched, "x-robots-tag");
    let mut hosts = links.hosts;
    let forms = forms::tell(&sketch.forms, &base, &places);
    for form in &forms {
        let target = Url::parse(&form.action).ok();
        hosts.extend(target.and_then(|url| Some(url.host_str()?.to_owned())));
    }
    Some(PageFacts {
        hops: fetched.hops.to_vec(),
        server: header(fetched, "server"),
        headers: headers(fetched),
        body: digest(fetched.body),
        body_len: fetched.body.len(),
        truncated: fetched.truncated,
        favicon: fetched.favicon.map(favicon_hash),
        tlsh: print::tlsh(fetched.body),
        similarity: context.reference.and_then(|own| own.similarity(&print)),
        forms,
        borrowed: links.borrowed.into_iter().take(MAX_BORROWED).collect(),
        trackers: trackers::find(&html),
        hosts: hosts.into_iter().take(MAX_HOSTS).collect(),
        kind: kind::tell(last.status, &sketch, &links.loaded),
        cloaking: cloak::hints(&sketch, asked.as_ref(), &page, robots.as_deref(), &places),
        title: sketch.title,
        language: sketch.language,
    })
}

/// Where the icon of a page is: where it says, or at `/favicon.ico`.
pub(super) fn icon_url(page: &Url, body: &[u8], content_type: Option<&str>) -> Option<Url> {
    let sketch = Sketch::of(body, content_type);
    let base = sketch.base.as_deref().and_then(|base| page.join(base).ok());
    let icon = sketch.icon.as_deref().unwrap_or("/favicon.ico");
    let url = base.as_ref().unwrap_or(page).join(icon).ok()?;
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// The text of a header.
fn header(fetched: &Fetched<'_>, name: &str) -> Option<String> {
    let (_, value) = fetched.headers.iter().find(|(key, _)| key == name)?;
    text::tidy(&String::from_utf8_lossy(value))
}

fn headers(fetched: &Fetched<'_>) -> Vec<String> {
    let lines = fetched
        .headers
        .iter()
        .take(MAX_HEADERS)
        .map(|(name, value)| {
            let line = format!("{name}: {}", String::from_utf8_lossy(value));
            text::tidy(&line).unwrap_or_default()
        });
    lines.collect()
}

struct Links {
    hosts: BTreeSet<String>,
    /// Hosts of what is loaded.
    loaded: Vec<String>,
    borrowed: BTreeSet<String>,
}

impl Links {
    fn of(sketch: &Sketch, base: &Url, places: &Places<'_>) -> Self {
        let mut links = Links {
            hosts: BTreeSet::new(),
            loaded: Vec::new(),
            borrowed: BTreeSet::new(),
        };
        let own = places.is_owned(base);
        for link in &sketch.links {
            let Ok(url) = base.join(&link.url) else {
                continue;
            };
            let Some(host) = url.host_str() else {
                continue;
            };
            if link.loaded {
                links.loaded.push(host.to_owned());
                if !own && places.is_owned(&url) {
                    links.borrowed.extend(text::tidy(url.as_str()));
                }
            }
            links.hosts.insert(host.to_owned());
        }
        links
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(html: &str, url: &str) -> PageFacts {
        let hops = [Hop {
            url: url.to_owned(),
            address: None,
            status: 200,
        }];
        let headers = [
            ("server".to_owned(), b"nginx\x1b[2J".to_vec()),
            (
                "content-type".to_owned(),
                b"text/html; charset=utf-8".to_vec(),
            ),
        ];
        let owned = ["real.example".parse().expect("it is a name")];
        let suffixes = SuffixList::embedded();
        let reference = Print::of(html.as_bytes(), None);
        let fetched = Fetched {
            hops: &hops,
            headers: &headers,
            body: html.as_bytes(),
            truncated: false,
            favicon: Some(b"icon"),
        };
        let context = Context {
            owned: &owned,
            suffixes: &suffixes,
            reference: Some(&reference),
        };
        read(&fetched, &context).expect("the URL is one")
    }

    #[test]
    fn a_page_that_borrows() {
        let facts = facts(
            "<html lang=en><title>Example Bank</title><img src=https://static.real.example/logo.svg>\
             <a href=https://www.real.example/help>Help</a><script src=//cdn.other.example/a.js></script>\
             <form action=go.php><input name=user><input type=password></form>",
            "https://shop.example/in",
        );
        assert_eq!(facts.borrowed, ["https://static.real.example/logo.svg"]);
        assert_eq!(
            facts.hosts,
            [
                "cdn.other.example",
                "shop.example",
                "static.real.example",
                "www.real.example"
            ]
        );
        assert_eq!(facts.headers[0], "server: nginx [2J");
        assert!(facts.forms[0].password && facts.forms[0].login && !facts.forms[0].elsewhere);
        assert_eq!(
            (facts.similarity, facts.favicon.is_some()),
            (Some(1.0), true)
        );
        assert_eq!(facts.language.as_deref(), Some("en"));
    }

    #[test]
    fn the_organisation_borrows_nothing_of_itself() {
        let facts = facts("<img src=/logo.svg>", "https://www.real.example/");
        assert!(facts.borrowed.is_empty());
    }

    #[test]
    fn icons() {
        let page = Url::parse("https://shop.example/a/").expect("it is a URL");
        let url = |html: &str| icon_url(&page, html.as_bytes(), None).map(String::from);
        assert_eq!(url("").as_deref(), Some("https://shop.example/favicon.ico"));
        assert_eq!(
            url("<link rel=icon href=i.png>").as_deref(),
            Some("https://shop.example/a/i.png")
        );
        assert_eq!(url("<link rel=icon href='data:image/png,x'>"), None);
    }
}
