//! What is not known.

use maud::{Markup, html};
use model::{Campaign, Hypothesis, Member, MomentKind, Stage, Tie};

use super::{Report, section as framed};
use crate::text;

pub(super) fn section(report: &Report<'_>) -> Markup {
    framed(
        "unknown",
        "What we do not know",
        &html! { ul { @for gap in gaps(report) { li { (gap) } } } },
    )
}

/// A sentence for each gap.
fn gaps(report: &Report<'_>) -> Vec<String> {
    let campaign = &report.view.campaign;
    let mut gaps: Vec<String> = [
        undated(campaign),
        by_the_day(campaign),
        not_looked_at(campaign),
        no_page(campaign),
        claimed_links(campaign),
        unseen_links(report),
    ]
    .into_iter()
    .flatten()
    .collect();
    gaps.push(nobody(campaign).to_owned());
    gaps.push(reached(campaign).to_owned());
    gaps.push(
        "What else belongs to it: a domain that resembles nobody whom we guard, and shares nothing rare with these, we would not see."
            .to_owned(),
    );
    gaps
}

/// How many domains it holds for, and which.
fn some(campaign: &Campaign, holds: impl Fn(&Member) -> bool) -> Option<String> {
    let members = campaign.members.iter().filter(|&member| holds(member));
    let names: Vec<String> = members.map(|member| text::domain(&member.domain)).collect();
    if names.is_empty() {
        None
    } else if names.len() == campaign.members.len() {
        Some("any of the domains".to_owned())
    } else {
        Some(text::list(&names, 5))
    }
}

fn stands_on(member: &Member, stage: Stage) -> bool {
    member.stages.iter().any(|reached| reached.stage == stage)
}

fn undated(campaign: &Campaign) -> Option<String> {
    let which = some(campaign, |member| !stands_on(member, Stage::Registered))?;
    Some(format!(
        "When {which} was registered: we know only since when it was there to be seen."
    ))
}

fn by_the_day(campaign: &Campaign) -> Option<String> {
    let timeline = campaign.timeline.iter();
    let days = timeline.filter(|moment| moment.day_only).count();
    (days > 0).then(|| {
        format!(
            "The hour of {}: only the day is known.",
            text::count(days, "moment", "moments")
        )
    })
}

fn not_looked_at(campaign: &Campaign) -> Option<String> {
    let which = some(campaign, |member| member.stages.is_empty())?;
    Some(format!(
        "How far {which} has come: nobody has looked, or nothing answered."
    ))
}

fn no_page(campaign: &Campaign) -> Option<String> {
    let which = some(campaign, |member| {
        !member.stages.is_empty() && !stands_on(member, Stage::Serving)
    })?;
    Some(format!(
        "What a visitor of {which} would see: no page was seen there."
    ))
}

fn claimed_links(campaign: &Campaign) -> Option<String> {
    let rests = campaign.links.iter().filter(|link| {
        let mut reasons = link.reasons.iter();
        reasons.all(|tie| matches!(tie, Tie::Shared { claimed: true, .. }))
    });
    let rests = rests.count();
    (rests > 0).then(|| {
        format!(
            "Whether {} true that rest on what others published, and on nothing that we saw.",
            text::count(rests, "link is", "links are")
        )
    })
}

fn unseen_links(report: &Report<'_>) -> Option<String> {
    let hidden = report.view.withheld.domains;
    (hidden > 0).then(|| {
        format!(
            "In this copy, what {} look like that imitate other organisations.",
            text::domains(hidden)
        )
    })
}

fn nobody(campaign: &Campaign) -> &'static str {
    let hypotheses = &campaign.hypotheses;
    if hypotheses.iter().any(Hypothesis::is_confirmed) {
        "Who is behind it, as a fact: an analyst's judgement is not one."
    } else if hypotheses.iter().any(Hypothesis::is_ours) {
        "Who is behind it: there is a resemblance, and nothing more."
    } else if hypotheses.iter().any(Hypothesis::stands) {
        "Who is behind it: others name somebody, and our own evidence names nobody."
    } else {
        "Who is behind it: nobody that we could name."
    }
}

fn reached(campaign: &Campaign) -> &'static str {
    let sighted = |member: &Member| stands_on(member, Stage::Sighted);
    let seen = |kind: MomentKind| campaign.timeline.iter().any(|moment| moment.kind == kind);
    if campaign.members.iter().any(sighted) || seen(MomentKind::Stage(Stage::Sighted)) {
        "Whom else it reached: it was sighted in use, and how far that went does not show from outside."
    } else {
        "Whether anybody received a mail, opened a page or entered a password: that does not show from outside."
    }
}
