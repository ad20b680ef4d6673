//! The whole in plain words.

use std::collections::BTreeSet;

use maud::{Markup, html};
use model::{Basis, Campaign, Hypothesis, Member, Moment, OrganisationId, Stage};
use names::DomainName;

use super::Report;
use crate::text;

/// Who is imitated, since when, how far it has come, and what to do.
pub(super) fn section(report: &Report<'_>) -> Markup {
    let whole = &report.view.campaign;
    let campaign = &pursued(whole);
    let harmless = whole.members.len() - campaign.members.len();
    let nothing_left = harmless > 0 && campaign.members.is_empty();
    let withheld = report.view.withheld_in_words();
    super::section(
        "summary",
        "In short",
        &html! {
            (figures(campaign, harmless))
            div .lead {
                @if nothing_left {
                    p { "An analyst ruled that what belongs together here is harmless (" (text::domains(harmless)) "), and lets it pass." }
                } @else {
                    p { (who_is_imitated(campaign)) }
                    @if harmless > 0 { p { (let_pass(whole)) } }
                    p { (since_when(campaign)) " " (how_far(campaign)) }
                    p { (who_is_behind(&campaign.hypotheses)) }
                }
            }
            h3 { "What to do now" }
            @if nothing_left {
                p { "Nothing. No domain is to be blocked or taken down, and there is nothing to search for." }
            } @else {
                ul { @for step in what_to_do(campaign) { li { (step) } } }
            }
            @if !withheld.is_empty() {
                div .box {
                    p { strong { "Not shown to you" } }
                    ul { @for what in withheld { li { (what) "." } } }
                }
            }
        },
    )
}

/// The campaign without what is let pass.
fn pursued(campaign: &Campaign) -> Campaign {
    let mut members: Vec<Member> = campaign.pursued().into_iter().cloned().collect();
    for member in &mut members {
        member.aims.retain(|aim| !aim.let_pass);
    }
    let stay: BTreeSet<&DomainName> = members.iter().map(|member| &member.domain).collect();
    let gone = campaign.members.iter().map(|member| &member.domain);
    let gone: BTreeSet<&DomainName> = gone.filter(|domain| !stay.contains(domain)).collect();
    let of_those = |moment: &&Moment| {
        let domain = moment.domain.as_ref();
        domain.is_none_or(|domain| !gone.contains(domain))
    };
    Campaign {
        timeline: campaign.timeline.iter().filter(of_those).cloned().collect(),
        members,
        ..campaign.clone()
    }
}

/// Which of its domains are let pass.
fn let_pass(campaign: &Campaign) -> String {
    let members = campaign.members.iter().filter(|it| it.is_let_pass());
    let names: Vec<String> = members.map(|it| text::domain(&it.domain)).collect();
    let besides = text::count(names.len(), "domain besides is", "domains besides are");
    format!(
        "{} tied to them that an analyst ruled harmless and lets pass: {}. What follows here is not about what is let pass; in the tables below it is marked as harmless.",
        text::capital(&besides),
        text::list(&names, 3)
    )
}

/// Figures on the domains that are not let pass, and how many are.
fn figures(campaign: &Campaign, harmless: usize) -> Markup {
    let ended = ended(campaign);
    let active = campaign.active();
    html! {
        dl .figures {
            @if harmless > 0 { div { dt { "Ruled harmless" } dd { (harmless) } } }
            @if harmless == 0 || !campaign.members.is_empty() {
                div { dt { @if harmless > 0 { "Other domains" } @else { "Domains" } } dd { (campaign.members.len()) } }
                div { dt { "Organisations" } dd { (campaign.organisations().len()) } }
                @if let Some((first, last)) = active {
                    div { dt { "First" } dd { (text::day(first)) } }
                    div { dt { "Last activity" } dd { (text::day(last)) } }
                }
                div { dt { "Furthest" } dd { (campaign.stage().map_or("not known".to_owned(), |stage| stage.as_str().replace('-', " "))) } }
                div { dt { "Ended" } dd { (ended) " of " (campaign.members.len()) } }
            }
        }
    }
}

/// How many domains have come to an end.
fn ended(campaign: &Campaign) -> usize {
    let members = campaign.members.iter();
    let ended = members.filter(|member| member.stages.iter().any(|it| it.stage.is_end()));
    ended.count()
}

fn who_is_imitated(campaign: &Campaign) -> String {
    let organisations = campaign.organisations();
    let number = text::capital(&text::domains(campaign.members.len()));
    if organisations.is_empty() {
        return format!("{number} of one campaign. None of those shown to you imitates anybody.");
    }
    let imitating = |organisation: &OrganisationId| {
        let members = campaign.members.iter();
        members
            .filter(|member| {
                member
                    .aims
                    .iter()
                    .any(|aim| aim.organisation == *organisation)
            })
            .count()
    };
    let each: Vec<String> = organisations
        .iter()
        .map(|id| format!("{id} ({})", text::domains(imitating(id))))
        .collect();
    let pass = match campaign.members.len() {
        1 => "passes for",
        _ => "belong together and pass for",
    };
    let alone = campaign.members.iter().filter(|it| it.aims.is_empty());
    let by_company = match alone.count() {
        0 => String::new(),
        1 => " One of them imitates nobody, and is known by the company it keeps.".to_owned(),
        more => format!(" {more} of them imitate nobody, and are known by the company they keep."),
    };
    format!(
        "{number} {pass} {}.{by_company} Whoever receives mail from such a domain, or opens it, is meant to think that it comes from there.",
        text::list(&each, 6)
    )
}

