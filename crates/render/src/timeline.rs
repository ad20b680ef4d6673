//! What happened, in order of time: as text and as a picture.

mod axis;
mod lanes;
mod marks;
mod svg;

use maud::Markup;
use model::{Campaign, Moment, Viewer};

use crate::text;
use crate::view::Shown;

/// The timeline of a campaign as `viewer` may see it, as text for a terminal: a line for each moment, in UTC, with the day alone where
/// no more is known.
pub fn timeline_text(campaign: &Campaign, viewer: &Viewer) -> String {
    let view = Shown::of(campaign, viewer);
    let moments = &view.campaign.timeline;
    let widest = moments.iter().map(|moment| text::columns(&whom(moment)));
    let widest = widest.max().unwrap_or(0).min(WIDEST);
    let line = |moment: &Moment| {
        let whom = text::shortened(&whom(moment), WIDEST);
        let blanks = " ".repeat(widest - text::columns(&whom));
        let (when, kind) = (when(moment), moment.kind.as_str());
        let line = format!("{when:<16}  {whom}{blanks}  {kind:<15}  {}", said(moment));
        format!("{}\n", line.trim_end())
    };
    moments.iter().map(line).collect()
}

/// The timeline of a campaign as `viewer` may see it, as a picture (SVG): a row for each domain, and one for the campaign as a whole.
///
/// Of more than 40 domains, those that came furthest have a row each, and the others one together.
pub fn timeline_svg(campaign: &Campaign, viewer: &Viewer) -> String {
    picture(&Shown::of(campaign, viewer)).into_string()
}

/// As [`timeline_svg`], to stand in a page.
pub(crate) fn picture(view: &Shown) -> Markup {
    svg::svg(&view.campaign)
}

/// What it was, and why an analyst decided so.
pub(crate) fn said(moment: &Moment) -> String {
    match &moment.why {
        None => moment.says.clone(),
        Some(why) => format!("{}: {why}", moment.says),
    }
}

/// When it was, as exactly as it is known.
pub(crate) fn when(moment: &Moment) -> String {
    if moment.day_only {
        text::day(moment.at)
    } else {
        text::minute(moment.at)
    }
}

/// The most columns that a domain takes.
const WIDEST: usize = 44;

fn whom(moment: &Moment) -> String {
    match &moment.domain {
        Some(domain) => text::domain(domain),
        None => "the campaign".to_owned(),
    }
}
