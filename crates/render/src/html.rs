//! The report on a campaign: one HTML file for people, which needs nothing else.

mod align;
mod behind;
mod imitated;
mod indicators;
mod members;
mod methods;
mod reasons;
mod summary;
mod timeline;
mod unknown;

use jiff::Timestamp;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use model::{Campaign, Tlp, Viewer};

use crate::graph::Graph;
use crate::indicators::{Indicator, Validity, of_view};
use crate::text;
use crate::view::{Shown, View};

/// What a report tells of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReportFacts {
    /// When it is made.
    pub now: Timestamp,
    /// Who makes it: `En Passant 0.1.0`.
    pub program: String,
    /// How it is marked.
    pub tlp: Tlp,
    /// What it rests on, each in a few words: `12 feeds read`, `340 pieces of evidence kept`.
    pub rests_on: Vec<String>,
}

/// The most rows that a table of the report has; the JSON of a campaign has them all.
const MOST_ROWS: usize = 500;

/// The most nodes of the graph in a report, so that it can be read on paper.
const MOST_NODES: usize = 70;

/// The report on a campaign as one HTML file.
///
/// It is made for `viewer`, and for everybody whom its label lets read it: what one of the two may not see is not in it. It runs no
/// script and asks for nothing from elsewhere (its content security policy says so), can be printed on A4, and is light or dark
/// as the reader's screen is. What came from outside is escaped, and names lead nowhere.
pub fn report(campaign: &Campaign, viewer: &Viewer, made: &ReportFacts) -> String {
    let viewer = Viewer {
        tlp: viewer.tlp.min(made.tlp),
        organisations: viewer.organisations.clone(),
    };
    let view = View::of(campaign, &viewer);
    let indicators = of_view(&view, &Validity::USUAL);
    let report = Report {
        view: view.shown(),
        indicators,
        made,
    };
    report.page().into_string()
}

/// What sections are made from.
struct Report<'r> {
    view: Shown,
    indicators: Vec<Indicator>,
    made: &'r ReportFacts,
}

impl Report<'_> {
    fn page(&self) -> Markup {
        let campaign = &self.view.campaign;
        let graph = Graph::of_view(&self.view, MOST_NODES);
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="no-referrer";
                    meta name="robots" content="noindex";
                    title { "Campaign " (campaign.name) " · TLP:" (self.made.tlp) }
                    style { (PreEscaped(STYLE)) (PreEscaped(self.margins())) }
                }
                body {
                    (self.label())
                    (self.head())
                    main {
                        (summary::section(self))
                        (timeline::section(self))
                        (imitated::section(self))
                        (section("graph", "How it hangs together", &html! {
                            p {
                                "Organisations stand at the left, the domains that imitate them in the middle, and what these share at the right. The thicker a line, the rarer what it leads to."
                            }
                            figure { (graph.picture()) }
                            @for note in graph.notes() { p .note { (note) } }
                        }))
                        (members::section(self))
                        (reasons::section(self))
                        (behind::section(self))
                        (unknown::section(self))
                        (indicators::section(self))
                        (methods::section(self))
                    }
                    (self.foot())
                    (self.label())
                }
            }
        }
    }

    fn head(&self) -> Markup {
        let campaign = &self.view.campaign;
        html! {
            header {
                p .kicker { "Report on a campaign of look-alike domains" }
                h1 { (text::capital(&campaign.name)) }
                p .meta {
                    "Campaign " code { (campaign.id) } " · as of " (text::day_in_words(self.made.now)) ", "
                    (self.made.now.strftime("%H:%M")) " UTC · the name is drawn by lot and means nothing"
                }
            }
        }
    }

    /// The label, as the standard draws it: coloured, on black.
    fn label(&self) -> Markup {
        let (class, says) = match self.made.tlp {
            Tlp::Clear => ("clear", "may be passed on to anybody"),
            Tlp::Green => ("green", "for the community, not for the public"),
            Tlp::Amber => (
                "amber",
                "for your organisation and its clients, as far as they need to know",
            ),
            Tlp::AmberStrict => (
                "amber",
                "for your organisation alone, as far as it needs to know",
            ),
            Tlp::Red => ("red", "for you alone"),
        };
        html! {
            p .tlp {
                span .which { (says) }
                " "
                strong class=(class) { "TLP:" (self.made.tlp) }
            }
        }
    }

    fn foot(&self) -> Markup {
        html! {
            footer {
                p {
                    "Made by " (text::value(&self.made.program)) " on " (text::minute(self.made.now)) " UTC. All times are UTC. "
                    "Names of domains are written with " code { "[.]" } " so that nothing takes them for a link. Do not open them."
                }
            }
        }
    }

    /// The label in the margin of every page that is printed. What stands in it is one of five words of ours.
    fn margins(&self) -> String {
        let label = format!("content: \"TLP:{}\";", self.made.tlp);
        format!("@page {{ @top-right {{ {label} }} @bottom-right {{ {label} }} }}")
    }
}

const STYLE: &str = include_str!("html/report.css");

/// A section with its heading.
fn section(id: &str, heading: &str, content: &Markup) -> Markup {
    html! {
        section id=(id) {
            h2 { (heading) }
            (content)
        }
    }
}

/// A table of at most [`MOST_ROWS`] rows; of more it says how many there are.
fn table(headings: &[&str], rows: &[Markup]) -> Markup {
    let more = rows.len().saturating_sub(MOST_ROWS);
    html! {
        div .wide {
            table {
                thead { tr { @for heading in headings { th scope="col" { (heading) } } } }
                tbody { @for row in rows.iter().take(MOST_ROWS) { (row) } }
            }
        }
        @if more > 0 {
            p .note { "And " (more) " more, which the campaign's JSON has." }
        }
    }
}

/// A day that is told of domains, marked where it is assumed.
fn day(campaign: &Campaign, at: Timestamp, domains: &[&names::DomainName]) -> Markup {
    html! {
        (text::day(at))
        @if campaign.is_assumed(at, domains) { " " span .faint { "(assumed)" } }
    }
}

/// The name of a domain, apart from the direction of the text around it.
fn name(domain: &names::DomainName) -> Markup {
    html! { bdi .name { (text::domain_in_full(domain)) } }
}
