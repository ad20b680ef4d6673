//! A visit to a page and its icon.

use std::sync::Arc;
use std::time::Duration;

use egress::{Dialer, Visit, Visited};
use model::dossier::{Hop, PageFacts};
use model::{Evidence, FailureKind, Probed};
use names::{DomainName, SuffixList};
use url::Url;

use super::print::Print;
use super::read::{Context, Fetched, icon_url, read};
use super::sketch::MAX_BYTES;
use crate::outcome::{Asked, failed, of_domain, piece};

/// The largest icon that is fetched.
const MAX_ICON: usize = 256 << 10;
/// How much of a page is searched for its icon, which stands in the head.
const MAX_HEAD: usize = 32 << 10;

/// How a page is visited.
#[derive(Clone, Copy)]
pub(crate) struct Manner<'a> {
    /// For the page with its redirects, and for the icon, each.
    pub(crate) timeout: Duration,
    /// `Accept-Language`.
    pub(crate) language: Option<&'a str>,
}

/// Whom the page may imitate; as [`Context`], for another thread.
pub(crate) struct Whom {
    pub(crate) owned: Vec<DomainName>,
    pub(crate) suffixes: Arc<SuffixList>,
    pub(crate) reference: Option<Arc<Print>>,
}

/// Visits the page at `url`, and its icon. The body, the headers and the icon are evidence.
pub(crate) async fn ask(
    dialer: &Dialer,
    url: &str,
    manner: Manner<'_>,
    whom: Whom,
) -> Asked<PageFacts> {
    let source = url.to_owned();
    let Ok(url) = Url::parse(&source) else {
        let outcome = failed(FailureKind::Malformed, "the name makes no URL");
        return Asked::nothing(outcome, source);
    };
    let mut visit = Visit::new(&url, MAX_BYTES, manner.timeout);
    visit.accept_language = manner.language;
    let visited = match dialer.visit(visit).await {
        Ok(visited) => visited,
        Err(astray) => return Asked::nothing(of_domain(&astray.error), source),
    };
    let icon = match icon_of(&visited) {
        Some(icon) => fetch_icon(dialer, &icon, manner).await,
        None => None,
    };
    // Milliseconds of work: not for a thread that others wait for.
    let reading = tokio::task::spawn_blocking(move || told(visited, icon, &whom));
    let (outcome, evidence) = match reading.await {
        Ok(told) => told,
        Err(error) => (
            failed(FailureKind::Malformed, &error.to_string()),
            Vec::new(),
        ),
    };
    Asked {
        outcome,
        source,
        evidence,
    }
}

/// What the visit tells, and what it rests on.
fn told(
    visited: Visited,
    icon: Option<Vec<u8>>,
    whom: &Whom,
) -> (Probed<PageFacts>, Vec<Evidence>) {
    let hops: Vec<Hop> = visited.hops.iter().map(hop).collect();
    let fetched = Fetched {
        hops: &hops,
        headers: &visited.headers,
        body: &visited.body,
        truncated: visited.cut.is_some(),
        favicon: icon.as_deref(),
    };
    let context = Context {
        owned: &whom.owned,
        suffixes: &whom.suffixes,
        reference: whom.reference.as_deref(),
    };
    let outcome = match read(&fetched, &context) {
        Some(facts) => Probed::Answered(facts),
        None => failed(
            FailureKind::Malformed,
            "the last redirect leads to no address",
        ),
    };
    let mut evidence = vec![piece(head(&visited), "message/http")];
    evidence.extend(icon.map(|icon| piece(icon, "image/x-icon")));
    evidence.push(piece(visited.body, "text/html"));
    (outcome, evidence)
}

/// Where the icon of a page is, if the page is one of text.
fn icon_of(visited: &Visited) -> Option<Url> {
    let content_type = visited
        .headers
        .iter()
        .find(|(name, _)| name == "content-type");
    let content_type = content_type.map(|(_, value)| String::from_utf8_lossy(value));
    let head = &visited.body[..visited.body.len().min(MAX_HEAD)];
    icon_url(&visited.hops.last()?.url, head, content_type.as_deref())
}

/// The icon, if there is one and it came whole.
async fn fetch_icon(dialer: &Dialer, url: &Url, manner: Manner<'_>) -> Option<Vec<u8>> {
    let visited = dialer
        .visit(Visit::new(url, MAX_ICON, manner.timeout))
        .await
        .ok()?;
    // Many servers answer with a page where no icon is.
    let is_text = visited
        .headers
        .iter()
        .any(|(name, value)| name == "content-type" && value.starts_with(b"text/"));
    let whole = visited.status == 200 && visited.cut.is_none() && visited.packed.is_none();
    (whole && !is_text && !visited.body.is_empty()).then_some(visited.body)
}

fn hop(hop: &egress::Hop) -> Hop {
    Hop {
        url: hop.url.to_string(),
        address: hop.address,
        status: hop.status,
    }
}

/// The requests and the head of the last answer, as text.
fn head(visited: &Visited) -> Vec<u8> {
    let mut head = Vec::new();
    for hop in &visited.hops {
        head.extend_from_slice(format!("GET {} -> {}\r\n", hop.url, hop.status).as_bytes());
    }
    for (name, value) in &visited.headers {
        head.extend_from_slice(name.as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value);
        head.extend_from_slice(b"\r\n");
    }
    head
}
