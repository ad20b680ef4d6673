//! Each look-alike beside what it imitates.

use std::collections::BTreeSet;

use maud::{Markup, html};
use model::Aim;
use names::{DomainName, defanged};

use super::align::{Letter, align};
use super::{Report, section as framed, table};
use crate::text;

pub(super) fn section(report: &Report<'_>) -> Markup {
    let aims = report.view.campaign.members.iter();
    let aims: Vec<&Aim> = aims.flat_map(|member| &member.aims).collect();
    framed(
        "imitated",
        "What was imitated, side by side",
        &html! {
            @if aims.is_empty() {
                p { "None of the domains shown to you imitates an organisation." }
            } @else {
                p {
                    "Letters that differ are " mark { "marked" } "; what was put before, behind or in between is " span .around { "dotted" } ". Letters that only look like Latin ones are named."
                }
                (table(&["Organisation", "What it imitates", "What was made of it"], &rows(&aims)))
            }
        },
    )
}

fn rows(aims: &[&Aim]) -> Vec<Markup> {
    let mut known = BTreeSet::new();
    let each = aims.iter();
    let once = each.filter(|aim| known.insert((&aim.organisation, &aim.imitated, &aim.name)));
    once.map(|aim| row(aim)).collect()
}

fn row(aim: &Aim) -> Markup {
    let name = aim.name.parse::<DomainName>();
    let name = name.map_or_else(|_| aim.name.clone(), |name| name.to_unicode());
    let aligned = align(&name, &aim.imitated);
    let unusual = unusual(&name);
    let unusual = html! { @if !unusual.is_empty() { div .faint { (unusual) } } };
    html! {
        tr {
            td { bdi { (aim.organisation) } }
            @if let Some(aligned) = &aligned {
                td { bdi .name { (marked(&aligned.imitated)) } }
                td { bdi .name { (marked(&aligned.name)) } (unusual) }
            } @else {
                td { bdi .name { (text::defang(&aim.imitated)) } }
                td { bdi .name { (defanged(&name)) } (unusual) }
            }
        }
    }
}

fn marked(letters: &[(char, Letter)]) -> Markup {
    let groups = letters.chunk_by(|a, b| a.1 == b.1);
    html! {
        @for group in groups {
            @let text: String = group.iter().map(|(letter, _)| *letter).collect();
            @let text = defanged(&text).to_string();
            @match group[0].1 {
                Letter::Same => (text),
                Letter::Other => mark { (text) },
                Letter::Around => span .around { (text) },
            }
        }
    }
}

/// The letters of a name that are not of the Latin alphabet as one types it, each with its code: they are seen by nobody.
fn unusual(name: &str) -> String {
    let letters: BTreeSet<char> = name.chars().filter(|letter| !letter.is_ascii()).collect();
    let shown: Vec<String> = letters
        .iter()
        .take(6)
        .map(|letter| format!("{letter} is U+{:04X}", u32::from(*letter)))
        .collect();
    shown.join(", ")
}
