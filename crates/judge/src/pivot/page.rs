//! What it shows: the page, its favicon, title, ids, and where its forms post to.

use data_encoding::HEXLOWER;
use model::PivotKind;
use model::dossier::{PageFacts, PageKind};

use super::Found;

pub(super) fn read(page: &PageFacts, found: &mut Found) {
    // What a hoster, a parking service or an error shows says nothing of the owner.
    if page.kind != PageKind::Content {
        return;
    }
    if !page.truncated && page.body_len > 0 {
        found.seen(PivotKind::PageBody, &HEXLOWER.encode(&page.body.0));
    }
    if let Some(favicon) = page.favicon {
        found.seen(PivotKind::Favicon, &favicon.to_string());
    }
    if let Some(title) = &page.title {
        found.seen(PivotKind::Title, title);
    }
    for tracker in &page.trackers {
        found.seen(PivotKind::Tracker, tracker);
    }
    let asking = page
        .forms
        .iter()
        .filter(|form| form.asks() && form.elsewhere);
    for form in asking {
        found.seen(PivotKind::FormTarget, &form.action);
    }
}
