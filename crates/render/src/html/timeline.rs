//! What happened, as a picture and as a table.

use maud::{Markup, html};
use model::Moment;

use super::{Report, name, section as framed, table};
use crate::timeline::{picture, said, when};

pub(super) fn section(report: &Report<'_>) -> Markup {
    let moments = &report.view.campaign.timeline;
    framed(
        "timeline",
        "What happened",
        &html! {
            @if moments.is_empty() {
                p { "Nothing of it is dated." }
            } @else {
                figure { (picture(&report.view)) }
                (table(&["When (UTC)", "Domain", "What", "How we know"], &rows(moments)))
                p .note { "Where only a day is given, the hour is not known." }
            }
        },
    )
}

fn rows(moments: &[Moment]) -> Vec<Markup> {
    let row = |moment: &Moment| {
        html! {
            tr {
                td .when { (when(moment)) }
                td { @match &moment.domain { Some(domain) => (name(domain)), None => "the campaign" } }
                td .kind { (moment.kind.as_str().replace('-', " ")) }
                td { bdi { (said(moment)) } }
            }
        }
    };
    moments.iter().map(row).collect()
}
