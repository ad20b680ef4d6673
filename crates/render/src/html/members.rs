//! The domains.

use jiff::Timestamp;
use maud::{Markup, html};
use model::{Member, Stage, Tier};

use super::{Report, name, section as framed, table};
use crate::text;

pub(super) fn section(report: &Report<'_>) -> Markup {
    let members = &report.view.campaign.members;
    let headings = [
        "Domain",
        "Imitates",
        "There since",
        "How far we tell",
        "Stages",
    ];
    framed(
        "members",
        "The domains",
        &html! {
            (table(&headings, &members.iter().map(row).collect::<Vec<_>>()))
            @let hidden = report.view.withheld.domains;
            @if hidden > 0 {
                p .note { (text::capital(&text::domains(hidden))) " that imitate only other organisations are not listed." }
            }
        },
    )
}

fn row(member: &Member) -> Markup {
    html! {
        tr {
            td { (name(&member.domain)) }
            td {
                @if member.aims.is_empty() { span .faint { "nobody" } }
                @for aim in &member.aims { div { bdi { (aim.organisation) } } }
            }
            td .when { (since(member, member.first)) }
            td {
                @if member.aims.is_empty() { span .faint { "by company only" } }
                @for aim in &member.aims {
                    div {
                        @match aim.raised() {
                            Some(Tier::Alert) => span .badge.alert { "alert" },
                            Some(Tier::Watch) => span .badge.watch { "watch" },
                            None if aim.let_pass => {
                                span .badge { "harmless" } " " span .faint { "an analyst lets it pass" }
                            }
                            None => span .badge { "below watch" },
                        }
                        @if aim.is_promoted() { " " span .faint { "raised by its company" } }
                    }
                }
            }
            td {
                @if member.stages.is_empty() { span .faint { "not looked at" } }
                @for (at, reached) in member.stages.iter().enumerate() {
                    @if at > 0 { ", " }
                    span .advanced[reached.stage >= Stage::CredentialForm && !reached.stage.is_end()] title=(reached.says) {
                        (reached.stage.as_str().replace('-', " "))
                    }
                    " " span .faint.day { (since(member, reached.since)) }
                }
            }
        }
    }
}

/// The day, or those that it may be.
fn since(member: &Member, at: Timestamp) -> String {
    if member.is_assumed(at) {
        text::one_of(&member.possible)
    } else {
        text::day(at)
    }
}
