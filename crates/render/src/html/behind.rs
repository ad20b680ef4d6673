//! Who may be behind it.

use maud::{Markup, html};
use model::{Basis, Hypothesis, Likelihood, Witness};

use super::{Report, section as framed};
use crate::text;

pub(super) fn section(report: &Report<'_>) -> Markup {
    let hypotheses = &report.view.campaign.hypotheses;
    let ours = hypotheses.iter().any(Hypothesis::is_ours);
    framed(
        "behind",
        "Who may be behind it",
        &html! {
            @if !ours {
                p .verdict { strong { "Nobody that we could name." } " Our own evidence resembles no known set of intrusions closely enough to say more." }
            }
            @if !hypotheses.is_empty() {
                p {
                    "What follows are hypotheses, each with what speaks against it. A comparison by this program never goes beyond “"
                    (Likelihood::POSSIBLE) "”; only an analyst does. Letter and figure behind a reason are a grade on the Admiralty scale: "
                    "how reliable the source is (A fully, to E not; F cannot be judged), and how credible what it says (1 confirmed, to 5 improbable; 6 cannot be judged)."
                }
            }
            @for it in hypotheses { (hypothesis(it)) }
        },
    )
}

fn hypothesis(hypothesis: &Hypothesis) -> Markup {
    let (least, most) = hypothesis.likelihood.percent();
    let (of_others, badge) = match &hypothesis.basis {
        Basis::Compared => (false, html! { span .badge { "our comparison" } }),
        Basis::Claimed { .. } => (true, html! { span .badge.claim { "published claim" } }),
        Basis::Decided { .. } => (true, html! { span .badge.claim { "an analyst's word" } }),
    };
    html! {
        article .hypothesis.claimed[of_others] {
            h3 {
                bdi { (hypothesis.set) }
                @if !hypothesis.ids.is_empty() { " " span .faint { (text::list(&hypothesis.ids, 8)) } }
                " " (badge)
            }
            @match &hypothesis.basis {
                Basis::Compared => {}
                Basis::Claimed { by, source } => {
                    p { "Claimed by " strong { bdi { (by) } } ", who can be read at " bdi .name { (text::defang(source)) } ". We repeat it, and have not found it out ourselves." }
                }
                Basis::Decided { decision } => {
                    p { "Named in decision " (decision) ". Nothing that others published at hand names it, and nothing that we compared." }
                }
            }
            p {
                "Likelihood: " strong { (hypothesis.likelihood) } " (" (least) " to " (most) " %). Confidence in what it rests on: "
                strong { (hypothesis.confidence) } "."
            }
            @if let Some(verdict) = &hypothesis.verdict {
                p .verdict {
                    strong { @if verdict.confirmed { "Confirmed" } @else { "Rejected" } }
                    " by " bdi { (verdict.by) } " on " (text::day_in_words(verdict.at)) ": " bdi { (verdict.why) }
                }
            }
            div .sides {
                div { h4 { "For" } (witnesses(&hypothesis.speaks_for)) }
                div { h4 { "Against" } (witnesses(&hypothesis.speaks_against)) }
            }
            @if !hypothesis.rivals.is_empty() {
                h4 { "Others who would explain the same" }
                ul { @for rival in &hypothesis.rivals { li { bdi { (rival) } } } }
            }
        }
    }
}

fn witnesses(witnesses: &[Witness]) -> Markup {
    html! {
        @if witnesses.is_empty() {
            p .faint { "Nothing." }
        } @else {
            ul { @for witness in witnesses { li { bdi { (witness.says) } " " span .grade { (witness.grade) } } } }
        }
    }
}
