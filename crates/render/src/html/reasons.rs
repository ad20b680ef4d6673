//! Why the domains belong together.

use maud::{Markup, html};
use model::{Member, Pivot, Tie};

use super::{Report, day, name, section as framed, table};
use crate::text;
use crate::view::{Shared, View};

pub(super) fn section(report: &Report<'_>) -> Markup {
    let view = &report.view;
    let values = view.shared();
    let campaign = &view.campaign;
    let promoted: Vec<Markup> = campaign.members.iter().flat_map(raised).collect();
    framed(
        "reasons",
        "Why they belong together",
        &html! {
            p {
                "Two domains are linked by rare things that they share. The rarer a value is among all domains that we have observed, the more it is worth: 10 bits are as unlikely by chance as ten tosses of a coin that all show heads, 20 bits as twenty. A name server or an address that thousands use is worth nearly nothing."
            }
            h3 { "What they share" }
            @if values.is_empty() {
                p { "Nothing that could be shown." }
            } @else {
                (table(&["What", "Value", "How rare", "Strength", "Domains", "Basis"], &values.iter().map(|value| shared(view, value)).collect::<Vec<_>>()))
            }
            h3 { "Link by link" }
            @if campaign.links.is_empty() {
                p { "No two domains that are shown to you are linked." }
            } @else {
                (table(&["Domains", "Reasons", "In all", "Since"], &links(view)))
                p .note {
                    "Reasons of one kind bear witness to the same thing, so only the strongest of each kind is counted. An analyst's word has no strength: it holds until it is taken back."
                }
            }
            @if !view.outward.is_empty() {
                p { (text::capital(&text::count(view.outward.len(), "link leads", "links lead"))) " to domains that imitate other organisations:" }
                (table(&["Domain", "Reasons", "In all", "Since"], &outward(view)))
            }
            @if !promoted.is_empty() {
                h3 { "The company they keep" }
                p { "What is no alert by itself, as its name says little, was raised to one for what it shares with an alert. What is one by itself shares it, too, and stays what it is." }
                (table(&["Domain", "Imitates", "By itself", "With its company", "Why"], &promoted))
            }
        },
    )
}

fn shared(view: &View, value: &Shared<'_>) -> Markup {
    html! {
        tr {
            td { (text::capital(value.pivot.kind.says())) }
            td { (shown(view, value.pivot)) }
            td { (value.rarity()) }
            td .number { (text::strength(value.strength)) }
            td {
                @if value.domains.is_empty() { span .faint { "no link rests on it" } }
                @for domain in value.domains.keys().take(MOST_NAMES) { div { (name(domain)) } }
                @if value.domains.len() > MOST_NAMES {
                    div .faint { "and " (value.domains.len() - MOST_NAMES) " more" }
                }
            }
            td { @if value.claimed() { (claim()) } @else { "seen" } }
        }
    }
}

/// The most domains that are named beside a value.
const MOST_NAMES: usize = 12;

fn links(view: &View) -> Vec<Markup> {
    let row = |link: &model::Link| {
        html! {
            tr {
                td { div { (name(&link.one)) } div { (name(&link.other)) } }
                td { (reasons(view, &link.reasons)) }
                td .number { (sum(link.strength)) }
                td .when { (day(&view.campaign, link.since, &[&link.one, &link.other])) }
            }
        }
    };
    view.campaign.links.iter().map(row).collect()
}

fn outward(view: &View) -> Vec<Markup> {
    let row = |link: &crate::view::Outward| {
        html! {
            tr {
                td { (name(&link.domain)) }
                td { (reasons(view, &link.reasons)) }
                td .number { (sum(link.strength)) }
                td .when { (day(&view.campaign, link.since, &[&link.domain])) }
            }
        }
    };
    view.outward.iter().map(row).collect()
}

fn sum(strength: u32) -> String {
    match strength {
        0 => "—".to_owned(),
        some => text::strength(some),
    }
}

fn reasons(view: &View, ties: &[Tie]) -> Markup {
    html! {
        @for tie in ties {
            div {
                @match tie {
                    Tie::Shared { pivot, holders, strength, claimed } => {
                        "the same " (pivot.kind.says()) " " (shown(view, pivot))
                        span .faint { " · " (text::strength(*strength)) ", had by " (holders) " in all" }
                        @if *claimed { " " (claim()) }
                    }
                    Tie::Pinned { by, why } => {
                        span .badge { "analyst" } " joined by " bdi { (by) } ": " bdi { (why) }
                    }
                }
            }
        }
    }
}

/// A value that is shared, which may be hostile, or a person's.
fn shown(view: &View, pivot: &Pivot) -> Markup {
    html! {
        @if view.is_fingerprint(pivot) {
            code { (pivot.value) } " " span .badge { "withheld" }
        } @else {
            bdi .name { (text::inert(pivot.kind, &pivot.value)) }
        }
    }
}

/// The mark of what somebody published.
fn claim() -> Markup {
    html! { span .badge.claim { "claimed" } }
}

fn raised(member: &Member) -> Vec<Markup> {
    let aims = member.aims.iter().filter(|aim| !aim.let_pass);
    let raised = aims.filter_map(|aim| {
        let why = aim.promoted.as_ref()?;
        let now = if aim.is_promoted() {
            "raised to an alert"
        } else {
            "an alert as before"
        };
        Some(html! {
            tr {
                td { (name(&member.domain)) }
                td { bdi { (aim.organisation) } }
                td { (aim.tier.map_or("below watch".to_owned(), |tier| tier.to_string())) }
                td { (now) }
                td { bdi { (why) } }
            }
        })
    });
    raised.collect()
}
