//! What to search for.

use maud::{Markup, html};
use model::Member;

use super::{Report, section as framed, table};
use crate::indicators::{Indicator, IndicatorKind, Validity};
use crate::text;

pub(super) fn section(report: &Report<'_>) -> Markup {
    let Validity {
        domain, address, ..
    } = Validity::USUAL;
    framed(
        "indicators",
        "Indicators",
        &html! {
            @if report.indicators.is_empty() {
                p { "None: there is nothing to search for." }
            } @else { p {
                "Defanged, for reading. Search for each from the first day on; after the second, what is found is more likely to be a stranger's: that is "
                (domain.as_hours() / 24) " days after the last activity for names, and " (address.as_hours() / 24)
                " for addresses, which soon have another user. Values that strangers have, too, are left out."
                @if report.view.campaign.members.iter().any(Member::is_let_pass) {
                    " So is what an analyst lets pass."
                }
            }
            (table(&["Kind", "Value", "Valid from", "Valid until", "Why"], &rows(report)))
            }
        },
    )
}

fn rows(report: &Report<'_>) -> Vec<Markup> {
    let row = |indicator: &Indicator| {
        html! {
            tr {
                td { (indicator.kind.as_str().replace('-', " ")) }
                td { bdi .name { (shown(indicator)) } }
                td .when {
                    (text::day(indicator.valid_from))
                    @if indicator.assumed { " " span .faint { "at the earliest (assumed)" } }
                }
                td .when {
                    (text::day(indicator.valid_until))
                    @if indicator.valid_until < report.made.now { " " span .badge { "past" } }
                }
                td { (text::sentence(&indicator.why)) }
            }
        }
    };
    report.indicators.iter().map(row).collect()
}

fn shown(indicator: &Indicator) -> String {
    let value = text::value(&indicator.value);
    match indicator.kind {
        IndicatorKind::Certificate | IndicatorKind::PublicKey => value,
        _ => text::defang(&value),
    }
}
