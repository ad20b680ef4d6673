//! How all this was found.

use maud::{Markup, html};

use super::{Report, section as framed};
use crate::text;

pub(super) fn section(report: &Report<'_>) -> Markup {
    framed(
        "methods",
        "How we know",
        &html! {
            p {
                "Names come from certificate transparency logs, lists of new registrations and other feeds. Each is compared with the names and words of the guarded organisations; what resembles one is explained, and weighed by how seldom ordinary names do. Below an alert, weak names are kept and watched."
            }
            p {
                "What is found is looked at from outside, as far as the organisation lets us: the registry, the DNS, the handshake, the page. We only ask. Nothing was submitted, no form was filled in, and nobody was written to. A question that failed is told as failed, and not as an absence."
            }
            p {
                "Domains are joined by what they share. How much a shared value is worth comes from the number of domains that are known to have it, among all that were observed, in bits; an analyst can join and part domains, and has to say why. The order in which things became known does not matter for what is joined."
            }
            p {
                "Likelihoods are in the terms of ICD 203, sources are graded on the Admiralty scale, and the label is of the Traffic Light Protocol 2.0. What others published is marked as a claim."
            }
            @if !report.made.rests_on.is_empty() {
                p { "This report rests on:" }
                ul { @for what in &report.made.rests_on { li { (text::value(what)) } } }
            }
        },
    )
}
