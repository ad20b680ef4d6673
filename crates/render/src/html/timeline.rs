//! What happened, as a picture and as a table.

use maud::{Markup, html};
use model::{Campaign, Moment};

use super::{Report, name, section as framed, table};
use crate::timeline::{picture, said, when};

pub(super) fn section(report: &Report<'_>) -> Markup {
    let campaign = &report.view.campaign;
    let moments = &campaign.timeline;
    framed(
        "timeline",
        "What happened",
        &html! {
            @if moments.is_empty() {
                p { "Nothing of it is dated." }
            } @else {
                figure { (picture(&report.view)) }
                (table(&["When (UTC)", "Domain", "What", "How we know"], &rows(campaign)))
                p .note {
                    "Where only a day is given, the hour is not known."
                    @if campaign.members.iter().any(|member| !member.possible.is_empty()) {
                        " Where it is assumed, it is one of several days, and which of them was not published."
                    }
                }
            }
        },
    )
}

fn rows(campaign: &Campaign) -> Vec<Markup> {
    let row = |moment: &Moment| {
        html! {
            tr {
                td .when {
                    (when(moment))
                    @if let Some(domain) = &moment.domain && campaign.is_assumed(moment.at, &[domain]) {
                        " " span .faint { "(assumed)" }
                    }
                }
                td { @match &moment.domain { Some(domain) => (name(domain)), None => "the campaign" } }
                td .kind { (moment.kind.as_str().replace('-', " ")) }
                td { bdi { (said(moment)) } }
            }
        }
    };
    campaign.timeline.iter().map(row).collect()
}