fn since_when(campaign: &Campaign) -> String {
    let latest = campaign.members.iter().map(Member::first_at_latest);
    let (Some(last), Some((first, active))) = (latest.max(), campaign.active()) else {
        return "When it began is not known.".to_owned();
    };
    let came = if campaign.members.len() == 1 {
        "It"
    } else {
        "They"
    };
    format!(
        "{came} came up {}; the last activity that we know of was on {}.",
        text::between(first, last),
        text::day_in_words(active)
    )
}

fn how_far(campaign: &Campaign) -> String {
    let far = match campaign.stage() {
        None => "What they are used for is not known: nobody has looked, or nothing answered.",
        Some(Stage::Registered | Stage::Delegated) => {
            "So far they are names only: nothing that we know of is reached by them."
        }
        Some(Stage::Resolving) => {
            "The furthest of them leads to a server; what it serves was not seen."
        }
        Some(Stage::MailReady) => {
            "The furthest of them is set up for mail: letters can be sent and answered in the name of those whom it imitates."
        }
        Some(Stage::Certified) => {
            "The furthest of them has a certificate, as a web site needs one to be trusted by a browser."
        }
        Some(Stage::Serving) => "The furthest of them shows a web page.",
        Some(Stage::CredentialForm) => "The furthest of them asks visitors for their password.",
        Some(Stage::Sighted | Stage::Suspended | Stage::Expired) => {
            "At least one of them has been used: it was seen in the mail or the logs of an organisation."
        }
    };
    match ended(campaign) {
        0 => far.to_owned(),
        all if all == campaign.members.len() => {
            format!("{far} All of them have been taken down since, or have expired.")
        }
        1 => format!("{far} One of them has been taken down since, or has expired."),
        some => format!("{far} {some} of them have been taken down since, or have expired."),
    }
}

fn who_is_behind(hypotheses: &[Hypothesis]) -> String {
    let standing: Vec<&Hypothesis> = hypotheses.iter().filter(|it| it.stands()).collect();
    let confirmed: Vec<&Hypothesis> = hypotheses.iter().filter(|it| it.is_confirmed()).collect();
    match confirmed.as_slice() {
        [] => {}
        [it] => {
            return format!(
                "An analyst holds that {} is behind it ({}, with {} confidence). The reasons for and against stand below.",
                it.set, it.likelihood, it.confidence
            );
        }
        several => {
            let told = |it: &&Hypothesis| {
                let (likelihood, confidence) = (it.likelihood, it.confidence);
                format!("{} ({likelihood}, with {confidence} confidence)", it.set)
            };
            let told: Vec<String> = several.iter().map(told).collect();
            return format!(
                "Analysts confirmed {} on who is behind it: {}. The reasons for and against stand below.",
                text::count(several.len(), "hypothesis", "hypotheses"),
                text::list(&told, 3)
            );
        }
    }
    let compared = standing.iter().find(|it| it.basis == Basis::Compared);
    let ours = match compared {
        Some(it) => format!(
            "By our own comparison, that {} is behind it has a likelihood of “{}”, with {} confidence: a possibility, not a finding.",
            it.set, it.likelihood, it.confidence
        ),
        None => "Our own evidence names nobody: who is behind it we do not know.".to_owned(),
    };
    let claimed = standing.iter().find_map(|it| match &it.basis {
        Basis::Claimed { by, .. } => Some((by, &it.set)),
        Basis::Compared | Basis::Decided { .. } => None,
    });
    match claimed {
        Some((by, set)) => {
            format!("{ours} {by} has published that it is {set}; that is their claim.")
        }
        None => ours,
    }
}

/// What follows from how far it has come.
fn what_to_do(campaign: &Campaign) -> Vec<String> {
    let stage = campaign.stage();
    let at_least = |least: Stage| stage.is_some_and(|stage| stage >= least);
    let mut steps = vec![
        "Block the domains listed under “Indicators” in mail, in the DNS and in web access, with all names below them."
            .to_owned(),
    ];
    if let Some((first, _)) = campaign.active() {
        steps.push(format!(
            "Search mail and web logs for them, back to {}: this report sees them from outside and cannot tell whether anybody was reached.",
            text::day_in_words(first)
        ));
    }
    if at_least(Stage::CredentialForm) {
        steps.push(
            "Whoever may have entered a password there: end all sessions, change the password, and look what was done with the account since."
                .to_owned(),
        );
    }
    if at_least(Stage::MailReady) {
        steps.push(
            "Warn the people most likely to be written to, by a way other than mail; show them the names as they stand below."
                .to_owned(),
        );
    }
    if ended(campaign) < campaign.members.len() {
        steps.push(
            "Ask the registrars and hosters to take the domains down; the reasons below can be sent along, as far as the label allows."
                .to_owned(),
        );
    }
    steps.push("Do not open the domains, and do not answer to them: that tells those behind them that they were found.".to_owned());
    steps
}
